//! What JavaScript brings along: methods of built-in values, and global functions.

mod array;
mod global;
mod regex;
mod text;

use super::Place;
use super::heap::{ObjectId, ObjectKind};
use super::host::HostCall;
use super::machine::Machine;
use super::state::State;
use super::unknown::Origin;
use super::value::{Atom, Value};

/// Methods of texts, arrays, objects, functions, promises, maps and sets that the evaluator knows.
const METHODS: &[&str] = &[
    "add",
    "apply",
    "at",
    "bind",
    "call",
    "catch",
    "charAt",
    "concat",
    "endsWith",
    "entries",
    "every",
    "filter",
    "finally",
    "find",
    "findIndex",
    "forEach",
    "get",
    "has",
    "hasOwnProperty",
    "includes",
    "indexOf",
    "join",
    "keys",
    "map",
    "match",
    "pop",
    "push",
    "reduce",
    "replace",
    "reverse",
    "search",
    "set",
    "shift",
    "slice",
    "some",
    "sort",
    "split",
    "startsWith",
    "substr",
    "substring",
    "test",
    "then",
    "toFixed",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "unshift",
    "valueOf",
    "values",
];

/// Whether a name is one of theirs.
pub(super) fn is_method(name: &str) -> bool {
    METHODS.binary_search(&name).is_ok()
}

impl Machine<'_> {
    /// Calls a method of a built-in value.
    pub(super) fn call_method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let value = match receiver.single() {
            Some(Atom::Text(text)) => self.text_method(&text.clone(), name, &arguments, place, st),
            Some(Atom::Object(id)) => return self.object_method(*id, receiver, name, arguments, place, st),
            Some(Atom::Number(_) | Atom::Bool(_)) if matches!(name, "toString" | "valueOf") => {
                let text = self.text_of(receiver, st).unwrap_or_else(|| "".into());
                if name == "toString" && arguments.is_empty() { Value::text(text) } else { receiver.clone() }
            }
            _ => {
                self.escape_all(&arguments, place, false, st);
                self.unknown(Origin::Call(place, None))
            }
        };
        let taint = arguments.iter().fold(receiver.taint, |t, a| t.with(a.taint));
        Some(value.tainted(taint))
    }

    fn object_method(
        &mut self,
        id: super::heap::ObjectId,
        receiver: &Value,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let Some(object) = self.object(st, id) else { return Some(Value::undefined()) };
        if object.is_callable() && matches!(name, "call" | "apply" | "bind") {
            let call = HostCall::at(place);
            return self.call_function_method(receiver, name, arguments, call, st);
        }
        let taint = arguments.iter().fold(receiver.taint, |t, a| t.with(a.taint));
        let value = match &object.kind {
            ObjectKind::Promise(_) if matches!(name, "then" | "catch" | "finally") => {
                return Some(self.then(id, name, arguments, place, st));
            }
            ObjectKind::Collection(entries) if matches!(name, "set" | "add") => {
                let entries = entries.clone();
                return Some(self.add_entry(id, &entries, name, arguments, st).tainted(receiver.taint));
            }
            ObjectKind::Collection(entries) => {
                let entries = entries.clone();
                self.collection_method(&entries, name, &arguments, place, st)
            }
            ObjectKind::Regex { pattern, flags } if name == "test" => {
                let subject = arguments.first().and_then(Value::as_text);
                let matched = subject.and_then(|text| regex::is_match(pattern, flags, text));
                matched.map_or_else(|| self.unknown(Origin::Mixed(place)), Value::bool)
            }
            ObjectKind::Regex { .. } => self.unknown(Origin::Mixed(place)),
            ObjectKind::Array => self.array_method(id, name, arguments, place, st)?,
            _ if name == "hasOwnProperty" => self.has_own(id, &arguments, place, st),
            _ if matches!(name, "toString" | "valueOf") => self.unknown(Origin::Mixed(place)),
            _ if object.open => {
                self.escape_all(&arguments, place, false, st);
                self.unknown(Origin::Call(place, None))
            }
            _ => self.unknown(Origin::Mixed(place)),
        };
        Some(value.tainted(taint))
    }

    fn has_own(&mut self, id: super::heap::ObjectId, arguments: &[Value], place: Place, st: &State) -> Value {
        let key = arguments.first().and_then(Value::as_text).cloned();
        match (key, self.object(st, id)) {
            (Some(key), Some(cell)) if cell.own(&key).is_some() => Value::bool(true),
            (Some(_), Some(cell)) if !cell.open => Value::bool(false),
            _ => self.unknown(Origin::Mixed(place)),
        }
    }

    /// `set` of a `Map`, `add` of a `Set`; the collection itself comes back.
    fn add_entry(
        &mut self,
        id: ObjectId,
        entries: &Entries,
        name: &str,
        arguments: Vec<Value>,
        st: &mut State,
    ) -> Value {
        let context = st.context().without_guard();
        let mut arguments = arguments.into_iter();
        let key = arguments.next().unwrap_or_else(Value::undefined).tainted(context);
        let value = if name == "add" { Value::bool(true) } else { arguments.next().unwrap_or_else(Value::undefined) };
        // The newest entry of a key is found first.
        let entries = std::iter::once((key, value.tainted(context))).chain(entries.iter().cloned()).collect();
        if let Some(cell) = st.heap.get_mut(id.0) {
            cell.kind = ObjectKind::Collection(entries);
        }
        Value::object(id)
    }

    /// `get` and `has` of a `Map` or `Set` with known entries.
    fn collection_method(
        &mut self,
        entries: &Entries,
        name: &str,
        arguments: &[Value],
        place: Place,
        st: &State,
    ) -> Value {
        let key = arguments.first().and_then(Value::single);
        let (Some(key), "get" | "has") = (key, name) else { return self.unknown(Origin::Mixed(place)) };
        let mut unsure = false;
        for (known, value) in entries.iter() {
            let Some(atom) = known.single() else { return self.unknown(Origin::Mixed(place)) };
            match self.equal(atom, key, true, st) {
                Some(true) => return if name == "get" { value.clone() } else { Value::bool(true) },
                Some(false) => {}
                None => unsure = true,
            }
        }
        match (unsure, name) {
            (true, _) => self.unknown(Origin::Mixed(place)),
            (false, "get") => Value::undefined(),
            _ => Value::bool(false),
        }
    }
}

/// Entries of a collection.
type Entries = std::rc::Rc<[(Value, Value)]>;

#[cfg(test)]
mod tests {
    use super::{METHODS, is_method};

    #[test]
    fn methods_are_in_order_for_the_search() {
        assert!(METHODS.is_sorted());
        assert!(METHODS.iter().all(|m| is_method(m)));
        assert!(!is_method("pay"));
    }
}
