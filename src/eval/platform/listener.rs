//! Listeners for the bridge: those that hear its event, those that never do, and libraries that wait by themselves.

use std::sync::Arc;

use crate::api::platform::lists;
use crate::api::{APIS, PLATFORM};
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::platform::payment::is_path;
use crate::eval::state::State;
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
        let names_event = |value: &Value| {
            let Some(text) = value.as_text() else { return false };
            let name = text.strip_prefix("on").filter(|_| last == "attachEvent").unwrap_or(text);
            APIS.iter().filter_map(|a| a.ready.as_ref()).any(|r| name.split(' ').any(|n| n == r.event))
        };
        let Some(index) = arguments.iter().position(names_event) else { return false };
        for function in arguments.iter().skip(index + 1) {
            if function.atoms.iter().any(|a| self.is_callable(st, a)) {
                let mut task = self.task(function.clone(), None, call.place, st);
                task.ready = st.ready.in_listener(call.place);
                self.schedule(task, st);
            }
        }
        true
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
