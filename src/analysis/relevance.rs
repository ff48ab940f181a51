//! Which functions can lead to a payment. Only those become entries: a bundle has thousands of others.

mod referrers;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::targets::{Hot, Targets, aliases, counted_from, mapped_names, named_functions};
use super::words::{WORDS, Words, guard_constants, names_in_tables};
use crate::eval::{Assigned, Relevant};
use crate::ir::{
    AssignOp, BindingId, Expr, ExprId, FnId, ImportedName, NameId, PropertyKey, Ref, Script, ScriptId, ScriptKind,
    Stmt, Target,
};
use crate::project::{APP, LeadingExports, Project, Realm, SHARED, put_shared_specifier};

/// Names of exports that bundlers shorten are no longer than this: too many things are called so.
const MAX_MANGLED: usize = 2;
/// Names of methods that say nothing: every function has them, every promise, every component.
const COMMON: &[&str] = &["apply", "bind", "call", "constructor", "default", "install", "render", "setup", "then"];
/// Passes over a script's expressions until nothing more is found.
const MAX_PASSES: usize = 8;

/// What is known of scripts before they are run.
#[derive(Debug, Default)]
pub(super) struct Relevance {
    /// Functions that mention a payment API, stand around one that does, or refer to one.
    pub functions: Relevant,
    /// Functions that mention a payment API themselves.
    pub direct: Vec<(ScriptId, FnId)>,
    /// Those of the functions that lead to a payment themselves.
    leading: Relevant,
    /// Functions that test or wait for an injected bridge, or stand around one that does.
    pub guards: Relevant,
    /// Who else reads a relevant function's name.
    pub referrers: FxHashMap<(ScriptId, FnId), Vec<(ScriptId, FnId)>>,
    /// Relevant functions inside others whose name is used for nothing but calling them.
    pub only_called: Relevant,
    /// Which properties are assigned.
    pub assigned: Assigned,
}

/// What a look through the scripts of one program or file has shown, and the names that lead to payments in them.
#[derive(Debug)]
pub struct Scan {
    pub(super) relevance: Relevance,
    pub(super) names: Targets,
    /// How many scripts it is of.
    scripts: usize,
}

impl Scan {
    /// The same for a program of these scripts, where they are those of the file that was looked at, which counted them
    /// from 0.
    fn of_program(&self, scripts: &[ScriptId]) -> Option<Self> {
        let first = scripts.first()?.0;
        let same = scripts.len() == self.scripts && (first..).zip(scripts).all(|(index, id)| id.0 == index);
        same.then(|| Self {
            relevance: self.relevance.shifted(first),
            names: self.names.shifted(first),
            scripts: self.scripts,
        })
    }
}

/// The scripts of a program, in order.
pub(super) type Scripts<'s> = [(ScriptId, &'s Script)];

/// What leads to a payment in a module (by its specifier), where what a script takes of it does (a name, or all).
pub(super) type Leads<'l> = dyn Fn(ScriptId, &str, Option<&str>) -> Option<&'l LeadingExports> + 'l;

impl Relevance {
    /// Looks through the scripts of a program; `known` is what a look at its file alone has shown.
    pub(super) fn of(project: &Project, realm: &Realm, known: Option<&Scan>) -> Self {
        let known = known.and_then(|scan| scan.of_program(&realm.scripts));
        let scripts: Vec<(ScriptId, &Script)> = realm.scripts.iter().map(|id| (*id, project.script(*id))).collect();
        let leads = |id: ScriptId, specifier: &str, name: Option<&str>| {
            let module = project.module(id, specifier, realm.build);
            module.map(|module| &project.entry(module).exports).filter(|exports| exports.lead(name))
        };
        let Scan { mut relevance, names, .. } = known.unwrap_or_else(|| Self::scan(&scripts, &leads));
        if relevance.is_empty() {
            return relevance;
        }
        let owners: Vec<Vec<FnId>> = scripts.iter().map(|(_, script)| script.owners()).collect();
        relevance.note_referrers(&scripts, &owners, &names);
        scripts.iter().for_each(|(id, script)| relevance.note_only_called(*id, script, &names));
        scripts.iter().for_each(|(id, script)| crate::eval::note_assigned(*id, script, &mut relevance.assigned));
        relevance
    }

