//! Literals and what goes into them: arrays, objects, arguments, spread and rest.

use std::rc::Rc;
use std::sync::Arc;

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::convert::to_text;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind, PropertySlot};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};
use crate::ir::{Argument, Expr, ExprId, List, NameId, Property, PropertyKind};

/// Object literals with more properties are not searched for repeated keys.
const LARGE_LITERAL: usize = 64;

impl Machine<'_> {
    /// Arguments or elements in order.
    pub(in crate::eval) fn arguments(&mut self, list: List<Argument>, st: &mut State) -> Option<Vec<Value>> {
        Some(self.arguments_and_end(list, st)?.0)
    }

    /// The same, and whether more may follow: where the last is a list of unknown length that is spread.
    pub(in crate::eval) fn arguments_and_end(
        &mut self,
        list: List<Argument>,
        st: &mut State,
    ) -> Option<(Vec<Value>, bool)> {
        let script = self.script();
        let mut values = Vec::with_capacity(list.len());
        let mut open = false;
        for argument in script.args(list) {
            let value = self.eval(argument.value, st)?;
            if argument.spread {
                open = !self.spread_into(&mut values, &value, self.place(argument.value), st);
            } else {
                open = false;
                values.push(value);
            }
        }
        Some((values, open))
    }

    /// Adds a list's elements; false where nobody knows how many there are: one unknown stands for the first that is
    /// not at hand.
    pub(in crate::eval) fn spread_into(
        &mut self,
        values: &mut Vec<Value>,
        value: &Value,
        place: Place,
        st: &mut State,
    ) -> bool {
        if let Some(elements) = self.iterate(value, place, st) {
            values.extend(elements);
            return true;
        }
        values.extend(self.first_elements(value, st));
        values.push(self.unknown(Origin::Element(place)).tainted(value.taint));
        false
    }

    /// The elements at hand of an array that may hold more.
    fn first_elements(&self, list: &Value, st: &State) -> Vec<Value> {
        let Some(cell) = list.as_object().and_then(|id| self.object(st, id)) else { return Vec::new() };
        let in_order = cell.properties.iter().enumerate().take_while(|(index, slot)| *slot.key == *index.to_string());
        let elements = in_order.map(|(_, slot)| slot.value.clone().tainted(list.taint));
        if matches!(cell.kind, ObjectKind::Array) { elements.collect() } else { Vec::new() }
    }

    /// The elements of an array whose length is known.
    pub(in crate::eval) fn elements(&self, id: ObjectId, st: &State) -> Option<Vec<Value>> {
        let cell = self.object(st, id)?;
        let length = cell.length()?;
        let at = |index: usize| {
            let key = index.to_string();
            // Most arrays hold their elements in order.
            let slot = cell.properties.get(index).filter(|p| *p.key == *key).or_else(|| cell.own(&key));
            slot.map_or_else(Value::undefined, |p| p.value.clone())
        };
        Some((0..length).map(at).collect())
    }

    pub(in crate::eval) fn array(&mut self, expr: ExprId, elements: List<Argument>, st: &mut State) -> Option<Value> {
        let script = self.script();
        let mut values = Vec::with_capacity(elements.len());
        let mut open = None;
        let mut holes = false;
        for element in script.args(elements) {
            holes |= matches!(script.expr(element.value), Expr::Elision);
            let value = self.eval(element.value, st)?;
            if !element.spread {
                values.push(value);
                continue;
            }
            let (place, at) = (self.place(element.value), values.len());
            if !self.spread_into(&mut values, &value, place, st) {
                open.get_or_insert(at);
            }
        }
        let made = self.place(expr);
        let array = self.make_array_from(values, open, made, st);
        if let Some(cell) = st.heap.get_mut(array.0).filter(|_| holes) {
            cell.holes = true;
        }
        Some(Value::object(array))
    }

    /// Makes an array of which, from an index on, nobody knows what stands where.
    pub(in crate::eval) fn make_array_from(
        &mut self,
        mut values: Vec<Value>,
        open: Option<usize>,
        made: Place,
        st: &mut State,
    ) -> ObjectId {
        if let Some(rest) = open.and_then(|from| values.get_mut(from..)) {
            let mut any = self.unknown(Origin::Element(made));
            rest.iter().for_each(|value| any.join(value, self.overflow));
            rest.fill(any);
        }
        self.make_array(values, open.is_some(), made, st)
    }

    /// Makes an array.
    pub(in crate::eval) fn make_array(
        &mut self,
        values: Vec<Value>,
        open: bool,
        made: Place,
        st: &mut State,
    ) -> ObjectId {
        let mut object = Object::of(ObjectKind::Array, made);
        object.open = open;
        object.properties = values
            .into_iter()
            .enumerate()
            .map(|(i, value)| PropertySlot { key: i.to_string().into(), value, place: made, getter: false })
            .collect();
        self.alloc(st, object)
    }

    pub(in crate::eval) fn object_literal(
        &mut self,
        expr: ExprId,
        list: List<Property>,
        st: &mut State,
    ) -> Option<Value> {
        let script = self.script();
        let made = self.place(expr);
        let properties = list.of(&script.properties);
        let mut object = Object::plain(made);
        let mut setters = Vec::new();
        for property in properties {
            let key = match (property.kind, property.key) {
                (PropertyKind::Spread, _) => None,
                (_, key) => Some(match self.key(key, None, st)? {
                    Ok(key) => Ok(key),
                    Err(value) => value.single().and_then(to_text).ok_or(()),
                }),
            };
            let value = self.eval(property.value, st)?;
            let place = self.here(property.key_span);
            match (property.kind, key) {
                (PropertyKind::Spread, _) => self.copy_into(&mut object, &value, st),
                (PropertyKind::Setter, Some(Ok(key))) => {
                    setters.push(value.clone());
                    object.put_setter(key, value, place);
                }
                (PropertyKind::Value, Some(Ok(key))) if &*key == "__proto__" => {
                    object.prototype = value.as_object();
                    object.open |= value.may_be_unknown();
                }
                (kind, Some(Ok(key))) => {
                    let slot = PropertySlot { key, value, place, getter: kind == PropertyKind::Getter };
                    if kind == PropertyKind::Value {
                        object.drop_setter(&slot.key);
                    }
                    let repeated = |p: &&mut PropertySlot| properties.len() <= LARGE_LITERAL && p.key == slot.key;
                    match object.properties.iter_mut().find(repeated) {
                        Some(known) => *known = slot,
                        None => object.properties.push(slot),
                    }
                }
                _ => object.open = true,
            }
        }
        let functions: Vec<Value> =
            object.properties.iter().filter(|p| p.value.objects().next().is_some()).map(|p| p.value.clone()).collect();
        let id = self.alloc(st, object);
        for value in functions.into_iter().chain(setters) {
            self.adopt(&value, id, st);
        }
        self.assemble(id, made, st);
        Some(Value::object(id))
    }

    /// `{...value}`, `Object.assign`: copies own properties.
    pub(in crate::eval) fn copy_into(&mut self, target: &mut Object, value: &Value, st: &State) {
        let exact = value.single().is_some();
        for atom in &value.atoms {
            match atom {
                Atom::Object(id) => {
                    let Some(cell) = self.object(st, *id) else { continue };
                    target.open |= cell.open || cell.has_holes() || matches!(cell.kind, ObjectKind::Result);
                    if cell.open {
                        // It may have any of the keys that it is not known to have.
                        for slot in target.properties.iter_mut().filter(|slot| cell.own(&slot.key).is_none()) {
                            let other = self.unknowns.make(Origin::Missing(slot.key.clone()));
                            slot.value.join(&Value::unknown(other), self.overflow);
                        }
                    }
                    for slot in cell.properties.clone() {
                        // What a getter gives is not asked for here.
                        let held =
                            if slot.getter { self.unknown(Origin::Missing(slot.key.clone())) } else { slot.value };
                        let mut copied = held.tainted(value.taint);
                        // One of the branches that met did not write it perhaps.
                        let may_lack = copied.lacks();
                        let old = target.own(&slot.key).map(|old| old.value.clone());
                        if let Some(old) = old.or((!exact).then(Value::undefined)).filter(|_| !exact || may_lack) {
                            copied.join(&old, self.overflow);
                        }
                        target.put(slot.key, copied, slot.place);
                    }
                }
                Atom::Unknown(id) => {
                    target.open = true;
                    // What is spread may have any of the keys.
                    for slot in target.properties.iter_mut() {
                        slot.value.join(&Value::unknown(*id), self.overflow);
                    }
                }
                Atom::Text(text) => {
                    for (index, unit) in text.chars().enumerate() {
                        let mut copied = Value::text(unit.to_string()).tainted(value.taint);
                        let key: Arc<str> = index.to_string().into();
                        if !exact {
                            let old = target.own(&key).map_or_else(Value::undefined, |old| old.value.clone());
                            copied.join(&old, self.overflow);
                        }
                        target.put(key, copied, target.made);
                    }
                    target.open |= !exact || text.chars().any(|c| c.len_utf16() > 1);
                }
                _ => {}
            }
        }
    }

    pub(in crate::eval) fn object_rest(
        &mut self,
        expr: ExprId,
        object: ExprId,
        excluded: List<NameId>,
        st: &mut State,
    ) -> Option<Value> {
        let value = self.eval(object, st)?;
        let script = self.script();
        let mut rest = Object::plain(self.place(expr));
        self.copy_into(&mut rest, &value, st);
        for name in excluded.of(&script.name_lists) {
            rest.remove(script.name(*name));
        }
        Some(Value::object(self.alloc(st, rest)).tainted(value.taint))
    }

    pub(in crate::eval) fn array_rest(
        &mut self,
        expr: ExprId,
        array: ExprId,
        from: u32,
        st: &mut State,
    ) -> Option<Value> {
        let value = self.eval(array, st)?;
        let made = self.place(expr);
        let is_list =
            value.as_object().and_then(|id| self.object(st, id)).is_some_and(|o| matches!(o.kind, ObjectKind::Array));
        let known = self.iterate(&value, made, st);
        let open = known.is_none();
        let elements = match known {
            Some(elements) => elements,
            None if is_list => self.first_elements(&value, st),
            None => return Some(self.unknown(Origin::Element(made)).tainted(value.taint)),
        };
        let rest = elements.into_iter().skip(from as usize).collect();
        Some(Value::object(self.make_array(rest, open, made, st)))
    }

    /// An object of a payment's result, or any other with these fields.
    pub(in crate::eval) fn make_object(
        &mut self,
        kind: ObjectKind,
        fields: Vec<(&str, Value)>,
        made: Place,
        st: &mut State,
    ) -> Value {
        let mut object = Object::of(kind, made);
        for (key, value) in fields {
            object.put(key.into(), value, made);
        }
        Value::object(self.alloc(st, object))
    }

    /// A function's arguments as an array.
    pub(in crate::eval) fn shared(values: Vec<Value>) -> Rc<[Value]> {
        values.into()
    }
}
