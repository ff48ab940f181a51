//! Which exports of a module lead to a payment: whoever imports one of them is worth a look.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::relevance::{Relevance, Scan};
use super::shared::{Shared, shared};
use super::targets::Targets;
use crate::ir::{BindingId, Export, Expr, ExprId, FnId, PropertyKey, Ref, Script, ScriptId, Span, Target, Write};
use crate::project::LeadingExports;

/// What leads to a payment in the scripts of one file.
#[derive(Clone, Debug, Default)]
pub struct Leading {
    /// By script: its functions that lead to a payment, in order.
    pub functions: Vec<Vec<FnId>>,
    /// What those scripts export of that which stand for the file: a page exports nothing.
    pub exports: LeadingExports,
}

/// What leads to a payment in a module, where what a script takes of it does: by the script's index, the module's
/// specifier, and a name (none: all of it).
pub(super) type OfModule<'l> = dyn Fn(usize, &str, Option<&str>) -> Option<&'l LeadingExports> + 'l;

/// Looks through the scripts of a file, for its analysis too; `firsts` stand for it in one build or another, and `leads`
/// tells of the modules that they import.
#[must_use]
pub fn leading(scripts: &[Script], firsts: &[usize], leads: &OfModule<'_>) -> (Leading, Scan) {
    let listed: Vec<(ScriptId, &Script)> = (0..).map(ScriptId).zip(scripts).collect();
    let scan = Relevance::scan(&listed, &|id, specifier, name| leads(id.index(), specifier, name));
    let Scan { relevance, names, .. } = &scan;
    let functions = listed.iter().map(|(id, script)| {
        let all = (0..script.functions.len() as u32).map(FnId);
        all.filter(|f| relevance.leads(*id, *f)).collect()
    });
    let functions: Vec<Vec<FnId>> = functions.collect();
    let mut all = LeadingExports::default();
    for (id, script) in firsts.iter().filter_map(|first| listed.get(*first)) {
        let is_leading = |specifier: &str, name: Option<&str>| leads(id.index(), specifier, name).is_some();
        let exports = Exports::of(script, *id, &functions[id.index()], names, &is_leading);
        let LeadingExports { names: exported, stars, globals, only_default, .. } = exports.find();
        all.names.extend(exported);
        (all.stars, all.globals) = (all.stars | stars, all.globals | globals);
        all.only_default |= only_default;
        all.methods.extend(relevance.methods(script, *id, names));
        let imported = |binding| methods_of_import(script, binding, &|specifier| leads(id.index(), specifier, None));
        let Shared { names: given, methods } = shared(script, &|value| exports.value(value), &imported);
        all.names.extend(given);
        all.methods.extend(methods);
        for export in &script.exports {
            let methods = match *export {
                Export::All { source } => {
                    let Some(exports) = leads(id.index(), script.name(source), None) else { continue };
                    exports.pass_on_to(&mut all);
                    exports.methods.clone().into_iter().collect()
                }
                Export::From { name, source, .. } => {
                    let exports = leads(id.index(), script.name(source), name.map(|name| &**script.name(name)));
                    exports.into_iter().flat_map(|exports| exports.methods.iter().cloned()).collect()
                }
                Export::Binding { binding, .. } => imported(binding),
                Export::Default { value, .. } => {
                    let read = names_read_in(script, script.expr_span(value));
                    script
                        .imports
                        .iter()
                        .filter_map(|i| i.binding)
                        .filter(|b| read.contains(b))
                        .flat_map(imported)
                        .collect()
                }
            };
            all.methods.extend(methods);
        }
        if script.exports.is_empty() && all.lead(None) {
            let required = required_modules(script).filter_map(|specifier| leads(id.index(), specifier, None));
            required.for_each(|exports| all.methods.extend(exports.methods.iter().cloned()));
        }
    }
    (Leading { functions, exports: all }, scan)
}

/// The modules that a script gives itself by `require`: what of them it exports again, compilers write in many ways.
fn required_modules(script: &Script) -> impl Iterator<Item = &Arc<str>> {
    script.exprs.iter().filter_map(|expr| match *expr {
        Expr::Call { callee, arguments, .. } => script.required_module(callee, arguments).map(|name| script.name(name)),
        _ => None,
    })
}

/// The names that code reads.
fn names_read_in(script: &Script, span: Span) -> BTreeSet<BindingId> {
    let read = script.exprs.iter().zip(&script.expr_spans).filter_map(|(expr, at)| match *expr {
        Expr::Read(Ref::Binding(binding)) => (span.start <= at.start && at.end <= span.end).then_some(binding),
        _ => None,
    });
    read.collect()
}

