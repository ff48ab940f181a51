//! Generators in a run. One that a promise's executor steps through is an `async` function in other words: its first
//! `next()` runs the whole body, where `yield` waits, and gives what settles the promise. Others stay opaque.

use std::rc::Rc;

use crate::eval::Place;
use crate::eval::compiled::lowered::{AsyncHelper, RuntimeCall, Style, async_helper, makes_generator, runtime_call};
use crate::eval::compiled::stepper::{Region, Runner};
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::heap::{Closure, Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{Argument, ExprId, List};

/// A generator that was made and has not run.
#[derive(Clone, Debug)]
pub struct Generator {
    /// Its body; of steps, the function that runs one.
    pub closure: Closure,
    /// Its `this`.
    pub this: Value,
    /// Its arguments.
    pub arguments: Vec<Value>,
    /// The call that made it.
    pub(in crate::eval) call: HostCall,
    /// How its steps are told; none for a `function*`.
    pub style: Option<Style>,
    /// Where steps may be caught.
    pub regions: Rc<[Region]>,
    /// Who runs them.
    pub runner: Runner,
}

/// Objects of what bundlers and compilers bring along.
#[derive(Clone, Debug)]
pub enum Part {
    /// A generator.
    Generator(Rc<Generator>),
    /// Its `next`.
    Next(ObjectId),
    /// A function that runs generators: what it calls to get one.
    Async(Value),
    /// What a step function is given.
    Context,
    /// A method of that.
    Method {
        /// Of which context.
        context: ObjectId,
        /// Its name.
        name: &'static str,
    },
    /// A loader of modules.
    Loading(crate::eval::compiled::chunk::Loading),
    /// What a step function gives back where it ends in another way than by waiting.
    Leave(crate::eval::compiled::leave::Leave),
}

impl Part {
    /// Whether it can be called.
    pub(in crate::eval) const fn is_callable(&self) -> bool {
        matches!(self, Self::Next(_) | Self::Async(_) | Self::Method { .. } | Self::Loading(_))
    }
}

impl Machine<'_> {
    /// Calls of a generator's run-time that are known by their shape: `x.wrap(function (context) {…}, …)`.
    pub(in crate::eval) fn call_runtime(
        &mut self,
        expr: ExprId,
        callee: ExprId,
        list: List<Argument>,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let known = runtime_call(self.script(), callee, list)?;
        let place = self.place(expr);
        let Some(arguments) = self.arguments(list, st) else { return Some(None) };
        let Some(function) = arguments.first() else { return Some(Some(Value::undefined())) };
        let style = match known {
            RuntimeCall::Mark => return Some(Some(function.clone())),
            RuntimeCall::Make(style) => style,
            RuntimeCall::Run => Style::Wrap,
        };
        let closure = function.as_object().and_then(|id| self.closure_in(id, st))?;
        let this = arguments.get(2).cloned().unwrap_or_else(Value::undefined);
        let regions = self.regions_of(arguments.get(3), st);
        let call = HostCall::at(place);
        let arguments = Vec::new();
        let (style, runner) = (Some(style), Runner::Executor);
        let generator = Generator { closure, this, arguments, call, style, regions, runner };
        if known != RuntimeCall::Run && self.run.executors == 0 {
            return Some(Some(self.stepped_by_others(generator, place, st)));
        }
        let made = self.make_generator(generator, place, st);
        Some(if known == RuntimeCall::Run { self.run_generator_of(made, place, st) } else { Some(Value::object(made)) })
    }

    /// A generator in steps that no executor at hand runs: a saga's is run as an `async` function; any other for the
    /// payments in it, since nobody knows how far it gets.
    fn stepped_by_others(&mut self, generator: Generator, place: Place, st: &mut State) -> Value {
        if self.is_saga_in_steps(&generator.closure) {
            let made = self.make_generator(generator, place, st);
            return self.run_generator_of(made, place, st).unwrap_or_else(Value::undefined);
        }
        let tried = Generator { runner: Runner::Unknown, ..generator.clone() };
        let tried = self.make_generator(tried, place, st);
        let before = st.clone();
        st.control = st.control.push(Arm { condition: place, number: 2, kind: ArmKind::Unsure(place) });
        self.run.catchers.push(Vec::new());
        let ran = self.run_generator_of(tried, place, st);
        self.run.catchers.pop();
        *st = if ran.is_some() { std::mem::take(st).join(before, self.overflow) } else { before };
        Value::object(self.make_generator(generator, place, st))
    }

    fn closure_in(&self, id: ObjectId, st: &State) -> Option<Closure> {
        match &self.object(st, id)?.kind {
            ObjectKind::Closure(closure) => Some(closure.clone()),
            _ => None,
        }
    }

    /// Makes a generator, with its `next`.
    pub(in crate::eval) fn make_generator(&mut self, generator: Generator, place: Place, st: &mut State) -> ObjectId {
        let made = self.alloc(st, Object::of(ObjectKind::Part(Part::Generator(Rc::new(generator))), place));
        let next = self.alloc(st, Object::of(ObjectKind::Part(Part::Next(made)), place));
        if let Some(cell) = st.heap.get_mut(made.0) {
            cell.put("next".into(), Value::object(next), place);
        }
        made
    }

    /// Calls an object of the run-time.
    pub(in crate::eval) fn call_part(
        &mut self,
        (id, part): (ObjectId, &Part),
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        match part {
            Part::Next(generator) => {
                if self.run.executors == 0 {
                    // Its body is not run: what it gives may depend on whatever is around it.
                    let seen = if st.outcome { Taint::RESULT } else { Taint::NONE };
                    return Some(self.unknown(Origin::Call(call.place, None)).tainted(seen));
                }
                let own = self.run.tries.split_off(self.lowered.tries_outside.min(self.run.tries.len()));
                let promise = self.run_generator_of(*generator, call.place, st);
                self.run.tries.extend(own);
                let promise = promise?;
                let fields = vec![("value", promise), ("done", Value::bool(true))];
                Some(self.make_object(ObjectKind::Plain, fields, call.place, st))
            }
            Part::Loading(loading) => self.call_loading(id, loading, &arguments, call.place, st),
            Part::Async(function) => self.call_async(&function.clone(), this, arguments, call, st),
            Part::Method { context, name } => Some(self.call_context(*context, name, arguments, call.place, st)),
            _ => Some(self.unknown(Origin::Call(call.place, None))),
        }
    }

    /// Calls what makes a generator, and runs that.
    fn call_async(
        &mut self,
        function: &Value,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        self.run.executors += 1;
        let made = self.call_any(function, this, arguments, call, st);
        self.run.executors -= 1;
        let made = made?;
        match made.as_object().filter(|id| self.is_generator(*id, st)) {
            Some(id) => self.run_generator_of(id, call.place, st),
            None => Some(self.unknown(Origin::Call(call.place, None)).tainted(made.taint)),
        }
    }

    pub(in crate::eval) fn is_generator(&self, id: ObjectId, st: &State) -> bool {
        self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Part(Part::Generator(_))))
    }

    /// Runs a generator's whole body; the promise of what it comes to. A second time there is nothing left to run.
    fn run_generator_of(&mut self, id: ObjectId, place: Place, st: &mut State) -> Option<Value> {
        let Some(ObjectKind::Part(Part::Generator(generator))) = self.object(st, id).map(|o| &o.kind) else {
            return Some(self.unknown(Origin::Mixed(place)));
        };
        let generator = generator.clone();
        if self.object(st, id).is_some_and(|o| o.own("@begun").is_some()) {
            return Some(Value::undefined());
        }
        if let Some(cell) = st.heap.get_mut(id.0) {
            cell.put("@begun".into(), Value::bool(true), place);
        }
        let closure = &generator.closure;
        if !self.may_recur(closure.script, closure.function) || !self.enter() {
            return Some(self.cut_off(place));
        }
        let promise = match generator.style {
            None => {
                let (this, arguments) = (generator.this.clone(), generator.arguments.clone());
                self.run_as(closure, this, arguments, &generator.call, true, st)
            }
            Some(style) => Some(self.run_steps(&generator, style, st)),
        };
        self.leave();
        promise
    }

    /// Whether `yield` waits here.
    pub(in crate::eval) fn yield_waits(&self) -> bool {
        self.lowered.awaiting.last() == Some(&self.run.frames.len())
    }

    /// `yield value` in a generator that is run as an `async` function.
    pub(in crate::eval) fn yielded(&mut self, value: &Value, place: Place, st: &mut State) -> Option<Value> {
        if value.objects().any(|id| self.is_generator(id, st)) {
            return Some(self.unknown(Origin::Mixed(place)));
        }
        self.wait_for(value, place, st)
    }

    /// `__generator(this, f)` of a helper at hand.
    pub(in crate::eval) fn call_tuple_helper(
        &mut self,
        helper: &Closure,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let [this, function] = arguments else { return None };
        let closure = function.as_object().and_then(|id| self.closure_in(id, st))?;
        let script = self.project.script(helper.script);
        if !self.lowered.is_tuple_helper(script, helper.script, helper.function) {
            return None;
        }
        Some(self.make_tuples(closure, this.clone(), call, st))
    }

    fn make_tuples(&mut self, closure: Closure, this: Value, call: HostCall, st: &mut State) -> Value {
        let (arguments, style, regions) = (Vec::new(), Some(Style::Tuples), Rc::from([]));
        let generator = Generator { closure, this, arguments, call, style, regions, runner: Runner::Executor };
        if self.run.executors == 0 {
            return self.stepped_by_others(generator, call.place, st);
        }
        Value::object(self.make_generator(generator, call.place, st))
    }

    /// Helpers that are not at hand: `__awaiter`, `asyncToGenerator` and their kin, by name, by module, or by being
    /// given nothing but a generator's function.
    pub(in crate::eval) fn call_async_helper(
        &mut self,
        id: crate::eval::values::unknown::UnknownId,
        last: &str,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let function = arguments.last()?;
        let closure = || function.as_object().and_then(|id| self.closure_in(id, st));
        let helper =
            async_helper(last).or_else(|| self.module_of(id).and_then(|m| async_helper(&m))).or_else(|| {
                let closure = closure().filter(|_| arguments.len() == 1)?;
                let script = self.project.script(closure.script);
                let lowered = !script.function(closure.function).is_generator;
                (lowered && makes_generator(script, closure.function)).then_some(AsyncHelper::Wraps)
            })?;
        let value = match helper {
            AsyncHelper::Passes => Some(function.clone()),
            AsyncHelper::Wraps => {
                closure()?;
                let kind = ObjectKind::Part(Part::Async(function.clone()));
                Some(Value::object(self.alloc(st, Object::of(kind, call.place))))
            }
            AsyncHelper::Runs => {
                closure()?;
                let this = arguments.first().cloned().unwrap_or_else(Value::undefined);
                let given = arguments.get(1).cloned().unwrap_or_else(Value::undefined);
                let given = self.arguments_of(&given, function, call.place, st);
                self.call_async(&function.clone(), this, given, call, st)
            }
            AsyncHelper::Makes => {
                let closure = closure()?;
                let this = arguments.first().cloned().unwrap_or_else(Value::undefined);
                Some(self.make_tuples(closure, this, call, st))
            }
        };
        Some(value)
    }

    /// The module that an unknown was imported from, as a whole or its `default`.
    fn module_of(&self, mut id: crate::eval::values::unknown::UnknownId) -> Option<std::sync::Arc<str>> {
        loop {
            match self.unknowns.origin(id) {
                Origin::Import(module, name) if matches!(&**name, "*" | "default") => return Some(module.clone()),
                Origin::Property(of, name) if &**name == "default" => id = *of,
                _ => return None,
            }
        }
    }

    /// `[[try, catch, finally, after], …]`.
    fn regions_of(&self, list: Option<&Value>, st: &State) -> Rc<[Region]> {
        let elements = list.and_then(Value::as_object).and_then(|id| self.elements(id, st)).unwrap_or_default();
        let mut regions: Vec<Region> = elements.iter().filter_map(|e| self.region_of(e, st)).collect();
        regions.sort_by_key(|r| (std::cmp::Reverse(r.from), r.catch.or(r.finally)));
        regions.into()
    }

    /// One of them.
    pub(in crate::eval) fn region_of(&self, value: &Value, st: &State) -> Option<Region> {
        let parts = self.elements(value.as_object()?, st)?;
        let at = |i: usize| parts.get(i).and_then(Value::single).and_then(label_of);
        Some(Region { from: at(0)?, catch: at(1), finally: at(2), after: at(3) })
    }
}

/// The number of a step; the last has a name.
pub(in crate::eval) fn label_of(atom: &Atom) -> Option<u32> {
    match atom {
        Atom::Number(n) if *n >= 0.0 && *n < f64::from(u32::MAX) => Some(*n as u32),
        Atom::Text(text) if &**text == "end" => Some(u32::MAX),
        _ => None,
    }
}
