//! Helpers that compilers write into each file, known by name where following them leads to built-in values that are not
//! at hand: copying properties and lists, and making a native class one that can be extended. Those of `async` are elsewhere.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::{Closure, Object, ObjectId, ObjectKind};
use crate::eval::values::value::{Atom, Value};

impl Machine<'_> {
    /// Calls a compiler's helper; none where a function is no such helper.
    pub(in crate::eval) fn call_helper_by_name(
        &mut self,
        helper: &Closure,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let script = self.project.script(helper.script);
        let name = script.function(helper.function).name?;
        match &**script.name(name) {
            "_objectSpread" | "_objectSpread2" if !arguments.is_empty() => {
                Some(self.object_assign(arguments, place, st))
            }
            "_wrapNativeSuper" => match arguments {
                [native] => Some(native.clone()),
                _ => None,
            },
            // Lists at hand are gone through by number, as in browsers that know no iterators.
            "_slicedToArray" => arguments.first().filter(|list| self.is_array_at_hand(list, st)).cloned(),
            _ => None,
        }
    }

    fn is_array_at_hand(&self, value: &Value, st: &State) -> bool {
        // What a regular expression found is a plain object here.
        let is_match = |o: &Object| !o.open && o.own("length").is_some() && o.own("index").is_some();
        let is_array =
            |id: ObjectId| self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Array) || is_match(o));
        value.atoms.iter().all(|atom| matches!(atom, Atom::Object(id) if is_array(*id)))
    }
}
