//! What compilers write for classes and object spread: prototypes that are set by hand, descriptors, and questions
//! whether a function of the language is there.

use super::Place;
use super::convert::to_text;
use super::heap::{Object, ObjectId, ObjectKind};
use super::host::HostCall;
use super::machine::Machine;
use super::state::State;
use super::unknown::{Origin, UnknownId};
use super::value::{Atom, Value};

/// Functions that are there wherever the scripts run: compilers ask for them before they use them.
const STANDARD: &[(&str, &str)] = &[
    ("", "Proxy"),
    ("", "Symbol"),
    ("Array", "isArray"),
    ("Object", "assign"),
    ("Object", "create"),
    ("Object", "defineProperties"),
    ("Object", "defineProperty"),
    ("Object", "entries"),
    ("Object", "freeze"),
    ("Object", "getOwnPropertyDescriptor"),
    ("Object", "getOwnPropertyDescriptors"),
    ("Object", "getOwnPropertyNames"),
    ("Object", "getPrototypeOf"),
    ("Object", "keys"),
    ("Object", "setPrototypeOf"),
    ("Object", "values"),
    ("Reflect", "construct"),
    ("Reflect", "get"),
];

impl Machine<'_> {
    /// Whether an unknown is a function that the language has.
    pub(super) fn is_standard_function(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(id) {
            Origin::Global(name) => STANDARD.contains(&("", &**name)),
            Origin::Property(of, name) => {
                let Origin::Global(root) = self.unknowns.origin(*of) else { return false };
                STANDARD.contains(&(&**root, &**name))
            }
            _ => false,
        }
    }

    /// `Object.setPrototypeOf(object, prototype)`.
    pub(super) fn set_prototype(&mut self, arguments: &[Value], st: &mut State) -> Value {
        let [object, prototype, ..] = arguments else { return Value::undefined() };
        let prototype = prototype.as_object();
        if let Some(cell) = object.as_object().filter(|id| Some(*id) != prototype).and_then(|id| st.heap.get_mut(id.0))
        {
            cell.prototype = prototype;
            cell.open |= prototype.is_none();
        }
        object.clone()
    }

    /// `Object.getPrototypeOf(object)`.
    pub(super) fn get_prototype(&mut self, object: &Value, place: Place, st: &State) -> Value {
        let prototype = object.as_object().and_then(|id| self.object(st, id)).and_then(|o| o.prototype);
        prototype.map_or_else(|| self.unknown(Origin::Mixed(place)), Value::object)
    }

    /// `Reflect.construct(parent, arguments, derived)`: an instance of `derived` that the parent's constructor makes.
    pub(super) fn reflect_construct(&mut self, arguments: &[Value], place: Place, st: &mut State) -> Option<Value> {
        let call = HostCall::at(place);
        let list = arguments.get(1).cloned().unwrap_or_else(Value::undefined);
        let given = self.arguments_of(&list, place, st);
        let Some(parent) = arguments.first().and_then(Value::as_object) else {
            return Some(self.unknown(Origin::Call(place, None)));
        };
        let derived = arguments.get(2).and_then(Value::as_object).unwrap_or(parent);
        let mut instance = Object::plain(place);
        instance.prototype = self.prototype_of(derived, st).or_else(|| self.prototype_of(parent, st));
        let prototype = instance.prototype;
        let instance = self.alloc(st, instance);
        if let Some(prototype) = prototype {
            self.instances.entry(prototype).or_insert(instance);
        }
        let result = self.initialize(parent, Value::object(instance), given, call, st)?;
        let replaced = result.as_object().filter(|o| *o != instance);
        Some(Value::object(replaced.unwrap_or(instance)))
    }

    /// `Object.defineProperties(object, descriptors)`.
    pub(super) fn define_properties(
        &mut self,
        object: &Value,
        descriptors: &Value,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let Some(cell) = descriptors.as_object().and_then(|id| self.object(st, id)) else {
            for id in object.objects() {
                self.blur(id, place, st);
            }
            return Some(object.clone());
        };
        let open = cell.open;
        let slots: Vec<_> = cell.properties.iter().map(|p| (p.key.clone(), p.value.clone())).collect();
        if open {
            self.open_up(object, st);
        }
        for (key, descriptor) in slots {
            self.define_property(&[object.clone(), Value::text(key), descriptor], place, st)?;
        }
        Some(object.clone())
    }

    fn open_up(&self, object: &Value, st: &mut State) {
        if let Some(cell) = object.as_object().and_then(|id: ObjectId| st.heap.get_mut(id.0)) {
            cell.open = true;
        }
    }

    /// `Object.getOwnPropertyDescriptors(object)`.
    pub(super) fn descriptors_of(&mut self, object: &Value, place: Place, st: &mut State) -> Value {
        let cell = object.as_object().and_then(|id| self.object(st, id));
        let Some(cell) = cell.filter(|o| matches!(o.kind, ObjectKind::Plain)).cloned() else {
            return self.unknown(Origin::Mixed(place)).tainted(object.taint);
        };
        let mut all = Object::plain(place);
        all.open = cell.open;
        for slot in cell.properties {
            let field = if slot.getter { "get" } else { "value" };
            let mut descriptor = Object::plain(slot.place);
            descriptor.put(field.into(), slot.value, slot.place);
            let descriptor = Value::object(self.alloc(st, descriptor));
            all.put(slot.key, descriptor, slot.place);
        }
        Value::object(self.alloc(st, all)).tainted(object.taint)
    }

    /// `Boolean.prototype.valueOf.call(value)`: compilers ask it of what `Reflect.construct` makes, and it holds.
    pub(super) fn is_boolean_of(&self, id: UnknownId, this: &Value) -> bool {
        let path = self.unknowns.path(id);
        let asked = path.iter().map(|n| &**n).eq(["Boolean", "prototype", "valueOf"]);
        asked && !matches!(this.single(), Some(atom) if to_text(atom).is_some() && !matches!(atom, Atom::Bool(_)))
    }
}
