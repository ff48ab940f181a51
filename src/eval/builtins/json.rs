//! `JSON.stringify` and `JSON.parse` of values that are known.

use serde_json::Value as Json;

use super::regex::is_match;
use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::convert::number_to_text;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};

/// Objects in objects are written this deep.
const MAX_DEPTH: u32 = 6;
/// Longer texts are neither written nor read.
const MAX_TEXT: usize = 4096;

impl Machine<'_> {
    /// `JSON.stringify(value)`.
    pub(super) fn stringify(&mut self, value: &Value, place: Place, st: &mut State) -> Option<Value> {
        let own = value.as_object().and_then(|id| self.object(st, id)?.own("toJSON").map(|slot| slot.value.clone()));
        let told = match own.filter(|f| f.single().is_some_and(|atom| self.is_callable(st, atom))) {
            Some(to_json) => Some(self.call_value(&to_json, value.clone(), vec![Value::text("")], place, st)?),
            None => None,
        };
        Some(self.text_in_json(told.as_ref().unwrap_or(value), place, st))
    }

    fn text_in_json(&mut self, value: &Value, place: Place, st: &State) -> Value {
        if value.as_object().is_some() && self.dumps_result(value, st) {
            return self.unknown(Origin::ResultText).tainted(value.taint.with(Taint::RESULT));
        }
        let mut text = String::new();
        let mut taint = value.taint;
        match self.write_json(value, MAX_DEPTH, &mut text, &mut taint, st) {
            Some(true) if text.len() <= MAX_TEXT => Value::text(text).tainted(taint),
            Some(false) => Value::undefined().tainted(taint),
            _ => self.unknown(Origin::Mixed(place)).tainted(taint),
        }
    }

    /// Writes a value; false where there is nothing to write, none where it is not known whole.
    fn write_json(&self, value: &Value, depth: u32, out: &mut String, taint: &mut Taint, st: &State) -> Option<bool> {
        *taint = taint.with(value.taint);
        match value.single()? {
            Atom::Undefined => return Some(false),
            Atom::Null => out.push_str("null"),
            Atom::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Atom::Number(n) if n.is_finite() => out.push_str(&number_to_text(*n)),
            Atom::Number(_) => out.push_str("null"),
            Atom::Text(text) => out.push_str(&Json::from(&**text).to_string()),
            Atom::Unknown(_) => return None,
            Atom::Object(id) => {
                let cell = self.object(st, *id)?;
                if cell.is_callable() {
                    return Some(false);
                }
                self.write_object(cell, depth.checked_sub(1)?, out, taint, st)?;
            }
        }
        (out.len() <= MAX_TEXT).then_some(true)
    }

    fn write_object(&self, cell: &Object, depth: u32, out: &mut String, taint: &mut Taint, st: &State) -> Option<()> {
        let is_array = matches!(cell.kind, ObjectKind::Array);
        let plain = is_array || matches!(cell.kind, ObjectKind::Plain) && cell.own("toJSON").is_none();
        let plain = plain && !is_match(cell);
        if cell.open || !plain {
            return None;
        }
        out.push(if is_array { '[' } else { '{' });
        let mut first = true;
        for slot in cell.in_order() {
            if slot.getter {
                return None;
            }
            let before = out.len();
            if !first {
                out.push(',');
            }
            if !is_array {
                out.push_str(&Json::from(&*slot.key).to_string());
                out.push(':');
            }
            let written = self.write_json(&slot.value, depth, out, taint, st)?;
            match (written, is_array) {
                (true, _) => first = false,
                (false, true) => {
                    out.push_str("null");
                    first = false;
                }
                (false, false) => out.truncate(before),
            }
        }
        out.push(if is_array { ']' } else { '}' });
        Some(())
    }

    /// `JSON.parse(value)`: a result's text gives the result again, a known text what it says.
    pub(super) fn parse(&mut self, value: &Value, place: Place, st: &mut State) -> Value {
        let of_result = |id| matches!(self.object(st, id).map(|o| &o.kind), Some(ObjectKind::Result));
        if let Some(result) = value.as_object().filter(|id| of_result(*id)) {
            return self.copy_of(result, place, st).tainted(value.taint);
        }
        if value.as_unknown().is_some_and(|id| *self.unknowns.origin(id) == Origin::ResultText)
            && let Some(result) = self.last_result.filter(|id| self.object(st, *id).is_some())
        {
            return self.copy_of(result, place, st);
        }
        match value.as_text().filter(|text| text.len() <= MAX_TEXT).cloned() {
            Some(text) => self.read_json(&text, place, st).tainted(value.taint),
            None => self.unknown(Origin::Mixed(place)).tainted(value.taint),
        }
    }

    /// Another result that says the same; what code has added to it only as far as JSON can say it.
    fn copy_of(&mut self, result: ObjectId, place: Place, st: &mut State) -> Value {
        let Some(mut object) = self.object(st, result).cloned() else { return Value::object(result) };
        for slot in object.properties.iter_mut().filter(|slot| slot.value.as_unknown().is_none()) {
            let (mut text, mut taint) = (String::new(), slot.value.taint);
            slot.value = match self.write_json(&slot.value, MAX_DEPTH, &mut text, &mut taint, st) {
                Some(true) => self.read_json(&text, place, st),
                Some(false) => Value::undefined(),
                None => self.unknown(Origin::Mixed(place)),
            }
            .tainted(taint);
        }
        Value::object(self.alloc(st, object))
    }

    /// What a text says in JSON; an unknown where it says nothing.
    fn read_json(&mut self, text: &str, place: Place, st: &mut State) -> Value {
        match serde_json::from_str::<Json>(text) {
            Ok(json) => self.json_value(json, place, st),
            Err(_) => self.unknown(Origin::Mixed(place)),
        }
    }

    fn json_value(&mut self, json: Json, place: Place, st: &mut State) -> Value {
        match json {
            Json::Null => Atom::Null.into(),
            Json::Bool(b) => Value::bool(b),
            Json::Number(n) => Value::number(n.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Value::text(text),
            Json::Array(items) => {
                let items = items.into_iter().map(|item| self.json_value(item, place, st)).collect();
                Value::object(self.make_array(items, false, place, st))
            }
            Json::Object(fields) => {
                let mut object = Object::plain(place);
                for (key, field) in fields {
                    let value = self.json_value(field, place, st);
                    object.put(key.into(), value, place);
                }
                Value::object(self.alloc(st, object))
            }
        }
    }
}
