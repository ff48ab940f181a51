//! Listeners for the bridge: those that hear its event, those that never do, and libraries that wait by themselves.

use std::sync::Arc;

use crate::api::platform::lists;
use crate::api::{APIS, PLATFORM};
use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::platform::payment::is_path;
use crate::eval::state::State;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::Value;

impl Machine<'_> {
    /// `document.addEventListener('AlipayJSBridgeReady', f)` in all its forms.
    pub(in crate::eval) fn register_ready_listener(
        &mut self,
        last: &str,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> bool {
        if !lists(PLATFORM.registering_functions, last) {
            return false;
        }
        let named = |value: &Value| names_ready_event(value, last == "attachEvent");
        // `await once(document, 'AlipayJSBridgeReady')` gives a promise.
        let Some(index) = arguments.iter().position(named).filter(|index| index + 1 < arguments.len()) else {
            return false;
        };
        for function in arguments.iter().skip(index + 1) {
            if function.atoms.iter().any(|a| self.is_callable(st, a)) {
                let mut task = self.task(function.clone(), None, call.place, st);
                task.ready = st.ready.in_listener(call.place);
                self.schedule(task, st);
            }
        }
        true
    }

    /// Notes a function that is not at hand and is given the ready event's name: what it waits for is the bridge.
    pub(in crate::eval) fn note_event_wait(&mut self, arguments: &[Value], place: Place) -> bool {
        let waits = arguments.iter().any(|value| names_ready_event(value, false));
        if waits {
            self.waits_for_event.insert(place);
        }
        waits
    }

    /// Whether a function belongs to what such a call gave: `fromEvent(document, 'AlipayJSBridgeReady').subscribe`.
    pub(in crate::eval) fn waits_for_event(&self, mut id: UnknownId) -> bool {
        if self.waits_for_event.is_empty() {
            return false;
        }
        loop {
            id = match self.unknowns.origin(id) {
                Origin::Call(place, _) if self.waits_for_event.contains(place) => return true,
                Origin::Property(of, _) | Origin::Call(_, Some(of)) => *of,
                _ => return false,
            };
        }
    }

    /// A listener that never hears the bridge: for another container's event, or by `attachEvent`, which no browser has
    /// that the bridge lives in.
    pub(in crate::eval) fn register_stray_listener(
        &mut self,
        last: &str,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> bool {
        let others = |value: &Value| {
            let name = value.as_text().map(|t| t.strip_prefix("on").unwrap_or(t));
            name.is_some_and(|name| lists(PLATFORM.other_ready_events, name))
        };
        let registers = lists(PLATFORM.registering_functions, last);
        let stray = registers && arguments.first().is_some_and(|event| last == "attachEvent" || others(event));
        let listener = arguments.get(1).filter(|f| stray && f.atoms.iter().any(|a| self.is_callable(st, a)));
        let Some(listener) = listener else { return false };
        let mut task = self.task(listener.clone(), None, call.place, st);
        task.ready.stray = true;
        self.schedule(task, st);
        true
    }

    /// `ap.ready(f)`: a library that tests and waits.
    pub(in crate::eval) fn wait_by_library(
        &mut self,
        path: &[Arc<str>],
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let waits =
            |a: &&crate::api::PaymentApi| a.ready.as_ref().is_some_and(|r| r.waits.iter().any(|w| is_path(path, w)));
        APIS.iter().find(waits)?;
        if let Some(function) = arguments.first() {
            let mut task = self.task(function.clone(), None, call.place, st);
            task.ready = st.ready.waited(call.place);
            self.schedule(task, st);
        }
        let promise = self.make_promise(call.place, st);
        let kept = st.ready;
        st.ready = kept.waited(call.place);
        self.settle(promise, false, Value::undefined(), call.place, st);
        st.ready = kept;
        Some(Value::object(promise))
    }
}

/// Whether a value is the name of a ready event, among others or alone.
fn names_ready_event(value: &Value, with_on: bool) -> bool {
    let Some(text) = value.as_text() else { return false };
    let name = text.strip_prefix("on").filter(|_| with_on).unwrap_or(text);
    APIS.iter().filter_map(|a| a.ready.as_ref()).any(|r| name.split(' ').any(|n| n == r.event))
}
