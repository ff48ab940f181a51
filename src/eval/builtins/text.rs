//! Methods of texts.

use std::sync::Arc;

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::convert::{to_number, to_text, trim, trim_end, trim_start};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};

use super::regex::{Match, Pattern};

/// Longer texts are not repeated.
const MAX_REPEATED: usize = 64;

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
        let pattern = self.regex_of(arguments.first(), st);
        if pattern.is_some() || matches!(name, "match" | "matchAll" | "search") {
            return self.match_text(text, name, pattern, arguments, place, st);
        }
        let first = arguments.first().and_then(Value::single).and_then(to_text);
        let from_start = arguments.len() < 2;
        let known = match (name, first) {
            ("toString" | "valueOf" | "normalize", _) => Some(Value::text(text.clone())),
            ("trim", _) => Some(Value::text(trim(text))),
            ("trimStart" | "trimLeft", _) => Some(Value::text(trim_start(text))),
            ("trimEnd" | "trimRight", _) => Some(Value::text(trim_end(text))),
            ("toLowerCase" | "toLocaleLowerCase", _) => Some(Value::text(text.to_lowercase())),
            ("toUpperCase" | "toLocaleUpperCase", _) => Some(Value::text(text.to_uppercase())),
            ("indexOf", Some(part)) if from_start => Some(Value::number(utf16_index(text, text.find(&*part)))),
            ("lastIndexOf", Some(part)) if from_start => Some(Value::number(utf16_index(text, text.rfind(&*part)))),
            ("includes", Some(part)) if from_start => Some(Value::bool(text.contains(&*part))),
            ("startsWith", Some(part)) if from_start => Some(Value::bool(text.starts_with(&*part))),
            ("endsWith", Some(part)) if from_start => Some(Value::bool(text.ends_with(&*part))),
            ("localeCompare", Some(other)) => compare(text, &other).map(Value::number),
            ("charCodeAt", _) => cut(text, "charAt", arguments).map(|c| code_of(&c)),
            ("codePointAt", _) => cut(text, "charAt", arguments).map(|c| match c.chars().next() {
                Some(_) => code_of(&c),
                None => Value::undefined(),
            }),
            ("at", _) => {
                cut(text, name, arguments).map(|c| if c.is_empty() { Value::undefined() } else { Value::text(c) })
            }
            ("slice" | "substring" | "substr" | "charAt", _) => cut(text, name, arguments).map(Value::text),
            ("repeat" | "padStart" | "padEnd", _) => self.lengthen(text, name, arguments),
            ("replace" | "replaceAll", Some(part)) => {
                let with = arguments.get(1).and_then(Value::single).and_then(to_text);
                let count = if name == "replace" { 1 } else { usize::MAX };
                with.filter(|w| !w.contains('$')).map(|with| Value::text(text.replacen(&*part, &with, count)))
            }
            ("split", Some(by)) if from_start => {
                let whole = || text.chars().map(|c| Value::text(c.to_string())).collect();
                let parts = if by.is_empty() { whole() } else { text.split(&*by).map(Value::text).collect() };
                Some(Value::object(self.make_array(parts, false, place, st)))
            }
            ("concat", _) => {
                let parts: Vec<Value> =
                    std::iter::once(Value::text(text.clone())).chain(arguments.iter().cloned()).collect();
                Some(self.concat(&parts, place, st))
            }
            _ => None,
        };
        self.known_or_unknown(known, arguments, place, st)
    }

    fn known_or_unknown(&mut self, known: Option<Value>, given: &[Value], place: Place, st: &mut State) -> Value {
        known.unwrap_or_else(|| {
            self.run_given(given, place, st);
            self.unknown(Origin::Mixed(place))
        })
    }

    /// Methods that take a regular expression; `match` and `search` make one of a text.
    fn match_text(
        &mut self,
        text: &Arc<str>,
        name: &str,
        pattern: Option<Pattern>,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Value {
        let from_text = |source| Pattern { source, flags: "".into() };
        let pattern = pattern.or_else(|| arguments.first().and_then(Value::as_text).cloned().map(from_text));
        let every = pattern.as_ref().is_some_and(Pattern::is_global) || matches!(name, "split" | "replaceAll");
        let Some(found) = pattern.and_then(|p| p.matches(text, every)) else {
            return self.known_or_unknown(None, arguments, place, st);
        };
        let known = match name {
            "search" => Some(Value::number(utf16_index(text, found.first().map(|m| m.range.start)))),
            "match" if every && found.is_empty() => Some(Atom::Null.into()),
            "match" if every => {
                let whole = |m: Match| m.groups.into_iter().flatten().next().map_or_else(Value::undefined, Value::text);
                let all = found.into_iter().map(whole).collect();
                Some(Value::object(self.make_array(all, false, place, st)))
            }
            "match" => Some(self.match_value(found.into_iter().next(), text, place, st)),
            "matchAll" => {
                let all = found.into_iter().map(|m| self.match_value(Some(m), text, place, st)).collect();
                Some(Value::object(self.make_array(all, false, place, st)))
            }
            "replace" | "replaceAll" => {
                let with = arguments.get(1).and_then(Value::single).and_then(to_text);
                with.filter(|w| !w.contains('$')).map(|with| Value::text(replaced(text, &found, &with)))
            }
            "split" if found.iter().all(|m| m.groups.len() == 1 && !m.range.is_empty()) => {
                let parts = between(text, &found).into_iter().map(Value::text).collect();
                Some(Value::object(self.make_array(parts, false, place, st)))
            }
            _ => None,
        };
        self.known_or_unknown(known, arguments, place, st)
    }

    /// `repeat`, `padStart`, `padEnd`, where the result stays short.
    fn lengthen(&self, text: &str, name: &str, arguments: &[Value]) -> Option<Value> {
        let count = arguments.first()?.single().and_then(to_number).filter(|n| (0.0..=64.0).contains(n))? as usize;
        if name == "repeat" {
            return (text.len() <= MAX_REPEATED).then(|| Value::text(text.repeat(count)));
        }
        let by = match arguments.get(1) {
            Some(by) => by.single().and_then(to_text)?,
            None => " ".into(),
        };
        let missing = count.saturating_sub(text.encode_utf16().count());
        let filling: String = by.chars().cycle().take(if by.is_empty() { 0 } else { missing }).collect();
        Some(Value::text(if name == "padStart" { format!("{filling}{text}") } else { format!("{text}{filling}") }))
    }
}

/// What stands between matches.
fn between<'t>(text: &'t str, found: &[Match]) -> Vec<&'t str> {
    let starts = std::iter::once(0).chain(found.iter().map(|m| m.range.end));
    let ends = found.iter().map(|m| m.range.start).chain([text.len()]);
    starts.zip(ends).map(|(from, to)| text.get(from..to).unwrap_or_default()).collect()
}

fn replaced(text: &str, found: &[Match], with: &str) -> String {
    between(text, found).join(with)
}

/// The order of two texts; none where it depends on a language.
fn compare(a: &str, b: &str) -> Option<f64> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match a.cmp(b) {
        std::cmp::Ordering::Equal => Some(0.0),
        order if digits(a) && digits(b) => Some(f64::from(order as i8)),
        _ => None,
    }
}

fn code_of(character: &str) -> Value {
    Value::number(character.encode_utf16().next().map_or(f64::NAN, f64::from))
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
