//! What paylint says of a generated program, held against another look of the same program and against its run.

use std::collections::BTreeSet;

use paylint::analysis::{Certainty, Verdict};
use paylint::{Options, Run, Stdin};

use super::Program;
use super::print::Text;

fn run(text: &Text) -> Run {
    let stdin = Some(Stdin { path: "a.js".to_owned(), bytes: text.text.clone().into_bytes() });
    paylint::run(&Options { stdin, isolated: true, ..Options::default() })
}

/// Rule and first token of each finding, and the verdict and classes of each code.
pub(crate) fn said(text: &Text) -> (Vec<(String, Option<usize>)>, Vec<String>) {
    let run = run(text);
    let findings = run.diagnostics.iter().map(|d| (d.rule.id.to_owned(), text.token_at(d.primary.span.start)));
    let cells = run.facts.iter().flat_map(|(_, facts)| &facts.sites).flat_map(|site| &site.outcomes).map(|outcome| {
        let verdict = match outcome.verdict {
            Verdict::Ok => "ok",
            Verdict::Fault(_) => "fault",
            Verdict::Undecided(_) => "undecided",
        };
        let effects: Vec<_> =
            outcome.effects.iter().map(|e| (e.class, e.certainty, text.token_at(e.loc.span.start))).collect();
        format!("{:?}: {verdict}, {effects:?}", outcome.code)
    });
    (findings.collect(), cells.collect())
}

/// Holds a program's table against what it shows when it is run: everything that is shown for a code must be in its
/// cell, unless the cell says that it is not decided; and what a cell says for certain must be shown.
pub(crate) fn judged_as_it_runs(program: &Program, text: &Text) -> Result<(), String> {
    let run = run(text);
    if !run.errors.is_empty() || run.diagnostics.iter().any(|d| d.rule.id == "parse-error") {
        return Err(format!("{:?} {:?}", run.errors, run.diagnostics));
    }
    let sites: Vec<_> = run.facts.iter().flat_map(|(_, facts)| &facts.sites).collect();
    let [site] = sites.as_slice() else { return Err(format!("{} sites", sites.len())) };
    for outcome in &site.outcomes {
        let code = outcome.code.unwrap_or("nobody's");
        let shown = program.shown_for(code);
        if shown.is_cut {
            continue;
        }
        let token = |e: &&paylint::analysis::Effect| text.token_at(e.loc.span.start);
        let number = |token: usize| text.says.iter().position(|say| *say == token);
        let all: BTreeSet<usize> = outcome.effects.iter().filter_map(|e| token(&e)).filter_map(number).collect();
        let sure = outcome.effects.iter().filter(|e| e.certainty == Certainty::Certain);
        let sure: BTreeSet<usize> = sure.filter_map(|e| token(&e)).filter_map(number).collect();
        let is_open = !outcome.undecided.is_empty() || matches!(outcome.verdict, Verdict::Undecided(_));
        if !is_open && !shown.says.is_subset(&all) {
            return Err(format!("{code}: shows {:?}, the table has {all:?}", shown.says));
        }
        // What stands for a code that nobody documented may be any text that the program compares with; conditions of
        // unknowns may exclude each other in ways that nobody follows: `a || b`, and not `a || b`.
        if outcome.code.is_some() && !shown.may_vary && !sure.is_subset(&shown.says) {
            return Err(format!("{code}: the table is sure of {sure:?}, shown are {:?}", shown.says));
        }
    }
    Ok(())
}