/// The methods of an imported name that lead to a payment.
fn methods_of_import<'l>(
    script: &Script,
    binding: BindingId,
    exports_of: &dyn Fn(&str) -> Option<&'l LeadingExports>,
) -> Vec<Arc<str>> {
    let import = script.imports.iter().find(|import| import.binding == Some(binding));
    let exports = import.and_then(|import| exports_of(script.name(import.source)));
    exports.into_iter().flat_map(|exports| exports.methods.iter().cloned()).collect()
}

/// More names that hold each other are not followed for one export.
const MAX_NAMES: usize = 64;

struct Exports<'s> {
    script: &'s Script,
    id: ScriptId,
    functions: &'s [FnId],
    names: &'s Targets,
    leads: &'s dyn Fn(&str, Option<&str>) -> bool,
    /// The members that are assigned, and their values.
    assigned: Vec<(ExprId, ExprId)>,
    /// Where functions that lead to a payment begin, and where names of such are read, in order.
    places: Vec<u32>,
    /// Functions whose prototypes have methods that do, by their names.
    prototypes: BTreeSet<BindingId>,
    /// Objects that are filled with what does after they are made.
    filled: BTreeSet<BindingId>,
    /// The names that the question which is being answered has led to.
    asked: RefCell<BTreeSet<BindingId>>,
}

impl<'s> Exports<'s> {
    fn of(
        script: &'s Script,
        id: ScriptId,
        functions: &'s [FnId],
        names: &'s Targets,
        leads: &'s dyn Fn(&str, Option<&str>) -> bool,
    ) -> Self {
        let made = functions.iter().filter(|f| **f != Script::BODY).map(|f| script.function(*f).span.start);
        let hot = names.bindings_of(script, id);
        let reads = script.exprs.iter().zip(&script.expr_spans).filter_map(|(expr, at)| match *expr {
            Expr::Read(Ref::Binding(binding)) => hot[binding.index()].then_some(at.start),
            _ => None,
        });
        let mut places: Vec<u32> = made.chain(reads).collect();
        places.sort_unstable();
        let assigned = script.exprs.iter().filter_map(|expr| match *expr {
            Expr::Assign { target: Target::Member(member), value, .. } => Some((member, value)),
            _ => None,
        });
        let mut exports = Self {
            script,
            id,
            functions,
            names,
            leads,
            assigned: assigned.collect(),
            places,
            prototypes: BTreeSet::new(),
            filled: BTreeSet::new(),
            asked: RefCell::default(),
        };
        exports.filled = exports.filled_objects();
        exports.prototypes = exports.leading_prototypes();
        exports
    }

    /// `Cashier.prototype.pay = function () {…}`, `Cashier.prototype = {…}`.
    fn leading_prototypes(&self) -> BTreeSet<BindingId> {
        let of = |member: ExprId| match self.script.expr(member) {
            Expr::Member { object, key: PropertyKey::Name(name), .. } => Some((object, &**self.script.name(name))),
            _ => None,
        };
        let written = self.assigned.iter().filter_map(|(member, value)| {
            let (mut object, mut name) = of(*member)?;
            if name != "prototype" {
                (object, name) = of(object)?;
            }
            let Expr::Read(Ref::Binding(binding)) = self.script.expr(object) else { return None };
            (name == "prototype" && self.value(*value)).then_some(binding)
        });
        written.collect()
    }

    fn find(&self) -> LeadingExports {
        let mut found = BTreeSet::new();
        for export in &self.script.exports {
            match *export {
                Export::Binding { name, binding } if self.binding(binding) => {
                    found.insert(self.script.name(name).clone());
                }
                Export::Default { value, .. } if self.value(value) => {
                    found.insert("default".into());
                }
                Export::From { exported, name, source } => {
                    let name = name.map(|name| &**self.script.name(name));
                    if (self.leads)(self.script.name(source), name) {
                        found.insert(self.script.name(exported).clone());
                    }
                }
                // What another module exports as a whole is known by its names.
                _ => {}
            }
        }
        self.common_js(&mut found);
        let stars = self.defined(&mut found);
        let globals = !self.functions.is_empty() && self.functions.iter().any(|f| *f != Script::BODY);
        let is_default = |export: &Export| matches!(export, Export::Default { .. });
        let only_default = !self.script.exports.is_empty() && self.script.exports.iter().all(is_default);
        LeadingExports { names: found, stars, globals, only_default, methods: BTreeSet::new() }
    }

    /// `module.exports = …`, `exports.name = …`.
    fn common_js(&self, found: &mut BTreeSet<Arc<str>>) {
        for (member, value) in &self.assigned {
            let Expr::Member { object, key: PropertyKey::Name(key), .. } = self.script.expr(*member) else { continue };
            let key = self.script.name(key);
            let whole = self.is_global(object, "module") && &**key == "exports";
            if !(whole || self.is_exports(object)) || !self.value(*value) {
                continue;
            }
            found.insert(if whole { "*".into() } else { key.clone() });
        }
    }