    /// Finds the functions that lead to a payment, and the names by which they are known.
    pub(super) fn scan(scripts: &Scripts<'_>, leads: &Leads<'_>) -> Scan {
        let mut relevance = Self::default();
        let mut names = Targets::default();
        for (id, script) in scripts {
            for (function, binding) in named_functions(script) {
                names.functions.entry((*id, function)).or_insert(binding);
            }
            names.count_methods(script, *id);
        }
        let owners: Vec<Vec<FnId>> = scripts.iter().map(|(_, script)| script.owners()).collect();
        let mut passes: Vec<Pass> = Vec::with_capacity(scripts.len());
        for ((id, script), owners) in scripts.iter().zip(&owners) {
            let pass = relevance.scan_mentions(script, *id, owners, &mut names);
            relevance.scan_imports(script, *id, owners, &pass.modules, &mut names, leads);
            passes.push(pass);
            scan_shared(script, *id, &mut names, leads);
            names.hold_in_bindings(script, *id);
        }
        let has_template = scripts.iter().any(|(_, script)| script.kind == ScriptKind::Template);
        for _ in 0..MAX_PASSES {
            let before = relevance.leading.len() + names.len();
            if before == 0 {
                break;
            }
            if has_template {
                scripts.iter().for_each(|(id, script)| names.show_in_templates(script, *id));
            }
            for (((id, script), owners), pass) in scripts.iter().zip(&owners).zip(&mut passes) {
                let mut hot = names.in_script(script, *id);
                if pass.has_news(script, &hot, &relevance.leading, *id) {
                    names.take_from_others(script, *id, &relevance.leading, &mut hot.bindings);
                    relevance.scan_references(script, *id, owners, &hot, &mut names);
                }
            }
            if relevance.leading.len() + names.len() == before {
                break;
            }
        }
        Scan { relevance, names, scripts: scripts.len() }
    }

    /// The same where the scripts count from `first` on.
    fn shifted(&self, first: u32) -> Self {
        let all = |set: &Relevant| set.iter().map(|(script, f)| (counted_from(*script, first), *f)).collect();
        Self {
            functions: all(&self.functions),
            direct: self.direct.iter().map(|(script, f)| (counted_from(*script, first), *f)).collect(),
            leading: all(&self.leading),
            guards: all(&self.guards),
            ..Self::default()
        }
    }

    /// Whether nothing leads to a payment.
    pub(super) fn is_empty(&self) -> bool {
        self.leading.is_empty()
    }

    /// The names of a script's methods that lead to a payment: of functions that no name holds.
    pub(super) fn methods(&self, script: &Script, id: ScriptId, names: &Targets) -> BTreeSet<Arc<str>> {
        let leading = self.leading.iter().filter(|(s, f)| *s == id && !names.functions.contains_key(&(id, *f)));
        let named = leading.filter_map(|(_, f)| script.function(*f).name.map(|name| script.name(name)));
        named.filter(|name| name.len() > MAX_MANGLED && !COMMON.contains(&&***name)).cloned().collect()
    }

    /// Whether a function leads to a payment itself.
    pub(super) fn leads(&self, script: ScriptId, function: FnId) -> bool {
        self.leading.contains(&(script, function))
    }

