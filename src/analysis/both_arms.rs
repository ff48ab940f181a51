//! Effects on both sides of a condition that cannot be decided: one of them happens, whichever way it goes.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Certainty, Effect};
use crate::api::OutcomeClass;

/// Deeper conditions are not looked at.
const MAX_DEPTH: usize = 8;

/// Arms of conditions that could not be decided, from the outside in.
type Arms<'e> = &'e [(u32, u32)];

/// Takes effects of one class for sure where one of them stands on every way.
pub(super) fn settle(effects: &mut [Effect]) {
    for class in [OutcomeClass::Failure, OutcomeClass::Success] {
        let open = |e: &Effect| e.class == class && e.certainty == Certainty::Undecided && !e.open_arms.is_empty();
        if effects.iter().filter(|e| open(e)).count() < 2 {
            continue;
        }
        let mut sure: BTreeSet<usize> = BTreeSet::new();
        let mut by_arms: BTreeMap<Arms<'_>, Vec<usize>> = BTreeMap::new();
        for (index, effect) in effects.iter().enumerate().filter(|(_, e)| open(e)) {
            by_arms.entry(&effect.open_arms).or_default().push(index);
        }
        // An outermost condition decides alone: what stands under it is all that may happen.
        let outermost: BTreeSet<u32> =
            by_arms.keys().filter_map(|arms| arms.first()).map(|(number, _)| *number).collect();
        for condition in outermost {
            sure.extend(covering(&by_arms, &[], condition).unwrap_or_default());
        }
        for index in sure {
            effects[index].certainty = Certainty::Certain;
        }
    }
}

/// The effects of which one happens behind a condition; none where there is a way without.
fn covering(by_arms: &BTreeMap<Arms<'_>, Vec<usize>>, outer: Arms<'_>, condition: u32) -> Option<Vec<usize>> {
    let mut all = Vec::new();
    for arm in [0, 1] {
        let arms = [outer, &[(condition, arm)]].concat();
        if let Some(here) = by_arms.get(arms.as_slice()) {
            all.extend(here);
            continue;
        }
        if arms.len() >= MAX_DEPTH {
            return None;
        }
        let inner = by_arms.keys().filter(|other| other.len() > arms.len() && other.starts_with(&arms));
        let inner: BTreeSet<u32> = inner.map(|other| other[arms.len()].0).collect();
        all.extend(inner.into_iter().find_map(|next| covering(by_arms, &arms, next))?);
    }
    Some(all)
}
