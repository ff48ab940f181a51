//! Calls of payment APIs: what is paid, who receives the result, and the result for a code.

use std::sync::Arc;

use crate::api::{APIS, CallForm, CallbackAt, PaymentApi, Receives, Returns};
use crate::eval::Place;
use crate::eval::event::{CallbackRef, Channel, EffectEvent, KeyEvent, ParamsEvent, SiteEvent};
use crate::eval::machine::{Machine, Mode};
use crate::eval::platform::host::HostCall;
use crate::eval::platform::ready::Level;
use crate::eval::state::{Control, State, Trail};
use crate::eval::task::Task;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::slots::Slots;
use crate::eval::values::unknown::Origin;
use crate::eval::values::unknown::Reason;
use crate::eval::values::value::{Atom, Taint, Value};

/// The call whose outcome a run looks for, and the code that it is given.
#[derive(Clone, Debug)]
pub struct ActiveSite {
    /// The API.
    pub api: &'static PaymentApi,
    /// The call that touches the API.
    pub place: Place,
    /// The payment's own call: that one, or a wrapper's that leads to it.
    pub site: Place,
    /// The code; none for one that nobody documented.
    pub code: Option<&'static str>,
}

/// Whether segments are those of a path that is written with dots.
pub(in crate::eval) fn is_path(segments: &[Arc<str>], written: &str) -> bool {
    // Hardly any path ends like one that is asked for.
    segments.last().is_some_and(|last| written.ends_with(&**last))
        && segments.iter().map(|s| &**s).eq(written.split('.'))
}