    /// Adds what mentions a payment API or the bridge; returns what is to be known for the rest.
    fn scan_mentions(&mut self, script: &Script, id: ScriptId, owners: &[FnId], names: &mut Targets) -> Pass {
        let kinds: Vec<u8> = script.names.iter().map(|name| WORDS.kind(name)).collect();
        let is = |name: NameId, kind: u8| kinds[name.index()] & kind != 0;
        // Whoever registers a listener for events of this script runs before what emits them.
        let emits = kinds.iter().any(|kind| kind & Words::EMITS != 0);
        let guard = if emits { Words::GUARD | Words::LISTENS } else { Words::GUARD };
        let constants = guard_constants(script, &|name| is(name, Words::GUARD));
        let names_object = kinds.iter().any(|kind| kind & Words::SHARED_OBJECT != 0);
        let needle = if names_object { Words::NEEDLE | Words::SHARED_NEEDLE } else { Words::NEEDLE };
        let hit = |name: NameId| is(name, needle);
        let listed = if kinds.iter().any(|kind| kind & needle != 0) {
            names_in_tables(script, &|name| is(name, Words::TAKES_NAMES))
        } else {
            FxHashSet::default()
        };
        names.script = id;
        let mut pass = Pass { read: vec![false; script.bindings.len()], modules: Vec::new(), begun_with: None };
        for (index, expr) in script.exprs.iter().enumerate() {
            let name = match *expr {
                Expr::String(name)
                | Expr::Read(Ref::Global(name))
                | Expr::Member { key: PropertyKey::Name(name), .. } => name,
                Expr::Read(Ref::Binding(binding)) => {
                    pass.read[binding.index()] = true;
                    if !constants.is_empty() && constants.contains(&binding) {
                        self.add_guard(script, id, owners[index]);
                    }
                    continue;
                }
                Expr::Call { .. } | Expr::ImportCall(_) => {
                    pass.modules.extend(module_of(script, expr, owners[index]).map(|name| (index, name)));
                    continue;
                }
                _ => continue,
            };
            if kinds[name.index()] == 0 {
                continue;
            }
            if is(name, guard) {
                self.add_guard(script, id, owners[index]);
            }
            if hit(name) && !listed.contains(&ExprId(index as u32)) {
                self.direct.push((id, owners[index]));
                self.add(script, id, owners[index], names);
                names.hold(script, ExprId(index as u32));
            }
        }
        let imported = script.imports.iter().filter(|i| matches!(i.name, ImportedName::Named(n) if hit(n)));
        names.bindings.extend(imported.filter_map(|i| Some((id, i.binding?))));
        pass
    }

    /// Adds what comes from modules that lead to a payment: those that are imported, and `required` ones.
    fn scan_imports(
        &mut self,
        script: &Script,
        id: ScriptId,
        owners: &[FnId],
        required: &[(usize, NameId)],
        names: &mut Targets,
        leads: &Leads<'_>,
    ) {
        let called = OnceCell::new();
        for import in &script.imports {
            let name = match import.name {
                ImportedName::Named(name) => Some(&**script.name(name)),
                ImportedName::Default => Some("default"),
                ImportedName::Namespace => None,
                ImportedName::Nothing => continue,
            };
            let Some(binding) = import.binding else { continue };
            let Some(exports) = leads(id, script.name(import.source), name) else { continue };
            exports.methods.iter().for_each(|name| names.properties.insert(name));
            let local = script.name(script.binding(binding).name);
            // A component is shown, not called: whoever shows it does not pay by that.
            let is_component = local.starts_with(char::is_uppercase);
            if !is_component || called.get_or_init(|| called_bindings(script)).contains(&binding) {
                names.bindings.insert((id, binding));
            }
        }
        for (index, specifier) in required {
            if let Some(exports) = leads(id, script.name(*specifier), None) {
                exports.methods.iter().for_each(|name| names.properties.insert(name));
                self.add(script, id, owners[*index], names);
                names.hold(script, ExprId(*index as u32));
            }
        }
    }

    fn scan_references(&mut self, script: &Script, id: ScriptId, owners: &[FnId], hot: &Hot, names: &mut Targets) {
        names.bindings.extend(aliases(script, hot).map(|binding| (id, binding)));
        mapped_names(script, hot).iter().for_each(|name| names.properties.insert(name));
        for (index, expr) in script.exprs.iter().enumerate() {
            let refers = match *expr {
                Expr::Read(Ref::Binding(binding)) => hot.bindings[binding.index()],
                Expr::Read(Ref::Global(name)) => hot.globals[name.index()],
                Expr::Member { key: PropertyKey::Name(name), .. } => hot.properties[name.index()],
                // `exports.pay = pay` is read elsewhere by the name of the property.
                Expr::Assign { target: Target::Member(member), op: AssignOp::Set, value } => {
                    // `exports.pay = pay = …`, too.
                    let held = match script.expr(value) {
                        Expr::Read(Ref::Binding(binding))
                        | Expr::Assign { target: Target::Name(Ref::Binding(binding), _), op: AssignOp::Set, .. } => {
                            hot.bindings[binding.index()]
                        }
                        _ => false,
                    };
                    if held
                        && let Expr::Member { key: PropertyKey::Name(name), .. } = script.expr(member)
                        && script.name(name).len() > MAX_MANGLED
                    {
                        names.properties.insert(script.name(name));
                    }
                    false
                }
                _ => false,
            };
            if let (true, Expr::Read(Ref::Binding(binding))) = (refers, *expr) {
                names.hold_constant(script, id, ExprId(index as u32), binding);
            }
            if refers && !self.leading.contains(&(id, owners[index])) {
                self.add(script, id, owners[index], names);
            }
        }
        names.script = id;
        names.hold_in_bindings(script, id);
    }

