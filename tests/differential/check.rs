//! Holds a run on paper against real ones.

use std::collections::HashMap;

use paylint::Options;
use paylint::Stdin;
use paylint::analysis::{Watched, WatchedRun};
use paylint::eval::{Shape, ShapeKind, UnknownKind};
use serde_json::Value;

use crate::node::{Answer, RealRun};
use crate::tree::Printed;

/// Stands in a text for what is not known.
const GAP: char = '\u{FFFC}';

/// What does not agree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A value is none of those that the evaluator thinks possible.
    Value,
    /// A place is reached that the evaluator thinks is not.
    Unreached,
    /// An effect happens that the evaluator did not find.
    Missed,
    /// One does not happen of which the evaluator is sure.
    Untrue,
    /// paylint itself fails.
    Failed,
}

/// A disagreement.
#[derive(Clone, Debug)]
pub(crate) struct Disagreement {
    pub(crate) kind: Kind,
    /// For which code.
    pub(crate) code: String,
    /// What is written there.
    pub(crate) text: String,
    /// What happened, and what was thought.
    pub(crate) story: String,
}

/// What was compared.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Tally {
    /// Runs that came to their end, and all.
    pub(crate) whole: usize,
    pub(crate) runs: usize,
    /// Values that were compared; those of which the evaluator knew exactly what they are.
    pub(crate) values: usize,
    pub(crate) exact: usize,
    /// Effects that happened; those of which the evaluator was sure.
    pub(crate) effects: usize,
    pub(crate) certain: usize,
    /// Runs on paper that reached a bound.
    pub(crate) exhausted: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.whole += other.whole;
        self.runs += other.runs;
        self.values += other.values;
        self.exact += other.exact;
        self.effects += other.effects;
        self.certain += other.certain;
        self.exhausted += other.exhausted;
    }
}

/// The runs on paper of a program, by code.
pub(crate) fn on_paper(program: &Printed) -> Result<Vec<Watched>, String> {
    let stdin = Stdin { path: "program.js".to_owned(), bytes: program.plain.clone().into_bytes() };
    let options = Options { stdin: Some(stdin), isolated: true, ..Options::default() };
    paylint::watch(&options).map_err(|error| error.message)
}

/// Compares all runs of a program; `codes` are the codes of the real runs, the last one undocumented.
pub(crate) fn compare(
    program: &Printed,
    paper: &[Watched],
    real: &Answer,
    codes: &[String],
) -> (Tally, Vec<Disagreement>) {
    let mut tally = Tally::default();
    let mut found = Vec::new();
    for (index, code) in codes.iter().enumerate() {
        let documented = (index + 1 < codes.len()).then_some(code.as_str());
        let runs: Vec<&WatchedRun> = paper.iter().filter(|w| w.code == documented).flat_map(|w| &w.runs).collect();
        let real: Vec<&RealRun> =
            real.runs.iter().filter(|r| r.code == index && r.ended.as_deref() != Some("unpaid")).collect();
        if runs.is_empty() || real.is_empty() {
            continue;
        }
        let one = OneCode::new(program, code, &runs);
        tally.exhausted += usize::from(one.exhausted);
        for run in real {
            tally.runs += 1;
            tally.whole += usize::from(run.ended.is_none());
            // Past a bound nothing is claimed.
            if one.exhausted {
                continue;
            }
            one.values(run, &mut tally, &mut found);
            one.effects(run, &mut tally, &mut found);
            if run.ended.is_none() && runs.len() == 1 {
                one.claims(run, &mut tally, &mut found);
            }
        }
    }
    (tally, found)
}

struct OneCode<'a> {
    program: &'a Printed,
    code: &'a str,
    seen: HashMap<(u32, u32), Vec<&'a Vec<Shape>>>,
    said: HashMap<(u32, u32), Vec<&'a paylint::analysis::WatchedEffect>>,
    exhausted: bool,
}

