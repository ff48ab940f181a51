//! Components made of an object of options (`methods`, `computed`, `data`, `watch`): one instance stands for all, and is
//! `this` of every function in the options. What templates write is not known.

use std::sync::Arc;

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::wiring::Watcher;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind, PropertySlot};
use crate::eval::values::value::{Atom, Value};

/// Parts of options whose functions belong to the instance.
const PARTS: &[&str] = &["methods", "computed", "watch", "observers", "lifetimes", "pageLifetimes", "filters", "hooks"];

impl Machine<'_> {
    /// Makes the instance of an object literal that is a component's options.
    pub(in crate::eval) fn assemble(&mut self, options: ObjectId, place: Place, st: &mut State) {
        self.note_model(options, st);
        if !self.is_options(options, st) {
            return;
        }
        let mut instance = Object::plain(place);
        instance.open = true;
        let instance = self.alloc(st, instance);
        self.wiring.components.insert(options, instance);
        self.take_over_all(options, instance, st);
        for part in PARTS {
            if let Some(part) = self.part_of(options, part, st) {
                self.take_over_all(part, instance, st);
            }
        }
        self.add_methods(options, instance, st);
        self.add_mixins(options, instance, st);
        self.add_computed(options, instance, st);
        self.add_data(options, instance, place, st);
        self.add_watchers(options, instance, st);
    }

    /// Whether an object has methods, or computed properties beside its data, as only options have.
    fn is_options(&self, id: ObjectId, st: &State) -> bool {
        let Some(cell) = self.object(st, id).filter(|o| matches!(o.kind, ObjectKind::Plain)) else { return false };
        if cell.own("methods").is_none() && cell.own("computed").is_none() {
            return false;
        }
        let has_functions = |part: &str| {
            let part = self.part_of(id, part, st).and_then(|id| self.object(st, id));
            part.is_some_and(|o| o.properties.iter().any(|p| p.value.atoms.iter().any(|a| self.is_callable(st, a))))
        };
        has_functions("methods") || (cell.own("data").is_some() && has_functions("computed"))
    }

    /// The object that options hold under a name.
    fn part_of(&self, options: ObjectId, name: &str, st: &State) -> Option<ObjectId> {
        let id = self.object(st, options)?.own(name)?.value.as_object()?;
        self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Plain)).then_some(id)
    }

    /// Makes the instance `this` of the functions in an object.
    fn take_over_all(&self, part: ObjectId, instance: ObjectId, st: &mut State) {
        let Some(cell) = self.object(st, part) else { return };
        let mut inner: Vec<ObjectId> = cell.properties.iter().flat_map(|p| p.value.objects()).collect();
        // `watch: { code: { handler() {} } }`, `computed: { text: { get() {} } }`.
        let deeper: Vec<ObjectId> = inner
            .iter()
            .filter_map(|id| self.object(st, *id).filter(|o| matches!(o.kind, ObjectKind::Plain)))
            .flat_map(|o| ["handler", "get", "set"].map(|key| o.own(key).and_then(|p| p.value.as_object())))
            .flatten()
            .collect();
        inner.extend(deeper);
        for id in inner {
            self.take_over(&Value::object(id), instance, st);
        }
    }

    fn add_methods(&self, options: ObjectId, instance: ObjectId, st: &mut State) {
        let Some(methods) = self.part_of(options, "methods", st).and_then(|id| self.object(st, id)) else { return };
        let (slots, open) = (methods.properties.clone(), methods.open);
        if let Some(cell) = st.heap.get_mut(instance.0) {
            cell.properties.extend(slots);
            cell.open |= open;
        }
    }

    /// Methods of what is mixed in, as far as the component has none of the same name: of several the last counts.
    pub(in crate::eval) fn add_mixins(&self, options: ObjectId, instance: ObjectId, st: &mut State) {
        for mixed in self.mixed_into(options, st).into_iter().rev() {
            // What a function made of options has all methods in it.
            let made = self.wiring.components.values().any(|known| *known == mixed);
            let methods = if made { Some(mixed) } else { self.part_of(mixed, "methods", st) };
            let Some(methods) = methods.and_then(|id| self.object(st, id)) else { continue };
            let is_method = |slot: &&PropertySlot| slot.value.atoms.iter().all(|a| self.is_callable(st, a));
            let slots: Vec<PropertySlot> = methods.properties.iter().filter(is_method).cloned().collect();
            for slot in slots {
                let Some(cell) = st.heap.get_mut(instance.0) else { return };
                if cell.own(&slot.key).is_none() {
                    let value = slot.value.clone();
                    cell.properties.push(slot);
                    self.take_over(&value, instance, st);
                }
            }
        }
    }

    /// What options list to be mixed in.
    fn mixed_into(&self, options: ObjectId, st: &State) -> Vec<ObjectId> {
        ["mixins", "behaviors"]
            .iter()
            .filter_map(|key| self.object(st, options)?.own(key)?.value.as_object())
            .filter_map(|list| self.object(st, list).filter(|o| matches!(o.kind, ObjectKind::Array)))
            .flat_map(|list| list.properties.iter().filter_map(|slot| slot.value.as_object()))
            .collect()
    }

    fn add_computed(&self, options: ObjectId, instance: ObjectId, st: &mut State) {
        let Some(computed) = self.part_of(options, "computed", st).and_then(|id| self.object(st, id)) else { return };
        let getter = |slot: &PropertySlot| {
            let id = slot.value.as_object()?;
            let cell = self.object(st, id)?;
            let value = if cell.is_callable() { slot.value.clone() } else { cell.own("get")?.value.clone() };
            Some(PropertySlot { value, getter: true, ..slot.clone() })
        };
        let slots: Vec<PropertySlot> = computed.properties.iter().filter_map(getter).collect();
        let setter = |slot: &PropertySlot| Some((slot.key.clone(), self.setter_among(&slot.value, st)?, slot.place));
        let setters: Vec<_> = computed.properties.iter().filter_map(setter).collect();
        if let Some(cell) = st.heap.get_mut(instance.0) {
            cell.properties.extend(slots);
            setters.into_iter().for_each(|(key, setter, place)| cell.put_setter(key, setter, place));
        }
    }

    /// Data that a template does not write: lists, and tables by number. All else may be anything.
    fn add_data(&mut self, options: ObjectId, instance: ObjectId, place: Place, st: &mut State) {
        let Some(data) = self.object(st, options).and_then(|o| o.own("data")).map(|p| p.value.clone()) else { return };
        let data = if data.single().is_some_and(|a| self.is_callable(st, a)) {
            let mut state = st.clone();
            self.run.catchers.push(Vec::new());
            let made = self.call_value(&data, Value::object(instance), Vec::new(), place, &mut state);
            self.run.catchers.pop();
            let Some(made) = made else { return };
            *st = state;
            made
        } else {
            data
        };
        let Some(cell) = data.as_object().and_then(|id| self.object(st, id)) else { return };
        let slots: Vec<PropertySlot> =
            cell.properties.iter().filter(|p| self.is_constant(&p.value, st)).cloned().collect();
        if let Some(cell) = st.heap.get_mut(instance.0) {
            cell.properties.extend(slots);
        }
    }

    fn is_constant(&self, value: &Value, st: &State) -> bool {
        let Some(cell) = value.as_object().and_then(|id| self.object(st, id)) else { return false };
        let by_number = || cell.properties.iter().all(|p| p.key.bytes().all(|b| b.is_ascii_digit()));
        match cell.kind {
            ObjectKind::Array => !cell.open && !cell.properties.is_empty(),
            ObjectKind::Plain => !cell.open && !cell.properties.is_empty() && by_number(),
            _ => false,
        }
    }

    fn add_watchers(&mut self, options: ObjectId, instance: ObjectId, st: &State) {
        let Some(watch) = self.part_of(options, "watch", st).and_then(|id| self.object(st, id)) else { return };
        let mut found: Vec<(Arc<str>, Value)> = Vec::new();
        for slot in &watch.properties {
            let handler = match slot.value.single() {
                Some(Atom::Object(id)) => match self.object(st, *id) {
                    Some(cell) if cell.is_callable() => Some(slot.value.clone()),
                    Some(cell) => cell.own("handler").map(|p| p.value.clone()),
                    None => None,
                },
                Some(Atom::Text(name)) => self.object(st, instance).and_then(|o| o.own(name)).map(|p| p.value.clone()),
                _ => None,
            };
            found.extend(handler.map(|h| (slot.key.clone(), h)));
        }
        for (key, handler) in found {
            self.watch(instance, key, Watcher { handler, source: None });
        }
    }

    /// What a function that makes a component of options gives back.
    pub(in crate::eval) fn made_component(&self, arguments: &[Value]) -> Option<Value> {
        let made = arguments.iter().find_map(|a| self.wiring.components.get(&a.as_object()?));
        made.map(|instance| Value::object(*instance))
    }

    /// A property that was read while a watcher's source runs.
    pub(in crate::eval) fn note_read(&mut self, id: ObjectId, key: &Arc<str>) {
        if let Some(reads) = &mut self.wiring.reads {
            reads.push((id, key.clone()));
        }
    }
}
