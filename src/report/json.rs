//! `--format json`: the findings as one versioned document, described by `schemas/paylint-1.schema.json`.

use std::io::{self, Write};

use serde::Serialize;

use super::document::{ErrorEntry, Place, SCHEMA_VERSION, Tool, errors, write_json};
use crate::Run;
use crate::diagnostic::{Diagnostic, Related, Severity};
use crate::project::Project;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    findings: Vec<Finding<'a>>,
    errors: Vec<ErrorEntry<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    category: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    url: String,
    #[serde(flatten)]
    place: Place<'a>,
    related: Vec<RelatedPlace<'a>>,
}

#[derive(Serialize)]
struct RelatedPlace<'a> {
    message: &'a str,
    role: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    files: usize,
    sites: usize,
}

/// Writes the findings of a run.
///
/// # Errors
/// What the writer says.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    write_json(&document(run), out)
}

fn document(run: &Run) -> Document<'_> {
    Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::this(),
        findings: run.diagnostics.iter().map(|d| finding(&run.project, d)).collect(),
        errors: errors(run),
        summary: Summary {
            errors: count(run, Severity::Error),
            warnings: count(run, Severity::Warning),
            files: run.files,
            sites: run.facts.iter().map(|(_, facts)| facts.sites.len()).sum(),
        },
    }
}

fn count(run: &Run, severity: Severity) -> usize {
    run.diagnostics.iter().filter(|d| d.severity == severity).count()
}

fn finding<'a>(project: &'a Project, diagnostic: &'a Diagnostic) -> Finding<'a> {
    Finding {
        rule: diagnostic.rule.id,
        category: diagnostic.rule.category.as_str(),
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        url: diagnostic.rule.url(),
        place: Place::new(project, diagnostic.primary),
        related: diagnostic.related.iter().map(|r| related(project, r)).collect(),
    }
}

fn related<'a>(project: &'a Project, related: &'a Related) -> RelatedPlace<'a> {
    RelatedPlace { message: &related.message, role: related.role.as_str(), place: Place::new(project, related.loc) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::samples;

    fn written(run: &Run) -> Value {
        let mut out = Vec::new();
        write(run, &mut out).expect("a vector takes all");
        assert!(out.ends_with(b"}\n"));
        serde_json::from_slice(&out).expect("JSON")
    }

    #[test]
    fn columns_are_utf16_units_and_bytes_are_from_zero() {
        let run = samples::wide_run();
        let document = written(&run);
        let finding = &document["findings"][0];
        assert_eq!(finding["file"], "wide.js");
        assert_eq!(finding["range"], json!({"start": {"line": 2, "column": 17}, "end": {"line": 2, "column": 25}}));
        assert_eq!(finding["bytes"], json!({"start": 29, "end": 37}));
        assert_eq!(document["summary"], json!({"errors": 1, "warnings": 0, "files": 1, "sites": 0}));
    }

    #[test]
    fn related_places_say_what_they_are() {
        let document = written(&samples::two_file_run());
        let related = &document["findings"][0]["related"];
        let roles: Vec<_> = related.as_array().expect("a list").iter().map(|r| (&r["role"], &r["file"])).collect();
        assert_eq!(roles, [(&json!("site"), &json!("pay.js")), (&json!("effect"), &json!("other.js"))]);
    }

    #[test]
    fn every_document_fits_the_schema() {
        let schema = samples::schema(include_str!("../../schemas/paylint-1.schema.json"));
        for run in samples::runs() {
            let document = written(&run);
            let faults: Vec<String> =
                schema.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(faults.is_empty(), "{faults:#?}\n{document:#}");
        }
    }

    #[test]
    fn the_schema_refuses_what_is_not_described() {
        let schema = samples::schema(include_str!("../../schemas/paylint-1.schema.json"));
        let mut document = written(&samples::wide_run());
        document["findings"][0]["range"]["start"]["column"] = json!(0);
        assert!(!schema.is_valid(&document), "columns count from 1");
        let mut document = written(&samples::wide_run());
        document["findings"][0]["clock"] = json!("now");
        assert!(!schema.is_valid(&document), "no field without a description");
    }
}
