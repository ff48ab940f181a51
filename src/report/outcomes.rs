//! Outcome tables as both audit formats count and name them, and their rows as people read them.

use crate::Run;
use crate::analysis::{Certainty, Channel, Effect, Outcome, Reason, Site, Undecided, Verdict};
use crate::api::OutcomeClass;

/// How many cells the outcome tables of a run have, and what became of them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Tally {
    pub(super) sites: usize,
    pub(super) cells: usize,
    pub(super) faults: usize,
    pub(super) undecided: usize,
}

impl Tally {
    pub(super) fn of(run: &Run) -> Self {
        let mut tally = Self::default();
        for site in run.facts.iter().flat_map(|(_, facts)| &facts.sites) {
            tally.sites += 1;
            tally.cells += site.outcomes.len();
            tally.faults += site.outcomes.iter().filter(|o| matches!(o.verdict, Verdict::Fault(_))).count();
            tally.undecided += site.outcomes.iter().filter(|o| matches!(o.verdict, Verdict::Undecided(_))).count();
        }
        tally
    }

    pub(super) const fn decided(self) -> usize {
        self.cells - self.undecided
    }
}

/// Codes that end alike, and how.
pub(super) struct Row<'a> {
    /// Each code with its meaning.
    pub(super) codes: Vec<(&'a str, &'a str)>,
    pub(super) outcome: &'a Outcome,
}

/// The rows of a site's table, in the order of each row's first code; what stands for all other codes comes last.
pub(super) fn rows(site: &Site) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for outcome in &site.outcomes {
        let code = named(site, outcome);
        let last = rows.len().saturating_sub(1);
        let may_join = |at: usize| outcome.code.is_some() || at == last;
        let alike = rows.iter_mut().enumerate().find(|(at, row)| may_join(*at) && is_alike(row.outcome, outcome));
        match alike.map(|(_, row)| row) {
            Some(row) => row.codes.push(code),
            None => rows.push(Row { codes: vec![code], outcome }),
        }
    }
    rows
}

fn named<'a>(site: &'a Site, outcome: &'a Outcome) -> (&'a str, &'a str) {
    match outcome.code {
        Some(code) => (code, site.api.code(code).map_or("", |c| c.meaning)),
        None => ("other", "not documented"),
    }
}

fn is_alike(a: &Outcome, b: &Outcome) -> bool {
    a.verdict == b.verdict
        && a.undecided == b.undecided
        && a.effects.len() == b.effects.len()
        && a.effects.iter().zip(&b.effects).all(|(a, b)| is_same_effect(a, b))
}

fn is_same_effect(a: &Effect, b: &Effect) -> bool {
    (a.loc, a.class, a.channel, a.certainty) == (b.loc, b.class, b.channel, b.certainty)
        && (&a.spelling, &a.text, &a.condition) == (&b.spelling, &b.text, &b.condition)
}

/// What was not followed: the verdict's own reason first. What an effect tells already is left out.
pub(super) fn unfollowed(outcome: &Outcome) -> Vec<&Undecided> {
    let mut list: Vec<&Undecided> = outcome.undecided.iter().collect();
    if let Verdict::Undecided(reason) = &outcome.verdict {
        list.retain(|u| *u != reason);
        list.insert(0, reason);
    }
    list.retain(|u| !outcome.effects.iter().any(|e| is_told_by(u, e)));
    list
}

/// Why an effect's own meaning is not known, for people; none where it is known.
pub(super) fn why_opaque(outcome: &Outcome, effect: &Effect) -> Option<&'static str> {
    let reason = outcome.undecided.iter().find(|u| is_told_by(u, effect))?.reason;
    Some(match (reason, effect.channel) {
        (Reason::ExternalCall, Channel::Message) => "what it says is not known",
        (Reason::ExternalCall, Channel::State) => "who reads it is not known",
        (Reason::ExternalCall, Channel::HandedOn) => "what becomes of it is not known",
        _ => reason_in_words(reason),
    })
}

fn is_told_by(undecided: &Undecided, effect: &Effect) -> bool {
    effect.class == OutcomeClass::Opaque && effect.loc == undecided.loc
}

/// As the JSON document names it.
pub(super) const fn certainty_name(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Undecided => "undecided",
        Certainty::Unsure => "unsure",
        Certainty::UserChoice => "user-choice",
        Certainty::Server => "server",
    }
}

/// What people read after an effect that is not certain.
pub(super) const fn certainty_in_words(certainty: Certainty) -> Option<&'static str> {
    match certainty {
        Certainty::Certain => None,
        Certainty::Undecided => Some("if a condition holds that cannot be decided"),
        Certainty::Unsure => Some("if an unknown function calls it"),
        Certainty::UserChoice => Some("if the customer chooses so"),
        Certainty::Server => Some("depending on what the server answers"),
    }
}

/// Why something is undecided, for people.
pub(super) const fn reason_in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::ExternalCall => "a function that is not at hand",
        Reason::UnresolvedImport => "an import that is not at hand",
        Reason::Fuel => "too long or too deep to follow",
        Reason::DynamicProperty => "a property whose name or object is not known",
        Reason::Template => "a placeholder of a server template",
        Reason::Escaped => "the value is not known here",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::audit_run;

    #[test]
    fn codes_that_end_alike_share_a_row() {
        let run = audit_run();
        let rows = rows(&run.facts[0].1.sites[0]);
        let codes: Vec<Vec<&str>> = rows.iter().map(|row| row.codes.iter().map(|(code, _)| *code).collect()).collect();
        // 8000 does what 4000 does, but for 8000 it is a fault.
        assert_eq!(codes, [vec!["9000"], vec!["8000"], vec!["4000", "6002"], vec!["other"]]);
    }

    #[test]
    fn other_codes_come_last() {
        let mut run = audit_run();
        let outcomes = &mut run.facts[0].1.sites[0].outcomes;
        let like_9000 = Outcome { code: None, ..outcomes[0].clone() };
        *outcomes.last_mut().expect("a row for other codes") = like_9000;
        let rows = rows(&run.facts[0].1.sites[0]);
        assert_eq!(rows.last().map(|row| row.codes[0].0), Some("other"));
        assert_eq!(rows[0].codes.len(), 1);
    }

    #[test]
    fn an_opaque_effect_tells_its_reason_itself() {
        let mut run = audit_run();
        let outcomes = &mut run.facts[0].1.sites[0].outcomes;
        let mut effect = outcomes[0].effects[0].clone();
        let other = outcomes.last_mut().expect("a row for other codes");
        (effect.class, effect.loc) = (OutcomeClass::Opaque, other.undecided[0].loc);
        assert_eq!((why_opaque(other, &effect), unfollowed(other).len()), (Some("what it says is not known"), 1));
        effect.channel = Channel::Call;
        assert_eq!(why_opaque(other, &effect), Some("a function that is not at hand"));
        other.effects.push(effect);
        assert!(unfollowed(other).is_empty());
    }

    #[test]
    fn the_tally_counts_cells() {
        let tally = Tally::of(&audit_run());
        assert_eq!(tally, Tally { sites: 1, cells: 5, faults: 1, undecided: 1 });
        assert_eq!(tally.decided(), 4);
    }

    #[test]
    fn a_reason_is_told_once() {
        let run = audit_run();
        let other = run.facts[0].1.sites[0].outcomes.last().expect("a row for other codes");
        assert_eq!(unfollowed(other).len(), 1);
    }
}
