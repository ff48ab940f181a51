//! The judgement of one cell of an outcome table: is what the customer is told true, as far as anybody can know?

use super::facts::{Certainty, Effect, Outcome, Undecided, Verdict};
use crate::api::{CodeClass, OutcomeClass, ResultCode};
use crate::eval::{Channel, Reason};

/// The verdict of a code's effects; of a code that nobody documented nothing is a fault.
pub(super) fn of(code: Option<&ResultCode>, outcome: &Outcome) -> Verdict {
    let effects = &outcome.effects;
    let class = code.map(|c| c.class);
    let undetermined = code.is_some_and(|c| c.undetermined);
    let is_fault = |(index, effect): &(usize, &Effect)| {
        let looked_at = effect.class == OutcomeClass::Success && is_looked_at_before(*index, effects);
        is_false(class, undetermined, effect, effects) && !looked_at
    };
    if let Some((index, _)) = effects.iter().enumerate().find(is_fault) {
        return Verdict::Fault(index);
    }
    let answered = effects.iter().any(|e| e.certainty == Certainty::Certain && answers(class, undetermined, e));
    match outcome.undecided.first().cloned().or_else(|| left_to_others(outcome)) {
        Some(first) if !answered => Verdict::Undecided(first),
        _ => Verdict::Ok,
    }
}

/// What is left to code that is not at hand: a word or a name is all that is known of it, or that a promise has ended
/// while nothing else was done.
fn left_to_others(outcome: &Outcome) -> Option<Undecided> {
    if let Some(effect) = outcome.effects.iter().find(|e| e.by_name) {
        let reason = if effect.channel == Channel::Call { Reason::ExternalCall } else { Reason::Escaped };
        return Some(Undecided { reason, loc: effect.loc });
    }
    let does_nothing = outcome.effects.iter().all(|e| e.class == OutcomeClass::Neutral);
    let ended = outcome.ended.filter(|_| does_nothing)?;
    Some(Undecided { reason: Reason::Escaped, loc: ended })
}

/// Whether an effect surely tells the customer something that is not so.
fn is_false(class: Option<CodeClass>, undetermined: bool, effect: &Effect, effects: &[Effect]) -> bool {
    if effect.certainty != Certainty::Certain {
        return false;
    }
    match effect.class {
        OutcomeClass::Failure if undetermined => !is_outweighed(effect, effects),
        OutcomeClass::Failure => class == Some(CodeClass::Success) && is_seen(effect.channel),
        OutcomeClass::Success => {
            let failed = matches!(
                class,
                Some(CodeClass::Failure | CodeClass::Cancelled | CodeClass::Network | CodeClass::NotAllowed)
            );
            failed && (is_seen(effect.channel) || effect.claims_paid)
        }
        _ => false,
    }
}

/// Whether the customer sees it: a text, or a page.
const fn is_seen(channel: Channel) -> bool {
    matches!(channel, Channel::Message | Channel::Navigation)
}

/// Whether a text on the same path says that the result is not known yet.
pub(crate) fn is_outweighed(failure: &Effect, effects: &[Effect]) -> bool {
    effects.iter().any(|other| {
        let tells = other.class == OutcomeClass::Pending && other.channel == Channel::Message;
        tells && other.certainty == Certainty::Certain && same_path(failure, other)
    })
}

/// Whether code that is not at hand was given the result before an effect: it may have thrown.
pub(crate) fn is_looked_at_before(index: usize, effects: &[Effect]) -> bool {
    let handed = |e: &Effect| e.channel == Channel::Call && e.carries_result && e.class != OutcomeClass::Neutral;
    let Some(effect) = effects.get(index) else { return false };
    effects.iter().take(index).any(|other| handed(other) && same_path(effect, other))
}

/// Whether two effects can happen in one run: they stand in different arms of no condition.
fn same_path(a: &Effect, b: &Effect) -> bool {
    !a.path.iter().any(|(condition, arm)| b.path.iter().any(|(c, other)| c == condition && other != arm))
}

/// Whether an effect is a fitting answer to a code, whatever else happens.
fn answers(class: Option<CodeClass>, undetermined: bool, effect: &Effect) -> bool {
    match effect.class {
        OutcomeClass::Pending | OutcomeClass::Confirm => undetermined || class == Some(CodeClass::Success),
        OutcomeClass::Success => class == Some(CodeClass::Success),
        OutcomeClass::Failure | OutcomeClass::Cancelled => !undetermined && class != Some(CodeClass::Success),
        _ => false,
    }
}
