//! The outcome table of a call site: what the code does for each result code.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::classify::{by_name, certainty_of, channel_of, claims_paid, class_of, has_title, said};
use super::explore::{Reach, Run};
use super::facts::{Certainty, Condition, Effect, Outcome, Undecided, Verdict};
use super::{both_arms, spelling, verdict};
use crate::api::{CallbackAt, CodeClass, OutcomeClass, PaymentApi, Receives};
use crate::eval::{
    ActiveSite, Arm, ArmKind, CallbackRef, Channel, Event, Machine, ObjectId, OutcomeRun, ParamsEvent, Place, Reason,
};
use crate::ir::{Loc, Span};
use crate::project::Project;

/// A site is run in at most so many ways in which runs reached it.
const MAX_WAYS: usize = 4;

/// An outcome table.
pub(super) struct Table {
    /// What the code does for each code.
    pub outcomes: Vec<Outcome>,
    /// Where the result is taken from a promise.
    pub waiters: Vec<Loc>,
    /// Whether the result's code is compared with anything.
    pub compares: bool,
}

/// What the code does for each code, and at the end for one that nobody documented.
pub(super) fn table(project: &Project, machine: &mut Machine<'_>, runs: &[Run], reaches: &[Reach]) -> Table {
    let ways = ways(machine, runs, reaches);
    let api = reaches[0].event.api;
    machine.left_by_results.clear();
    let (mut codes, mut ran) = run_all(machine, runs, &ways, api);
    // What one code's run writes is what another's may find there, from a payment before: not a value of its own.
    let written = written_differently(&ran);
    let reads = |run: &OutcomeRun| !run.read_stale.is_disjoint(&written);
    if ran.iter().flatten().any(reads) {
        machine.left_by_results = written;
        (codes, ran) = run_all(machine, runs, &ways, api);
    }
    told(project, api, &ways, &codes, &ran)
}

/// Properties that not every code writes alike: a lock that all of them open says nothing of a result.
fn written_differently(ran: &[Vec<OutcomeRun>]) -> FxHashSet<(ObjectId, Arc<str>)> {
    let mut found = FxHashSet::default();
    for way in 0..ran.first().map_or(0, Vec::len) {
        let runs = || ran.iter().filter_map(|runs| runs.get(way));
        for (property, value) in runs().flat_map(|run| &run.written) {
            if runs().any(|run| run.written.get(property) != Some(value)) {
                found.insert(property.clone());
            }
        }
    }
    found
}

