//! Methods of arrays that call a function for each element. It may change the array: what an element is, and whether it is
//! still there, is looked up when its turn comes.

use crate::eval::Place;
use crate::eval::language::branch::Cause;
use crate::eval::language::logical::decided;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::ObjectId;
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};

/// An element whose turn it is.
enum Element {
    /// What it is.
    Here(Value),
    /// It is not there any more.
    Gone,
    /// Nobody knows.
    Unknown,
}

impl Machine<'_> {
    fn element_now(&self, array: ObjectId, index: usize, st: &State) -> Element {
        let Some(cell) = self.object(st, array).filter(|cell| !cell.open) else { return Element::Unknown };
        match cell.own(&index.to_string()) {
            Some(slot) if cell.holes && slot.value.atoms.contains(&Atom::Undefined) => Element::Unknown,
            Some(slot) => Element::Here(slot.value.clone()),
            None => Element::Gone,
        }
    }

    /// `reduce`, `reduceRight`.
    pub(super) fn reduce(
        &mut self,
        array: ObjectId,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let mut given = arguments.iter().cloned();
        let function = given.next().unwrap_or_else(Value::undefined);
        let mut so_far = given.next();
        let mut indices: Vec<usize> = (0..self.elements(array, st).map_or(0, |e| e.len())).collect();
        if name == "reduceRight" {
            indices.reverse();
        }
        for index in indices {
            let element = match self.element_now(array, index, st) {
                Element::Here(element) => element,
                Element::Gone => continue,
                Element::Unknown => return self.unknown_array_method(array, arguments, place, st),
            };
            let Some(before) = so_far.take() else {
                so_far = Some(element);
                continue;
            };
            let given = vec![before, element, Value::number(index as f64), Value::object(array)];
            so_far = Some(self.call_value(&function, Value::undefined(), given, place, st)?);
        }
        Some(so_far.unwrap_or_else(Value::undefined))
    }

    /// Calls a function in an arm of its own; what chooses it is told by a taint. Nothing where it does not return.
    fn call_perhaps(
        &mut self,
        function: &Value,
        arguments: Vec<Value>,
        chosen: Taint,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let before = st.clone();
        let cause = Cause { open: chosen, both: true, ..Cause::default() };
        let part = Self::enter_part(st, place, 1, &cause);
        let value = self.call_value(function, Value::undefined(), arguments, place, st);
        if value.is_none() {
            *st = before;
            return None;
        }
        part.leave(st);
        *st = std::mem::take(st).join(before, self.overflow);
        value
    }

    /// Calls a function for each element, in order.
    pub(super) fn each_element(
        &mut self,
        array: ObjectId,
        name: &str,
        function: &Value,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let mut kept = Vec::new();
        let mut unsure = false;
        // Which element is found depends on what was tested before, too.
        let mut taint = Taint::NONE;
        let passes_over = !name.starts_with("find");
        let mut indices: Vec<usize> = (0..self.elements(array, st).map_or(0, |e| e.len())).collect();
        if matches!(name, "findLast" | "findLastIndex") {
            indices.reverse();
        }
        for index in indices {
            let element = match self.element_now(array, index, st) {
                Element::Here(element) => element,
                Element::Gone if !passes_over => Value::undefined(),
                // The array that `map` gives has none there, either.
                Element::Gone if name != "map" => continue,
                _ => return self.unknown_array_method(array, vec![function.clone()], place, st),
            };
            let arguments = vec![element.clone(), Value::number(index as f64), Value::object(array)];
            let value = if unsure && name != "filter" {
                // Perhaps it has ended before.
                match self.call_perhaps(function, arguments, taint, place, st) {
                    Some(value) => value,
                    None => continue,
                }
            } else {
                self.call_value(function, Value::undefined(), arguments, place, st)?
            };
            match (name, decided(&value)) {
                ("map", _) => {
                    kept.push(value);
                    continue;
                }
                ("flatMap", _) => {
                    kept.push(self.list_as_it_is(value, place, st));
                    continue;
                }
                ("forEach", _) => continue,
                _ => taint = taint.with(value.taint),
            }
            match (name, decided(&value)) {
                (_, None) => unsure = true,
                ("filter", Some(true)) => kept.push(element),
                ("find" | "findLast", Some(true)) if !unsure => return Some(element.tainted(taint)),
                ("findIndex" | "findLastIndex", Some(true)) if !unsure => {
                    return Some(Value::number(index as f64).tainted(taint));
                }
                ("some", Some(true)) => return Some(Value::bool(true).tainted(taint)),
                ("every", Some(false)) => return Some(Value::bool(false).tainted(taint)),
                _ => {}
            }
        }
        let result = match name {
            "forEach" => Value::undefined(),
            "map" => Value::object(self.make_array(kept, false, place, st)),
            "flatMap" => self.flat(kept, 1, place, st),
            _ if unsure => self.unknown(Origin::Mixed(place)),
            "filter" => Value::object(self.make_array(kept, false, place, st)),
            "find" | "findLast" => Value::undefined(),
            "findIndex" | "findLastIndex" => Value::number(-1.0),
            "some" => Value::bool(false),
            _ => Value::bool(true),
        };
        Some(result.tainted(taint))
    }
    /// A list with what an array holds now: later calls may change the array. Any other value as it is.
    fn list_as_it_is(&mut self, value: Value, place: Place, st: &mut State) -> Value {
        let list = value.as_object().filter(|id| !self.has_holes(*id, st));
        match list.and_then(|id| self.elements(id, st)) {
            Some(elements) => Value::object(self.make_array(elements, false, place, st)).tainted(value.taint),
            None => value,
        }
    }
}
