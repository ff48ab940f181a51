//! Runs: exploring a program from its entries, and the outcome of one payment for one code.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Place;
use super::event::{Event, SiteEvent};
use super::language::frame::Frame;
use super::machine::{Machine, Mode};
use super::observed::Observed;
use super::platform::host::HostCall;
use super::platform::payment::ActiveSite;
use super::platform::ready::Ready;
use super::state::{Control, State, Trail};
use super::values::heap::{Closure, Object, ObjectId, ObjectKind};
use super::values::scope::{ScopeId, Slot};
use super::values::unknown::Origin;
use super::values::value::{Atom, Value};
use crate::ir::{FnId, Script, ScriptId, ScriptKind, Span};

/// Where a run of the program begins.
#[derive(Clone, Debug)]
pub enum Entry {
    /// The scripts of a page, in order.
    Scripts(Vec<ScriptId>),
    /// An event that markup binds.
    Binding {
        /// The script that calls the method.
        handler: ScriptId,
        /// The script whose page or component has it.
        of: ScriptId,
    },
    /// A function that nobody at hand calls.
    Function {
        /// The function or class.
        object: ObjectId,
        /// Its script.
        script: ScriptId,
        /// Which; of a class, one of its functions.
        function: FnId,
        /// What is known of the bridge when it is called.
        ready: Ready,
        /// The instance whose method it is, where that is not the first of its class.
        instance: Option<ObjectId>,
    },
    /// A function that no run at hand made.
    Detached {
        /// Its script.
        script: ScriptId,
        /// Which.
        function: FnId,
    },
}

/// What a run of an entry left.
#[derive(Debug)]
pub struct Explored {
    /// The state at its end.
    pub state: State,
    /// Calls of payment APIs that it reached.
    pub sites: Vec<SiteEvent>,
    /// Whether a bound was reached.
    pub exhausted: bool,
    /// Whether it waited for a promise that a payment's result settles.
    pub awaited: bool,
}

/// What happened in an outcome.
#[derive(Debug)]
pub struct OutcomeRun {
    /// In the order of the run.
    pub events: Vec<Event>,
    /// Conditions on the result that were decided, and how.
    pub decisions: Vec<(Place, u32)>,
    /// Conditions on what the code chose that could not be decided.
    pub open_choices: FxHashSet<Place>,
    /// Look-ups in tables by the code, and what was found there: the number of the property, 0 for none.
    pub lookups: Vec<(Place, u32)>,
    /// Where the result was taken from a promise: an `await`, a `then`.
    pub waiters: BTreeSet<Place>,
    /// What it saw of the code.
    pub observed: Observed,
    /// Properties of older objects that it wrote what depends on the result.
    pub written: FxHashMap<(ObjectId, Arc<str>), Vec<Atom>>,
    /// Properties of older objects that it read as an earlier entry left them.
    pub read_stale: FxHashSet<(ObjectId, Arc<str>)>,
    /// Where a promise ended without a word that code which is not at hand was given.
    pub ended: Option<Place>,
    /// Whether a bound was reached.
    pub exhausted: bool,
    /// Whether something was not followed, since it happened too often.
    pub cut_short: bool,
}

