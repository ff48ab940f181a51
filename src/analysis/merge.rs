//! What several programs say of the same payment, put together: the weakest guard, every effect. Programs that show
//! its results differently, or whose faults are elsewhere, stay apart: what one says well does not mend what another
//! says. Where a program calls a function at hand, what another program says of anybody calling it does not count.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::explore::{Origin, ProgramFacts, ProgramSite};
use super::facts::{Effect, FileFacts, Outcome, Site, Verdict};
use super::{params, readiness, verdict};
use crate::ir::{FileId, Loc};

/// The facts of all programs, by the file of the payment's own call.
#[must_use]
pub fn merge(programs: Vec<ProgramFacts>) -> BTreeMap<FileId, FileFacts> {
    let found: Vec<ProgramSite> = programs.into_iter().flat_map(|p| p.sites).collect();
    let found = called_for_real(found, |f| (f.site.touch.call, &f.origin));
    let mut sites: BTreeMap<(Loc, Loc, Vec<Kind>), Site> = BTreeMap::new();
    for ProgramSite { site, .. } in found {
        let kinds = site.outcomes.iter().map(kind_of).collect();
        match sites.entry((site.call, site.touch.call, kinds)) {
            Entry::Occupied(mut known) => add(known.get_mut(), site),
            Entry::Vacant(new) => drop(new.insert(site)),
        }
    }
    let mut files: BTreeMap<FileId, FileFacts> = BTreeMap::new();
    for site in sites.into_values() {
        files.entry(site.call.file).or_default().sites.push(site);
    }
    files
}

/// What an outcome comes to: its verdict, the classes of its effects, and where they are, if they are wrong.
type Kind = (u8, BTreeSet<&'static str>, BTreeSet<Loc>);

fn kind_of(outcome: &Outcome) -> Kind {
    let classes = outcome.effects.iter().map(|effect| effect.class.as_str()).collect();
    let is_fault = matches!(outcome.verdict, Verdict::Fault(_));
    let places = outcome.effects.iter().filter(|_| is_fault).map(|effect| effect.loc).collect();
    let verdict = match outcome.verdict {
        Verdict::Ok => 0,
        Verdict::Fault(_) => 1,
        Verdict::Undecided(_) => 2,
    };
    (verdict, classes, places)
}

/// Leaves out what begins in a function that another way to the same call of the API enters by a call at hand. `of`
/// says which call of the API it is, and where the runs to it began.
pub(super) fn called_for_real<T>(found: Vec<T>, of: impl Fn(&T) -> (Loc, &Origin)) -> Vec<T> {
    let mut called: BTreeSet<(Loc, Loc)> = BTreeSet::new();
    for (touch, origin) in found.iter().map(&of) {
        called.extend(origin.called.iter().map(|function| (touch, *function)));
    }
    let is_real = |(touch, origin): (Loc, &Origin)| origin.entry.is_none_or(|entry| !called.contains(&(touch, entry)));
    // Functions that only call each other are entered by somebody.
    let entered: BTreeSet<Loc> = found.iter().map(&of).filter(|one| is_real(*one)).map(|(touch, _)| touch).collect();
    let kept: Vec<bool> = found.iter().map(&of).map(|one| is_real(one) || !entered.contains(&one.0)).collect();
    found.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(one, _)| one).collect()
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
    site.waiters.extend(other.waiters);
    site.waiters.sort();
    site.waiters.dedup();
    for (outcome, other) in site.outcomes.iter_mut().zip(other.outcomes) {
        add_outcome(outcome, other);
        outcome.verdict = verdict::of(outcome.code.and_then(|c| site.api.code(c)), outcome);
    }
}

fn add_outcome(outcome: &mut Outcome, other: Outcome) {
    outcome.ended = outcome.ended.or(other.ended);
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
