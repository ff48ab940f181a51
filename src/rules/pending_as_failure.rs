//! Flags callbacks that treat 8000 (processing) or 6004 (unknown, may be paid) as failure.

use super::Rule;
use super::fault::Faults;
use crate::analysis::{Certainty, Effect, FileFacts, Outcome, is_outweighed};
use crate::api::OutcomeClass;
use crate::diagnostic::Diagnostic;

/// One finding for each place where a code that nobody can judge yet goes wrong.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    let mut faults = Faults::default();
    for site in &facts.sites {
        for outcome in &site.outcomes {
            let code = outcome.code.and_then(|c| site.api.code(c)).filter(|c| c.undetermined);
            let Some(code) = code else { continue };
            for effect in failures(outcome) {
                faults.at_arm(site, effect).add(code, Some(effect), site);
            }
        }
    }
    out.extend(faults.into_iter().map(|(place, fault)| fault.diagnostic(rule, place)));
}

/// Effects that surely tell of a failure, and that no text on the same path outweighs.
pub(super) fn failures(outcome: &Outcome) -> impl Iterator<Item = &Effect> {
    outcome.effects.iter().filter(|e| {
        e.class == OutcomeClass::Failure && e.certainty == Certainty::Certain && !is_outweighed(e, &outcome.effects)
    })
}
