//! One event binding as a script: a call of the page's method with the event that the platform gives it.
//!
//! `<view onTap="pay" data-no="{{no}}"/>` becomes `this.pay({ …, currentTarget: { dataset: { no: … } } })`, each part with the
//! place that it comes from. `$markup` stands for what nobody at hand knows: what the page's data hold, the rest of an
//! event.

use super::{Attribute, DATA, Element};
use crate::api::PLATFORM;
use crate::ir::{ScriptKind, Span};
use crate::source::{DecodedAttribute, Language, RawScript};

/// A value that nobody at hand knows.
const UNKNOWN: &str = "$markup";

/// The script of a binding.
pub(super) fn script(element: &Element<'_>, bound: &Attribute<'_>) -> Option<RawScript> {
    let (value, place) = bound.value.as_ref()?;
    let method = value.trim();
    let blanks = value.len() - value.trim_start().len();
    let start = place.start + blanks as u32;
    let is_written = value.len() as u32 == place.end - place.start;
    let span = if is_written { Span::new(start, start + method.len() as u32) } else { *place };
    let tag = element.span;
    let mut code = Code::default();
    code.put("this.", span.start);
    code.put(method, span.start);
    code.put("({", span.end);
    code.move_last(tag.start);
    code.put(&format!("...{UNKNOWN},\"type\":\"{}\"", event_of(bound.name)), tag.start);
    // Which element was touched inside of another one is not known.
    let targets: &[&str] = if element.has_elements { &["currentTarget"] } else { &["target", "currentTarget"] };
    for target in targets {
        code.put(&format!(",\"{target}\":{{...{UNKNOWN},\"dataset\":{{"), tag.start);
        code.dataset(element);
        code.put("}}", tag.end);
    }
    code.put("})", tag.end);
    code.offsets.push(span.end);
    let decoded = Some(DecodedAttribute { text: code.text, offsets: code.offsets });
    let script = RawScript::new(span, Some(ScriptKind::Handler), Language::JavaScript);
    Some(RawScript { decoded, ..script })
}

/// The type of the event that an attribute binds: `onLongTap` binds `longTap`.
fn event_of(name: &str) -> String {
    let of = |prefix: &&str| name.strip_prefix(*prefix);
    // The longest prefix: `capture-on` ends as another one does.
    let event = PLATFORM.event_prefixes.iter().filter_map(of).min_by_key(|rest| rest.len()).unwrap_or(name);
    let event = event.trim_start_matches([':', '-']);
    let mut letters = event.chars();
    let lowered = letters.next().map(|first| first.to_lowercase().chain(letters).collect::<String>());
    lowered.unwrap_or_default().chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
}

/// A text with the place that each byte comes from.
#[derive(Default)]
struct Code {
    text: String,
    offsets: Vec<u32>,
}

impl Code {
    /// Adds a text that comes from one place.
    fn put(&mut self, text: &str, at: u32) {
        self.text.push_str(text);
        self.offsets.extend(std::iter::repeat_n(at, text.len()));
    }

    /// Gives the last byte another place.
    fn move_last(&mut self, at: u32) {
        if let Some(last) = self.offsets.last_mut() {
            *last = at;
        }
    }

    /// The entries of the element's `dataset`.
    fn dataset(&mut self, element: &Element<'_>) {
        if element.has_much_data {
            self.put(&format!("...{UNKNOWN}"), element.span.start);
            return;
        }
        let mut separator = "";
        for attribute in &element.attributes {
            let Some(name) = attribute.name.strip_prefix(DATA).filter(|name| !name.is_empty()) else { continue };
            self.put(separator, attribute.name_span.start);
            separator = ",";
            match data_name(name) {
                Some(name) => {
                    self.put(&quoted(&name), attribute.name_span.start);
                    self.put(":", attribute.name_span.end);
                    self.value(attribute);
                }
                None => self.put(&format!("...{UNKNOWN}"), attribute.name_span.start),
            }
        }
    }

    /// What an attribute holds: a text, what a literal in braces is, or what nobody at hand knows.
    fn value(&mut self, attribute: &Attribute<'_>) {
        let unknown = |name: &str| format!("{UNKNOWN}[{}]", quoted(name));
        let Some((text, span)) = &attribute.value else {
            self.put(&unknown(attribute.name), attribute.name_span.start);
            return;
        };
        let inner = text.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
        let value = match inner.filter(|inner| !inner.contains("}}")) {
            Some(inner) => literal(inner).unwrap_or_else(|| unknown(inner)),
            None if text.contains("{{") => unknown(text),
            None => quoted(text),
        };
        self.put(&value, span.start);
        // What comes next begins where the value ends.
        self.put(" ", span.end);
    }
}

/// The name in `dataset`: `trade-no` is `tradeNo`. None: it is not documented what becomes of it.
fn data_name(name: &str) -> Option<String> {
    let mut parts = name.split('-');
    let is_plain = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !name.split('-').all(|part| !part.is_empty() && is_plain(part)) {
        return None;
    }
    let mut camel = parts.next()?.to_owned();
    for part in parts {
        let (first, rest) = part.split_at(1);
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(rest);
    }
    Some(camel)
}

/// A literal of an expression as code; none: it is something else.
fn literal(expression: &str) -> Option<String> {
    let is_number = || {
        let digits = expression.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        digits && expression.parse::<f64>().is_ok() && (expression == "0" || !expression.starts_with('0'))
    };
    if matches!(expression, "true" | "false" | "null" | "undefined") || is_number() {
        return Some(expression.to_owned());
    }
    let quote = expression.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = expression.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains([quote, '\\'])).then(|| quoted(inner))
}

/// A text as a literal.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
