//! Reads what a text, a name or an address says of a payment, by the words of `rules/lexicon`.
//! It judges words alone: where they stand and who sees them is for the evaluator to weigh.
//!
//! `text` reads what people read, `identifier` names and values, `address` and `request` where something goes and what is
//! asked there; `word` splits names for all of them but the first.

mod address;
mod identifier;
mod request;
mod text;
mod word;

pub use address::read_path;
pub use identifier::{read_flag, read_identifier};
pub use request::takes_back;
pub use text::{ends_payment, read_text};
pub use word::split_words;

use crate::api::OutcomeClass;
use crate::api::lexicon::Reading;

/// A reading that is sure and invites nobody to pay again.
const fn surely(class: OutcomeClass) -> Reading {
    Reading { class, weak: false, retry: false }
}

/// A reading that is not sure enough for a judgement by meaning.
const fn weakly(class: OutcomeClass) -> Reading {
    Reading { class, weak: true, retry: false }
}

/// What a message says, from its text and from a word for its kind (`type: "fail"`, `Toast.fail`). The text outweighs
/// the word; a text that only leans to an outcome (支付异常) is sure of it when the word says the same.
#[must_use]
pub fn combine(text: Option<Reading>, hint: Option<Reading>) -> Option<Reading> {
    match (text, hint) {
        (Some(text), Some(hint)) => {
            let weak = text.weak && (text.class != hint.class || hint.weak);
            Some(Reading { weak, ..text })
        }
        (text, hint) => text.or(hint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_confirms_a_leaning_text_but_never_overrides() {
        let failed = Some(surely(OutcomeClass::Failure));
        assert_eq!(combine(read_text("支付异常"), failed), failed);
        assert_eq!(combine(read_text("支付异常"), None), Some(weakly(OutcomeClass::Failure)));
        assert_eq!(combine(read_text("支付处理中"), failed), Some(surely(OutcomeClass::Pending)));
        assert_eq!(combine(read_text("支付未完成"), failed), Some(weakly(OutcomeClass::Neutral)));
        assert_eq!(combine(None, failed), failed);
        assert_eq!(combine(None, None), None);
    }
}
