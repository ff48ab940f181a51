//! Tracing one payment call for a code: the run behind one cell of its outcome table once more, told step by step.
//! It judges nothing anew: classes and verdicts are the table's.

use super::classify::{certainty_of, channel_of, class_of};
use super::explore::{self, Explorer, Origin, Reach};
use super::facts::{Certainty, Effect, Outcome, Site, Undecided};
use super::merge::called_for_real;
use super::{outcomes, spelling};
use crate::api::OutcomeClass;
use crate::eval::{self, Arm, Channel, EffectEvent, LaterKind, Place, SiteEvent, StepKind, ValueNote};
use crate::ir::{FnId, FnKind, Loc, Script, ScriptId};
use crate::project::Project;
use crate::source::without_fillers;

/// A payment call, and the codes to trace it for; none stands for a code that nobody documented.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The call (`Site::call`).
    pub call: Loc,
    /// The codes.
    pub codes: Vec<Option<&'static str>>,
}

/// What the code does for one result of one payment call, step by step.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The call.
    pub site: Site,
    /// The code; none for one that nobody documented.
    pub code: Option<&'static str>,
    /// Each way in which runs reach the call.
    pub runs: Vec<TracedRun>,
}

/// One run, in the order of its steps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TracedRun {
    /// What happened.
    pub steps: Vec<TraceStep>,
    /// Whether there were more steps than are kept.
    pub cut: bool,
    /// Whether a bound of the evaluator ended it.
    pub exhausted: bool,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceStep {
    /// Where.
    pub loc: Loc,
    /// How it is written, on one line and shortened.
    pub spelling: String,
    /// How many calls and undecided arms it stands in.
    pub depth: usize,
    /// What.
    pub what: TraceKind,
}

/// What a step is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TraceKind {
    /// The payment is made, and its result given.
    Payment,
    /// A function is entered; the place is the call, or where it was given away.
    Enter {
        /// The function.
        function: Loc,
        /// Its name.
        name: Option<String>,
        /// Its parameters by name, and what each is given; empty for a call before a run that begins at the payment.
        arguments: Vec<(Option<String>, ValueNote)>,
        /// Why, where no call expression calls it.
        later: Option<LaterKind>,
    },
    /// A function is left; without a value where it throws or does not come back.
    Leave {
        /// Its name.
        name: Option<String>,
        /// What it returns.
        returned: Option<ValueNote>,
    },
    /// A call at hand is not followed once more.
    NotFollowed,
    /// A condition.
    Test {
        /// The values that it is about.
        operands: Vec<Operand>,
        /// How it ends; none: either way.
        holds: Option<bool>,
        /// Why it ends either way.
        reason: Option<Undecided>,
        /// The arm that is taken.
        arm: Option<TraceArm>,
    },
    /// A `switch`.
    Switch {
        /// What is compared.
        value: ValueNote,
        /// The case that is taken, where only one may be.
        arm: Option<TraceArm>,
    },
    /// One of several arms that may be taken.
    Arm(TraceArm),
    /// A look-up under a key that depends on the result.
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
    /// An effect.
    Effect {
        /// What it says or does.
        class: OutcomeClass,
        /// How it reaches somebody.
        channel: Channel,
        /// The text shown, the address gone to, the value handed on, where it is known.
        text: Option<String>,
        /// Whether it surely belongs to the code.
        certainty: Certainty,
        /// Its index among the effects of the code's outcome; none where that does not list it.
        index: Option<usize>,
    },
}

/// A value that a condition is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operand {
    /// Where it is read.
    pub loc: Loc,
    /// How that is written.
    pub spelling: String,
    /// What it was then.
    pub value: ValueNote,
}

/// An arm that a run takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceArm {
    /// The whole condition.
    pub condition: Loc,
    /// How that is written.
    pub spelling: String,
    /// 1 where it holds, 0 where it doesn't, cases from 2 on.
    pub number: u32,
    /// Where the arm begins; none where there is no text for it.
    pub start: Option<Loc>,
    /// The case, as it is written.
    pub case: Option<String>,
}

/// Traces payment calls.
#[must_use]
pub fn trace(project: &Project, wanted: &[Wanted]) -> Vec<Trace> {
    let mut found: Vec<(Origin, Trace)> = Vec::new();
    for realm in project.realms.iter().filter(|r| project.runs_code_of(r, |f| wanted.iter().any(|w| w.call.file == f)))
    {
        explore::visit(project, realm, None, &mut |explorer, origin, reaches, waited| {
            let Some(site) = explorer.site(reaches, waited) else { return };
            let Some(wanted) = wanted.iter().find(|w| w.call == site.call) else { return };
            for code in &wanted.codes {
                let Some(outcome) = site.outcomes.iter().find(|o| o.code == *code) else { continue };
                let runs = traced_runs(project, explorer, reaches, outcome);
                found.push((origin.clone(), Trace { site: site.clone(), code: *code, runs }));
            }
        });
    }
    let mut traces: Vec<Trace> = Vec::new();
    for (_, trace) in called_for_real(found, |(origin, trace)| (trace.site.touch.call, origin)) {
        match traces.iter_mut().find(|t| (t.site.call, t.code) == (trace.site.call, trace.code)) {
            // Programs that do not differ here run alike.
            Some(known) => trace.runs.into_iter().for_each(|run| {
                if !known.runs.contains(&run) {
                    known.runs.push(run);
                }
            }),
            None => traces.push(trace),
        }
    }
    let order = |call: Loc| wanted.iter().position(|w| w.call == call);
    traces.sort_by_key(|t| order(t.site.call));
    traces
}

