//! `rules/*.md`: a page for each rule, with TOML front matter between two lines `+++`.

use super::literal::{list, text};
use super::{Document, DocumentError, require_text};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The sections of a page, in their order.
const SECTIONS: [&str; 7] =
    ["What it flags", "What it costs", "Bad", "Good", "How to mend", "When not to worry", "Source"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    summary: String,
    severity: Severity,
    category: Category,
    fixable: Fixable,
    since: String,
    texts: BTreeMap<String, String>,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Warning,
    Error,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
enum Category {
    Correctness,
    Suspicious,
    Pedantic,
    File,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
enum Fixable {
    None,
    Safe,
    Unsafe,
}

/// The constant `PAGES`.
pub(super) fn constant(documents: &[Document]) -> Result<String, DocumentError> {
    let rules: Result<Vec<String>, _> = documents.iter().map(rule).collect();
    Ok(format!("/// The rules, by id.\npub static PAGES: &[Rule] = {};\n", list(rules?)))
}

fn rule(document: &Document) -> Result<String, DocumentError> {
    let file = &document.file;
    let (front, page) = split(document)?;
    let matter = read(file, front)?;
    require_text(file, "summary", &matter.summary)?;
    require_text(file, "since", &matter.since)?;
    check_texts(file, front, &matter.texts)?;
    check_sections(file, page)?;
    Ok(format!(
        "Rule {{ id: {}, summary: {}, severity: Severity::{:?}, category: Category::{:?}, fixable: Fixable::{:?}, \
         since: {}, texts: {}, page: {} }}",
        text(&document.stem),
        text(&matter.summary),
        matter.severity,
        matter.category,
        matter.fixable,
        text(&matter.since),
        list(matter.texts.iter().map(|(key, value)| format!("({}, {})", text(key), text(value)))),
        text(page),
    ))
}

/// The front matter and the page below it.
fn split(document: &Document) -> Result<(&str, &str), DocumentError> {
    let error = |problem: &str| DocumentError::new(&document.file, "front matter", problem);
    let rest = document.text.strip_prefix("+++\n").ok_or_else(|| error("must begin with a line `+++`"))?;
    let (front, page) = rest.split_once("\n+++\n").ok_or_else(|| error("must end with a line `+++`"))?;
    Ok((front, page.trim_start()))
}

fn read(file: &str, front: &str) -> Result<FrontMatter, DocumentError> {
    let reader = toml::Deserializer::parse(front).map_err(|e| DocumentError::new(file, "front matter", e.message()))?;
    serde_path_to_error::deserialize(reader)
        .map_err(|e| DocumentError::new(file, e.path().to_string(), e.inner().message()))
}

/// Every text says something, and every hole in it is explained in a comment of the front matter.
fn check_texts(file: &str, front: &str, all: &BTreeMap<String, String>) -> Result<(), DocumentError> {
    if !all.keys().any(|key| key == "message" || key.starts_with("message.")) {
        return Err(DocumentError::new(file, "texts", "must hold a message"));
    }
    let comments: String = front.lines().filter(|line| line.trim_start().starts_with('#')).collect();
    for (key, value) in all {
        let key = format!("texts.{key}");
        require_text(file, &key, value)?;
        for hole in holes(value) {
            if !comments.contains(&format!("{{{hole}}}")) {
                let problem = format!("the hole `{{{hole}}}` is explained in no comment of the front matter");
                return Err(DocumentError::new(file, key, problem));
            }
        }
    }
    Ok(())
}

/// The names between braces.
fn holes(value: &str) -> impl Iterator<Item = &str> {
    value.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// The headings of the second level are exactly those that every page has.
fn check_sections(file: &str, page: &str) -> Result<(), DocumentError> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in page.lines() {
        fenced ^= line.starts_with("```");
        if let (false, Some(heading)) = (fenced, line.strip_prefix("## ")) {
            found.push(heading.trim());
        }
    }
    for (i, section) in SECTIONS.iter().enumerate() {
        if found.get(i) != Some(section) {
            let problem = match found.get(i) {
                Some(other) => format!("expected the section `## {section}` where `## {other}` stands"),
                None => format!("the section `## {section}` is missing"),
            };
            return Err(DocumentError::new(file, "page", problem));
        }
    }
    match found.get(SECTIONS.len()) {
        Some(extra) => Err(DocumentError::new(file, "page", format!("unknown section `## {extra}`"))),
        None => Ok(()),
    }
}
