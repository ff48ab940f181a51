//! Methods of arrays.

use crate::eval::Place;
use crate::eval::convert::to_text;
use crate::eval::expr::decided;
use crate::eval::heap::{ObjectId, PropertySlot};
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::unknown::Origin;
use crate::eval::value::{Atom, Taint, Value};

/// Arrays with more elements are not gone through.
const MAX_ELEMENTS: usize = 64;

impl Machine<'_> {
    /// Calls a method of an array.
    pub(super) fn array_method(
        &mut self,
        id: ObjectId,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        if matches!(name, "push" | "unshift" | "pop" | "shift" | "sort" | "reverse") {
            return Some(self.change_array(id, name, arguments, place, st));
        }
        let elements = self.elements(id, st).filter(|e| e.len() <= MAX_ELEMENTS);
        let Some(elements) = elements else { return self.unknown_array_method(arguments, place, st) };
        if name == "reduce" {
            return self.reduce(elements, arguments, place, st);
        }
        if matches!(name, "forEach" | "map" | "filter" | "find" | "findIndex" | "some" | "every") {
            let function = arguments.into_iter().next().unwrap_or_else(Value::undefined);
            return self.each_element(elements, name, &function, place, st);
        }
        let first = arguments.first();
        Some(match (name, first) {
            ("includes" | "indexOf", Some(wanted)) => self.search(&elements, name, wanted, place, st),
            ("join", by) => {
                let by = by.map_or_else(|| Some(",".into()), |b| b.single().and_then(to_text));
                match by {
                    Some(by) => self.join_elements(elements, Value::text(by), place, st),
                    None => self.unknown(Origin::Mixed(place)),
                }
            }
            ("concat", _) => {
                let mut all = elements;
                let mut open = false;
                for argument in &arguments {
                    match argument.as_object().and_then(|id| self.elements(id, st)) {
                        Some(more) => all.extend(more),
                        None => {
                            open |= argument.may_be_unknown();
                            all.push(argument.clone());
                        }
                    }
                }
                Value::object(self.make_array(all, open, place, st))
            }
            ("slice", None) => Value::object(self.make_array(elements, false, place, st)),
            _ => self.unknown(Origin::Mixed(place)),
        })
    }

    fn unknown_array_method(&mut self, arguments: Vec<Value>, place: Place, st: &mut State) -> Option<Value> {
        self.run_given(&arguments, place, st);
        Some(self.unknown(Origin::Mixed(place)))
    }

    fn change_array(&mut self, id: ObjectId, name: &str, arguments: Vec<Value>, place: Place, st: &mut State) -> Value {
        for argument in &arguments {
            self.note_stored(argument, st);
        }
        let unknown = self.unknown(Origin::Mixed(place));
        let Some(cell) = st.heap.get_mut(id.0) else { return unknown };
        if name == "push" && !cell.open {
            for value in arguments {
                let key = cell.properties.len().to_string().into();
                cell.properties.push(PropertySlot { key, value, place, getter: false });
            }
            return Value::number(cell.properties.len() as f64);
        }
        self.blur(id, place, st);
        unknown
    }

    fn search(&mut self, elements: &[Value], name: &str, wanted: &Value, place: Place, st: &State) -> Value {
        let mut at = None;
        for (index, element) in elements.iter().enumerate() {
            let equal = match (element.single(), wanted.single()) {
                (Some(a), Some(b)) => self.equal(a, b, true, st),
                _ => None,
            };
            match equal {
                Some(true) => {
                    at = Some(index);
                    break;
                }
                Some(false) => {}
                None => return self.unknown(Origin::Mixed(place)),
            }
        }
        match name {
            "includes" => Value::bool(at.is_some()),
            _ => Value::number(at.map_or(-1.0, |i| i as f64)),
        }
        .tainted(elements.iter().fold(Taint::NONE, |t, e| t.with(e.taint)))
    }

    fn join_elements(&mut self, elements: Vec<Value>, by: Value, place: Place, st: &State) -> Value {
        let mut parts = Vec::new();
        for (index, element) in elements.into_iter().enumerate() {
            if index > 0 {
                parts.push(by.clone());
            }
            parts.push(element);
        }
        if parts.is_empty() { Value::text("") } else { self.concat(&parts, place, st) }
    }

    fn reduce(&mut self, elements: Vec<Value>, arguments: Vec<Value>, place: Place, st: &mut State) -> Option<Value> {
        let mut arguments = arguments.into_iter();
        let function = arguments.next().unwrap_or_else(Value::undefined);
        let mut elements = elements.into_iter();
        let Some(mut so_far) = arguments.next().or_else(|| elements.next()) else { return Some(Value::undefined()) };
        for (index, element) in elements.enumerate() {
            let given = vec![so_far, element, Value::number(index as f64)];
            so_far = self.call_value(&function, Value::undefined(), given, place, st)?;
        }
        Some(so_far)
    }

    /// Calls a function for each element, in order.
    fn each_element(
        &mut self,
        elements: Vec<Value>,
        name: &str,
        function: &Value,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let mut kept = Vec::new();
        let mut unsure = false;
        for (index, element) in elements.into_iter().enumerate() {
            let arguments = vec![element.clone(), Value::number(index as f64)];
            let value = self.call_value(function, Value::undefined(), arguments, place, st)?;
            match (name, decided(&value)) {
                ("map", _) => kept.push(value),
                ("forEach", _) => {}
                (_, None) => unsure = true,
                ("filter", Some(true)) => kept.push(element),
                ("find", Some(true)) if !unsure => return Some(element.tainted(value.taint)),
                ("findIndex", Some(true)) if !unsure => return Some(Value::number(index as f64).tainted(value.taint)),
                ("some", Some(true)) => return Some(Value::bool(true).tainted(value.taint)),
                ("every", Some(false)) => return Some(Value::bool(false).tainted(value.taint)),
                _ => {}
            }
        }
        Some(match name {
            "forEach" => Value::undefined(),
            "map" => Value::object(self.make_array(kept, false, place, st)),
            _ if unsure => self.unknown(Origin::Mixed(place)),
            "filter" => Value::object(self.make_array(kept, false, place, st)),
            "find" => Value::undefined(),
            "findIndex" => Value::number(-1.0),
            "some" => Value::bool(false),
            _ => Value::bool(true),
        })
    }

    /// A function that was given here is stored: whoever runs it later may have waited.
    pub(in crate::eval) fn note_stored(&mut self, value: &Value, st: &State) {
        for atom in &value.atoms {
            let Atom::Object(id) = atom else { continue };
            if self.is_foreign(*id, st) {
                for created in self.created.iter_mut().filter(|c| c.object == *id) {
                    created.handed_to_waiter = true;
                }
            }
        }
    }

    /// Whether a function was made outside the activation that runs now.
    fn is_foreign(&self, id: ObjectId, st: &State) -> bool {
        let Some(crate::eval::heap::ObjectKind::Closure(closure)) = self.object(st, id).map(|o| &o.kind) else {
            return false;
        };
        let mut at = Some(self.frame().scope);
        while let Some(scope) = at {
            if closure.scope == Some(scope) {
                return false;
            }
            at = st.scopes.get(scope.0).and_then(|s| s.parent);
        }
        true
    }
}
