//! What a request asks of the server, by the words of its address, its name or a value that it sends. It knows one such
//! thing: that an order is taken back.

use super::address::without_host;
use super::split_words;
use super::word::classes;
use crate::api::LEXICON;
use crate::api::lexicon::WordClass;

/// Longer texts (in bytes) are data.
const LONGEST: usize = 2048;

/// Whether a request with this address, name or value takes the order back: `/pay/revoke`, `cancelOrder`, and `cancel`
/// alone as the value of `op`. Such a request is no question after the payment.
#[must_use]
pub fn takes_back(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let segments: Vec<Segment> = segments(without_host(text)).map(Segment::new).filter(|s| s.words > 0).collect();
    let pays = segments.iter().any(|s| s.pays);
    let last = segments.len().saturating_sub(1);
    segments.iter().enumerate().any(|(at, segment)| segment.takes && (pays || (at == last && segment.only)))
}

/// The names in an address: its path's, and the values of its query.
fn segments(local: &str) -> impl Iterator<Item = &str> {
    local.split(['?', '#', '&']).flat_map(|part| {
        let value = part.split_once('=').map(|(key, value)| if is_pointer(key) { "" } else { value });
        value.unwrap_or(part).split('/')
    })
}

/// Whether a key's value asks the server for nothing: it is an address to come back to, or a text.
fn is_pointer(key: &str) -> bool {
    let words = split_words(key);
    words.iter().any(|word| [LEXICON.pointers, LEXICON.remarks].iter().any(|list| list.contains(&word.as_str())))
}

/// What one name of an address says.
struct Segment {
    words: usize,
    /// It names an order, a payment.
    pays: bool,
    /// It has a verb of taking back, which no word before it turns into a question.
    takes: bool,
    /// It has no other word.
    only: bool,
}

impl Segment {
    /// A name without its extension: `revoke.do`.
    fn new(name: &str) -> Self {
        let words = split_words(name.split('.').next().unwrap_or_default());
        let classes = classes(&words);
        let is_verb = |class: &WordClass| matches!(class, WordClass::TakeBack | WordClass::Cancel);
        let verb = classes.iter().position(is_verb);
        let asks = classes.iter().take(verb.unwrap_or(0)).any(|c| *c == WordClass::Ask);
        let takes = verb.is_some() && !asks && !classes.contains(&WordClass::Nothing);
        Self {
            words: words.len(),
            pays: classes.contains(&WordClass::Payment),
            takes,
            only: takes && classes.len() == words.len() && classes.iter().all(is_verb),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::takes_back;

    #[test]
    fn requests_that_take_an_order_back() {
        for text in [
            "/pay/revoke",
            "order/close",
            "cancelOrder",
            "cancel",
            "/api/order/cancel.do",
            "https://shop.example.com/v1/orders/123/cancel",
            "/api/cancelPayment?id=3",
            "/trade.php?op=cancel",
            "/order?action=close&id=1",
            "ORDER_CANCEL",
            "close_trade",
            "refundOrder",
            "deleteOrder",
            "取消订单",
            "revoke",
        ] {
            assert!(takes_back(text), "{text}");
        }
    }

    #[test]
    fn requests_that_ask() {
        for text in [
            "/order/query",
            "/pay/status",
            "/orders/cancelled",
            "/order/list?status=cancelled",
            "queryCancelOrder",
            "/pay/check?cancelUrl=/order/cancel",
            "/pay/check?returnUrl=/order/close",
            "https://cancel.example.com/order/status",
            "closePayModal",
            "cancelToken",
            "",
            "/",
            "order",
            &"/order/cancel".repeat(1000),
        ] {
            assert!(!takes_back(text), "{text}");
        }
    }
}
