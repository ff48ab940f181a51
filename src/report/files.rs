//! `--show-files`: what became of each file, one to a line, or as one versioned document, described by
//! `schemas/files-1.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::document::{ErrorEntry, SCHEMA_VERSION, Tool, entries, write_json as write_document};
use super::escape::visible;
use crate::{Fate, Fates, FileFate};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    files: Vec<File<'a>>,
    errors: Vec<ErrorEntry<'a>>,
    summary: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    fate: &'static str,
    reason: Option<&'a str>,
}

impl<'a> File<'a> {
    fn of(one: &'a FileFate) -> Self {
        Self { file: &one.path, fate: one.fate.as_str(), reason: one.reason.as_deref() }
    }
}

/// Writes the files for people, and how many there are of each fate.
///
/// # Errors
/// What the writer says.
pub fn write_human(fates: &Fates, out: &mut dyn Write) -> io::Result<()> {
    for FileFate { path, fate, reason } in &fates.files {
        let path = visible(path);
        match reason {
            Some(reason) => writeln!(out, "{path}: {}, {}", word(*fate), visible(reason))?,
            None => writeln!(out, "{path}: {}", word(*fate))?,
        }
    }
    let counts = counts(fates);
    let counts: Vec<String> = Fate::ALL
        .into_iter()
        .filter_map(|fate| Some((fate, *counts.get(fate.as_str())?)))
        .filter(|(_, count)| *count > 0)
        .map(|(fate, count)| format!("{count} {}", word(fate)))
        .collect();
    match counts.as_slice() {
        [] => writeln!(out, "no files"),
        counts => writeln!(out, "\n{}", counts.join(", ")),
    }
}

/// Writes the files for programs.
///
/// # Errors
/// What the writer says.
pub fn write_json(fates: &Fates, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::this(),
        files: fates.files.iter().map(File::of).collect(),
        errors: entries(&fates.errors),
        summary: counts(fates),
    };
    write_document(&document, out)
}

/// A fate as people read it.
const fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Analysed => "analysed",
        Fate::NoPayment => "no payment in it",
        Fate::Configuration => "configuration",
        Fate::Ignored => "ignored",
        Fate::NotEntered => "not entered",
        Fate::OtherKind => "not read",
        Fate::Skipped => "skipped",
        Fate::Missing => "missing",
    }
}

/// How many files there are of each fate.
fn counts(fates: &Fates) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<&'static str, usize> = Fate::ALL.into_iter().map(|fate| (fate.as_str(), 0)).collect();
    for file in &fates.files {
        *counts.entry(file.fate.as_str()).or_default() += 1;
    }
    counts
}
