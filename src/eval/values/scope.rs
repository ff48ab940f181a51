//! Activations: the names that a run has written in each call of a function.

use std::rc::Rc;

use crate::eval::link::CallSite;
use crate::eval::values::unknown::UnknownId;
use crate::eval::values::value::Value;
use crate::ir::{BindingId, FnId, ScriptId};

/// An activation of a function (or a script's top level), which holds its names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ScopeId(pub u32);

/// The names of one activation.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The activation it was made in.
    pub parent: Option<ScopeId>,
    /// Whose activation.
    pub script: ScriptId,
    /// Whose activation.
    pub function: FnId,
    /// Values of names that were written, by name.
    pub slots: Vec<Slot>,
    /// The call that made it; none where no call expression did.
    pub call: Option<Rc<CallSite>>,
    /// The entry of the program in whose run it began.
    pub turn: u32,
    /// How often a name of a loop's round was made anew.
    pub rounds: u32,
    /// What such names held in earlier rounds: functions made there still see it.
    pub earlier: Vec<(BindingId, Value)>,
    /// `rounds` of the activation around it when the function was made.
    pub made_in: u32,
}

/// One name's value.
#[derive(Clone, PartialEq, Debug)]
pub struct Slot {
    /// Which name.
    pub binding: BindingId,
    /// Its value.
    pub value: Value,
    /// The entry of the program in whose run it was written.
    pub turn: u32,
}

impl Scope {
    /// The value of a name that was written.
    #[must_use]
    pub fn slot(&self, binding: BindingId) -> Option<&Slot> {
        self.slots.binary_search_by_key(&binding, |s| s.binding).ok().map(|i| &self.slots[i])
    }

    /// Writes a name.
    pub fn put(&mut self, binding: BindingId, value: Value, turn: u32) {
        let slot = Slot { binding, value, turn };
        match self.slots.binary_search_by_key(&binding, |s| s.binding) {
            Ok(i) => self.slots[i] = slot,
            Err(i) => self.slots.insert(i, slot),
        }
    }

    /// Begins a round of a loop in which a name is another: what it held so far is kept for functions made before.
    pub fn begin_round(&mut self, binding: BindingId, overflow: UnknownId) {
        let Some(value) = self.slot(binding).map(|s| s.value.clone()) else { return };
        self.rounds += 1;
        match self.earlier.iter_mut().find(|(name, _)| *name == binding) {
            Some((_, known)) => known.join(&value, overflow),
            None => self.earlier.push((binding, value)),
        }
    }

    /// Joins the same activation as two branches left it.
    pub fn join(&mut self, other: &Self, overflow: UnknownId) {
        self.rounds = self.rounds.max(other.rounds);
        for (binding, theirs) in &other.earlier {
            match self.earlier.iter_mut().find(|(name, _)| name == binding) {
                Some((_, mine)) => mine.join(theirs, overflow),
                None => self.earlier.push((*binding, theirs.clone())),
            }
        }
        for theirs in &other.slots {
            match self.slots.binary_search_by_key(&theirs.binding, |s| s.binding) {
                Ok(i) => {
                    let mine = &mut self.slots[i];
                    mine.value.join(&theirs.value, overflow);
                    mine.turn = mine.turn.max(theirs.turn);
                }
                Err(i) => {
                    let mut slot = theirs.clone();
                    slot.value.join(&Value::undefined(), overflow);
                    self.slots.insert(i, slot);
                }
            }
        }
        for mine in &mut self.slots {
            if other.slot(mine.binding).is_none() {
                mine.value.join(&Value::undefined(), overflow);
            }
        }
    }
}
