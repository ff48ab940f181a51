//! `rules/effects/*.json`: the table of effect calls, one file for each family, and `names.json`.

use super::literal::{list, option, text, texts};
use super::{Document, DocumentError, read_json, require_text};
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The file of the lists of names; every other file is a table.
const NAMES: &str = "names";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    about: String,
    source: String,
    calls: Vec<Call>,
    writes: Vec<Write>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Call {
    callees: Vec<String>,
    name: Option<Name>,
    kind: Kind,
    #[serde(default)]
    text: Vec<String>,
    #[serde(default)]
    hint: Vec<String>,
    #[serde(default)]
    hint_values: BTreeMap<String, Outcome>,
    says: Option<Outcome>,
    #[serde(default)]
    callbacks: BTreeMap<String, When>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    index: usize,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Write {
    targets: Vec<String>,
    kind: Kind,
    runs: Option<When>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Names {
    about: String,
    source: String,
    speaking_names: Vec<String>,
    silent_names: Vec<String>,
    waiting_names: Vec<String>,
    order_names: Vec<String>,
    reporting_names: Vec<String>,
    /// Another name of a library, and the name that the tables use.
    other_names: BTreeMap<String, String>,
}

#[derive(Deserialize, Debug, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Message,
    Dialog,
    Loading,
    Navigation,
    Request,
    State,
    Timer,
    Listener,
    Neutral,
}

#[derive(Deserialize, Debug, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum When {
    Later,
    Now,
    UserChoice,
    ServerAnswer,
    ServerFailure,
    Event,
}

#[derive(Deserialize, Debug, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum Outcome {
    Success,
    Pending,
    Confirm,
    Failure,
    Cancelled,
    Neutral,
}

/// The constant `EFFECTS`.
pub(super) fn constant(documents: &[Document]) -> Result<String, DocumentError> {
    let mut names = None;
    let mut rows = Rows::default();
    for document in documents {
        if document.stem == NAMES {
            names = Some(read_names(document)?);
        } else {
            rows.add(document)?;
        }
    }
    let names = names.ok_or_else(|| DocumentError::new("rules/effects/names.json", "", "the file is missing"))?;
    // Stable: rows of equal rank keep the order of the files.
    rows.calls.sort_by_key(|row| Reverse(row.rank));
    rows.writes.sort_by_key(|row| Reverse(row.rank));
    Ok(format!(
        "/// What calls and writes do that a user sees, and what names say of it.\n\
         pub static EFFECTS: EffectTable = EffectTable {{ calls: {}, writes: {}, speaking_names: {}, silent_names: {}, \
         waiting_names: {}, order_names: {}, reporting_names: {}, other_names: {} }};\n",
        list(rows.calls.into_iter().map(|row| row.literal)),
        list(rows.writes.into_iter().map(|row| row.literal)),
        texts(&names.speaking_names),
        texts(&names.silent_names),
        texts(&names.waiting_names),
        texts(&names.order_names),
        texts(&names.reporting_names),
        list(names.other_names.iter().map(|(other, name)| format!("({}, {})", text(other), text(name)))),
    ))
}

fn read_names(document: &Document) -> Result<Names, DocumentError> {
    let names: Names = read_json(document)?;
    let file = &document.file;
    require_text(file, "about", &names.about)?;
    require_text(file, "source", &names.source)?;
    let lists = [
        ("speakingNames", &names.speaking_names),
        ("silentNames", &names.silent_names),
        ("waitingNames", &names.waiting_names),
        ("orderNames", &names.order_names),
        ("reportingNames", &names.reporting_names),
    ];
    for (key, words) in lists {
        for (i, word) in words.iter().enumerate() {
            if words.iter().take(i).any(|earlier| earlier == word) {
                return Err(DocumentError::new(file, format!("{key}[{i}]"), format!("`{word}` is there already")));
            }
            if word.is_empty() || word.chars().any(char::is_uppercase) {
                return Err(DocumentError::new(file, format!("{key}[{i}]"), "must be a word in lower case"));
            }
        }
    }
    Ok(names)
}

/// A row of the table as Rust text, and how specific its pattern is.
struct Row {
    rank: usize,
    literal: String,
}

/// The rows of all files.
#[derive(Default)]
struct Rows {
    calls: Vec<Row>,
    writes: Vec<Row>,
    /// Where each pattern was seen first.
    seen: HashMap<String, String>,
}

