//! Finding the call sites of a file: running its program from each entry, and gathering what the runs reached.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::facts::{FileFacts, Site};
use super::relevance::Relevance;
use super::{outcomes, params, readiness, spelling};
use crate::eval::{Created, Entry, Explored, Machine, ObjectId, Place, SiteEvent, State};
use crate::ir::{FileId, ScriptId, ScriptKind};
use crate::project::Project;

/// More entries of one program are not run.
const MAX_ENTRIES: usize = 20_000;
/// Steps of all entries of one program together.
const MAX_STEPS: u64 = 20_000_000;

/// An entry that was run, with the state it began in.
#[derive(Debug)]
pub(super) struct Run {
    /// Where it began.
    pub entry: Entry,
    /// In which state.
    pub start: Rc<State>,
    /// Whether it waited for a promise that a payment's result settles.
    pub awaited: bool,
}

/// A call of a payment API as one run reached it.
#[derive(Debug)]
pub(super) struct Reach {
    /// The index of the run.
    pub run: usize,
    /// What it found.
    pub event: SiteEvent,
}

/// A function that was made in a run and may be an entry.
struct Pending {
    created: Created,
    state: Rc<State>,
    done: bool,
}

/// The exploration of one program.
pub(super) struct Explorer<'p> {
    project: &'p Project,
    relevance: &'p Relevance,
    pub(super) machine: Machine<'p>,
    pub(super) runs: Vec<Run>,
    reached: BTreeMap<Place, Vec<Reach>>,
    pending: Vec<Pending>,
    instances: FxHashMap<ObjectId, Rc<State>>,
    exhausted: bool,
    cut_short: bool,
}

/// Analyses the scripts of a file.
#[must_use]
pub fn analyse(project: &Project, file: FileId) -> FileFacts {
    let mut facts = FileFacts::default();
    facts.cut_short = visit_sites(project, file, &mut |explorer, reaches, waited| {
        facts.sites.push(explorer.site(reaches, waited));
    });
    facts.sites.sort_by_key(|s| s.call);
    facts
}

/// What is done with a call: the exploration that found it, the ways in which runs reached it, and the tests whose
/// failing arm waits.
pub(super) type Visit<'v> = dyn FnMut(&mut Explorer<'_>, &[Reach], &BTreeSet<Place>) + 'v;

/// Explores the programs that a file's scripts belong to and visits each call in the file; true where there is more
/// code than is followed.
pub(super) fn visit_sites(project: &Project, file: FileId, visit: &mut Visit<'_>) -> bool {
    let mut realms: Vec<u32> = project.file(file).scripts.iter().map(|s| project.scripts[s.index()].realm).collect();
    realms.sort_unstable();
    realms.dedup();
    let mut cut_short = false;
    for realm in realms {
        cut_short |= visit_realm(project, file, realm, visit);
    }
    cut_short
}

fn visit_realm(project: &Project, file: FileId, realm: u32, visit: &mut Visit<'_>) -> bool {
    let scripts = &project.realms[realm as usize];
    let relevance = Relevance::of(project, scripts);
    if relevance.direct.is_empty() {
        return false;
    }
    let mut explorer = Explorer {
        project,
        relevance: &relevance,
        machine: Machine::new(project, realm, &relevance.functions, &relevance.assigned),
        runs: Vec::new(),
        reached: BTreeMap::new(),
        pending: Vec::new(),
        instances: FxHashMap::default(),
        exhausted: false,
        cut_short: false,
    };
    explorer.explore_all(scripts);
    let reached = std::mem::take(&mut explorer.reached);
    let cut_short = explorer.cut_short || explorer.has_missed(&reached);
    let waited = readiness::waited_tests(reached.values().flatten());
    let here = |place: &Place| project.scripts[place.script.index()].file == file;
    for (_, reaches) in reached.into_iter().filter(|(place, _)| here(place)) {
        visit(&mut explorer, &reaches, &waited);
    }
    cut_short
}

