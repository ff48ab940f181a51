//! The machine that runs scripts on paper: what it needs at hand, its bounds, and what it has recorded.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Place;
use super::event::SiteEvent;
use super::globals::{globals_of, redeclared};
use super::language::assigned::Assigned;
use super::language::frame::Frame;
use super::made::{Created, Relevant};
use super::module::LoadedModules;
use super::observed::Observed;
use super::platform::opening::Opening;
use super::platform::payment::ActiveSite;
use super::platform::wiring::Wiring;
use super::run_context::RunContext;
use super::state::State;
use super::trail::trace::{LaterKind, Recorder};
use super::values::heap::{Object, ObjectId};
use super::values::scope::{Scope, ScopeId};
use super::values::slots::Slots;
use super::values::unknown::{Origin, UnknownId, Unknowns};
use super::values::value::{Atom, Taint, Value};
use crate::api::PaymentApi;
use crate::ir::{BindingId, ExprId, FnId, Script, ScriptId, Span};
use crate::limits::Limit;
use crate::project::{Project, Realm};

/// A function may stand this often on the stack of calls.
const MAX_RECURSION: usize = 3;

/// What a run is for.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Find the calls of payment APIs, and what guards them.
    Explore,
    /// Find what one of them does for one result code.
    Outcome(ActiveSite),
}

/// The machine.
#[derive(Debug)]
pub struct Machine<'p> {
    /// What is at hand.
    pub project: &'p Project,
    /// The number of the build that the program is in.
    pub build: usize,
    /// Names that the scripts of the page declare globally.
    pub(super) globals: FxHashMap<Arc<str>, (ScriptId, BindingId)>,
    /// Declarations of a global that another script of the page declares too, and the one that stands for all.
    pub(super) redeclared: FxHashMap<(ScriptId, BindingId), (ScriptId, BindingId)>,
    /// Functions whose making is recorded.
    pub relevant: &'p Relevant,
    /// Which properties code at hand assigns.
    pub assigned: Assigned,
    /// What the run is for.
    pub mode: Mode,
    /// All unknowns.
    pub unknowns: Unknowns,
    /// What the current run needs, and what it has recorded.
    pub(super) run: RunContext,
    /// Stands for more alternatives than are kept.
    pub overflow: UnknownId,
    /// Calls of payment APIs.
    pub sites: Vec<SiteEvent>,
    /// Relevant functions that were made.
    pub created: Vec<Created>,
    /// Functions that were run.
    pub entered: FxHashSet<(ScriptId, FnId)>,
    /// The entry of the program (or event) whose run this is.
    pub turn: u32,
    /// How many there were.
    pub(super) turns: u32,
    /// Steps of all runs so far.
    pub steps: u64,
    /// The texts of arms of `else` and `case` that were taken, by their conditions and numbers.
    pub(super) arm_texts: FxHashMap<(Place, u32), Span>,
    /// Objects that other scripts of the page may have made first: `Code || {}`.
    pub(super) page_objects: FxHashSet<ObjectId>,
    /// How far the reads of a script's names reach.
    pub(super) name_ranges: FxHashMap<ScriptId, Rc<[super::language::name_range::NameRange]>>,
    /// Instances of classes, by prototype.
    pub instances: FxHashMap<ObjectId, ObjectId>,
    /// Instances of the same classes that were made later.
    pub other_instances: FxHashMap<ObjectId, Vec<ObjectId>>,
    /// Places where something is waited for whose name says that it may be the bridge.
    pub(super) waits_by_name: FxHashSet<Place>,
    /// What code that has the bridge shows or enables.
    pub(super) opening: Opening,
    /// Where answers are waited for of requests that cannot wait for the bridge.
    pub(super) plain_answers: FxHashSet<Place>,
    /// Turns that an event began, or somebody who is not at hand.
    pub(super) event_turns: FxHashSet<u32>,
    /// Calls of functions that are not at hand and were given the ready event's name.
    pub(super) waits_for_event: FxHashSet<Place>,
    pub(super) guard_bindings: FxHashSet<(ScriptId, BindingId)>,
    pub(super) guard_properties: FxHashSet<Arc<str>>,
    /// Properties in which an earlier payment may have left what depends on its result.
    pub left_by_results: FxHashSet<(ObjectId, Arc<str>)>,
    /// Objects that hold one value for others to read and write: `ref('')`.
    pub(super) boxes: FxHashSet<ObjectId>,
    /// The payment's result that was made last: what parsing its text gives.
    pub(super) last_result: Option<ObjectId>,
    /// The fields of the results of one API at one place, made once.
    pub(super) result_fields: Option<(&'static PaymentApi, Place, Slots)>,
    /// Generators in other words: what was recognised, and what of it runs now.
    pub(super) lowered: super::compiled::lowered::Lowered,
    /// The limit that was reached last, where one was.
    pub bound: Limit,
    /// Depth of calls and nested expressions together.
    max_depth: u32,
    pub(super) objects: u32,
    pub(super) scopes: u32,
    pub(super) script_scopes: FxHashMap<ScriptId, ScopeId>,
    pub(super) untaken: FxHashMap<(ScriptId, crate::ir::StmtId), Rc<[BindingId]>>,
    pub(super) statics: Vec<(ScriptId, BindingId)>,
    /// The modules that were read.
    pub(super) loaded: LoadedModules,
    /// Collects what a reviewer would tell, where somebody asked for it.
    pub(super) recorder: Option<Box<Recorder>>,
    /// Why the function that is entered next runs, for the recorder.
    pub(super) later: Option<LaterKind>,
    pub(super) wiring: Wiring,
    /// The function that is about to be called with more arguments than are known perhaps: by somebody unknown, or with a
    /// list of unknown length.
    pub(super) called_by_nobody: Option<(ScriptId, FnId)>,
    /// The function that this run began with; none where it began with scripts.
    pub(super) entry_function: Option<(ScriptId, FnId)>,
}

