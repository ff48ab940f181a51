//! Running functions step by step, as the run-time of lowered generators does: each `return` of a step waits, jumps,
//! leaves or ends a `finally`. Steps wait in the order of their numbers, so that ways meet again before they go on.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::eval::Place;
use crate::eval::compiled::leave::{Leave, kept_key};
use crate::eval::compiled::lowered::{Style, step_switch};
use crate::eval::language::frame::Exit;
use crate::eval::language::generator::{Generator, Part, label_of};
use crate::eval::machine::{Machine, Mode};
use crate::eval::state::{Arm, ArmKind, Control, State};
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::value::{Atom, Value};
use crate::ir::{Case, Expr, ExprId, List};

/// One step is taken this often in one run.
const MAX_VISITS: u8 = 16;

/// Steps in which something may be caught.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Region {
    /// The first step of the `try`.
    pub from: u32,
    /// The first step of its `catch`.
    pub catch: Option<u32>,
    /// The first step of its `finally`.
    pub finally: Option<u32>,
    /// The step after all.
    pub after: Option<u32>,
}

/// A step function that runs now.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Running {
    /// The depth of the stack of activations.
    depth: usize,
    context: ObjectId,
    style: Style,
    regions: Rc<[Region]>,
    runner: Runner,
}

/// Who runs the steps of a generator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runner {
    /// A promise's executor: it waits for what they give.
    Executor,
    /// A saga: it does what they give, and waits for that.
    Saga,
    /// Nobody at hand: what is sent to the next step is not known.
    Unknown,
}

/// What a run of steps has come to.
pub(super) struct Steps {
    pub(super) context: ObjectId,
    pub(super) style: Style,
    pub(super) regions: Rc<[Region]>,
    pub(super) place: Place,
    /// The arms that the run began in.
    pub(super) base: Control,
    /// States before steps, by number and by whether a `finally` has something to hand on.
    pub(super) waiting: BTreeMap<(u32, bool), State>,
    pub(super) visits: FxHashMap<u32, u8>,
    /// Beginnings of `catch`es, with a state before their `try`.
    pub(super) catches: BTreeMap<u32, State>,
    pub(super) returned: Vec<Exit>,
    pub(super) thrown: Vec<Exit>,
}