impl Machine<'_> {
    /// Calls a payment API, when the callee and its arguments say so.
    pub(in crate::eval) fn call_payment(
        &mut self,
        path: &[Arc<str>],
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let forms = APIS.iter().flat_map(|api| api.calls.iter().map(move |form| (api, form)));
        let named = |form: &CallForm| {
            form.name.as_ref().is_none_or(|name| {
                arguments.get(name.index).is_some_and(|a| a.as_text().is_some_and(|t| **t == *name.value))
            })
        };
        let (api, form) = forms.into_iter().find(|(_, form)| is_path(path, form.callee) && named(form))?;
        Some(self.pay(api, form, arguments, call, st))
    }

    fn pay(
        &mut self,
        api: &'static PaymentApi,
        form: &'static CallForm,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> Value {
        if st.outcome && matches!(self.mode, Mode::Outcome(_)) {
            let effect = EffectEvent { channel: Channel::Payment, ..self.effect_of(&Value::undefined(), st) };
            self.record(st, call.place, effect);
            self.run.next_payments += 1;
            // What comes of that payment is no part of this one's outcome.
            return match form.returns {
                Returns::Promise => {
                    let promise = self.make_promise(call.place, st);
                    self.await_next_payment(promise, st);
                    Value::object(promise)
                }
                _ => self.unknown(Origin::Call(call.place, None)),
            };
        }
        let params: Vec<ObjectId> = arguments.get(form.params).iter().flat_map(|p| p.objects()).collect();
        params.into_iter().for_each(|id| self.open_if_growing(id, st));
        let callbacks = self.callbacks_of(form, arguments, call, st);
        let promise = (form.returns == Returns::Promise).then(|| self.make_promise(call.place, st));
        if matches!(self.mode, Mode::Explore) {
            let params = self.params_of(form, arguments, call.place, st);
            let ready = if self.is_order_waited_for(api, &params, st) { st.ready.of_a_request() } else { st.ready };
            let event = SiteEvent {
                api,
                form,
                place: call.place,
                callee: call.callee,
                function: self.frame().function,
                links: self.links(&call, false, st),
                late_site: self.site_of(&call, true, st),
                ready,
                turn: self.turn,
                by_event: self.event_turns.contains(&self.turn),
                optional: call.optional,
                caught: self.run.tries.last().copied().or_else(|| self.try_of_step(st)),
                route: self.route(),
                called: self.called(st),
                params,
                params_place: self.argument_place(form.params, call),
                callbacks: callbacks.clone(),
                promise,
                in_promise: self.run.executors > 0 || promise.is_some(),
                state: st.clone(),
            };
            self.sites.push(event);
        }
        self.give_result(api, callbacks, promise, &call, st);
        promise.map_or_else(Value::undefined, Value::object)
    }

    /// The payment's own call: this one, or a wrapper's that leads to it.
    fn site_of(&self, call: &HostCall, late: bool, st: &State) -> Place {
        self.links(call, late, st).last().map_or(call.place, |link| link.place)
    }

    /// Where an argument is written; none where it is spread, bound or applied.
    fn argument_place(&self, index: usize, call: HostCall) -> Option<Place> {
        let (script, list) = call.written?;
        let source = self.project.script(script);
        let arguments = source.args(list);
        let plain = arguments.iter().take(index + 1).all(|a| !a.spread);
        let argument = arguments.get(index).filter(|_| plain)?;
        Some(Place { script, span: source.expr_span(argument.value) })
    }

    /// Hands the result to whoever receives it: the active code's, or one that nobody knows.
    fn give_result(
        &mut self,
        api: &'static PaymentApi,
        callbacks: Vec<CallbackRef>,
        promise: Option<ObjectId>,
        call: &HostCall,
        st: &mut State,
    ) {
        let place = call.place;
        let active = if let Mode::Outcome(active) = &self.mode { Some(active.clone()) } else { None };
        let is_active = active.as_ref().is_some_and(|a| a.place == place && a.site == self.site_of(call, false, st));
        let explores = active.is_none();
        let kept = (st.outcome, st.answered, st.ready, st.control.clone(), st.trail.clone());
        st.outcome |= is_active || explores;
        if is_active {
            // What led to the payment is no condition of its outcome.
            st.control = Control::default();
            st.trail = Trail::default();
            self.tell_payment(place, st);
            st.answered = false;
            self.run.outcome_objects = self.objects;
        }
        st.ready = st.ready.waited(place);
        let result = match active {
            Some(active) if is_active => self.result(&active, st),
            _ => self.any_result(api, place, st),
        };
        self.schedule_results(&callbacks, &result, explores, st);
        if let Some(promise) = promise {
            // The API's own promise: that it resolves is no effect.
            self.run.consumed.insert(promise);
            self.settle(promise, false, result, place, st);
        }
        (st.outcome, st.answered, st.ready, st.control, st.trail) = kept;
    }

    /// Puts the functions that receive a result in line.
    pub(in crate::eval) fn schedule_results(
        &mut self,
        callbacks: &[CallbackRef],
        result: &Value,
        explores: bool,
        st: &mut State,
    ) {
        for callback in callbacks {
            let arguments = match callback.receives {
                Receives::Result | Receives::Both => Some(vec![result.clone()]),
                Receives::Error if explores => None,
                Receives::Error => continue,
            };
            let task = Task {
                this: callback.this.clone(),
                ..self.task(callback.value.clone(), arguments, callback.place, st)
            };
            self.schedule(task, st);
        }
    }

    /// The result object for a code.
    pub(in crate::eval) fn result(&mut self, active: &ActiveSite, st: &mut State) -> Value {
        let code = match active.code {
            Some(code) => Value::text(code),
            None => {
                let unknown = self.unknowns.make(Origin::UndocumentedCode);
                Value::unknown(unknown)
            }
        };
        self.result_object(active.api, code.tainted(Taint::CODE), active.place, st)
    }

    /// A result of which nothing is known.
    fn any_result(&mut self, api: &'static PaymentApi, place: Place, st: &mut State) -> Value {
        let code = self.unknown(Origin::ResultField(api.result_field.into())).tainted(Taint::RESULT);
        self.result_object(api, code, place, st)
    }

    fn result_object(&mut self, api: &'static PaymentApi, code: Value, place: Place, st: &mut State) -> Value {
        let known = self.result_fields.as_ref().filter(|(of, at, _)| std::ptr::eq(*of, api) && *at == place);
        let fields = match known {
            Some((.., fields)) => fields.clone(),
            None => self.fields_of_result(api, place),
        };
        let mut result = Object { properties: fields, ..Object::of(ObjectKind::Result, place) };
        if let Some(field) = result.properties.first_mut() {
            field.value = code;
        }
        let result = self.alloc(st, result);
        self.last_result = Some(result);
        Value::object(result)
    }

    /// The fields of a result at a place, the code's first. Each run of a payment makes several results.
    fn fields_of_result(&mut self, api: &'static PaymentApi, place: Place) -> Slots {
        let mut object = Object::of(ObjectKind::Result, place);
        for name in [api.result_field].iter().chain(api.error_fields) {
            object.put((*name).into(), Value::undefined(), place);
        }
        for field in api.result_fields {
            let value = self.unknown(Origin::ResultField(field.name.into())).tainted(Taint::RESULT);
            object.put(field.name.into(), value, place);
        }
        self.result_fields = Some((api, place, object.properties.clone()));
        object.properties
    }

    fn callbacks_of(&mut self, form: &CallForm, arguments: &[Value], call: HostCall, st: &State) -> Vec<CallbackRef> {
        let mut found = Vec::new();
        for callback in form.callbacks {
            match callback.at {
                CallbackAt::Argument(index) => {
                    let place = self.argument_place(index, call).unwrap_or(call.place);
                    if let Some(value) = arguments.get(index).filter(|v| self.may_be_function(v, st)) {
                        found.push(CallbackRef {
                            value: value.clone(),
                            this: Value::undefined(),
                            place,
                            receives: callback.receives,
                        });
                    }
                }
                CallbackAt::Property(name) => {
                    let params = arguments.get(form.params).cloned().unwrap_or_else(Value::undefined);
                    for id in params.objects() {
                        let Some(slot) = self.object(st, id).and_then(|o| o.own(name)) else { continue };
                        if self.may_be_function(&slot.value, st) {
                            let (value, at) = (slot.value.clone(), slot.place);
                            found.push(CallbackRef {
                                value,
                                this: Value::object(id),
                                place: at,
                                receives: callback.receives,
                            });
                        }
                    }
                }
            }
        }
        found
    }

    fn params_of(&mut self, form: &CallForm, arguments: &[Value], place: Place, st: &State) -> ParamsEvent {
        let Some(value) = arguments.get(form.params) else { return ParamsEvent::Missing };
        if let (Some(key), Some(Atom::Text(_))) = (form.bare_string, value.single()) {
            let key = KeyEvent { key: key.into(), value: value.clone(), place: None };
            return ParamsEvent::Object { keys: vec![key], open: None, hides: false, made: None };
        }
        match value.single() {
            Some(Atom::Object(id)) => self.keys_of(*id, place, st),
            Some(Atom::Unknown(id)) => {
                let partial = self.unknowns.partial_text(*id).is_some();
                if partial && form.bare_string.is_none() {
                    return ParamsEvent::NotAnObject(value.clone());
                }
                let (reason, at) = self.unknowns.reason(*id);
                ParamsEvent::Unknown(reason, at.unwrap_or(place))
            }
            Some(Atom::Undefined | Atom::Null) => ParamsEvent::Missing,
            Some(_) => ParamsEvent::NotAnObject(value.clone()),
            None => ParamsEvent::Unknown(Reason::Escaped, place),
        }
    }

    /// Whether what was waited for, by code that is not at hand, gave the order: such code asks a server.
    fn is_order_waited_for(&self, api: &PaymentApi, params: &ParamsEvent, st: &State) -> bool {
        let (ParamsEvent::Object { keys, .. }, Some(waited), Level::Unknown) =
            (params, st.ready.evidence, st.ready.level)
        else {
            return false;
        };
        if self.waits_by_name.contains(&waited) {
            return false;
        }
        let answers = |id| *self.unknowns.origin(self.root_of(id)) == Origin::Answer(waited);
        let is_order = |key: &&KeyEvent| api.order_keys.contains(&&*key.key);
        keys.iter().filter(is_order).any(|k| k.value.as_unknown().is_some_and(answers))
    }

    fn keys_of(&self, id: ObjectId, place: Place, st: &State) -> ParamsEvent {
        let Some(cell) = self.object(st, id) else { return ParamsEvent::Unknown(Reason::Escaped, place) };
        if !matches!(cell.kind, ObjectKind::Plain) {
            return ParamsEvent::Unknown(Reason::Escaped, place);
        }
        let unknown = self.overflow;
        let key_of = |p: &crate::eval::values::heap::PropertySlot| {
            let mut value = p.value.clone();
            if self.may_have_changed(id, &p.key, st) {
                value.join(&Value::unknown(unknown), unknown);
            }
            KeyEvent { key: p.key.clone(), value, place: Some(p.place) }
        };
        let keys = cell.properties.iter().map(key_of).collect();
        let filled_in = |api: &PaymentApi| api.order_keys.iter().any(|k| self.assigned.once.contains(*k));
        let shared = cell.turn != self.turn && APIS.iter().any(filled_in);
        let hides = cell.open || cell.prototype.is_some();
        let open = (hides || shared).then_some((Reason::DynamicProperty, cell.made));
        ParamsEvent::Object { keys, open, hides, made: Some(cell.made) }
    }
}
