//! What several programs say of the same payment, put together: the weakest guard, every effect. Programs that show
//! its results differently stay apart: what one says well does not mend what another says. Where a program calls a
//! function at hand, what another program says of anybody calling it does not count.

use std::collections::{BTreeMap, BTreeSet};

use super::explore::{Origin, ProgramFacts, ProgramSite};
use super::facts::{Effect, FileFacts, Outcome, Site, Verdict};
use super::{params, readiness, verdict};
use crate::ir::{FileId, FnId, Loc, ScriptId};

/// The facts of all programs, by the file of the payment's own call.
#[must_use]
pub fn merge(programs: Vec<ProgramFacts>) -> BTreeMap<FileId, FileFacts> {
    let mut by_touch: BTreeMap<Loc, Vec<ProgramSite>> = BTreeMap::new();
    for found in programs.into_iter().flat_map(|p| p.sites) {
        by_touch.entry(found.site.touch.call).or_default().push(found);
    }
    let mut files: BTreeMap<FileId, FileFacts> = BTreeMap::new();
    for found in by_touch.into_values() {
        let mut sites: BTreeMap<(Loc, Vec<Kind>), Site> = BTreeMap::new();
        for found in called_for_real(found) {
            let key = (found.site.call, found.site.outcomes.iter().map(kind_of).collect());
            match sites.get_mut(&key) {
                Some(site) => add(site, found.site),
                None => drop(sites.insert(key, found.site)),
            }
        }
        for site in sites.into_values() {
            files.entry(site.call.file).or_default().sites.push(site);
        }
    }
    for facts in files.values_mut() {
        facts.sites.sort_by_key(|s| (s.call, s.touch.call));
    }
    files
}

/// What an outcome comes to: its verdict, and the classes of its effects.
type Kind = (u8, BTreeSet<&'static str>);

fn kind_of(outcome: &Outcome) -> Kind {
    let classes = outcome.effects.iter().map(|effect| effect.class.as_str()).collect();
    let verdict = match outcome.verdict {
        Verdict::Ok => 0,
        Verdict::Fault(_) => 1,
        Verdict::Undecided(_) => 2,
    };
    (verdict, classes)
}

/// Leaves out what begins in a function that another way to the same call of the API enters by a call at hand.
fn called_for_real(found: Vec<ProgramSite>) -> Vec<ProgramSite> {
    let real = are_real(found.iter().map(|f| &f.origin));
    found.into_iter().zip(real).filter(|(_, real)| *real).map(|(f, _)| f).collect()
}

/// For each origin of runs to one call of the API: whether it counts.
pub(super) fn are_real<'o>(origins: impl Iterator<Item = &'o Origin> + Clone) -> Vec<bool> {
    let called: BTreeSet<(ScriptId, FnId)> = origins.clone().flat_map(|o| o.called.iter().copied()).collect();
    let real: Vec<bool> = origins.map(|o| o.entry.is_none_or(|entry| !called.contains(&entry))).collect();
    // Functions that only call each other are entered by somebody.
    if real.contains(&true) { real } else { vec![true; real.len()] }
}

/// Adds what another program says of the same payment.
fn add(site: &mut Site, other: Site) {
    if readiness::rank(other.ready.state) < readiness::rank(site.ready.state) {
        site.ready = other.ready;
    }
    if params::rank(&other.trade_no.state) > params::rank(&site.trade_no.state) {
        site.trade_no = other.trade_no;
    }
    site.callbacks.extend(other.callbacks);
    site.callbacks.sort();
    site.callbacks.dedup();
    for (outcome, other) in site.outcomes.iter_mut().zip(other.outcomes) {
        add_outcome(outcome, other);
        outcome.verdict =
            verdict::of(outcome.code.and_then(|c| site.api.code(c)), &outcome.effects, &outcome.undecided);
    }
}

fn add_outcome(outcome: &mut Outcome, other: Outcome) {
    for effect in other.effects {
        let same = |known: &Effect| {
            (known.loc, known.class, known.certainty, known.arm)
                == (effect.loc, effect.class, effect.certainty, effect.arm)
                && known.text == effect.text
        };
        if !outcome.effects.iter().any(same) {
            outcome.effects.push(effect);
        }
    }
    for undecided in other.undecided {
        if !outcome.undecided.contains(&undecided) {
            outcome.undecided.push(undecided);
        }
    }
}
