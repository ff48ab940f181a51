//! Addresses: what the names in the path, and the keys and values of the query, say of the payment.

use std::cell::LazyCell;

use super::identifier::{is_end, judge};
use super::word::classes;
use super::{read_flag, read_identifier, read_text, split_words};
use crate::api::lexicon::{Reading, WordClass};
use crate::api::{LEXICON, OutcomeClass};

/// Longer addresses (in bytes) are data, and are not read.
const LONGEST: usize = 2048;

/// What an address says: the query decides over the path, a later segment over an earlier one. An address that only
/// asks (`/order/query`) reads as `Confirm`; whether that is so for a page is for the caller to know.
#[must_use]
pub fn read_path(url: &str) -> Option<Reading> {
    if url.len() > LONGEST {
        return None;
    }
    let local = without_host(url);
    let (queries, paths): (Vec<&str>, Vec<&str>) = local.split(['?', '#']).partition(|part| part.contains('='));
    let of_list = names_list(&paths);
    let pairs = queries.iter().flat_map(|q| q.split('&')).filter(|pair| !(of_list && is_filter(pair)));
    let pays = LazyCell::new(|| {
        let words: Vec<String> = paths.iter().flat_map(|path| split_words(path)).collect();
        classes(&words).contains(&WordClass::Payment)
    });
    let said: Vec<Reading> = pairs.filter_map(|pair| read_pair(pair, || *pays)).collect();
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

/// What one `key=value` of a query says of an end; `status=false` does where the path says that it is a payment's.
fn read_pair(pair: &str, pays: impl Fn() -> bool) -> Option<Reading> {
    let (key, value) = pair.split_once('=')?;
    let words = split_words(key);
    if words.iter().any(|word| [LEXICON.pointers, LEXICON.numbers].iter().any(|list| list.contains(&word.as_str()))) {
        return None;
    }
    let reading = match value {
        "false" if words.iter().all(|w| LEXICON.states.contains(&w.as_str())) && pays() => {
            read_flag(&format!("pay_{key}"), false)
        }
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
        // Digits alone: a number may begin with a sign.
        let digits = value.get(at + 1..at + 3).filter(|two| two.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let hex = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
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

#[cfg(test)]
mod tests {
    use super::*;
    use OutcomeClass::{Confirm, Failure, Pending, Success};

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
            ("/pages/payResult?status=false", Some(Failure)),
            ("/pages/user?status=false", None),
            ("/order/query", Some(Confirm)),
            ("/pages/index", None),
            ("https://fail.example.com", None),
            ("", None),
        ] {
            assert_eq!(read_path(url).map(|r| r.class), expected, "{url}");
        }
    }

    #[test]
    fn a_percent_sign_without_two_digits_stands_for_itself() {
        assert_eq!(decode("100%+ok%21%4"), "100% ok!%4");
        assert_eq!(read_path("/pay?msg=100%+failed").map(|r| r.class), Some(Failure));
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
}
