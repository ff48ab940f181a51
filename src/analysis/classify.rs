//! What an effect says: from its words, its kind of call and its names to an outcome class.

use std::sync::Arc;

use super::facts::Certainty;
use crate::api::calls::{read_hint, reports, sets_state, speaks};
use crate::api::lexicon::Reading;
use crate::api::{OutcomeClass, PLATFORM};
use crate::eval::{Arm, ArmKind, Channel, EffectEvent, GAP};
use crate::lexicon::{
    combine, ends_payment, read_flag, read_identifier, read_path, read_text, split_words, takes_back,
};

/// What an effect says.
pub(super) fn class_of(effect: &EffectEvent) -> OutcomeClass {
    match effect.channel {
        Channel::Message => message(effect),
        Channel::Navigation => navigation(effect),
        Channel::Request => request(effect),
        Channel::Payment => OutcomeClass::Retries,
        Channel::State => state(effect),
        Channel::HandedOn => handed_on(effect),
        Channel::Call => unknown_call(effect),
    }
}

/// How an effect reaches somebody; a function that is not at hand speaks where its name says so.
pub(super) fn channel_of(effect: &EffectEvent) -> Channel {
    let speaking = effect.channel == Channel::Call && effect.path.last().is_some_and(|name| speaks(name));
    if speaking { Channel::Message } else { effect.channel }
}

/// Whether an effect surely follows: the least sure of the arms that it stands in. A success that is told only after
/// a server has answered rests on that answer: had it been another, the request would have been rejected.
pub(super) fn certainty_of(effect: &EffectEvent, class: OutcomeClass, arms: &[&Arm]) -> Certainty {
    let of_arm = |arm: &Arm| match arm.kind {
        ArmKind::Decided | ArmKind::Either => None,
        ArmKind::Undecided(..) => Some(Certainty::Undecided),
        ArmKind::Server => Some(Certainty::Server),
        ArmKind::UserChoice => Some(Certainty::UserChoice),
        ArmKind::Unsure(_) => Some(Certainty::Unsure),
    };
    let least = arms.iter().copied().find_map(of_arm);
    least.unwrap_or(if effect.undecided {
        Certainty::Undecided
    } else if effect.carries_answer || effect.answered && class == OutcomeClass::Success {
        Certainty::Server
    } else {
        Certainty::Certain
    })
}

/// Words of names, values and addresses that speak of a payment's success; others (`done`, `ok`, `finished`) may mean
/// any step that has ended.
const PAID_WORDS: &[&str] = &[
    "paid",
    "success",
    "succ",
    "suc",
    "succes",
    "successful",
    "succeed",
    "succeeded",
    "paysuccess",
    "paysucc",
    "paysuc",
    "payok",
    "paycomplete",
];
/// With one of these, the others do, too, but not in an address: pages of a payment are named after it all.
const PAYMENT_WORDS: &[&str] = &["pay", "payment"];

/// Functions that tell listeners of an event: what these make of it is not known.
const EMITTERS: &[&str] =
    &["emit", "$emit", "trigger", "triggerEvent", "fire", "publish", "postMessage", "dispatchEvent"];

/// Whether an effect tells the customer, or records, that the payment succeeded. Whoever else is handed a success may
/// still look closer.
pub(super) fn claims_paid(effect: &EffectEvent, class: OutcomeClass) -> bool {
    if class != OutcomeClass::Success {
        return false;
    }
    let name = effect.path.last().map_or("", |n| n);
    let listeners_may_look = effect.carries_result || EMITTERS.contains(&name);
    match channel_of(effect) {
        // A result that is printed under an icon of success tells its code, too.
        Channel::Message => !effect.dumps_result || says_paid(effect),
        Channel::Navigation => names_payment(effect),
        Channel::State => !listeners_may_look && names_payment(effect),
        Channel::Call if listeners_may_look => false,
        Channel::Call => sets_state(name) && names_payment(effect) || is_named_success(name) && says_paid(effect),
        Channel::HandedOn | Channel::Request | Channel::Payment => false,
    }
}

/// Whether words of their own say how the payment ended beside a result that is printed: a title.
pub(super) fn has_title(effect: &EffectEvent) -> bool {
    effect.dumps_result && texts(effect).filter(|text| !text.contains(GAP)).any(ends_payment)
}

/// Whether an effect says how the payment ended to code that is not at hand, which may do with it whatever it likes.
pub(super) fn by_name(effect: &EffectEvent, class: OutcomeClass) -> bool {
    let listeners = || effect.carries_result || effect.path.last().is_some_and(|name| EMITTERS.contains(&&**name));
    is_end(class)
        && match channel_of(effect) {
            Channel::Call | Channel::HandedOn => true,
            Channel::State => listeners(),
            Channel::Message | Channel::Navigation | Channel::Request | Channel::Payment => false,
        }
}

