//! Scripts in which a server puts something: what stands in the place of its holes, so that the parser can read the rest.
//!
//! There are several ways to fill a hole (`mask`), and which is right depends on the code around it. The likeliest is
//! tried first; where the parser stops, the hole before that place is filled in another way, a bounded number of times.

mod lexer;
mod mask;
mod plan;
#[cfg(test)]
mod tests;

use swc_ecma_parser::error::Error;

use super::parse::{Failure, Source, attempt, grammars, is_refused_by_browsers, is_unclosed, place_of};
use crate::limits::Budget;
use crate::source::{RawScript, Template};
pub(super) use mask::Filled;
use mask::{Masked, mask};
use plan::Plan;

/// How many ways to fill the holes of one script are tried.
const TRIES: usize = 40;
/// As many bytes are parsed for that: of a long script fewer ways are tried.
const TRIED_BYTES: usize = 64 << 20;

/// A script's text with something in the place of every hole: as long, with everything else where it was.
pub(super) struct Completed {
    /// The text.
    pub(super) text: String,
    /// What in it is the server's, in order.
    pub(super) filled: Vec<Filled>,
}

/// How many other ways to choose among arms are read that cannot stand together.
const VARIANTS: usize = 4;

/// Fills the holes of a script. Where arms cannot stand together, each is in another of the texts; the first of them is
/// the script, with all its mistakes.
pub(super) fn complete(source: &Source<'_>, raw: &RawScript, template: &Template, budget: &Budget) -> Vec<Completed> {
    let plan = Plan::new(source, template);
    // Where nothing says that the file is a template, what may be code is taken for that.
    let mut as_code = !template.is_template;
    let mut choices = Choices::new(plan.units());
    let mut best: Option<(usize, Masked)> = None;
    let tries = (TRIED_BYTES / source.text.len().max(1)).clamp(4, TRIES);
    for _ in 0..tries {
        let masked = mask(source.text, &plan, &choices.chosen, as_code, 0);
        let Some(place) = failing_place(&masked.text, source, raw, budget) else {
            let others =
                (1..masked.arms.min(VARIANTS)).map(|shift| mask(source.text, &plan, &choices.chosen, as_code, shift));
            let others = others.filter(|masked| failing_place(&masked.text, source, raw, budget).is_none());
            return std::iter::once(masked).chain(others).map(Completed::from).collect();
        };
        let next = choices.advance(&masked, place);
        if best.as_ref().is_none_or(|(known, _)| *known < place) {
            best = Some((place, masked));
        }
        if as_code {
            as_code = false;
            choices = Choices::new(plan.units());
        } else if !next {
            break;
        }
    }
    best.map(|(_, masked)| masked.into()).into_iter().collect()
}

impl From<Masked> for Completed {
    fn from(masked: Masked) -> Self {
        Self { text: masked.text, filled: masked.filled }
    }
}

/// Where the parser stops; none where it reads the whole.
fn failing_place(text: &str, source: &Source<'_>, raw: &RawScript, budget: &Budget) -> Option<usize> {
    let source = source.with_text(text);
    let syntax = *grammars(raw.language).first()?;
    match attempt(text, &source, raw.kind, syntax, budget) {
        Ok(tree) => {
            let counts = |error: &&Error| is_unclosed(error, &source) || is_refused_by_browsers(error);
            tree.recovered.iter().filter(counts).map(|error| place_of(error, &source)).min()
        }
        Err(Failure::Wrong(error)) => Some(place_of(&error, &source)),
        // No other filling makes it less deep.
        Err(Failure::TooDeep(_)) => None,
    }
}

/// Which of its ways each unit is filled in.
struct Choices {
    chosen: Vec<u8>,
    exhausted: Vec<bool>,
}

impl Choices {
    fn new(units: usize) -> Self {
        Self { chosen: vec![0; units], exhausted: vec![false; units] }
    }

    /// Chooses another way for the last unit before the place where the parser stopped, or, where there is none, for the
    /// first one behind it; false where all were tried.
    fn advance(&mut self, masked: &Masked, place: usize) -> bool {
        let before = masked.met.partition_point(|unit| unit.start <= place);
        let (before, after) = masked.met.split_at(before);
        for unit in before.iter().rev().chain(after) {
            if self.exhausted[unit.id] {
                continue;
            }
            let chosen = &mut self.chosen[unit.id];
            if *chosen + 1 < unit.ways {
                *chosen += 1;
                return true;
            }
            *chosen = 0;
            self.exhausted[unit.id] = true;
        }
        false
    }
}