/// For each code, which of the runs are its own; and the runs, one for each way to reach the call.
type RunsOfCodes = (Vec<(Option<&'static str>, usize)>, Vec<Vec<OutcomeRun>>);

fn run_all(machine: &mut Machine<'_>, runs: &[Run], ways: &[&Reach], api: &PaymentApi) -> RunsOfCodes {
    let mut ran: Vec<Vec<OutcomeRun>> = Vec::new();
    let mut codes: Vec<(Option<&'static str>, usize)> = Vec::new();
    for code in codes_of(api) {
        let alike = code.and_then(|code| ran.iter().position(|runs| goes_the_same_way(runs, code)));
        let index = alike.unwrap_or_else(|| {
            ran.push(ways.iter().map(|reach| run(machine, runs, reach, code)).collect());
            ran.len() - 1
        });
        codes.push((code, index));
    }
    (codes, ran)
}

/// The codes of an API, and at the end one that nobody documented.
fn codes_of(api: &PaymentApi) -> impl Iterator<Item = Option<&'static str>> {
    api.codes.iter().map(|c| Some(c.code)).chain([None])
}

/// Whether the runs for another code, one for each way to reach the call, say what happens for this one.
fn goes_the_same_way(runs: &[OutcomeRun], code: &str) -> bool {
    runs.iter().all(|run| run.observed.agrees_with(code))
}

/// The table that runs tell: for each code, which of them are its own.
fn told(
    project: &Project,
    api: &PaymentApi,
    ways: &[&Reach],
    codes: &[(Option<&'static str>, usize)],
    ran: &[Vec<OutcomeRun>],
) -> Table {
    let telling = telling_conditions(ran);
    let waiters: BTreeSet<Loc> =
        ran.iter().flatten().flat_map(|r| &r.waiters).map(|p| spelling::loc(project, *p)).collect();
    let builder = Builder { project, telling, ways: ways_at_conditions(codes, ran) };
    let outcomes: Vec<Outcome> = ran.iter().map(|runs| builder.outcome(runs, ways)).collect();
    let mut table: Vec<Outcome> =
        codes.iter().map(|(code, index)| Outcome { code: *code, ..outcomes[*index].clone() }).collect();
    quieten_common_state(api, &mut table);
    quieten_chances(api, &mut table);
    quieten_dumps(&mut table);
    for outcome in &mut table {
        outcome.verdict = verdict::of(outcome.code.and_then(|c| api.code(c)), outcome);
    }
    let compares = ran.iter().flatten().any(|run| run.observed.compares());
    Table { outcomes: table, waiters: waiters.into_iter().collect(), compares }
}

/// State that is set alike when the payment succeeded says nothing of how it ended: a lock, a spinner.
fn quieten_common_state(api: &PaymentApi, table: &mut [Outcome]) {
    let succeeded = |o: &&Outcome| o.code.and_then(|c| api.code(c)).is_some_and(|c| c.class == CodeClass::Success);
    let common: Vec<(Loc, OutcomeClass)> = table
        .iter()
        .find(succeeded)
        .map(|o| o.effects.iter().filter(|e| e.channel == Channel::State).map(|e| (e.loc, e.class)).collect())
        .unwrap_or_default();
    for effect in table.iter_mut().flat_map(|o| &mut o.effects) {
        if effect.channel == Channel::State
            && !matches!(effect.class, OutcomeClass::Opaque | OutcomeClass::Success)
            && common.contains(&(effect.loc, effect.class))
        {
            effect.class = OutcomeClass::Neutral;
        }
    }
}

/// A failure that may happen when the payment succeeded, too, on a condition that has nothing to do with the result,
/// is another failure: a utility that throws at bad input, and whoever catches that. In an arm that the code decides it
/// is one where a failed payment comes to the same arm.
fn quieten_chances(api: &PaymentApi, table: &mut [Outcome]) {
    let by_chance = |e: &&Effect| e.class == OutcomeClass::Failure && e.by_chance;
    let key = |e: &Effect| (e.loc, e.arm, e.text.clone());
    let of_class = |class: CodeClass| {
        let with_code = table.iter().find(|o| o.code.and_then(|c| api.code(c)).is_some_and(|c| c.class == class));
        with_code.map_or(&[][..], |o| &o.effects)
    };
    let failed: Vec<_> = of_class(CodeClass::Failure).iter().filter(by_chance).map(key).collect();
    let shared = |e: &&Effect| !e.stands_in_arm() || failed.contains(&key(e));
    let common: Vec<_> = of_class(CodeClass::Success).iter().filter(by_chance).filter(shared).map(key).collect();
    for effect in table.iter_mut().flat_map(|o| &mut o.effects) {
        if by_chance(&&*effect) && common.contains(&key(effect)) {
            effect.class = OutcomeClass::Neutral;
        }
    }
}

/// What prints the whole result alike for every code is there for developers: it says what the result says.
fn quieten_dumps(table: &mut [Outcome]) {
    let is_dump = |e: &&Effect| e.only_dumps && e.channel == Channel::Message && e.certainty == Certainty::Certain;
    let dumped = |o: &Outcome, loc: Loc| o.effects.iter().filter(is_dump).any(|e| e.loc == loc);
    let Some(first) = table.first() else { return };
    let mut common: Vec<Loc> = first.effects.iter().filter(is_dump).map(|e| e.loc).collect();
    common.retain(|loc| table.iter().all(|o| dumped(o, *loc)));
    for effect in table.iter_mut().flat_map(|o| &mut o.effects) {
        if common.contains(&effect.loc) && effect.class != OutcomeClass::Opaque {
            (effect.class, effect.claims_paid, effect.by_name) = (OutcomeClass::Neutral, false, false);
        }
    }
}

/// Ways that differ in who receives the result.
pub(super) fn ways<'r>(machine: &Machine<'_>, runs: &[Run], reaches: &'r [Reach]) -> Vec<&'r Reach> {
    let mut ways: Vec<&Reach> = Vec::new();
    for reach in reaches {
        let same = |other: &&Reach| {
            must_replay(runs, reach) == must_replay(runs, other)
                && (!must_replay(runs, reach) || reach.run == other.run)
                && same_callbacks(machine, reach, other)
        };
        if ways.len() < MAX_WAYS && !ways.iter().any(same) {
            ways.push(reach);
        }
    }
    ways
}

fn same_callbacks(machine: &Machine<'_>, a: &Reach, b: &Reach) -> bool {
    let (ours, theirs) = (&a.event.callbacks, &b.event.callbacks);
    let same = |x: &CallbackRef, y: &CallbackRef| {
        machine.same_function((&a.event.state, &x.value), (&b.event.state, &y.value))
    };
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(x, y)| same(x, y))
}

/// Whether the whole entry must run again: where the result travels through a promise.
pub(super) fn must_replay(runs: &[Run], reach: &Reach) -> bool {
    let run = &runs[reach.run];
    reach.event.in_promise || run.awaited
}

/// What the code does for one code, in one way in which a run reached the call.
pub(super) fn run(machine: &mut Machine<'_>, runs: &[Run], reach: &Reach, code: Option<&'static str>) -> OutcomeRun {
    let event = &reach.event;
    let active = ActiveSite { api: event.api, place: event.place, site: event.site(), code };
    if must_replay(runs, reach) {
        let run = &runs[reach.run];
        machine.replay(&run.entry, &run.start, active)
    } else {
        machine.run_callbacks(&reach.event, active)
    }
}

/// Conditions that not every code decides alike: some may leave them open.
fn telling_conditions(ran: &[Vec<OutcomeRun>]) -> BTreeSet<Place> {
    let mut arms: BTreeMap<Place, BTreeSet<Option<u32>>> = BTreeMap::new();
    for run in ran.iter().flatten() {
        for (place, number) in &run.decisions {
            arms.entry(*place).or_default().insert(Some(*number));
        }
        for place in &run.open_choices {
            arms.entry(*place).or_default().insert(None);
        }
    }
    arms.into_iter().filter(|(_, numbers)| numbers.len() > 1).map(|(place, _)| place).collect()
}

/// By condition on the result, which way each code takes there: codes with the same number take the same.
fn ways_at_conditions(codes: &[(Option<&'static str>, usize)], ran: &[Vec<OutcomeRun>]) -> BTreeMap<Place, Vec<usize>> {
    let places: BTreeSet<Place> = ran.iter().flatten().flat_map(decided).map(|(place, _)| place).collect();
    let ways_at = |place: Place| {
        let taken = |(_, index): &(Option<&str>, usize)| -> BTreeSet<u32> {
            let runs = ran.get(*index).into_iter().flatten();
            runs.flat_map(decided).filter(|(at, _)| *at == place).map(|(_, number)| number).collect()
        };
        let taken: Vec<BTreeSet<u32>> = codes.iter().map(taken).collect();
        taken.iter().map(|own| taken.iter().position(|other| other == own).unwrap_or_default()).collect()
    };
    places.into_iter().map(|place| (place, ways_at(place))).collect()
}

/// The conditions that a run decided and the tables that it looked into, and how.
fn decided(run: &OutcomeRun) -> impl Iterator<Item = (Place, u32)> {
    run.decisions.iter().chain(&run.lookups).copied()
}

struct Builder<'p> {
    project: &'p Project,
    telling: BTreeSet<Place>,
    ways: BTreeMap<Place, Vec<usize>>,
}

impl Builder<'_> {
    /// What runs for one code say, one for each way to reach the call.
    fn outcome(&self, runs: &[OutcomeRun], ways: &[&Reach]) -> Outcome {
        let mut effects: Vec<Effect> = Vec::new();
        let mut undecided: Vec<Undecided> = Vec::new();
        let mut last_condition = None;
        let ended = runs.iter().find_map(|run| run.ended).map(|place| self.loc(place));
        for (run, way) in runs.iter().zip(ways) {
            let passed = run.decisions.iter().rev().find(|(place, _)| self.telling.contains(place));
            last_condition = last_condition.or_else(|| passed.map(|(place, _)| self.condition(*place)));
            // First, since it is why what was being looked at then is not known either.
            if run.exhausted {
                undecided.push(Undecided { reason: Reason::Fuel, loc: self.loc(way.event.place) });
            }
            let mut own = Vec::new();
            for event in &run.events {
                self.add_event(event, &mut own, &mut undecided);
            }
            both_arms::settle(&mut own);
            for effect in own {
                if !effects.iter().any(|known| what_it_tells(known) == what_it_tells(&effect)) {
                    effects.push(effect);
                }
            }
            for callback in way.event.callbacks.iter().filter(|c| c.receives != Receives::Error) {
                if callback.value.may_be_unknown() {
                    undecided.push(Undecided { reason: Reason::Escaped, loc: self.loc(callback.place) });
                }
            }
            undecided.extend(self.hidden_callbacks(way));
        }
        undecided.dedup();
        Outcome { code: None, effects, undecided, ended, last_condition, verdict: Verdict::Ok }
    }

    /// Parameters that are not known may hold functions that receive the result.
    fn hidden_callbacks(&self, way: &Reach) -> Option<Undecided> {
        let event = &way.event;
        let by_key = event.form.callbacks.iter().any(|c| matches!(c.at, CallbackAt::Property(_)));
        let (reason, at) = match event.params {
            ParamsEvent::Unknown(reason, at) => (reason, at),
            ParamsEvent::Object { open: Some(open), hides: true, .. } => open,
            _ => return None,
        };
        let receives = event.callbacks.iter().any(|c| c.receives != Receives::Error);
        (by_key && !receives).then(|| Undecided { reason, loc: self.loc(at) })
    }

    fn add_event(&self, event: &Event, effects: &mut Vec<Effect>, undecided: &mut Vec<Undecided>) {
        let effect = &event.effect;
        let arms: Vec<&Arm> = event.control.iter().collect();
        for arm in &arms {
            if let ArmKind::Undecided(reason, at) = arm.kind {
                push_new(undecided, Undecided { reason, loc: self.loc(at) });
            }
        }
        let class = class_of(effect);
        let loc = self.loc(event.place);
        if class == OutcomeClass::Opaque {
            let reason = if effect.channel == Channel::Call { Reason::ExternalCall } else { Reason::Escaped };
            push_new(undecided, Undecided { reason, loc });
        }
        let telling = event.trail.iter().find(|d| d.lookup || self.telling.contains(&d.condition));
        let decision = telling.or_else(|| event.trail.iter().next()).copied();
        let arm = decision.and_then(|d| d.arm).map(|a| self.loc(a));
        let certainty = certainty_of(effect, class, &arms);
        let in_arm = |kind: ArmKind| arms.iter().any(|a| a.kind == kind);
        let passed_alike = telling.is_none() && decision.is_some();
        let by_chance = in_arm(ArmKind::Either) && !passed_alike;
        if certainty == Certainty::Undecided && !arms.iter().any(|a| matches!(a.kind, ArmKind::Undecided(..))) {
            push_new(undecided, Undecided { reason: Reason::Escaped, loc });
        }
        let text = effect.texts.iter().flatten().next();
        let told = (loc, class, certainty, arm, text.map(|t| &**t));
        if effects.iter().any(|known| what_it_tells(known) == told) {
            return;
        }
        effects.push(Effect {
            class,
            channel: channel_of(effect),
            loc,
            spelling: spelling::of(self.project, event.place),
            text: text.map(|t| t.to_string()),
            condition: decision.map(|d| self.condition(d.condition)),
            arm,
            certainty,
            path: arms.iter().rev().map(|a| (condition_number(a.condition.span), a.number)).collect(),
            open_arms: if effect.undecided { Vec::new() } else { open_arms(&arms) },
            carries_result: effect.carries_result,
            claims_paid: claims_paid(effect, class),
            by_chance,
            by_name: by_name(effect, class),
            only_dumps: effect.dumps_result && !has_title(effect),
            said: said(effect),
        });
    }

    fn condition(&self, place: Place) -> Condition {
        let ways = self.ways.get(&place).cloned().unwrap_or_default();
        let (spelling, code) = (spelling::of(self.project, place), spelling::number(self.project, place));
        Condition { loc: self.loc(place), spelling, code, ways }
    }

    fn loc(&self, place: Place) -> Loc {
        spelling::loc(self.project, place)
    }
}

/// What is told of an effect once.
fn what_it_tells(e: &Effect) -> (Loc, OutcomeClass, Certainty, Option<Loc>, Option<&str>) {
    (e.loc, e.class, e.certainty, e.arm, e.text.as_deref())
}

/// The arms that could not be decided; none of them where one of another kind makes an effect less than sure.
fn open_arms(arms: &[&Arm]) -> Vec<(u32, u32)> {
    if arms.iter().any(|a| matches!(a.kind, ArmKind::Server | ArmKind::UserChoice | ArmKind::Unsure(_))) {
        return Vec::new();
    }
    let open = arms.iter().rev().filter(|a| matches!(a.kind, ArmKind::Undecided(..)));
    open.map(|a| (condition_number(a.condition.span), a.number)).collect()
}

/// A number for a condition: another one for each range of a file.
pub(super) const fn condition_number(span: Span) -> u32 {
    span.start ^ span.end.rotate_left(16)
}

fn push_new(list: &mut Vec<Undecided>, item: Undecided) {
    if !list.contains(&item) {
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::{codes_of, run, table, told, ways};
    use crate::analysis::explore::visit;
    use crate::pipeline::{Options, project_of};

    /// What a run saw of the code decides whether another code needs a run of its own: over all fixtures, the tables
    /// are those that a run for each code gives.
    #[test]
    fn codes_that_share_a_run_would_have_gone_the_same_way() {
        let options =
            Options { paths: vec![concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures").into()], ..Options::default() };
        let project = project_of(&options);
        let mut tables = 0;
        for realm in &project.realms {
            visit(&project, realm, None, &mut |explorer, _, reaches, _| {
                let shared = table(&project, &mut explorer.machine, &explorer.runs, reaches);
                let ways = ways(&explorer.machine, &explorer.runs, reaches);
                let api = reaches[0].event.api;
                let codes: Vec<_> = codes_of(api).enumerate().map(|(index, code)| (code, index)).collect();
                let mut of_code =
                    |code| ways.iter().map(|way| run(&mut explorer.machine, &explorer.runs, way, code)).collect();
                let ran: Vec<_> = codes.iter().map(|(code, _)| of_code(*code)).collect();
                let each = told(&project, api, &ways, &codes, &ran);
                assert_eq!(format!("{:#?}", shared.outcomes), format!("{:#?}", each.outcomes));
                tables += 1;
            });
        }
        assert!(tables > 500, "only {tables} payments in the fixtures");
    }
}
