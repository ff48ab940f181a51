//! Functions that run later: timers, listeners, reactions, callbacks. They run in order when what runs now is done,
//! or when something waits.

use super::Place;
use super::language::frame::Exit;
use super::language::promise::Settlement;
use super::machine::Machine;
use super::platform::ready::{Level, Ready};
use super::state::{ArmKind, Chain, Control, Facts, State, Trail};
use super::values::heap::{Object, ObjectId, ObjectKind};
use super::values::unknown::{Origin, UnknownId};
use super::values::value::{Atom, Value};
use crate::ir::{FnId, ScriptId};

/// A function that puts itself in line again is run this often.
const MAX_REPEATS: usize = 2;
/// One function is run this often in one run for the same reason, whoever put it in line.
const MAX_RUNS: u8 = 16;
/// A function that reads `arguments` is given so many by whoever calls it.
const UNNAMED_ARGUMENTS: u32 = 4;
/// Functions inside bound functions are looked for this deep.
const MAX_BOUND: usize = 8;

/// A function that runs later.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// The function.
    pub function: Value,
    /// Its `this`.
    pub this: Value,
    /// Its arguments; none: whoever calls it passes what nobody knows.
    pub arguments: Option<Vec<Value>>,
    /// Where it was registered.
    pub place: Place,
    /// What is known of the bridge then.
    pub ready: Ready,
    /// In which arms it was registered.
    pub control: Control,
    /// After which decisions.
    pub trail: Trail,
    /// Whether it belongs to an outcome.
    pub outcome: bool,
    /// Whether a server has answered when it runs.
    pub answered: bool,
    /// The promise that its value settles.
    pub resolves: Option<ObjectId>,
    /// It calls no function, and settles that promise as another one was.
    pub passes: Option<Passing>,
    /// Whether it reacts to a promise: such functions run before timers and answers do.
    pub reacts: bool,
    /// Whether it runs whenever an event comes: what code at hand left behind may have changed by then.
    pub event: bool,
    /// The turn in which it was registered, and that it belongs to.
    pub turn: u32,
    /// The arms in which it has run already, where it was registered outside of them.
    pub ran_in: Option<Control>,
    /// Itself, the task that put it in line, and so on.
    pub line: Chain<TaskKey>,
}

/// How another promise was settled, and after how many jobs one that follows it is.
#[derive(Clone, Debug)]
pub(super) struct Passing {
    /// How.
    pub settlement: Settlement,
    /// How many jobs of the engine's queue it takes, this one included.
    pub jobs: u8,
}

/// What makes a task the same as one that has run.
pub(super) type TaskKey = (Option<(ScriptId, FnId)>, Place, Level, bool, bool);

/// Whether a list of arms is another one with more in front.
fn extends(control: &Control, base: &Control) -> bool {
    control.common(base).depth() == base.depth()
}

/// Whether a run stands in an arm that what was registered under `outside` does not stand in, and whose other side runs, too.
fn has_other_arms(control: &Control, outside: &Control) -> bool {
    let inner = control.depth().saturating_sub(outside.depth()) as usize;
    extends(control, outside) && control.iter().take(inner).any(|arm| arm.kind == ArmKind::Either)
}