fn traced_runs(project: &Project, explorer: &mut Explorer<'_>, reaches: &[Reach], outcome: &Outcome) -> Vec<TracedRun> {
    let teller = Teller { project, outcome };
    let ways = outcomes::ways(&explorer.machine, &explorer.runs, reaches);
    let mut runs = Vec::with_capacity(ways.len());
    let mut replayed = Vec::new();
    for way in ways {
        let replays = outcomes::must_replay(&explorer.runs, way);
        // An entry that runs again whole reaches the call in each of its ways.
        if replays && replayed.contains(&way.run) {
            continue;
        }
        replayed.extend(replays.then_some(way.run));
        explorer.machine.start_recording();
        let ran = outcomes::run(&mut explorer.machine, &explorer.runs, way, outcome.code);
        let record = explorer.machine.stop_recording();
        let mut steps: Vec<TraceStep> = record.steps.into_iter().map(|step| teller.step(step)).collect();
        if !replays {
            teller.tell_route(&way.event, &mut steps);
        }
        runs.push(TracedRun { steps, cut: record.cut, exhausted: ran.exhausted });
    }
    runs
}

/// Turns the evaluator's steps, which are places of a program, into facts that own their texts.
struct Teller<'p> {
    project: &'p Project,
    outcome: &'p Outcome,
}

impl Teller<'_> {
    fn loc(&self, place: Place) -> Loc {
        spelling::loc(self.project, place)
    }

    /// A run that begins at the payment itself: the calls that led to it stand before.
    fn tell_route(&self, event: &SiteEvent, steps: &mut Vec<TraceStep>) {
        let is_call = |(_, script, function): &&(Place, ScriptId, FnId)| {
            *function != Script::BODY || self.project.script(*script).function(*function).kind == FnKind::Handler
        };
        let calls: Vec<_> = event.route.iter().filter(is_call).collect();
        if let Some(TraceStep { what: TraceKind::Payment, depth, .. }) = steps.first_mut() {
            *depth = calls.len();
        }
        let route = calls.into_iter().enumerate().map(|(depth, (call, script, function))| {
            let source = self.project.script(*script);
            let decl = source.function(*function);
            let what = TraceKind::Enter {
                function: self.loc(Place { script: *script, span: decl.span }),
                name: decl.name.map(|n| without_fillers(source.name(n))),
                arguments: Vec::new(),
                later: None,
            };
            TraceStep { loc: self.loc(*call), spelling: spelling::of(self.project, *call), depth, what }
        });
        steps.splice(0..0, route);
    }

    fn step(&self, step: eval::Step) -> TraceStep {
        let (loc, spelling) = (self.loc(step.place), spelling::of(self.project, step.place));
        TraceStep { loc, spelling, depth: step.depth, what: self.kind(step.what, loc) }
    }

    fn kind(&self, what: StepKind, loc: Loc) -> TraceKind {
        match what {
            StepKind::Payment => TraceKind::Payment,
            StepKind::Enter { function, name, arguments, later } => {
                TraceKind::Enter { function: self.loc(function), name, arguments, later }
            }
            StepKind::Leave { name, returned } => TraceKind::Leave { name, returned },
            StepKind::NotFollowed => TraceKind::NotFollowed,
            StepKind::Test { operands, holds, reason, arm } => TraceKind::Test {
                operands: operands.into_iter().map(|(place, value)| self.operand(place, value)).collect(),
                holds,
                reason: reason.map(|(reason, at)| Undecided { reason, loc: self.loc(at) }),
                arm: arm.map(|a| self.arm(a)),
            },
            StepKind::Switch { value, arm } => TraceKind::Switch { value, arm: arm.map(|a| self.arm(a)) },
            StepKind::Arm(arm) => TraceKind::Arm(self.arm(arm)),
            StepKind::LookUp { key, found } => TraceKind::LookUp { key, found },
            StepKind::Write { name, value } => TraceKind::Write { name, value },
            StepKind::Settle { rejected, value } => TraceKind::Settle { rejected, value },
            StepKind::Await { resolved, rejected } => TraceKind::Await { resolved, rejected },
            StepKind::Throw { value, caught } => TraceKind::Throw { value, caught },
            StepKind::Catch(value) => TraceKind::Catch(value),
            StepKind::Effect(effect, arms) => self.effect(&effect, &arms, loc),
        }
    }

    fn operand(&self, place: Place, value: ValueNote) -> Operand {
        Operand { loc: self.loc(place), spelling: spelling::of(self.project, place), value }
    }

    fn arm(&self, arm: eval::ArmTaken) -> TraceArm {
        let case = arm.start.filter(|_| arm.number >= 2).map(|start| spelling::of(self.project, start));
        TraceArm {
            condition: self.loc(arm.condition),
            spelling: spelling::of(self.project, arm.condition),
            number: arm.number,
            start: arm.start.map(|start| self.loc(start)),
            case,
        }
    }

    /// An effect as the outcome table has it; what the table leaves out is classed alike.
    fn effect(&self, effect: &EffectEvent, arms: &[Arm], loc: Loc) -> TraceKind {
        let arms: Vec<&Arm> = arms.iter().collect();
        let (channel, certainty) = (channel_of(effect), certainty_of(effect, class_of(effect), &arms));
        let text = effect.texts.iter().flatten().next().map(|t| t.to_string());
        // What stands in both arms of an open condition is sure in the table.
        let settled = |e: &Effect| certainty == Certainty::Undecided && !e.open_arms.is_empty();
        let listed = |e: &Effect| {
            let same = (e.loc, e.channel, e.text.as_deref()) == (loc, channel, text.as_deref());
            same && (e.certainty == certainty || settled(e))
        };
        let index = self.outcome.effects.iter().position(listed);
        let class = index.and_then(|i| self.outcome.effects.get(i)).map_or_else(|| class_of(effect), |e| e.class);
        TraceKind::Effect { class, channel, text, certainty, index }
    }
}