/// Whether the words of an effect say that the payment succeeded.
fn says_paid(effect: &EffectEvent) -> bool {
    let reading = whole_text(effect).as_deref().and_then(read_text);
    strong(reading) == Some(OutcomeClass::Success)
}

/// Whether a function's name is that of a message of success: `app.success('付款完成')`.
fn is_named_success(name: &str) -> bool {
    strong(read_identifier(name)) == Some(OutcomeClass::Success)
}

/// Whether a name or a value of an effect speaks of a payment's success, or is a sentence.
fn names_payment(effect: &EffectEvent) -> bool {
    let is_state = effect.channel != Channel::Navigation;
    let is_named = |word: &str| PAID_WORDS.contains(&word) || is_state && PAYMENT_WORDS.contains(&word);
    let is_sentence = |text: &str| text.chars().any(|c| !c.is_ascii() && c != GAP);
    let speaks_of_it = |text: &str| is_sentence(text) || split_words(text).iter().any(|word| is_named(word));
    let names = effect.path.last().into_iter().chain(&effect.hints).map(|name| &**name);
    texts(effect).chain(names).any(speaks_of_it)
}

/// All that an effect says, as far as it is known.
pub(super) fn said(effect: &EffectEvent) -> Vec<String> {
    let texts = effect.texts.iter().map(|text| text.as_deref().unwrap_or("?").to_owned());
    let hints = effect.hints.iter().map(|hint| format!("#{hint}"));
    texts.chain(hints).chain(effect.flag.map(|flag| format!("={flag}"))).collect()
}

fn texts(effect: &EffectEvent) -> impl Iterator<Item = &str> {
    effect.texts.iter().filter_map(|t| t.as_deref()).filter(|t| !t.chars().all(|c| c == GAP))
}

/// The texts of one message, as one.
fn whole_text(effect: &EffectEvent) -> Option<String> {
    let parts: Vec<String> = texts(effect).map(|t| t.replace(GAP, "")).collect();
    (!parts.is_empty()).then(|| parts.join("，"))
}

fn hint(effect: &EffectEvent) -> Option<Reading> {
    let call = effect.call?;
    let stated = call.says.map(|class| Reading { class, weak: false, retry: false });
    stated.or_else(|| effect.hints.iter().find_map(|h| read_hint(call, h)))
}

fn strong(reading: Option<Reading>) -> Option<OutcomeClass> {
    reading.filter(|r| !r.weak).map(|r| r.class)
}

fn message(effect: &EffectEvent) -> OutcomeClass {
    let text = whole_text(effect);
    let said = text.as_deref().and_then(read_text);
    let hint = hint(effect).filter(|_| said.is_some() || !outweighs_hint(effect, text.as_deref()));
    let reading = combine(said, hint);
    // Under an icon of failure stand the cashier's own words.
    if said.is_none() && effect.carries_result && !effect.dumps_result && strong(hint) == Some(OutcomeClass::Failure) {
        return OutcomeClass::Opaque;
    }
    if let Some(reading) = reading {
        return if reading.weak { OutcomeClass::Neutral } else { reading.class };
    }
    let unknown = effect.texts.iter().any(Option::is_none) || text.is_none();
    if unknown && !effect.dumps_result && effect.texts.iter().any(|t| t.is_none()) {
        OutcomeClass::Opaque
    } else {
        OutcomeClass::Neutral
    }
}

/// Whether the words that the customer reads tell of something else than an icon does. An icon that stands beside words
/// which are not known, or no more than a label, speaks for itself.
fn outweighs_hint(effect: &EffectEvent, text: Option<&str>) -> bool {
    let is_known = |t: &Option<_>| t.as_ref().is_some_and(|t: &Arc<str>| !t.contains(GAP));
    text.is_some_and(|t| !t.trim().is_empty()) && effect.texts.iter().all(is_known)
}

/// A question to the server, unless it takes the order back: then it asks nothing, and the order is gone. A request whose
/// address is not known may bear the address's name.
fn request(effect: &EffectEvent) -> OutcomeClass {
    let name = effect.path.last().map_or("", |n| n);
    let names = effect.hints.iter().map(|hint| &**hint).chain([name]);
    let back = texts(effect).chain(names).any(takes_back);
    if back { OutcomeClass::Cancelled } else { OutcomeClass::Confirm }
}

fn navigation(effect: &EffectEvent) -> OutcomeClass {
    let readings = texts(effect).filter_map(|t| strong(read_path(t)));
    let told = readings.filter(|c| {
        matches!(c, OutcomeClass::Failure | OutcomeClass::Success | OutcomeClass::Pending | OutcomeClass::Cancelled)
    });
    told.min_by_key(|c| *c == OutcomeClass::Success).unwrap_or(OutcomeClass::Navigates)
}

