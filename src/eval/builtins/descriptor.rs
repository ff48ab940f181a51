//! Properties by their descriptors, as compilers to older JavaScript write classes and copies of objects.

use std::sync::Arc;

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::outside::Blur;
use crate::eval::state::State;
use crate::eval::values::convert::to_text;
use crate::eval::values::heap::{Object, ObjectKind, PropertySlot};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};

impl Machine<'_> {
    /// `Object.defineProperty` and its kin; none where it is another function.
    pub(super) fn call_descriptor(
        &mut self,
        path: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let first = arguments.first().cloned().unwrap_or_else(Value::undefined);
        Some(match path {
            "Object.defineProperty" | "Reflect.defineProperty" => self.define_property(arguments, place, st),
            "Object.defineProperties" => self.define_properties(&first, arguments.get(1), place, st),
            "Object.getOwnPropertyDescriptor" => {
                let key = arguments.get(1).and_then(Value::single).and_then(to_text);
                let slot = self
                    .plain_slots(&first, st)
                    .and_then(|slots| slots.into_iter().find(|p| Some(&p.key) == key.as_ref()));
                Some(match slot {
                    Some(slot) => self.descriptor_of(&slot, &first, st),
                    None => self.unknown(Origin::Dynamic(place)).tainted(first.taint),
                })
            }
            "Object.getOwnPropertyDescriptors" => {
                let Some((slots, open)) = self.slots(&first, st) else {
                    return Some(Some(self.unknown(Origin::Dynamic(place)).tainted(first.taint)));
                };
                let mut all = Object::plain(place);
                all.open = open;
                for slot in slots {
                    let descriptor = self.descriptor_of(&slot, &first, st);
                    all.put(slot.key.clone(), descriptor, slot.place);
                }
                Some(Value::object(self.alloc(st, all)))
            }
            "Object.getOwnPropertySymbols" => Some(Value::object(self.make_array(Vec::new(), false, place, st))),
            _ => return None,
        })
    }

    /// The properties of a plain object that has no others.
    fn plain_slots(&self, value: &Value, st: &State) -> Option<Vec<PropertySlot>> {
        self.slots(value, st).filter(|(_, open)| !open).map(|(slots, _)| slots)
    }

    /// The properties of a plain object, and whether it may have others.
    fn slots(&self, value: &Value, st: &State) -> Option<(Vec<PropertySlot>, bool)> {
        let cell = self.object(st, value.as_object()?)?;
        let plain = matches!(cell.kind, ObjectKind::Plain | ObjectKind::Array);
        plain.then(|| (cell.properties.to_vec(), cell.open))
    }

    fn descriptor_of(&mut self, slot: &PropertySlot, of: &Value, st: &mut State) -> Value {
        let setter = of.as_object().and_then(|id| self.object(st, id)?.setter(&slot.key)).cloned();
        let read = match (slot.getter, &setter) {
            (true, _) => Some(("get", slot.value.clone())),
            (false, None) => Some(("value", slot.value.clone())),
            (false, Some(_)) => None,
        };
        let fields = read.into_iter().chain(setter.map(|setter| ("set", setter))).collect();
        self.make_object(ObjectKind::Plain, fields, slot.place, st)
    }

    fn define_property(&mut self, arguments: &[Value], place: Place, st: &mut State) -> Option<Value> {
        let [target, key, descriptor, ..] = arguments else { return Some(Value::undefined()) };
        let value: Arc<str> = "value".into();
        let cell = descriptor.as_object().and_then(|id| self.object(st, id));
        let has = |name: &str| cell.and_then(|c| c.own(name)).map(|p| p.value.clone());
        let (has_value, known) = (has("value").is_some(), cell.is_some_and(|c| !c.open));
        let (getter, setter) = (has("get"), has("set"));
        let written = match getter {
            _ if has_value => {
                let written = self.get(descriptor, &value, place, st)?;
                // A method belongs to what it is defined on, not to its descriptor.
                if let Some(home) = target.as_object() {
                    self.take_over(&written, home, st);
                }
                written
            }
            Some(getter) if matches!(target.single(), Some(Atom::Unknown(_))) => {
                self.call_value(&getter, target.clone(), Vec::new(), place, st)?
            }
            getter if getter.as_ref().or(setter.as_ref()).is_some_and(|accessor| accessor.as_object().is_some()) => {
                self.define_accessor(target, key, (getter, setter), place, st);
                return Some(target.clone());
            }
            // Only how the property behaves is changed; that of a class made for old browsers is made with it.
            _ if known => {
                if key.as_text().is_some_and(|key| &**key == "prototype")
                    && let Some(id) = target.as_object().filter(|id| self.is_callable(st, &Atom::Object(*id)))
                {
                    self.prototype_of(id, st);
                }
                return Some(target.clone());
            }
            _ => self.unknown(Origin::Dynamic(place)),
        };
        if let Some(key) = key.single().and_then(to_text) {
            target.objects().for_each(|id| self.hide_setter(id, &key, place, st));
        }
        self.set(target, key, written, place, st);
        Some(target.clone())
    }

    /// Defines what reading a property calls, what writing it calls, or both.
    fn define_accessor(
        &mut self,
        target: &Value,
        key: &Value,
        (getter, setter): (Option<Value>, Option<Value>),
        place: Place,
        st: &mut State,
    ) {
        let key = key.single().and_then(to_text);
        for id in target.objects() {
            let Some(key) = key.clone() else {
                self.blur(id, Blur::Any, place, st);
                continue;
            };
            getter.iter().chain(&setter).for_each(|accessor| self.take_over(accessor, id, st));
            let Some(cell) = st.heap.get_mut(id.0) else { continue };
            if let Some(value) = getter.clone() {
                cell.redefine(PropertySlot { key: key.clone(), value, place, getter: true });
            }
            if let Some(setter) = setter.clone() {
                cell.put_setter(key, setter, place);
            }
        }
    }

    pub(super) fn define_properties(
        &mut self,
        target: &Value,
        all: Option<&Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        match all.and_then(|all| self.slots(all, st)) {
            Some((slots, open)) => {
                if let (true, Some(cell)) = (open, target.as_object().and_then(|id| st.heap.get_mut(id.0))) {
                    cell.open = true;
                }
                for slot in slots {
                    let arguments = [target.clone(), Value::text(slot.key), slot.value];
                    self.define_property(&arguments, slot.place, st)?;
                }
            }
            None => {
                for id in target.objects() {
                    self.blur(id, Blur::Any, place, st);
                }
            }
        }
        Some(target.clone())
    }
}
