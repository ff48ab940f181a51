//! Calling functions at hand.

use crate::eval::Place;
use crate::eval::compiled::stepper::Runner;
use crate::eval::language::generator::Generator;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::heap::Closure;
use crate::eval::values::scope::ScopeId;
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{FnId, ScriptId};
use rustc_hash::FxHasher;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};

impl Machine<'_> {
    /// Calls a function at hand.
    pub(in crate::eval) fn call_closure(
        &mut self,
        closure: &Closure,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let place = call.place;
        let function = self.project.script(closure.script).function(closure.function);
        if let Some(generator) = self.call_tuple_helper(closure, &arguments, call, st) {
            return Some(generator);
        }
        if let Some(value) = self.call_helper_by_name(closure, &arguments, place, st) {
            return Some(value);
        }
        let may_recur = self.may_recur(closure.script, closure.function) || self.loads_another(closure, &arguments, st);
        if !may_recur || !self.enter() {
            self.run.cut_short = true;
            self.tell_not_followed(place, st);
            // What is not run may see whatever is around it.
            let seen = if st.outcome { Taint::RESULT } else { self.result_taint(&arguments, st) };
            return Some(self.cut_off(place).tainted(seen));
        }
        if function.is_generator {
            let value = self.call_generator(closure, this, arguments, call, st);
            self.leave();
            return value;
        }
        let this = closure.this.as_ref().map_or(this, |this| (**this).clone());
        let leads = self.relevant.contains(&(closure.script, closure.function));
        // Each call of a wrapper is a payment of its own.
        let from = leads.then_some(place);
        // What was called before the result came says nothing of what it does with that.
        let given = fingerprint(from, st.outcome, &this, &arguments);
        let key = (closure.script, closure.function, closure.scope, given);
        if let Some((count, value)) = self.run.calls_seen.get(&key)
            && *count >= MAX_REPEATED_CALLS
        {
            let value = value.clone();
            self.run.cut_short = true;
            self.leave();
            self.tell_not_followed(place, st);
            return Some(value);
        }
        let trail = st.trail.clone();
        let control = st.control.clone();
        let result = self.run_function(closure, this, arguments, &call, st);
        self.leave();
        let mut value = result?;
        // A value that a condition on the result chose inside depends on the result.
        if st.trail.depth() > trail.depth() && !matches!(value.single(), Some(Atom::Undefined)) {
            value.taint = value.taint.with(Taint::CHOSEN);
        } else {
            st.trail = trail;
        }
        st.control = st.control.common(&control);
        self.note_call(key, &value, place);
        Some(value)
    }

    /// Calls a generator function.
    fn call_generator(
        &mut self,
        closure: &Closure,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let function = self.project.script(closure.script).function(closure.function);
        // One that a compiler hands to its helper is written around that, not within it.
        let frame = self.frame();
        let is_written_here = (frame.script, Some(frame.function)) == (closure.script, function.parent);
        if self.run.executors > 0 && !function.is_async && !is_written_here {
            let closure = closure.clone();
            let (style, regions, runner) = (None, [].into(), Runner::Executor);
            let generator = Generator { closure, this, arguments, call, style, regions, runner };
            return Some(Value::object(self.make_generator(generator, call.place, st)));
        }
        if !function.is_async && self.is_run_by_saga(closure) {
            return self.run_as(closure, this, arguments, &call, true, st);
        }
        self.run_generator(closure, this, arguments, &call, st);
        let seen = if st.outcome { Taint::RESULT } else { Taint::NONE };
        Some(self.unknown(Origin::Call(call.place, None)).tainted(seen))
    }

    /// Remembers what a call gave: where it gives something else each time, the next may give anything.
    fn note_call(&mut self, key: CallKey, value: &Value, place: Place) {
        let anything = self.cut_off(place);
        match self.run.calls_seen.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert((1, value.clone()));
            }
            Entry::Occupied(mut entry) => {
                let (count, known) = entry.get_mut();
                *count = count.saturating_add(1);
                if *known != *value {
                    *known = anything;
                }
            }
        }
    }

    /// Runs a generator's body for the payments in it; nobody knows how far it gets, and with which values. What it throws
    /// goes to whoever goes through it, as a rule at once.
    fn run_generator(&mut self, closure: &Closure, this: Value, given: Vec<Value>, call: &HostCall, st: &mut State) {
        let (before, place) = (st.clone(), call.place);
        st.control = st.control.push(Arm { condition: place, number: 2, kind: ArmKind::Unsure(place) });
        let ran = self.run_function(closure, this, given, call, st);
        *st = if ran.is_some() { std::mem::take(st).join(before, self.overflow) } else { before };
    }
}

/// A function with the names around it, and the `fingerprint` of what it is given.
pub(in crate::eval) type CallKey = (ScriptId, FnId, Option<ScopeId>, u64);

/// A call that is repeated with the same arguments in one run adds nothing after so many times.
const MAX_REPEATED_CALLS: u8 = 8;

/// A number that is the same for the same place, `this` and arguments, before the result or after.
fn fingerprint(from: Option<Place>, outcome: bool, this: &Value, arguments: &[Value]) -> u64 {
    let mut hasher = FxHasher::default();
    (from, outcome).hash(&mut hasher);
    for value in std::iter::once(this).chain(arguments) {
        for atom in &value.atoms {
            std::mem::discriminant(atom).hash(&mut hasher);
            match atom {
                Atom::Undefined | Atom::Null => {}
                Atom::Bool(b) => b.hash(&mut hasher),
                Atom::Number(n) => n.to_bits().hash(&mut hasher),
                Atom::Text(text) => text.hash(&mut hasher),
                Atom::Object(id) => id.hash(&mut hasher),
                Atom::Unknown(id) => id.hash(&mut hasher),
            }
        }
        u8::MAX.hash(&mut hasher);
    }
    hasher.finish()
}
