//! What may have changed between two entries of a program: properties that code at hand assigns, tables that it fills,
//! objects that others can write to.

use std::sync::Arc;

use crate::api::PLATFORM;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::convert::truthy;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};

impl Machine<'_> {
    /// Opens a list, a table or a collection that an earlier entry left empty: whoever adds to it is not at hand. Where
    /// code at hand has added something, that is taken for all.
    pub(in crate::eval) fn open_if_growing(&mut self, id: ObjectId, st: &mut State) {
        let is_empty = |o: &Object| match &o.kind {
            ObjectKind::Collection(of) => of.entries.is_empty(),
            _ => o.properties.is_empty(),
        };
        let left =
            |o: &&Object| o.turn != self.turn && !o.open && is_empty(o) && self.assigned.growing.contains(&o.made);
        let Some(cell) = self.object(st, id).filter(left) else { return };
        let (made, known) = (cell.made, matches!(cell.kind, ObjectKind::Collection(_)));
        let unknown = known.then(|| self.unknown(Origin::Dynamic(made)));
        let Some(cell) = st.heap.get_mut(id.0) else { return };
        cell.open = true;
        if let (ObjectKind::Collection(of), Some(unknown)) = (&mut cell.kind, unknown) {
            of.entries = [(unknown.clone(), unknown)].into();
        }
    }

    /// Opens a literal that an earlier entry left empty, where code at hand fills it under names that are not known.
    pub(in crate::eval) fn open_if_filled(&self, id: ObjectId, st: &mut State) {
        let is_empty = |o: &Object| matches!(o.kind, ObjectKind::Plain) && o.properties.is_empty();
        let left =
            |o: &&Object| o.turn != self.turn && !o.open && is_empty(o) && self.assigned.filled.contains(&o.made);
        if !self.assigned.filled.is_empty()
            && self.object(st, id).is_some_and(|o| left(&o))
            && let Some(cell) = st.heap.get_mut(id.0)
        {
            cell.open = true;
        }
    }

    /// Whether an earlier entry left a property that others may have written since.
    pub(in crate::eval) fn may_have_changed(&self, id: ObjectId, key: &str, st: &State) -> bool {
        let Some(cell) = self.object(st, id).filter(|o| o.turn != self.turn) else { return false };
        let all = |is: fn(&Atom) -> bool| cell.own(key).is_some_and(|p| p.value.atoms.iter().all(is));
        let is_placeholder = || all(|a| truthy(a) == Some(false));
        // Nothing yet, of what others are there to fill in.
        let is_empty =
            || all(|a| matches!(a, Atom::Undefined | Atom::Null) || matches!(a, Atom::Text(text) if text.is_empty()));
        self.assigned.again.contains(key)
            || (self.assigned.any_of_this && (cell.open || is_placeholder()))
            || (self.assigned.filled.contains(&cell.made) && all(|a| !matches!(a, Atom::Object(_))))
            || ((self.boxes.contains(&id) || self.assigned.shared.contains(&cell.made)) && is_empty())
    }

    /// What an earlier entry left in a property that code at hand assigns may have changed since.
    pub(in crate::eval) fn between_entries(
        &mut self,
        id: ObjectId,
        key: &Arc<str>,
        mut value: Value,
        st: &State,
    ) -> Value {
        // What a component keeps its state in is patched, and not exchanged for another.
        let holds_state = value.as_object().is_some() && PLATFORM.state_setters.iter().any(|(_, h)| **h == **key);
        if !holds_state && self.may_have_changed(id, key, st) && !value.atoms.iter().any(|a| self.is_callable(st, a)) {
            let other = self.unknown(Origin::Missing(key.clone())).tainted(self.left_by_payment(id, key, st));
            value.join(&other, self.overflow);
        }
        value
    }

    /// What an earlier payment may have left in a property that is read as it was before this one: what depends on that
    /// payment's result, and says nothing of this one's.
    pub(in crate::eval) fn left_by_payment(&mut self, id: ObjectId, key: &Arc<str>, st: &State) -> Taint {
        if !st.outcome || id.0 >= self.run.outcome_objects {
            return Taint::NONE;
        }
        let property = (id, key.clone());
        let left = self.left_by_results.contains(&property);
        self.run.kept.read_stale.insert(property);
        if left { Taint::RESULT } else { Taint::NONE }
    }
}
