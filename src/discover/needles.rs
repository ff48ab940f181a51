//! The search that decides whether a file is worth parsing: for the names by which payment APIs are called.
//!
//! A name must stand in the file in one piece, in any mix of cases; a name that is put together from parts is not
//! found. The object of an API alone (`AlipayJSBridge` and no `tradePay`) makes no file interesting.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, Span, packed};

use crate::api::PaymentApi;
use crate::source::Utf16;

/// How many letters the fast search looks for; all mixes of cases of them are patterns of it.
const WINDOW: usize = 3;

/// Letters from the most to the least frequent in code, where `q` stands in `require`, `request` and `query`, and never
/// without an `u`.
const BY_FREQUENCY: &[u8; 26] = b"etaoinsrlcduqpmhgfbywvkxjz";

/// A searcher for the names of all payment APIs.
#[derive(Debug)]
pub struct Needles {
    /// In lower case.
    names: Vec<Vec<u8>>,
    search: Search,
}

#[derive(Debug)]
enum Search {
    /// A window of each name is looked for with vector instructions, then the name around it is compared. Several
    /// times as fast as the automaton, which cannot use them when it ignores case.
    Windows {
        searcher: packed::Searcher,
        offsets: Vec<usize>,
    },
    Automaton(AhoCorasick),
    Nothing,
}

impl Needles {
    /// The searcher for these APIs.
    #[must_use]
    pub fn new(apis: &[PaymentApi]) -> Self {
        let mut names: Vec<Vec<u8>> =
            apis.iter().flat_map(names_of).map(|name| name.to_ascii_lowercase().into()).collect();
        names.sort();
        names.dedup();
        let search = Search::new(&names);
        Self { names, search }
    }

    /// Whether a file with these bytes may hold a call of a payment API.
    #[must_use]
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.is_in_text(&as_utf8(bytes))
    }

    /// What `is_in` looks for first; nothing where it has no windows.
    pub(super) fn windows(&self) -> Vec<Vec<u8>> {
        match &self.search {
            Search::Windows { offsets, .. } => windows_of(&self.names, offsets).flat_map(cases).collect(),
            Search::Automaton(_) | Search::Nothing => Vec::new(),
        }
    }

    /// Whether windows of the names are looked for.
    pub(super) const fn has_windows(&self) -> bool {
        matches!(self.search, Search::Windows { .. })
    }

    /// Whether a name stands in the text whose window begins at a place.
    pub(super) fn is_around(&self, window: usize, text: &[u8]) -> bool {
        let Search::Windows { offsets, .. } = &self.search else { return false };
        let is_here = |(name, offset): (&Vec<u8>, &usize)| {
            let start = window.checked_sub(*offset)?;
            text.get(start..start + name.len()).filter(|part| part.eq_ignore_ascii_case(name))
        };
        self.names.iter().zip(offsets).any(|pair| is_here(pair).is_some())
    }

    fn is_in_text(&self, text: &[u8]) -> bool {
        match &self.search {
            Search::Windows { searcher, .. } => self.is_around_a_window(searcher, text),
            Search::Automaton(automaton) => automaton.is_match(text),
            Search::Nothing => false,
        }
    }

    fn is_around_a_window(&self, searcher: &packed::Searcher, text: &[u8]) -> bool {
        let mut at = 0;
        while let Some(window) = searcher.find_in(text, Span { start: at, end: text.len() }) {
            if self.is_around(window.start(), text) {
                return true;
            }
            at = window.start() + 1;
        }
        false
    }
}

impl Search {
    fn new(names: &[Vec<u8>]) -> Self {
        if names.is_empty() {
            return Self::Nothing;
        }
        Self::windows(names).or_else(|| Self::automaton(names)).unwrap_or(Self::Nothing)
    }

    /// None: a name is too short, the names are too many, or the machine has no vector instructions.
    fn windows(names: &[Vec<u8>]) -> Option<Self> {
        let offsets = names.iter().map(|name| rarest_window(name)).collect::<Option<Vec<_>>>()?;
        let windows = windows_of(names, &offsets).flat_map(cases);
        let searcher = packed::Config::new().builder().extend(windows).build()?;
        Some(Self::Windows { searcher, offsets })
    }

    fn automaton(names: &[Vec<u8>]) -> Option<Self> {
        AhoCorasick::builder().ascii_case_insensitive(true).build(names).ok().map(Self::Automaton)
    }
}

/// The names by which an API is called: `tradePay` of `my.tradePay` and of `AlipayJSBridge.call("tradePay")`.
fn names_of(api: &PaymentApi) -> impl Iterator<Item = &'static str> {
    api.calls.iter().map(|call| match &call.name {
        Some(argument) => argument.value,
        None => call.callee.rsplit('.').next().unwrap_or(call.callee),
    })
}

/// The letters of each name that are rarest in code.
fn windows_of<'n>(names: &'n [Vec<u8>], offsets: &'n [usize]) -> impl Iterator<Item = &'n [u8]> {
    names.iter().zip(offsets).filter_map(|(name, &offset)| name.get(offset..offset + WINDOW))
}

