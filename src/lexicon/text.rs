//! Texts that people read: normalised, cut into the phrases of the lexicon, and judged as a whole.

use super::normal::normalise;
use super::{surely, weakly};
use crate::api::lexicon::{Phrase, PhraseClass, Reading};
use crate::api::{LEXICON, OutcomeClass};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::OnceLock;

/// Longer texts (in bytes) are documents, not messages, and are not read.
const LONGEST: usize = 8 * 1024;

/// What a text says of the payment; none where no word of it is known.
#[must_use]
pub fn read_text(text: &str) -> Option<Reading> {
    if text.len() > LONGEST {
        return None;
    }
    let normal = normalise(text);
    judge(&resolve_negations(phrases(&normal), &normal), &normal)
}

/// Whether a text surely says that a payment succeeded or failed, in words that speak of the payment: 支付成功, and no
/// bare 成功.
#[must_use]
pub fn ends_payment(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let normal = normalise(text);
    let tokens = resolve_negations(phrases(&normal), &normal);
    let says = judge(&tokens, &normal).filter(|reading| !reading.weak).map(|reading| reading.class);
    let is_end = |class| matches!(class, OutcomeClass::Success | OutcomeClass::Failure);
    says.is_some_and(is_end) && tokens.iter().any(|token| token.specific && says.is_some_and(|class| token.is(class)))
}

/// A phrase found in a text.
#[derive(Clone, Copy)]
struct Token {
    class: PhraseClass,
    retry: bool,
    /// Whether it speaks of the payment itself: 支付失败, not a bare 失败.
    specific: bool,
    /// Whether a negation made it what it is.
    negated: bool,
    start: usize,
    end: usize,
}

impl Token {
    fn is(&self, class: OutcomeClass) -> bool {
        self.class == PhraseClass::Outcome(class)
    }
}

/// The phrases by their first two characters, the longest first. A text is short and most places in it begin no
/// phrase, so this is found faster than an automaton is built.
struct Index {
    by_start: FxHashMap<[char; 2], Vec<(Cow<'static, str>, &'static Phrase)>>,
}

impl Index {
    fn get() -> &'static Self {
        static INDEX: OnceLock<Index> = OnceLock::new();
        INDEX.get_or_init(|| {
            let mut by_start: FxHashMap<[char; 2], Vec<_>> = FxHashMap::default();
            for phrase in LEXICON.phrases {
                let text = normal_phrase(phrase.text);
                by_start.entry(start_of(&text)).or_default().push((text, phrase));
            }
            for phrases in by_start.values_mut() {
                phrases.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
            }
            Self { by_start }
        })
    }

    /// The longest phrase that a text begins with, and its length in bytes.
    fn longest_at(&self, rest: &str) -> Option<(usize, &'static Phrase)> {
        let start = start_of(rest);
        // A phrase of one character has nothing in the second place.
        let candidates = [start, [start[0], char::default()]];
        let mut phrases = candidates.iter().filter_map(|start| self.by_start.get(start)).flatten();
        phrases.find(|(text, _)| rest.starts_with(&**text)).map(|(text, phrase)| (text.len(), *phrase))
    }
}

/// A phrase as it is matched. The data holds Chinese phrases in that form already (a test says so).
fn normal_phrase(text: &'static str) -> Cow<'static, str> {
    if text.bytes().any(|b| b.is_ascii()) { Cow::Owned(normalise(text)) } else { Cow::Borrowed(text) }
}

fn start_of(text: &str) -> [char; 2] {
    let mut chars = text.chars();
    [chars.next().unwrap_or_default(), chars.next().unwrap_or_default()]
}

/// The phrases of a normalised text, in order, the longest at each place.
fn phrases(normal: &str) -> Vec<Token> {
    let index = Index::get();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = normal.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((length, phrase)) = index.longest_at(rest) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        tokens.push(Token {
            class: phrase.class,
            retry: phrase.retry,
            specific: LEXICON.about_payment.iter().any(|part| phrase.text.contains(part)),
            negated: false,
            start: at,
            end: at + length,
        });
        at += length;
    }
    tokens
}