impl<'a> OneCode<'a> {
    fn new(program: &'a Printed, code: &'a str, runs: &[&'a WatchedRun]) -> Self {
        let mut seen: HashMap<_, Vec<_>> = HashMap::new();
        let mut said: HashMap<_, Vec<_>> = HashMap::new();
        for run in runs {
            for (loc, values) in &run.seen {
                seen.entry((loc.span.start, loc.span.end)).or_default().extend(values);
            }
            for effect in &run.effects {
                said.entry((effect.loc.span.start, effect.loc.span.end)).or_default().push(effect);
            }
        }
        Self { program, code, seen, said, exhausted: runs.iter().any(|r| r.exhausted) }
    }

    fn disagreement(&self, kind: Kind, place: (u32, u32), story: String) -> Disagreement {
        let text = self.program.plain.get(place.0 as usize..place.1 as usize).unwrap_or("");
        let line = self.program.plain[..place.0 as usize].lines().count();
        Disagreement { kind, code: self.code.to_owned(), text: format!("{text} in line {line}"), story }
    }

    fn place(&self, id: u32) -> (u32, u32) {
        self.program.places.get(id as usize).copied().unwrap_or_default()
    }

    /// Whether an effect at a place may be one that was given these values. Of a call that nobody knows only the texts are
    /// kept that are known.
    fn says(&self, place: (u32, u32), texts: &[Option<String>], arguments: &[Value]) -> bool {
        let text = self.program.plain.get(place.0 as usize..place.1 as usize).unwrap_or("");
        text.starts_with("notify(") || says(texts, arguments)
    }

    fn values(&self, run: &RealRun, tally: &mut Tally, found: &mut Vec<Disagreement>) {
        for (id, values) in &run.values {
            let place = self.place(*id);
            let Some(seen) = self.seen.get(&place) else {
                if !self.exhausted {
                    found.push(self.disagreement(
                        Kind::Unreached,
                        place,
                        format!("it holds {}", Value::from(values.clone())),
                    ));
                }
                continue;
            };
            for value in values {
                tally.values += 1;
                tally.exact +=
                    usize::from(seen.iter().all(|shapes| shapes.iter().all(|s| !matches!(s, Shape::Unknown { .. }))));
                if !seen.iter().any(|shapes| covers(shapes, value)) {
                    found.push(self.disagreement(Kind::Value, place, format!("it is {value}, not {seen:?}")));
                }
            }
        }
    }

    fn effects(&self, run: &RealRun, tally: &mut Tally, found: &mut Vec<Disagreement>) {
        for (id, arguments) in &run.effects {
            tally.effects += 1;
            let place = self.place(*id);
            let said = self.said.get(&place).map_or(&[][..], |all| all);
            if !self.exhausted && !said.iter().any(|effect| self.says(place, &effect.texts, arguments)) {
                let texts: Vec<_> = said.iter().map(|effect| &effect.texts).collect();
                let story = format!("it says {}, not {texts:?}", Value::from(arguments.clone()));
                found.push(self.disagreement(Kind::Missed, place, story));
            }
        }
    }

    /// What is certain happens in every run.
    fn claims(&self, run: &RealRun, tally: &mut Tally, found: &mut Vec<Disagreement>) {
        let known: Vec<(u32, u32)> = self.program.places.clone();
        for (place, said) in self.said.iter().filter(|(place, _)| known.contains(place)) {
            for effect in said.iter().filter(|effect| effect.certain) {
                tally.certain += 1;
                let happened = |(id, arguments): &(u32, Vec<Value>)| {
                    self.place(*id) == *place && self.says(*place, &effect.texts, arguments)
                };
                if !run.effects.iter().any(happened) {
                    let story = format!("it surely says {:?}, and does not in run {}", effect.texts, run.fill);
                    found.push(self.disagreement(Kind::Untrue, *place, story));
                }
            }
        }
    }
}

/// Whether an effect that says one of some texts may be one that was given these values. What is nothing or a truth value is
/// not kept among the texts.
fn says(texts: &[Option<String>], arguments: &[Value]) -> bool {
    let speaks = |value: &&Value| !value.is_null() && !value.is_boolean() && tag(value) != Some("u");
    let Some(said) = arguments.first().filter(speaks).and_then(as_text) else { return true };
    texts.is_empty() || texts.iter().any(|text| text.as_ref().is_none_or(|text| matches_text(text, &said)))
}

/// A primitive value as a text.
fn as_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => n.to_string(),
        Value::Object(tagged) => match tagged.get("t").and_then(Value::as_str) {
            Some("u") => "undefined".to_owned(),
            Some("n") => match tagged.get("v").and_then(Value::as_str)? {
                "-0" => "0".to_owned(),
                other => other.to_owned(),
            },
            _ => return None,
        },
        Value::Array(_) => return None,
    })
}

