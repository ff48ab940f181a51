//! What leaves before the run comes to its end: thrown values, and the doubt that they, `return` and `break` cast on what
//! comes later.

use super::Place;
use super::event::{EffectEvent, Event};
use super::language::frame::Exit;
use super::machine::{Machine, Mode};
use super::state::{Arm, ArmKind, Control, State};

/// Conditions under which the run has left before an effect, beyond these, say nothing more of it.
const MAX_DOUBTS: usize = 4;

impl Machine<'_> {
    /// Records an event of an outcome.
    pub(super) fn record(&mut self, st: &State, place: Place, effect: EffectEvent) {
        if st.outcome && matches!(self.mode, Mode::Outcome(_)) {
            self.run.observed.note_effect(&effect);
            self.tell_effect(&effect, place, st);
            let control = self.control_with_doubts(place, st);
            self.run.events.push(Event { effect, place, control, trail: st.trail.clone() });
        }
    }

    /// The arms that the run stands in, and those under which it may have left before.
    pub(super) fn control_with_doubts(&self, place: Place, st: &State) -> Control {
        if !st.outcome {
            return st.control.clone();
        }
        with_doubts(&st.control, self.doubts(place, st))
    }

    /// Conditions under which the run has left for good before it comes here, by `return`, `break` or `throw`: where the
    /// arms met again, the state does not tell of them any more.
    fn doubts(&self, place: Place, st: &State) -> Vec<Arm> {
        let returned = self.run.frames.iter().flat_map(|f| &f.returns).chain(self.run.catchers.iter().flatten());
        let jumped = self.run.frames.iter().flat_map(|f| &f.jumps).map(|jump| &jump.state);
        doubts_after(returned.map(|exit| &exit.state).chain(jumped), place, st)
    }

    /// Throws a value.
    pub(super) fn throw(&mut self, thrown: Exit) {
        if let Some(catcher) = self.run.catchers.last_mut() {
            catcher.push(thrown);
        }
    }

    /// Stops catching, and joins what was thrown in several places. Where the code may come to its end, too, what led to
    /// one of them is a condition of what catches it.
    pub(super) fn stop_catching(&mut self, may_end: bool, place: Place) -> Option<Exit> {
        let thrown = self.run.catchers.pop().unwrap_or_default();
        let arms: Vec<Control> = thrown.iter().map(|exit| exit.state.control.clone()).collect();
        let mut joined = self.join_exits(thrown)?;
        if !may_end || arms.len() < 2 {
            return Some(joined);
        }
        let shared = joined.state.control.depth();
        let own: Vec<&Arm> = arms.iter().flat_map(|c| c.iter().take((c.depth() - shared) as usize)).collect();
        let undecided = own.iter().find(|arm| matches!(arm.kind, ArmKind::Undecided(..)));
        let kind = undecided.or_else(|| own.iter().find(|arm| arm.kind != ArmKind::Decided)).map(|arm| arm.kind);
        if let Some(kind) = kind {
            joined.state.control = joined.state.control.push(Arm { condition: place, number: 0, kind });
        }
        Some(joined)
    }

    /// Joins states that come to one point.
    pub(super) fn join_states(&self, states: impl IntoIterator<Item = State>) -> Option<State> {
        states.into_iter().reduce(|a, b| a.join(b, self.overflow))
    }

    /// Joins what leaves a function or a `try` in several places.
    pub(super) fn join_exits(&self, exits: Vec<Exit>) -> Option<Exit> {
        exits.into_iter().reduce(|mut a, b| {
            if a.state.focused && a.state.outcome != b.state.outcome {
                return if a.state.outcome { a } else { b };
            }
            a.value.join(&b.value, self.overflow);
            Exit { state: a.state.join(b.state, self.overflow), ..a }
        })
    }
}

/// The arms of one end of an `async` function, with the doubt that its ends of the other kind cast on it: where it throws,
/// it has not returned.
pub(super) fn control_beside(end: &Exit, others: &[Exit]) -> Control {
    let st = &end.state;
    if !st.outcome {
        return st.control.clone();
    }
    // An end whose arms are all around this one comes after it, where these were not taken.
    let is_around = |other: &State| {
        other.control.depth() < st.control.depth() && other.control.common(&st.control).depth() == other.control.depth()
    };
    let parted = others.iter().map(|other| &other.state).filter(|other| !is_around(other));
    with_doubts(&st.control, doubts_after(parted, end.place, st))
}

fn with_doubts(control: &Control, doubts: Vec<Arm>) -> Control {
    doubts.into_iter().fold(control.clone(), |control, arm| control.push(arm))
}

/// The doubt that states which have left cast on another one.
fn doubts_after<'s>(left: impl Iterator<Item = &'s State>, place: Place, st: &State) -> Vec<Arm> {
    let mut doubts: Vec<Arm> = Vec::new();
    for left in left.filter(|left| left.outcome) {
        let shared = st.control.common(&left.control).depth();
        let own = || left.control.iter().take((left.control.depth() - shared) as usize);
        // What the result may have decided weighs more than what has nothing to do with it.
        let undecided = own().find(|arm| matches!(arm.kind, ArmKind::Undecided(..)));
        let open = undecided.or_else(|| own().filter(|arm| arm.kind != ArmKind::Decided).last());
        let arm = open.cloned().unwrap_or(Arm { condition: place, number: 0, kind: ArmKind::Either });
        let known = |other: &Arm| other.condition == arm.condition;
        if doubts.len() < MAX_DOUBTS && !st.control.iter().any(known) && !doubts.iter().any(known) {
            doubts.push(arm);
        }
    }
    doubts
}
