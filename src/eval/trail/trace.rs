//! The record of one run: every step that a reviewer would tell, in the order of the run. It is kept only where
//! somebody asked for it, holds places and notes of values, and is bounded.

use crate::eval::Place;
use crate::eval::event::EffectEvent;
use crate::eval::machine::Machine;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::trail::note::ValueNote;
use crate::eval::trail::watch::Sightings;
use crate::eval::values::heap::ObjectId;
use crate::eval::values::unknown::Reason;

/// More steps of one run are not recorded.
pub(in crate::eval) const MAX_STEPS: usize = 10_000;
/// Operands that are remembered for the next condition.
const MAX_OPERANDS: usize = 64;

/// What was recorded of one run.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// In the order of the run.
    pub steps: Vec<Step>,
    /// Whether there were more.
    pub cut: bool,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// How many calls and undecided arms it stands in.
    pub depth: usize,
    /// What.
    pub what: StepKind,
}

/// Why a function is entered that no call expression calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LaterKind {
    /// It receives the payment's result.
    Callback,
    /// It reacts to a promise.
    Reaction,
    /// The customer chooses so.
    UserChoice,
    /// A server answers.
    Server,
    /// A function that is not at hand may call it.
    Perhaps,
    /// It runs later: a timer, a listener.
    Later,
}

/// What a step is.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// The payment, and with it the result.
    Payment,
    /// A function is entered; the place is the call.
    Enter {
        /// The function.
        function: Place,
        /// Its name.
        name: Option<String>,
        /// Its parameters by name, and what each is given.
        arguments: Vec<(Option<String>, ValueNote)>,
        /// Why, where no call expression calls it.
        later: Option<LaterKind>,
    },
    /// A function is left; none: it throws, or does not come back.
    Leave {
        /// Its name.
        name: Option<String>,
        /// What it returns.
        returned: Option<ValueNote>,
    },
    /// A call at hand that is not followed once more: it was followed too often already, or is too deep.
    NotFollowed,
    /// A condition, or a part of one that `&&`, `||` and `!` put together.
    Test {
        /// The values that it is about.
        operands: Vec<(Place, ValueNote)>,
        /// How it ends; none: either way.
        holds: Option<bool>,
        /// Why it ends either way.
        reason: Option<(Reason, Place)>,
        /// The arm that is taken.
        arm: Option<ArmTaken>,
    },
    /// A `switch` and its value.
    Switch {
        /// What is compared.
        value: ValueNote,
        /// The case that is taken, where only one may be.
        arm: Option<ArmTaken>,
    },
    /// One of several arms that may be taken; the place is the condition.
    Arm(ArmTaken),
    /// A look-up under a key that the result decides.
    LookUp {
        /// The key.
        key: ValueNote,
        /// What it finds.
        found: ValueNote,
    },
    /// A name is given a value that depends on the result.
    Write {
        /// The name.
        name: String,
        /// The value.
        value: ValueNote,
    },
    /// A promise is settled.
    Settle {
        /// Rejected, not resolved.
        rejected: bool,
        /// With what.
        value: ValueNote,
    },
    /// An `await` goes on.
    Await {
        /// With this value.
        resolved: Option<ValueNote>,
        /// Or throws this.
        rejected: Option<ValueNote>,
    },
    /// A value is thrown.
    Throw {
        /// Which.
        value: ValueNote,
        /// Whether something at hand catches it.
        caught: bool,
    },
    /// A `catch` goes on with a value.
    Catch(ValueNote),
    /// An effect, not yet classed, and the arms that it stands in, the innermost first.
    Effect(Box<EffectEvent>, Vec<Arm>),
}

/// An arm that a run takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ArmTaken {
    /// The whole condition.
    pub condition: Place,
    /// 1 where it holds, 0 where it doesn't, cases from 2 on.
    pub number: u32,
    /// Where the arm begins; none where there is no text for it.
    pub start: Option<Place>,
}

/// Collects the steps of a run.
#[derive(Debug, Default)]
pub(in crate::eval) struct Recorder {
    record: Record,
    /// The calls that the run stands in; those that were entered before the payment are told only when it is reached.
    calls: Vec<Call>,
    /// Undecided arms around what runs later.
    base: usize,
    /// Values that were read since the last condition, each with the number of activations around it.
    operands: Vec<(usize, Place, ValueNote)>,
    /// What names held where they were read; none: nobody asked for that.
    pub(in crate::eval) sightings: Option<Sightings>,
}

#[derive(Debug)]
struct Call {
    /// Its entry, where that was not told yet.
    step: Option<Step>,
    told: bool,
    depth: usize,
}

impl Recorder {
    /// A recorder that notes what names hold, too.
    pub(in crate::eval) fn watching() -> Self {
        Self { sightings: Some(Sightings::default()), ..Self::default() }
    }

    pub(in crate::eval) fn push(&mut self, st: &State, place: Place, what: StepKind) {
        let mut calls = std::mem::take(&mut self.calls);
        for call in &mut calls {
            if let Some(step) = call.step.take() {
                call.told = true;
                self.keep(step);
            }
        }
        self.calls = calls;
        let depth = self.depth(st);
        self.keep(Step { place, depth, what });
    }

    fn depth(&self, st: &State) -> usize {
        self.calls.len() + open_arms(st).saturating_sub(self.base)
    }

    fn keep(&mut self, step: Step) {
        if self.record.steps.len() < MAX_STEPS {
            self.record.steps.push(step);
        } else {
            self.record.cut = true;
        }
    }