impl Machine<'_> {
    /// Puts a function in line.
    pub(super) fn schedule(&mut self, task: Task, st: &State) {
        let function = task.function.atoms.iter().find_map(|a| self.function_of(a, st));
        let rejected = task.control.depth() > st.control.depth();
        let key = (function, task.place, task.ready.level, task.outcome, rejected);
        let repeats = self.run.line.iter().filter(|before| **before == key).count();
        let seen = self.run.tasks_seen.entry(key).or_insert(0);
        if repeats < MAX_REPEATS && *seen < MAX_RUNS {
            *seen += 1;
            self.run.tasks.push_back(Task { line: self.run.line.push(key), ..task });
        } else {
            self.run.cut_short = true;
        }
    }

    /// Puts in line that a promise is settled as another one was. Each settlement of a promise is passed once: what passes
    /// has an end.
    pub(super) fn pass(&mut self, promise: ObjectId, passing: Passing, place: Place, st: &State) {
        let Settlement { ready, control, trail, outcome, answered, .. } = passing.settlement.clone();
        let answered = st.answered || answered;
        let passes = Some(passing);
        let resolves = Some(promise);
        let task = self.task(Value::undefined(), None, place, st);
        self.run.tasks.push_back(Task {
            ready,
            control,
            trail,
            outcome,
            answered,
            resolves,
            passes,
            reacts: true,
            ..task
        });
    }

    /// A task in the state of the code that registers it.
    pub(super) fn task(&self, function: Value, arguments: Option<Vec<Value>>, place: Place, st: &State) -> Task {
        Task {
            function,
            this: Value::undefined(),
            arguments,
            place,
            ready: st.ready.later(),
            control: self.control_with_doubts(place, st),
            trail: st.trail.clone(),
            outcome: st.outcome,
            answered: st.answered,
            resolves: None,
            passes: None,
            reacts: false,
            event: false,
            turn: self.turn,
            ran_in: None,
            line: self.run.line.clone(),
        }
    }

    /// The code of a function value.
    pub(super) fn function_of(&self, atom: &Atom, st: &State) -> Option<(ScriptId, FnId)> {
        let mut atom = atom.clone();
        for _ in 0..MAX_BOUND {
            let Atom::Object(id) = atom else { return None };
            match &self.object(st, id)?.kind {
                ObjectKind::Closure(closure) => return Some((closure.script, closure.function)),
                ObjectKind::Bound { target, .. } => atom = target.single()?.clone(),
                _ => return None,
            }
        }
        None
    }

    /// Runs all that is in line, and what that puts in line. What another arm put there waits until the arms meet; what was
    /// put there before the arms parted runs once more, for the others.
    pub(super) fn drain(&mut self, st: &mut State) {
        let is_here = |task: &Task, st: &State| {
            let ran_here = task.ran_in.as_ref().is_some_and(|arms| extends(&st.control, arms));
            // A promise that is passed on to is there where it was made.
            let passed_to = task.resolves.filter(|_| task.passes.is_some());
            !ran_here && task.function.objects().chain(passed_to).all(|id| st.heap.get(id.0).is_some())
        };
        let next = |machine: &Self, st: &State| {
            let reaction = machine.run.tasks.iter().position(|task| task.reacts && is_here(task, st));
            reaction.or_else(|| machine.run.tasks.iter().position(|task| is_here(task, st)))
        };
        while let Some(task) = next(self, st).and_then(|at| self.run.tasks.remove(at)) {
            if self.run.exhausted || !self.enter() {
                self.run.tasks.clear();
                return;
            }
            if task.ran_in.is_none() && has_other_arms(&st.control, &task.control) {
                self.run.tasks.push_back(Task { ran_in: Some(st.control.clone()), ..task.clone() });
            }
            match task.passes {
                Some(_) => self.run_passing(task, st),
                None => self.run_task(task, st),
            }
            self.leave();
        }
    }

    /// Settles a promise as another one was, or waits for one job more.
    fn run_passing(&mut self, mut task: Task, st: &mut State) {
        let (Some(promise), Some(passing)) = (task.resolves, &mut task.passes) else { return };
        passing.jobs -= 1;
        if passing.jobs > 0 {
            self.run.tasks.push_back(task);
            return;
        }
        let settlement = passing.settlement.clone();
        let kept = (st.ready, st.control.clone(), st.trail.clone(), (st.outcome, st.answered));
        (st.ready, st.control, st.trail) = (task.ready, task.control, task.trail);
        (st.outcome, st.answered) = (task.outcome, task.answered);
        let turn = std::mem::replace(&mut self.turn, task.turn);
        let line = std::mem::replace(&mut self.run.line, task.line);
        self.settle(promise, settlement.rejected, settlement.value, settlement.place, st);
        (self.turn, self.run.line) = (turn, line);
        (st.ready, st.control, st.trail, (st.outcome, st.answered)) = kept;
    }

    /// Runs a function at once that may be called any number of times, none included. What it throws goes to whoever calls
    /// it.
    pub(super) fn run_now(&mut self, task: &Task, st: &mut State) {
        self.in_rounds(task.place, st, |machine, st| {
            let enters = machine.enter();
            if enters {
                machine.run_once(task, st);
                machine.leave();
            }
            enters
        });
    }

    fn run_once(&mut self, task: &Task, st: &mut State) {
        let before = st.clone();
        let base = self.tell_task(task, st);
        (st.ready, st.control) = (task.ready, task.control.clone());
        let arguments = match &task.arguments {
            Some(arguments) => arguments.clone(),
            None => self.unknown_arguments(&task.function, st),
        };
        let this = self.this_in(&task.function, task.place, st);
        let returns = self.call_value(&task.function, this, arguments, task.place, st).is_some();
        self.tell_task_end(base);
        if !returns {
            *st = before;
            return;
        }
        (st.ready, st.control, st.trail) = (before.ready, before.control.clone(), before.trail.clone());
        if task.control.depth() > before.control.depth() {
            *st = std::mem::take(st).join(before, self.overflow);
        }
    }

    fn run_task(&mut self, task: Task, st: &mut State) {
        let kept = (st.ready, st.control.clone(), st.trail.clone(), (st.outcome, st.answered), st.facts.clone());
        let before = st.clone();
        let base = self.tell_task(&task, st);
        let conditional = task.control.depth() > task.control.common(&st.control).depth();
        st.ready = task.ready;
        st.control = task.control;
        st.trail = task.trail;
        (st.outcome, st.answered) = (task.outcome, task.answered);
        st.facts = self.lasting_facts(&st.facts);
        let arguments = task.arguments.unwrap_or_else(|| self.unknown_arguments(&task.function, st));
        let this = match task.this.single() {
            Some(Atom::Undefined) => self.this_in(&task.function, task.place, st),
            _ => task.this,
        };
        self.run.catchers.push(Vec::new());
        let uncaught_at = std::mem::replace(
            &mut self.run.uncaught_at,
            if task.resolves.is_some() { 0 } else { self.run.catchers.len() },
        );
        let tries = std::mem::take(&mut self.run.tries);
        let steps = std::mem::take(&mut self.lowered.steps);
        let turn = std::mem::replace(&mut self.turn, task.turn);
        let line = std::mem::replace(&mut self.run.line, task.line);
        if task.event {
            self.next_turn();
            self.event_turns.insert(self.turn);
        }
        let value = self.call_value(&task.function, this, arguments, task.place, st);
        self.tell_task_end(base);
        (self.turn, self.run.line) = (turn, line);
        self.run.tries = tries;
        self.lowered.steps = steps;
        self.run.uncaught_at = uncaught_at;
        if value.is_some() && task.resolves.is_some() {
            // What it may have thrown before leaves what follows its return in doubt.
            st.control = self.control_with_doubts(task.place, st);
        }
        let thrown = self.stop_catching(value.is_some(), task.place);
        self.finish_task(task.resolves, value, thrown, task.place, &before, st);
        // It belongs to the same outcome as before, or the states are not brought together.
        (st.ready, st.control, st.trail, (st.outcome, st.answered), st.facts) = kept;
        if conditional {
            *st = std::mem::take(st).join(before, self.overflow);
        }
    }

    fn finish_task(
        &mut self,
        resolves: Option<ObjectId>,
        value: Option<Value>,
        thrown: Option<Exit>,
        place: Place,
        before: &State,
        st: &mut State,
    ) {
        let returned = value.map(|value| Exit { state: std::mem::take(st), value, place });
        let mut end = |end: Option<Exit>, rejects: bool| {
            end.map(|mut end| {
                if let Some(promise) = resolves {
                    self.settle(promise, rejects, end.value, end.place, &mut end.state);
                }
                end.state
            })
        };
        let (returned, thrown) = (end(returned, false), end(thrown, true));
        *st = match (returned, thrown) {
            (Some(a), Some(b)) => a.join(b, self.overflow),
            (a, b) => a.or(b).unwrap_or_else(|| before.clone()),
        };
    }

    /// What is still known when time has passed: of globals nothing.
    pub(super) fn lasting_facts(&self, facts: &Facts) -> Facts {
        let lasting = |id: UnknownId| self.unknowns.path(id).first().is_some_and(|root| &**root == "*");
        let kept: Vec<_> = facts.iter().filter(|(id, _)| lasting(*id)).cloned().collect();
        if kept.len() as u32 == facts.depth() {
            return facts.clone();
        }
        kept.into_iter().rev().fold(Facts::default(), |chain, fact| chain.push(fact))
    }

    /// One unknown for each parameter of a function that somebody unknown calls.
    pub(super) fn unknown_arguments(&mut self, function: &Value, st: &State) -> Vec<Value> {
        let Some((script, id)) = function.atoms.iter().find_map(|a| self.function_of(a, st)) else { return Vec::new() };
        let source = self.project.script(script);
        let params = source.function(id).params.of(&source.params);
        self.called_by_nobody = Some((script, id));
        let span = source.function(id).span;
        let place = Place { script, span };
        let mut given: Vec<Value> =
            params.iter().map(|p| self.unknown(Origin::Parameter(place, p.binding.0))).collect();
        // `arguments` may hold more than there are names for.
        if source.function(id).arguments.is_some() {
            let more = given.len() as u32..UNNAMED_ARGUMENTS;
            given.extend(more.map(|i| self.unknown(Origin::Parameter(place, u32::MAX - UNNAMED_ARGUMENTS + i))));
        }
        given
    }

    /// `this` of a function that somebody unknown calls.
    pub(super) fn this_in(&mut self, function: &Value, place: Place, st: &mut State) -> Value {
        let closure = function.as_object().and_then(|id| self.object(st, id)).and_then(|o: &Object| match &o.kind {
            ObjectKind::Closure(closure) => Some(closure.clone()),
            _ => None,
        });
        match closure {
            Some(closure) => self.this_of(&closure, place, st),
            None => Value::undefined(),
        }
    }
}
