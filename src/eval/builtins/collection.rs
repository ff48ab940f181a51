//! `Map` and `Set` with known entries, and what going through a value gives.

use std::rc::Rc;

use crate::eval::Place;
use crate::eval::language::expr::is_nullish;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::collection::Collection;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};

/// Collections with more entries, and texts with more characters, are not gone through.
const MAX_ENTRIES: usize = 64;

impl Machine<'_> {
    /// What going through a value gives: elements of an array or a `Set`, entries of a `Map`, characters of a text.
    pub(in crate::eval) fn iterate(&mut self, value: &Value, place: Place, st: &mut State) -> Option<Vec<Value>> {
        self.run.observed.note_use(value);
        if let Some(id) = value.as_object().filter(|_| st.outcome) {
            self.open_if_growing(id, st);
        }
        match value.single()? {
            Atom::Text(text) if text.len() <= MAX_ENTRIES => {
                Some(text.chars().map(|c| Value::text(c.to_string())).collect())
            }
            Atom::Object(id) => match &self.object(st, *id)?.kind {
                ObjectKind::Collection(collection) => {
                    let collection = collection.clone();
                    self.entries_of(&collection, "", place, st)
                }
                _ => self.elements(*id, st),
            },
            _ => None,
        }
    }

    /// The keys, values or entries of a collection, in order; with no name, what `for … of` gives.
    fn entries_of(&mut self, of: &Collection, name: &str, place: Place, st: &mut State) -> Option<Vec<Value>> {
        if of.entries.len() > MAX_ENTRIES || of.entries.iter().any(|(_, value)| value.lacks()) {
            return None;
        }
        let one = |machine: &mut Self, (key, value): &(Value, Value), st: &mut State| match (name, of.is_map) {
            ("keys", _) | ("" | "values", false) => key.clone(),
            ("values", _) => value.clone(),
            _ => Value::object(machine.make_array(vec![key.clone(), value.clone()], false, place, st)),
        };
        Some(of.entries.iter().map(|entry| one(self, entry, st)).collect())
    }

    /// `new Map(list)`, `new Set(list)`; none where the entries are not known.
    pub(in crate::eval) fn new_collection(
        &mut self,
        is_map: bool,
        list: &Value,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let elements = if is_nullish(list) { Vec::new() } else { self.iterate(list, place, st)? };
        let mut entries: Vec<(Value, Value)> = Vec::with_capacity(elements.len());
        for element in elements {
            let (key, value) = if is_map {
                let mut pair = self.iterate(&element, place, st)?.into_iter();
                (pair.next()?, pair.next().unwrap_or_else(Value::undefined))
            } else {
                (element.clone(), element)
            };
            let key = as_key(key);
            // A key that is not known may be any of the others.
            match if entries.is_empty() { None } else { self.position(&entries, &key, st).ok()? } {
                Some(index) => entries[index].1 = value,
                None => entries.push((key, value)),
            }
        }
        let kind = ObjectKind::Collection(Collection { is_map, entries: entries.into() });
        Some(Value::object(self.alloc(st, Object::of(kind, place))))
    }

    /// Calls a method of a `Map` or `Set`.
    pub(super) fn collection_method(
        &mut self,
        id: ObjectId,
        of: &Collection,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        Some(match name {
            "set" | "add" => {
                self.record_added(id, &arguments, place, st);
                self.add_entry(id, of, arguments, place, st)
            }
            "get" | "has" => self.find_entry(of, name, &arguments, place, st),
            "clear" => self.replace_entries(id, of, Vec::new(), Value::undefined(), st),
            "delete" => self.delete_entry(id, of, &arguments, place, st),
            "keys" | "values" | "entries" => match self.entries_of(of, name, place, st) {
                Some(list) => Value::object(self.make_array(list, false, place, st)),
                None => self.unknown(Origin::Mixed(place)),
            },
            "forEach" => {
                let function = arguments.into_iter().next().unwrap_or_else(Value::undefined);
                let mut visited: Vec<Value> = Vec::new();
                loop {
                    // The function may add entries, which have their turn, too, and delete some that then have none.
                    let Some(ObjectKind::Collection(now)) = self.object(st, id).map(|cell| cell.kind.clone()) else {
                        break;
                    };
                    if self.entries_of(&now, "keys", place, st).is_none() {
                        self.run_given(&[function], place, st);
                        break;
                    }
                    let is_new = |(key, _): &&(Value, Value)| visited.iter().all(|known| known.atoms != key.atoms);
                    let Some((key, value)) = now.entries.iter().find(is_new).cloned() else { break };
                    visited.push(key.clone());
                    let given = vec![value, key, Value::object(id)];
                    self.call_value(&function, Value::undefined(), given, place, st)?;
                }
                Value::undefined()
            }
            _ => {
                self.run_given(&arguments, place, st);
                self.unknown(Origin::Mixed(place))
            }
        })
    }

    /// Whether a collection has more entries than when it began to be gone through: they have their turn, too.
    pub(in crate::eval) fn has_grown(&self, id: ObjectId, entries: usize, st: &State) -> bool {
        let of = self.object(st, id).map(|cell| &cell.kind);
        matches!(of, Some(ObjectKind::Collection(now)) if now.entries.len() > entries)
    }

    /// Where a key stands: `Ok(None)` where it surely is not there, an error where that is not known.
    fn position(&self, entries: &[(Value, Value)], key: &Value, st: &State) -> Result<Option<usize>, ()> {
        let wanted = key.single().ok_or(())?;
        let same = |known: &Atom| match (known, wanted) {
            (Atom::Number(a), Atom::Number(b)) if a.is_nan() && b.is_nan() => Some(true),
            _ => self.equal(known, wanted, true, st),
        };
        let mut unsure = false;
        for (index, (known, _)) in entries.iter().enumerate() {
            match known.single().and_then(same) {
                Some(true) if !unsure => return Ok(Some(index)),
                Some(false) => {}
                _ => unsure = true,
            }
        }
        if unsure { Err(()) } else { Ok(None) }
    }

    /// `get` and `has`.
    fn find_entry(&mut self, of: &Collection, name: &str, arguments: &[Value], place: Place, st: &State) -> Value {
        let Some(key) = arguments.first() else { return Value::undefined() };
        for ((known, _), atom) in of.entries.iter().flat_map(|entry| key.atoms.iter().map(move |atom| (entry, atom))) {
            known.atoms.iter().for_each(|known| self.run.observed.note_equality(known, atom, true));
        }
        let found = match self.position(&of.entries, key, st) {
            Ok(found) => found.and_then(|index| of.entries.get(index)).map(|(_, value)| value),
            Err(()) => return self.unknown(Origin::Mixed(place)),
        };
        match (name, found) {
            ("get", Some(value)) => value.clone(),
            ("get", None) => Value::undefined(),
            // One of the branches that met did not put it there.
            (_, Some(value)) if value.lacks() => self.unknown(Origin::Mixed(place)),
            (_, found) => Value::bool(found.is_some()),
        }
    }

    /// `set` of a `Map`, `add` of a `Set`; the collection itself comes back.
    fn add_entry(
        &mut self,
        id: ObjectId,
        of: &Collection,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Value {
        let context = st.context().without_guard();
        let mut arguments = arguments.into_iter();
        let key = as_key(arguments.next().unwrap_or_else(Value::undefined)).tainted(context);
        let value = if of.is_map { arguments.next().unwrap_or_else(Value::undefined) } else { key.clone() };
        self.note_stored(&value, st);
        let mut value = value.tainted(context);
        let mut entries = of.entries.to_vec();
        let last = entries.len().saturating_sub(1);
        match self.position(&entries, &key, st) {
            Ok(Some(index)) => {
                if let Some((_, held)) = entries.get_mut(index) {
                    // One that was missing stands at the end now.
                    if held.lacks() && index < last {
                        value.may_lack(self.overflow);
                    }
                    *held = value;
                }
            }
            Ok(None) if entries.len() < MAX_ENTRIES => entries.push((key, value)),
            _ if entries.len() >= MAX_ENTRIES => return self.forget_entries(id, st),
            _ => {
                // Any entry may have been written; then there is none more.
                let unknown = self.unknowns.make(Origin::Dynamic(place));
                for (_, old) in entries.iter_mut().filter(|_| of.is_map) {
                    old.join(&value, unknown);
                }
                value.may_lack(unknown);
                entries.push((key, value));
            }
        }
        self.replace_entries(id, of, entries, Value::object(id), st)
    }

    fn delete_entry(
        &mut self,
        id: ObjectId,
        of: &Collection,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Value {
        let Some(key) = arguments.first() else { return Value::bool(false) };
        let mut entries = of.entries.to_vec();
        match self.position(&entries, key, st) {
            Ok(None) => Value::bool(false),
            Ok(Some(index)) => {
                let (_, held) = entries.remove(index);
                let lacks = held.lacks();
                let was_there = if lacks { self.unknown(Origin::Mixed(place)) } else { Value::bool(true) };
                self.replace_entries(id, of, entries, was_there, st)
            }
            Err(()) => {
                entries.iter_mut().for_each(|(_, value)| value.may_lack(self.overflow));
                let unknown = self.unknown(Origin::Mixed(place));
                self.replace_entries(id, of, entries, unknown, st)
            }
        }
    }

    /// Makes a collection that grows too large an object of which nothing is known.
    fn forget_entries(&self, id: ObjectId, st: &mut State) -> Value {
        if let Some(cell) = st.heap.get_mut(id.0) {
            cell.kind = ObjectKind::Plain;
            cell.open = true;
        }
        Value::object(id)
    }

    fn replace_entries(
        &self,
        id: ObjectId,
        of: &Collection,
        entries: Vec<(Value, Value)>,
        result: Value,
        st: &mut State,
    ) -> Value {
        if let Some(cell) = st.heap.get_mut(id.0) {
            cell.kind = ObjectKind::Collection(Collection { is_map: of.is_map, entries: Rc::from(entries) });
        }
        result
    }

    /// The number of entries, where none of them may be missing.
    pub(in crate::eval) fn size_of(of: &Collection) -> Option<Value> {
        let sure = |v: &Value| v.single().is_some();
        of.entries.iter().all(|(key, value)| sure(key) && sure(value)).then(|| Value::number(of.entries.len() as f64))
    }
}

/// A key as collections keep it: they know one zero.
fn as_key(mut key: Value) -> Value {
    for atom in &mut key.atoms {
        if *atom == Atom::Number(-0.0) {
            *atom = Atom::Number(0.0);
        }
    }
    key
}