/// Whether a text is one with these parts.
fn matches_text(pattern: &str, text: &str) -> bool {
    let parts: Vec<&str> = pattern.split(GAP).collect();
    let [first, middle @ .., last] = parts.as_slice() else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first).and_then(|t| t.strip_suffix(last)) else { return false };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

fn tag(value: &Value) -> Option<&str> {
    value.as_object()?.get("t")?.as_str()
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64(),
        _ if tag(value) == Some("n") => value["v"].as_str()?.parse().ok(),
        _ => None,
    }
}

fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::String(text) => !text.is_empty(),
        _ => tag(value) != Some("u") && number(value).is_none_or(|n| n != 0.0 && !n.is_nan()),
    }
}

/// Whether one of some shapes is that of a value.
pub(crate) fn covers(shapes: &[Shape], value: &Value) -> bool {
    shapes.iter().any(|shape| is(shape, value))
}

fn is(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::Undefined => tag(value) == Some("u"),
        Shape::Null => value.is_null(),
        Shape::Bool(b) => value.as_bool() == Some(*b),
        Shape::Number(n) => number(value).is_some_and(|m| m.to_bits() == n.to_bits() || m.is_nan() && n.is_nan()),
        Shape::Text(text) => value.as_str() == Some(text),
        Shape::Function => tag(value) == Some("f"),
        Shape::Deep => matches!(tag(value), Some("a" | "o" | "x" | "d")),
        Shape::Object { kind, fields, open } => is_object(*kind, fields, *open, value),
        Shape::Unknown { kind, truth } => truth.is_none_or(|t| t == truthy(value)) && may_be(kind, value),
    }
}

fn may_be(kind: &UnknownKind, value: &Value) -> bool {
    match kind {
        UnknownKind::Any => true,
        UnknownKind::Text(pattern) => value.as_str().is_some_and(|text| matches_text(pattern, text)),
        UnknownKind::AnyText | UnknownKind::Code => value.is_string(),
        UnknownKind::Truth => value.is_boolean(),
        UnknownKind::TypeOf => matches!(
            value.as_str(),
            Some("undefined" | "object" | "boolean" | "number" | "string" | "function" | "symbol" | "bigint")
        ),
    }
}

fn is_object(kind: ShapeKind, fields: &[(String, Vec<Shape>)], open: bool, value: &Value) -> bool {
    match (tag(value), kind) {
        (Some("d"), _) => return true,
        (Some("x"), ShapeKind::Other) => return true,
        (Some("a"), ShapeKind::Array) | (Some("o"), ShapeKind::Plain) => {}
        // What `exec` and `match` give has more properties than its elements.
        (Some("a"), ShapeKind::Plain) if fields.iter().any(|(key, _)| key == "index") => {
            let elements =
                fields.iter().filter(|(key, _)| key.as_bytes()[0].is_ascii_digit()).cloned().collect::<Vec<_>>();
            return is_object(ShapeKind::Array, &elements, open, value);
        }
        _ => return false,
    }
    let held: HashMap<String, &Value> = match &value["v"] {
        Value::Array(items) => items.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect(),
        Value::Object(items) => items.iter().map(|(k, v)| (k.clone(), v)).collect(),
        _ => HashMap::new(),
    };
    // What the evaluator keeps beside an object's own properties that can be listed.
    let hidden = |key: &str| {
        let beside = kind == ShapeKind::Array && key.parse::<u32>().is_err();
        beside || key.starts_with('#') || key.starts_with("@@") || key == "constructor"
    };
    // Of a long array only the first elements are recorded.
    let left_out = held.len() as u64..value["n"].as_u64().unwrap_or_default();
    let agrees = |(key, shapes): &(String, Vec<Shape>)| match held.get(key) {
        Some(value) => covers(shapes, value),
        None if key.parse().is_ok_and(|index: u64| left_out.contains(&index)) => true,
        None => hidden(key) || shapes.iter().any(|s| matches!(s, Shape::Undefined | Shape::Unknown { .. })),
    };
    let known = |key: &String| open || key == "name" || fields.iter().any(|(k, _)| k == key);
    fields.iter().all(agrees) && held.keys().all(known)
}
