//! `rules/lexicon/*.json`: phrases of texts (one file for each language) and `identifiers.json`.

use super::literal::{list, text, texts};
use super::{Document, DocumentError, read_json, require_text};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// The file of the words of identifiers; every other file holds the phrases of a language.
const IDENTIFIERS: &str = "identifiers";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Language {
    about: String,
    source: String,
    about_payment: Vec<String>,
    phrases: Vec<PhraseGroup>,
    traditional: Traditional,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseGroup {
    says: PhraseSays,
    #[serde(default)]
    retry: bool,
    texts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Traditional {
    words: BTreeMap<String, String>,
    /// Pairs of characters without anything between them: traditional, simplified, traditional, …
    characters: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Identifiers {
    about: String,
    source: String,
    locks: Vec<String>,
    lists: Vec<String>,
    filters: Vec<String>,
    pointers: Vec<String>,
    numbers: Vec<String>,
    remarks: Vec<String>,
    states: Vec<String>,
    words: Vec<WordGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordGroup {
    says: WordSays,
    texts: Vec<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum PhraseSays {
    Success,
    Pending,
    Failure,
    Cancelled,
    Neutral,
    LeansToFailure,
    Network,
    Unfinished,
    Weak,
    Nothing,
    Negation,
    But,
    IfPaid,
    Hypothesis,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum WordSays {
    Success,
    Pending,
    Confirm,
    Failure,
    Cancelled,
    Cancel,
    Neutral,
    Ask,
    Payment,
    TakeBack,
    Negation,
    Nothing,
}

impl PhraseSays {
    const fn literal(self) -> &'static str {
        match self {
            Self::Success => "PhraseClass::Outcome(OutcomeClass::Success)",
            Self::Pending => "PhraseClass::Outcome(OutcomeClass::Pending)",
            Self::Failure => "PhraseClass::Outcome(OutcomeClass::Failure)",
            Self::Cancelled => "PhraseClass::Outcome(OutcomeClass::Cancelled)",
            Self::Neutral => "PhraseClass::Outcome(OutcomeClass::Neutral)",
            Self::LeansToFailure => "PhraseClass::Leans(OutcomeClass::Failure)",
            Self::Network => "PhraseClass::Network",
            Self::Unfinished => "PhraseClass::Unfinished",
            Self::Weak => "PhraseClass::Weak",
            Self::Nothing => "PhraseClass::Nothing",
            Self::Negation => "PhraseClass::Negation",
            Self::But => "PhraseClass::But",
            Self::IfPaid => "PhraseClass::IfPaid",
            Self::Hypothesis => "PhraseClass::Hypothesis",
        }
    }
}

impl WordSays {
    const fn literal(self) -> &'static str {
        match self {
            Self::Success => "WordClass::Outcome(OutcomeClass::Success)",
            Self::Pending => "WordClass::Outcome(OutcomeClass::Pending)",
            Self::Confirm => "WordClass::Outcome(OutcomeClass::Confirm)",
            Self::Failure => "WordClass::Outcome(OutcomeClass::Failure)",
            Self::Cancelled => "WordClass::Outcome(OutcomeClass::Cancelled)",
            Self::Cancel => "WordClass::Cancel",
            Self::Neutral => "WordClass::Outcome(OutcomeClass::Neutral)",
            Self::Ask => "WordClass::Ask",
            Self::Payment => "WordClass::Payment",
            Self::TakeBack => "WordClass::TakeBack",
            Self::Negation => "WordClass::Negation",
            Self::Nothing => "WordClass::Nothing",
        }
    }
}

/// What the files hold, as Rust text.
#[derive(Default)]
struct Rows {
    phrases: Vec<String>,
    traditional: Vec<String>,
    about_payment: Vec<String>,
    words: Vec<String>,
    /// Lists of names, by the field of `Lexicon` that holds each.
    names: Vec<(&'static str, Vec<String>)>,
    /// Where each text was seen first.
    seen: HashMap<String, String>,
}

/// The constant `LEXICON`.
pub(super) fn constant(documents: &[Document]) -> Result<String, DocumentError> {
    let mut rows = Rows::default();
    for document in documents {
        if document.stem == IDENTIFIERS {
            rows.add_words(document)?;
        } else {
            rows.add_language(document)?;
        }
    }
    let names: String = rows.names.iter().map(|(field, names)| format!(", {field}: {}", texts(names))).collect();
    Ok(format!(
        "/// What words in texts and in identifiers say of a payment.\n\
         pub static LEXICON: Lexicon = Lexicon {{ phrases: {}, traditional: {}, about_payment: {}, words: {}{names} }};\n",
        list(rows.phrases),
        list(rows.traditional),
        texts(&rows.about_payment),
        list(rows.words),
    ))
}

impl Rows {
    fn add_language(&mut self, document: &Document) -> Result<(), DocumentError> {
        let language: Language = read_json(document)?;
        let file = &document.file;
        require_text(file, "about", &language.about)?;
        require_text(file, "source", &language.source)?;
        self.add_traditional(file, &language.traditional)?;
        self.about_payment.extend(language.about_payment);
        for (i, group) in language.phrases.iter().enumerate() {
            for (j, phrase) in group.texts.iter().enumerate() {
                self.note(file, &format!("phrases[{i}].texts[{j}]"), "phrase", phrase)?;
                self.phrases.push(format!(
                    "Phrase {{ text: {}, class: {}, retry: {} }}",
                    text(phrase),
                    group.says.literal(),
                    group.retry
                ));
            }
        }
        Ok(())
    }

    fn add_traditional(&mut self, file: &str, traditional: &Traditional) -> Result<(), DocumentError> {
        let pair = |from: &str, to: &str| format!("({}, {})", text(from), text(to));
        // Words come first, so that a reader that replaces in this order keeps them whole.
        self.traditional.extend(traditional.words.iter().map(|(from, to)| pair(from, to)));
        let characters: Vec<char> = traditional.characters.chars().collect();
        if !characters.len().is_multiple_of(2) {
            return Err(DocumentError::new(file, "traditional.characters", "must be pairs of characters"));
        }
        for two in characters.chunks_exact(2) {
            let (from, to) = (two[0].to_string(), two[1].to_string());
            if from == to {
                let problem = format!("`{from}` is paired with itself");
                return Err(DocumentError::new(file, "traditional.characters", problem));
            }
            self.note(file, "traditional.characters", "character", &from)?;
            self.traditional.push(pair(&from, &to));
        }
        Ok(())
    }

    fn add_words(&mut self, document: &Document) -> Result<(), DocumentError> {
        let identifiers: Identifiers = read_json(document)?;
        let file = &document.file;
        require_text(file, "about", &identifiers.about)?;
        require_text(file, "source", &identifiers.source)?;
        let names = [
            ("locks", identifiers.locks),
            ("lists", identifiers.lists),
            ("filters", identifiers.filters),
            ("pointers", identifiers.pointers),
            ("numbers", identifiers.numbers),
            ("remarks", identifiers.remarks),
            ("states", identifiers.states),
        ];
        for (field, names) in names {
            for (i, name) in names.iter().enumerate() {
                self.note(file, &format!("{field}[{i}]"), field, name)?;
            }
            self.names.push((field, names));
        }
        for (i, group) in identifiers.words.iter().enumerate() {
            for (j, word) in group.texts.iter().enumerate() {
                self.note(file, &format!("words[{i}].texts[{j}]"), "word", word)?;
                self.words.push(format!("Word {{ text: {}, class: {} }}", text(word), group.says.literal()));
            }
        }
        Ok(())
    }

    /// Checks a text and that no other row has it.
    fn note(&mut self, file: &str, key: &str, kind: &str, entry: &str) -> Result<(), DocumentError> {
        require_text(file, key, entry)?;
        if entry != entry.trim() || entry.chars().any(char::is_uppercase) {
            return Err(DocumentError::new(
                file,
                key,
                format!("`{entry}` must be in lower case, without spaces around"),
            ));
        }
        match self.seen.insert(format!("{kind} {entry}"), format!("{file} {key}")) {
            Some(first) => Err(DocumentError::new(file, key, format!("`{entry}` is there already, in {first}"))),
            None => Ok(()),
        }
    }
}
