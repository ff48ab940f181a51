//! What a file gives to others without an export: the members of a mini-program's `App({…})`, and what it puts on every
//! component (`Vue.prototype.$pay`, `globalProperties`, a mixin for all) or on a platform's object (`uni.$pay`).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::ir::{Argument, AssignOp, BindingId, Expr, ExprId, PropertyKey, PropertyKind, Ref, Script, Target, Write};
use crate::project::{APP, shared_specifier};

/// Objects in the options of an application are looked into so deep.
const MAX_DEPTH: u32 = 3;

/// Names of the framework whose prototype all components have hold this.
const FRAMEWORK: &str = "vue";

/// A name that holds a name that holds a value is followed this far.
const MAX_NAMES: usize = 4;

/// What of that leads to a payment.
#[derive(Default)]
pub(super) struct Shared {
    /// The specifiers under which others have it.
    pub(super) names: BTreeSet<Arc<str>>,
    /// Members of the application that do.
    pub(super) methods: BTreeSet<Arc<str>>,
}

/// Looks through a script: `leads` tells whether a value leads to a payment, `imported` which methods of an imported
/// name do.
pub(super) fn shared(
    script: &Script,
    leads: &dyn Fn(ExprId) -> bool,
    imported: &dyn Fn(BindingId) -> Vec<Arc<str>>,
) -> Shared {
    let mut search = Search { script, leads, imported, found: Shared::default() };
    for expr in &script.exprs {
        match *expr {
            Expr::Call { callee, arguments, .. } => search.call(callee, script.args(arguments)),
            Expr::Assign { target: Target::Member(member), op: AssignOp::Set, value } => search.write(member, value),
            _ => {}
        }
    }
    search.found
}

struct Search<'s> {
    script: &'s Script,
    leads: &'s dyn Fn(ExprId) -> bool,
    imported: &'s dyn Fn(BindingId) -> Vec<Arc<str>>,
    found: Shared,
}

