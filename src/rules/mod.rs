//! The rules: facts in, diagnostics out. No rule walks a program.

mod failure_as_success;
mod fault;
mod file;
mod missing_ready_guard;
mod missing_trade_no;
mod pending_as_failure;
mod pending_ignored;
mod pending_not_distinguished;
mod unchecked_result_code;
mod words;

pub use file::{parse_problem, skipped};

use crate::analysis::FileFacts;
use crate::diagnostic::{Category, Diagnostic, Severity, Template};

mod pages {
    use super::*;
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));
}

pub use pages::PAGES;

/// What a rule is: the front matter and the text of its page, `rules/<id>.md`.
#[derive(Debug)]
pub struct Rule {
    /// Its id, which is its page's name.
    pub id: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// How grave it is where it is shown, unless the user says otherwise; of the category `pedantic` it is shown only
    /// when asked for.
    pub severity: Severity,
    /// What kind of point it makes.
    pub category: Category,
    /// Whether a fix exists.
    pub fixable: Fixable,
    /// The version that brought it.
    pub since: &'static str,
    /// Named texts with holes: `message.one`, `label.effect`, `help`.
    pub texts: &'static [(&'static str, &'static str)],
    /// The page below its front matter, as Markdown.
    pub page: &'static str,
}

/// Whether and how a rule's findings can be mended by the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fixable {
    /// Not at all.
    None,
    /// Without changing what right code does.
    Safe,
    /// A person must look.
    Unsafe,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

impl Rule {
    /// The rule of this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        PAGES.iter().find(|r| r.id == id)
    }

    /// A text of the page, ready to be filled; empty where the page has none of that name (a test forbids it).
    #[must_use]
    pub fn text(&self, key: &str) -> Template {
        Template(self.texts.iter().find(|(k, _)| *k == key).map_or("", |(_, text)| text))
    }

    /// Where the page stands for readers.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://github.com/paylint/paylint/blob/main/rules/{}.md", self.id)
    }
}

/// A rule's check: facts of a file in, findings out.
type Check = fn(&'static Rule, &FileFacts, &mut Vec<Diagnostic>);

/// The registry: one line for each rule that judges facts. Rules of the category `file` have no check.
const CHECKS: &[(&str, Check)] = &[
    ("missing-ready-guard", missing_ready_guard::check),
    ("missing-trade-no", missing_trade_no::check),
    ("pending-as-failure", pending_as_failure::check),
    ("unchecked-result-code", unchecked_result_code::check),
    ("failure-as-success", failure_as_success::check),
    ("pending-not-distinguished", pending_not_distinguished::check),
    ("pending-ignored", pending_ignored::check),
];

/// Runs every rule over a file's facts.
pub fn check(facts: &FileFacts, out: &mut Vec<Diagnostic>) {
    for (id, check) in CHECKS {
        if let Some(rule) = Rule::find(id) {
            check(rule, facts, out);
        }
    }
}
