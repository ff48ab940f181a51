//! What negations and hypotheses make of the phrases that follow them.

use super::phrase::Token;
use crate::api::OutcomeClass;
use crate::api::lexicon::PhraseClass;

/// Takes the negations out and turns what follows them: no success is a failure, no failure is nothing. What follows a
/// hypothesis in its clause is not stated: 如果没有支付成功, might have failed.
pub(super) fn resolve_negations(tokens: Vec<Token>, normal: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut pending: Option<Token> = None;
    let mut hypothesis: Option<Token> = None;
    for mut token in tokens {
        if token.class == PhraseClass::Hypothesis {
            (hypothesis, pending) = (Some(token), None);
            continue;
        }
        let states = token.is_end() || token.class == PhraseClass::Unfinished;
        if states && hypothesis.is_some_and(|h| is_one_clause(normal, h.end, token.start)) {
            pending = None;
            continue;
        }
        let negation = pending.take().filter(|n| is_near(normal, n.end, token.start));
        if token.class == PhraseClass::Negation {
            pending = Some(token);
            continue;
        }
        if negation.is_some() {
            if token.is(OutcomeClass::Success) {
                token = Token { class: PhraseClass::Outcome(OutcomeClass::Failure), negated: true, ..token };
            } else if token.retry || matches!(token.class, PhraseClass::Outcome(_)) {
                continue;
            }
        }
        out.push(token);
    }
    out
}

/// Whether two places are near enough for a negation: two characters or two Latin words, within one clause.
fn is_near(normal: &str, from: usize, to: usize) -> bool {
    let gap = normal.get(from..to).unwrap_or_default();
    if !is_one_clause(normal, from, to) {
        return false;
    }
    if gap.is_ascii() { gap.split_whitespace().count() <= 2 } else { gap.chars().count() <= 2 }
}

/// Whether nothing parts two places of a text.
fn is_one_clause(normal: &str, from: usize, to: usize) -> bool {
    !normal.get(from..to).unwrap_or_default().contains([',', '?'])
}

#[cfg(test)]
mod tests {
    use super::super::read_text;
    use super::super::tests::{assert_sure, class};
    use crate::api::OutcomeClass::{Cancelled, Failure, Success};
    use crate::api::lexicon::Reading;

    #[test]
    fn negations() {
        assert_sure(
            Failure,
            &[
                "不成功",
                "没有成功",
                "未成功",
                "无法支付",
                "尚未成功",
                "没有支付成功",
                "支付未能成功",
                "unsuccessful",
                "The payment was not successful",
                "payment hasn't succeeded",
            ],
        );
        for text in ["不会失败", "没有失败", "无失败", "非失败", "not failed", "no error", "the payment isn't declined"]
        {
            assert!(class(text) != Some(Failure), "{text}");
        }
    }

    #[test]
    fn a_condition_states_nothing() {
        for text in ["如支付失败，请联系客服", "如果付款失败可以联系商家", "If the payment fails, contact the shop"]
        {
            assert!(class(text) != Some(Failure), "{text}");
        }
        assert!(class("查询支付状态失败") != Some(Failure));
    }

    #[test]
    fn what_may_happen_is_not_stated() {
        for text in [
            "付款过慢可能会导致挂号失败",
            "支付可能未成功，请查看订单",
            "如果没有支付成功，请重试",
            "如果支付未完成，请重新支付",
            "超时将导致支付失败",
            "请勿退出，否则会支付失败",
            "等待支付成功",
            "支付成功与否请查看订单",
            "支付成功了吗",
            "调起支付成功",
            "Your payment might have failed, please check the order",
            "Do not leave this page or the payment will fail",
            "To avoid payment failure, keep this page open",
            "If the payment succeeded, refresh",
            "Once paid, your order ships",
            "Waiting for the payment to succeed",
        ] {
            let read = read_text(text);
            let states = |r: &Reading| !r.weak && matches!(r.class, Success | Failure | Cancelled);
            assert!(!read.as_ref().is_some_and(states), "{text}: {read:?}");
        }
        assert_sure(
            Failure,
            &["网络问题导致支付失败", "支付失败，可能是余额不足", "Payment failed. Your card may have expired."],
        );
        assert_sure(Success, &["支付成功，将会尽快发货", "Payment successful! We will ship soon."]);
    }
}