/// Where the letters of a name lie that are rarest in code; none: the name is too short.
fn rarest_window(name: &[u8]) -> Option<usize> {
    let rarity = |byte: &u8| BY_FREQUENCY.iter().position(|letter| letter == byte).unwrap_or(BY_FREQUENCY.len());
    let windows = name.windows(WINDOW).enumerate();
    windows.max_by_key(|(_, window)| window.iter().map(rarity).sum::<usize>()).map(|(offset, _)| offset)
}

/// All mixes of upper and lower case of a window.
fn cases(window: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    for &byte in window {
        let upper: Vec<Vec<u8>> =
            all.iter().map(|start| [start.as_slice(), &[byte.to_ascii_uppercase()]].concat()).collect();
        all.iter_mut().for_each(|start| start.push(byte));
        all.extend(upper.into_iter().filter(|_| byte.is_ascii_lowercase()));
    }
    all
}

/// The bytes in which ASCII stands for itself: those of UTF-16 text as UTF-8, any others as they are.
#[must_use]
pub fn as_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    match Utf16::of(bytes) {
        Some(stored) => Cow::Owned(stored.characters().collect::<String>().into_bytes()),
        None => Cow::Borrowed(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{CallForm, NameArgument, Returns};

    const fn call(callee: &'static str, name: Option<NameArgument>) -> CallForm {
        CallForm { callee, name, params: 0, bare_string: None, callbacks: &[], returns: Returns::Nothing, source: "" }
    }

    static BRIDGE: [CallForm; 1] = [call("AlipayJSBridge.call", Some(NameArgument { index: 0, value: "tradePay" }))];
    static MINI: [CallForm; 2] = [call("my.tradePay", None), call("my.requestPayment", None)];
    static SHORT: [CallForm; 1] = [call("x.go", None)];

    fn api(calls: &'static [CallForm]) -> PaymentApi {
        PaymentApi {
            id: "test",
            title: "test",
            modules: &[],
            calls,
            params: &[],
            order_keys: &[],
            ready: None,
            result_field: "resultCode",
            only_where_compared: false,
            build: None,
            error_fields: &[],
            result_fields: &[],
            codes: &[],
            sources: &[],
        }
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
    }

    #[test]
    fn names_are_found_in_any_case_and_place() {
        let needles = Needles::new(&[api(&BRIDGE), api(&MINI)]);
        for text in ["tradePay", "xTRADEPAY", "a.TradepaY(", "my.requestpayment", "ttradepay", "paypaytradepay"] {
            assert!(needles.is_in(text.as_bytes()), "{text}");
            assert!(needles.is_in(format!("{}{text}", "pay repay ".repeat(50)).as_bytes()), "{text} after others");
        }
        for text in ["", "tradePa", "radePay", "trade pay", "AlipayJSBridge.call", "trade\u{17F}pay", "requestPaymen"] {
            assert!(!needles.is_in(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn utf16_is_searched_with_and_without_its_mark() {
        let needles = Needles::new(&[api(&BRIDGE)]);
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            assert!(needles.is_in(&utf16("支付 my.TradePay()", unit)));
            assert!(!needles.is_in(&utf16("支付 my.TradePa()", unit)));
            assert!(needles.is_in(&utf16("my.TradePay()", unit)[2..]));
            assert!(!needles.is_in(&utf16("支付 my.TradePay()", unit)[2..]), "nothing tells how it is stored");
        }
        assert!(!needles.is_in(b"\xFF\xFEt\0r\0a\0d\0e\0p\0a\0y\x04"), "a letter beyond ASCII ends the name");
    }

    #[test]
    fn short_names_and_no_names_work_too() {
        assert!(Needles::new(&[api(&SHORT)]).is_in(b"x.GO()"));
        assert!(!Needles::new(&[api(&SHORT)]).is_in(b"x.g o()"));
        assert!(!Needles::new(&[]).is_in(b"tradePay"));
    }

    #[test]
    fn the_fast_search_agrees_with_the_automaton() {
        let names = [b"tradepay".to_vec(), b"requestpayment".to_vec()];
        let fast = Needles { search: Search::windows(&names).unwrap(), names: names.to_vec() };
        let plain = Needles { search: Search::automaton(&names).unwrap(), names: names.to_vec() };
        let letters = b"tradepyTRADEPYqusnm";
        let (mut state, mut hits) = (0x1234_5678_9ABC_DEF1_u64, 0);
        for _ in 0..3000 {
            let mut text = Vec::new();
            for _ in 0..40 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                match state % 9 {
                    0 => text.extend_from_slice(b"TradeP"),
                    1 => text.extend_from_slice(b"ay"),
                    _ => text.push(letters[(state >> 8) as usize % letters.len()]),
                }
            }
            assert_eq!(fast.is_in(&text), plain.is_in(&text), "{}", String::from_utf8_lossy(&text));
            hits += usize::from(fast.is_in(&text));
        }
        assert!(hits > 100 && hits < 2900, "{hits}");
    }
}
