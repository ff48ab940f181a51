//! One look at a file's bytes for both questions: whether a payment API is named in them, and which modules they name.
//! What a hit is, `needles` and `specifiers` decide.

use aho_corasick::{Span, packed};

use super::needles::{Needles, as_utf8};
use super::specifiers::{HEADS, Specifiers, specifier_at};
use crate::api::PaymentApi;

/// Searches files; one serves all threads.
#[derive(Debug)]
pub struct Search {
    /// For the names of payment APIs alone.
    pub needles: Needles,
    /// For the modules that are named alone.
    pub specifiers: Specifiers,
    /// For the beginnings of both; none: there are no vector instructions, or the names are too many or too short.
    both: Option<packed::Searcher>,
}

impl Search {
    /// The searcher for these APIs.
    #[must_use]
    pub fn new(apis: &[PaymentApi]) -> Self {
        let needles = Needles::new(apis);
        let windows = needles.windows();
        // The heads first: the search tells eight groups apart, and all mixes of cases of a window are one.
        let begins_a_head = |window: &Vec<u8>| HEADS.iter().any(|head| head.as_bytes().starts_with(window));
        let both = (needles.has_windows() && !windows.iter().any(begins_a_head)).then(|| {
            let heads = HEADS.iter().map(|head| head.as_bytes().to_vec());
            packed::Config::new().builder().extend(heads.chain(windows)).build()
        });
        let both = both.flatten();
        Self { needles, specifiers: Specifiers::new(), both }
    }

    /// Whether a payment API is named; calls `each` with every specifier on the way.
    pub fn look(&self, bytes: &[u8], mut each: impl FnMut(&[u8])) -> bool {
        let bytes = &*as_utf8(bytes);
        match &self.both {
            Some(both) => self.look_once(both, bytes, each),
            None => {
                self.specifiers.for_each(bytes, &mut each);
                self.needles.is_in(bytes)
            }
        }
    }

    fn look_once(&self, both: &packed::Searcher, bytes: &[u8], mut each: impl FnMut(&[u8])) -> bool {
        let (mut at, mut named) = (0, false);
        while let Some(hit) = both.find_in(bytes, Span { start: at, end: bytes.len() }) {
            // No head begins with a window: what is found first is all that is there.
            if hit.pattern().as_usize() >= HEADS.len() {
                named = named || self.needles.is_around(hit.start(), bytes);
            } else if let Some(specifier) = specifier_at(bytes, hit.end()) {
                each(specifier);
            }
            at = hit.start() + 1;
        }
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::APIS;

    fn looked(search: &Search, bytes: &[u8]) -> (bool, Vec<Vec<u8>>) {
        let mut found = Vec::new();
        let named = search.look(bytes, |specifier| found.push(specifier.to_vec()));
        (named, found)
    }

    #[test]
    fn one_look_sees_what_two_see() {
        let once = Search::new(APIS);
        let twice = Search { both: None, ..Search::new(APIS) };
        let parts = [
            "tradepay",
            "tradePay",
            "TRADEPA",
            "pay",
            "Pay",
            "payimport",
            "import",
            " from",
            "from 'a'",
            "require('b')",
            "import\"c\"",
            "src='d.js'",
            "src",
            " ",
            "\n",
            "'",
            "tradePayfrom'e'",
            "importradepay",
            "\u{feff}",
            "支付",
        ];
        let (mut state, mut named, mut specifiers) = (0x9E37_79B9_7F4A_7C15_u64, 0, 0);
        for _ in 0..3000 {
            let mut text = String::new();
            for _ in 0..30 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                text.push_str(parts[(state >> 16) as usize % parts.len()]);
            }
            let found = looked(&once, text.as_bytes());
            assert_eq!(found, looked(&twice, text.as_bytes()), "{text}");
            named += usize::from(found.0);
            specifiers += found.1.len();
        }
        assert!(named > 100 && specifiers > 3000, "{named} {specifiers}");
    }

    #[test]
    fn utf16_is_looked_through_by_its_letters() {
        let text = "\u{feff}import 支 from './支'; my.tradePay()";
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
            assert_eq!(looked(&Search::new(APIS), &bytes), (true, vec!["./支".as_bytes().to_vec()]));
        }
    }
}
