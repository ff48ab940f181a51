//! Helpers that compilers write into each file, known by name where following them leads to built-in values that are not
//! at hand: copying properties, and making a native class one that can be extended. Those of `async` are elsewhere.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::Closure;
use crate::eval::values::value::Value;

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
            _ => None,
        }
    }
}
