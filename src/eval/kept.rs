//! What of a result leaves the code at hand without a word at the end of a run: in a name that others read, in a promise
//! that says nothing but that the payment has ended. What is said on the way is recorded where it is said.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Place;
use super::event::{Channel, EffectEvent, Event};
use super::machine::{Machine, Mode};
use super::state::State;
use super::values::heap::ObjectId;
use super::values::unknown::UnknownId;
use super::values::value::{Atom, Value};
use crate::ir::{BindingId, ClassId, Export, Expr, ExprId, FnId, PropertyKey, Ref, Script, ScriptId, Target, Write};

/// Options of a component have one of these: its functions are a framework's, which does not look at their promises.
const OF_COMPONENTS: &[&str] = &["components", "computed", "data", "methods", "setup"];

/// A name that something of a result was written to.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    script: ScriptId,
    binding: BindingId,
    /// The function that wrote it.
    by: FnId,
    event: Event,
}

/// What a run leaves of the result.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// What code that is not at hand was given of the result: it may give it back.
    pub by: FxHashSet<UnknownId>,
    /// Objects at hand that the outcome wrote something of the result to.
    pub objects: FxHashSet<ObjectId>,
    /// Properties of older objects that the run has written what may depend on the result.
    pub written: FxHashMap<(ObjectId, Arc<str>), Vec<Atom>>,
    /// Properties of older objects that it has read as an earlier entry left them.
    pub read_stale: FxHashSet<(ObjectId, Arc<str>)>,
    /// Names around the functions of the outcome that something of the result was written to, and how.
    pub stored: Vec<Stored>,
    /// Where a promise ended without a word that the outcome gives to code which is not at hand.
    pub ended: Option<Place>,
}

impl Machine<'_> {
    /// Notes that something of the result was written to a name that other functions may read.
    pub(super) fn note_stored_in(&mut self, name: Ref, value: &Value, place: Place, st: &State) {
        let Ref::Binding(binding) = name else { return };
        let script = self.frame().script;
        let around = self.project.script(script).binding(binding).owner != self.frame().function;
        let carries = value.taint.carries_result() || self.dumps_result(value, st);
        if !st.outcome || !around || !carries || !matches!(self.mode, Mode::Outcome(_)) {
            return;
        }
        let effect = self.silent(Channel::State, "=", st);
        let event = Event { effect, place, control: st.control.clone(), trail: st.trail.clone() };
        self.run.kept.stored.push(Stored { script, binding, by: self.frame().function, event });
    }

    /// Records that something of the result was added to a list or a collection that was there when it came.
    pub(super) fn record_added(&mut self, to: ObjectId, values: &[Value], place: Place, st: &State) {
        let carries = |v: &Value| v.taint.carries_result() || self.dumps_result(v, st);
        if to.0 < self.run.outcome_objects && values.iter().any(carries) {
            self.record(st, place, self.silent(Channel::State, "add", st));
        }
    }

    /// An effect that says nothing and hands on something of the result.
    fn silent(&self, channel: Channel, how: &str, st: &State) -> EffectEvent {
        let said = self.effect_of(&Value::undefined(), st);
        EffectEvent { channel, path: [how.into()].into(), carries_result: true, ..said }
    }

    /// Records the names that functions read which have not run since, or that are exported.
    pub(super) fn record_stored(&mut self) {
        let stored = std::mem::take(&mut self.run.kept.stored);
        for name in stored {
            if self.is_read_elsewhere(&name) {
                self.run.events.push(name.event);
            }
        }
    }

    fn is_read_elsewhere(&self, stored: &Stored) -> bool {
        let Stored { script: id, binding, by, .. } = *stored;
        let script = self.project.script(id);
        let exported = |e: &Export| matches!(*e, Export::Binding { binding: b, .. } if b == binding);
        let mut ran: FxHashSet<FnId> =
            self.run.calls_seen.keys().filter(|(s, ..)| *s == id).map(|(_, f, ..)| *f).collect();
        ran.extend([by, Script::BODY]);
        let is_read = |e: &Expr| matches!(*e, Expr::Read(Ref::Binding(b)) if b == binding);
        let mut readers = script.exprs.iter().zip(script.owners()).filter(|(e, _)| is_read(e));
        script.exports.iter().any(exported) || readers.any(|(_, function)| !ran.contains(&function))
    }

    /// Notes that a promise which an exported function returned says that the payment has ended.
    pub(super) fn note_returned(&mut self, returned: &Value, st: &State) {
        let is_outcome = matches!(self.mode, Mode::Outcome(_));
        let Some((script, function)) = self.entry_function.filter(|_| is_outcome) else { return };
        let silent = |v: &Value| v.atoms.iter().all(|a| matches!(a, Atom::Undefined));
        let promises = returned.objects().filter(|id| !self.run.consumed.contains(id));
        let mut settlements = promises.filter_map(|id| self.promise_in(id, st)).flat_map(|p| &p.settlements);
        let ended = settlements.find(|s| s.outcome && !s.rejected && silent(&s.value)).map(|s| s.place);
        self.run.kept.ended = ended.filter(|_| is_exported(self.project.script(script), function));
    }
}

