//! Global functions: `Object.assign`, `JSON.parse`, `Number`, `Promise.resolve` and their kin.

use std::sync::Arc;

use super::regex::is_match;
use crate::eval::Place;
use crate::eval::language::logical::decided;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::platform::outside::Blur;
use crate::eval::state::State;
use crate::eval::values::convert::{parse_float, parse_int, to_number, to_text};
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};
use crate::ir::{BinaryOp, UnaryOp};

/// Larger numbers than this do not tell whole numbers apart.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

impl Machine<'_> {
    /// Calls a global function that the evaluator knows; none where it doesn't.
    pub(in crate::eval) fn call_global(
        &mut self,
        path: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        if let Some(value) = self.call_of_objects(path, arguments, place, st) {
            return Some(value);
        }
        let first = arguments.first().cloned().unwrap_or_else(Value::undefined);
        let value = match path {
            "hasOwnProperty" => {
                let name = first.as_text()?.clone();
                let global = self.unknowns.make(Origin::Global(name));
                self.test_of(global, false)
            }
            "Array.of" => Value::object(self.make_array(arguments.to_vec(), false, place, st)),
            "RegExp" => self.new_regex(arguments, place, st),
            "Promise.withResolvers" => self.with_resolvers(place, st),
            "JSON.stringify" => {
                let Some(text) = self.stringify(&first, place, st) else { return Some(None) };
                // What is left out, and how it is laid out, changes a text that is known.
                match text.as_text() {
                    Some(_) if arguments.len() > 1 => self.unknown(Origin::Mixed(place)).tainted(text.taint),
                    _ => text,
                }
            }
            "JSON.parse" => self.parse(&first, place, st),
            "Array" => self.new_array(arguments, place, st)?,
            "Array.isArray" => match first.single() {
                Some(Atom::Object(id)) => {
                    let is_array = |o: &Object| matches!(o.kind, ObjectKind::Array) || is_match(o);
                    Value::bool(self.object(st, *id).is_some_and(is_array))
                }
                Some(Atom::Unknown(_)) | None => self.unknown(Origin::Mixed(place)),
                Some(_) => Value::bool(false),
            },
            "Promise.resolve" | "Promise.reject" => {
                let promise = self.make_promise(place, st);
                self.settle_by_call(promise, path == "Promise.reject", first, place, st);
                Value::object(promise)
            }
            "Promise.all" | "Promise.allSettled" | "Promise.race" | "Promise.any" => {
                self.combine(path, &first, place, st)
            }
            "Error" | "TypeError" | "RangeError" => self.make_error(path, &first, place, st),
            _ => match self.convert(path, &first, arguments, place, st) {
                Some(value) => value,
                None => return self.call_descriptor(path, arguments, place, st),
            },
        };
        Some(Some(value))
    }

    /// Calls a function of `Object` or `Reflect`; none where it is another.
    fn call_of_objects(
        &mut self,
        path: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let first = arguments.first().cloned().unwrap_or_else(Value::undefined);
        Some(Some(match path {
            "Object.assign" => self.object_assign(arguments, place, st),
            "Object.freeze" | "Object.seal" | "Object" => first,
            "Object.create" => {
                let mut object = Object::plain(place);
                object.prototype = first.as_object();
                object.open = first.may_be_unknown();
                let made = Value::object(self.alloc(st, object));
                match arguments.get(1) {
                    Some(descriptors) => return Some(self.define_properties(&made, Some(descriptors), place, st)),
                    None => made,
                }
            }
            "Object.setPrototypeOf" | "Reflect.setPrototypeOf" => self.set_prototype(arguments, st),
            "Object.getPrototypeOf" | "Reflect.getPrototypeOf" => self.get_prototype(&first, place, st),
            "Reflect.apply" => {
                let arguments = arguments.get(1..).unwrap_or_default().to_vec();
                return Some(self.call_function_method(&first, "apply", arguments, HostCall::at(place), st));
            }
            "Reflect.construct" => return Some(self.reflect_construct(arguments, place, st)),
            "Object.keys" | "Object.values" | "Object.entries" | "Object.getOwnPropertyNames" | "Reflect.ownKeys" => {
                self.object_list(path, &first, place, st)
            }
            "Object.fromEntries" => self.object_of_entries(&first, place, st),
            "Object.is" => {
                let second = arguments.get(1).cloned().unwrap_or_else(Value::undefined);
                self.same_value(&first, &second, place, st)
            }
            "Reflect.has" => {
                let key = arguments.get(1).cloned().unwrap_or_else(Value::undefined);
                self.binary(BinaryOp::In, &key, &first, place, st)
            }
            "Object.hasOwn" => {
                let arguments = arguments.get(1..).unwrap_or_default().to_vec();
                return Some(self.call_method(&first, "hasOwnProperty", arguments, place, st));
            }
            _ => return None,
        }))
    }

    /// `Object.is`: it tells zeros apart and takes `NaN` for itself.
    fn same_value(&mut self, a: &Value, b: &Value, place: Place, st: &State) -> Value {
        let is_special =
            |value: &Value| value.atoms.iter().any(|a| matches!(a, Atom::Number(n) if *n == 0.0 || n.is_nan()));
        if !is_special(a) || !is_special(b) {
            return self.binary(BinaryOp::StrictEq, a, b, place, st);
        }
        let same = match (a.single(), b.single()) {
            (Some(Atom::Number(x)), Some(Atom::Number(y))) => {
                Value::bool(x.is_nan() && y.is_nan() || x.to_bits() == y.to_bits())
            }
            _ => self.unknown(Origin::Mixed(place)),
        };
        same.tainted(a.taint).tainted(b.taint)
    }

    /// What converts a value to a number, a text or a truth value, or asks for its kind; none for other functions.
    fn convert(&mut self, path: &str, first: &Value, arguments: &[Value], place: Place, st: &State) -> Option<Value> {
        Some(match path {
            "Number.isInteger" | "Number.isSafeInteger" => match first.single() {
                Some(Atom::Number(n)) => {
                    let small = path == "Number.isInteger" || n.abs() <= MAX_SAFE_INTEGER;
                    Value::bool(n.fract() == 0.0 && small).tainted(first.taint)
                }
                Some(Atom::Unknown(_)) | None => self.unknown(Origin::Mixed(place)).tainted(first.taint),
                Some(_) => Value::bool(false).tainted(first.taint),
            },
            "Number" if arguments.is_empty() => Value::number(0.0),
            "String" if arguments.is_empty() => Value::text(""),
            "Number" => self.unary(UnaryOp::Plus, first, place, st),
            "parseInt" | "Number.parseInt" => self.parse_number(first, place, |text| {
                parse_int(text, arguments.get(1).and_then(Value::single).and_then(to_number).map_or(0, |n| n as u32))
            }),
            "parseFloat" | "Number.parseFloat" => self.parse_number(first, place, parse_float),
            "Number.isNaN" => match first.single() {
                Some(Atom::Number(n)) => Value::bool(n.is_nan()).tainted(first.taint),
                Some(Atom::Unknown(_)) | None => self.unknown(Origin::Mixed(place)).tainted(first.taint),
                Some(_) => Value::bool(false).tainted(first.taint),
            },
            "isNaN" | "isFinite" => match first.single().and_then(to_number) {
                Some(n) => Value::bool(if path == "isNaN" { n.is_nan() } else { n.is_finite() }).tainted(first.taint),
                None => self.unknown(Origin::Mixed(place)).tainted(first.taint),
            },
            "String" => self.concat(std::slice::from_ref(first), place, st),
            "Boolean" => match decided(first) {
                Some(b) => Value::bool(b).tainted(first.taint),
                None => {
                    let negated = self.not(first, place);
                    self.not(&negated, place)
                }
            },
            "encodeURIComponent" | "decodeURIComponent" | "encodeURI" | "decodeURI" | "escape" | "unescape" => {
                self.concat(std::slice::from_ref(first), place, st)
            }
            _ => return None,
        })
    }

    pub(in crate::eval) fn object_assign(&mut self, arguments: &[Value], place: Place, st: &mut State) -> Value {
        let Some(target) = arguments.first() else { return Value::undefined() };
        let (targets, sources): (Vec<ObjectId>, _) = (target.objects().collect(), &arguments[1..]);
        if targets.is_empty() {
            self.share_all(target, sources, st);
            return self.unknown(Origin::Mixed(place));
        }
        for id in targets {
            // It may be another one that is written.
            let before = target.single().is_none().then(|| st.clone());
            for source in sources {
                self.assign_from(id, source, place, st);
            }
            if let Some(before) = before {
                *st = std::mem::take(st).join(before, self.overflow);
            }
        }
        target.clone()
    }

    /// Writes the properties of one object to another one.
    fn assign_from(&mut self, target: ObjectId, source: &Value, place: Place, st: &mut State) {
        let from = source.as_object().and_then(|id| self.object(st, id)).filter(|_| self.has_setters(target, st));
        if let Some(cell) = from {
            let keys: Vec<Arc<str>> = cell.in_order().map(|slot| slot.key.clone()).collect();
            // Nobody knows then what is written besides, or not.
            let is_open = cell.open || cell.may_lack_some();
            for key in keys {
                let Some(value) = self.get(source, &key, place, st) else { return };
                self.set(&Value::object(target), &Value::text(key), value, place, st);
            }
            if is_open {
                let any = self.unknown(Origin::Mixed(place));
                self.blur(target, Blur::Any, place, st);
                self.join_into_all(target, &any, st);
            }
            return;
        }
        let Some(mut object) = self.object(st, target).cloned() else { return };
        self.copy_into(&mut object, source, st);
        st.heap.set(target.0, object);
        if let Some(source) = source.as_object() {
            self.rehome(source, target, place, st);
        }
    }

    /// Functions of an object that is written into a call and copied there are the copy's: nobody has the object itself.
    fn rehome(&self, source: ObjectId, target: ObjectId, call: Place, st: &mut State) {
        let Some(cell) = self.object(st, source) else { return };
        if cell.made.script != call.script || !call.span.contains(cell.made.span) {
            return;
        }
        let functions: Vec<ObjectId> = cell.properties.iter().flat_map(|slot| slot.value.objects()).collect();
        for id in functions {
            if self.home_of(st, id) == Some(source) {
                self.take_over(&Value::object(id), target, st);
            }
        }
    }

    fn object_of_entries(&mut self, list: &Value, place: Place, st: &mut State) -> Value {
        let unknown = self.unknown(Origin::Mixed(place)).tainted(list.taint);
        let Some(entries) = self.iterate(list, place, st) else { return unknown };
        let mut object = Object::plain(place);
        for entry in entries {
            let pair = self.iterate(&entry, place, st);
            let Some([key, value, ..]) = pair.as_deref() else { return unknown };
            let Some(key) = key.single().and_then(to_text) else { return unknown };
            object.put(key, value.clone(), place);
        }
        Value::object(self.alloc(st, object)).tainted(list.taint)
    }

    fn object_list(&mut self, path: &str, object: &Value, place: Place, st: &mut State) -> Value {
        let cell = object.as_object().and_then(|id| self.object(st, id)).filter(|o| !o.open);
        // An array's own names hold its length; what a getter gives is not asked for here.
        let names = matches!(path, "Object.keys" | "Object.getOwnPropertyNames" | "Reflect.ownKeys");
        let lists = |o: &&Object| match o.kind {
            ObjectKind::Plain => {
                !o.may_lack_some() && (names || !o.properties.iter().any(|p| p.getter)) && !is_match(o)
            }
            ObjectKind::Array => !matches!(path, "Object.getOwnPropertyNames" | "Reflect.ownKeys") && !o.has_holes(),
            _ => false,
        };
        let Some(cell) = cell.filter(lists) else {
            return self.unknown(Origin::Mixed(place)).tainted(object.taint);
        };
        let slots: Vec<(Arc<str>, Value)> = cell.in_order().map(|p| (p.key.clone(), p.value.clone())).collect();
        let mut list = Vec::with_capacity(slots.len());
        for (key, value) in slots {
            list.push(match path {
                _ if names => Value::text(key),
                "Object.values" => value,
                _ => Value::object(self.make_array(vec![Value::text(key), value], false, place, st)),
            });
        }
        Value::object(self.make_array(list, false, place, st)).tainted(object.taint)
    }

    fn parse_number(&mut self, value: &Value, place: Place, parse: impl Fn(&str) -> f64) -> Value {
        match value.single().and_then(to_text) {
            Some(text) => Value::number(parse(&text)).tainted(value.taint),
            None => self.unknown(Origin::Mixed(place)).tainted(value.taint),
        }
    }
}
