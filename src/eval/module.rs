//! Modules: what an import or a `require` gives. A module runs once, when something of it is first read, apart from
//! the arms and the payment of whoever reads it; what it left is kept for states in which it has not run yet.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Place;
use super::machine::{Machine, Mode};
use super::platform::ready::Ready;
use super::state::{Control, State, Trail};
use super::values::heap::{Object, ObjectId, ObjectKind};
use super::values::unknown::Origin;
use super::values::value::Value;
use crate::api::APIS;
use crate::ir::{Export, ImportedName, ScriptId};
use crate::project::ScriptFormat;

/// Exports are followed through so many modules.
const MAX_HOPS: usize = 32;
/// More modules are not run in one program.
const MAX_MODULES: usize = 512;

/// A module in one program.
#[derive(Debug)]
pub(super) enum Module {
    /// It runs now: a cycle of imports sees what it has left so far.
    Running,
    /// A bound cut it off: what it exports is not known.
    Cut,
    /// It has run, and made these objects and activations.
    Done(Box<Made>),
}

/// The modules of a program.
#[derive(Debug, Default)]
pub(super) struct LoadedModules {
    /// Those that were read.
    pub all: FxHashMap<ScriptId, Module>,
    /// What each of those that run now has taken from others so far.
    taken: Vec<Vec<ScriptId>>,
    /// How many imports are being followed through each other.
    importing: usize,
    /// The `module` objects of CommonJS modules.
    objects: FxHashMap<ScriptId, ObjectId>,
}

/// What a module made.
#[derive(Debug)]
pub(super) struct Made {
    objects: Range<u32>,
    scopes: Range<u32>,
    state: State,
    /// Modules that it took something from while it ran: what it holds may be theirs.
    taken: Vec<ScriptId>,
}

