//! `Promise.all` and its kin.

use crate::eval::Place;
use crate::eval::language::promise::Settlement;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};

impl Machine<'_> {
    /// `Promise.withResolvers()`.
    pub(in crate::eval) fn with_resolvers(&mut self, place: Place, st: &mut State) -> Value {
        let promise = self.make_promise(place, st);
        let [resolve, reject] = [false, true].map(|rejects| {
            let kind = ObjectKind::Settler { promise, rejects };
            Value::object(self.alloc(st, Object::of(kind, place)))
        });
        let fields = vec![("promise", Value::object(promise)), ("resolve", resolve), ("reject", reject)];
        self.make_object(ObjectKind::Plain, fields, place, st)
    }

    /// `Promise.all` and `allSettled` wait for each, `race` and `any` for the first.
    pub(in crate::eval) fn combine(&mut self, path: &str, list: &Value, place: Place, st: &mut State) -> Value {
        let Some(elements) = self.iterate(list, place, st) else {
            self.escape(list, place, false, st);
            return self.unknown(Origin::Call(place, None)).tainted(list.taint);
        };
        self.drain(st);
        let promise = self.make_promise(place, st);
        if matches!(path, "Promise.race" | "Promise.any") {
            for element in elements {
                self.settle(promise, false, element, place, st);
            }
            return Value::object(promise);
        }
        let kept = (st.ready, st.outcome, st.control.clone(), st.trail.clone());
        if path == "Promise.all" {
            // What rejects one of them rejects all.
            let rejections: Vec<Settlement> = elements.iter().flat_map(|e| self.rejections_of(e, st)).collect();
            for settlement in rejections {
                (st.ready, st.outcome) = (settlement.ready, settlement.outcome);
                (st.control, st.trail) = (settlement.control, settlement.trail);
                self.settle(promise, true, settlement.value, settlement.place, st);
                (st.ready, st.outcome) = (kept.0, kept.1);
                (st.control, st.trail) = (kept.2.clone(), kept.3.clone());
            }
        }
        let of_all = path == "Promise.all";
        let value_of = |element: &Value, machine: &mut Self, st: &mut State| {
            if of_all { machine.resolution_of(element, place, st) } else { machine.report_of(element, place, st) }
        };
        let values: Option<Vec<Value>> = elements.iter().map(|element| value_of(element, self, st)).collect();
        if let Some(values) = values {
            let array = Value::object(self.make_array(values, false, place, st));
            self.settle(promise, false, array, place, st);
        }
        (st.ready, st.outcome, st.control, st.trail) = kept;
        Value::object(promise)
    }

    /// What an element resolves to; none where it is only ever rejected.
    fn resolution_of(&mut self, element: &Value, place: Place, st: &mut State) -> Option<Value> {
        self.run.catchers.push(Vec::new());
        let value = self.wait_for(element, place, st);
        // The rejections were handed on by themselves.
        self.run.catchers.pop();
        value
    }

    /// What `allSettled` says of an element.
    fn report_of(&mut self, element: &Value, place: Place, st: &mut State) -> Option<Value> {
        let rejections = self.rejections_of(element, st);
        let is_promise = element.as_object().is_some_and(|id| self.promise_in(id, st).is_some());
        let mut reports: Option<Value> = None;
        for settlement in &rejections {
            st.outcome |= settlement.outcome;
            if st.trail.depth() < settlement.trail.depth() {
                st.trail = settlement.trail.clone();
            }
            let fields = vec![("status", Value::text("rejected")), ("reason", settlement.value.clone())];
            let report = self.make_object(ObjectKind::Plain, fields, place, st);
            match &mut reports {
                Some(all) => all.join(&report, self.overflow),
                None => reports = Some(report),
            }
        }
        let only_rejected = is_promise && !rejections.is_empty() && !self.has_resolution(element, st);
        if !only_rejected && let Some(value) = self.resolution_of(element, place, st) {
            let fields = vec![("status", Value::text("fulfilled")), ("value", value)];
            let report = self.make_object(ObjectKind::Plain, fields, place, st);
            match &mut reports {
                Some(all) => all.join(&report, self.overflow),
                None => reports = Some(report),
            }
        } else if let Some(id) = element.as_object() {
            self.run.consumed.insert(id);
            self.run.awaited |= rejections.iter().any(|s| s.outcome);
        }
        reports
    }

    fn has_resolution(&self, value: &Value, st: &State) -> bool {
        let promise = value.as_object().and_then(|id| self.promise_in(id, st));
        promise.is_some_and(|p| p.settlements.iter().any(|s| !s.rejected))
    }

    fn rejections_of(&mut self, value: &Value, st: &State) -> Vec<Settlement> {
        let Some(Atom::Object(id)) = value.single() else { return Vec::new() };
        let Some(promise) = self.promise_in(*id, st) else { return Vec::new() };
        let rejections: Vec<Settlement> = promise.settlements.iter().filter(|s| s.rejected).cloned().collect();
        self.run.awaited |= promise.settlements.iter().any(|s| s.outcome);
        self.run.consumed.insert(*id);
        rejections
    }
}
