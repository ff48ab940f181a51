//! Where the evaluator tells its recorder what happens. Each of these costs one test where nothing is recorded.

use crate::eval::Place;
use crate::eval::event::EffectEvent;
use crate::eval::language::branch::Split;
use crate::eval::machine::{Machine, Mode};
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::task::Task;
use crate::eval::trail::note::{AtomNote, ValueNote};
use crate::eval::trail::trace::{ArmTaken, LaterKind, StepKind, open_arms};
use crate::eval::values::heap::{Closure, ObjectId};
use crate::eval::values::value::{Atom, Value};
use crate::ir::{BindingId, Expr, ExprId, Ref};
use crate::source::without_fillers;

impl Machine<'_> {
    /// Whether what happens in this state is recorded.
    #[inline]
    fn records(&self, st: &State) -> bool {
        self.recorder.is_some() && st.outcome
    }

    #[cold]
    fn tell(&mut self, st: &State, place: Place, what: StepKind) {
        if let Some(recorder) = &mut self.recorder {
            recorder.push(st, place, what);
        }
    }

    /// The payment is made.
    pub(in crate::eval) fn tell_payment(&mut self, place: Place, st: &State) {
        self.tell(st, place, StepKind::Payment);
    }

    /// A function at hand is entered.
    #[inline]
    pub(in crate::eval) fn tell_enter(&mut self, closure: &Closure, arguments: &[Value], place: Place, st: &State) {
        if self.recorder.is_some() {
            self.tell_enter_fully(closure, arguments, place, st);
        }
    }

    #[cold]
    fn tell_enter_fully(&mut self, closure: &Closure, arguments: &[Value], place: Place, st: &State) {
        let script = self.project.script(closure.script);
        let decl = script.function(closure.function);
        let arguments = self.given_notes(script, closure.function, arguments, st);
        let function = Place { script: closure.script, span: decl.span };
        let name = decl.name.map(|n| without_fillers(script.name(n)));
        let later = self.later.take();
        if let Some(recorder) = &mut self.recorder {
            recorder.enter(st, place, StepKind::Enter { function, name, arguments, later });
        }
    }

    /// A function at hand is left.
    #[inline]
    pub(in crate::eval) fn tell_leave(
        &mut self,
        closure: &Closure,
        returned: Option<&Value>,
        place: Place,
        st: &State,
    ) {
        if self.recorder.is_some() {
            self.tell_leave_fully(closure, returned, place, st);
        }
    }

    #[cold]
    fn tell_leave_fully(&mut self, closure: &Closure, returned: Option<&Value>, place: Place, st: &State) {
        let script = self.project.script(closure.script);
        let name = script.function(closure.function).name.map(|n| without_fillers(script.name(n)));
        let returned = returned.map(|v| self.note(v, st));
        if let Some(recorder) = &mut self.recorder {
            recorder.leave(place, StepKind::Leave { name, returned });
        }
    }

    /// A call at hand is not followed.
    #[inline]
    pub(in crate::eval) fn tell_not_followed(&mut self, place: Place, st: &State) {
        if self.records(st) {
            self.tell(st, place, StepKind::NotFollowed);
        }
    }

    /// A name, a property or a call was read: it may be an operand of a condition.
    #[cold]
    pub(in crate::eval) fn tell_read(&mut self, expr: ExprId, value: &Value, st: &State) {
        if self.records(st) && is_read(&self.script().expr(expr)) {
            let (place, note) = (self.place(expr), self.note(value, st));
            if self.recorder.as_ref().is_some_and(|r| r.sightings.is_some()) {
                self.sight(place, value, st);
            }
            let level = self.run.frames.len();
            if let Some(recorder) = &mut self.recorder {
                recorder.remember(level, place, note);
            }
        }
    }

    /// A condition was split.
    #[inline]
    pub(in crate::eval) fn tell_test(&mut self, test: ExprId, split: &Split<State>) {
        if self.recorder.is_some() {
            self.tell_test_fully(test, split);
        }
    }

    #[cold]
    fn tell_test_fully(&mut self, test: ExprId, split: &Split<State>) {
        let Some(st) = split.then.as_ref().or(split.otherwise.as_ref()).filter(|st| st.outcome) else { return };
        let place = self.place(test);
        let level = self.run.frames.len();
        let Some(recorder) = &mut self.recorder else { return };
        let operands = telling(recorder.take_operands(level, place), place);
        let holds = if split.cause.both { None } else { Some(split.then.is_some()) };
        let reason = split.cause.reason.filter(|_| holds.is_none());
        recorder.push(st, place, StepKind::Test { operands, holds, reason, arm: None });
    }

    /// A `switch` begins.
    #[inline]
    pub(in crate::eval) fn tell_switch(&mut self, value: &Value, place: Place, st: &State) {
        if self.records(st) {
            let value = self.note(value, st);
            self.tell(st, place, StepKind::Switch { value, arm: None });
        }
    }

    /// An arm is entered.
    #[inline]
    pub(in crate::eval) fn tell_arm(
        &mut self,
        condition: Place,
        number: u32,
        start: Option<Place>,
        both: bool,
        st: &State,
    ) {
        if self.records(st) {
            self.tell_arm_fully(ArmTaken { condition, number, start }, both, st);
        }
    }

    #[cold]
    fn tell_arm_fully(&mut self, taken: ArmTaken, both: bool, st: &State) {
        if both {
            self.tell(st, taken.condition, StepKind::Arm(taken));
        } else if let Some(recorder) = &mut self.recorder {
            recorder.take_arm(taken);
        }
    }

    /// A key that the result decides was looked up.
    #[inline]
    pub(in crate::eval) fn tell_look_up(&mut self, key: &Value, found: &Value, place: Place, st: &State) {
        if self.records(st) {
            let (key, found) = (self.note(key, st), self.note(found, st));
            self.tell(st, place, StepKind::LookUp { key, found });
        }
    }

    /// A name is given a value.
    #[cold]
    pub(in crate::eval) fn tell_write(&mut self, name: Ref, value: &Value, place: Place, st: &State) {
        if self.records(st)
            && let Ref::Binding(binding) = name
        {
            self.tell_write_fully(binding, value, place, st);
        }
    }

    fn tell_write_fully(&mut self, binding: BindingId, value: &Value, place: Place, st: &State) {
        let script = self.script();
        let name = script.name(script.binding(binding).name).to_string();
        let of_result = value.taint.of_result() || st.context().of_result();
        let is_function = value.atoms.iter().all(|a| self.is_callable(st, a));
        let whole_result = value.as_object().is_some_and(|id| self.is_result(id, st));
        if !name.is_empty() && (of_result || whole_result) && !is_function {
            let value = self.note(value, st);
            self.tell(st, place, StepKind::Write { name, value });
        }
    }

    /// A promise is settled.
    #[inline]
    pub(in crate::eval) fn tell_settle(
        &mut self,
        promise: ObjectId,
        rejected: bool,
        value: &Value,
        place: Place,
        st: &State,
    ) {
        if self.records(st) {
            self.tell_settle_fully(promise, rejected, value, place, st);
        }
    }

    #[cold]
    fn tell_settle_fully(&mut self, promise: ObjectId, rejected: bool, value: &Value, place: Place, st: &State) {
        let nothing = value.atoms.iter().all(|a| matches!(a, Atom::Undefined));
        let waits = self.promise_in(promise, st).is_some_and(|p| !p.reactions.is_empty());
        // The API's own promise: that it resolves was told by the payment.
        let is_payment = matches!(&self.mode, Mode::Outcome(active) if active.place == place);
        if is_payment || (nothing && !rejected && !waits) {
            return;
        }
        let value = self.note(value, st);
        let last = self.recorder.as_ref().and_then(|r| r.last_but_effects());
        // A promise that passes on what another was settled with is settled in the same place.
        let passed = last.is_some_and(|last| {
            last.place == place
                && matches!(&last.what, StepKind::Settle { rejected: r, value: v } if *r == rejected && *v == value)
        });
        if !passed {
            self.tell(st, place, StepKind::Settle { rejected, value });
        }
    }

    /// An `await` goes on, in each way in which its promise was settled.
    #[inline]
    pub(in crate::eval) fn tell_await(
        &mut self,
        resolved: Option<&(State, Value)>,
        rejected: Option<&(State, Value)>,
        place: Place,
    ) {
        if self.recorder.is_some()
            && let Some((st, _)) = resolved.or(rejected).filter(|(st, _)| st.outcome)
        {
            let note = |end: Option<&(State, Value)>| end.map(|(st, value)| self.note(value, st));
            let what = StepKind::Await { resolved: note(resolved), rejected: note(rejected) };
            self.tell(st, place, what);
        }
    }

    /// A value is thrown.
    #[inline]
    pub(in crate::eval) fn tell_throw(&mut self, value: &Value, place: Place, st: &State) {
        if self.records(st) {
            let told = self.recorder.as_ref().and_then(|r| r.last());
            if told.is_some_and(|last| last.place == place && matches!(last.what, StepKind::Await { .. })) {
                return;
            }
            let caught = self.run.catchers.len() > self.run.uncaught_at;
            let value = self.note(value, st);
            self.tell(st, place, StepKind::Throw { value, caught });
        }
    }

    /// A `catch` goes on.
    #[inline]
    pub(in crate::eval) fn tell_catch(&mut self, value: &Value, place: Place, st: &State) {
        if self.records(st) {
            let value = self.note(value, st);
            self.tell(st, place, StepKind::Catch(value));
        }
    }

    /// An effect is reached.
    #[inline]
    pub(in crate::eval) fn tell_effect(&mut self, effect: &EffectEvent, place: Place, st: &State) {
        if self.records(st) {
            let arms: Vec<Arm> = st.control.iter().cloned().collect();
            self.tell(st, place, StepKind::Effect(Box::new(effect.clone()), arms));
        }
    }

    /// A function runs that was put in line; gives back what `tell_task_end` needs.
    #[inline]
    pub(in crate::eval) fn tell_task(&mut self, task: &Task, st: &State) -> usize {
        if self.recorder.is_none() {
            return 0;
        }
        self.later = Some(self.later_kind(task, st));
        let base = open_arms(st);
        self.recorder.as_mut().map_or(0, |r| r.set_base(base))
    }

    /// It has run.
    #[inline]
    pub(in crate::eval) fn tell_task_end(&mut self, base: usize) {
        if let Some(recorder) = &mut self.recorder {
            recorder.set_base(base);
            self.later = None;
        }
    }

    fn later_kind(&self, task: &Task, st: &State) -> LaterKind {
        let is_result = |v: &Value| v.objects().any(|id| self.is_result(id, st));
        if task.resolves.is_some() {
            return LaterKind::Reaction;
        }
        if task.arguments.as_ref().is_some_and(|a| a.iter().any(is_result)) {
            return LaterKind::Callback;
        }
        match task.control.iter().next().map(|arm| arm.kind) {
            Some(ArmKind::Unsure(_)) => LaterKind::Perhaps,
            Some(ArmKind::UserChoice) => LaterKind::UserChoice,
            Some(ArmKind::Server) => LaterKind::Server,
            _ => LaterKind::Later,
        }
    }
}

