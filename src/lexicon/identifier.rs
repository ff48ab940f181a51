//! Names and values: what the words in them say together.

use super::word::classes;
use super::{split_words, surely, weakly};
use crate::api::lexicon::{Reading, WordClass};
use crate::api::{LEXICON, OutcomeClass};

/// Longer names (in bytes) are data, not names, and are not read.
const LONGEST: usize = 512;

/// What a name or a value says of the payment (`onPayFail`, `PAY_SUCCESS`, `fail`); none where no word of it is known.
#[must_use]
pub fn read_identifier(name: &str) -> Option<Reading> {
    if name.len() > LONGEST {
        return None;
    }
    judge(&split_words(name))
}

/// What a property or parameter of this name says when it is set to a boolean: `isFail = false` says nothing,
/// `paySuccess: false` says that it failed, `payFlag` only locks a button.
#[must_use]
pub fn read_flag(name: &str, value: bool) -> Option<Reading> {
    if name.len() > LONGEST {
        return None;
    }
    let words = split_words(name);
    if is_lock(&words) {
        return None;
    }
    let reading = judge(&words);
    if value {
        return reading;
    }
    match reading {
        Some(Reading { class: OutcomeClass::Success, weak, .. }) => {
            Some(Reading { weak, ..surely(OutcomeClass::Failure) })
        }
        None if holds_pay_state(&words) => Some(surely(OutcomeClass::Failure)),
        _ => None,
    }
}

/// Whether a flag of these words guards a button or a step: `isPaying`, `canPay`; not `payFailFlag`, which says how the
/// payment ended.
fn is_lock(words: &[String]) -> bool {
    let is_lock_word = |word: &&String| LEXICON.locks.contains(&word.as_str());
    let rest: Vec<String> = words.iter().filter(|w| !is_lock_word(w)).cloned().collect();
    rest.len() < words.len() && !judge(&rest).is_some_and(|r| is_end(r.class))
}

/// `pay`, `payStatus`, `payResult`: names whose `false` says that nothing was paid, unlike `payVisible`.
fn holds_pay_state(words: &[String]) -> bool {
    let is_pay = |word: &String| word == "pay" || word == "payment";
    match words {
        [only] => is_pay(only),
        _ => words.iter().any(is_pay) && words.last().is_some_and(|word| LEXICON.states.contains(&word.as_str())),
    }
}

/// Whether a class says how the payment stands.
pub(super) const fn is_end(class: OutcomeClass) -> bool {
    matches!(class, OutcomeClass::Success | OutcomeClass::Failure | OutcomeClass::Cancelled | OutcomeClass::Pending)
}

