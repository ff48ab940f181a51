//! What the phrases of the lexicon say, by texts in which they stand.

use super::read_text;
use super::tests::{assert_sure, assert_weak, class};
use crate::api::OutcomeClass::{self, Cancelled, Failure, Neutral, Pending, Success};

/// Texts as shops write them; `None` for those that say nothing sure of the payment's end.
const SHOP_TEXTS: &[(Option<OutcomeClass>, &[&str])] = &[
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

#[test]
fn realistic_texts() {
    let sure = |text: &str| read_text(text).filter(|r| !r.weak && r.class != Neutral).map(|r| r.class);
    let wrong: Vec<String> = SHOP_TEXTS
        .iter()
        .flat_map(|(expected, texts)| texts.iter().map(move |text| (*expected, *text)))
        .filter(|(expected, text)| sure(text) != *expected)
        .map(|(expected, text)| format!("{text}: {:?} and not {expected:?}", read_text(text)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
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
fn traditional_and_full_width_forms() {
    assert_sure(Failure, &["支付失敗", "付款失敗", "付款失敗，請重試", "Ｐａｙｍｅｎｔ ｆａｉｌｅｄ"]);
    assert_sure(Pending, &["處理中", "付款處理中", "結果未知", "確認中", "請勿重複付款", "請稍後查詢訂單"]);
    assert_sure(Cancelled, &["已取消付款", "付款已取消"]);
    assert_sure(Success, &["付款成功"]);
    assert_weak(&["網絡異常", "網路錯誤", "付款逾時", "付款異常"]);
}
