//! Methods of texts.

use std::sync::Arc;

use crate::eval::Place;
use crate::eval::convert::{to_number, to_text, trim};
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::unknown::Origin;
use crate::eval::value::Value;

impl Machine<'_> {
    /// Calls a method of a known text; unknown arguments give an unknown.
    pub(super) fn text_method(
        &mut self,
        text: &Arc<str>,
        name: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Value {
        let first = arguments.first().and_then(Value::single).and_then(to_text);
        let known = match (name, first) {
            ("toString" | "valueOf", _) => Some(Value::text(text.clone())),
            ("trim", _) => Some(Value::text(trim(text))),
            ("toLowerCase", _) => Some(Value::text(text.to_lowercase())),
            ("toUpperCase", _) => Some(Value::text(text.to_uppercase())),
            ("indexOf", Some(part)) => Some(Value::number(utf16_index(text, text.find(&*part)))),
            ("includes", Some(part)) => Some(Value::bool(text.contains(&*part))),
            ("startsWith", Some(part)) => Some(Value::bool(text.starts_with(&*part))),
            ("endsWith", Some(part)) => Some(Value::bool(text.ends_with(&*part))),
            ("slice" | "substring" | "substr" | "charAt" | "at", _) => cut(text, name, arguments).map(Value::text),
            ("replace", Some(part)) => {
                let with = arguments.get(1).and_then(Value::single).and_then(to_text);
                with.filter(|w| !w.contains('$')).map(|with| Value::text(text.replacen(&*part, &with, 1)))
            }
            ("split", Some(by)) if !by.is_empty() => {
                let parts = text.split(&*by).map(Value::text).collect();
                Some(Value::object(self.make_array(parts, false, place, st)))
            }
            ("concat", _) => {
                let parts: Vec<Value> =
                    std::iter::once(Value::text(text.clone())).chain(arguments.iter().cloned()).collect();
                Some(self.concat(&parts, place, st))
            }
            _ => None,
        };
        known.unwrap_or_else(|| self.unknown(Origin::Mixed(place)))
    }
}

/// A byte index as JavaScript counts, −1 for none.
fn utf16_index(text: &str, index: Option<usize>) -> f64 {
    index.map_or(-1.0, |i| text[..i].encode_utf16().count() as f64)
}

/// `slice` and its kin on UTF-16 units; none where the cut would split a character or an argument is not known.
fn cut(text: &str, name: &str, arguments: &[Value]) -> Option<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = units.len() as f64;
    let number = |i: usize| match arguments.get(i) {
        Some(value) => value.single().and_then(to_number).map(Some),
        None => Some(None),
    };
    let (first, second) = (number(0)?, number(1)?);
    let whole = |n: f64| if n.is_nan() { 0.0 } else { n.trunc() };
    let from_end = |n: f64| if n < 0.0 { (length + n).max(0.0) } else { n.min(length) };
    let start = whole(first.unwrap_or(0.0));
    let (from, to) = match name {
        "slice" => (from_end(start), second.map_or(length, |n| from_end(whole(n)))),
        "substring" => {
            let (a, b) = (start.clamp(0.0, length), second.map_or(length, |n| whole(n).clamp(0.0, length)));
            (a.min(b), a.max(b))
        }
        "substr" => {
            let from = from_end(start);
            (from, second.map_or(length, |n| (from + whole(n).max(0.0)).min(length)))
        }
        "at" => (from_end(start), from_end(start) + 1.0),
        _ if start >= 0.0 => (start.min(length), (start + 1.0).min(length)),
        _ => (0.0, 0.0),
    };
    let range = from as usize..(to.min(length) as usize).max(from as usize);
    String::from_utf16(units.get(range)?).ok()
}