impl Explorer<'_> {
    fn explore_all(&mut self, scripts: &[ScriptId]) {
        let is_handler = |id: &ScriptId| self.project.script(*id).kind == ScriptKind::Handler;
        let (handlers, page): (Vec<ScriptId>, Vec<ScriptId>) = scripts.iter().partition(|id| is_handler(id));
        let fresh = Rc::new(self.machine.fresh_state());
        let loaded = self.run(Entry::Scripts(page), fresh);
        for handler in handlers {
            if self.relevance.functions.contains(&(handler, crate::ir::Script::BODY)) {
                self.run(Entry::Scripts(vec![handler]), loaded.clone());
            }
        }
        self.run_guards();
        while self.run_round() {}
        self.run_detached(loaded);
    }

    fn run(&mut self, entry: Entry, start: Rc<State>) -> Rc<State> {
        let Explored { state, sites, exhausted, awaited } = self.machine.explore(&entry, &start);
        let state = Rc::new(state);
        let run = self.runs.len();
        self.runs.push(Run { entry, start, awaited });
        self.exhausted |= exhausted;
        for event in sites {
            self.reached.entry(event.place).or_default().push(Reach { run, event });
        }
        let created = std::mem::take(&mut self.machine.created);
        self.pending.extend(created.into_iter().map(|created| Pending { created, state: state.clone(), done: false }));
        state
    }

    /// Runs functions that test or wait for the bridge and pay nothing: what they leave may guard the others.
    fn run_guards(&mut self) {
        for index in 0..self.pending.len() {
            let created = &self.pending[index].created;
            let key = (created.script, created.function);
            let pays = self.relevance.direct.contains(&key);
            if self.relevance.guards.contains(&key) && !pays && self.is_waiting(index) && !self.is_awaited(index) {
                self.run_pending(index);
            }
        }
    }

    /// Runs functions that nobody has called: first those that no function reads which may still run itself. False
    /// when none is left.
    fn run_round(&mut self) -> bool {
        let before = self.runs.len();
        let mut index = 0;
        while index < self.pending.len() {
            if self.is_waiting(index) && !self.is_awaited(index) {
                self.run_pending(index);
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

    fn is_waiting(&self, index: usize) -> bool {
        let pending = &self.pending[index];
        !pending.done && !self.machine.entered.contains(&(pending.created.script, pending.created.function))
    }

    /// Whether a function that has not run reads this one's name: it may call it, and guard it.
    fn is_awaited(&self, index: usize) -> bool {
        let pending = &self.pending[index];
        if self.machine.is_class(&pending.state, pending.created.object) {
            return false;
        }
        let readers = self.relevance.referrers.get(&(pending.created.script, pending.created.function));
        readers.is_some_and(|readers| readers.iter().any(|r| !self.machine.entered.contains(r)))
    }

    fn run_pending(&mut self, index: usize) {
        self.pending[index].done = true;
        if self.runs.len() >= MAX_ENTRIES || self.machine.steps >= MAX_STEPS {
            self.cut_short = true;
            return;
        }
        let pending = &self.pending[index];
        let (object, script) = (pending.created.object, pending.created.script);
        let home = self.machine.home_of(&pending.state, object);
        let instance = home.and_then(|h| self.instances.get(&h)).filter(|s| self.machine.has_object(s, object));
        let start = instance.unwrap_or(&pending.state).clone();
        let ready = self.machine.ready_of_entry(&start, object, pending.created.handed_to_waiter);
        let prototype = self.machine.prototype_if_class(&start, object);
        let end = self.run(Entry::Function { object, script, ready }, start);
        if let Some(prototype) = prototype {
            self.instances.insert(prototype, end);
        }
    }

    /// Whether a bound was reached before a function that mentions a payment API, and no run found the payment in it.
    fn has_missed(&self, reached: &BTreeMap<Place, Vec<Reach>>) -> bool {
        let found = |script: ScriptId, function| {
            reached.values().flatten().any(|r| r.event.place.script == script && r.event.function == function)
        };
        self.exhausted && self.relevance.direct.iter().any(|(script, function)| !found(*script, *function))
    }

    /// Functions that hold a site and that no run made, because a bound was reached before.
    fn run_detached(&mut self, loaded: Rc<State>) {
        if !self.exhausted {
            return;
        }
        for (script, function) in &self.relevance.direct {
            if !self.machine.entered.contains(&(*script, *function))
                && self.runs.len() < 2 * MAX_ENTRIES
                && self.machine.steps < 2 * MAX_STEPS
            {
                self.run(Entry::Detached { script: *script, function: *function }, loaded.clone());
            }
        }
    }

    /// What is known of a call.
    pub(super) fn site(&mut self, reaches: &[Reach], waited: &BTreeSet<Place>) -> Site {
        let event = &reaches[0].event;
        let project = self.project;
        let api = event.api;
        let callbacks = reaches.iter().flat_map(|r| &r.event.callbacks).map(|c| spelling::loc(project, c.place));
        let mut callbacks: Vec<_> = callbacks.collect();
        callbacks.sort();
        callbacks.dedup();
        Site {
            api,
            call: spelling::loc(project, event.place),
            callee: spelling::loc(project, event.callee),
            spelling: spelling::of(project, event.callee),
            function: spelling::function_name(project, event.place.script, event.function),
            ready: readiness::fact(project, reaches, waited),
            trade_no: params::fact(project, reaches),
            callbacks,
            outcomes: outcomes::table(project, &mut self.machine, &self.runs, reaches),
        }
    }
}
