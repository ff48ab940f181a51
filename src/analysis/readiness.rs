//! The ready state of a call site: the weakest on any path to it.

use std::collections::{BTreeMap, BTreeSet};

use super::explore::Reach;
use super::facts::{Evidence, ReadyFact, ReadyState};
use super::spelling;
use crate::eval::{Level, Place, Ready, SiteEvent, meet_of_settlements};
use crate::ir::{FnId, FnKind, Script, ScriptId};
use crate::project::Project;
use crate::source::without_fillers;

/// What a program waits for the bridge with.
#[derive(Debug, Default)]
pub(super) struct Waited {
    /// Tests whose failing arm waits and then pays, and where it waits.
    tests: BTreeMap<Place, Option<Place>>,
    /// Runs, and the places that touch the bridge in them after it was waited for.
    touches: BTreeSet<(usize, Place)>,
    /// Where code that has the bridge shows or enables a control.
    opened: Option<Place>,
}

impl Waited {
    /// Of a program's runs; `opened` are the turns in which it shows or enables something, and where.
    pub(super) fn of<'r>(reaches: impl Iterator<Item = &'r Reach>, opened: &[(u32, Place)]) -> Self {
        let mut waited = Self::default();
        let mut paying = BTreeSet::new();
        for reach in reaches {
            let ready = reach.event.ready;
            paying.insert(reach.event.turn);
            if let (Level::Ready, Some(test)) = (ready.level, ready.test) {
                waited.tests.entry(test).or_insert(ready.evidence);
            }
            if ready.level >= Level::Event && !ready.stray {
                waited.touches.insert((reach.run, reach.event.place));
            }
        }
        // What is shown on the way to a payment is a sign of waiting for that.
        waited.opened = opened.iter().find(|(turn, _)| !paying.contains(turn)).map(|(_, place)| *place);
        waited
    }

    /// What is known of the bridge at a site, where the control that leads there may have waited for it: whoever has
    /// asked in vain on the way has not.
    fn ready_at(&self, event: &SiteEvent) -> Ready {
        let ready = event.ready;
        let may_wait = event.by_event && ready.level == Level::Unguarded && ready.test.is_none();
        self.opened.filter(|_| may_wait).map_or(ready, |place| ready.after_unknown(place))
    }
}

/// What guards a site that runs reached.
pub(super) fn fact(project: &Project, reaches: &[Reach], waited: &Waited) -> ReadyFact {
    if reaches[0].event.api.ready.is_none() {
        return ReadyFact { state: ReadyState::NotNeeded, evidence: Vec::new(), route: Vec::new(), origin: None };
    }
    let mut by_run: BTreeMap<usize, Vec<&SiteEvent>> = BTreeMap::new();
    for reach in reaches {
        by_run.entry(reach.run).or_default().push(&reach.event);
    }
    let states = by_run.into_iter().map(|(run, events)| of_run(run, &events, waited));
    let Some((state, ready, event)) = states.reduce(weaker) else {
        return ReadyFact { state: ReadyState::Unknown, evidence: Vec::new(), route: Vec::new(), origin: None };
    };
    ReadyFact {
        state,
        evidence: evidence(project, state, ready, event),
        route: route(project, event),
        origin: origin(project, event),
    }
}

type Found<'e> = (ReadyState, Ready, &'e SiteEvent);

/// The state of a site in one run of the program, which may reach it in several ways.
fn of_run<'e>(run: usize, events: &[&'e SiteEvent], waited: &Waited) -> Found<'e> {
    let completed = |r: Ready| {
        let wait = r.test.filter(|_| r.level == Level::Presence).and_then(|t| waited.tests.get(&t));
        wait.map_or(r, |wait| Ready { level: Level::Ready, evidence: wait.or(r.evidence), ..r })
    };
    // A listener beside one that waits for the bridge never pays where the bridge may be missing.
    let beside = |e: &SiteEvent| e.ready.stray && waited.touches.contains(&(run, e.place));
    let (beside, others): (Vec<&SiteEvent>, Vec<&SiteEvent>) = events.iter().copied().partition(|e| beside(e));
    if let (Some(event), true) = (beside.first(), others.is_empty()) {
        let ready = event.ready.after_unknown(event.place);
        return (state_of(event, ready), ready, event);
    }
    let events = others;
    // What waits comes first: its evidence stands for what is only tested.
    let mut levels: Vec<Ready> = events.iter().map(|e| waited.ready_at(e)).collect();
    levels.sort_by_key(|r| std::cmp::Reverse(r.level));
    let levels: Vec<Ready> = levels.into_iter().map(completed).collect();
    let has = |level| levels.iter().any(|r| r.level == level);
    let met = meet_of_settlements(&levels).unwrap_or(Ready::UNGUARDED);
    // A listener for late bridges and a test for early ones, in one run: both.
    let both = has(Level::Event) && has(Level::Presence) && met.level == Level::Presence;
    let met = if both { Ready { level: Level::Ready, ..met } } else { met };
    let weakest = events
        .iter()
        .copied()
        .map(|e| (state_of(e, waited.ready_at(e)), e))
        .reduce(|a, b| if rank(b.0) < rank(a.0) { b } else { a });
    match (met.level, weakest) {
        (Level::Unguarded, Some((state, event))) => (state, waited.ready_at(event), event),
        _ => (state_of(events[0], met), met, events[0]),
    }
}

