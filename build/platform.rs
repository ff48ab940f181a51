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
    opening_functions: Vec<String>,
    opening_properties: Vec<String>,
    property_functions: Vec<String>,
    condition_attributes: Vec<String>,
    other_ready_events: Vec<String>,
    state_setters: BTreeMap<String, String>,
    listen_functions: Vec<String>,
    emit_functions: Vec<String>,
    state_hooks: Vec<String>,
    action_hooks: Vec<String>,
    ref_hooks: Vec<String>,
    calling_functions: Vec<String>,
    ref_functions: Vec<String>,
    reactive_functions: Vec<String>,
    store_functions: Vec<String>,
    shared_holders: Vec<String>,
    watch_functions: Vec<String>,
    shared_objects: Vec<String>,
    shared_by_framework: Vec<String>,
    template_events: BTreeMap<String, Vec<String>>,
    template_names: Vec<String>,
    template_element_names: BTreeMap<String, Vec<String>>,
    template_conditions: Vec<String>,
    template_other_conditions: Vec<String>,
    template_otherwise: Vec<String>,
    template_disabling: Vec<String>,
    component_modes: Vec<String>,
    builds: BTreeMap<String, Vec<String>>,
    other_builds: Vec<String>,
    other_versions: Vec<String>,
    page_functions: Vec<String>,
    event_prefixes: Vec<String>,
    platform_elements: Vec<String>,
    foreign_markup: Vec<String>,
    libraries: Vec<String>,
    library_builds: Vec<String>,
    licence_words: Vec<String>,
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
        ("openingFunctions", "opening_functions", &names.opening_functions),
        ("openingProperties", "opening_properties", &names.opening_properties),
        ("propertyFunctions", "property_functions", &names.property_functions),
        ("conditionAttributes", "condition_attributes", &names.condition_attributes),
        ("otherReadyEvents", "other_ready_events", &names.other_ready_events),
        ("listenFunctions", "listen_functions", &names.listen_functions),
        ("emitFunctions", "emit_functions", &names.emit_functions),
        ("stateHooks", "state_hooks", &names.state_hooks),
        ("actionHooks", "action_hooks", &names.action_hooks),
        ("refHooks", "ref_hooks", &names.ref_hooks),
        ("callingFunctions", "calling_functions", &names.calling_functions),
        ("refFunctions", "ref_functions", &names.ref_functions),
        ("reactiveFunctions", "reactive_functions", &names.reactive_functions),
        ("storeFunctions", "store_functions", &names.store_functions),
        ("watchFunctions", "watch_functions", &names.watch_functions),
        ("sharedHolders", "shared_holders", &names.shared_holders),
        ("sharedObjects", "shared_objects", &names.shared_objects),
        ("sharedByFramework", "shared_by_framework", &names.shared_by_framework),
        ("templateNames", "template_names", &names.template_names),
        ("templateConditions", "template_conditions", &names.template_conditions),
        ("templateOtherConditions", "template_other_conditions", &names.template_other_conditions),
        ("templateOtherwise", "template_otherwise", &names.template_otherwise),
        ("templateDisabling", "template_disabling", &names.template_disabling),
        ("componentModes", "component_modes", &names.component_modes),
        ("otherBuilds", "other_builds", &names.other_builds),
        ("otherVersions", "other_versions", &names.other_versions),
        ("pageFunctions", "page_functions", &names.page_functions),
        ("eventPrefixes", "event_prefixes", &names.event_prefixes),
        ("foreignMarkup", "foreign_markup", &names.foreign_markup),
        ("platformElements", "platform_elements", &names.platform_elements),
        ("libraries", "libraries", &names.libraries),
        ("libraryBuilds", "library_builds", &names.library_builds),
        ("licenceWords", "licence_words", &names.licence_words),
    ];
    let mut fields = Vec::with_capacity(lists.len() + 1);
    for (key, field, list) in lists {
        fields.push(format!("{field}: {}", texts(&sorted(document, key, list)?)));
    }
    let setters = names.state_setters.iter().map(|(setter, holder)| format!("({}, {})", text(setter), text(holder)));
    fields.push(format!("state_setters: {}", list(setters)));
    for (key, field, map) in [
        ("templateEvents", "template_events", &names.template_events),
        ("templateElementNames", "template_element_names", &names.template_element_names),
        ("builds", "builds", &names.builds),
    ] {
        fields.push(format!("{field}: {}", lists_by_name(document, key, map)?));
    }
    Ok(format!(
        "/// Names of the browser, of frameworks and of libraries.\n\
         pub static PLATFORM: Platform = Platform {{ {} }};\n",
        fields.join(", ")
    ))
}

/// Lists by a name each, in order.
fn lists_by_name(document: &Document, key: &str, map: &BTreeMap<String, Vec<String>>) -> Result<String, DocumentError> {
    let one = |(name, names): (&String, &Vec<String>)| {
        let names = sorted(document, &format!("{key}.{name}"), names)?;
        Ok(format!("({}, {})", text(name), texts(&names)))
    };
    Ok(list(map.iter().map(one).collect::<Result<Vec<String>, DocumentError>>()?))
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
