//! Flags callbacks in which nothing at all happens for 8000 or 6004, though success is handled.

use super::Rule;
use super::fault::Faults;
use super::pending_not_distinguished::deeds;
use crate::analysis::{Channel, Effect, FileFacts, Outcome};
use crate::api::CodeClass;
use crate::diagnostic::Diagnostic;

/// One finding for each condition behind which a code comes to nothing; without one, for the call.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    let mut faults = Faults::default();
    for site in &facts.sites {
        let succeeded = site.outcomes_where(|c| c.class == CodeClass::Success).next();
        let Some((_, succeeded)) = succeeded.filter(|(_, o)| deeds(o).next().is_some()) else { continue };
        for (code, outcome) in site.outcomes_where(|c| c.undetermined) {
            if is_nothing(outcome, succeeded) {
                let place = outcome.last_condition.as_ref().map_or(site.callee, |c| c.loc);
                faults.at(place).add(code, None, site);
            }
        }
    }
    out.extend(faults.into_iter().map(|(place, fault)| fault.diagnostic(rule, place)));
}

/// Whether nobody notices anything: but for reports, only what is done after a success, too (a spinner is hidden).
fn is_nothing(outcome: &Outcome, succeeded: &Outcome) -> bool {
    let common = |e: &Effect| succeeded.effects.iter().any(|other| other.loc == e.loc);
    outcome.undecided.is_empty()
        && deeds(outcome).next().is_none()
        && outcome.effects.iter().all(|e| e.channel == Channel::Call || common(e))
}