    /// Enters a call: at once, or not told before something happens in it that is.
    pub(in crate::eval) fn enter(&mut self, st: &State, place: Place, what: StepKind) {
        let depth = self.depth(st);
        if st.outcome {
            self.push(st, place, what);
            self.calls.push(Call { step: None, told: true, depth });
        } else {
            self.calls.push(Call { step: Some(Step { place, depth, what }), told: false, depth });
        }
    }

    /// Leaves a call, and says so where its entry was told.
    pub(in crate::eval) fn leave(&mut self, place: Place, what: StepKind) {
        if let Some(Call { told: true, depth, .. }) = self.calls.pop() {
            self.keep(Step { place, depth, what });
        }
    }

    /// Remembers what was read, for the condition that it stands in.
    pub(in crate::eval) fn remember(&mut self, level: usize, place: Place, value: ValueNote) {
        if self.operands.len() >= MAX_OPERANDS {
            self.operands.remove(0);
        }
        self.operands.push((level, place, value));
    }

    /// What was read at this level within a condition.
    pub(in crate::eval) fn take_operands(&mut self, level: usize, test: Place) -> Vec<(Place, ValueNote)> {
        let (here, around): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.operands).into_iter().partition(|(depth, ..)| *depth >= level);
        self.operands = around;
        let mut taken: Vec<(Place, ValueNote)> = Vec::new();
        for (depth, place, value) in here {
            if depth == level && place.script == test.script && test.span.contains(place.span) {
                taken.retain(|(p, _)| *p != place);
                taken.push((place, value));
            }
        }
        taken
    }

    /// Says which arm the condition before leads to, where that was the last step.
    pub(in crate::eval) fn take_arm(&mut self, taken: ArmTaken) {
        let last = self.record.steps.last_mut();
        match last.map(|s| (s.place, &mut s.what)) {
            Some((place, StepKind::Test { arm: arm @ None, .. } | StepKind::Switch { arm: arm @ None, .. }))
                if place.script == taken.condition.script && taken.condition.span.contains(place.span) =>
            {
                *arm = Some(taken);
            }
            _ => {}
        }
    }

    /// The last step.
    pub(in crate::eval) fn last(&self) -> Option<&Step> {
        self.record.steps.last()
    }

    /// The last step that is no effect.
    pub(in crate::eval) fn last_but_effects(&self) -> Option<&Step> {
        self.record.steps.iter().rev().find(|step| !matches!(step.what, StepKind::Effect(..)))
    }

    /// Stands under the arms of a function that runs later: they are no depth of its own.
    pub(in crate::eval) fn set_base(&mut self, base: usize) -> usize {
        std::mem::replace(&mut self.base, base)
    }

    fn finish(mut self, is_consumed: impl Fn(ObjectId) -> bool) -> Record {
        // What somebody at hand waits for is no effect of its own.
        self.record.steps.retain(|step| match &step.what {
            StepKind::Effect(effect, _) => effect.handed.is_none_or(|p| !is_consumed(p)),
            _ => true,
        });
        self.record
    }
}

impl Machine<'_> {
    /// Records the next outcome.
    pub fn start_recording(&mut self) {
        self.recorder = Some(Box::default());
    }

    /// What was recorded, without the effects that somebody at hand waits for.
    pub fn stop_recording(&mut self) -> Record {
        let recorder = self.recorder.take().unwrap_or_default();
        let consumed = std::mem::take(&mut self.run.consumed);
        recorder.finish(|promise| consumed.contains(&promise))
    }
}

/// How many undecided arms a run stands in.
pub(in crate::eval) fn open_arms(st: &State) -> usize {
    st.control.iter().filter(|arm| arm.kind != ArmKind::Decided).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{ScriptId, Span};

    fn place(at: u32) -> Place {
        Place { script: ScriptId(0), span: Span::new(at, at + 1) }
    }

    fn state(outcome: bool) -> State {
        State { outcome, ..State::default() }
    }

    fn entered() -> StepKind {
        StepKind::Enter { function: place(0), name: None, arguments: vec![], later: None }
    }

    fn left() -> StepKind {
        StepKind::Leave { name: None, returned: None }
    }

    #[test]
    fn only_calls_that_lead_to_the_payment_are_told_before_it() {
        let mut recorder = Recorder::default();
        recorder.enter(&state(false), place(1), entered());
        recorder.enter(&state(false), place(2), entered());
        recorder.leave(place(2), left());
        recorder.enter(&state(false), place(3), entered());
        recorder.push(&state(true), place(4), StepKind::Payment);
        recorder.leave(place(3), left());
        let record = recorder.finish(|_| false);
        let told: Vec<(u32, usize)> = record.steps.iter().map(|s| (s.place.span.start, s.depth)).collect();
        assert_eq!(told, [(1, 0), (3, 1), (4, 2), (3, 1)]);
    }

    #[test]
    fn a_record_is_bounded_and_says_so() {
        let mut recorder = Recorder::default();
        for at in 0..MAX_STEPS as u32 {
            recorder.push(&state(true), place(at), StepKind::NotFollowed);
        }
        assert!(!recorder.record.cut);
        recorder.push(&state(true), place(0), StepKind::NotFollowed);
        let record = recorder.finish(|_| false);
        assert_eq!((record.steps.len(), record.cut), (MAX_STEPS, true));
    }
}
