//! Flags calls of an injected bridge that some way through the code reaches without any guard.

use super::Rule;
use crate::analysis::{FileFacts, ReadyState};
use crate::diagnostic::{Diagnostic, Related, Role};
use crate::ir::Loc;

/// One finding for each call that touches the bridge unguarded, whoever pays through it.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    let mut reported: Vec<Loc> = Vec::new();
    for site in &facts.sites {
        let Some(ready) = site.api.ready.as_ref().filter(|_| site.ready.state == ReadyState::Unguarded) else {
            continue;
        };
        let touch = &site.touch;
        if reported.contains(&touch.callee) {
            continue;
        }
        reported.push(touch.callee);
        let values = [("call", &*touch.spelling), ("global", ready.global), ("event", ready.event)];
        // Whoever calls the entry is not at hand; what calls on from there is worth a look.
        let route = site.ready.route.iter().filter(|step| !step.loc.span.contains(touch.call.span));
        let related = route.map(|step| Related { loc: step.loc, role: Role::Note, message: step.what.clone() });
        out.push(Diagnostic {
            rule,
            severity: rule.severity,
            primary: touch.callee,
            label: rule.text("label").fill(&values),
            message: rule.text("message").fill(&values),
            help: Some(rule.text("help").fill(&values)),
            related: related.collect(),
        });
    }
}
