//! Promises: how they were settled, and who waits for them.

use crate::eval::Place;
use crate::eval::platform::ready::Ready;
use crate::eval::state::{Control, Trail};
use crate::eval::values::heap::ObjectId;
use crate::eval::values::value::Value;

/// A promise's state: several settlements where branches settle it in several ways.
#[derive(Clone, Debug, Default)]
pub struct Promise {
    /// How it was settled so far.
    pub settlements: Vec<Settlement>,
    /// What runs when it is.
    pub reactions: Vec<Reaction>,
    /// Whether the payment's result settles it: the index of the site's event.
    pub site: Option<usize>,
    /// Whether the result of another payment settles it, which an outcome does not follow.
    pub next_payment: bool,
}

/// One way in which a promise was settled.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// With what.
    pub value: Value,
    /// Rejected, not resolved.
    pub rejected: bool,
    /// What was known of the bridge then.
    pub ready: Ready,
    /// Under which conditions.
    pub control: Control,
    /// After which decisions on the result.
    pub trail: Trail,
    /// Whether it belongs to the outcome of a payment.
    pub outcome: bool,
    /// Whether a server had answered then.
    pub answered: bool,
    /// Where it was settled.
    pub place: Place,
}

/// What waits for a promise.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// `then`'s first function.
    pub resolved: Option<Value>,
    /// `then`'s second, or `catch`'s.
    pub rejected: Option<Value>,
    /// `finally`'s.
    pub either: Option<Value>,
    /// The promise that `then` returned.
    pub next: ObjectId,
    /// After how many jobs of the engine's queue it is settled where no function is called for it.
    pub jobs: u8,
    /// What was known of the bridge where it was registered.
    pub ready: Ready,
    /// Under which conditions it was registered.
    pub control: Control,
    /// Whether it was registered in an outcome.
    pub outcome: bool,
    /// Where it was registered.
    pub place: Place,
}

impl Promise {
    /// Joins the same promise as two branches left it.
    pub fn join(&mut self, other: &Self) {
        for theirs in &other.settlements {
            let known = |s: &Settlement| {
                s.rejected == theirs.rejected && s.value == theirs.value && s.ready.same_as(theirs.ready)
            };
            if !self.settlements.iter().any(known) && self.settlements.len() < MAX_SETTLEMENTS {
                self.settlements.push(theirs.clone());
            }
        }
        for theirs in &other.reactions {
            if !self.reactions.iter().any(|r| r.next == theirs.next) {
                self.reactions.push(theirs.clone());
            }
        }
        self.site = self.site.or(other.site);
        self.next_payment |= other.next_payment;
    }
}

/// `finally` calls its function, waits for what that returned, and hands on a promise of the first value.
pub(in crate::eval) const FINALLY_JOBS: u8 = 3;

/// More ways to settle one promise than these are not kept apart.
pub(in crate::eval) const MAX_SETTLEMENTS: usize = 8;