/// Takes the negations out and turns what follows them: no success is a failure, no failure is nothing. What follows a
/// hypothesis in its clause is not stated: 如果没有支付成功, might have failed.
fn resolve_negations(tokens: Vec<Token>, normal: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut pending: Option<Token> = None;
    let mut hypothesis: Option<Token> = None;
    for mut token in tokens {
        if token.class == PhraseClass::Hypothesis {
            (hypothesis, pending) = (Some(token), None);
            continue;
        }
        let states = is_end(&token) || token.class == PhraseClass::Unfinished;
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
    let says = |t: &Token| is_end(t);
    let outweighed = before.iter().any(|t| says(t) && t.specific) && !after.iter().any(|t| says(t) && t.specific);
    if after.iter().any(says) && !outweighed { after } else { before }
}

/// Whether a phrase states how the payment ended.
fn is_end(token: &Token) -> bool {
    [OutcomeClass::Success, OutcomeClass::Failure, OutcomeClass::Cancelled].iter().any(|&c| token.is(c))
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

    #[test]
    fn chinese_phrases_of_the_data_are_in_the_form_in_which_texts_are_matched() {
        for phrase in LEXICON.phrases {
            assert_eq!(normal_phrase(phrase.text), normalise(phrase.text), "{}", phrase.text);
        }
    }
    use OutcomeClass::{Cancelled, Failure, Neutral, Pending, Success};

    fn class(text: &str) -> Option<OutcomeClass> {
        read_text(text).map(|r| r.class)
    }

    fn assert_sure(class: OutcomeClass, texts: &[&str]) {
        for text in texts {
            let read = read_text(text).map(|r| (r.class, r.weak));
            assert_eq!(read, Some((class, false)), "{text}");
        }
    }

    fn assert_weak(texts: &[&str]) {
        for text in texts {
            assert!(read_text(text).is_some_and(|r| r.weak), "{text}: {:?}", read_text(text));
        }
    }

    #[test]
    fn success() {
        assert_sure(
            Success,
            &[
                "支付成功",
                "付款成功",
                "购买成功",
                "充值成功",
                "交易成功",
                "下单成功",
                "缴费成功",
                "已支付",
                "支付完成",
                "付款完成",
                "成功了",
                "支付成功！",
                "恭喜您，支付成功",
                "Payment successful",
                "payment succeeded",
                "Payment completed",
                "Payment complete!",
                "Success",
                "You have paid.",
                "Thank you for your payment",
            ],
        );
    }

    #[test]
    fn pending() {
        assert_sure(
            Pending,
            &[
                "处理中",
                "正在处理",
                "支付处理中",
                "支付中",
                "确认中",
                "支付结果确认中",
                "支付确认中",
                "正在确认",
                "支付结果未知",
                "结果未知",
                "结果待确认",
                "等待支付结果",
                "支付状态查询中",
                "稍后查看",
                "稍后查询",
                "稍后刷新",
                "请稍后在订单中查看",
                "以支付宝扣款结果为准",
                "请勿重复支付",
                "请勿重复付款",
                "未拿到支付结果",
                "不确定是否支付失败，请查看订单",
                "无法确认是否支付成功",
                "获取支付结果超时",
                "后台返回超时",
                "Processing",
                "pending",
                "Your payment is being confirmed",
                "being processed",
                "Confirming…",
                "result unknown",
                "Unknown result",
                "Please check your order later",
                "Do not pay again",
                "You may have been paid",
                "it may have succeeded",
                "Awaiting confirmation",
            ],
        );
    }

    #[test]
    fn failure() {
        assert_sure(
            Failure,
            &[
                "支付失败",
                "付款失败",
                "充值失败",
                "购买失败",
                "交易失败",
                "订单支付失败",
                "唤起支付失败",
                "支付出错",
                "支付错误",
                "支付不成功",
                "未支付成功",
                "交易关闭",
                "订单已关闭",
                "余额不足",
                "失败",
                "支付失败，请重试",
                "<p class=\"tip\">支付失败</p>",
                "支付 失败",
                "Payment failed",
                "payment failure",
                "Payment error",
                "Payment declined",
                "Payment unsuccessful",
                "could not pay",
                "Your payment did not go through",
                "not paid",
                "Failed",
            ],
        );
    }

    #[test]
    fn cancelled() {
        assert_sure(
            Cancelled,
            &[
                "取消支付",
                "支付取消",
                "已取消",
                "取消了支付",
                "用户取消",
                "中途取消",
                "用户中途取消",
                "放弃支付",
                "取消付款",
                "忘记密码",
                "cancelled",
                "Canceled",
                "Payment cancelled",
                "User cancelled",
                "aborted by user",
            ],
        );
    }

    #[test]
    fn network_and_neutral_and_weak() {
        assert_weak(&[
            "网络连接出错",
            "网络异常",
            "网络错误",
            "网络不给力",
            "网络不稳定",
            "Network error",
            "network exception",
            "支付异常",
            "支付未完成",
            "未完成支付",
            "提示",
            "温馨提示",
            "订单未支付",
            "待支付",
            "未支付",
            "支付超时",
            "支付终止",
            "等待支付",
            "去支付",
            "立即支付",
            "重复支付",
            "重复提交",
            "incomplete",
            "unpaid",
            "Tip",
            "notice",
            "timeout",
        ]);
        assert_sure(
            Neutral,
            &[
                "加载中",
                "请稍候",
                "正在跳转",
                "请在支付宝中打开",
                "loading",
                "Please wait",
                "redirecting",
                "Open in Alipay",
                "支付",
                "支付结果",
                "支付结果：{\"resultCode\":\"8000\"}",
            ],
        );
        assert_eq!(read_text(""), None);
        assert_eq!(read_text("你好"), None);
        assert_eq!(read_text(&"支付失败".repeat(2000)), None);
    }

    /// Texts as shops write them; `None` for those that say nothing sure of the payment's end.
    #[test]
    fn realistic_texts() {
        let table: &[(Option<OutcomeClass>, &[&str])] = &[
            (
                Some(Failure),
                &[
                    "支付失败，请稍后重试",
                    "支付失败！请返回重新支付",
                    "很抱歉，您的支付失败了",
                    "抱歉，支付没有成功，请重新支付",
                    "订单支付失败，订单号：2024010112345",
                    "交易失败，请更换支付方式",
                    "付款未成功，请重新付款",
                    "支付宝支付失败",
                    "支付失败：系统繁忙",
                    "您的订单支付失败，请重新下单",
                    "扣款失败，账户余额不足",
                    "未完成支付，请重新支付",
                    "支付遇到错误，支付失败",
                    "充值失败 请联系客服",
                    "付款失敗，請重新付款",
                    "Sorry, your payment failed. Please try again.",
                    "Payment was not completed. Please pay again.",
                    "We could not process your payment",
                    "Your card was declined",
                    "Payment unsuccessful, please retry",
                    "支付出错啦，请重试",
                    "支付异常，支付失败",
                    "抱歉，支付未成功",
                    "支付验证失败，支付失败",
                ],
            ),
            (
                Some(Pending),
                &[
                    "支付结果未可知",
                    "支付结果未知，请在订单列表查看",
                    "支付结果确认中，请稍后查看订单",
                    "正在确认支付结果，请稍候",
                    "正在查询支付结果...",
                    "订单正在处理中，请勿重复支付",
                    "支付处理中，请稍后到“我的订单”查看",
                    "支付结果未知，请查询商户订单列表中订单的支付状态",
                    "正在处理中，支付结果未知（有可能已经支付成功），请查询商户订单列表中订单的支付状态",
                    "如果您已付款，请勿重复支付",
                    "支付结果获取中",
                    "支付结果待确认，请以订单状态为准",
                    "暂未查询到支付结果，请稍后刷新",
                    "支付已提交，正在等待银行确认",
                    "支付状态未知，请稍后查看",
                    "支付可能已成功，请查看订单",
                    "未能确认支付结果",
                    "支付结果暂时无法确认",
                    "Your payment is still processing",
                    "We are confirming your payment",
                    "Payment status unknown, please check your order",
                    "Your payment is being processed. Do not pay again.",
                    "We don't know yet whether your payment went through",
                    "付款處理中，請稍後查看訂單",
                ],
            ),
            (
                Some(Success),
                &[
                    "支付成功！",
                    "恭喜，付款成功，正在跳转",
                    "订单支付成功，感谢您的购买",
                    "Payment successful! Thank you.",
                    "支付成功，即将跳转",
                    "充值成功，已到账",
                ],
            ),
            (
                Some(Cancelled),
                &[
                    "您已取消支付",
                    "用户中途取消",
                    "支付已取消，订单已为您保留",
                    "您取消了本次支付",
                    "Payment cancelled by user",
                    "你已放弃付款",
                ],
            ),
            (
                None,
                &[
                    "提交订单失败",
                    "无失败",
                    "获取支付信息失败，请重试",
                    "网络异常，请检查网络",
                    "支付未完成",
                    "请在支付宝客户端内打开",
                    "优惠券领取失败",
                    "没有失败的订单",
                    "支付失败的订单可在订单列表中查看",
                    "查询支付结果失败",
                    "支付密码错误",
                    "订单创建失败",
                    "库存不足，下单失败",
                    "登录失败，请重新登录",
                    "确定要放弃支付吗？",
                    "支付剩余时间 14:59",
                    "请确认是否已支付成功",
                    "Loading payment, please wait",
                    "Failed to load order",
                    "No payment method found",
                ],
            ),
        ];
        let sure = |text: &str| read_text(text).filter(|r| !r.weak && r.class != Neutral).map(|r| r.class);
        let wrong: Vec<String> = table
            .iter()
            .flat_map(|(expected, texts)| texts.iter().map(move |text| (*expected, *text)))
            .filter(|(expected, text)| sure(text) != *expected)
            .map(|(expected, text)| format!("{text}: {:?} and not {expected:?}", read_text(text)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
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
    fn failures_of_other_things_are_not_the_payments() {
        for text in [
            "处理失败",
            "查询失败",
            "加载失败",
            "创建订单失败",
            "获取支付参数失败",
            "调起支付失败",
            "网络请求失败",
            "失败原因",
            "失败次数",
            "失败率",
            "取消",
            "取消订单",
            "取消授权",
            "支付中心",
            "处理中心",
        ] {
            assert!(!matches!(class(text), Some(Failure | Cancelled | Pending)), "{text}: {:?}", read_text(text));
        }
        assert_sure(Success, &["支付成功，但更新订单失败", "支付成功，但是跳转失败了"]);
    }

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
    fn the_clause_after_but_counts() {
        assert_sure(Failure, &["订单提交成功，但支付失败", "Order saved, but the payment failed"]);
        assert_sure(Success, &["有点慢，不过支付成功"]);
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

    #[test]
    fn every_phrase_can_be_found() {
        for phrase in LEXICON.phrases {
            let normal = normalise(phrase.text);
            let found = phrases(&normal);
            let whole = found.iter().any(|t| t.start == 0 && t.end == normal.len() && t.class == phrase.class);
            assert!(whole, "{} is hidden by another phrase or by the normal form", phrase.text);
        }
    }

    #[test]
    fn questions_are_weak() {
        assert_weak(&["Payment failed? Check your order", "支付失败了吗？", "支付失败？"]);
        assert_sure(Failure, &["支付失败，是否重新支付？", "支付失败 是否重试？", "Payment failed. Retry?"]);
    }

    #[test]
    fn the_longest_phrase_hides_words_inside_it() {
        assert_sure(Failure, &["支付中断", "支付中止", "未知错误", "未知异常"]);
        assert_sure(Cancelled, &["支付中途取消"]);
        assert!(class("repaid in full") != Some(Success));
        assert!(class("unpaid") != Some(Success));
    }

    #[test]
    fn traditional_and_full_width_forms() {
        assert_sure(Failure, &["支付失敗", "付款失敗", "付款失敗，請重試", "Ｐａｙｍｅｎｔ ｆａｉｌｅｄ"]);
        assert_sure(Pending, &["處理中", "付款處理中", "結果未知", "確認中", "請勿重複付款", "請稍後查詢訂單"]);
        assert_sure(Cancelled, &["已取消付款", "付款已取消"]);
        assert_sure(Success, &["付款成功"]);
        assert_weak(&["網絡異常", "網路錯誤", "付款逾時", "付款異常"]);
    }
}
