//! Finding the call sites of a file: running its program from each entry, and gathering what the runs reached.

mod entries;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use entries::Pending;

use super::facts::{Evidence, Site, Touch};
use super::merge::Callers;
use super::readiness::Waited;
use super::relevance::{Relevance, Scan};
use super::{outcomes, params, readiness, spelling};
use crate::api::{PLATFORM, PaymentApi};
use crate::eval::{Entry, Explored, Machine, ObjectId, Place, SiteEvent, State};
use crate::ir::{FnId, Loc, ScriptId};
use crate::limits::Limit;
use crate::project::{Project, Realm};

/// An entry that was run, with the state it began in.
#[derive(Debug)]
pub(super) struct Run {
    /// Where it began.
    pub entry: Entry,
    /// In which state.
    pub start: Rc<State>,
    /// Whether it waited for a promise that a payment's result settles.
    pub awaited: bool,
    /// The function that it began with, where that is one which another program may call.
    caller: Option<(ScriptId, FnId)>,
}

/// A call of a payment API as one run reached it.
#[derive(Debug)]
pub(super) struct Reach {
    /// The index of the run.
    pub run: usize,
    /// What it found.
    pub event: SiteEvent,
}

/// Runs' findings by the place that touches the API and the payment's own call: another one for each call of a wrapper.
type Reached = BTreeMap<(Place, Place), Vec<Reach>>;

/// The exploration of one program.
pub(super) struct Explorer<'p> {
    project: &'p Project,
    realm: &'p Realm,
    relevance: &'p Relevance,
    pub(super) machine: Machine<'p>,
    pub(super) runs: Vec<Run>,
    reached: Reached,
    pending: Vec<Pending>,
    /// What modules made around relevant functions.
    wrappers: Vec<Pending>,
    instances: FxHashMap<ObjectId, Rc<State>>,
    /// Scripts whose functions are no entries here.
    elsewhere: &'p [ScriptId],
    /// How many payments it has found in other files than its own, in the end.
    far_payments: usize,
    /// The bound that a run reached.
    exhausted: Option<Limit>,
    /// The limit that kept functions from being run.
    cut_short: Option<Limit>,
}

/// A program with more payments than this in other files is judged when it is known which of them are its business: in a
/// chain of modules that all pay and call the next, each program reaches the payments of all behind it.
const JUDGED_AT_ONCE: usize = 16;

/// What one program says.
#[derive(Debug, Default)]
pub struct ProgramFacts {
    /// Its payments, those that begin in different functions apart.
    pub(super) sites: Vec<ProgramSite>,
    /// Payments that are not judged yet: the calls that touch the API, and where the runs to them began.
    pub(super) unjudged: Vec<(Loc, Origin)>,
    /// The limit that it passes, where calls may be missing.
    pub cut_short: Option<Limit>,
}

/// A payment as one program sees it.
#[derive(Debug)]
pub(super) struct ProgramSite {
    /// What is known of it.
    pub site: Site,
    /// Where the runs that reached it began.
    pub origin: Origin,
}

/// Where runs began that reached a payment in one program, and what they called on the way.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The function that nobody in the program calls, where another program may; by its place, which it has in every
    /// alternative of its file.
    pub entry: Option<Loc>,
    /// Functions on the way that code at hand calls.
    pub called: BTreeSet<Loc>,
}

/// Runs a program and says what is known of its payments, unless many are far away; `scan` is what a look at its file has
/// shown, if there was one.
#[must_use]
pub fn analyse(project: &Project, realm: &Realm, scan: Option<&Scan>) -> ProgramFacts {
    facts(project, realm, scan, &|explorer, _, _| explorer.far_payments <= JUDGED_AT_ONCE)
}

/// Runs a program of many payments once more, and judges those that `callers` leave to it.
#[must_use]
pub fn judge(project: &Project, realm: &Realm, scan: Option<&Scan>, callers: &Callers) -> ProgramFacts {
    facts(project, realm, scan, &|_, touch, origin| callers.leave(touch, origin))
}

/// Whether a payment is judged now: by the exploration that found it, the call that touches the API, and where it began.
type IsDue<'d> = dyn Fn(&Explorer<'_>, Loc, &Origin) -> bool + 'd;

