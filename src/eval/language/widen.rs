//! Loops of which nobody knows how often they run: what changes from round to round is not known in any later one.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectKind};
use crate::eval::values::scope::Scope;
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::Value;

/// Rounds of a loop whose condition is not known; one more is run where the last one has changed something again.
pub(in crate::eval) const OPEN_ROUNDS: usize = 2;

/// What may run any number of times is run this often, unless it leaves nothing new before.
const MAX_ROUNDS: usize = 3;

impl Machine<'_> {
    /// Runs what may run any number of times: what it leaves it finds when it runs again. `run` answers whether it ended.
    pub(in crate::eval) fn in_rounds(
        &mut self,
        place: Place,
        st: &mut State,
        mut run: impl FnMut(&mut Self, &mut State) -> bool,
    ) {
        let waiting = self.run.tasks.len();
        for round in 1..=MAX_ROUNDS {
            let before = st.clone();
            if !run(self, st) {
                break;
            }
            let leaves_nothing =
                before.scopes.changed(&st.scopes).is_empty() && before.heap.changed(&st.heap).is_empty();
            if leaves_nothing {
                break;
            }
            let Some(next) = self.next_entry(round, Some(before), st.clone(), place) else { break };
            *st = next;
        }
        // Nobody knows how many functions wait then.
        self.run.cut_short |= self.run.tasks.len() > waiting;
    }

    /// The state in which the next round of a loop begins, after so many: the state before the last one may be met again.
    /// None where that round has changed nothing new: every later one does the same.
    pub(in crate::eval) fn next_entry(
        &mut self,
        rounds: usize,
        before: Option<State>,
        after: State,
        place: Place,
    ) -> Option<State> {
        let Some(before) = before else { return Some(after) };
        if rounds < OPEN_ROUNDS {
            return Some(before.join(after, self.overflow));
        }
        let scopes: Vec<u32> = before.scopes.changed(&after.scopes);
        let scopes: Vec<u32> = scopes.into_iter().filter(|id| !self.is_stable_scope(*id, &before, &after)).collect();
        let objects: Vec<u32> = before.heap.changed(&after.heap);
        let objects: Vec<u32> = objects.into_iter().filter(|id| !is_stable_object(*id, &before, &after)).collect();
        if scopes.is_empty() && objects.is_empty() {
            return None;
        }
        let unknown = self.unknown(Origin::Element(place));
        let mut state = before.clone().join(after.clone(), self.overflow);
        for id in scopes {
            let (Some(old), Some(scope)) = (before.scopes.get(id), state.scopes.get_mut(id)) else { continue };
            for slot in &mut scope.slots {
                if old.slot(slot.binding).is_some_and(|old| !is_within(&slot.value, &old.value)) {
                    slot.value.join(&unknown, self.overflow);
                }
            }
        }
        for id in objects {
            let Some(object) = state.heap.get_mut(id) else { continue };
            forget(object, &unknown, self);
        }
        Some(state)
    }

    fn is_stable_scope(&self, id: u32, before: &State, after: &State) -> bool {
        let (Some(old), Some(new)) = (before.scopes.get(id), after.scopes.get(id)) else { return true };
        let same = |scope: &Scope| {
            scope.slots.iter().all(|s| old.slot(s.binding).is_none_or(|old| is_within(&s.value, &old.value)))
        };
        same(new)
    }
}

/// Whether an object holds nothing that it did not hold before.
fn is_stable_object(id: u32, before: &State, after: &State) -> bool {
    let (Some(old), Some(new)) = (before.heap.get(id), after.heap.get(id)) else { return true };
    let entries = match (&old.kind, &new.kind) {
        (ObjectKind::Collection(a), ObjectKind::Collection(b)) => a.entries == b.entries,
        _ => true,
    };
    let known = new.properties.iter().all(|p| old.own(&p.key).is_some_and(|old| is_within(&p.value, &old.value)));
    entries && known && old.open == new.open && old.length() == new.length()
}

fn is_within(new: &Value, old: &Value) -> bool {
    new.atoms.iter().all(|atom| old.atoms.contains(atom))
}

/// Nothing of an object's data is known any more.
fn forget(object: &mut Object, unknown: &Value, machine: &Machine<'_>) {
    object.open = true;
    for slot in object.properties.iter_mut() {
        slot.value.join(unknown, machine.overflow);
    }
    if let ObjectKind::Collection(of) = &mut object.kind {
        let mut any = unknown.clone();
        any.may_lack(machine.overflow);
        of.entries = [(unknown.clone(), any)].into();
    }
}
