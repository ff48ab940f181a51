//! Flags code that takes a payment for paid because its callback was called, and never looks at the result code.

use super::Rule;
use super::fault::{Faults, claims, ends_without_payment};
use crate::analysis::{Effect, FileFacts, Outcome, Site};
use crate::api::CodeClass;
use crate::diagnostic::Diagnostic;

/// One finding for each first effect that says "paid" for every code alike.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    let mut faults = Faults::default();
    for site in &facts.sites {
        let claims = unchecked(site);
        let Some(first) = claims.first() else { continue };
        let fault = faults.at(first.loc);
        for code in site.api.codes.iter().filter(|c| ends_without_payment(site.api, c)) {
            claims.iter().for_each(|effect| fault.add(code, Some(effect), site));
        }
    }
    out.extend(faults.into_iter().map(|(place, fault)| fault.diagnostic(rule, place)));
}

/// Claims that every code reaches, with no condition on it on the way; in the order of the run.
fn unchecked(site: &Site) -> Vec<&Effect> {
    let without_payment: Vec<&Outcome> =
        site.outcomes_where(|c| ends_without_payment(site.api, c)).map(|(_, o)| o).collect();
    let succeeded = site.outcomes_where(|c| c.class == CodeClass::Success).map(|(_, o)| o).next();
    let Some(succeeded) = succeeded.filter(|_| !without_payment.is_empty()) else { return Vec::new() };
    let is_unchecked = |e: &&Effect| e.condition.is_none();
    let follows = |effect: &&Effect| {
        without_payment.iter().all(|o| claims(o).filter(is_unchecked).any(|other| other.loc == effect.loc))
    };
    claims(succeeded).filter(is_unchecked).filter(follows).collect()
}
