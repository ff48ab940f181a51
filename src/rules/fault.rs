//! What several rules about outcomes share: the codes, effects and calls that lead to one faulty place, and how they
//! are told.

use std::collections::BTreeMap;

use super::Rule;
use super::words::{join_words, plural, shorten};
use crate::analysis::{Certainty, Channel, Condition, Effect, GAP, Outcome, Site, is_looked_at_before, is_outweighed};
use crate::api::{CodeClass, Listed, PaymentApi, ResultCode};
use crate::diagnostic::{Diagnostic, Related, Role, Template};
use crate::ir::Loc;

/// Longer words are cut (in characters).
const MAX_WORDS: usize = 60;

/// What leads to one place that is at fault.
#[derive(Default)]
pub(super) struct Fault<'f> {
    pub(super) codes: Vec<&'static ResultCode>,
    pub(super) effects: Vec<&'f Effect>,
    pub(super) sites: Vec<&'f Site>,
}

/// Faults by their primary place: those with the same are one.
#[derive(Default)]
pub(super) struct Faults<'f> {
    by_place: BTreeMap<Loc, Fault<'f>>,
    /// Where no arm was taken, the first effect after a condition stands for all that follow it.
    first_effects: BTreeMap<(Loc, Option<Loc>), Loc>,
}

impl<'f> Faults<'f> {
    /// The fault at the start of the arm that leads to an effect; without an arm, at the first effect there.
    pub(super) fn at_arm(&mut self, site: &'f Site, effect: &'f Effect) -> &mut Fault<'f> {
        let condition = effect.condition.as_ref().map(|c| c.loc);
        let first = || *self.first_effects.entry((site.call, condition)).or_insert(effect.loc);
        let place = effect.arm.unwrap_or_else(first);
        self.at(place)
    }

    /// The fault at the first effect that stands where no arm does.
    pub(super) fn at_effect(&mut self, site: &'f Site, effect: &'f Effect) -> &mut Fault<'f> {
        let place = *self.first_effects.entry((site.call, None)).or_insert(effect.loc);
        self.at(place)
    }

    /// The fault at a place.
    pub(super) fn at(&mut self, place: Loc) -> &mut Fault<'f> {
        self.by_place.entry(place).or_default()
    }

    /// Every fault with its place; where the same codes of the same payments pass the same condition twice, however it is
    /// written, the first place stands for both.
    pub(super) fn into_iter(self) -> impl Iterator<Item = (Loc, Fault<'f>)> {
        let mut faults: Vec<(Loc, Fault<'f>)> = Vec::new();
        for (place, fault) in self.by_place {
            match faults.iter_mut().find(|(first, known)| first.file == place.file && known.repeats(&fault)) {
                Some((_, known)) => known.effects.extend(fault.effects),
                None => faults.push((place, fault)),
            }
        }
        faults.into_iter()
    }
}

impl<'f> Fault<'f> {
    pub(super) fn add(&mut self, code: &'static ResultCode, effect: Option<&'f Effect>, site: &'f Site) {
        if !self.codes.iter().any(|c| c.code == code.code) {
            self.codes.push(code);
        }
        if let Some(effect) = effect.filter(|new| !self.effects.iter().any(|e| e.loc == new.loc)) {
            self.effects.push(effect);
        }
        if !self.sites.iter().any(|s| s.call == site.call) {
            self.sites.push(site);
        }
    }

    /// Whether another fault is of the same codes and payments, by a condition of the same code, or parts all codes
    /// in the same way.
    fn repeats(&self, other: &Self) -> bool {
        let codes = |f: &Self| f.codes.iter().map(|c| c.code).collect::<Vec<_>>();
        // What one program says of a payment, not what several do.
        let sites = |f: &Self| f.sites.iter().map(|site| std::ptr::from_ref(*site)).collect::<Vec<_>>();
        let condition = |f: &Self| -> Option<&'f Condition> { f.effects.first()?.condition.as_ref() };
        let parts = |c: &Condition| c.ways.windows(2).any(|pair| pair[0] != pair[1]);
        let same = |a: &Condition, b: &Condition| a.code == b.code || parts(a) && a.ways == b.ways;
        codes(self) == codes(other)
            && sites(self) == sites(other)
            && condition(self).zip(condition(other)).is_some_and(|(a, b)| same(a, b))
    }

    /// The codes with their meanings, as a list.
    pub(super) fn code_words(&self) -> String {
        let words: Vec<String> = self.codes.iter().map(|c| format!("{} ({})", c.code, c.meaning)).collect();
        join_words(&words, "and")
    }