impl Rows {
    fn add(&mut self, document: &Document) -> Result<(), DocumentError> {
        let file = &document.file;
        let table: Table = read_json(document)?;
        require_text(file, "about", &table.about)?;
        require_text(file, "source", &table.source)?;
        for (i, call) in table.calls.iter().enumerate() {
            let key = format!("calls[{i}]");
            let rest = call.rest(file, &key)?;
            for callee in &call.callees {
                let name = call.name.as_ref().map(|n| (n.index, n.value.as_str()));
                self.note(file, &key, callee, &format!("call {callee} {name:?}"))?;
                let literal = format!("EffectCall {{ callee: {}, {rest} }}", text(callee));
                self.calls.push(Row { rank: rank(callee, call.name.is_some()), literal });
            }
        }
        for (i, write) in table.writes.iter().enumerate() {
            for target in &write.targets {
                self.note(file, &format!("writes[{i}]"), target, &format!("write {target}"))?;
                let runs = option(write.runs.map(|w| format!("CallbackWhen::{w:?}")));
                let literal = format!(
                    "EffectWrite {{ target: {}, kind: EffectKind::{:?}, runs: {runs} }}",
                    text(target),
                    write.kind
                );
                self.writes.push(Row { rank: rank(target, false), literal });
            }
        }
        Ok(())
    }

    /// Checks a pattern and that no other row has it.
    fn note(&mut self, file: &str, key: &str, pattern: &str, row: &str) -> Result<(), DocumentError> {
        let segments: Vec<&str> = pattern.split('.').collect();
        let inner_star = segments.iter().skip(1).rev().skip(1).any(|s| *s == "*");
        if segments.iter().any(|s| s.is_empty()) || inner_star || pattern == "*" {
            let problem = format!("`{pattern}` is no pattern: names between dots, `*` only first or last");
            return Err(DocumentError::new(file, key, problem));
        }
        match self.seen.insert(row.to_owned(), format!("{file} {key}")) {
            Some(first) => Err(DocumentError::new(file, key, format!("`{pattern}` is there already, in {first}"))),
            None => Ok(()),
        }
    }
}

/// More exact segments, then a known receiver rather than a known method (`api.*` before `*.find`), then a name that
/// must stand there.
fn rank(pattern: &str, named: bool) -> usize {
    let exact = pattern.split('.').filter(|s| *s != "*").count();
    exact * 4 + usize::from(pattern.ends_with(".*")) * 2 + usize::from(named)
}

impl Call {
    /// All fields but the callee, as Rust text.
    fn rest(&self, file: &str, key: &str) -> Result<String, DocumentError> {
        if self.callees.is_empty() {
            return Err(DocumentError::new(file, format!("{key}.callees"), "must hold a callee"));
        }
        let places = |field: &str, places: &[String]| -> Result<String, DocumentError> {
            let places: Result<Vec<String>, _> =
                places.iter().map(|p| place(file, &format!("{key}.{field}"), p)).collect();
            Ok(list(places?))
        };
        let mut callbacks = Vec::new();
        for (at, when) in &self.callbacks {
            let at = place(file, &format!("{key}.callbacks"), at)?;
            callbacks.push(format!("EffectCallback {{ at: {at}, when: CallbackWhen::{when:?} }}"));
        }
        let values = self.hint_values.iter().map(|(value, o)| format!("({}, OutcomeClass::{o:?})", text(value)));
        Ok(format!(
            "name: {}, kind: EffectKind::{:?}, text: {}, hint: {}, hint_values: {}, says: {}, callbacks: {}",
            option(self.name.as_ref().map(|n| format!("({}, {})", n.index, text(&n.value)))),
            self.kind,
            places("text", &self.text)?,
            places("hint", &self.hint)?,
            list(values),
            option(self.says.map(|o| format!("OutcomeClass::{o:?}"))),
            list(callbacks),
        ))
    }
}

/// `0` or `0.content`, as Rust text.
fn place(file: &str, key: &str, place: &str) -> Result<String, DocumentError> {
    let (argument, property) = place.split_once('.').map_or((place, None), |(a, p)| (a, Some(p)));
    let argument: usize = argument.parse().map_err(|_| {
        DocumentError::new(file, key, format!("`{place}` is no place: an argument's number, or `0.property`"))
    })?;
    Ok(format!("ArgumentPath {{ argument: {argument}, property: {} }}", option(property.map(text))))
}
