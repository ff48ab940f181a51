//! Methods of arrays.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::convert::{to_number, to_text};
use crate::eval::values::heap::{Object, ObjectId, ObjectKind, PropertySlot};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};

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
        if matches!(name, "push" | "unshift" | "pop" | "shift" | "sort" | "reverse" | "splice" | "fill") {
            return self.change_array(id, name, arguments, place, st);
        }
        let elements = self.elements(id, st).filter(|e| e.len() <= MAX_ELEMENTS);
        let Some(elements) = elements else { return self.unknown_array_method(id, arguments, place, st) };
        let holes = self.object(st, id).is_some_and(|cell| cell.holes);
        match name {
            "reduce" | "reduceRight" => return self.reduce(id, name, arguments, place, st),
            "forEach" | "map" | "flatMap" | "filter" | "find" | "findIndex" | "findLast" | "findLastIndex" | "some"
            | "every" => {
                let function = arguments.into_iter().next().unwrap_or_else(Value::undefined);
                return self.each_element(id, name, &function, place, st);
            }
            "flat" | "indexOf" | "lastIndexOf" if self.has_holes(id, st) => {
                return self.unknown_array_method(id, arguments, place, st);
            }
            _ => {}
        }
        let number = |i: usize| arguments.get(i).map(|v| v.single().and_then(to_number));
        Some(match (name, arguments.first()) {
            ("includes" | "indexOf" | "lastIndexOf", Some(wanted)) if arguments.len() == 1 => {
                self.search(&elements, name, wanted, place, st)
            }
            ("join", by) => {
                let by = by.filter(|by| !matches!(by.single(), Some(Atom::Undefined)));
                let by = by.map_or_else(|| Some(",".into()), |b| b.single().and_then(to_text));
                match by {
                    Some(by) => self.join_elements(elements, Value::text(by), place, st),
                    None => self.unknown(Origin::Mixed(place)),
                }
            }
            ("toString", _) => self.join_elements(elements, Value::text(","), place, st),
            ("concat", _) => self.joined((elements, holes), &arguments, place, st),
            ("slice", _) => match slice_range(number(0), number(1), elements.len()) {
                Some(range) => {
                    let kept = elements.get(range).unwrap_or_default().to_vec();
                    let made = self.make_array(kept, false, place, st);
                    Self::pass_holes(holes, made, st)
                }
                None => self.unknown(Origin::Mixed(place)),
            },
            ("at", _) => match number(0).flatten() {
                Some(n) => {
                    let index = if n < 0.0 { n.trunc() + elements.len() as f64 } else { n.trunc() };
                    let found = (index >= 0.0).then(|| elements.get(index as usize).cloned()).flatten();
                    found.unwrap_or_else(Value::undefined)
                }
                None => self.unknown(Origin::Mixed(place)),
            },
            ("flat", None) => self.flat(elements, 1, place, st),
            ("values", _) => Value::object(self.make_array(elements, false, place, st)),
            ("keys", _) => {
                let keys = (0..elements.len()).map(|i| Value::number(i as f64)).collect();
                Value::object(self.make_array(keys, false, place, st))
            }
            ("entries", _) => {
                let pair = |(i, element)| vec![Value::number(i as f64), element];
                let pairs: Vec<Vec<Value>> = elements.into_iter().enumerate().map(pair).collect();
                let pairs = pairs.into_iter().map(|p| Value::object(self.make_array(p, false, place, st))).collect();
                Value::object(self.make_array(pairs, false, place, st))
            }
            _ => return self.unknown_array_method(id, arguments, place, st),
        })
    }

    /// `Array(…)`, `new Array(…)`: one number is a length. None where that is not known.
    pub(in crate::eval) fn new_array(&mut self, arguments: &[Value], place: Place, st: &mut State) -> Option<Value> {
        let (elements, holes) = match arguments {
            [one] => match one.single()? {
                Atom::Number(n) if (0.0..=MAX_ELEMENTS as f64).contains(n) => {
                    (vec![Value::undefined(); *n as usize], true)
                }
                Atom::Number(_) | Atom::Unknown(_) => return None,
                _ => (vec![one.clone()], false),
            },
            several => (several.to_vec(), false),
        };
        let made = self.make_array(elements, false, place, st);
        Some(Self::pass_holes(holes, made, st))
    }

    /// `concat`.
    fn joined(
        &mut self,
        (mut all, mut holes): (Vec<Value>, bool),
        more: &[Value],
        place: Place,
        st: &mut State,
    ) -> Value {
        let mut open = None;
        for argument in more {
            match argument.as_object().and_then(|id| Some((id, self.elements(id, st)?))) {
                Some((id, more)) => {
                    holes |= self.has_holes(id, st);
                    all.extend(more);
                }
                None => {
                    if self.may_be_several(argument, st) {
                        open.get_or_insert(all.len());
                    }
                    all.push(argument.clone());
                }
            }
        }
        let made = self.make_array_from(all, open, place, st);
        Self::pass_holes(holes, made, st)
    }

    /// Whether elements of an array may be missing.
    pub(super) fn has_holes(&self, id: ObjectId, st: &State) -> bool {
        self.object(st, id).is_some_and(Object::has_holes)
    }

    /// An array that was made of one with missing elements.
    pub(super) fn pass_holes(holes: bool, made: ObjectId, st: &mut State) -> Value {
        if let Some(cell) = st.heap.get_mut(made.0).filter(|_| holes) {
            cell.holes = true;
        }
        Value::object(made)
    }

    /// A method of an array whose elements are not all known: what it gives depends on those that are.
    pub(super) fn unknown_array_method(
        &mut self,
        id: ObjectId,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let taint = self.object(st, id).map(|o| o.properties.iter().fold(Taint::NONE, |t, p| t.with(p.value.taint)));
        self.run_given(&arguments, place, st);
        Some(self.unknown(Origin::Mixed(place)).tainted(taint.unwrap_or_default()))
    }

    /// Methods that change the array.
    fn change_array(
        &mut self,
        id: ObjectId,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        if matches!(name, "push" | "unshift" | "splice") {
            self.record_added(id, &arguments, place, st);
        }
        for argument in &arguments {
            self.note_stored(argument, st);
        }
        if let (true, Some(cell)) = (name == "push", st.heap.get_mut(id.0).filter(|c| !c.open)) {
            for value in arguments {
                let key = cell.properties.len().to_string().into();
                cell.properties.push(PropertySlot { key, value, place, getter: false });
            }
            return Some(Value::number(cell.properties.len() as f64));
        }
        let Some(mut elements) = self.elements(id, st).filter(|e| e.len() <= MAX_ELEMENTS) else {
            self.run_given(&arguments, place, st);
            self.forget_order(id, &arguments, place, st);
            return Some(self.unknown(Origin::Mixed(place)));
        };
        let result = match name {
            "unshift" => {
                elements.splice(0..0, arguments);
                Value::number(elements.len() as f64)
            }
            "pop" => elements.pop().unwrap_or_else(Value::undefined),
            "shift" if elements.is_empty() => Value::undefined(),
            "shift" => elements.remove(0),
            "reverse" => {
                elements.reverse();
                Value::object(id)
            }
            "fill" if arguments.len() == 1 => {
                elements.fill(arguments.into_iter().next().unwrap_or_else(Value::undefined));
                Value::object(id)
            }
            _ => {
                self.run_given(&arguments, place, st);
                self.forget_order(id, &arguments, place, st);
                return Some(if name == "splice" { self.unknown(Origin::Mixed(place)) } else { Value::object(id) });
            }
        };
        let slot = |(index, value): (usize, Value)| {
            let key = index.to_string().into();
            PropertySlot { key, value, place, getter: false }
        };
        if let Some(cell) = st.heap.get_mut(id.0) {
            cell.properties = elements.into_iter().enumerate().map(slot).collect();
        }
        Some(result)
    }

    /// Any element of an array may stand anywhere in it, or what it was given.
    fn forget_order(&mut self, id: ObjectId, given: &[Value], place: Place, st: &mut State) {
        let mut any = self.unknown(Origin::Dynamic(place));
        let overflow = self.overflow;
        let Some(cell) = st.heap.get_mut(id.0) else { return };
        cell.properties.iter().map(|slot| &slot.value).chain(given).for_each(|value| any.join(value, overflow));
        cell.open = true;
        cell.properties.iter_mut().for_each(|slot| slot.value = any.clone());
    }

    fn search(&mut self, elements: &[Value], name: &str, wanted: &Value, place: Place, st: &State) -> Value {
        let mut found = None;
        for wanted in &wanted.atoms {
            let result = self.search_one(elements, name, wanted, place, st);
            self.add_alternative(&mut found, result);
        }
        found.unwrap_or_else(Value::undefined)
    }

    fn search_one(&mut self, elements: &[Value], name: &str, wanted: &Atom, place: Place, st: &State) -> Value {
        let mut at = None;
        let mut in_order: Vec<(usize, &Value)> = elements.iter().enumerate().collect();
        if name == "lastIndexOf" {
            in_order.reverse();
        }
        for (index, element) in in_order {
            let equal = match element.single() {
                // `includes` takes `NaN` for itself.
                Some(Atom::Number(n)) if n.is_nan() && name == "includes" && is_nan(wanted) => Some(true),
                Some(known) if name != "includes" && self.may_be_nan(known, wanted, st) => None,
                Some(known) => {
                    self.run.observed.note_equality(known, wanted, true);
                    self.equal(known, wanted, true, st)
                }
                None => {
                    self.note_given([element, &Value::from(wanted.clone())], st);
                    None
                }
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
            let nothing = element.atoms.iter().all(|a| matches!(a, Atom::Undefined | Atom::Null));
            parts.push(if nothing { Value::text("").tainted(element.taint) } else { element });
        }
        if parts.is_empty() { Value::text("") } else { self.concat(&parts, place, st) }
    }

    /// `flat(depth)`.
    pub(super) fn flat(&mut self, elements: Vec<Value>, depth: u32, place: Place, st: &mut State) -> Value {
        let mut all = Vec::with_capacity(elements.len());
        let mut open = None;
        for element in elements {
            match element.as_object().filter(|id| !self.has_holes(*id, st)).and_then(|id| self.elements(id, st)) {
                Some(inner) if depth > 0 => all.extend(inner),
                _ => {
                    if depth > 0 && self.may_be_several(&element, st) {
                        open.get_or_insert(all.len());
                    }
                    all.push(element);
                }
            }
        }
        Value::object(self.make_array_from(all, open, place, st))
    }

    /// Whether a value may be an array, whose elements would take its place: nobody knows how many.
    fn may_be_several(&self, value: &Value, st: &State) -> bool {
        let is_array =
            |id| self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Array) || super::regex::is_match(o));
        value.may_be_unknown() || value.objects().any(is_array)
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
        let Some(crate::eval::values::heap::ObjectKind::Closure(closure)) = self.object(st, id).map(|o| &o.kind) else {
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

/// The range of `slice(from, to)`: each bound absent, or not known.
fn slice_range(from: Option<Option<f64>>, to: Option<Option<f64>>, length: usize) -> Option<std::ops::Range<usize>> {
    let bound = |n: f64| {
        let n = if n.is_nan() { 0.0 } else { n.trunc() };
        (if n < 0.0 { (n + length as f64).max(0.0) } else { n.min(length as f64) }) as usize
    };
    let from = from.map_or(Some(0), |n| n.map(bound))?;
    let to = to.map_or(Some(length), |n| n.map(bound))?;
    Some(from..to.max(from))
}

fn is_nan(atom: &Atom) -> bool {
    matches!(atom, Atom::Number(n) if n.is_nan())
}
