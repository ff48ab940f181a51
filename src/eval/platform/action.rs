//! Hooks of libraries for requests, `useMutation({ mutationFn, onSuccess, onError })`, `useRequest(pay, { onError })`: they
//! give functions that run the one which they were given, and hand its end to handlers.

use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::Value;

/// The property that holds the function, where it is no argument of its own.
const FUNCTION: &str = "mutationFn";
/// Members that run the function, and whether they give its promise.
const RUNS: &[(&str, bool)] = &[("mutate", false), ("run", false), ("mutateAsync", true), ("runAsync", true)];
/// What receives the result, the error, and either.
const HANDLERS: [&str; 4] = ["onSuccess", "onError", "onSettled", "onFinally"];

impl Machine<'_> {
    /// What such a hook gives; none where it is none, or is given no function that is at hand.
    pub(in crate::eval) fn call_action_hook(
        &mut self,
        name: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        if !lists(PLATFORM.action_hooks, name) {
            return None;
        }
        let (first, second) = (arguments.first()?, arguments.get(1));
        let callable = |value: &Value| value.atoms.iter().all(|atom| self.is_callable(st, atom));
        let (function, options) = if callable(first) {
            (first.clone(), second.and_then(Value::as_object))
        } else {
            let options = first.as_object()?;
            (self.object(st, options)?.own(FUNCTION)?.value.clone(), Some(options))
        };
        if !callable(&function) {
            return None;
        }
        let mut given = Object { open: true, ..Object::plain(place) };
        for (name, gives) in RUNS {
            let kind = ObjectKind::Action { function: function.clone(), options, gives: *gives };
            let run = self.alloc(st, Object::of(kind, place));
            given.put((*name).into(), Value::object(run), place);
        }
        // Some event will run it.
        let run = given.own("run")?.value.clone();
        let variables = self.unknown(Origin::Parameter(place, 0));
        let task = self.task(run, Some(vec![variables]), place, st);
        self.schedule(task, st);
        Some(Value::object(self.alloc(st, given)))
    }

    /// Calls a function that such a hook gave.
    pub(in crate::eval) fn run_action(
        &mut self,
        (function, options, gives): (&Value, Option<ObjectId>, bool),
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let returned = self.call_any(function, Value::undefined(), arguments, call, st)?;
        let promise = match returned.as_object().filter(|id| self.promise_in(*id, st).is_some()) {
            Some(promise) => promise,
            None => {
                let promise = self.make_promise(call.place, st);
                self.settle(promise, false, returned, call.place, st);
                promise
            }
        };
        if let Some(options) = options {
            let handler = |name| self.object(st, options).and_then(|o| o.own(name)).map(|slot| slot.value.clone());
            let [resolved, rejected, settled, finally] = HANDLERS.map(handler);
            if resolved.is_some() || rejected.is_some() {
                let handlers = [resolved, rejected].map(|handler| handler.unwrap_or_else(Value::undefined));
                self.react_unwanted(promise, "then", handlers.to_vec(), call.place, st);
            }
            for either in [settled, finally].into_iter().flatten() {
                self.react_unwanted(promise, "finally", vec![either], call.place, st);
            }
        }
        Some(if gives { Value::object(promise) } else { Value::undefined() })
    }

    /// Registers handlers of which nobody takes what they return.
    fn react_unwanted(&mut self, promise: ObjectId, how: &str, handlers: Vec<Value>, place: Place, st: &mut State) {
        let next = self.then(promise, how, handlers, place, st);
        self.run.unwanted.extend(next.objects());
    }
}