impl Machine<'_> {
    /// What scripts at hand wrote to the window: the first object of every run.
    pub(super) const WINDOW: ObjectId = ObjectId(0);
}

impl<'p> Machine<'p> {
    /// A machine for a program.
    #[must_use]
    pub fn new(project: &'p Project, realm: &Realm, relevant: &'p Relevant, assigned: Assigned) -> Self {
        let scripts = realm.scripts.as_slice();
        let mut unknowns = Unknowns::default();
        let overflow = unknowns.make(Origin::Overflow);
        let globals = globals_of(project, scripts);
        Self {
            project,
            build: realm.build,
            redeclared: redeclared(project, scripts, &globals),
            globals,
            relevant,
            assigned,
            mode: Mode::Explore,
            unknowns,
            run: RunContext::new(project.limits.count(Limit::Fuel), Observed::default(), 0),
            overflow,
            sites: Vec::new(),
            created: Vec::new(),
            entered: FxHashSet::default(),
            turn: 0,
            turns: 0,
            steps: 0,
            arm_texts: FxHashMap::default(),
            page_objects: FxHashSet::default(),
            name_ranges: FxHashMap::default(),
            instances: FxHashMap::default(),
            other_instances: FxHashMap::default(),
            waits_by_name: FxHashSet::default(),
            opening: Opening::default(),
            plain_answers: FxHashSet::default(),
            event_turns: FxHashSet::default(),
            waits_for_event: FxHashSet::default(),
            guard_bindings: FxHashSet::default(),
            guard_properties: FxHashSet::default(),
            left_by_results: FxHashSet::default(),
            boxes: FxHashSet::default(),
            last_result: None,
            result_fields: None,
            lowered: super::compiled::lowered::Lowered::default(),
            bound: Limit::Fuel,
            max_depth: project.limits.count(Limit::Depth),
            objects: 0,
            scopes: 0,
            script_scopes: FxHashMap::default(),
            untaken: FxHashMap::default(),
            statics: Vec::new(),
            loaded: LoadedModules::default(),
            recorder: None,
            later: None,
            wiring: Wiring::default(),
            called_by_nobody: None,
            entry_function: None,
        }
    }

