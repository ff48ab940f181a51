//! What modules give to others without an export: the object of `App({…})` behind `getApp()`, and properties that a
//! module puts on every component or on a platform's object. Whoever reads such a property runs the module first.

use std::rc::Rc;
use std::sync::Arc;

use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::{Control, State};
use crate::eval::values::heap::ObjectId;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Value};
use crate::ir::ScriptId;
use crate::project::{APP, shared_specifier};

/// More properties are not remembered.
const MAX_SHARED: usize = 1_000;

/// A value that a module shares.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Shared {
    value: Value,
    /// Where it was shared: what a run needs of it and does not have is taken from there.
    state: Rc<State>,
}

impl Machine<'_> {
    /// Notes the options that a mini-program's `App` is given.
    pub(in crate::eval) fn note_app(&mut self, path: &[Arc<str>], arguments: &[Value], st: &State) {
        if let ([name], Some(options), false) = (path, arguments.first(), st.outcome)
            && &**name == "App"
            && options.as_object().is_some()
        {
            let script = self.frame().script;
            self.share(script, APP.into(), options, st);
        }
    }

    /// `getApp()`: the object of the mini-program's `App({…})`, where that is at hand.
    pub(in crate::eval) fn call_get_app(&mut self, last: &str, place: Place, st: &mut State) -> Option<Value> {
        if last == "getApp" { self.shared_value(APP, place, st) } else { None }
    }

    /// Notes what is written to a property that every component has, or that a platform's object has for all.
    pub(in crate::eval) fn note_shared(&mut self, holder: UnknownId, key: &str, new: &Value, st: &State) {
        if st.outcome || new.objects().next().is_none() {
            return;
        }
        let of_all = match self.unknowns.origin(holder) {
            Origin::Global(name) => lists(PLATFORM.shared_objects, name),
            Origin::Property(_, name) => lists(PLATFORM.shared_holders, name),
            _ => false,
        };
        // Built-ins are taken as they are.
        if of_all && !self.is_host(holder) {
            let script = self.frame().script;
            self.share(script, shared_specifier(key).into(), new, st);
        }
    }

    /// Notes what is copied to such an object: `Object.assign(Vue.prototype, { $pay })`.
    pub(in crate::eval) fn share_all(&mut self, target: &Value, tables: &[Value], st: &State) {
        let Some(Atom::Unknown(holder)) = target.single().cloned() else { return };
        let cells = tables.iter().filter_map(|table| self.object(st, table.as_object()?));
        let slots: Vec<_> = cells.flat_map(|cell| cell.properties.clone()).collect();
        for slot in slots {
            self.note_shared(holder, &slot.key, &slot.value, st);
        }
    }

    fn share(&mut self, script: ScriptId, specifier: Arc<str>, value: &Value, st: &State) {
        if self.wiring.shared.len() < MAX_SHARED {
            let shared = Shared { value: value.clone(), state: Rc::new(st.clone()) };
            self.wiring.shared.insert((script, specifier), shared);
        }
    }

    /// A property that an object at hand lacks: one that every component has, where the object is one.
    pub(in crate::eval) fn shared_with_object(
        &mut self,
        id: ObjectId,
        key: &str,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        if !self.shares() {
            return None;
        }
        let specifier = shared_specifier(key);
        let is_component = || self.wiring.components.values().any(|instance| *instance == id);
        let may_share = self.is_shared(&specifier) && (self.is_this(&Atom::Object(id)) || is_component());
        if may_share { self.shared_value(&specifier, place, st) } else { None }
    }

    /// A property of an unknown that is a component or a platform's object.
    pub(in crate::eval) fn shared_with_unknown(&mut self, id: UnknownId, key: &str, st: &mut State) -> Option<Value> {
        if !self.shares() {
            return None;
        }
        let specifier = shared_specifier(key);
        if !self.is_shared(&specifier) {
            return None;
        }
        let is_platform =
            || matches!(self.unknowns.origin(id), Origin::Global(name) if lists(PLATFORM.shared_objects, name));
        let may_share = key.starts_with('$') || self.is_this(&Atom::Unknown(id)) || is_platform();
        let script = self.frame().script;
        let place = Place { script, span: self.project.script(script).span };
        if may_share { self.shared_value(&specifier, place, st) } else { None }
    }

    /// Whether anything at all is shared.
    fn shares(&self) -> bool {
        self.project.shares || !self.wiring.shared.is_empty()
    }

    /// Whether some module shares a value with the script that runs now.
    fn is_shared(&self, specifier: &str) -> bool {
        let Some(own) = self.run.frames.last().map(|frame| frame.script) else { return false };
        let with_own = || !self.wiring.shared.is_empty() && self.wiring.shared.contains_key(&(own, specifier.into()));
        self.module(own, specifier).is_some() || with_own()
    }

    fn is_this(&self, atom: &Atom) -> bool {
        self.run.frames.last().is_some_and(|frame| frame.this.single() == Some(atom))
    }

    /// What the module shares that the script which runs now has under a specifier.
    fn shared_value(&mut self, specifier: &str, place: Place, st: &mut State) -> Option<Value> {
        let own = self.run.frames.last()?.script;
        let module = self.module(own, specifier).unwrap_or(own);
        let key = (module, Arc::from(specifier));
        if module != own && !self.wiring.shared.contains_key(&key) {
            if !self.run_module_of(module, st) {
                return None;
            }
            if !self.wiring.shared.contains_key(&key) && self.wiring.installed.insert(module) {
                self.install(module, place, st);
            }
        }
        let Shared { value, state } = self.wiring.shared.get(&key)?.clone();
        if module != own {
            st.heap.fill(&state.heap);
            st.scopes.fill(&state.scopes);
        }
        Some(value)
    }

    /// Runs the `install` of a plugin for what it shares; the run leaves nothing else behind.
    fn install(&mut self, module: ScriptId, place: Place, st: &State) {
        let mut apart = State { outcome: false, control: Control::default(), ..st.clone() };
        let Some(plugin) = self.default_of(module, &mut apart) else { return };
        let install = match plugin.as_object().and_then(|id| self.object(&apart, id)) {
            Some(cell) if cell.is_callable() => Some(plugin.clone()),
            Some(cell) => cell.own("install").map(|slot| slot.value.clone()),
            None => None,
        };
        let Some(install) = install.or_else(|| self.named_of(module, "install", &mut apart)) else { return };
        let arguments = self.unknown_arguments(&install, &apart);
        self.called_by_nobody = None;
        self.run.catchers.push(Vec::new());
        self.call_value(&install, plugin, arguments, place, &mut apart);
        self.run.catchers.pop();
    }

    /// `app.use(plugin)` runs the plugin's `install`; `app.mixin(options)` gives its methods to every component.
    pub(in crate::eval) fn call_plugin(
        &mut self,
        name: &str,
        this: &Value,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) {
        if st.outcome || !matches!(name, "use" | "mixin") {
            return;
        }
        let Some(given) = arguments.first().cloned() else { return };
        let Some(cell) = given.as_object().and_then(|id| self.object(st, id)) else { return };
        if name == "mixin" {
            let methods = cell.own("methods").and_then(|slot| slot.value.as_object());
            let methods = methods.and_then(|id| self.object(st, id)).map(|o| o.properties.clone()).unwrap_or_default();
            let script = self.frame().script;
            for slot in methods {
                self.share(script, shared_specifier(&slot.key).into(), &slot.value, st);
            }
            return;
        }
        let Some(install) = cell.own("install").map(|slot| slot.value.clone()) else { return };
        if install.atoms.iter().any(|atom| self.is_callable(st, atom)) {
            let arguments = std::iter::once(this.clone()).chain(arguments.iter().skip(1).cloned()).collect();
            let mut state = st.clone();
            self.run.catchers.push(Vec::new());
            let ran = self.call_value(&install, given, arguments, call.place, &mut state);
            self.run.catchers.pop();
            if ran.is_some() {
                *st = state;
            }
        }
    }
}
