//! Texts that people read: normalised (`normal`), cut into the phrases of the lexicon (`phrase`), of which some are
//! denied or only supposed (`negation`), and judged as a whole, which is done here.

mod negation;
mod normal;
mod phrase;
#[cfg(test)]
mod vocabulary_tests;

use self::negation::resolve_negations;
use self::normal::normalise;
use self::phrase::{Token, phrases};
use super::{surely, weakly};
use crate::api::OutcomeClass;
use crate::api::lexicon::{PhraseClass, Reading};

/// Longer texts (in bytes) are documents, not messages, and are not read.
const LONGEST: usize = 8 * 1024;

/// What a text says of the payment; none where no word of it is known.
#[must_use]
pub fn read_text(text: &str) -> Option<Reading> {
    let (normal, tokens) = stated(text)?;
    judge(&tokens, &normal)
}

/// Whether a text surely says that a payment succeeded or failed, in words that speak of the payment: 支付成功, and no
/// bare 成功.
#[must_use]
pub fn ends_payment(text: &str) -> bool {
    let Some((normal, tokens)) = stated(text) else { return false };
    let says = judge(&tokens, &normal).filter(|reading| !reading.weak).map(|reading| reading.class);
    says.filter(|class| matches!(class, OutcomeClass::Success | OutcomeClass::Failure))
        .is_some_and(|class| tokens.iter().any(|token| token.specific && token.is(class)))
}

/// A text's normal form, and the phrases that it states; none where it is too long.
fn stated(text: &str) -> Option<(String, Vec<Token>)> {
    if text.len() > LONGEST {
        return None;
    }
    let normal = normalise(text);
    let tokens = resolve_negations(phrases(&normal), &normal);
    Some((normal, tokens))
}

/// What the whole text says.
fn judge(tokens: &[Token], normal: &str) -> Option<Reading> {
    let retry = tokens.iter().any(|t| t.retry);
    let has = |class: PhraseClass| tokens.iter().any(|t| t.class == class);
    let reading = if has(PhraseClass::Outcome(OutcomeClass::Pending)) {
        surely(OutcomeClass::Pending)
    } else if has(PhraseClass::IfPaid) {
        Reading { weak: has(PhraseClass::Outcome(OutcomeClass::Failure)), ..surely(OutcomeClass::Pending) }
    } else if let Some(reading) = judge_outcomes(deciding_clause(tokens), normal) {
        reading
    } else if has(PhraseClass::Network) {
        weakly(OutcomeClass::Failure)
    } else if let Some(class) =
        tokens.iter().find_map(|t| if let PhraseClass::Leans(c) = t.class { Some(c) } else { None })
    {
        weakly(class)
    } else if has(PhraseClass::Unfinished) && retry {
        surely(OutcomeClass::Failure)
    } else if has(PhraseClass::Unfinished) || has(PhraseClass::Weak) {
        weakly(OutcomeClass::Neutral)
    } else if has(PhraseClass::Outcome(OutcomeClass::Neutral)) {
        surely(OutcomeClass::Neutral)
    } else {
        return None;
    };
    Some(Reading { retry, ..reading })
}

/// The part of a text that counts: what follows the last "but", unless it says less of the payment than what stands
/// before it.
fn deciding_clause(tokens: &[Token]) -> &[Token] {
    let Some(at) = tokens.iter().rposition(|t| t.class == PhraseClass::But) else { return tokens };
    let (before, after) = tokens.split_at(at);
    let speaks_of_payment = |tokens: &[Token]| tokens.iter().any(|t| t.is_end() && t.specific);
    let outweighed = speaks_of_payment(before) && !speaks_of_payment(after);
    if after.iter().any(Token::is_end) && !outweighed { after } else { before }
}

