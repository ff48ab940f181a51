//! Which code at hand runs when other code at hand says so: listeners of emitters, watchers of state, mutations and
//! actions of stores. Where only one end is at hand, it is not followed here.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::eval::Place;
use crate::eval::machine::{Machine, Mode};
use crate::eval::platform::host::HostCall;
use crate::eval::platform::shared::Shared;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::UnknownId;
use crate::eval::values::value::{Atom, Value};
use crate::ir::{BindingId, Expr, FnId, PropertyKey, ScriptId};
use crate::project::Use;

/// More listeners of one event are not remembered.
const MAX_LISTENERS: usize = 32;
/// Registrations past so many are not followed: each keeps the state that it was made in.
const MAX_REGISTERED: u32 = 1_000;
/// More functions that are written to one unknown are not remembered.
const MAX_KEPT: usize = 64;
/// Modules in modules of a store are searched this deep.
const MAX_MODULES: u32 = 4;

/// Who is told about events: an object at hand, or an unknown that is the same wherever it is met.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::eval) enum Emitter {
    Object(ObjectId),
    Unknown(UnknownId),
}

/// A function that runs when state changes.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Watcher {
    /// What is run.
    pub handler: Value,
    /// Gives the value that it is told: a function, or an object with a `value`.
    pub source: Option<Value>,
}

/// A function that an emitter calls.
#[derive(Clone, Debug)]
struct Listener {
    function: Value,
    /// Where it was registered: what it needs and a run that emits does not have is taken from there.
    state: Rc<State>,
}

/// What is registered where.
#[derive(Default, Debug)]
pub(in crate::eval) struct Wiring {
    /// Listeners, by emitter and event.
    listeners: FxHashMap<(Emitter, Arc<str>), Vec<Listener>>,
    /// Events that scripts emit by name.
    emitted: FxHashMap<ScriptId, FxHashSet<Arc<str>>>,
    /// How many were registered, in all runs.
    registered: u32,
    /// Watchers, by object and property.
    watchers: FxHashMap<(ObjectId, Arc<str>), Vec<Watcher>>,
    /// What keeps the functions that code at hand wrote to an unknown's properties.
    shadows: FxHashMap<UnknownId, ObjectId>,
    /// Options of stores.
    stores: Vec<ObjectId>,
    /// Models of sagas, by the objects of their effects.
    pub models: FxHashMap<ObjectId, ObjectId>,
    /// Whether generators yield the effects of a saga.
    pub sagas: FxHashMap<(ScriptId, FnId), bool>,
    /// Stores of Pinia.
    pub pinia: FxHashSet<ObjectId>,
    /// What modules share without an export, by the module and the specifier under which others have it.
    pub shared: FxHashMap<(ScriptId, Arc<str>), Shared>,
    /// Plugins whose `install` was run for what it shares.
    pub installed: FxHashSet<ScriptId>,
    /// The component whose `setup` is being run, and that function.
    pub setup: Option<(ScriptId, ObjectId)>,
    /// What names mean at the top of scripts that handlers of templates stand beside.
    pub scope_names: FxHashMap<ScriptId, FxHashMap<Arc<str>, Vec<BindingId>>>,
    /// What the `setup` of components returned, by the scripts that make them.
    pub members: FxHashMap<ScriptId, ObjectId>,
    /// What scripts make components of, where these are made by functions that are not at hand.
    pub options: FxHashMap<ScriptId, ObjectId>,
    /// Instances of components, by their options.
    pub components: FxHashMap<ObjectId, ObjectId>,
    /// Pages and components, by the scripts that make them: what the first and the last run made.
    pub pages: FxHashMap<ScriptId, (ObjectId, ObjectId)>,
    /// Components as the markup of the program uses them.
    pub uses: Vec<Use>,
    /// Events that this markup binds.
    pub bindings: FxHashSet<ScriptId>,
    /// The script whose page the binding that runs now belongs to.
    pub bound_to: Option<ScriptId>,
    /// State hooks whose setter was called while the bridge was known to be there.
    pub guard_states: FxHashSet<Place>,
    /// Properties that were read since a watcher's source began to run.
    pub reads: Option<Vec<(ObjectId, Arc<str>)>>,
}