impl Machine<'_> {
    /// A state in which nothing has run.
    #[must_use]
    pub fn fresh_state(&mut self) -> State {
        let mut st = State::default();
        let made = Place { script: ScriptId(0), span: Span::default() };
        let mut window = Object::plain(made);
        window.open = true;
        st.heap.set(Self::WINDOW.0, window);
        self.objects = self.objects.max(1);
        st
    }

    /// Runs an entry to find the calls of payment APIs.
    pub fn explore(&mut self, entry: &Entry, st: &State) -> Explored {
        self.next_turn();
        if self.begins_by_event(entry) {
            self.event_turns.insert(self.turn);
        }
        self.begin(Mode::Explore);
        self.sites.clear();
        let state = self.run_entry(entry, st.clone());
        Explored {
            state,
            sites: std::mem::take(&mut self.sites),
            exhausted: self.run.exhausted,
            awaited: self.run.awaited,
        }
    }

    /// Whether an entry runs when an event comes, or somebody who is not at hand calls it: not as the page is loaded.
    fn begins_by_event(&self, entry: &Entry) -> bool {
        let is_handler = |id: &ScriptId| self.project.script(*id).kind == ScriptKind::Handler;
        match entry {
            Entry::Scripts(scripts) => scripts.iter().all(is_handler),
            Entry::Binding { .. } | Entry::Function { .. } | Entry::Detached { .. } => true,
        }
    }

    /// Runs an entry again, with a result code for one of the calls that it reaches.
    pub fn replay(&mut self, entry: &Entry, st: &State, active: ActiveSite) -> OutcomeRun {
        self.next_turn();
        self.begin(Mode::Outcome(active));
        self.run_entry(entry, State { focused: true, ..st.clone() });
        self.finish_outcome()
    }

    /// Runs the callbacks of a call, from the state at the call.
    pub fn run_callbacks(&mut self, site: &SiteEvent, active: ActiveSite) -> OutcomeRun {
        self.begin(Mode::Outcome(active.clone()));
        let mut st = site.state.clone();
        self.push_base(site.place.script, &mut st);
        st.outcome = true;
        st.control = Control::default();
        st.trail = Trail::default();
        st.answered = false;
        st.ready = st.ready.waited(site.place);
        let result = self.result(&active, &mut st);
        self.tell_payment(site.place, &st);
        self.schedule_results(&site.callbacks, &result, false, &mut st);
        self.drain(&mut st);
        self.finish_outcome()
    }

    /// Whether two functions are the same code with the same names around it, each in its own state.
    #[must_use]
    pub fn same_function(&self, (st, a): (&State, &Value), (other, b): (&State, &Value)) -> bool {
        if a == b {
            return true;
        }
        let (Some(x), Some(y)) = (self.closure_of(a, st), self.closure_of(b, other)) else { return false };
        (x.script, x.function) == (y.script, y.function) && self.same_scopes((x.scope, st), (y.scope, other))
    }

    fn closure_of<'s>(&self, value: &Value, st: &'s State) -> Option<&'s Closure> {
        match &st.heap.get(value.as_object()?.0)?.kind {
            ObjectKind::Closure(closure) => Some(closure),
            _ => None,
        }
    }

    /// Whether the names around two functions hold the same, up to the script's own.
    fn same_scopes(&self, a: (Option<ScopeId>, &State), b: (Option<ScopeId>, &State)) -> bool {
        let ((mut x, st), (mut y, other)) = (a, b);
        while x != y {
            let (Some(p), Some(q)) = (x.and_then(|s| st.scopes.get(s.0)), y.and_then(|s| other.scopes.get(s.0))) else {
                return false;
            };
            let same = |(m, n): (&Slot, &Slot)| m.binding == n.binding && self.alike((st, &m.value), (other, &n.value));
            if p.function != q.function || p.slots.len() != q.slots.len() || !p.slots.iter().zip(&q.slots).all(same) {
                return false;
            }
            (x, y) = (p.parent, q.parent);
        }
        true
    }

    /// Whether two values are the same, functions by their code alone.
    fn alike(&self, (st, a): (&State, &Value), (other, b): (&State, &Value)) -> bool {
        if a == b {
            return true;
        }
        match (self.closure_of(a, st), self.closure_of(b, other)) {
            (Some(x), Some(y)) => (x.script, x.function) == (y.script, y.function),
            _ => false,
        }
    }

    /// Whether an object of a state is a class.
    #[must_use]
    pub fn is_class(&self, st: &State, id: ObjectId) -> bool {
        st.heap.get(id.0).is_some_and(|o| matches!(o.kind, ObjectKind::Class { .. }))
    }

    /// The prototype of an object of a state that is a class, or a function that stands for one.
    #[must_use]
    pub fn prototype_if_class(&self, st: &State, id: ObjectId) -> Option<ObjectId> {
        let is_class = self.is_class(st, id) || self.is_constructor(id, st);
        st.heap.get(id.0).filter(|_| is_class)?.own("prototype")?.value.as_object()
    }

    /// The object that a function of a state was first stored in.
    #[must_use]
    pub fn home_of(&self, st: &State, id: ObjectId) -> Option<ObjectId> {
        match &st.heap.get(id.0)?.kind {
            ObjectKind::Closure(closure) => closure.home,
            _ => None,
        }
    }

    /// Later instances of the class whose method a function is, those that are there in a state.
    #[must_use]
    pub fn other_instances_of(&self, st: &State, method: ObjectId) -> Vec<ObjectId> {
        let others = self.home_of(st, method).and_then(|home| self.other_instances.get(&home));
        others.into_iter().flatten().copied().filter(|id| self.has_object(st, *id)).collect()
    }

    /// Whether a state has an object.
    #[must_use]
    pub fn has_object(&self, st: &State, id: ObjectId) -> bool {
        st.heap.get(id.0).is_some()
    }

    /// What is known of the bridge when somebody unknown calls a function.
    #[must_use]
    pub fn ready_of_entry(&self, st: &State, id: ObjectId, handed_to_waiter: bool) -> Ready {
        let Some(cell) = st.heap.get(id.0) else { return Ready::UNGUARDED };
        let made = if let ObjectKind::Closure(closure) = &cell.kind { closure.ready } else { Ready::UNGUARDED };
        let ready = made.later();
        if handed_to_waiter { ready.after_unknown(cell.made) } else { ready }
    }

    fn finish_outcome(&mut self) -> OutcomeRun {
        self.record_stored();
        let mut events = std::mem::take(&mut self.run.events);
        events.retain(|event| event.effect.handed.is_none_or(|promise| !self.is_taken_or_dropped(event, promise)));
        let decisions = std::mem::take(&mut self.run.decisions);
        let open_choices = std::mem::take(&mut self.run.open_choices);
        let lookups = std::mem::take(&mut self.run.lookups);
        OutcomeRun {
            events,
            decisions,
            open_choices,
            lookups,
            waiters: std::mem::take(&mut self.run.waiters),
            written: std::mem::take(&mut self.run.kept.written),
            read_stale: std::mem::take(&mut self.run.kept.read_stale),
            ended: self.run.kept.ended.take(),
            observed: std::mem::take(&mut self.run.observed),
            exhausted: self.run.exhausted,
            cut_short: self.run.cut_short,
        }
    }

    /// Whether what a promise was settled with is judged where somebody takes it, or is taken by nobody.
    fn is_taken_or_dropped(&self, event: &Event, promise: ObjectId) -> bool {
        let resolves = event.effect.path.first().is_some_and(|how| &**how == "resolve");
        self.run.consumed.contains(&promise) || resolves && self.run.unwanted.contains(&promise)
    }

    fn run_entry(&mut self, entry: &Entry, mut st: State) -> State {
        self.entry_function = match *entry {
            Entry::Scripts(_) | Entry::Binding { .. } => None,
            Entry::Function { script, function, .. } | Entry::Detached { script, function } => Some((script, function)),
        };
        let mut returned = None;
        match entry {
            Entry::Scripts(scripts) => {
                // A long script runs to its end: its own statements are not what a bound is for.
                let steps = scripts.iter().map(|id| self.project.script(*id).steps());
                self.run.fuel = steps.fold(self.run.fuel, u32::saturating_add);
                let first = scripts.first().copied().unwrap_or(ScriptId(0));
                st = self.run_scripts(scripts, st);
                self.push_base(first, &mut st);
                self.run_guarding_modules(scripts, &mut st);
                self.give_functions_to_components(&mut st);
            }
            Entry::Binding { handler, of } => {
                st.facts = self.lasting_facts(&st.facts);
                if self.project.script(*handler).kind == ScriptKind::Template {
                    st.ready = st.ready.later();
                    st = self.run_binding(*handler, *of, st);
                } else {
                    self.wiring.bound_to = Some(*of);
                    st = self.run_scripts(std::slice::from_ref(handler), st);
                    self.wiring.bound_to = None;
                }
                self.push_base(*handler, &mut st);
            }
            Entry::Function { object, script, ready, instance, .. } => {
                self.push_base(*script, &mut st);
                st.ready = *ready;
                st.facts = self.lasting_facts(&st.facts);
                returned = self.call_entry(*object, *instance, &mut st);
                self.note_members(*object, returned.as_ref(), &st);
            }
            Entry::Detached { script, function } => {
                self.push_base(*script, &mut st);
                let closure = Closure {
                    script: *script,
                    function: *function,
                    scope: None,
                    this: None,
                    home: None,
                    ready: Ready::UNGUARDED,
                    round: 0,
                };
                let made = Place { script: *script, span: self.project.script(*script).function(*function).span };
                let object = self.alloc(&mut st, Object::of(ObjectKind::Closure(closure), made));
                self.call_entry(object, None, &mut st);
            }
        }
        st.control = Control::default();
        self.drain(&mut st);
        if let Some(returned) = returned {
            self.note_returned(&returned, &st);
        }
        st
    }

    /// Calls a function as somebody unknown would; of a class it makes one instance.
    fn call_entry(&mut self, object: ObjectId, instance: Option<ObjectId>, st: &mut State) -> Option<Value> {
        let cell = self.object(st, object)?;
        let place = cell.made;
        let before = st.clone();
        let ran = match cell.kind.clone() {
            ObjectKind::Class { .. } => {
                let unknown = self.unknown(Origin::Parameter(place, 0));
                self.instantiate(object, vec![unknown], place, st)
            }
            ObjectKind::Closure(_) if self.is_constructor(object, st) => {
                let arguments = self.unknown_arguments(&Value::object(object), st);
                self.instantiate(object, arguments, place, st)
            }
            ObjectKind::Closure(closure) => {
                let this = match instance {
                    Some(instance) => self.called_from_outside(instance, st),
                    None => self.this_of(&closure, place, st),
                };
                let function = Value::object(object);
                let arguments = self.unknown_arguments(&function, st);
                let call = HostCall::at(place);
                self.call_any(&function, this, arguments, call, st)
            }
            _ => None,
        };
        if ran.is_none() {
            *st = before;
        }
        ran
    }

    /// The activation of a script's body, for what runs outside any function.
    pub(super) fn push_base(&mut self, script: ScriptId, st: &mut State) {
        let known = self.script_scopes.get(&script).copied().filter(|s| st.scopes.get(s.0).is_some());
        let scope = match known {
            Some(scope) => scope,
            None => {
                let scope = self.activation(script, Script::BODY, None);
                self.alloc_scope(st, scope)
            }
        };
        let call = Place { script, span: self.project.script(script).span };
        self.run.frames.push(Frame {
            script,
            function: Script::BODY,
            scope,
            this: Value::undefined(),
            call,
            entered: st.ready,
            control: st.control.clone(),
            home: None,
            returns: Vec::new(),
            jumps: Vec::new(),
            rules_out_return: false,
        });
    }
}