/// The strongest of the ends that a text states.
fn judge_outcomes(tokens: &[Token], normal: &str) -> Option<Reading> {
    if tokens.iter().any(|t| t.negated) {
        return Some(surely(OutcomeClass::Failure));
    }
    let find =
        |class: OutcomeClass, specific: bool| tokens.iter().position(|t| t.is(class) && (t.specific || !specific));
    let specific_failure = find(OutcomeClass::Failure, true);
    let specific_success = find(OutcomeClass::Success, true);
    let failure = match specific_success {
        Some(_) => specific_failure,
        None => specific_failure.or_else(|| find(OutcomeClass::Failure, false)),
    };
    let (at, class) = failure
        .map(|at| (at, OutcomeClass::Failure))
        .or_else(|| find(OutcomeClass::Cancelled, false).map(|at| (at, OutcomeClass::Cancelled)))
        .or_else(|| find(OutcomeClass::Success, false).map(|at| (at, OutcomeClass::Success)))?;
    // A text that names both ends states neither.
    let both = class == OutcomeClass::Failure && find(OutcomeClass::Success, false).is_some();
    Some(Reading { weak: both || is_asked(tokens, at, normal), ..surely(class) })
}

/// Whether the phrase at `at` is what a question asks: nothing but the question mark follows it.
fn is_asked(tokens: &[Token], at: usize, normal: &str) -> bool {
    let Some(token) = tokens.get(at) else { return false };
    let rest = normal.get(token.end..).unwrap_or_default();
    let Some(mark) = rest.find([',', '?']) else { return false };
    let other_phrase = tokens.get(at + 1).is_some_and(|next| next.start < token.end + mark);
    rest.as_bytes().get(mark) == Some(&b'?') && !other_phrase
}

#[cfg(test)]
mod tests {
    use super::*;
    use OutcomeClass::{Failure, Neutral, Pending, Success};

    pub(super) fn class(text: &str) -> Option<OutcomeClass> {
        read_text(text).map(|r| r.class)
    }

    pub(super) fn assert_sure(class: OutcomeClass, texts: &[&str]) {
        for text in texts {
            let read = read_text(text).map(|r| (r.class, r.weak));
            assert_eq!(read, Some((class, false)), "{text}");
        }
    }

    pub(super) fn assert_weak(texts: &[&str]) {
        for text in texts {
            assert!(read_text(text).is_some_and(|r| r.weak), "{text}: {:?}", read_text(text));
        }
    }

    #[test]
    fn retry_adds_to_the_class() {
        for text in [
            "支付失败，请重试",
            "支付失败 请重新支付",
            "支付失败，再试一次",
            "Payment failed, try again",
            "支付失败，继续支付",
        ] {
            assert_eq!(read_text(text), Some(Reading { class: Failure, weak: false, retry: true }), "{text}");
        }
        assert_eq!(read_text("请重新支付"), Some(Reading { class: Neutral, weak: true, retry: true }));
        assert_eq!(read_text("支付失败，请勿重新支付").map(|r| r.retry), Some(false));
    }

    #[test]
    fn an_unfinished_payment_fails_only_with_a_retry() {
        for text in ["支付未完成，请重新支付", "支付未完成，可在订单中重试"] {
            assert_eq!(read_text(text), Some(Reading { class: Failure, weak: false, retry: true }), "{text}");
        }
        assert_sure(Pending, &["支付未完成，请稍后查询订单状态"]);
    }

    #[test]
    fn pending_beats_all_else() {
        assert_sure(
            Pending,
            &[
                "支付失败或处理中",
                "支付失败或尚未完成",
                "支付成功或处理中",
                "支付过程中网络出错，暂时未拿到支付结果",
                "若已付款 请勿重复支付",
            ],
        );
    }

    #[test]
    fn advice_for_those_who_paid_weakens_a_failure() {
        assert_eq!(read_text("支付失败，如已扣款，请联系客服"), Some(weakly(Pending)));
        assert_eq!(read_text("如已扣款，请联系客服"), Some(surely(Pending)));
        assert_eq!(read_text("Payment failed. If you have been charged, contact us."), Some(weakly(Pending)));
    }

    #[test]
    fn failure_outweighs_cancelled() {
        assert_sure(Failure, &["支付已取消或失败", "支付失败或取消"]);
    }

    #[test]
    fn the_clause_after_but_counts() {
        assert_sure(Failure, &["订单提交成功，但支付失败", "Order saved, but the payment failed"]);
        assert_sure(Success, &["有点慢，不过支付成功"]);
    }

    #[test]
    fn questions_are_weak() {
        assert_weak(&["Payment failed? Check your order", "支付失败了吗？", "支付失败？"]);
        assert_sure(Failure, &["支付失败，是否重新支付？", "支付失败 是否重试？", "Payment failed. Retry?"]);
    }
}
