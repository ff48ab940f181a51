//! Findings about files: what could not be read, and what was not judged.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::ir::{FileId, Loc, Span};
use crate::syntax::{Problem, ProblemKind};

/// What the parser could not read, or which limit a script passes.
#[must_use]
pub fn parse_problem(file: FileId, problem: &Problem) -> Option<Diagnostic> {
    match problem.kind {
        ProblemKind::ParseError => finding("parse-error", Loc::new(file, problem.span), &problem.message),
        ProblemKind::Skipped => finding("file-skipped", Loc::new(file, problem.span), &problem.message),
    }
}

/// A file that was not judged at all.
#[must_use]
pub fn skipped(file: FileId, reason: &str) -> Option<Diagnostic> {
    finding("file-skipped", Loc::new(file, Span::default()), reason)
}

fn finding(rule: &str, primary: Loc, reason: &str) -> Option<Diagnostic> {
    let rule = Rule::find(rule)?;
    let values = [("reason", reason)];
    Some(Diagnostic {
        rule,
        severity: rule.severity,
        primary,
        label: rule.text("label").fill(&values),
        message: rule.text("message").fill(&values),
        help: Some(rule.text("help").fill(&values)),
        related: Vec::new(),
    })
}
