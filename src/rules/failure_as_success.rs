//! Flags callbacks that look at the result code, and say "paid" for codes that mean that nothing was paid.

use super::Rule;
use super::fault::{Faults, claims, ends_without_payment};
use crate::analysis::{Effect, FileFacts, Outcome, Site};
use crate::api::CodeClass;
use crate::diagnostic::Diagnostic;

/// One finding for each place at which a code of a failure, of a cancellation or of a broken network turns into success.
/// Where no condition looks at the code, `unchecked-result-code` speaks.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    let mut faults = Faults::default();
    for site in &facts.sites {
        for outcome in &site.outcomes {
            let code = outcome.code.and_then(|c| site.api.code(c)).filter(|c| ends_without_payment(site.api, c));
            let Some(code) = code else { continue };
            for effect in claims(outcome).filter(|e| e.condition.is_some()) {
                let is_common = !effect.stands_in_arm() && all_come_to(site, effect);
                let fault = if is_common { faults.at_effect(site, effect) } else { faults.at_arm(site, effect) };
                fault.add(code, Some(effect), site);
            }
        }
    }
    out.extend(faults.into_iter().map(|(place, fault)| fault.diagnostic(rule, place)));
}

/// Whether every code that this rule is about, and success, come to an effect: what stands behind the arms of all codes
/// is shown where it stands.
fn all_come_to(site: &Site, effect: &Effect) -> bool {
    let claimed = |outcome: &Outcome| claims(outcome).any(|other| other.loc == effect.loc);
    site.outcomes_where(|c| c.class == CodeClass::Success || ends_without_payment(site.api, c)).all(|(_, o)| claimed(o))
}
