//! Instances: which a class has, and which of them is `this` where nobody at hand calls a method.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::State;
use crate::eval::values::heap::{Closure, Object, ObjectId, ObjectKind};
use crate::eval::values::value::Value;
use crate::ir::{FnId, ScriptId};

/// More instances of one class are not told apart.
const MAX_INSTANCES: usize = 8;

impl Machine<'_> {
    /// `this` for a method of a class or object that nobody at hand calls.
    pub(in crate::eval) fn this_of(&mut self, closure: &Closure, place: Place, st: &mut State) -> Value {
        let Some(home) = closure.home else { return self.any_this(place) };
        let instance = self.instances.get(&home).copied().filter(|i| st.heap.get(i.0).is_some()).unwrap_or(home);
        let this = if instance == home && self.is_prototype(home, st) {
            let mut object = Object::plain(place);
            object.prototype = Some(home);
            self.alloc(st, object)
        } else {
            instance
        };
        self.called_from_outside(this, st)
    }

    /// An object as `this` of its method that somebody unknown calls.
    pub(in crate::eval) fn called_from_outside(&self, this: ObjectId, st: &mut State) -> Value {
        if let Some(cell) = st.heap.get_mut(this.0) {
            // Frameworks add to their objects: what is missing is not known.
            cell.open = true;
        }
        Value::object(this)
    }

    /// Notes an instance of a class.
    pub(in crate::eval) fn note_instance(&mut self, prototype: ObjectId, instance: ObjectId) {
        if *self.instances.entry(prototype).or_insert(instance) == instance {
            return;
        }
        let others = self.other_instances.entry(prototype).or_default();
        if others.len() < MAX_INSTANCES && !others.contains(&instance) {
            others.push(instance);
        }
    }

    fn is_prototype(&self, id: ObjectId, st: &State) -> bool {
        self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Plain) && o.own("constructor").is_some())
    }

    /// The function whose instances have a prototype, where that is no class of the language and code at hand has made
    /// no instance of it.
    #[must_use]
    pub fn unused_constructor(&self, st: &State, prototype: ObjectId) -> Option<(ObjectId, ScriptId, FnId)> {
        let made = self.instances.get(&prototype).is_some_and(|instance| st.heap.get(instance.0).is_some());
        let constructor = st.heap.get(prototype.0)?.own("constructor")?.value.as_object().filter(|_| !made)?;
        match &st.heap.get(constructor.0)?.kind {
            ObjectKind::Closure(closure) => Some((constructor, closure.script, closure.function)),
            _ => None,
        }
    }

    /// Whether a function makes instances with `new`, as far as its prototype tells: code at hand has put something there,
    /// or on its place.
    pub(in crate::eval) fn is_constructor(&self, function: ObjectId, st: &State) -> bool {
        let own = |id: ObjectId, key: &str| self.object(st, id).and_then(|o| o.own(key)).map(|slot| &slot.value);
        let prototype = own(function, "prototype").and_then(Value::as_object);
        prototype.and_then(|p| own(p, "constructor")).and_then(Value::as_object) == Some(function)
    }

    /// Makes one instance of a class that nobody at hand makes one of, with unknown arguments.
    pub(in crate::eval) fn instantiate(
        &mut self,
        class: ObjectId,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let value = self.construct_object(class, arguments, HostCall::at(place), st)?;
        if let Some(cell) = value.as_object().and_then(|id| st.heap.get_mut(id.0)) {
            cell.open = true;
        }
        Some(value)
    }
}
