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
const MAX_ENTRIES: usize = 256;

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
struct Explorer<'p> {
    project: &'p Project,
    relevance: &'p Relevance,
    machine: Machine<'p>,
    runs: Vec<Run>,
    reached: BTreeMap<Place, Vec<Reach>>,
    pending: Vec<Pending>,
    instances: FxHashMap<ObjectId, Rc<State>>,
    exhausted: bool,
}

/// Analyses the scripts of a file.
#[must_use]
pub fn analyse(project: &Project, file: FileId) -> FileFacts {
    let mut realms: Vec<u32> = project.file(file).scripts.iter().map(|s| project.scripts[s.index()].realm).collect();
    realms.sort_unstable();
    realms.dedup();
    let mut sites: Vec<Site> = realms.into_iter().flat_map(|r| analyse_realm(project, file, r)).collect();
    sites.sort_by_key(|s| s.call);
    FileFacts { sites }
}

fn analyse_realm(project: &Project, file: FileId, realm: u32) -> Vec<Site> {
    let scripts = &project.realms[realm as usize];
    let relevance = Relevance::of(project, scripts);
    if relevance.direct.is_empty() {
        return Vec::new();
    }
    let mut explorer = Explorer {
        project,
        relevance: &relevance,
        machine: Machine::new(project, &relevance.functions, &relevance.assigned),
        runs: Vec::new(),
        reached: BTreeMap::new(),
        pending: Vec::new(),
        instances: FxHashMap::default(),
        exhausted: false,
    };
    explorer.explore_all(scripts);
    let reached = std::mem::take(&mut explorer.reached);
    let waited = readiness::waited_tests(reached.values().flatten());
    let here = |place: &Place| project.scripts[place.script.index()].file == file;
    reached.into_iter().filter(|(place, _)| here(place)).map(|(_, reaches)| explorer.site(&reaches, &waited)).collect()
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
        while let Some(index) = self.next_pending() {
            self.pending[index].done = true;
            if self.runs.len() < MAX_ENTRIES {
                self.run_pending(index);
            } else {
                self.exhausted = true;
            }
        }
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

    /// The next function to run that nobody has called: classes first, then those whose names nobody reads.
    fn next_pending(&self) -> Option<usize> {
        let waiting = self
            .pending
            .iter()
            .enumerate()
            .filter(|(_, p)| !p.done && !self.machine.entered.contains(&(p.created.script, p.created.function)));
        let key = |p: &Pending| {
            let class = self.machine.is_class(&p.state, p.created.object);
            (!class, self.relevance.referenced.contains(&(p.created.script, p.created.function)))
        };
        waiting.min_by_key(|(index, p)| (key(p), *index)).map(|(index, _)| index)
    }

    fn run_pending(&mut self, index: usize) {
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

    /// Functions that hold a site and that no run made, because a bound was reached before.
    fn run_detached(&mut self, loaded: Rc<State>) {
        if !self.exhausted {
            return;
        }
        for (script, function) in &self.relevance.direct {
            if !self.machine.entered.contains(&(*script, *function)) && self.runs.len() < 2 * MAX_ENTRIES {
                self.run(Entry::Detached { script: *script, function: *function }, loaded.clone());
            }
        }
    }

    fn site(&mut self, reaches: &[Reach], waited: &BTreeSet<Place>) -> Site {
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
