//! `rules/platform/names.json`: names of the browser, of frameworks and of libraries that the evaluator must know.

use super::literal::{list, text, texts};
use super::{Document, DocumentError, read_json, require_text};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The only file of its folder.
const NAMES: &str = "names";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Names {
    about: String,
    source: String,
    host_globals: Vec<String>,
    passing_functions: Vec<String>,
    registering_functions: Vec<String>,
    other_ready_events: Vec<String>,
    state_setters: BTreeMap<String, String>,
    listen_functions: Vec<String>,
    emit_functions: Vec<String>,
    state_hooks: Vec<String>,
    ref_hooks: Vec<String>,
    calling_functions: Vec<String>,
    ref_functions: Vec<String>,
    reactive_functions: Vec<String>,
    store_functions: Vec<String>,
    shared_holders: Vec<String>,
    shared_objects: Vec<String>,
    page_functions: Vec<String>,
    event_prefixes: Vec<String>,
    platform_elements: Vec<String>,
    foreign_markup: Vec<String>,
}

/// The constant `PLATFORM`; its lists are sorted, to be searched by halves.
pub(super) fn constant(documents: &[Document]) -> Result<String, DocumentError> {
    let document = documents.iter().find(|d| d.stem == NAMES);
    let document =
        document.ok_or_else(|| DocumentError::new("rules/platform/names.json", "", "the file is missing"))?;
    if let Some(other) = documents.iter().find(|d| d.stem != NAMES) {
        return Err(DocumentError::new(&other.file, "", "this folder holds names.json alone"));
    }
    let names: Names = read_json(document)?;
    require_text(&document.file, "about", &names.about)?;
    require_text(&document.file, "source", &names.source)?;
    let lists = [
        ("hostGlobals", "host_globals", &names.host_globals),
        ("passingFunctions", "passing_functions", &names.passing_functions),
        ("registeringFunctions", "registering_functions", &names.registering_functions),
        ("otherReadyEvents", "other_ready_events", &names.other_ready_events),
        ("listenFunctions", "listen_functions", &names.listen_functions),
        ("emitFunctions", "emit_functions", &names.emit_functions),
        ("stateHooks", "state_hooks", &names.state_hooks),
        ("refHooks", "ref_hooks", &names.ref_hooks),
        ("callingFunctions", "calling_functions", &names.calling_functions),
        ("refFunctions", "ref_functions", &names.ref_functions),
        ("reactiveFunctions", "reactive_functions", &names.reactive_functions),
        ("storeFunctions", "store_functions", &names.store_functions),
        ("sharedHolders", "shared_holders", &names.shared_holders),
        ("sharedObjects", "shared_objects", &names.shared_objects),
        ("pageFunctions", "page_functions", &names.page_functions),
        ("eventPrefixes", "event_prefixes", &names.event_prefixes),
        ("foreignMarkup", "foreign_markup", &names.foreign_markup),
        ("platformElements", "platform_elements", &names.platform_elements),
    ];
    let mut fields = Vec::with_capacity(lists.len() + 1);
    for (key, field, list) in lists {
        fields.push(format!("{field}: {}", texts(&sorted(document, key, list)?)));
    }
    let setters = names.state_setters.iter().map(|(setter, holder)| format!("({}, {})", text(setter), text(holder)));
    fields.push(format!("state_setters: {}", list(setters)));
    Ok(format!(
        "/// Names of the browser, of frameworks and of libraries.\n\
         pub static PLATFORM: Platform = Platform {{ {} }};\n",
        fields.join(", ")
    ))
}

/// A list in order, each name once.
fn sorted(document: &Document, key: &str, names: &[String]) -> Result<Vec<String>, DocumentError> {
    let mut seen = BTreeSet::new();
    for (i, name) in names.iter().enumerate() {
        let at = format!("{key}[{i}]");
        if name.is_empty() || name.chars().any(char::is_whitespace) {
            return Err(DocumentError::new(&document.file, at, "must be a name"));
        }
        if !seen.insert(name.clone()) {
            return Err(DocumentError::new(&document.file, at, format!("`{name}` is there already")));
        }
    }
    Ok(seen.into_iter().collect())
}
