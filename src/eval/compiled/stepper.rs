//! Running functions step by step, as the run-time of lowered generators does: each `return` of a step waits, jumps,
//! leaves or ends a `finally`. Steps wait in the order of their numbers, so that ways meet again before they go on.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::eval::Place;
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

/// How a step is left, other than by waiting.
#[derive(Clone, PartialEq, Debug)]
pub enum Leave {
    /// With a value.
    Return(Value),
    /// By throwing it.
    Throw(Value),
    /// To another step.
    Jump(u32),
    /// At the end of the `finally` that begins at this step; of tuples, the innermost.
    Finish(Option<u32>),
    /// In a way that is not followed.
    Opaque,
}

/// A step function that runs now.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Running {
    /// The depth of the stack of activations.
    depth: usize,
    context: ObjectId,
    style: Style,
    regions: Rc<[Region]>,
}

/// What a run of steps has come to.
struct Steps {
    context: ObjectId,
    style: Style,
    regions: Rc<[Region]>,
    place: Place,
    /// The arms that the run began in.
    base: Control,
    /// States before steps, by number and by whether a `finally` has something to hand on.
    waiting: BTreeMap<(u32, bool), State>,
    visits: FxHashMap<u32, u8>,
    /// Beginnings of `catch`es, with a state before their `try`.
    catches: BTreeMap<u32, State>,
    returned: Vec<Exit>,
    thrown: Vec<Exit>,
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
        self.lowered.steps.push(Running { depth: self.frames.len(), context, style, regions: regions.clone() });
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
        self.frames.pop();
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
            if *visits <= MAX_VISITS && !self.exhausted {
                self.take_step(steps, label, state);
            }
        }
    }

    /// What a call that is not at hand may throw: its `catch` is looked through for payments and leaves nothing behind.
    fn explore_catches(&mut self, steps: &mut Steps) {
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
        self.catchers.push(Vec::new());
        let going = self.run_step(label, state);
        let thrown = self.catchers.pop().unwrap_or_default();
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
    fn go_on(&mut self, steps: &mut Steps, state: State) {
        let next = read(&state, steps.context, steps.style.next());
        self.jump_to(steps, &next, state);
    }

    fn jump_to(&mut self, steps: &mut Steps, next: &Value, state: State) {
        for atom in &next.atoms {
            match label_of(atom) {
                Some(label) => self.wait_step(steps, label, state.clone()),
                None => self.give_up(steps, state.clone()),
            }
        }
    }

    /// Puts a state in line for a step.
    fn wait_step(&mut self, steps: &mut Steps, label: u32, mut state: State) {
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

    fn give_up(&mut self, steps: &mut Steps, state: State) {
        let value = self.cut_off(steps.place);
        steps.returned.push(Exit { state, value, place: steps.place });
    }

    /// What a step's `return` means.
    fn leave_step(&mut self, steps: &mut Steps, exit: Exit) {
        let Exit { state, value, place } = exit;
        let (known, waited): (Vec<Atom>, Vec<Atom>) =
            value.atoms.iter().cloned().partition(|a| self.leave_of(steps, a, &state).is_some());
        for atom in known {
            let Some(leave) = self.leave_of(steps, &atom, &state) else { continue };
            match leave {
                Tuple::Leave(Leave::Return(given)) => {
                    let leave = Leave::Return(given.tainted(value.taint));
                    self.leave_by(steps, leave, state.clone());
                }
                Tuple::Leave(leave) => self.leave_by(steps, leave, state.clone()),
                Tuple::Wait(value) => self.wait_in_step(steps, &value, place, state.clone()),
            }
        }
        if waited.is_empty() {
            return;
        }
        if steps.style == Style::Tuples {
            self.give_up(steps, state);
        } else {
            let value = Value { atoms: waited.into(), taint: value.taint };
            self.wait_in_step(steps, &value, place, state);
        }
    }

    fn leave_of(&self, steps: &Steps, atom: &Atom, st: &State) -> Option<Tuple> {
        let Atom::Object(id) = atom else { return None };
        if let ObjectKind::Part(Part::Leave(leave)) = &self.object(st, *id)?.kind {
            return Some(Tuple::Leave(leave.clone()));
        }
        if steps.style != Style::Tuples {
            return None;
        }
        let parts = self.elements(*id, st)?;
        let given = parts.get(1).cloned().unwrap_or_else(Value::undefined);
        let Some(Atom::Number(op)) = parts.first()?.single() else { return None };
        Some(match *op as u32 {
            1 => Tuple::Leave(Leave::Throw(given)),
            2 => Tuple::Leave(Leave::Return(given)),
            3 => Tuple::Leave(given.single().and_then(label_of).map_or(Leave::Opaque, Leave::Jump)),
            4 => Tuple::Wait(given),
            7 => Tuple::Leave(Leave::Finish(None)),
            _ => Tuple::Leave(Leave::Opaque),
        })
    }

    /// `await` between two steps.
    fn wait_in_step(&mut self, steps: &mut Steps, value: &Value, place: Place, mut state: State) {
        let next = match steps.style {
            Style::Tuples => match read(&state, steps.context, "label").single() {
                Some(Atom::Number(n)) => Value::number(n + 1.0),
                _ => return self.give_up(steps, state),
            },
            style => read(&state, steps.context, style.next()),
        };
        self.catchers.push(Vec::new());
        let got = self.wait_for(value, place, &mut state);
        let thrown = self.catchers.pop().unwrap_or_default();
        for Exit { state, value, .. } in thrown {
            self.leave_by(steps, Leave::Throw(value), state);
        }
        if let Some(got) = got {
            put(&mut state, steps.context, steps.style.sent(), got, place);
            self.jump_to(steps, &next, state);
        }
    }

    /// Leaves a step: to a `catch`, through a `finally`, or for good.
    fn leave_by(&mut self, steps: &mut Steps, leave: Leave, state: State) {
        if steps.style == Style::Tuples {
            return self.leave_tuples(steps, leave, state);
        }
        let previous = read(&state, steps.context, steps.style.previous());
        let Some(at) = previous.single().and_then(label_of) else { return self.give_up(steps, state) };
        if let Leave::Finish(Some(finally)) = leave {
            return self.finish(steps, finally, state);
        }
        let regions = steps.regions.clone();
        for region in regions.iter().filter(|r| r.from <= at) {
            if let (Leave::Throw(value), Some(catch)) = (&leave, region.catch.filter(|c| at < *c)) {
                return self.caught(steps, catch, value.clone(), state);
            }
            if let Some(finally) = region.finally.filter(|f| at < *f) {
                let stays = matches!(leave, Leave::Jump(to) if region.from <= to && to <= finally);
                if !stays {
                    return self.through_finally(steps, finally, leave, state);
                }
            }
        }
        self.leave_for_good(steps, leave, state);
    }

    fn leave_for_good(&mut self, steps: &mut Steps, leave: Leave, state: State) {
        let place = steps.place;
        match leave {
            Leave::Return(value) => steps.returned.push(Exit { state, value, place }),
            Leave::Throw(value) => steps.thrown.push(Exit { state, value, place }),
            Leave::Jump(to) => self.wait_step(steps, to, state),
            Leave::Finish(_) | Leave::Opaque => self.give_up(steps, state),
        }
    }

    fn caught(&mut self, steps: &mut Steps, catch: u32, value: Value, mut state: State) {
        state.trail = state.trail_of_consumer();
        put(&mut state, steps.context, "@caught", value.clone(), steps.place);
        put(&mut state, steps.context, steps.style.sent(), value, steps.place);
        self.wait_step(steps, catch, state);
    }

    fn through_finally(&mut self, steps: &mut Steps, finally: u32, leave: Leave, mut state: State) {
        let kept = self.alloc(&mut state, Object::of(ObjectKind::Part(Part::Leave(leave)), steps.place));
        put(&mut state, steps.context, &kept_key(finally), Value::object(kept), steps.place);
        self.wait_step(steps, finally, state);
    }

    /// The end of a `finally`: what it has to hand on, or the step after it.
    fn finish(&mut self, steps: &mut Steps, finally: u32, mut state: State) {
        let kept = read(&state, steps.context, &kept_key(finally));
        put(&mut state, steps.context, &kept_key(finally), Value::undefined(), steps.place);
        put(&mut state, steps.context, steps.style.previous(), Value::number(f64::from(finally)), steps.place);
        let after = steps.regions.iter().find(|r| r.finally == Some(finally)).and_then(|r| r.after);
        for atom in &kept.atoms {
            match self.kept_leave(atom, &state) {
                Some(leave) => self.leave_by(steps, leave, state.clone()),
                None => match after {
                    Some(after) => self.wait_step(steps, after, state.clone()),
                    None => self.go_on(steps, state.clone()),
                },
            }
        }
    }

    fn kept_leave(&self, atom: &Atom, st: &State) -> Option<Leave> {
        let Atom::Object(id) = atom else { return None };
        match &self.object(st, *id)?.kind {
            ObjectKind::Part(Part::Leave(leave)) => Some(leave.clone()),
            _ => None,
        }
    }

    /// The same for tuples: the stack of `try`s is in the context.
    fn leave_tuples(&mut self, steps: &mut Steps, mut leave: Leave, mut state: State) {
        let label = read(&state, steps.context, "label");
        let Some(at) = label.single().and_then(label_of) else { return self.give_up(steps, state) };
        let mut tries = self.list_in(&state, steps.context, "trys");
        let mut kept = self.list_in(&state, steps.context, "ops");
        if leave == Leave::Finish(None) {
            let last = kept.pop();
            tries.pop();
            let handed = last.and_then(|v| v.single().cloned()).and_then(|a| self.kept_leave(&a, &state));
            let Some(handed) = handed else { return self.give_up(steps, state) };
            leave = handed;
        }
        let to = loop {
            let Some(region) = tries.last().and_then(|t| self.region_of(t, &state)) else {
                break match leave {
                    Leave::Jump(to) => Some(to),
                    _ => None,
                };
            };
            match (&leave, region.catch.filter(|c| at < *c), region.finally.filter(|f| at < *f)) {
                (Leave::Jump(to), ..) if *to > region.from && region.after.is_some_and(|a| *to < a) => break Some(*to),
                (Leave::Throw(value), Some(catch), _) => {
                    put(&mut state, steps.context, "@sent", value.clone(), steps.place);
                    state.trail = state.trail_of_consumer();
                    break Some(catch);
                }
                (_, _, Some(finally)) => {
                    let part = ObjectKind::Part(Part::Leave(leave.clone()));
                    kept.push(Value::object(self.alloc(&mut state, Object::of(part, steps.place))));
                    break Some(finally);
                }
                _ => {
                    if region.finally.is_some() {
                        kept.pop();
                    }
                    tries.pop();
                }
            }
        };
        for (name, list) in [("trys", tries), ("ops", kept)] {
            let list = self.make_array(list, false, steps.place, &mut state);
            put(&mut state, steps.context, name, Value::object(list), steps.place);
        }
        match to {
            Some(to) => self.wait_step(steps, to, state),
            None => self.leave_for_good(steps, leave, state),
        }
    }

    fn list_in(&self, st: &State, context: ObjectId, name: &str) -> Vec<Value> {
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

    /// A `try` that the steps which run now stand in; the place is the generator's.
    pub(in crate::eval) fn try_of_step(&self, st: &State) -> Option<Place> {
        let running = self.lowered.steps.iter().rev().find(|r| self.is_in_try(r, st))?;
        self.frames.get(running.depth.checked_sub(1)?).map(|f| f.call)
    }

    fn is_in_try(&self, running: &Running, st: &State) -> bool {
        let at = read(st, running.context, running.style.previous());
        let Some(at) = at.single().and_then(label_of) else { return false };
        let inside = |r: &Region| r.from <= at && r.catch.is_some_and(|c| at < c);
        let tries = self.list_in(st, running.context, "trys");
        running.regions.iter().any(inside) || tries.iter().filter_map(|t| self.region_of(t, st)).any(|r| inside(&r))
    }
}

/// What a step's `return` may give: a way to leave, or what is waited for.
enum Tuple {
    Leave(Leave),
    Wait(Value),
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

/// The property in which a `finally` keeps what it has to hand on.
fn kept_key(finally: u32) -> String {
    format!("@kept{finally}")
}

fn read(st: &State, context: ObjectId, key: &str) -> Value {
    let slot = st.heap.get(context.0).and_then(|o| o.own(key));
    slot.map_or_else(Value::undefined, |slot| slot.value.clone())
}

fn put(st: &mut State, context: ObjectId, key: &str, value: Value, place: Place) {
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

#[cfg(test)]
mod tests {
    use super::kept_key;

    #[test]
    fn each_finally_keeps_its_own() {
        assert_ne!(kept_key(1), kept_key(11));
    }
}
