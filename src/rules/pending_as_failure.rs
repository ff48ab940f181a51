//! Flags callbacks that treat 8000 (processing) or 6004 (unknown, may be paid) as failure.

use std::collections::BTreeMap;

use super::Rule;
use super::words::{join_words, plural, shorten};
use crate::analysis::{Certainty, Channel, Effect, FileFacts, GAP, Outcome, Site, is_outweighed};
use crate::api::{Listed, OutcomeClass, PaymentApi, ResultCode};
use crate::diagnostic::{Diagnostic, Related, Role};
use crate::ir::Loc;

/// Longer words are cut (in characters).
const MAX_WORDS: usize = 60;

/// What leads to one place that is at fault.
#[derive(Default)]
struct Fault<'f> {
    codes: Vec<&'static ResultCode>,
    effects: Vec<&'f Effect>,
    sites: Vec<&'f Site>,
}

/// One finding for each place where a code that nobody can judge yet goes wrong.
pub(super) fn check(rule: &'static Rule, facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    let mut faults: BTreeMap<Loc, Fault<'_>> = BTreeMap::new();
    // Where no arm was taken, the first effect after a condition stands for all that follow it.
    let mut first_effects: BTreeMap<(Loc, Option<Loc>), Loc> = BTreeMap::new();
    for site in &facts.sites {
        for outcome in &site.outcomes {
            let code = outcome.code.and_then(|c| site.api.code(c)).filter(|c| c.undetermined);
            let Some(code) = code else { continue };
            for effect in failures(outcome) {
                let condition = effect.condition.as_ref().map(|c| c.loc);
                let first = || *first_effects.entry((site.call, condition)).or_insert(effect.loc);
                let place = effect.arm.unwrap_or_else(first);
                faults.entry(place).or_default().add(code, effect, site);
            }
        }
    }
    out.extend(faults.into_iter().map(|(place, fault)| fault.diagnostic(rule, place)));
}

/// Effects that surely tell of a failure, and that no text on the same path outweighs.
fn failures(outcome: &Outcome) -> impl Iterator<Item = &Effect> {
    outcome.effects.iter().filter(|e| {
        e.class == OutcomeClass::Failure && e.certainty == Certainty::Certain && !is_outweighed(e, &outcome.effects)
    })
}

impl<'f> Fault<'f> {
    fn add(&mut self, code: &'static ResultCode, effect: &'f Effect, site: &'f Site) {
        if !self.codes.iter().any(|c| c.code == code.code) {
            self.codes.push(code);
        }
        if !self.effects.iter().any(|e| e.loc == effect.loc) {
            self.effects.push(effect);
        }
        if !self.sites.iter().any(|s| s.call == site.call) {
            self.sites.push(site);
        }
    }

    fn diagnostic(&self, rule: &'static Rule, place: Loc) -> Diagnostic {
        let effect = self.effects[0];
        let codes = self.code_words();
        let numbers = join_words(&self.codes.iter().map(|c| c.code.to_owned()).collect::<Vec<_>>(), "and");
        let consequence = rule.text(&format!("consequence.{}", how_it_reaches(effect.channel))).fill(&[]);
        let text = words_of(effect).map(|words| rule.text("text").fill(&[("words", &words)])).unwrap_or_default();
        let values: &[(&str, &str)] = &[
            ("codes", &codes),
            ("numbers", &numbers),
            ("text", &text),
            ("effect", &effect.spelling),
            ("consequence", &consequence),
            ("site", &self.sites[0].spelling),
        ];
        let mut message = rule.text(plural(self.codes.len(), "message.one", "message.many")).fill(values);
        if self.only_forgotten() {
            message = format!("{message}. {}", rule.text("message.legacy").fill(&[]));
        }
        Diagnostic {
            rule,
            severity: rule.severity,
            primary: place,
            label: rule.text("label").fill(values),
            message,
            help: Some(rule.text("help").fill(values)),
            related: self.related(rule, values),
        }
    }

    fn code_words(&self) -> String {
        let words: Vec<String> = self.codes.iter().map(|c| format!("{} ({})", c.code, c.meaning)).collect();
        join_words(&words, "and")
    }

    /// Whether only codes go wrong that older vendor pages do not list, though the others are handled.
    fn only_forgotten(&self) -> bool {
        let api: &PaymentApi = self.sites[0].api;
        let others = api.codes.iter().any(|c| c.undetermined && !is_forgotten(c));
        others && self.codes.iter().all(|c| is_forgotten(c))
    }

    fn related(&self, rule: &'static Rule, values: &[(&str, &str)]) -> Vec<Related> {
        let note = |loc, role, key: &str| Related { loc, role, message: rule.text(key).fill(values) };
        let mut related: Vec<Related> = self.sites.iter().map(|s| note(s.callee, Role::Site, "label.site")).collect();
        let conditions = self.effects.iter().filter_map(|e| e.condition.as_ref());
        for condition in conditions {
            if !related.iter().any(|r| r.loc == condition.loc && r.role == Role::Condition) {
                related.push(note(condition.loc, Role::Condition, "label.condition"));
            }
        }
        let effect_label = |e: &Effect| format!("label.effect.{}", how_it_reaches(e.channel));
        related.extend(self.effects.iter().map(|e| note(e.loc, Role::Effect, &effect_label(e))));
        related
    }
}

/// Whether pages that code may have been written after lack a code.
fn is_forgotten(code: &ResultCode) -> bool {
    code.listed == Listed::NotInOlderPages
}

/// The words shown, gone to or handed on, where the code at the effect does not hold them already.
fn words_of(effect: &Effect) -> Option<String> {
    let text = effect.text.as_deref()?.replace(GAP, "…");
    let text = shorten(text.trim(), MAX_WORDS);
    let is_said = text.chars().any(|c| c != '…') && !effect.spelling.contains(text.trim_matches('…'));
    is_said.then_some(text)
}

/// How an effect reaches the customer, as the page's texts name it.
fn how_it_reaches(channel: Channel) -> &'static str {
    match channel {
        Channel::Navigation => "navigation",
        Channel::HandedOn => "handed-on",
        Channel::State => "state",
        Channel::Call => "call",
        Channel::Message | Channel::Request | Channel::Payment => "message",
    }
}
