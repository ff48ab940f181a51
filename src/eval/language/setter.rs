//! Properties that call a function when they are written.

use std::sync::Arc;

use super::member::MAX_PROTOTYPES;
use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectId};
use crate::eval::values::value::Value;

impl Machine<'_> {
    /// The setter that a write of an object's property calls: its own, or that of a prototype whose property nothing hides.
    pub(in crate::eval) fn setter_of(&self, id: ObjectId, key: &str, st: &State) -> Option<Value> {
        let mut at = self.object(st, id);
        for _ in 0..MAX_PROTOTYPES {
            let cell = at?;
            if let Some(setter) = cell.setter(key) {
                return Some(setter.clone());
            }
            if cell.own(key).is_some() {
                return None;
            }
            at = self.object(st, cell.prototype?);
        }
        None
    }

    /// Whether writing a property of an object may call a setter.
    pub(in crate::eval) fn has_setters(&self, id: ObjectId, st: &State) -> bool {
        let next = |cell: &&Object| cell.prototype.and_then(|id| self.object(st, id));
        std::iter::successors(self.object(st, id), next).take(MAX_PROTOTYPES).any(|cell| !cell.setters.is_empty())
    }

    /// Gives an object a property of its own in the place of one whose write calls a setter.
    pub(in crate::eval) fn hide_setter(&self, id: ObjectId, key: &Arc<str>, place: Place, st: &mut State) {
        if self.setter_of(id, key, st).is_some()
            && let Some(cell) = st.heap.get_mut(id.0)
        {
            cell.drop_setter(key);
            cell.put(key.clone(), Value::undefined(), place);
        }
    }

    /// Calls a setter; the object may be another one where it isn't exactly known which is written.
    pub(in crate::eval) fn call_setter(
        &mut self,
        setter: &Value,
        id: ObjectId,
        written: Value,
        exact: bool,
        place: Place,
        st: &mut State,
    ) {
        let before = st.clone();
        let returns = self.call_value(setter, Value::object(id), vec![written], place, st).is_some();
        if !returns {
            // What it throws is on its way to whoever catches it.
            *st = before;
        } else if !exact {
            *st = std::mem::take(st).join(before, self.overflow);
        }
    }

    /// The function under `set` of an object that describes a property: `{ get() {…}, set(value) {…} }`.
    pub(in crate::eval) fn setter_among(&self, descriptor: &Value, st: &State) -> Option<Value> {
        let setter = &self.object(st, descriptor.as_object()?)?.own("set")?.value;
        setter.atoms.iter().any(|atom| self.is_callable(st, atom)).then(|| setter.clone())
    }
}