/// Whether a module exports a function: by its name, in an object, as a method of a class that extends no other.
fn is_exported(script: &Script, function: FnId) -> bool {
    let of_export = |export: &Export| match *export {
        Export::Binding { binding, .. } => binding_holds(script, binding, function),
        Export::Default { value, .. } => holds(script, value, function),
        Export::From { .. } | Export::All { .. } => false,
    };
    let assigned = |expr: &Expr| match *expr {
        Expr::Assign { target: Target::Member(member), value, .. } if is_exports(script, member) => {
            holds(script, value, function)
        }
        _ => false,
    };
    script.exports.iter().any(of_export) || script.exprs.iter().any(assigned)
}

/// `module.exports`, `exports.name`, `module.exports.name`.
fn is_exports(script: &Script, member: ExprId) -> bool {
    let is_global = |expr: ExprId, name: &str| matches!(script.expr(expr), Expr::Read(Ref::Global(id)) if &**script.name(id) == name);
    match script.expr(member) {
        Expr::Member { object, key: PropertyKey::Name(key), .. } => {
            &**script.name(key) == "exports" && is_global(object, "module")
                || is_global(object, "exports")
                || is_exports(script, object)
        }
        _ => false,
    }
}

fn binding_holds(script: &Script, binding: BindingId, function: FnId) -> bool {
    script.writes_of(binding).iter().any(|write| match *write {
        Write::Value(value) => !matches!(script.expr(value), Expr::Read(_)) && holds(script, value, function),
        Write::Function(own) => own == function,
        Write::Class(class) => class_holds(script, class, function),
        Write::Other => false,
    })
}

fn holds(script: &Script, value: ExprId, function: FnId) -> bool {
    match script.expr(value) {
        Expr::Function(own) => own == function,
        Expr::Class(class) => class_holds(script, class, function),
        Expr::Read(Ref::Binding(binding)) => binding_holds(script, binding, function),
        Expr::Object(list) => {
            let properties = list.of(&script.properties);
            let is_part =
                |key: PropertyKey| matches!(key, PropertyKey::Name(n) if OF_COMPONENTS.contains(&&**script.name(n)));
            let own = |value: ExprId| match script.expr(value) {
                Expr::Function(own) => own == function,
                Expr::Read(Ref::Binding(binding)) => binding_holds(script, binding, function),
                _ => false,
            };
            !properties.iter().any(|p| is_part(p.key)) && properties.iter().any(|p| own(p.value))
        }
        _ => false,
    }
}

fn class_holds(script: &Script, class: ClassId, function: FnId) -> bool {
    let class = script.class(class);
    class.parent.is_none() && class.members.of(&script.members).iter().any(|m| m.function == Some(function))
}
