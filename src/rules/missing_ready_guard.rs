//! Flags calls of an injected bridge that some way through the code reaches without any guard.

use std::collections::BTreeMap;

use super::Rule;
use super::words::join_words;
use crate::analysis::{FileFacts, ReadyState, Site};
use crate::diagnostic::{Diagnostic, Related, Role};
use crate::ir::Loc;

/// More callers are not listed.
const MAX_CALLERS: usize = 8;

/// One finding for each call that touches the bridge unguarded, whoever pays through it.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    let mut by_touch: BTreeMap<Loc, Vec<&Site>> = BTreeMap::new();
    for site in facts.sites.iter().filter(|s| s.ready.state == ReadyState::Unguarded) {
        by_touch.entry(site.touch.callee).or_default().push(site);
    }
    for (primary, sites) in by_touch {
        let first = sites[0];
        let Some(ready) = &first.api.ready else { continue };
        let callers = callers(&sites);
        let values =
            [("call", &*first.touch.spelling), ("global", ready.global), ("event", ready.event), ("callers", &callers)];
        let mut message = rule.text("message").fill(&values);
        if !callers.is_empty() {
            message += &rule.text("message.callers").fill(&values);
        }
        out.push(Diagnostic {
            rule,
            severity: rule.severity,
            primary,
            label: rule.text("label").fill(&values),
            message,
            help: Some(rule.text("help").fill(&values)),
            related: related(rule, &sites),
        });
    }
}

/// The functions in which the unguarded ways begin.
fn callers(sites: &[&Site]) -> String {
    let mut names: Vec<String> =
        sites.iter().filter_map(|s| s.ready.origin.as_ref()).map(|n| format!("`{n}`")).collect();
    names.dedup();
    let more = names.len().saturating_sub(MAX_CALLERS);
    names.truncate(MAX_CALLERS);
    names.extend((more > 0).then(|| format!("{more} more")));
    join_words(&names, "and")
}

/// The first way there, and where the others begin.
fn related(rule: &Rule, sites: &[&Site]) -> Vec<Related> {
    let note = |loc, message| Related { loc, role: Role::Note, message };
    let touch = sites[0].touch.call;
    // Whoever calls the entry is not at hand; what calls on from there is worth a look.
    let route =
        sites[0].ready.route.iter().filter(|step| !step.loc.span.contains(touch.span) || step.loc.file != touch.file);
    let others = sites.iter().skip(1).take(MAX_CALLERS).filter(|site| site.is_wrapped());
    let others = others.map(|site| note(site.callee, rule.text("label.caller").fill(&[])));
    route.map(|step| note(step.loc, step.what.clone())).chain(others).collect()
}
