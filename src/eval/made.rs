//! Functions that a run makes, and which of them may be entries: those from which a payment can be reached, and those
//! that modules make around such.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::machine::{Machine, Mode};
use super::state::State;
use super::values::heap::{Closure, Object, ObjectId, ObjectKind};
use super::values::scope::ScopeId;
use crate::ir::{FnId, ScriptId};

/// Functions from which a payment can be reached: the others need not be entries.
pub type Relevant = FxHashSet<(ScriptId, FnId)>;

/// A function that was made and may be called by somebody who is not at hand.
#[derive(Clone, Debug)]
pub struct Created {
    /// The function or class.
    pub object: ObjectId,
    /// Its script.
    pub script: ScriptId,
    /// The function; a class's constructor or the function around it.
    pub function: FnId,
    /// Whether it was handed to something that may wait for the bridge.
    pub handed_to_waiter: bool,
    /// Whether it matters only for the functions that it was made around.
    pub wraps: bool,
}

impl Machine<'_> {
    /// Makes a function of the script that runs now.
    pub(super) fn make_closure(&mut self, function: FnId, st: &mut State) -> ObjectId {
        let frame = self.frame();
        let script = frame.script;
        let arrow = self.project.script(script).function(function).kind == crate::ir::FnKind::Arrow;
        let closure = Closure {
            script,
            function,
            scope: Some(frame.scope),
            this: arrow.then(|| Rc::new(frame.this.clone())),
            home: if arrow { frame.home } else { None },
            ready: st.ready,
            round: st.scopes.get(frame.scope.0).map_or(0, |s| s.rounds),
        };
        let made = self.here(self.project.script(script).function(function).span);
        let object = self.alloc(st, Object::of(ObjectKind::Closure(closure), made));
        let relevant = self.relevant.contains(&(script, function));
        if matches!(self.mode, Mode::Explore) && (relevant || self.is_made_around_relevant(st)) {
            self.created.push(Created { object, script, function, handed_to_waiter: false, wraps: !relevant });
        }
        object
    }

    /// Whether the function that runs now is a module's and was given a relevant one: what it makes may stand for that.
    fn is_made_around_relevant(&self, st: &State) -> bool {
        self.loaded.all.contains_key(&self.frame().script)
            && self.given_relevant(self.frame().scope, st).next().is_some()
    }

    /// The relevant functions among the values of a called function's names.
    fn given_relevant<'s>(&'s self, scope: ScopeId, st: &'s State) -> impl Iterator<Item = (ScriptId, FnId)> + 's {
        let scope = st.scopes.get(scope.0).filter(|scope| scope.call.is_some());
        let values = scope.into_iter().flat_map(|scope| &scope.slots).flat_map(|slot| slot.value.objects());
        let functions = values.filter_map(|id| match &self.object(st, id)?.kind {
            ObjectKind::Closure(closure) => Some((closure.script, closure.function)),
            _ => None,
        });
        functions.filter(|function| self.relevant.contains(function))
    }

    /// The relevant functions that a function was made around, and that nothing has entered.
    #[must_use]
    pub fn wrapped(&self, st: &State, object: ObjectId) -> Vec<(ScriptId, FnId)> {
        let scope = match st.heap.get(object.0).map(|o| &o.kind) {
            Some(ObjectKind::Closure(closure)) => closure.scope,
            _ => None,
        };
        let given = scope.into_iter().flat_map(|scope| self.given_relevant(scope, st));
        given.filter(|function| !self.entered.contains(function)).collect()
    }
}
