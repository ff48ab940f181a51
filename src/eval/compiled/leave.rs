//! How steps of a lowered generator are left: what their `return`s mean, and the way through each `finally`.

use crate::eval::Place;
use crate::eval::compiled::lowered::Style;
use crate::eval::compiled::stepper::{Steps, put, read};
use crate::eval::language::frame::Exit;
use crate::eval::language::generator::{Part, label_of};
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};

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

impl Machine<'_> {
    pub(super) fn leave_step(&mut self, steps: &mut Steps, exit: Exit) {
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
        self.run.catchers.push(Vec::new());
        let got = if self.is_run_by_others() {
            let seen = if state.outcome { Taint::RESULT } else { Taint::NONE };
            Some(self.unknown(Origin::Mixed(place)).tainted(seen))
        } else {
            self.wait_for(value, place, &mut state)
        };
        let thrown = self.run.catchers.pop().unwrap_or_default();
        for Exit { state, value, .. } in thrown {
            self.leave_by(steps, Leave::Throw(value), state);
        }
        if let Some(got) = got {
            put(&mut state, steps.context, steps.style.sent(), got, place);
            self.jump_to(steps, &next, state);
        }
    }

    /// Leaves a step: to a `catch`, through a `finally`, or for good.
    pub(super) fn leave_by(&mut self, steps: &mut Steps, leave: Leave, state: State) {
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

    pub(super) fn caught(&mut self, steps: &mut Steps, catch: u32, value: Value, mut state: State) {
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
}

/// What a step's `return` may give: a way to leave, or what is waited for.
enum Tuple {
    Leave(Leave),
    Wait(Value),
}

/// The property in which a `finally` keeps what it has to hand on.
pub(super) fn kept_key(finally: u32) -> String {
    format!("@kept{finally}")
}

#[cfg(test)]
mod tests {
    use super::kept_key;

    #[test]
    fn each_finally_keeps_its_own() {
        assert_ne!(kept_key(1), kept_key(11));
    }
}