impl Machine<'_> {
    /// What an imported name holds.
    pub(super) fn read_import(&mut self, script: ScriptId, index: u32, st: &mut State) -> Value {
        let source = self.project.script(script);
        let Some(import) = source.imports.get(index as usize) else { return Value::undefined() };
        let specifier = source.name(import.source).clone();
        let name: Arc<str> = match import.name {
            ImportedName::Named(name) => source.name(name).clone(),
            ImportedName::Default | ImportedName::Nothing => "default".into(),
            ImportedName::Namespace => "*".into(),
        };
        self.import(script, &specifier, &name, st)
    }

    /// The module that a script means by a specifier.
    pub(super) fn module(&self, script: ScriptId, specifier: &str) -> Option<ScriptId> {
        self.project.module(script, specifier, self.build)
    }

    /// What a script gets under a name from the module that it calls so.
    fn import(&mut self, script: ScriptId, specifier: &Arc<str>, name: &Arc<str>, st: &mut State) -> Value {
        let module = self.module(script, specifier);
        // Modules may hand on what they import from each other without end.
        if self.loaded.importing >= MAX_HOPS {
            return self.exported(specifier, name);
        }
        self.loaded.importing += 1;
        let found = module.and_then(|module| self.export_named(module, name, MAX_HOPS, st));
        self.loaded.importing -= 1;
        found.unwrap_or_else(|| self.exported(specifier, name))
    }

    /// What `require(specifier)` gives.
    pub(super) fn required(&mut self, specifier: &Arc<str>, st: &mut State) -> Value {
        let script = self.frame().script;
        let found = self.module(script, specifier).and_then(|module| self.whole(module, st));
        found.unwrap_or_else(|| self.exported(specifier, &"*".into()))
    }

    /// What `import(specifier)` gives: a promise of the module, where that is at hand.
    pub(super) fn import_later(&mut self, specifier: &Arc<str>, place: Place, st: &mut State) -> Value {
        let script = self.frame().script;
        let Some(module) = self.module(script, specifier) else {
            return self.exported(specifier, &"*".into());
        };
        let Some(value) = self.export_named(module, &"*".into(), MAX_HOPS, st) else {
            return self.exported(specifier, &"*".into());
        };
        let promise = self.make_promise(place, st);
        self.settle(promise, false, value, place, st);
        Value::object(promise)
    }

    /// A module as `require` gives it.
    fn whole(&mut self, module: ScriptId, st: &mut State) -> Option<Value> {
        match self.project.entry(module).format {
            ScriptFormat::CommonJs => self.instantiate_module(module, st).then(|| self.module_exports(module, st))?,
            _ => {
                let whole = self.export_named(module, &"*".into(), MAX_HOPS, st)?;
                // Bundlers tell compilers' helpers so that its default export is a property.
                if let Some(cell) = whole.as_object().and_then(|id| st.heap.get_mut(id.0)) {
                    let made = cell.made;
                    cell.put("__esModule".into(), Value::bool(true), made);
                }
                Some(whole)
            }
        }
    }

    /// What a module exports under a name (`*`: everything); none where that is not known.
    fn export_named(&mut self, module: ScriptId, name: &Arc<str>, hops: usize, st: &mut State) -> Option<Value> {
        let hops = hops.checked_sub(1)?;
        if !self.instantiate_module(module, st) {
            return None;
        }
        match self.project.entry(module).format {
            ScriptFormat::CommonJs => self.export_of_object(module, name, st),
            _ if &**name == "*" => self.namespace(module, hops, st),
            _ => self.export_of_module(module, name, hops, st),
        }
    }

    /// `module.exports`, as an ES import sees it.
    fn export_of_object(&mut self, module: ScriptId, name: &Arc<str>, st: &mut State) -> Option<Value> {
        let whole = self.module_exports(module, st)?;
        let id = whole.as_object();
        let interop = id.and_then(|id| self.object(st, id)).is_some_and(|o| o.own("__esModule").is_some());
        match &**name {
            "*" => Some(whole),
            "default" if !interop => Some(whole),
            _ => {
                // A name that is not there may be filled in by code that is not followed.
                let known = id.is_none_or(|id| self.object(st, id).is_some_and(|o| o.own(name).is_some()));
                let place = Place { script: module, span: self.project.script(module).span };
                if known { self.get(&whole, name, place, st) } else { None }
            }
        }
    }

    fn module_exports(&mut self, module: ScriptId, st: &mut State) -> Option<Value> {
        let holder = *self.loaded.objects.get(&module)?;
        Some(self.object(st, holder)?.own("exports")?.value.clone())
    }

    fn export_of_module(&mut self, module: ScriptId, name: &Arc<str>, hops: usize, st: &mut State) -> Option<Value> {
        let script = self.project.script(module);
        let mut stars = Vec::new();
        for export in &script.exports {
            match *export {
                Export::Binding { name: exported, binding } if script.name(exported) == name => {
                    return Some(self.read_exported(module, binding, st));
                }
                Export::Default { binding, .. } if &**name == "default" => {
                    return Some(self.read_exported(module, binding, st));
                }
                Export::From { exported, name: from, source } if script.name(exported) == name => {
                    let from = from.map_or_else(|| "*".into(), |from| script.name(from).clone());
                    let source = script.name(source).clone();
                    return match self.module(module, &source) {
                        Some(other) => self.export_named(other, &from, hops, st),
                        None => Some(self.exported(&source, &from)),
                    };
                }
                Export::All { source } => stars.push(script.name(source)),
                _ => {}
            }
        }
        if &**name == "default" {
            return None;
        }
        let of_others = stars.into_iter().find_map(|source| {
            let other = self.module(module, source)?;
            self.export_named(other, name, hops, st)
        });
        of_others.or_else(|| self.property_of_default(module, name, st))
    }

    /// A name that a module does not export, and its default object has: compilers to CommonJS take the one for the other.
    fn property_of_default(&mut self, module: ScriptId, name: &Arc<str>, st: &mut State) -> Option<Value> {
        let exports = &self.project.script(module).exports;
        let binding = exports.iter().find_map(|export| match *export {
            Export::Default { binding, .. } => Some(binding),
            _ => None,
        })?;
        let whole = self.read_exported(module, binding, st);
        let has_own = |id| self.object(st, id).is_some_and(|o| o.own(name).is_some());
        let place = Place { script: module, span: self.project.script(module).span };
        if whole.as_object().is_some_and(has_own) { self.get(&whole, name, place, st) } else { None }
    }

    /// The current value of a name that a module exports.
    fn read_exported(&mut self, module: ScriptId, binding: crate::ir::BindingId, st: &mut State) -> Value {
        let value = self.read_binding(module, binding, st);
        if self.guard_bindings.contains(&(module, binding)) {
            return value.tainted(super::values::value::Taint::GUARD);
        }
        value
    }

    /// A module's exports as one object, with the values of this moment.
    fn namespace(&mut self, module: ScriptId, hops: usize, st: &mut State) -> Option<Value> {
        let place = Place { script: module, span: self.project.script(module).span };
        let mut object = Object::plain(place);
        let mut names = Vec::new();
        object.open = !self.export_names(module, hops, &mut names, st);
        for name in names {
            match self.export_of_module(module, &name, hops, st) {
                Some(value) => object.put(name, value, place),
                None => object.open = true,
            }
        }
        Some(Value::object(self.alloc(st, object)))
    }

    /// Adds the names that a module exports; false where there may be others.
    fn export_names(&mut self, module: ScriptId, hops: usize, out: &mut Vec<Arc<str>>, st: &mut State) -> bool {
        let Some(hops) = hops.checked_sub(1) else { return false };
        if self.project.entry(module).format == ScriptFormat::CommonJs {
            self.names_of_object(module, out, st);
            return false;
        }
        let script = self.project.script(module);
        let mut complete = true;
        for export in &script.exports {
            let name = match *export {
                Export::Binding { name, .. } | Export::From { exported: name, .. } => script.name(name).clone(),
                Export::Default { .. } => "default".into(),
                Export::All { source } => {
                    let other = self.module(module, script.name(source));
                    complete &= other.is_some_and(|other| self.export_names(other, hops, out, st));
                    continue;
                }
            };
            if !out.contains(&name) {
                out.push(name);
            }
        }
        complete
    }

    /// Adds the names of what a CommonJS module has put into its `exports`.
    fn names_of_object(&mut self, module: ScriptId, out: &mut Vec<Arc<str>>, st: &mut State) {
        if !self.instantiate_module(module, st) {
            return;
        }
        let exports = self.module_exports(module, st).and_then(|whole| whole.as_object());
        let Some(cell) = exports.and_then(|id| self.object(st, id)) else { return };
        let names = cell.properties.iter().map(|slot| &slot.key);
        for name in names.filter(|name| !matches!(&***name, "__esModule" | "default")) {
            if !out.contains(name) {
                out.push(name.clone());
            }
        }
    }

    /// Runs the modules of scripts that speak of an injected bridge: what they listen for may write what others read.
    pub(super) fn run_guarding_modules(&mut self, scripts: &[ScriptId], st: &mut State) {
        let guards: Vec<&str> =
            APIS.iter().filter_map(|a| a.ready.as_ref()).flat_map(|r| [r.global, r.event]).collect();
        let mut seen: BTreeSet<ScriptId> = scripts.iter().copied().collect();
        let mut due = scripts.to_vec();
        while let Some(script) = due.pop().filter(|_| seen.len() <= MAX_MODULES) {
            let imported = self.project.modules_of(script, self.build);
            let mut imported: Vec<ScriptId> = imported.filter(|module| seen.insert(*module)).collect();
            imported.sort_unstable();
            for module in &imported {
                if self.project.script(*module).names.iter().any(|name| guards.contains(&&**name)) {
                    self.instantiate_module(*module, st);
                }
            }
            due.extend(imported);
        }
    }

    /// Runs a module for what it does; false where it is not known what it left.
    pub(super) fn run_module_of(&mut self, module: ScriptId, st: &mut State) -> bool {
        self.instantiate_module(module, st)
    }

    /// What a module exports as its default.
    pub(super) fn default_of(&mut self, module: ScriptId, st: &mut State) -> Option<Value> {
        self.named_of(module, "default", st)
    }

    /// What a module exports under a name.
    pub(super) fn named_of(&mut self, module: ScriptId, name: &str, st: &mut State) -> Option<Value> {
        self.export_named(module, &name.into(), MAX_HOPS, st)
    }

    /// Runs a module unless it has run; false where what it exports is not known.
    fn instantiate_module(&mut self, module: ScriptId, st: &mut State) -> bool {
        if let Some(taken) = self.loaded.taken.last_mut()
            && !taken.contains(&module)
        {
            taken.push(module);
        }
        match self.loaded.all.get(&module) {
            Some(Module::Running) => true,
            Some(Module::Cut) => false,
            Some(Module::Done(_)) => {
                self.restore(module, st);
                true
            }
            // The scripts that a program begins with run anyway.
            None if self.script_scopes.contains_key(&module) => true,
            None if self.loaded.all.len() >= MAX_MODULES => false,
            None => self.run_module(module, st),
        }
    }

    fn run_module(&mut self, module: ScriptId, st: &mut State) -> bool {
        self.loaded.all.insert(module, Module::Running);
        let source = self.project.script(module);
        super::language::assigned::note(module, source, &mut self.assigned);
        let fuel = self.full_fuel().saturating_add(source.steps());
        let apart = Apart {
            mode: std::mem::replace(&mut self.mode, Mode::Explore),
            fuel: std::mem::replace(&mut self.run.fuel, fuel),
            exhausted: std::mem::replace(&mut self.run.exhausted, false),
            executors: std::mem::take(&mut self.run.executors),
            uncaught_at: std::mem::replace(&mut self.run.uncaught_at, self.run.catchers.len() + 1),
            tries: std::mem::take(&mut self.run.tries),
            sites: self.sites.len(),
        };
        let (objects, scopes) = (self.objects, self.scopes);
        let kept = (st.ready, st.control.clone(), st.trail.clone(), st.outcome, st.focused, st.facts.clone());
        (st.ready, st.control, st.trail) = (Ready::UNGUARDED, Control::default(), Trail::default());
        (st.outcome, st.focused, st.facts) = (false, false, self.lasting_facts(&st.facts));
        self.run.catchers.push(Vec::new());
        self.loaded.taken.push(Vec::new());
        // It ran long before what runs now: code at hand may have changed what it left.
        let turn = self.turn;
        self.next_turn();
        *st = self.run_scripts(&[module], std::mem::take(st));
        self.turn = turn;
        self.run.catchers.pop();
        (st.ready, st.control, st.trail, st.outcome, st.focused, st.facts) = kept;
        let cut = std::mem::replace(&mut self.run.exhausted, apart.exhausted);
        if matches!(apart.mode, Mode::Outcome(_)) {
            self.sites.truncate(apart.sites);
        }
        (self.mode, self.run.fuel, self.run.executors) = (apart.mode, apart.fuel, apart.executors);
        (self.run.uncaught_at, self.run.tries) = (apart.uncaught_at, apart.tries);
        let taken = self.loaded.taken.pop().unwrap_or_default();
        let made = Made { objects: objects..self.objects, scopes: scopes..self.scopes, state: st.clone(), taken };
        self.loaded.all.insert(module, if cut { Module::Cut } else { Module::Done(Box::new(made)) });
        !cut
    }

    /// Puts what a module has made, and what it took from others, into a state that lacks it.
    fn restore(&self, module: ScriptId, st: &mut State) {
        let mut due = vec![module];
        while let Some(module) = due.pop() {
            let Some(Module::Done(made)) = self.loaded.all.get(&module) else { continue };
            if made.scopes.clone().next().is_none_or(|scope| st.scopes.get(scope).is_some()) {
                continue;
            }
            st.heap.take_over(&made.state.heap, made.objects.clone());
            st.scopes.take_over(&made.state.scopes, made.scopes.clone());
            due.extend(&made.taken);
        }
    }

    /// The `module` object of a script that is a CommonJS module.
    pub(super) fn make_module_object(&mut self, script: ScriptId, st: &mut State) {
        let place = Place { script, span: self.project.script(script).span };
        let exports = self.alloc(st, Object::plain(place));
        let fields = vec![("exports", Value::object(exports))];
        if let Some(holder) = self.make_object(ObjectKind::Plain, fields, place, st).as_object() {
            self.loaded.objects.insert(script, holder);
        }
    }

    /// Whether an object is the running script's `module` or `exports`: what is stored there is its own, and no queue's.
    pub(super) fn is_exports(&self, id: ObjectId, st: &State) -> bool {
        let holder = self.loaded.objects.get(&self.frame().script);
        let exports = || {
            let slot = self.object(st, *holder?)?.own("exports")?;
            slot.value.as_object()
        };
        holder == Some(&id) || exports() == Some(id)
    }

    /// `module` and `exports` in a CommonJS module.
    pub(super) fn module_variable(&mut self, name: &str, st: &State) -> Option<Value> {
        let holder = *self.loaded.objects.get(&self.frame().script)?;
        match name {
            "module" => Some(Value::object(holder)),
            // Where `module.exports` is another object, `exports` stays the first: that one is made just before.
            "exports" => {
                holder.0.checked_sub(1).map(ObjectId).filter(|id| st.heap.get(id.0).is_some()).map(Value::object)
            }
            _ => None,
        }
    }

    /// What a module that is not at hand exports: a payment API's object, or an unknown.
    pub(super) fn exported(&mut self, module: &Arc<str>, name: &Arc<str>) -> Value {
        let known = APIS.iter().flat_map(|a| a.modules).find(|m| is_module(module, m.module));
        match known {
            Some(m) if matches!(&**name, "default" | "*") => self.unknown(Origin::Global(m.global.into())),
            Some(m) => {
                let global = self.unknowns.make(Origin::Global(m.global.into()));
                self.unknown(Origin::Property(global, name.clone()))
            }
            None => self.unknown(Origin::Import(module.clone(), name.clone())),
        }
    }
}

/// What a run keeps for itself while a module runs.
struct Apart {
    mode: Mode,
    fuel: u32,
    exhausted: bool,
    executors: u32,
    uncaught_at: usize,
    tries: Vec<Place>,
    sites: usize,
}

/// Whether a specifier names a module: by its name, or as a file that is called by it (`../lib/alipayjsapi.min`).
fn is_module(specifier: &str, module: &str) -> bool {
    let file = specifier.rsplit('/').next().unwrap_or(specifier);
    specifier == module || (!module.contains('/') && specifier.contains('/') && file.starts_with(module))
}