impl Wiring {
    /// Whether a function runs when this property changes.
    pub(in crate::eval) fn is_watched(&self, property: &(ObjectId, Arc<str>)) -> bool {
        self.watchers.contains_key(property)
    }
}

impl Machine<'_> {
    /// `emitter.on(event, f)`, `emitter.emit(event, …)`; none where the other end is not at hand.
    pub(in crate::eval) fn call_emitter(
        &mut self,
        name: &str,
        this: &Value,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let emits = lists(PLATFORM.emit_functions, name);
        if !emits && !lists(PLATFORM.listen_functions, name) {
            return None;
        }
        let (event, rest) = arguments.split_first()?;
        let event = event.as_text()?.clone();
        let emitter = match this.single()? {
            Atom::Object(id) => Emitter::Object(*id),
            Atom::Unknown(id) if !self.is_host(*id) => Emitter::Unknown(*id),
            _ => return None,
        };
        if emits {
            return self.emit((emitter, event), rest, call.place, st);
        }
        let function = rest.iter().find(|v| v.atoms.iter().any(|a| self.is_callable(st, a)))?;
        let emitted = self.is_emitted(&event);
        self.listen((emitter, event), function, st);
        // Whoever emits the event runs it; where nobody does, it is an entry of its own.
        let code = function.as_object().and_then(|_| function.single()).and_then(|a| self.function_of(a, st))?;
        let waits_for_emit = emitted && matches!(self.mode, Mode::Explore) && self.relevant.contains(&code);
        waits_for_emit.then(|| Some(this.clone()))
    }

    /// Whether the script that runs now emits an event of this name: then it says when listeners run.
    fn is_emitted(&mut self, event: &Arc<str>) -> bool {
        let id = self.frame().script;
        if let Some(known) = self.wiring.emitted.get(&id) {
            return known.contains(event);
        }
        let script = self.script();
        let emitted_by = |expr: &Expr| {
            let Expr::Call { callee, arguments, .. } = *expr else { return None };
            let Expr::Member { key: PropertyKey::Name(name), .. } = script.expr(callee) else { return None };
            let first = script.args(arguments).first()?;
            let Expr::String(event) = script.expr(first.value) else { return None };
            lists(PLATFORM.emit_functions, script.name(name)).then(|| script.name(event).clone())
        };
        let all: FxHashSet<Arc<str>> = script.exprs.iter().filter_map(emitted_by).collect();
        let found = all.contains(event);
        self.wiring.emitted.insert(id, all);
        found
    }

    fn listen(&mut self, key: (Emitter, Arc<str>), function: &Value, st: &State) {
        if self.wiring.registered >= MAX_REGISTERED {
            return;
        }
        self.wiring.registered += 1;
        let known = self.wiring.listeners.entry(key).or_default();
        known.retain(|l| l.function != *function);
        if known.len() >= MAX_LISTENERS {
            known.remove(0);
        }
        known.push(Listener { function: function.clone(), state: Rc::new(st.clone()) });
    }

    fn emit(
        &mut self,
        key: (Emitter, Arc<str>),
        given: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let known = self.wiring.listeners.get(&key)?.clone();
        let mut seen = FxHashSet::default();
        let mut called: Vec<Value> = Vec::new();
        // The same function registered in several runs is called as the last of them knows it.
        for listener in known.into_iter().rev() {
            let code = listener.function.single().and_then(|a| self.function_of(a, &listener.state));
            if code.is_some_and(|code| !seen.insert(code)) {
                continue;
            }
            if listener.function.objects().any(|id| self.object(st, id).is_none()) {
                st.heap.fill(&listener.state.heap);
                st.scopes.fill(&listener.state.scopes);
            }
            called.push(listener.function);
        }
        for function in called.into_iter().rev() {
            let this = self.this_in(&function, place, st);
            if self.call_value(&function, this, given.to_vec(), place, st).is_none() {
                return Some(None);
            }
        }
        Some(Some(Value::bool(true)))
    }

    /// Remembers a function that is written to an unknown's property: `$scope.onPaid = function () {}`.
    pub(in crate::eval) fn keep_function(
        &mut self,
        of: UnknownId,
        key: &Arc<str>,
        new: &Value,
        place: Place,
        st: &mut State,
    ) {
        if !new.atoms.iter().any(|a| self.is_callable(st, a)) {
            return;
        }
        let known = self.wiring.shadows.get(&of).copied().filter(|id| self.object(st, *id).is_some());
        let shadow = known.unwrap_or_else(|| self.alloc(st, Object::plain(place)));
        self.wiring.shadows.insert(of, shadow);
        if let Some(cell) = st.heap.get_mut(shadow.0).filter(|c| c.properties.len() < MAX_KEPT) {
            cell.put(key.clone(), new.clone(), place);
        }
    }

    /// A function that code at hand wrote to an unknown's property.
    pub(in crate::eval) fn kept_function(&self, of: UnknownId, key: &str, st: &State) -> Option<Value> {
        let shadow = self.wiring.shadows.get(&of)?;
        let value = &self.object(st, *shadow)?.own(key)?.value;
        value.atoms.iter().all(|a| self.is_callable(st, a)).then(|| value.clone())
    }

    /// Has a function run when a property changes.
    pub(in crate::eval) fn watch(&mut self, id: ObjectId, key: Arc<str>, watcher: Watcher) {
        let known = self.wiring.watchers.entry((id, key)).or_default();
        if known.len() < MAX_LISTENERS && !known.iter().any(|w| w.handler == watcher.handler) {
            known.push(watcher);
        }
    }

    /// Puts in line what watches a property that an outcome has written.
    pub(in crate::eval) fn run_watchers(
        &mut self,
        id: ObjectId,
        key: &Arc<str>,
        new: &Value,
        place: Place,
        st: &mut State,
    ) {
        if !st.outcome || self.wiring.watchers.is_empty() {
            return;
        }
        let Some(watchers) = self.wiring.watchers.get(&(id, key.clone())).cloned() else { return };
        for watcher in watchers {
            let told = match &watcher.source {
                None => Some(new.clone()),
                Some(source) if source.atoms.iter().any(|a| self.is_callable(st, a)) => {
                    self.call_value(source, Value::undefined(), Vec::new(), place, st)
                }
                Some(source) => self.get(source, &"value".into(), place, st),
            };
            let Some(told) = told else { continue };
            let old = self.unknown(crate::eval::values::unknown::Origin::Mixed(place));
            let mut task = self.task(watcher.handler, Some(vec![told, old]), place, st);
            task.ready = st.ready;
            self.schedule(task, st);
        }
    }

    /// `new Vuex.Store({…})`: an object with `commit`, `dispatch` and the state.
    pub(in crate::eval) fn make_store(&mut self, options: &Value, place: Place, st: &mut State) -> Option<Value> {
        let id = options.as_object()?;
        let cell = self.object(st, id)?;
        let parts = ["mutations", "actions", "modules"];
        if !parts.iter().any(|part| cell.own(part).is_some_and(|p| p.value.as_object().is_some())) {
            return None;
        }
        let state = cell.own("state").map(|p| p.value.clone());
        self.wiring.stores.push(id);
        let state = match state {
            Some(state) if state.atoms.iter().any(|a| self.is_callable(st, a)) => {
                self.call_value(&state, Value::undefined(), Vec::new(), place, st)?
            }
            state => state.unwrap_or_else(Value::undefined),
        };
        let mut store = self.store_context(id, place, st);
        store.put("state".into(), state, place);
        Some(Value::object(self.alloc(st, store)))
    }

    /// What an action is given first: `commit`, `dispatch`, and more that is not known.
    fn store_context(&mut self, options: ObjectId, place: Place, st: &mut State) -> Object {
        let mut context = Object::plain(place);
        context.open = true;
        for (name, acts) in [("commit", false), ("dispatch", true)] {
            let function = self.alloc(st, Object::of(ObjectKind::StoreCall { options, acts }, place));
            context.put(name.into(), Value::object(function), place);
        }
        context
    }

    /// `commit` or `dispatch` on a store that is reached by a name nobody at hand gives: `this.$store.commit('paid')`.
    pub(in crate::eval) fn call_any_store(
        &mut self,
        name: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        if self.wiring.stores.is_empty() || !matches!(name, "commit" | "dispatch") {
            return None;
        }
        let stores: Vec<ObjectId> = self.wiring.stores.iter().rev().copied().collect();
        let wanted = arguments.first()?.as_text()?.clone();
        let acts = name == "dispatch";
        let found = stores.into_iter().find(|s| self.stored_function(*s, &wanted, acts, MAX_MODULES, st).is_some())?;
        Some(self.call_store(found, acts, arguments.to_vec(), place, st))
    }

    /// Runs a mutation or an action.
    pub(in crate::eval) fn call_store(
        &mut self,
        options: ObjectId,
        acts: bool,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let first = arguments.first().cloned().unwrap_or_else(Value::undefined);
        let (name, payload) = match first.as_object().and_then(|id| self.object(st, id)).and_then(|o| o.own("type")) {
            Some(kind) => (kind.value.as_text().cloned(), first.clone()),
            None => (first.as_text().cloned(), arguments.get(1).cloned().unwrap_or_else(Value::undefined)),
        };
        let function = name.and_then(|name| self.stored_function(options, &name, acts, MAX_MODULES, st));
        let Some(function) = function else {
            let callee = self
                .unknowns
                .make(crate::eval::values::unknown::Origin::Missing(if acts { "dispatch" } else { "commit" }.into()));
            let call = HostCall::at(place);
            return self.call_outside(callee, Value::undefined(), arguments, call, st);
        };
        let given = if acts {
            let context = self.store_context(options, place, st);
            Value::object(self.alloc(st, context))
        } else {
            self.state_of_store(options, place, st)
        };
        self.call_value(&function, Value::undefined(), vec![given, payload], place, st)
    }

    fn state_of_store(&mut self, options: ObjectId, place: Place, st: &mut State) -> Value {
        let state = self.object(st, options).and_then(|o| o.own("state")).map(|p| p.value.clone());
        match state.as_ref().and_then(Value::as_object).and_then(|id| self.object(st, id)) {
            Some(cell) if matches!(cell.kind, ObjectKind::Plain) => state.unwrap_or_else(Value::undefined),
            _ => {
                let mut object = Object::plain(place);
                object.open = true;
                Value::object(self.alloc(st, object))
            }
        }
    }

    /// A mutation or action of a store or of its modules.
    fn stored_function(&self, options: ObjectId, name: &str, acts: bool, depth: u32, st: &State) -> Option<Value> {
        let part = |id: ObjectId, key: &str| {
            let value = &self.object(st, id)?.own(key)?.value;
            value.as_object()
        };
        let kind = if acts { "actions" } else { "mutations" };
        let own = part(options, kind).and_then(|id| self.object(st, id)).and_then(|o| o.own(name));
        if let Some(slot) = own {
            return Some(slot.value.clone());
        }
        let depth = depth.checked_sub(1)?;
        let modules = self.object(st, part(options, "modules")?)?;
        if let Some((module, rest)) = name.split_once('/') {
            let module = modules.own(module)?.value.as_object()?;
            return self.stored_function(module, rest, acts, depth, st);
        }
        modules.properties.iter().find_map(|p| self.stored_function(p.value.as_object()?, name, acts, depth, st))
    }
}
