//! Properties: looking them up in objects, prototypes, built-in values and unknowns.

use std::sync::Arc;

use crate::api::APIS;
use crate::eval::Place;
use crate::eval::builtins::is_method;
use crate::eval::compiled::bundle::is_language_helper;
use crate::eval::language::scope::is_window;
use crate::eval::machine::Machine;
use crate::eval::state::{Fact, State};
use crate::eval::values::heap::{Object, ObjectId, ObjectKind, index_of_key};
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Taint, Value};

/// Prototypes of prototypes are followed this far.
pub(in crate::eval) const MAX_PROTOTYPES: usize = 16;

/// What a look-up in an object at hand found.
pub(in crate::eval) enum Found {
    /// A property's value.
    Value(Value),
    /// A getter, to be called.
    Getter(Value),
    /// Nothing, and nobody else can have put it there.
    Nothing,
    /// Nothing at hand, but the object may have it.
    Perhaps,
}

impl Machine<'_> {
    /// `value.key`.
    pub(in crate::eval) fn get(
        &mut self,
        value: &Value,
        key: &Arc<str>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        self.run.observed.note_use(value);
        if let [atom] = value.atoms.as_slice() {
            let found = self.get_of_atom(atom, key, place, st)?;
            // What a field of a server's answer holds says nothing of the bridge.
            let plain = self.is_plain_answer(atom);
            return Some(found.tainted(if plain { value.taint.without_guard() } else { value.taint }));
        }
        let mut out: Option<Value> = None;
        for atom in &value.atoms {
            if matches!(atom, Atom::Undefined | Atom::Null) {
                continue;
            }
            let found = self.get_of_atom(atom, key, place, st)?;
            match &mut out {
                Some(out) => out.join(&found, self.overflow),
                None => out = Some(found),
            }
        }
        Some(out.unwrap_or_else(|| self.unknown(Origin::Mixed(place))).tainted(value.taint))
    }

    /// Whether something is what a request gave that cannot have waited for the bridge.
    fn is_plain_answer(&self, atom: &Atom) -> bool {
        let Atom::Unknown(id) = atom else { return false };
        matches!(self.unknowns.origin(*id), Origin::Answer(place) if self.plain_answers.contains(place))
    }

    fn get_of_atom(&mut self, atom: &Atom, key: &Arc<str>, place: Place, st: &mut State) -> Option<Value> {
        if let Atom::Object(id) = atom {
            if st.outcome {
                self.open_if_growing(*id, st);
            }
            self.open_if_filled(*id, st);
        }
        Some(match atom {
            Atom::Undefined | Atom::Null => self.unknown(Origin::Mixed(place)),
            Atom::Unknown(id) => self.property_of_unknown(*id, key, st),
            Atom::Object(id) => match self.find(*id, key, st) {
                Found::Value(value) => {
                    self.note_read(*id, key);
                    let value = self.between_entries(*id, key, value, st);
                    let guards = self.guard_properties.contains(key) && !self.is_context(*id, st);
                    if guards { value.tainted(Taint::GUARD) } else { value }
                }
                Found::Getter(getter) => return self.call_value(&getter, Value::object(*id), Vec::new(), place, st),
                Found::Nothing if &**key == "prototype" && self.is_callable(st, atom) => {
                    self.prototype_of(*id, st).map_or_else(Value::undefined, Value::object)
                }
                Found::Nothing if is_method(key) => self.method(atom, key, place, st),
                Found::Nothing => Value::undefined(),
                Found::Perhaps if is_language_helper(key) => Value::undefined(),
                Found::Perhaps => match self.shared_with_object(*id, key, place, st) {
                    Some(value) => value,
                    None => self.missing(*id, key, st),
                },
            },
            Atom::Text(text) if &**key == "length" => Value::number(text.encode_utf16().count() as f64),
            Atom::Text(text) => match index_of_key(key) {
                Some(index) => text.chars().nth(index).map_or_else(Value::undefined, |c| Value::text(c.to_string())),
                None => self.method(atom, key, place, st),
            },
            _ => self.method(atom, key, place, st),
        })
    }

    fn method(&mut self, receiver: &Atom, key: &Arc<str>, place: Place, st: &mut State) -> Value {
        if !is_method(key) {
            return Value::undefined();
        }
        let kind = ObjectKind::Method { receiver: receiver.clone().into(), name: key.clone() };
        Value::object(self.alloc(st, Object::of(kind, place)))
    }

    /// A property that an object does not have at hand, but that others may have added.
    fn missing(&mut self, id: ObjectId, key: &Arc<str>, st: &State) -> Value {
        let guard = self.guard_properties.contains(key);
        let computed = if self.run.kept.objects.contains(&id) { Taint::RESULT } else { Taint::NONE };
        let result = self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Result));
        let value = if result {
            self.unknown(Origin::ResultField(key.clone())).tainted(Taint::RESULT)
        } else {
            // It may be computed from what the outcome wrote there.
            let left = self.left_by_payment(id, key, st);
            self.unknown(Origin::Missing(key.clone())).tainted(computed.with(left))
        };
        if guard { value.tainted(Taint::GUARD) } else { value }
    }

    /// Looks a property up in an object at hand and its prototypes.
    pub(in crate::eval) fn find(&self, id: ObjectId, key: &str, st: &State) -> Found {
        let mut at = Some(id);
        let mut open = false;
        for _ in 0..MAX_PROTOTYPES {
            let Some(cell) = at.and_then(|id| self.object(st, id)) else { break };
            if let Some(slot) = cell.own(key) {
                return if slot.getter { Found::Getter(slot.value.clone()) } else { Found::Value(slot.value.clone()) };
            }
            match (&cell.kind, key) {
                (ObjectKind::Array, "length") => {
                    if let Some(length) = cell.length() {
                        return Found::Value(Value::number(length as f64));
                    }
                }
                (ObjectKind::Collection(collection), "size") => {
                    return Self::size_of(collection).map_or(Found::Perhaps, Found::Value);
                }
                (ObjectKind::Regex { pattern, .. }, "source") => return Found::Value(Value::text(pattern.clone())),
                _ => {}
            }
            open |= cell.open || matches!(cell.kind, ObjectKind::Result);
            at = cell.prototype;
        }
        if open || at.is_some_and(|id| self.object(st, id).is_some()) { Found::Perhaps } else { Found::Nothing }
    }

    /// The identity of an unknown's property.
    pub(in crate::eval) fn unknown_property(&mut self, id: UnknownId, key: &str) -> UnknownId {
        match self.unknowns.origin(id) {
            Origin::Global(name) if is_window(name) => self.unknowns.make(Origin::Global(key.into())),
            // `module.name` is what `import { name }` gives.
            Origin::Import(module, all) if &**all == "*" => {
                self.unknowns.make(Origin::Import(module.clone(), key.into()))
            }
            _ => self.unknowns.make(Origin::Property(id, key.into())),
        }
    }

    /// A property of an unknown; of the window it is a global.
    pub(in crate::eval) fn property_of_unknown(&mut self, id: UnknownId, key: &Arc<str>, st: &mut State) -> Value {
        let window = matches!(self.unknowns.origin(id), Origin::Global(name) if is_window(name));
        let written = window.then(|| self.window_property(key, st)).flatten();
        if let Some(value) = written {
            return value;
        }
        if window && !self.run.frames.is_empty() {
            return self.read_global(key, st);
        }
        if &**key == "default" && self.is_module_global(id) {
            return Value::unknown(id);
        }
        // Compilers ask whether a module is one: what it exports is read alike if it is.
        let is_module = matches!(self.unknowns.origin(id), Origin::Import(_, all) if &**all == "*");
        if &**key == "__esModule" && (is_module || self.is_module_global(id)) {
            return Value::bool(true);
        }
        if let Some(value) = self.shared_with_unknown(id, key, st) {
            return value;
        }
        if let Some(function) = self.kept_function(id, key, st) {
            return function;
        }
        let property = self.unknown_property(id, key);
        let value = self.refined(property, st).tainted(self.stored_taint(id));
        if self.guard_properties.contains(key) { value.tainted(Taint::GUARD) } else { value }
    }

    /// Whether an unknown is what a module of a payment API exports: its `default` is itself.
    fn is_module_global(&self, id: UnknownId) -> bool {
        let Origin::Global(name) = self.unknowns.origin(id) else { return false };
        APIS.iter().flat_map(|a| a.modules).any(|m| *m.global == **name)
    }

    /// What the scripts at hand wrote to `window.key`.
    pub(in crate::eval) fn window_property(&self, key: &str, st: &State) -> Option<Value> {
        self.object(st, Self::WINDOW)?.own(key).map(|p| p.value.clone())
    }

    /// An unknown, or what a branch has taught that it is.
    pub(in crate::eval) fn refined(&self, id: UnknownId, st: &State) -> Value {
        let is = st.facts_of(id).find_map(|f| if let Fact::Is(atom) = f { Some(atom.clone()) } else { None });
        is.unwrap_or(Atom::Unknown(id)).into()
    }

    /// Whether an unknown is a payment API's injected object, or its `call`.
    pub(in crate::eval) fn is_bridge(&self, id: UnknownId) -> bool {
        let path = self.unknowns.path(id);
        APIS.iter().filter_map(|a| a.ready.as_ref()).any(|ready| {
            path.first().is_some_and(|root| **root == *ready.global)
                && (path.len() == 1 || path.len() == 2 && &*path[1] == "call")
        })
    }
}
