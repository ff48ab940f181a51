//! In which alternatives of its file a script is: the builds that conditional comments make of it, or the renderings that a
//! server makes of a page.

use rustc_hash::FxHashMap;

use super::PageScripts;
use crate::ir::Span;

/// A set of alternatives of one file, each by its number. What is in all of them is in any number of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Alternatives(u64);

impl Default for Alternatives {
    fn default() -> Self {
        Self::ALL
    }
}

impl Alternatives {
    /// More alternatives of one file are not told apart.
    pub const MOST: usize = u64::BITS as usize;
    /// Every one.
    pub const ALL: Self = Self(u64::MAX);
    /// None.
    pub const NONE: Self = Self(0);

    /// The one of this number.
    #[must_use]
    pub const fn of(number: usize) -> Self {
        if number < Self::MOST { Self(1 << number) } else { Self::NONE }
    }

    /// Whether one of them has this number.
    #[must_use]
    pub const fn has(self, number: usize) -> bool {
        number < Self::MOST && self.0 >> number & 1 != 0
    }

    /// Whether they are all.
    #[must_use]
    pub const fn is_all(self) -> bool {
        self.0 == Self::ALL.0
    }

    /// These, and others.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether each of them is among others.
    #[must_use]
    pub const fn are_among(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }
}

impl FromIterator<usize> for Alternatives {
    fn from_iter<T: IntoIterator<Item = usize>>(numbers: T) -> Self {
        numbers.into_iter().map(Self::of).fold(Self::NONE, Self::with)
    }
}

impl PageScripts {
    /// Adds what another rendering of the page runs: what is the same is in both.
    pub(super) fn add(&mut self, other: Self) {
        let mut known: FxHashMap<Span, Vec<usize>> = FxHashMap::default();
        for (index, script) in self.inline.iter().enumerate() {
            known.entry(script.span).or_default().push(index);
        }
        for script in other.inline {
            let same = known.get(&script.span).into_iter().flatten();
            match same.copied().find(|index| self.inline[*index].reads_like(&script)) {
                Some(index) => {
                    let both = self.inline[index].alternatives.with(script.alternatives);
                    self.inline[index].alternatives = both;
                }
                None => self.inline.push(script),
            }
        }
        let mut known: FxHashMap<(u32, String), usize> = FxHashMap::default();
        for (index, loaded) in self.loaded.iter().enumerate() {
            known.insert((loaded.at, loaded.address.clone()), index);
        }
        for loaded in other.loaded {
            match known.get(&(loaded.at, loaded.address.clone())) {
                Some(index) => {
                    let both = self.loaded[*index].alternatives.with(loaded.alternatives);
                    self.loaded[*index].alternatives = both;
                }
                None => self.loaded.push(loaded),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_past_the_last_number_is_in_none_but_all() {
        let some: Alternatives = [0, 2, Alternatives::MOST].into_iter().collect();
        assert_eq!((some.has(0), some.has(1), some.has(2), some.has(Alternatives::MOST)), (true, false, true, false));
        assert!(some.are_among(Alternatives::ALL) && !Alternatives::ALL.are_among(some));
        assert!(Alternatives::NONE.are_among(some) && Alternatives::ALL.has(Alternatives::MOST - 1));
    }
}
