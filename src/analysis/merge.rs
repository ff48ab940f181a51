//! What several programs say of the same payment, put together: the weakest guard, every effect. Programs that show
//! its results differently, or whose faults are elsewhere, stay apart: what one says well does not mend what another
//! says. Where a program calls a function at hand, what another program says of anybody calling it does not count.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::explore::{Origin, ProgramFacts, ProgramSite};
use super::facts::{Effect, FileFacts, Outcome, Site, Verdict};
use super::{params, readiness, verdict};
use crate::ir::Loc;

/// The facts of all programs that `callers` leave to them, by the place of the payment's own call.
#[must_use]
pub fn merge(programs: impl Iterator<Item = ProgramFacts>, callers: &Callers) -> FileFacts {
    let found = programs.flat_map(|p| p.sites);
    let found = found.filter(|f| callers.leave(f.site.touch.call, &f.origin));
    let mut sites: BTreeMap<(Loc, Loc, Vec<Kind>), Site> = BTreeMap::new();
    for ProgramSite { site, .. } in found {
        let kinds = site.outcomes.iter().map(kind_of).collect();
        match sites.entry((site.call, site.touch.call, kinds)) {
            Entry::Occupied(mut known) => add(known.get_mut(), site),
            Entry::Vacant(new) => drop(new.insert(site)),
        }
    }
    FileFacts { sites: sites.into_values().collect() }
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

/// Which functions code at hand calls on the way to a payment: what a program says of anybody calling one of them is
/// another's business.
#[derive(Debug, Default)]
pub struct Callers {
    /// The calls that touch an API, each with a function on the way to it that code at hand calls.
    called: BTreeSet<(Loc, Loc)>,
    /// The calls that touch an API to which a run leads that nobody else stands for.
    entered: BTreeSet<Loc>,
}

impl Callers {
    /// What these programs call.
    #[must_use]
    pub fn of<'p>(programs: impl Iterator<Item = &'p ProgramFacts> + Clone) -> Self {
        let judged = programs.clone().flat_map(|p| &p.sites).map(|site| (site.site.touch.call, &site.origin));
        let unjudged = programs.flat_map(|p| &p.unjudged).map(|(touch, origin)| (*touch, origin));
        Self::among(judged.chain(unjudged))
    }

    /// Whether some of the payments that a program has not judged are its business.
    #[must_use]
    pub fn leave_some(&self, facts: &ProgramFacts) -> bool {
        facts.unjudged.iter().any(|(touch, origin)| self.leave(*touch, origin))
    }

    /// What is called on these ways.
    fn among<'o>(ways: impl Iterator<Item = (Loc, &'o Origin)> + Clone) -> Self {
        let mut callers = Self::default();
        for (touch, origin) in ways.clone() {
            callers.called.extend(origin.called.iter().map(|function| (touch, *function)));
        }
        let real = ways.filter(|(touch, origin)| callers.is_real(*touch, origin));
        callers.entered = real.map(|(touch, _)| touch).collect();
        callers
    }

    /// Whether a way to a call that touches an API counts where it was found: it begins in no function that another way
    /// to the same call enters by a call at hand. Functions that only call each other are entered by somebody.
    pub(super) fn leave(&self, touch: Loc, origin: &Origin) -> bool {
        self.is_real(touch, origin) || !self.entered.contains(&touch)
    }

    fn is_real(&self, touch: Loc, origin: &Origin) -> bool {
        origin.entry.is_none_or(|entry| !self.called.contains(&(touch, entry)))
    }
}

/// Leaves out what begins in a function that another way to the same call of the API enters by a call at hand. `of`
/// says which call of the API it is, and where the runs to it began.
pub(super) fn called_for_real<T>(found: Vec<T>, of: impl Fn(&T) -> (Loc, &Origin) + Clone) -> Vec<T> {
    let callers = Callers::among(found.iter().map(of.clone()));
    let leaves = |one: &T| {
        let (touch, origin) = of(one);
        callers.leave(touch, origin)
    };
    let kept: Vec<bool> = found.iter().map(leaves).collect();
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
