//! Flags calls of an injected bridge that some way through the code reaches without any guard.

use super::Rule;
use crate::analysis::{FileFacts, ReadyState};
use crate::diagnostic::{Diagnostic, Related, Role};

/// One finding for each call that is unguarded.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    for site in &facts.sites {
        let Some(ready) = site.api.ready.as_ref().filter(|_| site.ready.state == ReadyState::Unguarded) else {
            continue;
        };
        let values = [("call", &*site.spelling), ("global", ready.global), ("event", ready.event)];
        // Whoever calls the entry is not at hand; what calls on from there is worth a look.
        let route = site.ready.route.iter().filter(|step| !step.loc.span.contains(site.call.span));
        let related = route.map(|step| Related { loc: step.loc, role: Role::Note, message: step.what.clone() });
        out.push(Diagnostic {
            rule,
            severity: rule.severity,
            primary: site.callee,
            label: rule.text("label").fill(&values),
            message: rule.text("message").fill(&values),
            help: Some(rule.text("help").fill(&values)),
            related: related.collect(),
        });
    }
}
