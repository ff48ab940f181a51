//! How grave each rule's findings are in a run: the level of its page, unless the user chose another. It changes and
//! drops findings and makes none.

use crate::diagnostic::{Category, Diagnostic, Severity};
use crate::rules::{PAGES, Rule};

/// How grave a rule's findings are; `Off` where they are not shown at all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Not shown.
    Off,
    /// Shown as warnings.
    Warning,
    /// Shown as errors.
    Error,
}

impl Level {
    /// As lists and documents write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warning => Severity::Warning.as_str(),
            Self::Error => Severity::Error.as_str(),
        }
    }

    /// The severity of what is shown; none for `Off`.
    #[must_use]
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }

    /// What a rule's level is unless the user says otherwise: `pedantic` rules are off.
    #[must_use]
    pub const fn default_of(rule: &Rule) -> Self {
        match (rule.category, rule.severity) {
            (Category::Pedantic, _) => Self::Off,
            (_, Severity::Warning) => Self::Warning,
            (_, Severity::Error) => Self::Error,
        }
    }
}

/// Which rules a choice is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selector {
    /// One.
    Rule(&'static Rule),
    /// All of a category.
    Category(Category),
    /// All.
    All,
}

impl Selector {
    /// What a rule's id, a category's name or `all` stands for; none for any other name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        if name == "all" {
            return Some(Self::All);
        }
        let category = Category::ALL.into_iter().find(|category| category.as_str() == name);
        category.map(Self::Category).or_else(|| Rule::find(name).map(Self::Rule))
    }

    /// Every name that `find` knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PAGES.iter().map(|rule| rule.id).chain(Category::ALL.into_iter().map(Category::as_str)).chain(["all"])
    }

    fn takes_in(self, rule: &Rule) -> bool {
        match self {
            Self::Rule(chosen) => chosen == rule,
            Self::Category(category) => category == rule.category,
            Self::All => true,
        }
    }
}

/// What the user chose, in the order in which it was said: of two choices for one rule the later counts.
#[derive(Clone, Debug, Default)]
pub struct Levels(Vec<(Selector, Level)>);

impl Levels {
    /// Adds a choice that outdoes those before it.
    pub fn set(&mut self, selector: Selector, level: Level) {
        self.0.push((selector, level));
    }

    /// A rule's level.
    #[must_use]
    pub fn of(&self, rule: &Rule) -> Level {
        let chosen = self.0.iter().rev().find(|(selector, _)| selector.takes_in(rule));
        chosen.map_or_else(|| Level::default_of(rule), |(_, level)| *level)
    }

    /// Gives each finding its severity, and drops those whose rule is off.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.retain_mut(|diagnostic| match self.of(diagnostic.rule).severity() {
            Some(severity) => {
                diagnostic.severity = severity;
                true
            }
            None => false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(id: &str) -> &'static Rule {
        Rule::find(id).expect("the rule is there")
    }

    fn levels(choices: &[(&str, Level)]) -> Levels {
        let mut levels = Levels::default();
        for (name, level) in choices {
            levels.set(Selector::find(name).expect("the name is known"), *level);
        }
        levels
    }

    #[test]
    fn pedantic_rules_are_off_unless_asked_for() {
        assert_eq!(Levels::default().of(rule("pending-ignored")), Level::Off);
        assert_eq!(Levels::default().of(rule("pending-not-distinguished")), Level::Warning);
        assert_eq!(Levels::default().of(rule("pending-as-failure")), Level::Error);
        assert_eq!(levels(&[("pedantic", Level::Warning)]).of(rule("pending-ignored")), Level::Warning);
    }

    #[test]
    fn the_later_choice_counts() {
        let first = levels(&[("all", Level::Off), ("pending-as-failure", Level::Warning)]);
        assert_eq!(first.of(rule("pending-as-failure")), Level::Warning);
        assert_eq!(first.of(rule("missing-trade-no")), Level::Off);
        let second = levels(&[("pending-as-failure", Level::Warning), ("correctness", Level::Off)]);
        assert_eq!(second.of(rule("pending-as-failure")), Level::Off);
        assert_eq!(second.of(rule("parse-error")), Level::Warning);
    }

    #[test]
    fn every_name_is_found_and_no_other() {
        for name in Selector::names() {
            assert!(Selector::find(name).is_some(), "{name}");
        }
        assert_eq!(Selector::find("Pedantic"), None);
    }
}
