//! Activations that run, and what leaves them: returned and thrown values, jumps.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::ready::Ready;
use crate::eval::state::{Control, State};
use crate::eval::values::heap::ObjectId;
use crate::eval::values::scope::ScopeId;
use crate::eval::values::value::Value;
use crate::ir::{FnId, NameId, ScriptId};

/// An activation that runs now.
#[derive(Debug)]
pub(in crate::eval) struct Frame {
    /// Its script.
    pub script: ScriptId,
    /// Its function.
    pub function: FnId,
    /// Its names.
    pub scope: ScopeId,
    /// Its `this`.
    pub this: Value,
    /// Where it was called.
    pub call: Place,
    /// What was known of the bridge when it was entered.
    pub entered: Ready,
    /// The arms in which it was entered.
    pub control: Control,
    /// The object whose prototype `super` starts from.
    pub home: Option<ObjectId>,
    /// States at its `return`s.
    pub returns: Vec<Exit>,
    /// States at its `break`s and `continue`s.
    pub jumps: Vec<Jump>,
    /// Whether the result has ruled out a `return` on the way: what is returned later depends on it as well.
    pub rules_out_return: bool,
}

/// A value on its way out: returned or thrown.
#[derive(Debug)]
pub(in crate::eval) struct Exit {
    /// The state there.
    pub state: State,
    /// The value.
    pub value: Value,
    /// The `return` or `throw`.
    pub place: Place,
}

/// A `break` or `continue` on its way.
#[derive(Debug)]
pub(in crate::eval) struct Jump {
    /// `continue`, not `break`.
    pub is_continue: bool,
    /// Its label.
    pub label: Option<NameId>,
    /// The state there.
    pub state: State,
}

impl Machine<'_> {
    /// The calls that led here, the first first.
    pub(in crate::eval) fn route(&self) -> Vec<(Place, ScriptId, FnId)> {
        self.run.frames.iter().map(|f| (f.call, f.script, f.function)).collect()
    }
}
