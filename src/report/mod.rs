//! Diagnostics and facts to text and JSON: one file per output format. No format knows a rule or walks a
//! program; positions become lines, columns and stored bytes only here.

pub mod audit_human;
pub mod audit_json;
pub mod document;
pub mod escape;
pub mod files;
pub mod human;
pub mod json;
pub mod markdown;
mod outcomes;
mod paint;
mod snippet;
pub mod table;
pub mod trace_human;
pub mod trace_json;
mod trace_words;

#[cfg(test)]
pub(crate) mod samples;

pub use paint::Paint;

use crate::Run;
use crate::analysis::{Outcome, Site, Verdict};
use crate::diagnostic::{Category, Diagnostic, Role};

/// How output for people looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// With colours, as escape sequences.
    pub color: bool,
    /// Lines drawn in Unicode; else in ASCII.
    pub unicode: bool,
}

/// "1 error", "2 errors".
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// What could not be read or judged, without which an audit would take silence for proof.
fn unread(run: &Run) -> impl Iterator<Item = &Diagnostic> {
    run.diagnostics.iter().filter(|d| d.rule.category == Category::File)
}

/// The findings that rest on the fault in what a call does for one code: those that point at the call and at one of the effects.
fn findings_on<'r>(run: &'r Run, site: &Site, outcome: &Outcome) -> impl Iterator<Item = &'r Diagnostic> {
    let is_fault = matches!(outcome.verdict, Verdict::Fault(_));
    let rests = |d: &&Diagnostic| {
        let of = |role: Role| d.related.iter().filter(move |r| r.role == role).map(|r| r.loc);
        of(Role::Site).any(|loc| loc == site.callee || loc == site.call)
            && of(Role::Effect).any(|loc| outcome.effects.iter().any(|e| e.loc == loc))
    };
    let found: Vec<&Diagnostic> = run.diagnostics.iter().filter(|d| is_fault && rests(d)).collect();
    found.into_iter()
}

/// The end of a summary: what went wrong with the run itself.
fn incomplete(run: &Run) -> String {
    match run.errors.len() {
        0 => String::new(),
        count if run.files == 0 => format!("; {} of the run itself", counted(count, "error")),
        count => format!("; incomplete: {} of the run itself", counted(count, "error")),
    }
}