impl Search<'_> {
    fn call(&mut self, callee: ExprId, arguments: &[Argument]) {
        let Some(options) = arguments.first().map(|argument| argument.value) else { return };
        match self.script.expr(callee) {
            Expr::Read(Ref::Global(name)) if &**self.script.name(name) == "App" => {
                let mut methods = BTreeSet::new();
                self.leading_keys(options, MAX_DEPTH, &mut methods);
                if !methods.is_empty() || (self.leads)(options) {
                    self.found.names.insert(APP.into());
                    self.found.methods.append(&mut methods);
                }
            }
            Expr::Member { key: PropertyKey::Name(name), .. } if &**self.script.name(name) == "mixin" => {
                let mut methods = BTreeSet::new();
                self.mixed_in(options, &mut methods);
                self.add(methods);
            }
            Expr::Member { object, key: PropertyKey::Name(name), .. } => {
                let of_objects = matches!(self.script.expr(object), Expr::Read(Ref::Global(global)) if matches!(&**self.script.name(global), "Object" | "Reflect"));
                if of_objects && self.is_shared(options) {
                    self.define(self.script.name(name), arguments);
                }
            }
            _ => {}
        }
    }

    /// `Object.defineProperty(holder, name, descriptor)`, `Object.assign(holder, table)`.
    fn define(&mut self, function: &str, arguments: &[Argument]) {
        let mut names = BTreeSet::new();
        match (function, arguments) {
            ("defineProperty", [_, name, descriptor]) if (self.leads)(descriptor.value) => {
                if let Some(name) = self.script.constant_text(name.value) {
                    names.insert(self.script.name(name).clone());
                }
            }
            ("assign", [_, tables @ ..]) => {
                tables.iter().for_each(|table| self.leading_keys(table.value, 0, &mut names))
            }
            _ => {}
        }
        self.add(names);
    }

    /// Adds properties that whoever has the module can read.
    fn add(&mut self, properties: BTreeSet<Arc<str>>) {
        self.found.names.extend(properties.iter().map(|name| Arc::from(shared_specifier(name))));
    }

    /// `X.prototype.name = value`, `x.globalProperties.name = value`, `uni.name = value`.
    fn write(&mut self, member: ExprId, value: ExprId) {
        let Expr::Member { object, key: PropertyKey::Name(key), .. } = self.script.expr(member) else { return };
        let key = self.script.name(key);
        let is_meant = || key.starts_with('$') || !self.is_of_any_class(object);
        if self.is_shared(object) && !lists(PLATFORM.shared_by_framework, key) && is_meant() && (self.leads)(value) {
            self.add(BTreeSet::from([key.clone()]));
        }
    }

    /// Whether it is the prototype of a name that nobody imports and that no framework bears: in a bundle one of a
    /// thousand classes of libraries.
    fn is_of_any_class(&self, holder: ExprId) -> bool {
        let Expr::Member { object, .. } = self.script.expr(holder) else { return false };
        let Expr::Read(Ref::Binding(binding)) = self.script.expr(object) else { return false };
        let is_imported = self.script.import_of(binding).is_some();
        let is_framework = self.script.name(self.script.binding(binding).name).to_ascii_lowercase().contains(FRAMEWORK);
        !is_imported && !is_framework && self.script.module_held(object).is_none()
    }

    fn is_shared(&self, holder: ExprId) -> bool {
        match self.script.expr(holder) {
            Expr::Member { object, key: PropertyKey::Name(name), .. } => {
                lists(PLATFORM.shared_holders, self.script.name(name)) && !self.is_own_class(object)
            }
            Expr::Read(Ref::Global(name)) => lists(PLATFORM.shared_objects, self.script.name(name)),
            Expr::Read(Ref::Binding(binding)) => {
                let name = self.script.name(self.script.binding(binding).name);
                lists(PLATFORM.shared_holders, name) || self.held(holder).is_some_and(|value| self.is_shared(value))
            }
            _ => false,
        }
    }

    /// The property that a name holds, or a name that it holds.
    fn held(&self, mut value: ExprId) -> Option<ExprId> {
        for _ in 0..MAX_NAMES {
            let Expr::Read(Ref::Binding(binding)) = self.script.expr(value) else { break };
            let [Write::Value(held)] = self.script.writes_of(binding) else { return None };
            value = *held;
        }
        matches!(self.script.expr(value), Expr::Member { .. }).then_some(value)
    }

    /// Whether what has a prototype is a class or function of this script, and no framework.
    fn is_own_class(&self, object: ExprId) -> bool {
        let Expr::Read(Ref::Binding(binding)) = self.script.expr(object) else { return false };
        let is_own = |write: &Write| matches!(write, Write::Class(_) | Write::Function(_));
        self.script.writes_of(binding).iter().any(is_own)
    }

    /// The keys of an object, and of objects in it, whose values lead to a payment.
    fn leading_keys(&self, object: ExprId, depth: u32, out: &mut BTreeSet<Arc<str>>) {
        for (key, value) in self.properties(object) {
            if depth > 0 && matches!(self.script.expr(value), Expr::Object(_)) {
                self.leading_keys(value, depth - 1, out);
            } else if (self.leads)(value) {
                out.insert(key);
            }
        }
    }

    /// The methods of options that are mixed in.
    fn mixed_in(&self, options: ExprId, out: &mut BTreeSet<Arc<str>>) {
        if let Expr::Read(Ref::Binding(binding)) = self.script.expr(options) {
            out.extend((self.imported)(binding));
        }
        let methods = self.properties(options).into_iter().find(|(key, _)| &**key == "methods");
        if let Some((_, methods)) = methods {
            self.leading_keys(methods, 0, out);
        }
    }

    /// The properties of an object literal, or of the name that holds one.
    fn properties(&self, object: ExprId) -> Vec<(Arc<str>, ExprId)> {
        let list = match self.script.expr(object) {
            Expr::Object(list) => list,
            Expr::Read(Ref::Binding(binding)) => match self.script.writes_of(binding) {
                [Write::Value(value)] => match self.script.expr(*value) {
                    Expr::Object(list) => list,
                    _ => return Vec::new(),
                },
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let properties = list.of(&self.script.properties).iter().filter(|p| p.kind == PropertyKind::Value);
        let named = properties.filter_map(|p| match p.key {
            PropertyKey::Name(name) => Some((self.script.name(name).clone(), p.value)),
            _ => None,
        });
        named.collect()
    }
}
