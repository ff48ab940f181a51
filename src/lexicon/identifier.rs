//! Names, values and addresses: split into words, which are matched against the lexicon's words.

use super::{read_text, surely, weakly};
use crate::api::lexicon::{Reading, WordClass};
use crate::api::{LEXICON, OutcomeClass};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

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
    if name.len() > LONGEST || is_lock(&split_words(name)) {
        return None;
    }
    let reading = read_identifier(name);
    if value {
        return reading;
    }
    match reading {
        Some(Reading { class: OutcomeClass::Success, weak, .. }) => {
            Some(Reading { weak, ..surely(OutcomeClass::Failure) })
        }
        None if holds_pay_state(&split_words(name)) => Some(surely(OutcomeClass::Failure)),
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
        _ => {
            words.iter().any(is_pay)
                && words.last().is_some_and(|word| matches!(word.as_str(), "status" | "state" | "result"))
        }
    }
}

/// What an address says: the query decides over the path, a later segment over an earlier one. An address that only
/// asks (`/order/query`) reads as `Confirm`; whether that is so for a page is for the caller to know.
#[must_use]
pub fn read_path(url: &str) -> Option<Reading> {
    if url.len() > LONGEST * 4 {
        return None;
    }
    let local = without_host(url);
    let (queries, paths): (Vec<&str>, Vec<&str>) = local.split(['?', '#']).partition(|part| part.contains('='));
    let of_list = names_list(&paths);
    let pairs = queries.iter().flat_map(|q| q.split('&')).filter(|pair| !(of_list && is_filter(pair)));
    let said: Vec<Reading> = pairs.filter_map(read_pair).collect();
    if let Some(reading) = said.iter().find(|r| r.class == OutcomeClass::Pending).or_else(|| said.first()) {
        return Some(*reading);
    }
    let segments = paths.iter().rev().flat_map(|path| path.split('/').rev());
    segments.filter_map(read_identifier).find(|r| is_end(r.class)).or_else(|| {
        let words: Vec<String> = paths.iter().flat_map(|path| split_words(path)).collect();
        judge(&words).filter(|r| !is_end(r.class) || r.weak)
    })
}

/// Whether the last name of a path is a list's: what its query says chooses what is shown.
fn names_list(paths: &[&str]) -> bool {
    let names = paths.first().into_iter().flat_map(|path| path.rsplit('/'));
    let names = names.map(|name| name.split('.').next().unwrap_or_default());
    let last = names.filter(|name| !matches!(*name, "" | "index")).map(split_words).next();
    last.is_some_and(|words| words.iter().any(|word| LEXICON.lists.contains(&word.as_str())))
}

/// Whether a `key=value` chooses among the elements of a list.
fn is_filter(pair: &str) -> bool {
    let key = split_words(pair.split('=').next().unwrap_or_default());
    key.last().is_some_and(|word| LEXICON.filters.contains(&word.as_str()))
}

/// The part of an address after its scheme and host.
pub(super) fn without_host(url: &str) -> &str {
    let Some((before, after)) = url.split_once("//") else { return url };
    if !before.is_empty() && !before.ends_with(':') {
        return url;
    }
    after.find(['/', '?', '#']).and_then(|at| after.get(at..)).unwrap_or_default()
}

/// What one `key=value` of a query says of an end.
fn read_pair(pair: &str) -> Option<Reading> {
    let (key, value) = pair.split_once('=')?;
    if split_words(key).iter().any(|w| {
        matches!(w.as_str(), "url" | "redirect" | "return" | "back" | "callback" | "id" | "no" | "token" | "sign")
    }) {
        return None;
    }
    let reading = match value {
        "true" | "1" => read_flag(key, true),
        "false" => read_flag(key, false),
        _ => {
            let decoded = decode(value);
            if decoded.is_ascii() { read_identifier(&decoded) } else { read_text(&decoded) }
        }
    };
    reading.filter(|r| is_end(r.class))
}