/// What the words of a name say together.
pub(super) fn judge(words: &[String]) -> Option<Reading> {
    let mut outcomes = Vec::new();
    let (mut asks, mut pays, mut takes_back, mut negated) = (false, false, false, false);
    for class in classes(words) {
        let turned = std::mem::take(&mut negated);
        match class {
            WordClass::Outcome(OutcomeClass::Success) if turned => outcomes.push(OutcomeClass::Failure),
            WordClass::Outcome(_) if turned => {}
            WordClass::Outcome(outcome) => outcomes.push(outcome),
            WordClass::Cancel if turned => {}
            WordClass::Cancel => outcomes.push(OutcomeClass::Cancelled),
            WordClass::Ask => asks = true,
            WordClass::Payment => pays = true,
            WordClass::TakeBack => takes_back = true,
            WordClass::Negation => negated = true,
            WordClass::Nothing => {}
        }
    }
    let has = |class: OutcomeClass| outcomes.contains(&class);
    let by_strength = [OutcomeClass::Pending, OutcomeClass::Failure, OutcomeClass::Cancelled, OutcomeClass::Success];
    if let Some(class) = by_strength.into_iter().find(|&class| has(class)) {
        let both = class == OutcomeClass::Failure && has(OutcomeClass::Success);
        return Some(Reading { weak: both, ..surely(class) });
    }
    if has(OutcomeClass::Confirm) || (asks && pays) {
        Some(surely(OutcomeClass::Confirm))
    } else if takes_back && pays {
        Some(weakly(OutcomeClass::Cancelled))
    } else if takes_back || has(OutcomeClass::Neutral) {
        Some(surely(OutcomeClass::Neutral))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OutcomeClass::{Cancelled, Confirm, Failure, Neutral, Pending, Success};

    fn assert_names(expected: Option<OutcomeClass>, names: &[&str]) {
        for name in names {
            assert_eq!(read_identifier(name).map(|r| r.class), expected, "{name}");
        }
    }

    #[test]
    fn outcomes_of_names() {
        assert_names(
            Some(Success),
            &[
                "success",
                "succ",
                "suc",
                "ok",
                "paid",
                "done",
                "completed",
                "finish",
                "finished",
                "paySuccess",
                "payOk",
                "onSuccess",
                "pay_success",
                "支付成功",
            ],
        );
        assert_names(
            Some(Pending),
            &[
                "pending",
                "processing",
                "payProcess",
                "wait",
                "waiting",
                "unknown",
                "unknow",
                "confirming",
                "paying",
                "inProgress",
                "payunknow",
            ],
        );
        assert_names(
            Some(Failure),
            &[
                "fail",
                "failed",
                "failure",
                "error",
                "err",
                "reject",
                "decline",
                "declined",
                "unsuccess",
                "payFail",
                "payError",
                "onFail",
                "orderFail",
                "completePayFailure",
                "danger",
                "unknownError",
                "notSuccess",
                "payfail",
            ],
        );
        assert_names(Some(Cancelled), &["cancel", "cancelled", "canceled", "abort", "userCancel", "cancelPay"]);
        assert_names(Some(Neutral), &["loading", "hideModal", "closeModal", "trackEvent", "complete", "resetForm"]);
    }

    #[test]
    fn asking_the_server() {
        assert_names(
            Some(Confirm),
            &[
                "queryOrder",
                "checkOrderStatus",
                "getPayResult",
                "pollResult",
                "orderSync",
                "payQuery",
                "loadData",
                "getOrderDetail",
                "轮询",
                "查单",
            ],
        );
        assert_names(None, &["checkPhone", "checkLogin", "getElementById", "startWork"]);
    }

    #[test]
    fn names_that_only_hold_a_word() {
        assert_names(
            None,
            &[
                "process.env",
                "processPayment",
                "failCount",
                "errMsg",
                "errorMessage",
                "cancelText",
                "cancelButton",
                "cancelToken",
                "noError",
                "warn",
                "none",
                "info",
                "tradeNo",
                "failover",
            ],
        );
        assert_eq!(read_identifier(&"fail_".repeat(200)), None);
    }

    #[test]
    fn taking_back_an_order_is_weak() {
        assert_eq!(read_identifier("closeOrder"), Some(weakly(Cancelled)));
        assert_eq!(read_identifier("revokePay"), Some(weakly(Cancelled)));
    }

    #[test]
    fn booleans_turn_names() {
        assert_eq!(read_flag("isFail", true), Some(surely(Failure)));
        for name in ["isFail", "loading", "paying", "payVisible", "cancelled"] {
            assert_eq!(read_flag(name, false), None, "{name}");
        }
        for name in ["success", "paySuccess", "isSuccess", "payStatus", "pay", "isPaid"] {
            assert_eq!(read_flag(name, false), Some(surely(Failure)), "{name}");
        }
    }

    #[test]
    fn a_lock_is_no_state_of_the_payment() {
        for name in [
            "payFlag",
            "orderPayFlag",
            "cleanPayFlag",
            "canPay",
            "needPay",
            "isPaying",
            "paying",
            "payLock",
            "payLoading",
            "payDisabled",
            "isPayBtnDisabled",
            "clickFlag",
            "canCancel",
        ] {
            assert_eq!((read_flag(name, true), read_flag(name, false)), (None, None), "{name}");
        }
        assert_eq!(read_flag("payFailFlag", true), Some(surely(Failure)));
        assert_eq!(read_flag("paySuccessFlag", false), Some(surely(Failure)));
        assert_eq!(read_flag("isPaid", true), Some(surely(Success)));
        assert_eq!(read_identifier("paying"), Some(surely(Pending)));
    }
}