/// Whether an expression asks for a value that stands elsewhere.
const fn is_read(expr: &Expr) -> bool {
    matches!(expr, Expr::Read(_) | Expr::Member { .. } | Expr::Call { .. } | Expr::Chain(_) | Expr::Await(_))
}

/// The operands that tell something of a condition: not its own truth, nor what a call in it was given.
fn telling(mut operands: Vec<(Place, ValueNote)>, test: Place) -> Vec<(Place, ValueNote)> {
    let is_truth = |note: &ValueNote| matches!(note.alternatives.as_slice(), [AtomNote::Literal(word)] if word == "true" || word == "false");
    if operands.len() > 1 {
        operands.retain(|(place, note)| *place != test || !is_truth(note));
    }
    let is_function = |note: &ValueNote| matches!(note.alternatives.as_slice(), [AtomNote::Function(_)]);
    let places: Vec<Place> = operands.iter().map(|(place, _)| *place).collect();
    let inside = |place: &Place| places.iter().any(|p| p != place && p.span.contains(place.span));
    operands.retain(|(place, note)| !inside(place) && !is_function(note));
    // A table or a list that something is looked for in tells less than what is looked for.
    let is_container = |note: &ValueNote| {
        matches!(note.alternatives.as_slice(), [AtomNote::Other(_) | AtomNote::List(_) | AtomNote::Object(..)])
    };
    if operands.iter().any(|(_, note)| !is_container(note)) {
        operands.retain(|(_, note)| !is_container(note));
    }
    operands
}
