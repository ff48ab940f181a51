//! What JavaScript brings along: methods of built-in values, and global functions.

mod array;
mod collection;
mod descriptor;
mod each;
mod global;
mod json;
mod library;
mod promise;
mod regex;
mod text;

use super::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::State;
use crate::eval::values::convert::to_text;
use crate::eval::values::heap::ObjectKind;
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};
use regex::Pattern;

/// Methods of texts, arrays, objects, functions, promises, maps, sets and regular expressions.
const METHODS: &[&str] = &[
    "add",
    "apply",
    "at",
    "bind",
    "call",
    "catch",
    "charAt",
    "charCodeAt",
    "clear",
    "codePointAt",
    "concat",
    "delete",
    "endsWith",
    "entries",
    "every",
    "exec",
    "fill",
    "filter",
    "finally",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flat",
    "flatMap",
    "forEach",
    "get",
    "has",
    "hasOwnProperty",
    "includes",
    "indexOf",
    "isPrototypeOf",
    "join",
    "keys",
    "lastIndexOf",
    "localeCompare",
    "map",
    "match",
    "matchAll",
    "normalize",
    "padEnd",
    "padStart",
    "pop",
    "propertyIsEnumerable",
    "push",
    "reduce",
    "reduceRight",
    "repeat",
    "replace",
    "replaceAll",
    "reverse",
    "search",
    "set",
    "shift",
    "slice",
    "some",
    "sort",
    "splice",
    "split",
    "startsWith",
    "substr",
    "substring",
    "test",
    "then",
    "toFixed",
    "toLocaleLowerCase",
    "toLocaleString",
    "toLocaleUpperCase",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimLeft",
    "trimRight",
    "trimStart",
    "unshift",
    "valueOf",
    "values",
];

/// Those of them that a value which is not at hand may have for something else, and run functions later.
const AMBIGUOUS: &[&str] = &["clear", "delete", "exec", "fill"];

/// Whether a name is one of theirs.
pub(super) fn is_method(name: &str) -> bool {
    METHODS.binary_search(&name).is_ok()
}

/// Methods by which code asks something of a text, without changing anything.
const QUERIES_OF_TEXT: &[&str] = &[
    "at",
    "charAt",
    "charCodeAt",
    "concat",
    "endsWith",
    "includes",
    "indexOf",
    "lastIndexOf",
    "localeCompare",
    "match",
    "padStart",
    "replace",
    "replaceAll",
    "search",
    "slice",
    "split",
    "startsWith",
    "substr",
    "substring",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
];

/// Whether a method of this name asks something of a text.
pub(super) fn is_query_of_text(name: &str) -> bool {
    QUERIES_OF_TEXT.binary_search(&name).is_ok()
}

/// Whether a method of this name, of whatever value, runs the functions that it is given at once if at all.
pub(super) fn runs_at_once(name: &str) -> bool {
    is_method(name) && !AMBIGUOUS.contains(&name)
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
        if !self.only_compares(receiver, name, st) {
            self.note_given(std::iter::once(receiver).chain(&arguments), st);
        }
        let seen = self.seen_by(&arguments, st);
        let value = match receiver.single() {
            Some(Atom::Text(text)) => self.text_method(&text.clone(), name, &arguments, place, st),
            Some(Atom::Object(id)) => return self.object_method(*id, receiver, name, arguments, place, st),
            Some(Atom::Unknown(_)) if name == "concat" => {
                let parts: Vec<Value> = std::iter::once(receiver.clone()).chain(arguments.iter().cloned()).collect();
                self.concat(&parts, place, st)
            }
            Some(Atom::Number(_) | Atom::Bool(_)) if matches!(name, "toString" | "valueOf") => {
                let text = self.text_of(receiver, st).unwrap_or_else(|| "".into());
                match (name, arguments.is_empty()) {
                    ("valueOf", _) => receiver.clone(),
                    (_, true) => Value::text(text),
                    // To another base.
                    _ => self.unknown(Origin::Mixed(place)),
                }
            }
            _ => {
                self.escape_all(&arguments, place, false, st);
                self.unknown(Origin::Call(place, None))
            }
        };
        let taint = arguments.iter().fold(receiver.taint, |t, a| t.with(a.taint));
        let seen = if value.may_be_unknown() { seen } else { Taint::NONE };
        Some(value.tainted(taint).tainted(seen))
    }

    /// What may flow into an unknown that a method gives by the functions it is given: they may see anything.
    fn seen_by(&self, arguments: &[Value], st: &State) -> Taint {
        let function = |v: &Value| v.atoms.iter().any(|a| self.is_callable(st, a));
        if st.outcome && arguments.iter().any(function) { Taint::RESULT } else { Taint::NONE }
    }

    fn object_method(
        &mut self,
        id: crate::eval::values::heap::ObjectId,
        receiver: &Value,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        if st.outcome {
            self.open_if_growing(id, st);
        }
        let Some(object) = self.object(st, id) else { return Some(Value::undefined()) };
        if object.is_callable() && matches!(name, "call" | "apply" | "bind") {
            let call = HostCall::at(place);
            return self.call_function_method(receiver, name, arguments, call, st);
        }
        let taint = arguments.iter().fold(receiver.taint, |t, a| t.with(a.taint));
        let seen = self.seen_by(&arguments, st);
        let value = match &object.kind {
            ObjectKind::Promise(_) if matches!(name, "then" | "catch" | "finally") => {
                return Some(self.then(id, name, arguments, place, st));
            }
            ObjectKind::Collection(collection) => {
                let collection = collection.clone();
                self.collection_method(id, &collection, name, arguments, place, st)?
            }
            ObjectKind::Regex { pattern, flags } => {
                let pattern = Pattern { source: pattern.clone(), flags: flags.clone() };
                self.regex_method(&pattern, name, &arguments, place, st)
            }
            ObjectKind::Array => self.array_method(id, name, arguments, place, st)?,
            _ if matches!(name, "hasOwnProperty" | "propertyIsEnumerable") => self.has_own(id, &arguments, place, st),
            _ if matches!(name, "toString" | "valueOf") => self.unknown(Origin::Mixed(place)),
            _ => {
                self.escape_all(&arguments, place, false, st);
                self.unknown(Origin::Call(place, None))
            }
        };
        // What a decided predicate of a list found is known to depend on it already.
        let seen = if value.as_unknown().is_some() { seen } else { Taint::NONE };
        Some(value.tainted(taint).tainted(seen))
    }

    fn has_own(
        &mut self,
        id: crate::eval::values::heap::ObjectId,
        arguments: &[Value],
        place: Place,
        st: &State,
    ) -> Value {
        let Some(key) = arguments.first().and_then(Value::single) else { return self.unknown(Origin::Mixed(place)) };
        let Some(cell) = self.object(st, id) else { return self.unknown(Origin::Mixed(place)) };
        let has = match to_text(key) {
            Some(key) => cell.has_own(&key),
            None => self.has_no_such_key(cell, key, st).then_some(false),
        };
        has.map_or_else(|| self.unknown(Origin::Mixed(place)), Value::bool)
    }
}

#[cfg(test)]
mod tests {
    use super::{AMBIGUOUS, METHODS, is_method, runs_at_once};

    #[test]
    fn methods_are_in_order_for_the_search() {
        assert!(METHODS.is_sorted());
        assert!(METHODS.iter().all(|m| is_method(m)));
        assert!(!is_method("pay"));
        assert!(AMBIGUOUS.iter().all(|m| is_method(m) && !runs_at_once(m)));
    }
}
