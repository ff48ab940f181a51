//! Which entries a program is run from, and in which order: its scripts, what events call, then the functions that nobody
//! has called, callers before what they call.

use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Explorer, Reach, Run};
use crate::eval::{Created, Entry, ObjectId, State};
use crate::ir::{FnId, Script, ScriptId, ScriptKind};

/// A function is run so often for the sake of payments that its first run has not found.
const MAX_OTHERS: usize = 8;

/// A function that was made in a run and may be an entry.
pub(super) struct Pending {
    pub(super) created: Created,
    pub(super) state: Rc<State>,
    pub(super) done: bool,
}

impl Explorer<'_> {
    /// Runs the program from each of its entries.
    pub(super) fn explore_all(&mut self, scripts: &[ScriptId], bindings: &[(ScriptId, ScriptId)]) {
        let is_handler = |id: &ScriptId| self.project.script(*id).kind.is_handler();
        let (handlers, page): (Vec<ScriptId>, Vec<ScriptId>) = scripts.iter().partition(|id| is_handler(id));
        let mut pages: FxHashMap<ScriptId, Vec<ScriptId>> = FxHashMap::default();
        bindings.iter().for_each(|(handler, of)| pages.entry(*handler).or_default().push(*of));
        let fresh = Rc::new(self.machine.fresh_state());
        let loaded = self.run(Entry::Scripts(page), fresh);
        let is_template = |id: &ScriptId| self.project.script(*id).kind == ScriptKind::Template;
        for handler in handlers.into_iter().filter(|id| !is_template(id)) {
            if !self.relevance.functions.contains(&(handler, Script::BODY)) {
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
        self.run_others();
        self.run_detached(loaded);
    }

    /// Runs functions in which no payment was found once more, where another call has made them, or for another instance of
    /// their class: `create('wechat')` and `create('alipay')` do not pay alike.
    fn run_others(&mut self) {
        let missed = self.missed(&self.reached);
        if missed.is_empty() {
            return;
        }
        let outer = missed.iter().flat_map(|mentions| self.around(*mentions));
        // What only code calls that has run would have been found.
        let outer = outer.filter(|key| !self.around(*key).into_iter().any(|around| self.is_never_called(around)));
        let outer: BTreeSet<(ScriptId, FnId)> = outer.collect();
        let mut left: FxHashMap<(ScriptId, FnId), usize> = FxHashMap::default();
        let mut is_due = |key: (ScriptId, FnId)| {
            let left = left.entry(key).or_insert(MAX_OTHERS);
            let due = outer.contains(&key) && *left > 0;
            *left -= usize::from(due);
            due
        };
        for run in 0..self.runs.len() {
            let Run { entry: Entry::Function { object, script, function, ready, .. }, start, .. } = &self.runs[run]
            else {
                continue;
            };
            let (object, script, function, ready, start) = (*object, *script, *function, *ready, start.clone());
            for instance in self.machine.other_instances_of(&start, object) {
                if self.passed(1).is_none() && is_due((script, function)) {
                    self.run(
                        Entry::Function { object, script, function, ready, instance: Some(instance) },
                        start.clone(),
                    );
                }
            }
        }
        for index in 0..self.pending.len() {
            let Created { script, function, .. } = self.pending[index].created;
            if !self.pending[index].done && !self.elsewhere.contains(&script) && is_due((script, function)) {
                self.run_pending(index);
            }
        }
    }

    /// A function and those around it.
    fn around(&self, (script, function): (ScriptId, FnId)) -> Vec<(ScriptId, FnId)> {
        let source = self.project.script(script);
        std::iter::successors(Some(function), |f| source.function(*f).parent).map(|f| (script, f)).collect()
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
            if self.relevance.functions.contains(&(*handler, Script::BODY)) {
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
        let function = pending.created.function;
        let dead = self.is_never_called((script, function));
        let ready = self.machine.ready_of_entry(&start, object, pending.created.handed_to_waiter || dead);
        let prototype = self.machine.prototype_if_class(&start, object);
        let end = self.run(Entry::Function { object, script, function, ready, instance: None }, start);
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
        let end = self.run(Entry::Function { object, script, function, ready, instance: None }, state);
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
    fn is_never_called(&self, key: (ScriptId, FnId)) -> bool {
        let readers = self.relevance.referrers.get(&key).filter(|readers| !readers.is_empty());
        self.relevance.only_called.contains(&key)
            && readers.is_some_and(|readers| readers.iter().all(|r| self.machine.entered.contains(r)))
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
}
