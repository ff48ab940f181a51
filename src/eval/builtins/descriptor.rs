//! What older JavaScript written by compilers asks of properties: one descriptor, the symbols of an object.

use crate::eval::Place;
use crate::eval::convert::to_text;
use crate::eval::heap::ObjectKind;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::unknown::Origin;
use crate::eval::value::Value;

impl Machine<'_> {
    /// `Object.getOwnPropertyDescriptor`, `Object.getOwnPropertySymbols`; none where it is another function.
    pub(super) fn call_descriptor(
        &mut self,
        path: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        match path {
            "Object.getOwnPropertyDescriptor" => Some(Some(self.one_descriptor(arguments, place, st))),
            "Object.getOwnPropertySymbols" => Some(Some(Value::object(self.make_array(Vec::new(), false, place, st)))),
            _ => None,
        }
    }

    fn one_descriptor(&mut self, arguments: &[Value], place: Place, st: &mut State) -> Value {
        let key = arguments.get(1).and_then(Value::single).and_then(to_text);
        let cell = arguments.first().and_then(Value::as_object).and_then(|id| self.object(st, id));
        let slot = cell.filter(|c| !c.open).zip(key).and_then(|(cell, key)| cell.own(&key).cloned());
        match slot {
            Some(slot) => {
                let name = if slot.getter { "get" } else { "value" };
                self.make_object(ObjectKind::Plain, vec![(name, slot.value)], slot.place, st)
            }
            None => self.unknown(Origin::Dynamic(place)),
        }
    }
}
