//! Finding the call sites of a file: running its program from each entry, and gathering what the runs reached.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::facts::{Evidence, Site, Touch};
use super::merge::Callers;
use super::readiness::Waited;
use super::relevance::{Relevance, Scan};
use super::{outcomes, params, readiness, spelling};
use crate::api::{PLATFORM, PaymentApi};
use crate::eval::{Created, Entry, Explored, Machine, ObjectId, Place, SiteEvent, State};
use crate::ir::{FnId, Loc, ScriptId, ScriptKind};
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

/// A function that was made in a run and may be an entry.
struct Pending {
    created: Created,
    state: Rc<State>,
    done: bool,
}

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

/// Runs a program and says what is known of its payments, unless many are far away; `scan` is what a look at its file has shown,
/// if there was one.
#[must_use]
pub fn analyse(project: &Project, realm: &Realm, scan: Option<&Scan>) -> ProgramFacts {
    let mut facts = ProgramFacts::default();
    facts.cut_short = visit(project, realm, scan, &mut |explorer, origin, reaches, waited| {
        if explorer.far_payments > JUDGED_AT_ONCE {
            facts.unjudged.push((spelling::loc(project, reaches[0].event.place), origin));
        } else {
            facts.sites.extend(explorer.site(reaches, waited).map(|site| ProgramSite { site, origin }));
        }
    });
    facts
}

