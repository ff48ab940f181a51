//! The outcome lexicon: the words by which a text or a name says what became of a payment.

use super::OutcomeClass;

/// The words: all files of `rules/lexicon`.
#[derive(Debug)]
pub struct Lexicon {
    /// Phrases of texts that people read. Chinese ones in simplified characters without spaces, English ones in lower case.
    pub phrases: &'static [Phrase],
    /// Traditional characters (or words) and their simplified forms.
    pub traditional: &'static [(&'static str, &'static str)],
    /// Parts of phrases by which they speak of the payment itself: 支付失败 outweighs a bare 失败.
    pub about_payment: &'static [&'static str],
    /// Words of identifiers, paths and values, in lower case.
    pub words: &'static [Word],
    /// Words by which a flag guards a button or a step and says nothing of the payment: `payFlag`, `isPaying`.
    pub locks: &'static [&'static str],
    /// Words by which the last name of an address is a list's.
    pub lists: &'static [&'static str],
    /// Words of keys by which the query of a list's address chooses what is shown: `?status=paid`.
    pub filters: &'static [&'static str],
    /// Words of a query's keys that hold an address to come back to, a token or a signature.
    pub pointers: &'static [&'static str],
    /// Words of a query's keys that hold what numbers something.
    pub numbers: &'static [&'static str],
    /// Words of a query's keys that hold a text for people.
    pub remarks: &'static [&'static str],
    /// Words by which a name is that of a state, whatever it is.
    pub states: &'static [&'static str],
}

/// A phrase and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The text.
    pub text: &'static str,
    /// What it says.
    pub class: PhraseClass,
    /// Whether it also invites to pay again.
    pub retry: bool,
}

/// What a phrase says of a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PhraseClass {
    /// An outcome.
    Outcome(OutcomeClass),
    /// An outcome that it only leans to: 支付异常 is a failure in a message of the kind "error", else nothing sure.
    Leans(OutcomeClass),
    /// The network.
    Network,
    /// Not paid yet: neither failed nor pending for sure, but a failure when the text also invites to pay again.
    Unfinished,
    /// Nothing sure.
    Weak,
    /// Nothing: it hides a word inside it (失败原因 is no 失败).
    Nothing,
    /// The negation of the outcome word that follows it at once (不会 before 失败; "not" before "paid").
    Negation,
    /// What stands after it counts (但, but).
    But,
    /// What follows says what to do if paid: a failure beside it is weak.
    IfPaid,
    /// What follows may be, or would be: 如果, might.
    Hypothesis,
}

/// A word of an identifier and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Word {
    /// One word, or words joined by `-` that must follow each other (`pay-fail`).
    pub text: &'static str,
    /// What it says.
    pub class: WordClass,
}

/// What a word says of an identifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WordClass {
    /// An outcome.
    Outcome(OutcomeClass),
    /// A verb of asking (`query`, `check`): `confirm` beside an object of payment.
    Ask,
    /// An object of payment (`order`, `pay`, `trade`).
    Payment,
    /// A verb of taking back an order that says nothing by itself (`revoke`, `close`).
    TakeBack,
    /// `cancel`: by itself it says that the payment was cancelled, as a request it takes the order back.
    Cancel,
    /// Turns the outcome that follows (`is`-less negations: `not`, `un`).
    Negation,
    /// Nothing: it hides an outcome word beside it (`cancel-text`, `process-env`).
    Nothing,
}

/// What a text or name says, and how strongly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    /// What it says.
    pub class: OutcomeClass,
    /// Whether it is sure enough for a judgement by meaning.
    pub weak: bool,
    /// Whether it invites to pay again.
    pub retry: bool,
}
