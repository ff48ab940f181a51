//! Loops: a few rounds, and the states in which they are left.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::unknown::{Origin, Reason};
use crate::eval::values::value::{Taint, Value};
use crate::ir::{BindingId, ExprId, ForEachKind, NameId, Ref, Stmt, StmtId};

/// Rounds of a loop whose condition is decided each time.
const MAX_ROUNDS: usize = 64;
/// Rounds of a loop whose condition is not known.
const OPEN_ROUNDS: usize = 2;
/// Within so many such loops one has a single round: each doubles what those in it cost.
const OPEN_LOOPS: u32 = 3;

/// The parts of a `for` loop.
#[derive(Clone, Copy)]
pub(in crate::eval) struct LoopParts {
    pub test: Option<ExprId>,
    pub update: Option<ExprId>,
    pub body: StmtId,
    pub test_last: bool,
}

impl Machine<'_> {
    pub(in crate::eval) fn exec_loop(&mut self, parts: LoopParts, label: Option<NameId>, st: State) -> Option<State> {
        let mut exits: Vec<State> = Vec::new();
        let depth = st.control.depth();
        let mut at = Some(st);
        let mut open_rounds = 0;
        let mut skip_test = parts.test_last;
        let mut rounds = 0;
        loop {
            let Some(mut state) = at.take() else { break };
            if rounds == MAX_ROUNDS {
                exits.push(self.past_rounds(parts, state));
                break;
            }
            rounds += 1;
            if let (Some(test), false) = (parts.test, skip_test) {
                let place = self.place(test);
                let Some(split) = self.split(test, state) else { break };
                let both = split.cause.both;
                if let Some(out) = split.otherwise {
                    exits.push(out);
                }
                let Some(inside) = split.then else { break };
                if both {
                    open_rounds += 1;
                    if open_rounds > self.open_rounds(parts.test_last) {
                        break;
                    }
                }
                state = self.enter_arm(inside, place, 1, &split.cause, None);
            }
            skip_test = false;
            at = self.exec_round(parts, label, open_rounds > 0, state);
            if let Some(broken) = self.take_jumps(|j| !j.is_continue && (j.label.is_none() || j.label == label)) {
                exits.push(broken);
            }
            if self.exhausted {
                break;
            }
        }
        exits.extend(at.filter(|_| parts.test.is_some() || self.exhausted));
        let doubtful = open_rounds > 0 || rounds == MAX_ROUNDS;
        if doubtful { self.join_doubtful(exits, depth) } else { self.join_states(exits) }
    }

    /// The run behind a loop that has more rounds than are looked at: what they do is not known.
    fn past_rounds(&self, parts: LoopParts, mut state: State) -> State {
        let place = parts.test.map_or_else(|| self.here(self.script().stmt_span(parts.body)), |test| self.place(test));
        let kind = ArmKind::Undecided(Reason::Fuel, place);
        state.control = state.control.push(Arm { condition: place, number: 0, kind });
        state
    }

    /// Joins what leaves a loop of which nobody knows how often it runs. A round that perhaps ends the function, by what
    /// the result is, makes all that follows doubtful: that there may be no round at all is no reason to be sure.
    fn join_doubtful(&self, exits: Vec<State>, depth: u32) -> Option<State> {
        let is_doubt = |arm: &&Arm| matches!(arm.kind, ArmKind::Undecided(..));
        let inner = |state: &State| {
            let added = state.control.depth().saturating_sub(depth) as usize;
            state.control.iter().take(added).find(is_doubt).cloned()
        };
        let doubt = exits.iter().find_map(inner);
        let mut joined = self.join_states(exits)?;
        if let Some(doubt) = doubt.filter(|d| !joined.control.iter().any(|arm| arm == d)) {
            joined.control = joined.control.push(doubt);
        }
        Some(joined)
    }

    /// How many rounds are looked at of a loop whose condition is not known; one that tests last has had one before.
    fn open_rounds(&self, test_last: bool) -> usize {
        if self.open_loops < OPEN_LOOPS { OPEN_ROUNDS } else { usize::from(!test_last) }
    }

    fn exec_round(&mut self, parts: LoopParts, label: Option<NameId>, is_open: bool, state: State) -> Option<State> {
        self.open_loops += u32::from(is_open);
        let after = self.exec(parts.body, state);
        self.open_loops -= u32::from(is_open);
        let continued = self.take_jumps(|j| j.is_continue && (j.label.is_none() || j.label == label));
        let mut after = self.join_options(after, continued)?;
        if let Some(update) = parts.update {
            self.eval(update, &mut after)?;
        }
        Some(after)
    }

    pub(in crate::eval) fn exec_for_each(
        &mut self,
        kind: ForEachKind,
        each: BindingId,
        iterable: ExprId,
        body: StmtId,
        label: Option<NameId>,
        mut st: State,
    ) -> Option<State> {
        let value = self.eval(iterable, &mut st)?;
        let place = self.place(iterable);
        let parts = LoopParts { test: None, update: None, body, test_last: false };
        let rounds = self.rounds(kind, &value, place, &mut st).filter(|r| r.len() <= MAX_ROUNDS);
        let mut exits: Vec<State> = Vec::new();
        let depth = st.control.depth();
        let mut at = Some(st);
        let known = rounds.is_some();
        let rounds = rounds.unwrap_or_else(|| {
            let element = self.unknown(Origin::Element(place)).tainted(value.taint);
            vec![element; self.open_rounds(false)]
        });
        for item in rounds {
            let Some(mut state) = at.take() else { break };
            if !known {
                exits.push(state.clone());
                let kind = Self::kind_of_rounds(&value, place);
                state.control = state.control.push(Arm { condition: place, number: 1, kind });
            }
            let item = match kind {
                ForEachKind::AwaitOf => self.wait_for(&item, place, &mut state),
                _ => Some(item),
            };
            let Some(item) = item else { break };
            self.tell_write(Ref::Binding(each), &item, place, &state);
            self.write(Ref::Binding(each), item, &mut state);
            at = self.exec_round(parts, label, !known, state);
            if let Some(broken) = self.take_jumps(|j| !j.is_continue && (j.label.is_none() || j.label == label)) {
                exits.push(broken);
            }
        }
        exits.extend(at);
        if known { self.join_states(exits) } else { self.join_doubtful(exits, depth) }
    }

    /// Why nobody knows whether there is a round.
    fn kind_of_rounds(value: &Value, place: Place) -> ArmKind {
        if value.taint.of_result() {
            ArmKind::Undecided(Reason::Escaped, place)
        } else if value.taint.has(Taint::SERVER) {
            ArmKind::Server
        } else {
            ArmKind::Either
        }
    }

    /// The values that a loop goes through; none where they are not known.
    fn rounds(&mut self, kind: ForEachKind, value: &Value, place: Place, st: &mut State) -> Option<Vec<Value>> {
        match kind {
            ForEachKind::In => {
                let cell = self.object(st, value.as_object()?).filter(|c| !c.open)?;
                Some(cell.properties.iter().map(|p| Value::text(p.key.clone())).collect())
            }
            _ => self.iterate(value, place, st),
        }
    }

    pub(in crate::eval) fn exec_labeled(&mut self, label: NameId, body: StmtId, st: State) -> Option<State> {
        let after = match self.script().stmt(body) {
            Stmt::Loop { init, test, update, body, test_last } => {
                let st = match init {
                    Some(init) => self.exec(init, st)?,
                    None => st,
                };
                self.exec_loop(LoopParts { test, update, body, test_last }, Some(label), st)
            }
            Stmt::ForEach { kind, each, iterable, body } => {
                self.exec_for_each(kind, each, iterable, body, Some(label), st)
            }
            _ => self.exec(body, st),
        };
        let broken = self.take_jumps(|j| j.label == Some(label));
        self.join_options(after, broken)
    }
}
