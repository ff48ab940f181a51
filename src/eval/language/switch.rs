//! `switch`: which cases may be taken, and in which arms they run.

use crate::eval::Place;
use crate::eval::language::branch::Cause;
use crate::eval::machine::Machine;
use crate::eval::state::{Arm, ArmKind, Decision, State};
use crate::eval::values::unknown::Reason;
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{BinaryOp, Case, ExprId, List, Span};

/// The cases where a switch may begin, each with its state; and the state that none of them takes.
type CaseStates = (Vec<(usize, State)>, Option<State>);

impl Machine<'_> {
    pub(super) fn exec_switch(&mut self, discriminant: ExprId, list: List<Case>, mut st: State) -> Option<State> {
        let script = self.script();
        let mut value = self.eval(discriminant, &mut st)?;
        let place = self.place(discriminant);
        self.tell_switch(&value, place, &st);
        let cases = list.of(&script.cases);
        let (entries, st) = self.possible_cases(&mut value, discriminant, cases, st)?;
        let both = entries.len() + usize::from(st.is_some()) > 1;
        let taint = value.taint;
        let mut exits: Vec<State> = Vec::new();
        if let Some(state) = st {
            self.tell_arm(place, 0, None, both, &state);
            let decided = !both && taint.has(Taint::BY_CODE);
            exits.push(if decided { self.decide(state, place, None, 0, false) } else { state });
        }
        for (index, state) in entries {
            let body = cases[index..].iter().position(|c| !c.body.is_empty()).map_or(index, |i| index + i);
            let arm = self.here(cases[body].span);
            self.tell_arm(place, index as u32 + 2, Some(self.here(cases[index].span)), both, &state);
            let stmts = cases[body].body.of(&script.stmt_lists);
            if let ([first, ..], [.., last]) = (stmts, stmts) {
                let text = Span { start: script.stmt_span(*first).start, end: script.stmt_span(*last).end };
                self.arm_texts.insert((place, index as u32 + 2), text);
            }
            let state = self.enter_case(state, &value, place, index as u32 + 2, both, arm);
            exits.extend(self.run_cases(&cases[index..], state));
        }
        let mut after = self.join_states(exits)?;
        Self::leave_arm(&mut after, place);
        if taint.has(Taint::BY_CODE) {
            for case in cases {
                for stmt in case.body.of(&script.stmt_lists) {
                    self.taint_untaken(*stmt, &mut after);
                }
            }
        }
        Some(after)
    }

    fn run_cases(&mut self, cases: &[Case], state: State) -> Option<State> {
        let mut at = Some(state);
        let jumps = self.jumps();
        for case in cases {
            let Some(state) = at.take() else { break };
            at = self.exec_all(case.body, state);
        }
        let broken = self.take_jumps(jumps, |j| !j.is_continue && j.label.is_none());
        self.join_options(at, broken)
    }

    /// The cases where a switch may begin, each with its state; and the state that none of them takes.
    ///
    /// What flows into the cases that were compared chooses among them, too: `switch (true) { case code === … }`.
    fn possible_cases(
        &mut self,
        value: &mut Value,
        discriminant: ExprId,
        cases: &[Case],
        st: State,
    ) -> Option<CaseStates> {
        let mut entries = Vec::new();
        let mut rest = Some(st);
        // The last case before of which nobody knows whether it is taken, and why.
        let mut open: Option<(Place, Cause)> = None;
        for (index, case) in cases.iter().enumerate() {
            let Some(test) = case.test else { continue };
            let Some(mut state) = rest.take() else { break };
            let place = self.place(test);
            let part = open.as_ref().map(|(before, cause)| Self::enter_part(&mut state, *before, 0, cause));
            let wanted = self.eval(test, &mut state)?;
            if let Some(part) = &part {
                part.leave(&mut state);
            }
            let equal = self.binary(BinaryOp::StrictEq, value, &wanted, place, &state);
            value.taint = value.taint.with(wanted.taint);
            let split = self.split_at(&equal, self.place(discriminant), state);
            if split.cause.both {
                open = Some((place, split.cause.clone()));
            }
            if matches!(value.single(), Some(Atom::Bool(_))) {
                self.tell_test(test, &split);
            }
            entries.extend(split.then.map(|s| (index, s)));
            rest = split.otherwise;
        }
        if let Some(index) = cases.iter().position(|c| c.test.is_none()) {
            entries.extend(rest.take().map(|state| (index, state)));
        }
        Some((entries, rest))
    }

    fn enter_case(&mut self, st: State, value: &Value, place: Place, number: u32, both: bool, arm: Place) -> State {
        if !both {
            return if value.taint.has(Taint::BY_CODE) { self.decide(st, place, Some(arm), number, true) } else { st };
        }
        let kind = if value.taint.of_result() {
            let unknown = value.as_unknown().map(|id| self.unknowns.reason(id));
            let (reason, at) = unknown.unwrap_or((Reason::Escaped, None));
            ArmKind::Undecided(reason, at.unwrap_or(place))
        } else if value.taint.has(Taint::SERVER) {
            ArmKind::Server
        } else {
            ArmKind::Either
        };
        let mut st = st;
        st.control = st.control.push(Arm { condition: place, number, kind });
        st
    }

    /// Notes that the result code decided a condition, and enters its arm.
    fn decide(&mut self, mut st: State, condition: Place, arm: Option<Place>, number: u32, enter: bool) -> State {
        self.run.decisions.push((condition, number));
        st.trail = st.trail.push(Decision { condition, arm, number, lookup: false });
        if enter {
            st.control = st.control.push(Arm { condition, number, kind: ArmKind::Decided });
        }
        st
    }
}