fn facts(project: &Project, realm: &Realm, scan: Option<&Scan>, is_due: &IsDue<'_>) -> ProgramFacts {
    let mut facts = ProgramFacts::default();
    facts.cut_short = visit(project, realm, scan, &mut |explorer, origin, reaches, waited| {
        let touch = spelling::loc(project, reaches[0].event.place);
        if is_due(explorer, touch, &origin) {
            facts.sites.extend(explorer.site(reaches, waited).map(|site| ProgramSite { site, origin }));
        } else {
            facts.unjudged.push((touch, origin));
        }
    });
    facts
}

/// What is done with a payment: the exploration that found it, where it began, the ways in which runs reached it, and
/// the tests whose failing arm waits.
pub(super) type Visit<'v> = dyn FnMut(&mut Explorer<'_>, Origin, &[Reach], &Waited) + 'v;

/// Runs a program and visits each payment in it; the limit that it passes, where payments may be missing.
pub(super) fn visit(project: &Project, realm: &Realm, scan: Option<&Scan>, visit: &mut Visit<'_>) -> Option<Limit> {
    let relevance = Relevance::of(project, realm, scan);
    if relevance.is_empty() {
        return None;
    }
    let mut explorer = Explorer {
        project,
        relevance: &relevance,
        realm,
        machine: Machine::new(project, realm, &relevance.functions, relevance.assigned.clone()),
        runs: Vec::new(),
        reached: BTreeMap::new(),
        pending: Vec::new(),
        wrappers: Vec::new(),
        instances: FxHashMap::default(),
        elsewhere: &realm.entered_elsewhere,
        far_payments: 0,
        exhausted: None,
        cut_short: None,
    };
    explorer.machine.read_markup(&realm.markup);
    explorer.explore_all(&realm.scripts, &realm.markup.bindings);
    let mut reached = std::mem::take(&mut explorer.reached);
    join_late(&mut reached);
    explorer.far_payments = reached.keys().filter(|(place, _)| project.entry(place.script).file != realm.file).count();
    let cut_short = explorer.cut_short.or_else(|| explorer.exhausted.filter(|_| !explorer.missed(&reached).is_empty()));
    let waited = Waited::of(reached.values().flatten(), &explorer.machine.opened_in_all());
    for reaches in reached.into_values() {
        explorer.visit_origins(reaches, &waited, visit);
    }
    cut_short
}

/// A payment that is made later is that of the call which made it ready, where a run has reached both at once.
fn join_late(reached: &mut Reached) {
    let is_late = |(place, reaches): (&(Place, Place), &Vec<Reach>)| {
        let late = reaches.iter().map(|r| r.event.late_site).find(|late| *late != place.1)?;
        let all = reaches.iter().all(|r| r.event.late_site == late);
        (all && reached.contains_key(&(place.0, late))).then_some((*place, late))
    };
    let moved: Vec<((Place, Place), Place)> = reached.iter().filter_map(is_late).collect();
    for (key, late) in moved {
        let reaches = reached.remove(&key).unwrap_or_default();
        reached.entry((key.0, late)).or_default().extend(reaches);
    }
}