    /// Adds a function that tests or waits for the bridge: what it writes may guard others.
    fn add_guard(&mut self, script: &Script, id: ScriptId, function: FnId) {
        let mut at = Some(function);
        while let Some(function) = at {
            self.functions.insert((id, function));
            self.guards.insert((id, function));
            at = script.function(function).parent;
        }
    }

    /// Adds a function and those around it, and the names by which they are known.
    fn add(&mut self, script: &Script, id: ScriptId, function: FnId, names: &mut Targets) {
        let mut at = Some(function);
        while let Some(function) = at {
            if !self.leading.insert((id, function)) {
                return;
            }
            if !is_getter(script, function) {
                self.functions.insert((id, function));
            }
            names.add(script, id, function);
            at = script.function(function).parent;
        }
    }
}

/// Adds what other files give without an export.
fn scan_shared(script: &Script, id: ScriptId, names: &mut Targets, leads: &Leads<'_>) {
    if leads(id, SHARED, None).is_none() {
        return;
    }
    if script.names.iter().any(|name| &**name == "getApp")
        && let Some(exports) = leads(id, APP, Some(APP))
    {
        exports.methods.iter().for_each(|name| names.properties.insert(name));
    }
    let mut specifier = String::new();
    for name in &script.names {
        put_shared_specifier(name, &mut specifier);
        if leads(id, &specifier, Some(&specifier)).is_some() {
            names.properties.insert(name);
        }
    }
}

/// Whether a function only gives a name's value, as bundlers define exports: whoever reads the export enters it.
fn is_getter(script: &Script, function: FnId) -> bool {
    let decl = script.function(function);
    let [stmt] = decl.body.of(&script.stmt_lists) else { return false };
    decl.params.is_empty()
        && decl.parent.is_some_and(|p| p != Script::BODY)
        && matches!(script.stmt(*stmt), Stmt::Return(Some(value)) if matches!(script.expr(value), Expr::Read(_)))
}

/// The module that `require('…')` or `import('…')` gives, unless a function does nothing but load it.
fn module_of(script: &Script, expr: &Expr, owner: FnId) -> Option<NameId> {
    match *expr {
        Expr::Call { callee, arguments, .. } => script.required_module(callee, arguments),
        Expr::ImportCall(source) if !is_loader(script, owner) => match script.expr(source) {
            Expr::String(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a function only loads a module for somebody else: `() => import("./page")`.
fn is_loader(script: &Script, function: FnId) -> bool {
    let (start, end) = script.function(function).exprs;
    function != Script::BODY && end - start <= 2
}

/// Names that are called, made instances of, extended, or whose properties are used.
fn called_bindings(script: &Script) -> FxHashSet<BindingId> {
    let read = |expr: ExprId| match script.expr(expr) {
        Expr::Read(Ref::Binding(binding)) => Some(binding),
        _ => None,
    };
    let used = script.exprs.iter().filter_map(|expr| match *expr {
        Expr::Call { callee, .. } | Expr::New { callee, .. } => read(callee),
        Expr::Member { object, .. } => read(object),
        _ => None,
    });
    used.chain(script.classes.iter().filter_map(|class| class.parent.and_then(read))).collect()
}

/// The passes over one script.
struct Pass {
    /// By binding: whether it is read.
    read: Vec<bool>,
    /// Expressions that give a module, and its specifier.
    modules: Vec<(usize, NameId)>,
    /// How many hot names that are read, globals, properties, and leading functions the last pass began with.
    begun_with: Option<[usize; 4]>,
}

impl Pass {
    /// Whether another pass may find what the last one did not. What is hot stays hot, so that counts tell.
    fn has_news(&mut self, script: &Script, hot: &Hot, leading: &Relevant, id: ScriptId) -> bool {
        let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count();
        let bindings = hot.bindings.iter().zip(&self.read).filter(|(hot, read)| **hot && **read).count();
        // Functions matter to their classes.
        let functions = if script.classes.is_empty() { 0 } else { leading.iter().filter(|(s, _)| *s == id).count() };
        let now = [bindings, count(&hot.globals), count(&hot.properties), functions];
        self.begun_with.replace(now) != Some(now)
    }
}