/// Runs a program of many payments once more, and judges those that `callers` leave to it.
#[must_use]
pub fn judge(project: &Project, realm: &Realm, scan: Option<&Scan>, callers: &Callers) -> ProgramFacts {
    let mut facts = ProgramFacts::default();
    facts.cut_short = visit(project, realm, scan, &mut |explorer, origin, reaches, waited| {
        if callers.leave(spelling::loc(project, reaches[0].event.place), &origin) {
            facts.sites.extend(explorer.site(reaches, waited).map(|site| ProgramSite { site, origin }));
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
    let cut_short = explorer.cut_short.or_else(|| explorer.exhausted.filter(|_| explorer.has_missed(&reached)));
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
    fn explore_all(&mut self, scripts: &[ScriptId], bindings: &[(ScriptId, ScriptId)]) {
        let is_handler = |id: &ScriptId| self.project.script(*id).kind.is_handler();
        let (handlers, page): (Vec<ScriptId>, Vec<ScriptId>) = scripts.iter().partition(|id| is_handler(id));
        let mut pages: FxHashMap<ScriptId, Vec<ScriptId>> = FxHashMap::default();
        bindings.iter().for_each(|(handler, of)| pages.entry(*handler).or_default().push(*of));
        let fresh = Rc::new(self.machine.fresh_state());
        let loaded = self.run(Entry::Scripts(page), fresh);
        let is_template = |id: &ScriptId| self.project.script(*id).kind == ScriptKind::Template;
        for handler in handlers.into_iter().filter(|id| !is_template(id)) {
            if !self.relevance.functions.contains(&(handler, crate::ir::Script::BODY)) {
                continue;
            }
            match pages.get(&handler) {
                None => drop(self.run(Entry::Scripts(vec![handler]), loaded.clone())),
                Some(pages) => pages.iter().for_each(|of| {
                    self.run(Entry::Binding { handler, of: *of }, loaded.clone());
                }),
            }
        }
        self.run_guards();
        self.run_bindings(bindings, &loaded);
        while self.run_round() {}
        self.run_detached(loaded);
    }

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

    /// Runs functions that test or wait for the bridge and pay nothing: what they leave may guard the others.
    fn run_guards(&mut self) {
        let wrapped = |w: &Pending| self.machine.wrapped(&w.state, w.created.object);
        let wrapped: BTreeSet<(ScriptId, FnId)> = self.wrappers.iter().flat_map(wrapped).collect();
        for index in 0..self.pending.len() {
            let created = &self.pending[index].created;
            let key = (created.script, created.function);
            let pays = self.relevance.direct.contains(&key) || wrapped.contains(&key);
            if self.relevance.guards.contains(&key) && !pays && self.is_waiting(index) && !self.is_awaited(index) {
                self.run_pending(index);
            }
        }
    }

    /// Runs what events call that markup binds, once their components are made.
    fn run_bindings(&mut self, bindings: &[(ScriptId, ScriptId)], loaded: &Rc<State>) {
        let mut made: FxHashMap<ScriptId, Rc<State>> = FxHashMap::default();
        for (handler, of) in bindings {
            if self.relevance.functions.contains(&(*handler, crate::ir::Script::BODY)) {
                let start = made.entry(*of).or_insert_with(|| self.make_component(*of, loaded)).clone();
                self.run(Entry::Binding { handler: *handler, of: *of }, start);
            }
        }
    }

    /// The state that is left when the component which a script makes is there.
    fn make_component(&mut self, of: ScriptId, loaded: &Rc<State>) -> Rc<State> {
        let root = self.machine.root_of_component(of, loaded);
        let is_root = |pending: &Pending| Some(pending.created.object) == root;
        let Some(index) = self.pending.iter().position(is_root).filter(|index| self.is_waiting(*index)) else {
            return loaded.clone();
        };
        self.machine.keep_members(of, self.pending[index].created.object);
        self.run_pending(index).unwrap_or_else(|| loaded.clone())
    }

    /// Runs functions that nobody has called: first those that no function reads which may still run itself. False
    /// when none is left.
    fn run_round(&mut self) -> bool {
        let before = self.runs.len();
        let mut index = 0;
        while index < self.pending.len() {
            if self.is_waiting(index) && !self.is_awaited(index) {
                self.run_wrappers();
                if self.is_waiting(index) {
                    self.run_pending(index);
                }
            }
            index += 1;
        }
        if self.runs.len() == before {
            // What is left waits for each other.
            let Some(index) = (0..self.pending.len()).find(|i| self.is_waiting(*i)) else { return false };
            self.run_pending(index);
        }
        self.pending.retain(|p| !p.done);
        true
    }

    /// Runs what modules made around functions that nothing else calls: `pay = withBridge(() => …)`.
    fn run_wrappers(&mut self) {
        let mut index = 0;
        while index < self.wrappers.len() {
            let Pending { created, state, .. } = &self.wrappers[index];
            let wrapped = self.machine.wrapped(state, created.object);
            if wrapped.iter().any(|function| !self.is_read_by_waiting(*function)) {
                let wrapper = self.wrappers.remove(index);
                self.pending.push(wrapper);
                self.run_pending(self.pending.len() - 1);
            } else {
                index += 1;
            }
        }
    }

    fn is_waiting(&self, index: usize) -> bool {
        let pending = &self.pending[index];
        let Created { script, function, .. } = pending.created;
        !pending.done && !self.elsewhere.contains(&script) && !self.machine.entered.contains(&(script, function))
    }

    /// Whether a function that has not run reads this one's name: it may call it, and guard it.
    fn is_awaited(&self, index: usize) -> bool {
        let pending = &self.pending[index];
        if self.machine.is_class(&pending.state, pending.created.object) {
            return false;
        }
        self.is_read_by_waiting((pending.created.script, pending.created.function))
    }

    fn is_read_by_waiting(&self, function: (ScriptId, FnId)) -> bool {
        let readers = self.relevance.referrers.get(&function);
        readers.is_some_and(|readers| readers.iter().any(|r| !self.machine.entered.contains(r)))
    }

    /// Runs a function that nobody has called; answers the state that it leaves, unless a bound was reached.
    fn run_pending(&mut self, index: usize) -> Option<Rc<State>> {
        self.pending[index].done = true;
        if let Some(limit) = self.passed(1) {
            self.cut_short = Some(limit);
            return None;
        }
        let pending = &self.pending[index];
        let (object, script) = (pending.created.object, pending.created.script);
        let home = self.machine.home_of(&pending.state, object);
        let state = pending.state.clone();
        if let Some(prototype) = home.filter(|h| !self.instances.contains_key(h)) {
            self.run_constructor(prototype, (object, script), state);
        }
        let pending = &self.pending[index];
        let instance = home.and_then(|h| self.instances.get(&h)).filter(|s| self.machine.has_object(s, object));
        let start = instance.unwrap_or(&pending.state).clone();
        let depends = pending.created.handed_to_waiter || self.is_never_called(&pending.created);
        let ready = self.machine.ready_of_entry(&start, object, depends);
        let prototype = self.machine.prototype_if_class(&start, object);
        let function = self.pending[index].created.function;
        let dead = self.is_never_called(&self.pending[index].created);
        let end = self.run(Entry::Function { object, script, function, ready }, start);
        if dead && self.exhausted.is_none() {
            self.forget_payments_in((script, function));
        }
        if let Some(prototype) = prototype {
            self.instances.insert(prototype, end.clone());
        }
        Some(end)
    }

    /// Runs the function that makes instances with a prototype, as a class's constructor runs before its methods.
    fn run_constructor(&mut self, prototype: ObjectId, (method, script): (ObjectId, ScriptId), state: Rc<State>) {
        let Some((object, of, function)) = self.machine.unused_constructor(&state, prototype) else { return };
        if object == method || of != script || self.passed(1).is_some() {
            return;
        }
        let ready = self.machine.ready_of_entry(&state, object, false);
        let end = self.run(Entry::Function { object, script, function, ready }, state);
        self.instances.insert(prototype, end);
    }

    /// A function that only dead code calls pays nothing.
    fn forget_payments_in(&mut self, (script, function): (ScriptId, FnId)) {
        let run = self.runs.len() - 1;
        let source = self.project.script(script);
        let around = |f: &FnId| source.function(*f).parent;
        let stands_in = |inner: FnId| std::iter::successors(Some(inner), around).any(|f| f == function);
        let is_inside = |r: &Reach| {
            let place = r.event.place;
            r.run == run && place.script == script && stands_in(r.event.function)
        };
        self.reached.values_mut().for_each(|reaches| reaches.retain(|r| !is_inside(r)));
        self.reached.retain(|_, reaches| !reaches.is_empty());
    }

    /// Whether a function can only be called by code that has run, and that did not call it.
    fn is_never_called(&self, created: &Created) -> bool {
        let key = (created.script, created.function);
        let readers = self.relevance.referrers.get(&key).filter(|readers| !readers.is_empty());
        self.relevance.only_called.contains(&key)
            && readers.is_some_and(|readers| readers.iter().all(|r| self.machine.entered.contains(r)))
    }

    /// The limit that all runs together have reached so many times over.
    fn passed(&self, times: u64) -> Option<Limit> {
        let reached = |limit| self.project.limits.get(limit).saturating_mul(times);
        if self.runs.len() as u64 >= reached(Limit::Entries) {
            return Some(Limit::Entries);
        }
        (self.machine.steps >= reached(Limit::Steps)).then_some(Limit::Steps)
    }

    /// Whether there is a function that mentions a payment API, and no run found the payment in it.
    fn has_missed(&self, reached: &Reached) -> bool {
        let mut found: BTreeSet<(ScriptId, FnId)> = BTreeSet::new();
        for event in reached.values().flatten().map(|r| &r.event) {
            found.insert((event.place.script, event.function));
            found.extend(event.links.iter().map(|link| (link.place.script, link.function)));
        }
        self.relevance.direct.iter().any(|mentions| !found.contains(mentions))
    }

    /// Functions that hold a site and that no run made, because a bound was reached before.
    fn run_detached(&mut self, loaded: Rc<State>) {
        if self.exhausted.is_none() {
            return;
        }
        for (script, function) in &self.relevance.direct {
            if !self.machine.entered.contains(&(*script, *function)) && self.passed(2).is_none() {
                self.run(Entry::Detached { script: *script, function: *function }, loaded.clone());
            }
        }
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
