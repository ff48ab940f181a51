//! The state of a run at one point: heap, scopes, what is known of unknowns, the bridge, and the conditions passed.

use std::rc::Rc;

use super::Place;
use super::platform::ready::{Level, Ready};
use super::values::heap::Object;
use super::values::scope::Scope;
use super::values::store::Store;
use super::values::unknown::Reason;
use super::values::unknown::UnknownId;
use super::values::value::{Atom, Taint};

/// A point of a run. Copies share what they have not changed.
#[derive(Clone, Debug)]
pub struct State {
    /// Objects.
    pub heap: Store<Object>,
    /// Activations.
    pub scopes: Store<Scope>,
    /// What branches have taught of unknowns.
    pub facts: Facts,
    /// What is known of the bridge.
    pub ready: Ready,
    /// The arms that the run stands in.
    pub control: Control,
    /// Conditions on the result that were decided on the way, the last first.
    pub trail: Trail,
    /// Whether what happens now belongs to the outcome of a payment.
    pub outcome: bool,
    /// Whether the run is about an outcome alone: where it meets a run without the payment, that one is dropped.
    pub focused: bool,
    /// Whether a server was asked in this outcome, and the code has waited for its answer.
    pub answered: bool,
}

/// A list that branches share and extend, the newest element first.
#[derive(Debug)]
pub struct Chain<T>(Option<Rc<Link<T>>>);

#[derive(Debug)]
struct Link<T> {
    item: T,
    depth: u32,
    rest: Chain<T>,
}

impl<T> Clone for Chain<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Chain<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Chain<T> {
    /// The list with `item` in front.
    #[must_use]
    pub fn push(&self, item: T) -> Self {
        Self(Some(Rc::new(Link { item, depth: self.depth() + 1, rest: self.clone() })))
    }

    /// How many elements it has.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.0.as_ref().map_or(0, |l| l.depth)
    }

    /// From the newest on.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let mut at = self;
        std::iter::from_fn(move || {
            let link = at.0.as_deref()?;
            at = &link.rest;
            Some(&link.item)
        })
    }

    /// The list without so many of its newest elements.
    #[must_use]
    pub fn without_newest(&self, count: usize) -> Self {
        let mut at = self;
        for _ in 0..count {
            match at.0.as_deref() {
                Some(link) => at = &link.rest,
                None => break,
            }
        }
        at.clone()
    }

    /// The list, and what another has beyond what both share in front of it.
    #[must_use]
    pub fn with_newer(&self, other: &Self) -> Self
    where
        T: Clone,
    {
        let shared = self.common(other).depth();
        let newer: Vec<T> = other.iter().take((other.depth() - shared) as usize).cloned().collect();
        newer.into_iter().rev().fold(self.clone(), |list, item| list.push(item))
    }

    /// Whether both are the same list.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// The longest list that both extend.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self, other);
        while !a.same(b) {
            if a.depth() >= b.depth() {
                a = match &a.0 {
                    Some(link) => &link.rest,
                    None => return Self(None),
                };
            } else if let Some(link) = &b.0 {
                b = &link.rest;
            }
        }
        a.clone()
    }
}

impl<T> Drop for Chain<T> {
    /// Long lists are dropped by a loop.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(link) = next {
            match Rc::try_unwrap(link) {
                Ok(mut link) => next = link.rest.0.take(),
                Err(_) => break,
            }
        }
    }
}

/// What is known of unknowns.
pub(super) type Facts = Chain<(UnknownId, Fact)>;

/// What a branch teaches of an unknown.
#[derive(Clone, PartialEq, Debug)]
pub enum Fact {
    /// It is true in a condition.
    Truthy,
    /// It is false in a condition.
    Falsy,
    /// It is this.
    Is(Atom),
    /// It is not this.
    IsNot(Atom),
    /// Where it holds, or where it doesn't, this is known of the bridge.
    Guards {
        /// Whether where it holds.
        holds: bool,
        /// What.
        ready: Ready,
    },
    /// It equals this loosely (`==`).
    Like(Atom),
    /// It does not equal this, not even loosely.
    Unlike(Atom),
    /// It was written: what was known before is not known any more.
    Written,
}

/// The arms that a run stands in, the innermost first.
pub(super) type Control = Chain<Arm>;

/// One arm.
#[derive(Clone, PartialEq, Debug)]
pub struct Arm {
    /// The condition.
    pub condition: Place,
    /// Which arm of it: 1 where it holds, 0 where it doesn't, cases from 2 on.
    pub number: u32,
    /// What kind of condition.
    pub kind: ArmKind,
}

/// Why a run is in an arm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArmKind {
    /// The result code decides so.
    Decided,
    /// On an unknown that the result did not reach: either arm may be taken.
    Either,
    /// On an unknown that the result did reach.
    Undecided(Reason, Place),
    /// On a server's answer.
    Server,
    /// The customer's choice.
    UserChoice,
    /// A function given to a call that is not at hand.
    Unsure(Place),
}