impl Machine<'_> {
    /// Runs all steps; the promise of what they come to.
    pub(in crate::eval) fn run_steps(&mut self, generator: &Generator, style: Style, st: &mut State) -> Value {
        let closure = &generator.closure;
        let place = generator.call.place;
        self.entered.insert((closure.script, closure.function));
        let before = st.clone();
        let context = self.make_context(style, place, st);
        self.push_activation(closure, generator.this.clone(), &generator.call, st);
        self.bind_parameters(closure.script, closure.function, vec![Value::object(context)], st);
        let regions = generator.regions.clone();
        let saga = generator.runner == Runner::Executor && self.is_saga_in_steps(closure);
        let runner = if saga { Runner::Saga } else { generator.runner };
        self.lowered.steps.push(Running {
            depth: self.run.frames.len(),
            context,
            style,
            regions: regions.clone(),
            runner,
        });
        let mut steps = Steps {
            context,
            style,
            regions,
            place,
            base: st.control.clone(),
            waiting: BTreeMap::from([((0, false), std::mem::take(st))]),
            visits: FxHashMap::default(),
            catches: BTreeMap::new(),
            returned: Vec::new(),
            thrown: Vec::new(),
        };
        self.take_steps(&mut steps);
        self.explore_catches(&mut steps);
        self.lowered.steps.pop();
        self.run.frames.pop();
        *st = before.clone();
        let promise = self.promise_of(steps.returned, steps.thrown, place, st);
        // Whoever calls it goes on at once.
        (st.ready, st.control, st.trail) = (before.ready, before.control, before.trail);
        (st.outcome, st.facts) = (before.outcome, before.facts);
        promise
    }

    fn make_context(&mut self, style: Style, place: Place, st: &mut State) -> ObjectId {
        let context = self.alloc(st, Object::of(ObjectKind::Part(Part::Context), place));
        let methods: &[&'static str] = match style {
            Style::Wrap => &["stop", "abrupt", "catch", "finish", "delegateYield"],
            Style::Brief => &["a", "f", "d"],
            Style::Tuples => &["sent"],
        };
        for name in methods {
            let method = self.alloc(st, Object::of(ObjectKind::Part(Part::Method { context, name }), place));
            put(st, context, name, Value::object(method), place);
        }
        if style == Style::Tuples {
            for name in ["trys", "ops"] {
                let list = self.make_array(Vec::new(), false, place, st);
                put(st, context, name, Value::object(list), place);
            }
        }
        put(st, context, style.previous(), Value::number(0.0), place);
        put(st, context, style.next(), Value::number(0.0), place);
        context
    }

    fn take_steps(&mut self, steps: &mut Steps) {
        while let Some(((label, _), state)) = steps.waiting.pop_first() {
            let visits = steps.visits.entry(label).or_insert(0);
            *visits += 1;
            if *visits <= MAX_VISITS && !self.run.exhausted {
                self.take_step(steps, label, state);
            }
        }
    }

    /// What a call that is not at hand may throw: its `catch` is looked through for payments and leaves nothing behind.
    pub(super) fn explore_catches(&mut self, steps: &mut Steps) {
        if !matches!(self.mode, Mode::Explore) {
            return;
        }
        let returned = (steps.returned.len(), steps.thrown.len());
        while let Some((label, mut state)) = steps.catches.pop_first() {
            if steps.visits.contains_key(&label) {
                continue;
            }
            let arm = Arm { condition: steps.place, number: 0, kind: ArmKind::Unsure(steps.place) };
            state.control = state.control.push(arm);
            let unknown = self.unknown(crate::eval::values::unknown::Origin::Mixed(steps.place));
            self.caught(steps, label, unknown, state);
            self.take_steps(steps);
        }
        steps.returned.truncate(returned.0);
        steps.thrown.truncate(returned.1);
    }

    fn take_step(&mut self, steps: &mut Steps, label: u32, mut state: State) {
        put(&mut state, steps.context, steps.style.next(), number_of(label), steps.place);
        for region in steps.regions.iter().filter(|r| r.from == label) {
            if let Some(catch) = region.catch {
                steps.catches.entry(catch).or_insert_with(|| state.clone());
            }
        }
        self.run.catchers.push(Vec::new());
        let going = self.run_step(label, state);
        let thrown = self.run.catchers.pop().unwrap_or_default();
        let returns = std::mem::take(&mut self.frame_mut().returns);
        if let Some(state) = going.falls {
            self.go_on(steps, state);
        }
        for state in going.ends {
            match steps.style {
                Style::Tuples => self.leave_by(steps, Leave::Return(Value::undefined()), state),
                _ => self.go_on(steps, state),
            }
        }
        for exit in returns {
            self.leave_step(steps, exit);
        }
        for Exit { state, value, .. } in thrown {
            self.leave_by(steps, Leave::Throw(value), state);
        }
    }

    /// Runs the code of one step; the states in which it goes on without `return`.
    fn run_step(&mut self, label: u32, state: State) -> Going {
        let function = self.frame().function;
        let Some((first, discriminant, cases)) = step_switch(self.script(), function) else {
            let body = self.script().function(function).body;
            return Going { ends: self.exec_all(body, state).into_iter().collect(), falls: None };
        };
        let mut at = Some(state);
        for stmt in first {
            at = at.and_then(|s| self.exec(stmt, s));
        }
        let Some(mut state) = at else { return Going::default() };
        if self.eval(discriminant, &mut state).is_none() {
            return Going::default();
        }
        self.run_case(label, cases, state)
    }

    /// Runs one case; where it falls through to the next, that is the next step.
    fn run_case(&mut self, label: u32, cases: List<Case>, state: State) -> Going {
        let script = self.script();
        let cases = cases.of(&script.cases);
        let Some(index) = cases.iter().position(|c| c.test.is_some_and(|t| self.label_in(t) == Some(label))) else {
            return Going::default();
        };
        let mut going = Going::default();
        if let Some(mut state) = self.exec_all(cases[index].body, state) {
            let next = cases.get(index + 1).and_then(|c| c.test).and_then(|t| self.label_in(t));
            if let (Some(next), Some(running)) = (next, self.lowered.steps.last().cloned()) {
                put(&mut state, running.context, running.style.next(), number_of(next), self.frame().call);
                going.falls = Some(state);
            } else {
                going.ends.push(state);
            }
        }
        let jumps = std::mem::take(&mut self.frame_mut().jumps);
        going.ends.extend(jumps.into_iter().map(|j| j.state));
        going
    }

    fn label_in(&self, test: ExprId) -> Option<u32> {
        match self.script().expr(test) {
            Expr::Number(n) => label_of(&Atom::Number(n)),
            Expr::String(name) => label_of(&Atom::Text(self.script().name(name).clone())),
            _ => None,
        }
    }

    /// Goes on with the step that the context names.
    pub(super) fn go_on(&mut self, steps: &mut Steps, state: State) {
        let next = read(&state, steps.context, steps.style.next());
        self.jump_to(steps, &next, state);
    }

    pub(super) fn jump_to(&mut self, steps: &mut Steps, next: &Value, state: State) {
        for atom in &next.atoms {
            match label_of(atom) {
                Some(label) => self.wait_step(steps, label, state.clone()),
                None => self.give_up(steps, state.clone()),
            }
        }
    }

    /// Puts a state in line for a step.
    pub(super) fn wait_step(&mut self, steps: &mut Steps, label: u32, mut state: State) {
        state.control = without_decided(&state.control, &steps.base);
        let handing_on = steps.regions.iter().filter_map(|r| r.finally).any(|f| {
            let kept = read(&state, steps.context, &kept_key(f));
            kept.objects().next().is_some()
        });
        let key = (label, handing_on);
        let joined = match steps.waiting.remove(&key) {
            Some(other) => other.join(state, self.overflow),
            None => state,
        };
        steps.waiting.insert(key, joined);
    }

    pub(super) fn give_up(&mut self, steps: &mut Steps, state: State) {
        let value = self.cut_off(steps.place);
        steps.returned.push(Exit { state, value, place: steps.place });
    }

    /// What a step's `return` means.
    pub(super) fn list_in(&self, st: &State, context: ObjectId, name: &str) -> Vec<Value> {
        read(st, context, name).as_object().and_then(|id| self.elements(id, st)).unwrap_or_default()
    }

    /// Calls a method of a context.
    pub(in crate::eval) fn call_context(
        &mut self,
        context: ObjectId,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Value {
        let mut arguments = arguments.into_iter();
        let first = arguments.next().unwrap_or_else(Value::undefined);
        let second = arguments.next().unwrap_or_else(Value::undefined);
        let to = |value: &Value| value.single().and_then(label_of);
        let leave = match name {
            "sent" => return read(st, context, "@sent"),
            "catch" => return read(st, context, "@caught"),
            "stop" => Leave::Return(Value::undefined()),
            "finish" | "f" => to(&first).map_or(Leave::Opaque, |l| Leave::Finish(Some(l))),
            "abrupt" | "a" => match first.single() {
                Some(Atom::Text(kind)) if &**kind == "return" => Leave::Return(second),
                Some(Atom::Text(kind)) if &**kind == "throw" => Leave::Throw(second),
                Some(Atom::Text(_)) => to(&second).map_or(Leave::Opaque, Leave::Jump),
                Some(Atom::Number(op)) if *op == 2.0 => Leave::Return(second),
                Some(Atom::Number(op)) if *op == 1.0 => Leave::Throw(second),
                Some(Atom::Number(op)) if *op == 3.0 => to(&second).map_or(Leave::Opaque, Leave::Jump),
                _ => Leave::Opaque,
            },
            _ => Leave::Opaque,
        };
        Value::object(self.alloc(st, Object::of(ObjectKind::Part(Part::Leave(leave)), place)))
    }

    /// Whether what runs now is a step of a saga.
    pub(in crate::eval) fn is_step_of_saga(&self) -> bool {
        let is_saga = |running: &Running| running.runner == Runner::Saga && running.depth == self.run.frames.len();
        self.lowered.steps.last().is_some_and(is_saga)
    }

    /// Whether nobody at hand runs the steps that run now.
    pub(super) fn is_run_by_others(&self) -> bool {
        self.lowered.steps.last().is_some_and(|running| running.runner == Runner::Unknown)
    }

    /// A `try` that the steps which run now stand in; the place is the generator's.
    pub(in crate::eval) fn try_of_step(&self, st: &State) -> Option<Place> {
        let running = self.lowered.steps.iter().rev().find(|r| self.is_in_try(r, st))?;
        self.run.frames.get(running.depth.checked_sub(1)?).map(|f| f.call)
    }

    pub(super) fn is_in_try(&self, running: &Running, st: &State) -> bool {
        let at = read(st, running.context, running.style.previous());
        let Some(at) = at.single().and_then(label_of) else { return false };
        let inside = |r: &Region| r.from <= at && r.catch.is_some_and(|c| at < c);
        let tries = self.list_in(st, running.context, "trys");
        running.regions.iter().any(inside) || tries.iter().filter_map(|t| self.region_of(t, st)).any(|r| inside(&r))
    }
}