/// What a value says by itself: a sentence, or a word of an identifier.
fn value_reading(text: &str) -> Option<Reading> {
    if text.is_ascii() && !text.contains(' ') { read_identifier(text) } else { read_text(&text.replace(GAP, "")) }
}

fn fields(effect: &EffectEvent) -> impl Iterator<Item = Reading> {
    effect.hints.iter().filter_map(|h| {
        let (name, value) = h.split_once('=')?;
        let holds = value == "true";
        if holds || tells_of_no(effect) { read_flag(name, holds) } else { None }
    })
}

/// Whether a `false` tells somebody something: where it is kept as state (`setData({ isPaid: false })`), it says no more
/// than was so before the payment.
fn tells_of_no(effect: &EffectEvent) -> bool {
    let name = effect.path.last().map_or("", |n| n);
    let keeps = PLATFORM.state_setters.iter().any(|(setter, _)| *setter == name) || matches!(name, "$patch" | "$set");
    effect.channel != Channel::State && !sets_state(name) || effect.call.is_some() && !keeps
}

fn state(effect: &EffectEvent) -> OutcomeClass {
    let name = effect.path.last().map_or("", |n| n);
    if let Some(class) = best(texts(effect).filter_map(value_reading)) {
        // Whoever listens is given the whole result, and may tell codes apart.
        let may_look = class == OutcomeClass::Failure && effect.dumps_result && EMITTERS.contains(&name);
        return if may_look { OutcomeClass::Opaque } else { class };
    }
    let flag = effect.flag.filter(|holds| *holds || tells_of_no(effect));
    let flagged = flag.and_then(|flag| read_flag(name, flag));
    if let Some(class) = best(flagged.into_iter().chain(fields(effect))) {
        return class;
    }
    if effect.carries_result || effect.dumps_result { OutcomeClass::Opaque } else { OutcomeClass::Neutral }
}

/// The gravest of several sure readings: what is pending outweighs what failed.
fn best(readings: impl Iterator<Item = Reading>) -> Option<OutcomeClass> {
    let told = readings.filter(|r| !r.weak).map(|r| r.class);
    let rank = |c: &OutcomeClass| match c {
        OutcomeClass::Pending => 0,
        OutcomeClass::Failure => 1,
        OutcomeClass::Cancelled => 2,
        OutcomeClass::Success => 3,
        _ => 4,
    };
    told.filter(|c| rank(c) < 4).min_by_key(rank)
}

fn handed_on(effect: &EffectEvent) -> OutcomeClass {
    let said = best(texts(effect).filter_map(value_reading));
    let how = effect.path.last().map_or("", |n| n);
    if effect.handed.is_some() || effect.path.len() == 1 && how == "throw" {
        return match how {
            // Whoever is handed the result may tell codes apart.
            "reject" | "throw" if effect.carries_result => said.unwrap_or(OutcomeClass::Opaque),
            "reject" | "throw" => said.unwrap_or(OutcomeClass::Failure),
            _ => said.unwrap_or(OutcomeClass::Opaque),
        };
    }
    // What a callback of this name does is its caller's business: a list may follow `fail`, too. That it means well
    // harms nobody.
    let named = strong(read_identifier(how)).filter(|c| *c == OutcomeClass::Success && !effect.carries_result);
    said.or(named).unwrap_or(OutcomeClass::Opaque)
}

fn unknown_call(effect: &EffectEvent) -> OutcomeClass {
    let name = effect.path.last().map_or("", |n| n);
    if speaks(name) {
        return match message(effect) {
            // Whoever is given the result may tell codes apart.
            OutcomeClass::Neutral if effect.carries_result => OutcomeClass::Opaque,
            class => class,
        };
    }
    if sets_state(name) {
        return state(effect);
    }
    if reports(name) {
        return OutcomeClass::Neutral;
    }
    if let Some(class) = told_in_words(effect) {
        return class;
    }
    let reading = strong(read_identifier(name));
    if reading == Some(OutcomeClass::Confirm) {
        return OutcomeClass::Confirm;
    }
    if effect.carries_result {
        return OutcomeClass::Opaque;
    }
    reading.filter(|c| is_end(*c)).unwrap_or(OutcomeClass::Opaque)
}

/// What a literal says that is given to a function nobody knows: a sentence, or a single word (`'fail'`).
///
/// A name made of several words (`'pay_fail'`) is rather an event's, for analytics.
fn told_in_words(effect: &EffectEvent) -> Option<OutcomeClass> {
    let is_said = |t: &&str| !t.is_ascii() || split_words(t).len() == 1;
    best(texts(effect).filter(is_said).filter_map(value_reading))
}

const fn is_end(class: OutcomeClass) -> bool {
    matches!(class, OutcomeClass::Failure | OutcomeClass::Success | OutcomeClass::Cancelled | OutcomeClass::Pending)
}
