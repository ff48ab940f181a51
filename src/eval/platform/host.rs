//! Calls of what is not at hand, and who takes them: the parts of the evaluator that know what is called, the table of
//! effects (`effect`), or, where nobody knows it, `outside`. What is called is for `callee` to say.

use std::sync::Arc;

use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::payment::is_path;
use crate::eval::state::State;
use crate::eval::values::unknown::UnknownId;
use crate::eval::values::value::{Taint, Value};
use crate::ir::{Argument, ExprId, List, ScriptId};

/// A call of something that is not at hand.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct HostCall {
    /// The call.
    pub place: Place,
    /// Its callee.
    pub callee: Place,
    /// Whether a `?.` on the way would skip it.
    pub optional: bool,
    /// The script, and the callee in it.
    pub written_callee: Option<(ScriptId, ExprId)>,
    /// The arguments as they are written, in the script that runs when the call is made.
    pub written: Option<(ScriptId, List<Argument>)>,
}

impl HostCall {
    /// A call that stands in no call expression of its own.
    pub(in crate::eval) const fn at(place: Place) -> Self {
        Self { place, callee: place, optional: false, written_callee: None, written: None }
    }
}

impl Machine<'_> {
    /// Calls an unknown.
    pub(in crate::eval) fn call_unknown(
        &mut self,
        id: UnknownId,
        this: Value,
        arguments: Vec<Value>,
        taint: Taint,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        self.note_given(std::iter::once(&this).chain(&arguments), st);
        let path = self.path_of_call(id, call);
        let last = path.last().cloned().unwrap_or_else(|| "*".into());
        if let Some(value) = self.call_known((id, &path, &last), &this, &arguments, call, st) {
            return value;
        }
        self.write_component_state(&last, &this, &arguments, call.place, st);
        if let Some(entry) = self.effect_entry(id, &path, &arguments) {
            // What is given to something that a test of the bridge chose, or that waits for it, may run behind both.
            let kept = st.ready;
            if this.taint.has(Taint::GUARD) || self.waits_for_event(id) {
                st.ready = kept.after_unknown(call.place);
            }
            let waits = !self.is_host(id) && self.note_event_wait(&arguments, call.place);
            let value = self.call_effect(entry, id, path, arguments, call, st);
            st.ready = kept;
            let taint = if waits { Taint::EXTERNAL.with(Taint::GUARD) } else { Taint::NONE };
            return value.map(|value| value.tainted(taint));
        }
        if let Some(global) = self.unknowns.global_path(id)
            && let Some(value) = self.call_global(&global, &arguments, call.place, st)
        {
            return value;
        }
        if let Some(function) = arguments.first().filter(|_| lists(PLATFORM.passing_functions, &last))
            && function.atoms.iter().any(|a| self.is_callable(st, a))
        {
            return Some(function.clone());
        }
        if let (Some(of), "call" | "apply" | "bind") = (self.receiver_of(id), &*last) {
            return self.call_function_method(&Value::unknown(of), &last, arguments, call, st);
        }
        Some(self.call_nobody_knows(id, path, this, arguments, taint, call, st))
    }

    /// Calls what the evaluator follows itself: payments, waits, listeners, the language, frameworks, stores. None where
    /// it is none of these.
    fn call_known(
        &mut self,
        (id, path, last): (UnknownId, &[Arc<str>], &str),
        this: &Value,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> Option<Option<Value>> {
        if let Some(value) = self.call_payment(path, arguments, call, st) {
            return Some(Some(value));
        }
        if let Some(value) = self.wait_by_library(path, arguments, call, st) {
            return Some(Some(value));
        }
        if self.is_boolean_of(id, this) {
            return Some(Some(Value::bool(false)));
        }
        if let Some(value) = self.call_async_helper(id, last, arguments, call, st) {
            return Some(value);
        }
        if let (true, Some(module)) = (is_path(path, "require"), arguments.first().and_then(Value::as_text)) {
            return Some(Some(self.required(&module.clone(), st)));
        }
        if self.register_ready_listener(last, arguments, call, st) {
            return Some(Some(Value::undefined()));
        }
        self.note_opening_call(last, arguments, call.place, st);
        if self.register_stray_listener(last, arguments, call, st) {
            return Some(Some(Value::undefined()));
        }
        if let Some(of) = self.receiver_of(id)
            && matches!(last, "then" | "catch" | "finally")
        {
            return Some(Some(self.unknown_then(of, last, arguments.to_vec(), call.place, st)));
        }
        if let Some(app) = self.call_get_app(last, call.place, st) {
            return Some(Some(app));
        }
        if let Some(value) = self.call_saga_effect(id, last, arguments, call, st) {
            return Some(value);
        }
        self.call_plugin(last, this, arguments, call, st);
        let known = self.call_language(id, last, this, arguments, call.place, st);
        let known = known.or_else(|| self.call_framework(id, last, arguments, call.place, st));
        let known = known.or_else(|| self.call_emitter(last, this, arguments, call, st));
        known.or_else(|| self.call_any_store(last, arguments, call.place, st))
    }

    /// Calls a function by its name alone, as one that is not at hand.
    pub(in crate::eval) fn call_outside(
        &mut self,
        id: UnknownId,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let path = self.unknowns.path(id).clone();
        match self.effect_entry(id, &path, &arguments) {
            Some(entry) => self.call_effect(entry, id, path, arguments, call, st),
            None => Some(self.call_nobody_knows(id, path, this, arguments, Taint::NONE, call, st)),
        }
    }
}