/// Where a step goes on without `return`.
#[derive(Default)]
struct Going {
    /// Into the next case.
    falls: Option<State>,
    /// Out of the `switch`.
    ends: Vec<State>,
}

/// The number of a step as the context holds it.
fn number_of(label: u32) -> Value {
    if label == u32::MAX { Value::text("end") } else { Value::number(f64::from(label)) }
}

pub(super) fn read(st: &State, context: ObjectId, key: &str) -> Value {
    let slot = st.heap.get(context.0).and_then(|o| o.own(key));
    slot.map_or_else(Value::undefined, |slot| slot.value.clone())
}

pub(super) fn put(st: &mut State, context: ObjectId, key: &str, value: Value, place: Place) {
    if let Some(cell) = st.heap.get_mut(context.0) {
        cell.put(Arc::from(key), value, place);
    }
}

/// The arms of a state that goes on elsewhere: those that the result decided since the run began are left.
fn without_decided(control: &Control, base: &Control) -> Control {
    if control.depth() <= base.depth() || !control.iter().any(|a| a.kind == ArmKind::Decided) {
        return control.clone();
    }
    let own = (control.depth() - base.common(control).depth()) as usize;
    let arms: Vec<Arm> = control.iter().take(own).filter(|a| a.kind != ArmKind::Decided).cloned().collect();
    arms.into_iter().rev().fold(base.common(control), |chain, arm| chain.push(arm))
}
