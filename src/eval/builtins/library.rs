//! Functions of the language and of two libraries that go through values at hand: methods taken off a prototype,
//! `Array.from`, jQuery's and lodash's loops and searches.

use std::sync::Arc;

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectKind};
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Taint, Value};

/// Objects with more properties are not gone through.
const MAX_PROPERTIES: usize = 64;

impl Machine<'_> {
    /// Calls a function that goes through a value at hand; none where it is another, or the value is not known.
    pub(in crate::eval) fn call_language(
        &mut self,
        id: UnknownId,
        last: &str,
        this: &Value,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let path = self.unknowns.path(id).clone();
        let root: &str = path.first()?;
        match (root, path.len()) {
            ("Object" | "Array" | "String" | "RegExp", 3) if &*path[1] == "prototype" => {
                // Called by `call` or `apply`: what it works on is `this`.
                if root == "Object" && last == "toString" {
                    return Some(Some(self.object_tag(this, place, st)));
                }
                let built_in = !matches!(this.single()?, Atom::Unknown(_) | Atom::Undefined | Atom::Null);
                built_in.then(|| self.call_method(this, last, arguments.to_vec(), place, st))
            }
            ("Array", 2) if last == "from" => {
                let (first, given) = arguments.split_first()?;
                let Some(list) = self.iterate(first, place, st) else {
                    given.first()?;
                    self.run_given(given, place, st);
                    let taint = self.result_taint(arguments, st);
                    return Some(Some(self.unknown(Origin::Mixed(place)).tainted(taint)));
                };
                let elements = given.first().map(|_| list.clone());
                let list = Value::object(self.make_array(list, false, place, st));
                let Some(elements) = elements else { return Some(Some(list)) };
                let mapped = self.call_method(&list, "map", given.to_vec(), place, st);
                // The function may have changed the list, whose elements are read one after another.
                let now = first.as_object().and_then(|id| self.elements(id, st));
                self.run.cut_short |= now.is_some_and(|now| now != elements);
                Some(mapped)
            }
            ("$" | "jQuery" | "Zepto" | "_" | "lodash", 2) => {
                self.call_helper(root_of(root), last, arguments, place, st)
            }
            _ => None,
        }
    }

    /// What `Object.prototype.toString` says of a value: `[object Map]`.
    pub(in crate::eval) fn object_tag(&mut self, value: &Value, place: Place, st: &State) -> Value {
        let tag = value.single().and_then(|atom| self.tag_of(atom, st));
        let text = tag.map(|tag| Value::text(format!("[object {tag}]")));
        text.unwrap_or_else(|| self.unknown(Origin::Mixed(place))).tainted(value.taint)
    }

    fn tag_of(&self, atom: &Atom, st: &State) -> Option<&'static str> {
        Some(match atom {
            Atom::Undefined => "Undefined",
            Atom::Null => "Null",
            Atom::Bool(_) => "Boolean",
            Atom::Number(_) => "Number",
            Atom::Text(_) => "String",
            Atom::Unknown(_) => return None,
            Atom::Object(id) => {
                let cell = self.object(st, *id)?;
                match &cell.kind {
                    ObjectKind::Array => "Array",
                    ObjectKind::Collection(of) if of.is_map => "Map",
                    ObjectKind::Collection(_) => "Set",
                    ObjectKind::Regex { .. } => "RegExp",
                    ObjectKind::Promise(_) => "Promise",
                    ObjectKind::Result => "Object",
                    // An error is a plain object here.
                    ObjectKind::Plain if cell.own("message").is_none() && !super::regex::is_match(cell) => "Object",
                    _ if cell.is_callable() => "Function",
                    _ => return None,
                }
            }
        })
    }

    fn call_helper(
        &mut self,
        library: Library,
        name: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let first = arguments.first()?;
        match (library, name) {
            (Library::Query, "proxy") | (Library::Lodash, "bind") if self.is_callable(st, first.single()?) => {
                Some(self.call_method(first, "bind", arguments[1..].to_vec(), place, st))
            }
            (Library::Query, "inArray") => {
                let list = arguments.get(1)?;
                self.is_list(list, st).then(|| self.call_method(list, "indexOf", vec![first.clone()], place, st))
            }
            (Library::Query, "trim") | (Library::Lodash, "trim" | "toString") => {
                let text = self.concat(std::slice::from_ref(first), place, st);
                text.as_text()?;
                Some(self.call_method(&text, "trim", Vec::new(), place, st))
            }
            (Library::Query, "extend") | (Library::Lodash, "assign" | "extend" | "merge" | "defaults") => {
                self.extend(name, arguments, place, st).map(Some)
            }
            (Library::Query, "each") => self.each_of(first, arguments.get(1)?, true, place, st),
            (Library::Lodash, "each" | "forEach") => self.each_of(first, arguments.get(1)?, false, place, st),
            (
                Library::Lodash,
                "includes" | "indexOf" | "find" | "findIndex" | "some" | "every" | "filter" | "map" | "reduce",
            ) if self.is_list(first, st) && !self.is_shorthand(arguments.get(1), name, st) => {
                Some(self.call_method(first, name, arguments[1..].to_vec(), place, st))
            }
            _ => None,
        }
    }

    fn is_list(&self, value: &Value, st: &State) -> bool {
        value.as_object().is_some_and(|id| self.elements(id, st).is_some())
    }

    /// Whether a function's stead is taken by an object or a name that lodash compares with.
    fn is_shorthand(&self, given: Option<&Value>, name: &str, st: &State) -> bool {
        let function = given.is_some_and(|v| v.atoms.iter().all(|a| self.is_callable(st, a)));
        !function && !matches!(name, "includes" | "indexOf")
    }

    /// `$.extend(target, …)` and its kin, where every source is at hand.
    fn extend(&mut self, name: &str, arguments: &[Value], place: Place, st: &mut State) -> Option<Value> {
        let deep = matches!(arguments.first()?.single(), Some(Atom::Bool(_)));
        let (target, sources) = arguments.get(usize::from(deep)..)?.split_first()?;
        let id = target.as_object()?;
        let at_hand = |v: &Value| v.objects().count() == v.atoms.len();
        if name == "defaults" || !sources.iter().all(at_hand) {
            return None;
        }
        let mut object = self.object(st, id).filter(|o| matches!(o.kind, ObjectKind::Plain))?.clone();
        for source in sources {
            self.copy_into(&mut object, source, st);
        }
        st.heap.set(id.0, Object { made: place, ..object });
        Some(target.clone())
    }

    /// Calls a function for each element or property: jQuery gives the key first and stops at `false`.
    fn each_of(
        &mut self,
        of: &Value,
        function: &Value,
        key_first: bool,
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let cell = self.object(st, of.as_object()?)?;
        let plain = matches!(cell.kind, ObjectKind::Plain | ObjectKind::Array);
        if !plain || cell.open || cell.properties.len() > MAX_PROPERTIES {
            return None;
        }
        let is_array = matches!(cell.kind, ObjectKind::Array);
        let slots: Vec<(Arc<str>, Value)> = cell.properties.iter().map(|p| (p.key.clone(), p.value.clone())).collect();
        let mut taint = Taint::NONE;
        for (key, value) in slots {
            let number = key.parse::<f64>().ok().filter(|_| is_array);
            let key = number.map_or_else(|| Value::text(key), Value::number);
            let this = if key_first { value.clone() } else { Value::undefined() };
            let given = if key_first { vec![key, value] } else { vec![value, key] };
            let Some(returned) = self.call_value(function, this, given, place, st) else { return Some(None) };
            taint = taint.with(returned.taint);
            if returned.single() == Some(&Atom::Bool(false)) {
                break;
            }
        }
        Some(Some(of.clone().tainted(taint)))
    }
}

/// Whose function it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Library {
    Query,
    Lodash,
}

fn root_of(name: &str) -> Library {
    if matches!(name, "_" | "lodash") { Library::Lodash } else { Library::Query }
}
