//! Values that only a test of the bridge gave: who tests them later has tested the bridge.

use crate::eval::Place;
use crate::eval::language::branch::{Cause, Subject};
use crate::eval::machine::Machine;
use crate::eval::platform::ready::{Level, Ready};
use crate::eval::state::{Fact, State};
use crate::eval::values::scope::Slot;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Value};

impl Machine<'_> {
    /// A truth value that an arm gave in which the bridge is there: where the other arm's values do not hold, it
    /// holds only with the bridge; where they all hold, it is only with the bridge that it does not.
    pub(in crate::eval) fn implying_bridge(&mut self, mut value: Value, st: &State, other: &Value) -> Value {
        let there = |(id, fact): &&(UnknownId, Fact)| *fact == Fact::Truthy && self.is_bridge(*id);
        let tells =
            |a: &Atom, holds: bool| self.truth_of(a) == Some(!holds) || self.tells_of_bridge(a, holds) == Some(true);
        let holds = other.atoms.iter().all(|a| tells(a, true));
        if !holds && !other.atoms.iter().all(|a| tells(a, false)) {
            return value;
        }
        let Some(bridge) = st.facts.iter().find(there).map(|(id, _)| *id) else { return value };
        let mut implies = self.unknowns.make(Origin::Implies(bridge));
        if !holds {
            implies = self.unknowns.make(Origin::Test { of: implies, negated: true });
        }
        let plain: Vec<bool> = value.atoms.iter().map(|a| self.is_plain_truth(a, holds)).collect();
        for (atom, _) in value.atoms.iter_mut().zip(plain).filter(|(_, plain)| *plain) {
            *atom = Atom::Unknown(implies);
        }
        value
    }

    /// Joins the two ways in which `a && b` fails, or `a || b` holds. Where one of them has tested the bridge and the
    /// other an unknown instead (`isAlipay && !bridge`), whoever finds the unknown the other way round later has tested
    /// the bridge; where what was tested instead is not known, neither is the bridge.
    pub(in crate::eval) fn join_correlated(
        &self,
        (first, second): (State, State),
        (cause, then): (&Cause, &Cause),
        holds: bool,
        (before, place): (Ready, Place),
    ) -> State {
        let (a, b) = (first.ready, second.ready);
        let is_tested = |r: Ready| r.level >= Level::Presence && r.level > before.level;
        let (weak, subject, strong) = match (is_tested(a), is_tested(b)) {
            (true, false) => (b, then.subject, a),
            (false, true) => (a, cause.subject, b),
            _ => return first.join(second, self.overflow),
        };
        let mut joined = first.join(second, self.overflow);
        match subject {
            Some(Subject::Unknown(id, as_is)) => {
                let fact = Fact::Guards { holds: holds != as_is, ready: strong };
                joined.facts = joined.facts.push((id, fact));
            }
            // Which of several texts it is, the states do not remember beside what else was tested.
            Some(Subject::Text) => joined.ready = joined.ready.after_unknown(place),
            None if weak == before => joined.ready = joined.ready.after_unknown(place),
            None => {}
        }
        joined
    }

    /// What an unknown is the truth value of, and whether as it is or the opposite.
    pub(in crate::eval) fn negation_of(&self, id: UnknownId) -> (UnknownId, bool) {
        match self.unknowns.origin(id) {
            Origin::Test { of, negated } => (*of, !negated),
            _ => (id, true),
        }
    }

    /// Whether a value is this truth value, or the answer of a comparison that teaches nothing of the bridge.
    fn is_plain_truth(&self, atom: &Atom, wanted: bool) -> bool {
        match atom {
            Atom::Bool(holds) => *holds == wanted,
            Atom::Unknown(id) => match self.unknowns.origin(*id) {
                Origin::Test { of, .. } => {
                    !self.is_bridge(*of) && !matches!(self.unknowns.origin(*of), Origin::Implies(_))
                }
                Origin::Equal { .. } | Origin::Mixed(_) => true,
                _ => false,
            },
            _ => false,
        }
    }

    /// The bridge's own test, where a value is `true` in the arm in which it is there and `false` in the other, or the
    /// other way round.
    fn test_in_other_words(
        &mut self,
        (ours, tested): (&Value, &State),
        (theirs, other): (&Value, &State),
    ) -> Option<Value> {
        let (Some(Atom::Bool(there)), Some(Atom::Bool(missing))) = (ours.single(), theirs.single()) else {
            return None;
        };
        let failed = |(id, fact): &&(UnknownId, Fact)| *fact == Fact::Falsy && self.is_bridge(*id);
        let (bridge, _) = other.facts.iter().find(failed).filter(|_| there != missing)?;
        let held = tested.facts_of(*bridge).any(|fact| *fact == Fact::Truthy);
        held.then(|| self.test_of(*bridge, !there))
    }

    /// `let there = false; if (bridge) there = true`: a name that was written in the arm in which the bridge is there
    /// tests the bridge afterwards.
    pub(in crate::eval) fn imply_in_names(&mut self, before: Ready, a: &mut State, b: &mut State) {
        let tests = |s: &State| !s.outcome && s.ready.level > before.level.max(Level::Unknown);
        let (tested, other) = match (tests(a), tests(b)) {
            (true, false) => (a, b),
            (false, true) => (b, a),
            _ => return,
        };
        let mut at = Some(self.frame().scope);
        while let Some(id) = at {
            let (Some(ours), Some(theirs)) = (tested.scopes.get(id.0), other.scopes.get(id.0)) else { return };
            at = ours.parent;
            let is_written = |slot: &&Slot| theirs.slot(slot.binding).is_some_and(|their| their.value != slot.value);
            let written: Vec<Slot> = ours.slots.iter().filter(is_written).cloned().collect();
            for slot in written {
                let Some(their) = other.scopes.get(id.0).and_then(|scope| scope.slot(slot.binding)) else { continue };
                let (their, turn) = (their.value.clone(), slot.turn);
                if let Some(test) = self.test_in_other_words((&slot.value, tested), (&their, other)) {
                    let taint = slot.value.taint.with(their.taint).without_guard();
                    for state in [&mut *tested, &mut *other] {
                        if let Some(scope) = state.scopes.get_mut(id.0) {
                            scope.put(slot.binding, test.clone().tainted(taint), turn);
                        }
                    }
                    continue;
                }
                let value = self.implying_bridge(slot.value, tested, &their);
                if let Some(scope) = tested.scopes.get_mut(id.0) {
                    scope.put(slot.binding, value, slot.turn);
                }
            }
        }
    }
}
