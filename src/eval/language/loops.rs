//! Loops: a few rounds, and the states in which they are left.

use crate::eval::Place;
use crate::eval::language::frame::Jump;
use crate::eval::language::widen::OPEN_ROUNDS;
use crate::eval::machine::Machine;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::heap::{ObjectId, ObjectKind};
use crate::eval::values::unknown::{Origin, Reason};
use crate::eval::values::value::{Taint, Value};
use crate::ir::{BindingId, BindingKind, ExprId, ForEachKind, NameId, Ref, Stmt, StmtId};

/// Rounds of a loop whose condition is decided each time.
const MAX_ROUNDS: usize = 64;
/// Within so many loops of which nobody knows how often they run one has a single round: each multiplies what those in
/// it cost.
const OPEN_LOOPS: u32 = 3;

/// The parts of a `for` loop.
#[derive(Clone, Copy)]
pub(in crate::eval) struct LoopParts {
    pub test: Option<ExprId>,
    pub update: Option<ExprId>,
    /// Where its names are declared.
    pub init: Option<StmtId>,
    pub body: StmtId,
    pub test_last: bool,
}

impl Machine<'_> {
    pub(in crate::eval) fn exec_loop(&mut self, parts: LoopParts, label: Option<NameId>, st: State) -> Option<State> {
        let mut exits: Vec<State> = Vec::new();
        let (depth, waiting, jumps) = (st.control.depth(), self.run.tasks.len(), self.jumps());
        let mut at = Some(st);
        let mut open_rounds = 0;
        // The state in which the last round began of which nobody knows whether it runs.
        let mut entry: Option<State> = None;
        let mut skip_test = parts.test_last;
        let mut rounds = 0;
        loop {
            let Some(mut state) = at.take() else { break };
            let mut last = open_rounds > OPEN_ROUNDS;
            if let Some(before) = entry.take() {
                match self.next_entry(open_rounds, Some(before), state.clone(), self.here_of(parts)) {
                    Some(next) => state = next,
                    None => last = true,
                }
            }
            if rounds == MAX_ROUNDS {
                exits.push(self.past_rounds(parts, state));
                break;
            }
            rounds += 1;
            if let (Some(test), false) = (parts.test, skip_test) {
                let place = self.place(test);
                let tested = state.clone();
                let Some(split) = self.split(test, state) else { break };
                let both = split.cause.both;
                if let Some(out) = split.otherwise {
                    exits.push(out);
                }
                let Some(inside) = split.then else { break };
                if last {
                    break;
                }
                if both {
                    open_rounds += 1;
                    if self.run.open_loops >= OPEN_LOOPS && open_rounds > usize::from(!parts.test_last) {
                        self.run.cut_short = true;
                        break;
                    }
                    entry = Some(tested);
                }
                state = self.enter_arm(inside, place, 1, &split.cause, None);
            }
            skip_test = false;
            at = self.exec_round(parts, label, open_rounds > 0, state);
            if self.run.exhausted {
                break;
            }
        }
        exits.extend(self.take_each_jump(jumps, |j| is_break(j, label)));
        exits.extend(at.filter(|_| parts.test.is_some() || self.run.exhausted));
        let doubtful = open_rounds > 0 || rounds == MAX_ROUNDS;
        // Nobody knows how many functions wait then.
        self.run.cut_short |= open_rounds > 0 && self.run.tasks.len() > waiting;
        if doubtful { self.join_doubtful(exits, depth) } else { self.join_states(exits) }
    }

    /// The place of a loop's condition; of a loop without one, of its body.
    fn here_of(&self, parts: LoopParts) -> Place {
        parts.test.map_or_else(|| self.here(self.script().stmt_span(parts.body)), |test| self.place(test))
    }

    /// The run behind a loop that has more rounds than are looked at: what they do is not known.
    fn past_rounds(&mut self, parts: LoopParts, mut state: State) -> State {
        let place = self.here_of(parts);
        self.run.cut_short = true;
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

    fn exec_round(&mut self, parts: LoopParts, label: Option<NameId>, is_open: bool, state: State) -> Option<State> {
        let jumps = self.jumps();
        self.run.open_loops += u32::from(is_open);
        let after = self.exec(parts.body, state);
        self.run.open_loops -= u32::from(is_open);
        let continued = self.take_jumps(jumps, |j| j.is_continue && (j.label.is_none() || j.label == label));
        // What left in this round is still on its way while others run, and makes them doubtful.
        if let Some(state) = self.take_jumps(jumps, |j| is_break(j, label)) {
            self.frame_mut().jumps.push(Jump { is_continue: false, label: None, state });
        }
        let mut after = self.join_options(after, continued)?;
        if let Some(update) = parts.update {
            if let Some(init) = parts.init {
                self.begin_round_of(init, &mut after);
            }
            self.eval(update, &mut after)?;
        }
        Some(after)
    }

    /// Names that a loop's head declares are others in each round.
    fn begin_round_of(&mut self, init: StmtId, st: &mut State) {
        let script = self.script();
        match script.stmt(init) {
            Stmt::Declare { binding, .. } if script.binding(binding).kind == BindingKind::Let => {
                self.begin_round(binding, st);
            }
            Stmt::Block(list) => list.of(&script.stmt_lists).iter().for_each(|stmt| self.begin_round_of(*stmt, st)),
            _ => {}
        }
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
        let parts = LoopParts { test: None, update: None, init: None, body, test_last: false };
        let rounds = self.rounds(kind, &value, place, &mut st).filter(|r| r.len() <= MAX_ROUNDS);
        let count = rounds.as_ref().map_or(0, Vec::len);
        let is_array = |id: &ObjectId| self.object(&st, *id).is_some_and(|o| matches!(o.kind, ObjectKind::Array));
        let list = value.as_object().filter(|id| rounds.is_some() && kind == ForEachKind::Of && is_array(id));
        let mut exits: Vec<State> = Vec::new();
        let (depth, waiting, jumps) = (st.control.depth(), self.run.tasks.len(), self.jumps());
        let mut at = Some(st);
        let known = rounds.is_some();
        let rounds = rounds.unwrap_or_else(|| {
            let element = self.unknown(Origin::Element(place)).tainted(value.taint);
            let is_deep = self.run.open_loops >= OPEN_LOOPS;
            self.run.cut_short |= is_deep;
            vec![element; if is_deep { 1 } else { OPEN_ROUNDS + 1 }]
        });
        let mut entry: Option<State> = None;
        for (round, mut item) in rounds.into_iter().enumerate() {
            let Some(mut state) = at.take() else { break };
            // The loop itself may change the list.
            if let Some(Ok(now)) = list.map(|list| self.element_of_round(list, round, &state)) {
                let Some(now) = now else {
                    exits.push(state);
                    break;
                };
                item = now;
            } else if list.is_some() {
                self.run.cut_short = true;
            }
            if !known {
                exits.push(state.clone());
                let Some(next) = self.next_entry(round, entry.take(), state, place) else { break };
                state = next;
                entry = Some(state.clone());
                let kind = Self::kind_of_rounds(&value, place);
                state.control = state.control.push(Arm { condition: place, number: 1, kind });
            }
            let item = match kind {
                ForEachKind::AwaitOf => self.wait_for(&item, place, &mut state),
                _ => Some(item),
            };
            let Some(item) = item else { break };
            self.tell_write(Ref::Binding(each), &item, place, &state);
            self.begin_round(each, &mut state);
            self.write(Ref::Binding(each), item, &mut state);
            at = self.exec_round(parts, label, !known, state);
        }
        exits.extend(self.take_each_jump(jumps, |j| is_break(j, label)));
        if let (Some(list), Some(state)) = (list, &at) {
            // There may be more of it than there was.
            self.run.cut_short |= !matches!(self.element_of_round(list, count, state), Ok(None));
        }
        if let (Some(id), Some(state), true) = (value.as_object(), &at, known) {
            self.run.cut_short |= self.has_grown(id, count, state);
        }
        exits.extend(at);
        self.run.cut_short |= !known && self.run.tasks.len() > waiting;
        if known { self.join_states(exits) } else { self.join_doubtful(exits, depth) }
    }

    /// What the round of this number through an array is about; none where there is none, an error where that is not known.
    fn element_of_round(&self, list: ObjectId, round: usize, st: &State) -> Result<Option<Value>, ()> {
        let cell = self.object(st, list).ok_or(())?;
        let length = cell.length().ok_or(())?;
        let element = || cell.own(&round.to_string()).map_or_else(Value::undefined, |slot| slot.value.clone());
        Ok((round < length).then(element))
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
                // What a prototype has is gone through, too.
                let cell = self
                    .object(st, value.as_object()?)
                    .filter(|c| !c.open && c.prototype.is_none() && !c.has_holes() && !c.may_lack_some())?;
                if matches!(cell.kind, ObjectKind::Result) {
                    return None;
                }
                Some(cell.in_order().map(|p| Value::text(p.key.clone())).collect())
            }
            _ => self.iterate(value, place, st),
        }
    }

    pub(in crate::eval) fn exec_labeled(&mut self, label: NameId, body: StmtId, st: State) -> Option<State> {
        let jumps = self.jumps();
        let after = match self.script().stmt(body) {
            Stmt::Loop { init, test, update, body, test_last } => {
                let st = match init {
                    Some(init) => self.exec(init, st)?,
                    None => st,
                };
                self.exec_loop(LoopParts { test, update, init, body, test_last }, Some(label), st)
            }
            Stmt::ForEach { kind, each, iterable, body } => {
                self.exec_for_each(kind, each, iterable, body, Some(label), st)
            }
            _ => self.exec(body, st),
        };
        let broken = self.take_jumps(jumps, |j| j.label == Some(label));
        self.join_options(after, broken)
    }
}

/// Whether a jump leaves the loop of this label that it stands in.
fn is_break(jump: &Jump, label: Option<NameId>) -> bool {
    !jump.is_continue && (jump.label.is_none() || jump.label == label)
}
