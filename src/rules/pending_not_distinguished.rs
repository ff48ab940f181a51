//! Flags callbacks that do the very same for a payment that is still open as for one that failed. It compares what is
//! done and reads no words.

use std::collections::BTreeSet;

use super::Rule;
use super::fault::Faults;
use super::pending_as_failure::failures;
use crate::analysis::{Certainty, Channel, Effect, FileFacts, Outcome};
use crate::api::{CodeClass, OutcomeClass};
use crate::diagnostic::Diagnostic;
use crate::ir::Loc;

/// One finding for each place where 8000 or 6004 goes the way of 4000. Where that way says "failed",
/// `pending-as-failure` speaks.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    let mut faults = Faults::default();
    for site in &facts.sites {
        let succeeded = site.outcomes_where(|c| c.class == CodeClass::Success).next();
        let failed = site.outcomes_where(|c| c.class == CodeClass::Failure).next();
        let (Some((_, succeeded)), Some((_, failed))) = (succeeded, failed) else { continue };
        let Some(failed) = comparable(failed) else { continue };
        let succeeded: BTreeSet<Deed<'_>> = deeds(succeeded).map(deed).collect();
        for (code, outcome) in site.outcomes_where(|c| c.undetermined) {
            // What is done for a paid order, too, is done for all: that one only hears more.
            let is_same = |done: BTreeSet<Deed<'_>>| !done.is_subset(&succeeded) && done == failed;
            let alike = comparable(outcome).is_some_and(is_same);
            if !alike || failures(outcome).next().is_some() {
                continue;
            }
            let Some(first) = deeds(outcome).next() else { continue };
            let fault = faults.at_arm(site, first);
            deeds(outcome).for_each(|effect| fault.add(code, Some(effect), site));
        }
    }
    out.extend(faults.into_iter().map(|(place, fault)| fault.diagnostic(rule, place)));
}

/// What is done: where, and with which words.
type Deed<'f> = (Loc, &'f [String]);

fn deed(effect: &Effect) -> Deed<'_> {
    (effect.loc, &effect.said)
}

/// What the code does that somebody notices: all but neutral effects, and every text that is shown.
pub(super) fn deeds(outcome: &Outcome) -> impl Iterator<Item = &Effect> {
    let shown = |e: &Effect| e.channel == Channel::Message && e.text.as_deref().is_some_and(|t| !t.trim().is_empty());
    outcome.effects.iter().filter(move |e| e.class != OutcomeClass::Neutral || shown(e))
}

/// What is done for a code, as far as it can be compared; none where something is not known, where the result itself is
/// shown or handed on, where the customer is asked, or where the code sees to it that they learn how it ended.
fn comparable(outcome: &Outcome) -> Option<BTreeSet<Deed<'_>>> {
    let tells = |class| {
        matches!(class, OutcomeClass::Confirm | OutcomeClass::Pending | OutcomeClass::Opaque | OutcomeClass::Success)
    };
    // Where the server is asked nothing, its answer tells no more than that the order was taken back.
    let is_sure = |e: &Effect| matches!(e.certainty, Certainty::Certain | Certainty::Server);
    let is_known = |e: &Effect| is_sure(e) && !tells(e.class) && !e.carries_result;
    (outcome.undecided.is_empty() && deeds(outcome).all(is_known)).then(|| deeds(outcome).map(deed).collect())
}