    /// What compilers write: `Object.defineProperty(exports, 'name', { get: function () { … } })`; true for all of another
    /// module, `Object.keys(module).forEach(…)`.
    fn defined(&self, found: &mut BTreeSet<Arc<str>>) -> bool {
        let mut stars = false;
        if !self.script.names.iter().any(|name| &**name == "exports") {
            return false;
        }
        for expr in &self.script.exprs {
            let Expr::Call { callee, arguments, .. } = *expr else { continue };
            let Expr::Member { object, key: PropertyKey::Name(method), .. } = self.script.expr(callee) else {
                continue;
            };
            if !self.is_global(object, "Object") {
                continue;
            }
            match (&**self.script.name(method), self.script.args(arguments)) {
                ("defineProperty", [exports, name, how]) if self.is_exports(exports.value) => {
                    let Expr::String(name) = self.script.expr(name.value) else { continue };
                    if self.value(how.value) {
                        found.insert(self.script.name(name).clone());
                    }
                }
                ("keys", [module]) => {
                    let Expr::Read(Ref::Binding(binding)) = self.script.expr(module.value) else { continue };
                    stars |= self.script.binding(binding).owner == Script::BODY && self.binding(binding);
                }
                _ => {}
            }
        }
        stars
    }

    /// `exports`, `module.exports`.
    fn is_exports(&self, expr: ExprId) -> bool {
        match self.script.expr(expr) {
            Expr::Member { object, key: PropertyKey::Name(key), .. } => {
                &**self.script.name(key) == "exports" && self.is_global(object, "module")
            }
            // `var own = exports`
            Expr::Read(Ref::Binding(binding)) => match self.script.writes_of(binding) {
                [Write::Value(value)] => self.is_global(*value, "exports"),
                _ => false,
            },
            _ => self.is_global(expr, "exports"),
        }
    }

    fn is_global(&self, expr: ExprId, name: &str) -> bool {
        matches!(self.script.expr(expr), Expr::Read(Ref::Global(global)) if &**self.script.name(global) == name)
    }

    fn binding(&self, binding: BindingId) -> bool {
        // Names may hold each other in a ring, and be asked for on many ways.
        let outermost = self.asked.borrow().is_empty();
        let is_new = self.asked.borrow().len() < MAX_NAMES && self.asked.borrow_mut().insert(binding);
        let leads = is_new && self.leads_by_name(binding);
        if outermost {
            self.asked.borrow_mut().clear();
        }
        leads
    }

    fn leads_by_name(&self, binding: BindingId) -> bool {
        self.prototypes.contains(&binding)
            || self.names.bindings.contains(&(self.id, binding))
            || self.script.writes_of(binding).iter().any(|write| match *write {
                Write::Value(value) => self.value(value),
                Write::Function(function) => self.functions.contains(&function),
                Write::Class(class) => self.holds(self.script.class(class).span),
                Write::Other => false,
            })
            || self.filled.contains(&binding)
    }

    /// Objects that are made empty and given what leads to a payment: `service.pay = …`.
    fn filled_objects(&self) -> BTreeSet<BindingId> {
        let is_empty = |w: &Write| match *w {
            Write::Value(v) => matches!(self.script.expr(v), Expr::Object(list) if list.is_empty()),
            _ => false,
        };
        let filled = self.assigned.iter().filter_map(|(member, value)| {
            let Expr::Member { object, .. } = self.script.expr(*member) else { return None };
            let Expr::Read(Ref::Binding(binding)) = self.script.expr(object) else { return None };
            let leads = self.holds(self.script.expr_span(*value));
            (leads && self.script.writes_of(binding).iter().any(is_empty)).then_some(binding)
        });
        filled.collect()
    }

    /// Whether a value holds a function that leads to a payment, or the name of one.
    fn value(&self, value: ExprId) -> bool {
        match self.script.expr(value) {
            Expr::Read(Ref::Binding(binding)) => return self.binding(binding),
            Expr::Call { callee, arguments, .. } => {
                if let Some(module) = self.script.required_module(callee, arguments) {
                    return (self.leads)(self.script.name(module), None);
                }
            }
            // An instance has what its class has.
            Expr::New { callee, .. } if self.value(callee) => return true,
            _ => {}
        }
        let span = self.script.expr_span(value);
        self.holds(span) || self.names.mentions_in(self.id, span)
    }

    fn holds(&self, span: Span) -> bool {
        let first = self.places.partition_point(|place| *place < span.start);
        self.places.get(first).is_some_and(|place| *place < span.end)
    }
}