/// A query's value with `%` and `+` decoded, as far as it is text.
fn decode(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = value.get(at + 1..at + 3).and_then(|two| u8::from_str_radix(two, 16).ok());
        match (byte, hex) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                at += 3;
                continue;
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether a class says how the payment stands.
const fn is_end(class: OutcomeClass) -> bool {
    matches!(class, OutcomeClass::Success | OutcomeClass::Failure | OutcomeClass::Cancelled | OutcomeClass::Pending)
}

/// The words of a name in lower case, split at case, digits and marks; a run of other letters is one word.
#[must_use]
pub fn split_words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut previous: Option<Letter> = None;
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let letter = Letter::of(c);
        let next_is_lower = chars.peek().is_some_and(char::is_ascii_lowercase);
        let splits = match (previous, letter) {
            (_, None) => true,
            (Some(Letter::Lower), Some(Letter::Upper)) => true,
            // The last capital of a run begins the next word: HTTPError.
            (Some(Letter::Upper), Some(Letter::Upper)) => next_is_lower,
            (Some(Letter::Other), Some(other)) => other != Letter::Other,
            (Some(_), Some(Letter::Other)) => true,
            _ => false,
        };
        if splits && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_some() {
            word.extend(c.to_lowercase());
        }
        previous = letter;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Kinds of letters, as far as words are split between them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letter {
    Lower,
    Upper,
    Other,
}

impl Letter {
    fn of(c: char) -> Option<Self> {
        match c {
            'a'..='z' => Some(Self::Lower),
            'A'..='Z' => Some(Self::Upper),
            c if !c.is_ascii() && c.is_alphabetic() => Some(Self::Other),
            _ => None,
        }
    }
}

/// The lexicon's words, and how many words its longest entry joins.
struct Words {
    classes: FxHashMap<&'static str, WordClass>,
    longest: usize,
}

fn lexicon() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| Words {
        classes: LEXICON.words.iter().map(|w| (w.text, w.class)).collect(),
        longest: LEXICON.words.iter().map(|w| w.text.split('-').count()).max().unwrap_or(1),
    })
}

/// The classes of words, the longest entry at each place.
pub(super) fn classes(words: &[String]) -> Vec<WordClass> {
    let lexicon = lexicon();
    let mut found = Vec::new();
    let mut rest = words;
    while let Some(first) = rest.first() {
        let most = lexicon.longest.min(rest.len());
        let entry = (1..=most).rev().find_map(|count| {
            let key = rest.get(..count)?.join("-");
            lexicon.classes.get(key.as_str()).map(|class| (*class, count))
        });
        let (class, count) = match entry {
            Some((class, count)) => (Some(class), count),
            None if first.is_ascii() => (None, 1),
            None => (read_text(first).filter(|r| !r.weak).map(|r| WordClass::Outcome(r.class)), 1),
        };
        found.extend(class);
        rest = rest.get(count..).unwrap_or_default();
    }
    found
}

/// What the words of a name say together.
fn judge(words: &[String]) -> Option<Reading> {
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
    fn splits_at_case_digits_and_marks() {
        assert_eq!(split_words("onPayFail"), ["on", "pay", "fail"]);
        assert_eq!(split_words("PAY_SUCCESS_2x"), ["pay", "success", "x"]);
        assert_eq!(split_words("HTTPError"), ["http", "error"]);
        assert_eq!(split_words("order-sync/v2.do"), ["order", "sync", "v", "do"]);
        assert_eq!(split_words("轮询Order"), ["轮询", "order"]);
        assert!(split_words("").is_empty());
    }

    #[test]
    fn a_lists_filter_says_nothing_of_one_payment() {
        let class = |url: &str| read_path(url).map(|r| r.class);
        let filtered = [
            "/pages/order/list?status=paid",
            "/pages/orderList/index?id=1&type=failed#x",
            "https://a.cn/my/orders.html?tab=paid",
        ];
        for url in filtered {
            assert!(class(url).is_none_or(|c| !is_end(c)), "{url}");
        }
        assert_eq!(class("/pages/order/detail?status=paid"), Some(Success));
        assert_eq!(class("/pages/order/list?result=fail"), Some(Failure));
        assert_eq!(class("/pages/success/list?tab=all"), Some(Success));
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

    #[test]
    fn addresses() {
        for (url, expected) in [
            ("success.html", Some(Success)),
            ("/pay/success", Some(Success)),
            ("/pay/fail.html", Some(Failure)),
            ("https://fail.example.com/order/success?id=fail", Some(Success)),
            ("/pages/result?result=suc", Some(Success)),
            ("/pages/result?result=fail", Some(Failure)),
            ("/finish?fail=true", Some(Failure)),
            ("/finish?payStatus=false", Some(Failure)),
            ("/finish?msg=%E6%94%AF%E4%BB%98%E5%A4%84%E7%90%86%E4%B8%AD", Some(Pending)),
            ("index.html#/pay/fail", Some(Failure)),
            ("/fail/success?returnUrl=/pay/fail", Some(Success)),
            ("/pay?status=-1", None),
            ("/order/query", Some(Confirm)),
            ("/pages/index", None),
            ("https://fail.example.com", None),
            ("", None),
        ] {
            assert_eq!(read_path(url).map(|r| r.class), expected, "{url}");
        }
    }
}