/// Conditions on the result that were decided, the last first.
pub(super) type Trail = Chain<Decision>;

/// A condition on the result that was decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision {
    /// The condition, or the look-up in a table.
    pub condition: Place,
    /// The start of the arm taken; none where there is no text for it.
    pub arm: Option<Place>,
    /// Which arm: 1 where it holds, 0 where it doesn't, cases from 2 on.
    pub number: u32,
    /// Whether it is a look-up in a table, whose every key is an arm.
    pub lookup: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            heap: Store::default(),
            scopes: Store::default(),
            facts: Facts::default(),
            ready: Ready::UNGUARDED,
            control: Control::default(),
            trail: Trail::default(),
            outcome: false,
            focused: false,
            answered: false,
        }
    }
}

impl State {
    /// Joins two runs that come to the same point.
    #[must_use]
    pub fn join(mut self, other: Self, overflow: UnknownId) -> Self {
        if self.focused && self.outcome != other.outcome {
            return if self.outcome { self } else { other };
        }
        self.heap.merge(&other.heap, |mine, theirs| mine.join(theirs, overflow));
        self.scopes.merge(&other.scopes, |mine, theirs| mine.join(theirs, overflow));
        self.facts = met_facts(&self.facts, &other.facts);
        self.ready = self.ready.meet(other.ready);
        self.control = self.control.common(&other.control);
        if other.trail.depth() > self.trail.depth() {
            self.trail = other.trail;
        }
        self.outcome |= other.outcome;
        self.answered |= other.answered;
        self
    }

    /// What is known of an unknown, the newest first.
    pub fn facts_of(&self, id: UnknownId) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |(u, _)| *u == id).map(|(_, f)| f).take_while(|f| **f != Fact::Written)
    }

    /// The trail of somebody who is handed a value: the condition that led to it counts, its arm is elsewhere.
    #[must_use]
    pub fn trail_of_consumer(&self) -> Trail {
        match self.trail.iter().next() {
            Some(last) if last.arm.is_some() => self.trail.push(Decision { arm: None, ..*last }),
            _ => self.trail.clone(),
        }
    }

    /// The text of an arm that the code decided, where the run has taken it.
    #[must_use]
    pub fn text_of_arm(&self, arm: &Arm) -> Option<Place> {
        let taken = |d: &&Decision| d.condition == arm.condition && d.number == arm.number && !d.lookup;
        self.trail.iter().filter(taken).find_map(|d| d.arm)
    }

    /// What chooses a value that is written, returned or thrown here: the conditions that the run stands under.
    #[must_use]
    pub fn context(&self) -> Taint {
        self.context_of_newest(usize::MAX, |_| false)
    }

    /// The same of so many of the newest arms, without those that `inside` tells of: who reads what is written stands in
    /// the others, too.
    pub fn context_of_newest(&self, newest: usize, inside: impl Fn(&Arm) -> bool) -> Taint {
        let of_arm = |arm: &Arm| match arm.kind {
            ArmKind::Decided => Taint::CHOSEN,
            ArmKind::Undecided(..) => Taint::RESULT,
            ArmKind::Server => Taint::SERVER,
            ArmKind::Either | ArmKind::UserChoice | ArmKind::Unsure(_) => Taint::NONE,
        };
        let guard = match self.ready.level {
            Level::Unguarded => Taint::NONE,
            Level::Unknown => Taint::EXTERNAL,
            Level::Presence | Level::Event | Level::Ready => Taint::GUARD,
        };
        self.control.iter().take(newest).filter(|arm| !inside(arm)).map(of_arm).fold(guard, Taint::with)
    }
}

/// What two runs know that meet: what one of them has written is not known any more.
fn met_facts(mine: &Facts, theirs: &Facts) -> Facts {
    let shared = mine.common(theirs);
    let newer = |facts: &Facts| (facts.depth() - shared.depth()) as usize;
    let newer = mine.iter().take(newer(mine)).chain(theirs.iter().take(newer(theirs)));
    newer.filter(|(_, fact)| *fact == Fact::Written).fold(shared.clone(), |facts, (id, _)| {
        let last = facts.iter().find(|(of, _)| of == id);
        let known = last.is_some_and(|(_, fact)| *fact != Fact::Written);
        if known { facts.push((*id, Fact::Written)) } else { facts }
    })
}

#[cfg(test)]
mod tests {
    use super::Chain;

    #[test]
    fn lists_share_what_they_both_extend() {
        let base = Chain::default().push(1).push(2);
        let (left, right) = (base.push(3).push(4), base.push(5));
        assert!(left.common(&right).same(&base));
        assert!(left.common(&left).same(&left));
        assert_eq!(left.common(&Chain::default()).depth(), 0);
        assert_eq!(left.iter().copied().collect::<Vec<_>>(), [4, 3, 2, 1]);
    }

    #[test]
    fn long_lists_are_dropped_without_recursion() {
        let long = (0..1_000_000).fold(Chain::default(), |chain, i| chain.push(i));
        assert_eq!(long.depth(), 1_000_000);
    }
}
