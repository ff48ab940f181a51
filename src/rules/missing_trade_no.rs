//! Flags payment calls that surely give no order to pay.

use super::Rule;
use super::words::join_words;
use crate::analysis::{FileFacts, Site, TradeNoState};
use crate::diagnostic::{Diagnostic, Related, Role};

/// One finding for each call without an order.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    for site in &facts.sites {
        let (key, found) = match &site.trade_no.state {
            TradeNoState::Given { .. } | TradeNoState::Opaque { .. } => continue,
            TradeNoState::Absent => ("message.absent", vec![]),
            TradeNoState::Misspelt { found, expected } => {
                ("message.misspelt", vec![("found", found.as_str()), ("expected", *expected)])
            }
            TradeNoState::Empty { key, value } => {
                ("message.empty", vec![("key", key.as_str()), ("value", value.as_str())])
            }
            TradeNoState::NotAnObject { value } => ("message.not-an-object", vec![("value", value.as_str())]),
        };
        let keys = order_keys(site);
        let mut values = vec![("call", site.spelling.as_str()), ("keys", keys.as_str())];
        values.extend(found);
        let help = if key == "message.misspelt" { "help.misspelt" } else { "help" };
        let elsewhere = site.trade_no.loc != site.call && site.trade_no.loc != site.callee;
        let site_note = Related { loc: site.callee, role: Role::Site, message: rule.text("label.site").fill(&values) };
        out.push(Diagnostic {
            rule,
            severity: rule.severity,
            primary: site.trade_no.loc,
            label: rule.text("label").fill(&values),
            message: rule.text(key).fill(&values),
            help: Some(rule.text(help).fill(&values)),
            related: if elsewhere { vec![site_note] } else { Vec::new() },
        });
    }
}

fn order_keys(site: &Site) -> String {
    let keys: Vec<String> = site.api.order_keys.iter().map(|k| format!("`{k}`")).collect();
    join_words(&keys, "or")
}
