//! Splits names into words, and looks these up among the lexicon's words.

use super::read_text;
use crate::api::LEXICON;
use crate::api::lexicon::WordClass;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

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

#[cfg(test)]
mod tests {
    use super::split_words;

    #[test]
    fn splits_at_case_digits_and_marks() {
        assert_eq!(split_words("onPayFail"), ["on", "pay", "fail"]);
        assert_eq!(split_words("PAY_SUCCESS_2x"), ["pay", "success", "x"]);
        assert_eq!(split_words("HTTPError"), ["http", "error"]);
        assert_eq!(split_words("order-sync/v2.do"), ["order", "sync", "v", "do"]);
        assert_eq!(split_words("轮询Order"), ["轮询", "order"]);
        assert!(split_words("").is_empty());
    }
}