    /// Begins a run: full fuel, no tasks, nothing recorded.
    pub(super) fn begin(&mut self, mode: Mode) {
        let observed = Observed::of(if let Mode::Outcome(site) = &mode { site.code } else { None });
        self.mode = mode;
        self.run = RunContext::new(self.full_fuel(), observed, self.objects);
        self.lowered.awaiting.clear();
        self.lowered.steps.clear();
    }

    /// Begins another entry of the program: what came before may have changed since.
    pub(super) fn next_turn(&mut self) {
        self.turns += 1;
        self.turn = self.turns;
    }

    /// The steps of one run: an expression or statement is a step.
    pub(super) fn full_fuel(&self) -> u32 {
        self.project.limits.count(Limit::Fuel)
    }

    /// Takes one step; false when there is no fuel left.
    pub(super) fn step(&mut self) -> bool {
        if self.run.fuel == 0 {
            self.run.exhausted = true;
            self.bound = Limit::Fuel;
            return false;
        }
        self.run.fuel -= 1;
        self.steps += 1;
        true
    }

    /// Goes one level down; false when that is too deep. Every true is matched by `leave`.
    pub(super) fn enter(&mut self) -> bool {
        if self.run.depth >= self.max_depth {
            self.run.exhausted = true;
            self.bound = Limit::Depth;
            if matches!(self.mode, Mode::Outcome(_)) {
                // What would go on here goes on without what is too deep: that says nothing of the outcome.
                self.run.fuel = 0;
            }
            return false;
        }
        self.run.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.run.depth -= 1;
    }

    /// Whether a function may be entered once more.
    pub(super) fn may_recur(&self, script: ScriptId, function: FnId) -> bool {
        self.run.frames.iter().filter(|f| f.script == script && f.function == function).count() < MAX_RECURSION
    }

    /// The activation that runs now.
    pub(super) fn frame(&self) -> &Frame {
        &self.run.frames[self.run.frames.len() - 1]
    }

    pub(super) fn frame_mut(&mut self) -> &mut Frame {
        let last = self.run.frames.len() - 1;
        &mut self.run.frames[last]
    }

    /// The script that runs now.
    pub(super) fn script(&self) -> &'p Script {
        self.project.script(self.frame().script)
    }

    /// A place in the script that runs now.
    pub(super) fn here(&self, span: Span) -> Place {
        Place { script: self.frame().script, span }
    }

    /// The place of an expression of the script that runs now.
    pub(super) fn place(&self, expr: ExprId) -> Place {
        self.here(self.script().expr_span(expr))
    }

    /// An unknown value of this origin.
    pub(super) fn unknown(&mut self, origin: Origin) -> Value {
        Value::unknown(self.unknowns.make(origin))
    }

    /// The unknown that stands for what a bound cut off: in an outcome the result may have reached it.
    pub(super) fn cut_off(&mut self, place: Place) -> Value {
        let reached = if matches!(self.mode, Mode::Outcome(_)) { Taint::RESULT } else { Taint::NONE };
        self.unknown(Origin::Fuel(place)).tainted(reached)
    }

    /// Makes an object.
    pub(super) fn alloc(&mut self, st: &mut State, mut object: Object) -> ObjectId {
        object.turn = self.turn;
        let id = ObjectId(self.objects);
        self.objects += 1;
        st.heap.set(id.0, object);
        id
    }

    /// Makes an activation.
    pub(super) fn alloc_scope(&mut self, st: &mut State, scope: Scope) -> ScopeId {
        let id = ScopeId(self.scopes);
        self.scopes += 1;
        st.scopes.set(id.0, scope);
        id
    }

    /// An object's cell.
    pub(super) fn object<'s>(&self, st: &'s State, id: ObjectId) -> Option<&'s Object> {
        st.heap.get(id.0)
    }

    /// Whether an alternative can be called.
    pub(super) fn is_callable(&self, st: &State, atom: &Atom) -> bool {
        match atom {
            Atom::Object(id) => self.object(st, *id).is_some_and(Object::is_callable),
            _ => false,
        }
    }
}