fn state_of(event: &SiteEvent, ready: Ready) -> ReadyState {
    match ready.level {
        Level::Unguarded if event.caught.is_some() => ReadyState::Presence,
        Level::Unguarded if event.optional => ReadyState::Optional,
        Level::Unguarded => ReadyState::Unguarded,
        Level::Unknown => ReadyState::Unknown,
        Level::Presence => ReadyState::Presence,
        Level::Event => ReadyState::Event,
        Level::Ready => ReadyState::Ready,
    }
}

/// From the weakest; what is unknown is weaker than all but what is surely unguarded.
pub(super) fn rank(state: ReadyState) -> u8 {
    match state {
        ReadyState::Unguarded => 0,
        ReadyState::Unknown => 1,
        ReadyState::Optional => 2,
        ReadyState::Presence => 3,
        ReadyState::Event => 4,
        ReadyState::Ready => 5,
        ReadyState::NotNeeded => 6,
    }
}

fn weaker<'e>(a: Found<'e>, b: Found<'e>) -> Found<'e> {
    if rank(b.0) < rank(a.0) { b } else { a }
}

fn evidence(project: &Project, state: ReadyState, ready: Ready, event: &SiteEvent) -> Vec<Evidence> {
    let note = |place, what: &str| Evidence { loc: spelling::loc(project, place), what: what.to_owned() };
    match state {
        ReadyState::Presence if event.caught.is_some() && ready.level == Level::Unguarded => {
            event.caught.map(|place| note(place, "a throw is caught here")).into_iter().collect()
        }
        ReadyState::Unguarded | ReadyState::Optional | ReadyState::NotNeeded => Vec::new(),
        _ => {
            let what = match state {
                ReadyState::Unknown => "it depends on this",
                ReadyState::Event => "the ready event is listened for here",
                ReadyState::Ready => "it is waited for here",
                _ => "the bridge is tested here",
            };
            let test = ready.test.filter(|t| Some(*t) != ready.evidence && state == ReadyState::Ready);
            let test = test.map(|place| note(place, "the bridge is tested here"));
            test.into_iter().chain(ready.evidence.map(|place| note(place, what))).collect()
        }
    }
}

/// The function that a route begins in, where others are called from there.
fn origin(project: &Project, event: &SiteEvent) -> Option<String> {
    let is_function = |(_, _, function): &&(Place, ScriptId, FnId)| *function != Script::BODY;
    let (_, script, function) = event.route.iter().find(is_function)?;
    let own = (event.place.script, event.function) == (*script, *function);
    spelling::function_name(project, *script, *function).filter(|_| !own)
}

/// The calls on the way to a site, the first first.
fn route(project: &Project, event: &SiteEvent) -> Vec<Evidence> {
    let mut route = Vec::new();
    for (call, script, function) in &event.route {
        let source = project.script(*script);
        let decl = source.function(*function);
        if *function == Script::BODY && decl.kind != FnKind::Handler {
            continue;
        }
        let name = decl.name.map(|n| without_fillers(source.name(n)));
        // An entry's call is the function itself: nobody at hand calls it.
        let what = match (name, call.span == decl.span) {
            (Some(name), true) => format!("`{name}` is called from code that is not at hand"),
            (None, true) if decl.kind == FnKind::Handler => "an event runs this".to_owned(),
            (None, true) => "this function is called from code that is not at hand".to_owned(),
            (Some(name), false) => format!("`{name}` is called here"),
            (None, false) => "a function is called here".to_owned(),
        };
        route.push(Evidence { loc: spelling::loc(project, *call), what });
    }
    route
}
