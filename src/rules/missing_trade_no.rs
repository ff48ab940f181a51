//! Flags payment calls that surely give no order to pay.

use super::Rule;
use super::words::join_words;
use crate::analysis::{FileFacts, Site, TradeNoState};
use crate::diagnostic::{Diagnostic, Related, Role};

/// One finding for each call without an order.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    for site in &facts.sites {
        let (state, found) = match &site.trade_no.state {
            TradeNoState::Given { .. } | TradeNoState::Opaque { .. } => continue,
            TradeNoState::Absent => ("absent", vec![]),
            TradeNoState::Misspelt { found, expected } => {
                ("misspelt", vec![("found", found.as_str()), ("expected", *expected)])
            }
            TradeNoState::Empty { key, value } => ("empty", vec![("key", key.as_str()), ("value", value.as_str())]),
            TradeNoState::NotAnObject { value } => ("not-an-object", vec![("value", value.as_str())]),
        };
        let keys = order_keys(site);
        let order = order_in_words(rule, site);
        let what = found.iter().find(|(hole, _)| *hole == "expected").map_or("", |(_, key)| what_it_holds(rule, key));
        let mut values = vec![("call", site.spelling.as_str()), ("keys", &keys), ("order", &order), ("what", what)];
        values.extend(found);
        let help = match state {
            "misspelt" | "not-an-object" => format!("help.{state}"),
            _ => "help".to_owned(),
        };
        let text = |key: &str| rule.text(key).fill(&values);
        // A wrapper that writes the parameters itself is at fault once, whoever calls it.
        if out.iter().any(|d| d.rule == rule && d.primary == site.trade_no.loc) {
            continue;
        }
        let elsewhere = site.trade_no.loc != site.call && site.trade_no.loc != site.callee;
        let site_note = Related { loc: site.callee, role: Role::Site, message: text("label.site") };
        out.push(Diagnostic {
            rule,
            severity: rule.severity,
            primary: site.trade_no.loc,
            label: text(&format!("label.{state}")),
            message: text(&format!("message.{state}")),
            help: Some(text(&help)),
            related: if elsewhere { vec![site_note] } else { Vec::new() },
        });
    }
}

fn order_keys(site: &Site) -> String {
    let keys: Vec<String> = site.api.order_keys.iter().map(|k| format!("`{k}`")).collect();
    join_words(&keys, "or")
}

/// The keys of which one is needed, each with what it holds.
fn order_in_words(rule: &Rule, site: &Site) -> String {
    let in_words = |key: &&str| rule.text("order").fill(&[("key", key), ("what", what_it_holds(rule, key))]);
    join_words(&site.api.order_keys.iter().map(in_words).collect::<Vec<_>>(), "or")
}

fn what_it_holds(rule: &Rule, key: &str) -> &'static str {
    rule.text(&format!("what.{key}")).0
}

#[cfg(test)]
mod tests {
    use crate::api::APIS;
    use crate::rules::Rule;

    #[test]
    fn the_page_says_what_every_key_holds() {
        let rule = Rule::find("missing-trade-no").expect("the rule is there");
        for key in APIS.iter().flat_map(|api| api.order_keys) {
            assert!(!super::what_it_holds(rule, key).is_empty(), "{key}");
        }
    }
}