    /// The codes alone, as a list.
    pub(super) fn numbers(&self) -> String {
        join_words(&self.codes.iter().map(|c| c.code.to_owned()).collect::<Vec<_>>(), "and")
    }

    /// Whether only codes go wrong that older vendor pages do not list, though the others are handled.
    pub(super) fn only_forgotten(&self) -> bool {
        let forgotten = |code: &ResultCode| code.listed == Listed::NotInOlderPages;
        let Some(api) = self.sites.first().map(|s| -> &PaymentApi { s.api }) else { return false };
        let others = api.codes.iter().any(|c| c.undetermined && !forgotten(c));
        others && self.codes.iter().all(|c| forgotten(c))
    }

    /// The finding: its page's `message.one` or `message.many` about the first effect, with the holes `{codes}`,
    /// `{numbers}`, `{effect}`, `{text}`, `{consequence}` and `{site}`, and every place that belongs to it.
    pub(super) fn diagnostic(&self, rule: &'static Rule, place: Loc) -> Diagnostic {
        let (codes, numbers) = (self.code_words(), self.numbers());
        let effect = self.effects.first();
        let text = effect.and_then(|e| words_of(e)).map(|words| rule.text("text").fill(&[("words", &words)]));
        let consequence = effect.map(|e| by_channel(rule, "consequence", e.channel)).unwrap_or_default();
        let values: &[(&str, &str)] = &[
            ("codes", &codes),
            ("numbers", &numbers),
            ("text", text.as_deref().unwrap_or_default()),
            ("effect", effect.map_or("", |e| &e.spelling)),
            ("consequence", consequence),
            ("site", self.sites.first().map_or("", |s| &s.spelling)),
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

    fn related(&self, rule: &'static Rule, values: &[(&str, &str)]) -> Vec<Related> {
        let note = |loc, role, text: &'static str| Related { loc, role, message: Template(text).fill(values) };
        let label = |key: &str| rule.text(key).0;
        let mut related: Vec<Related> =
            self.sites.iter().map(|s| note(s.callee, Role::Site, label("label.site"))).collect();
        for touch in self.sites.iter().filter(|s| s.is_wrapped()).map(|s| s.touch.callee) {
            if !related.iter().any(|r| r.loc == touch) {
                related.push(note(touch, Role::Note, label("label.touch")));
            }
        }
        for condition in self.effects.iter().filter_map(|e| e.condition.as_ref()) {
            if !related.iter().any(|r| r.loc == condition.loc && r.role == Role::Condition) {
                related.push(note(condition.loc, Role::Condition, label("label.condition")));
            }
        }
        let effects = self.effects.iter();
        related.extend(effects.map(|e| note(e.loc, Role::Effect, by_channel(rule, "label.effect", e.channel))));
        related
    }
}

/// The codes that say that no money moved and that all code must reckon with: failed, cancelled, no network.
pub(super) fn ends_without_payment(api: &PaymentApi, code: &ResultCode) -> bool {
    matches!(code.class, CodeClass::Failure | CodeClass::Cancelled | CodeClass::Network) && api.leads_its_class(code)
}

/// Effects by which the customer is surely told, or it is recorded, that the payment succeeded.
///
/// Not where a text on the same path says otherwise, nor where code that is not at hand was given the result before: it
/// may have thrown.
pub(super) fn claims(outcome: &Outcome) -> impl Iterator<Item = &Effect> {
    let effects = &outcome.effects;
    effects.iter().enumerate().filter_map(move |(index, effect)| {
        let is_sure = effect.claims_paid && effect.certainty == Certainty::Certain;
        let stands = is_sure && !is_outweighed(effect, effects) && !is_looked_at_before(index, effects);
        stands.then_some(effect)
    })
}

/// The words shown, gone to or handed on, where the code at the effect does not hold them already.
fn words_of(effect: &Effect) -> Option<String> {
    let text = effect.text.as_deref()?.replace(GAP, "…");
    let text = shorten(text.trim(), MAX_WORDS);
    let is_said = text.chars().any(|c| c != '…') && !effect.spelling.contains(text.trim_matches('…'));
    is_said.then_some(text)
}

/// A page's text for how an effect reaches the customer (`label.effect.message`), or the one for all (`label.effect`).
fn by_channel(rule: &'static Rule, key: &str, channel: Channel) -> &'static str {
    let how = match channel {
        Channel::Navigation => "navigation",
        Channel::HandedOn => "handed-on",
        Channel::State => "state",
        Channel::Call => "call",
        Channel::Message | Channel::Request | Channel::Payment => "message",
    };
    match rule.text(&format!("{key}.{how}")).0 {
        "" => rule.text(key).0,
        text => text,
    }
}
