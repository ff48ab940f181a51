//! Finds the phrases of the lexicon in a text that is in its normal form.

use super::normal::normalise;
use crate::api::lexicon::{Phrase, PhraseClass};
use crate::api::{LEXICON, OutcomeClass};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::OnceLock;

/// A phrase found in a text.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) class: PhraseClass,
    pub(super) retry: bool,
    /// Whether it speaks of the payment itself: 支付失败, not a bare 失败.
    pub(super) specific: bool,
    /// Whether a negation made it what it is.
    pub(super) negated: bool,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    pub(super) fn is(&self, class: OutcomeClass) -> bool {
        self.class == PhraseClass::Outcome(class)
    }

    /// Whether it states how the payment ended.
    pub(super) fn is_end(&self) -> bool {
        [OutcomeClass::Success, OutcomeClass::Failure, OutcomeClass::Cancelled].iter().any(|&class| self.is(class))
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
pub(super) fn phrases(normal: &str) -> Vec<Token> {
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

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sure, class};
    use super::*;
    use OutcomeClass::{Cancelled, Failure, Success};

    #[test]
    fn chinese_phrases_of_the_data_are_in_the_form_in_which_texts_are_matched() {
        for phrase in LEXICON.phrases {
            assert_eq!(normal_phrase(phrase.text), normalise(phrase.text), "{}", phrase.text);
        }
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
    fn the_longest_phrase_hides_words_inside_it() {
        assert_sure(Failure, &["支付中断", "支付中止", "未知错误", "未知异常"]);
        assert_sure(Cancelled, &["支付中途取消"]);
        assert!(class("repaid in full") != Some(Success));
        assert!(class("unpaid") != Some(Success));
    }
}