impl Explorer<'_> {
    fn run(&mut self, entry: Entry, start: Rc<State>) -> Rc<State> {
        let Explored { state, sites, exhausted, awaited } = self.machine.explore(&entry, &start);
        let state = Rc::new(state);
        let run = self.runs.len();
        let caller = self.shared_entry(&entry);
        self.runs.push(Run { entry, start, awaited, caller });
        self.exhausted = self.exhausted.or(exhausted.then_some(self.machine.bound));
        for event in sites {
            self.reached.entry((event.place, event.site())).or_default().push(Reach { run, event });
        }
        let created = std::mem::take(&mut self.machine.created);
        for created in created {
            let list = if created.wraps { &mut self.wrappers } else { &mut self.pending };
            list.push(Pending { created, state: state.clone(), done: false });
        }
        state
    }

    /// The function that an entry begins with, where scripts of other programs may call it.
    fn shared_entry(&self, entry: &Entry) -> Option<(ScriptId, FnId)> {
        let (script, function) = match *entry {
            Entry::Scripts(_) | Entry::Binding { .. } => return None,
            Entry::Function { script, function, .. } | Entry::Detached { script, function } => (script, function),
        };
        let exports = &self.project.entry(script).exports;
        (exports.lead(None) || exports.globals).then_some((script, function))
    }

    /// The limit that all runs together have reached so many times over.
    fn passed(&self, times: u64) -> Option<Limit> {
        let reached = |limit| self.project.limits.get(limit).saturating_mul(times);
        if self.runs.len() as u64 >= reached(Limit::Entries) {
            return Some(Limit::Entries);
        }
        (self.machine.steps >= reached(Limit::Steps)).then_some(Limit::Steps)
    }

    /// Functions that mention a payment API, and no run found the payment in them.
    fn missed(&self, reached: &Reached) -> BTreeSet<(ScriptId, FnId)> {
        let mut found: BTreeSet<(ScriptId, FnId)> = BTreeSet::new();
        for event in reached.values().flatten().map(|r| &r.event) {
            found.insert((event.place.script, event.function));
            found.extend(event.links.iter().map(|link| (link.place.script, link.function)));
        }
        self.relevance.direct.iter().filter(|mentions| !found.contains(mentions)).copied().collect()
    }

    /// Visits a payment, those runs apart that another program may stand for.
    fn visit_origins(&mut self, reaches: Vec<Reach>, waited: &Waited, visit: &mut Visit<'_>) {
        let mut by_entry: BTreeMap<Option<(ScriptId, FnId)>, Vec<Reach>> = BTreeMap::new();
        for reach in reaches {
            by_entry.entry(self.runs[reach.run].caller).or_default().push(reach);
        }
        for (entry, reaches) in by_entry {
            let called = reaches.iter().flat_map(|r| r.event.called.iter().map(|f| self.loc_of(*f))).collect();
            let entry = entry.map(|entry| self.loc_of(entry));
            visit(self, Origin { entry, called }, &reaches, waited);
        }
    }

    fn loc_of(&self, (script, function): (ScriptId, FnId)) -> Loc {
        let entry = self.project.entry(script);
        Loc::new(entry.file, entry.script.function(function).span)
    }

    /// Whether the program is a build of its file for another platform than an API's own.
    fn is_of_another_build(&self, api: &PaymentApi) -> bool {
        let (file, build) = (self.realm.file, self.realm.build);
        let of_platform = |name: &str| PLATFORM.builds.get(build / 2).is_some_and(|(platform, _)| *platform == name);
        let varies = || self.project.realms.iter().any(|other| other.file == file && other.build != build);
        api.build.is_some_and(|name| !of_platform(name) && varies())
    }

    /// What is known of a payment; none where it is another API's after all.
    pub(super) fn site(&mut self, reaches: &[Reach], waited: &Waited) -> Option<Site> {
        let event = &reaches[0].event;
        let project = self.project;
        let api = event.api;
        let callbacks = reaches.iter().flat_map(|r| &r.event.callbacks).map(|c| spelling::loc(project, c.place));
        let mut callbacks: Vec<_> = callbacks.collect();
        callbacks.sort();
        callbacks.dedup();
        let (call, callee, function) = match event.links.last() {
            Some(link) => (link.place, link.callee, link.function),
            None => (event.place, event.callee, event.function),
        };
        let table = outcomes::table(project, &mut self.machine, &self.runs, reaches);
        if api.only_where_compared && !table.compares || self.is_of_another_build(api) {
            return None;
        }
        Some(Site {
            api,
            call: spelling::loc(project, call),
            callee: spelling::loc(project, callee),
            spelling: spelling::of(project, callee),
            function: spelling::function_name(project, call.script, function),
            touch: Touch {
                call: spelling::loc(project, event.place),
                callee: spelling::loc(project, event.callee),
                spelling: spelling::of(project, event.callee),
            },
            links: links(project, event),
            ready: readiness::fact(project, reaches, waited),
            trade_no: params::fact(project, reaches),
            callbacks,
            waiters: table.waiters,
            outcomes: table.outcomes,
        })
    }
}

/// The calls between a payment's own and the one that touches the API, that one last; none without a wrapper.
fn links(project: &Project, event: &SiteEvent) -> Vec<Evidence> {
    let Some((_, between)) = event.links.split_last() else { return Vec::new() };
    let step = |callee: Place, function| Evidence {
        loc: spelling::loc(project, callee),
        what: match spelling::function_name(project, callee.script, function) {
            Some(name) => format!("{} in {name}", spelling::of(project, callee)),
            None => spelling::of(project, callee),
        },
    };
    let outer = between.iter().rev().map(|link| step(link.callee, link.function));
    outer.chain([step(event.callee, event.function)]).collect()
}
