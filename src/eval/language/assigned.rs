//! Which properties a script assigns, seen without running it: their values may change between entries.

use std::cell::OnceCell;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::api::PLATFORM;
use crate::eval::Place;
use crate::ir::{
    Argument, AssignOp, BindingId, BindingKind, Export, Expr, ExprId, FnId, List, NameId, PropertyKey, PropertyKind,
    Ref, Script, ScriptId, Span, Stmt, Target, UnaryOp, Write,
};

/// Which properties code at hand assigns: they may change between entries.
#[derive(Clone, Debug, Default)]
pub struct Assigned {
    /// Names that are assigned anywhere.
    pub once: FxHashSet<Arc<str>>,
    /// Names that are assigned, and written in another place too.
    pub again: FxHashSet<Arc<str>>,
    /// Lists, tables and collections to which some function adds that did not make them: others may have added by then.
    pub growing: FxHashSet<Place>,
    /// Literals that some function fills under names that are not known: `table[key] = …`, `Object.assign(table, …)`.
    pub filled: FxHashSet<Place>,
    /// Literals that others may write to: they are exported, or a function returns them.
    pub shared: FxHashSet<Place>,
    /// Whether `this` is written under names that are not known: `Object.assign(this, …)`, `this[key] = …`.
    pub any_of_this: bool,
}

/// Adds the properties that a script assigns, and those that it writes in another place too: in a literal, a class.
pub fn note(id: ScriptId, script: &Script, out: &mut Assigned) {
    let place = |span: Span| Place { script: id, span };
    out.growing.extend(growing(script).map(place));
    out.filled.extend(literals_of(script, filled(script)).map(place));
    let given: Vec<ExprId> = put_into_exports(script).collect();
    out.shared.extend(literals_of(script, shared(script, &given)).map(place));
    out.shared.extend(literals(script, given.into_iter()).map(place));
    let mut scan = Scan::of(script);
    for (index, expr) in script.exprs.iter().enumerate() {
        match *expr {
            // What a module exports while it is loaded is there before anybody reads it.
            Expr::Assign { target: Target::Member(member), .. } if scan.is_export(member, index as u32) => {}
            // `exports.pay = void 0` announces what a module exports, and holds before anybody reads it.
            Expr::Assign { target: Target::Member(member), value, .. } if scan.is_announced(member, value) => {}
            Expr::Assign { target: Target::Member(member), value, .. } if scan.is_of_enum(member, value) => {}
            Expr::Assign { target: Target::Member(member), .. }
            | Expr::Update { target: Target::Member(member), .. } => {
                scan.member(member);
            }
            Expr::Call { callee, arguments, .. } => scan.call(callee, arguments),
            _ => {}
        }
    }
    out.any_of_this |= scan.any_of_this;
    let mut written = vec![0_u32; script.names.len()];
    for key in script.properties.iter().map(|p| p.key).chain(script.members.iter().map(|m| m.key)) {
        if let PropertyKey::Name(name) = key {
            written[name.index()] += 1;
        }
    }
    for (index, name) in script.names.iter().enumerate().filter(|(index, _)| scan.assigned[*index] > 0) {
        out.once.insert(name.clone());
        if scan.assigned[index] + written[index] > 1 {
            out.again.insert(name.clone());
        }
    }
}

/// Methods that add to what they are called on.
const ADDING: &[&str] = &["add", "push", "set", "splice", "unshift"];

/// Literals and instances that are made for a name to which another function adds: `cbs.push(f)`, `cbs[key] = f`.
fn growing(script: &Script) -> impl Iterator<Item = Span> {
    let mut bindings: FxHashSet<BindingId> = FxHashSet::default();
    let mut names: FxHashSet<NameId> = FxHashSet::default();
    let owners = OnceCell::new();
    for (index, expr) in script.exprs.iter().enumerate() {
        match added_to(script, expr).map(|of| script.expr(of)) {
            Some(Expr::Read(Ref::Binding(binding)))
                if owners.get_or_init(|| script.owners())[index] != script.binding(binding).owner =>
            {
                bindings.insert(binding);
            }
            Some(Expr::Member { key: PropertyKey::Name(name), .. }) => {
                names.insert(name);
            }
            _ => {}
        }
    }
    let of_bindings =
        bindings.into_iter().flat_map(|binding| script.writes_of(binding)).filter_map(|write| match *write {
            Write::Value(value) => Some(value),
            _ => None,
        });
    let named = |key: PropertyKey| matches!(key, PropertyKey::Name(name) if names.contains(&name));
    let of_keys = script.properties.iter().filter(|p| named(p.key)).map(|p| p.value);
    let of_members = script.exprs.iter().filter_map(|expr| match *expr {
        Expr::Assign { target: Target::Member(member), value, .. } => match script.expr(member) {
            Expr::Member { key, .. } if named(key) => Some(value),
            _ => None,
        },
        _ => None,
    });
    let made: Vec<ExprId> = of_bindings.chain(of_keys).chain(of_members).collect();
    let makes = |value: &ExprId| matches!(script.expr(*value), Expr::Array(_) | Expr::Object(_) | Expr::New { .. });
    made.into_iter().filter(makes).map(|value| script.expr_span(value))
}

/// Names whose objects another function fills with data under names that are not known.
fn filled(script: &Script) -> FxHashSet<BindingId> {
    let owners = OnceCell::new();
    let filled = script.exprs.iter().enumerate().filter_map(|(index, expr)| {
        let object = match *expr {
            Expr::Assign { target: Target::Member(member), value, .. } => match script.expr(member) {
                Expr::Member { object, key: PropertyKey::Computed(_), .. } if !is_made_here(script, value) => object,
                _ => return None,
            },
            Expr::Call { callee, arguments, .. } => match script.expr(callee) {
                Expr::Member { object, key: PropertyKey::Name(name), .. }
                    if &**script.name(name) == "assign" && is_global(script, object, "Object") =>
                {
                    script.args(arguments).first()?.value
                }
                _ => return None,
            },
            _ => return None,
        };
        let Expr::Read(Ref::Binding(binding)) = script.expr(object) else { return None };
        (owners.get_or_init(|| script.owners())[index] != script.binding(binding).owner).then_some(binding)
    });
    filled.collect()
}

/// Whether a value is a new list, table or function, perhaps where there is none yet: `listeners[name] || []`.
fn is_made_here(script: &Script, value: ExprId) -> bool {
    match script.expr(value) {
        Expr::Logical(_, _, right) => is_made_here(script, right),
        Expr::Array(_) | Expr::Object(_) | Expr::Function(_) => true,
        _ => false,
    }
}

/// Names whose objects others get: exports, what `exports` is `given`, and what a function returns of the script's own.
fn shared(script: &Script, given: &[ExprId]) -> FxHashSet<BindingId> {
    let read = |expr: ExprId| match script.expr(expr) {
        Expr::Read(Ref::Binding(binding)) => Some(binding),
        _ => None,
    };
    let exported = script.exports.iter().filter_map(|export| match *export {
        Export::Binding { binding, .. } => Some(binding),
        Export::Default { value, .. } => read(value),
        _ => None,
    });
    let returned = script.stmts.iter().filter_map(|stmt| match *stmt {
        Stmt::Return(Some(value)) => read(value).filter(|b| script.binding(*b).owner == Script::BODY),
        _ => None,
    });
    exported.chain(returned).chain(given.iter().filter_map(|value| read(*value))).collect()
}

/// What `exports.key = …` and `module.exports = …` give others.
fn put_into_exports(script: &Script) -> impl Iterator<Item = ExprId> {
    let has_exports = script.names.iter().any(|name| &**name == "exports");
    let exprs = if has_exports { script.exprs.as_slice() } else { &[] };
    exprs.iter().filter_map(|expr| match *expr {
        Expr::Assign { target: Target::Member(member), op: AssignOp::Set, value } => {
            let Expr::Member { object, .. } = script.expr(member) else { return None };
            (is_exports(script, object) || is_exports(script, member)).then(|| assigned_last(script, value))
        }
        _ => None,
    })
}

/// `exports`, or `module.exports`.
fn is_exports(script: &Script, expr: ExprId) -> bool {
    match script.expr(expr) {
        Expr::Member { object, key: PropertyKey::Name(key), .. } => {
            &**script.name(key) == "exports" && is_global(script, object, "module")
        }
        _ => is_global(script, expr, "exports"),
    }
}

/// What a chain of assignments ends with: `exports.a = exports.b = value`.
fn assigned_last(script: &Script, mut value: ExprId) -> ExprId {
    while let Expr::Assign { op: AssignOp::Set, value: inner, .. } = script.expr(value) {
        value = inner;
    }
    value
}

/// The literals that names are given.
fn literals_of(script: &Script, bindings: FxHashSet<BindingId>) -> impl Iterator<Item = Span> {
    let values = bindings.into_iter().flat_map(|binding| script.writes_of(binding)).filter_map(|write| match *write {
        Write::Value(value) => Some(assigned_last(script, value)),
        _ => None,
    });
    literals(script, values)
}

fn literals(script: &Script, values: impl Iterator<Item = ExprId>) -> impl Iterator<Item = Span> {
    values.filter(|value| matches!(script.expr(*value), Expr::Object(_))).map(|value| script.expr_span(value))
}

fn is_global(script: &Script, expr: ExprId, name: &str) -> bool {
    matches!(script.expr(expr), Expr::Read(Ref::Global(id)) if &**script.name(id) == name)
}

/// What an expression adds to, under a name that is not written.
fn added_to(script: &Script, expr: &Expr) -> Option<ExprId> {
    let (member, adds) = match *expr {
        Expr::Call { callee, .. } => (callee, true),
        Expr::Assign { target: Target::Member(member), .. } => (member, false),
        _ => return None,
    };
    match script.expr(member) {
        Expr::Member { object, key: PropertyKey::Name(name), .. } if adds => {
            ADDING.contains(&&**script.name(name)).then_some(object)
        }
        Expr::Member { object, key: PropertyKey::Computed(_), .. } if !adds => Some(object),
        _ => None,
    }
}

/// One pass over a script's expressions.
struct Scan<'s> {
    script: &'s Script,
    /// How often each name is assigned.
    assigned: Vec<u32>,
    /// Names of functions that write a component's state: `setData`, `setState`.
    setters: Vec<NameId>,
    /// `assign`, of `Object.assign`.
    assign: Option<NameId>,
    /// Functions that are called where they stand.
    called: OnceCell<FxHashSet<FnId>>,
    any_of_this: bool,
}

impl<'s> Scan<'s> {
    fn of(script: &'s Script) -> Self {
        let ids = script.names.iter().enumerate().map(|(index, name)| (NameId(index as u32), &**name));
        let mut scan = Self {
            script,
            assigned: vec![0; script.names.len()],
            setters: Vec::new(),
            assign: None,
            called: OnceCell::new(),
            any_of_this: false,
        };
        for (id, name) in ids {
            match name {
                "assign" => scan.assign = Some(id),
                _ if PLATFORM.state_setters.iter().any(|(setter, _)| *setter == name) => scan.setters.push(id),
                _ => {}
            }
        }
        scan
    }

    /// `this`, and names for it.
    fn is_this(&self, expr: ExprId) -> bool {
        match self.script.expr(expr) {
            Expr::This => true,
            Expr::Read(Ref::Binding(binding)) => {
                let is_this = |w: &Write| matches!(*w, Write::Value(e) if matches!(self.script.expr(e), Expr::This));
                self.script.writes_of(binding).iter().any(is_this)
            }
            _ => false,
        }
    }

    /// `name.key = void 0`, and chains of it.
    fn is_announced(&self, member: ExprId, value: ExprId) -> bool {
        let Expr::Member { object, .. } = self.script.expr(member) else { return false };
        let value = assigned_last(self.script, value);
        matches!(self.script.expr(object), Expr::Read(_))
            && matches!(self.script.expr(value), Expr::Unary(UnaryOp::Void, _))
    }

    /// `exports.pay = …` at the top of a module.
    fn is_export(&self, member: ExprId, index: u32) -> bool {
        let Expr::Member { object, key: PropertyKey::Name(_), .. } = self.script.expr(member) else { return false };
        let within = |f: &crate::ir::Function| (f.exprs.0..f.exprs.1).contains(&index);
        is_exports(self.script, object) && !self.script.functions.iter().skip(1).any(within)
    }

    /// `Code["Paid"] = "9000"` in `(function (Code) { … })(Code || (Code = {}))`: as good as a key of a literal.
    fn is_of_enum(&self, member: ExprId, value: ExprId) -> bool {
        let Expr::Member { object, key: PropertyKey::Name(_), .. } = self.script.expr(member) else { return false };
        let Expr::Read(Ref::Binding(binding)) = self.script.expr(object) else { return false };
        let decl = self.script.binding(binding);
        decl.kind == BindingKind::Param
            && self.called.get_or_init(|| called_in_place(self.script)).contains(&decl.owner)
            && matches!(self.script.expr(value), Expr::String(_) | Expr::Number(_))
    }

    /// `object.key = …`; `this[key] = …` may be any property of `this`.
    fn member(&mut self, member: ExprId) {
        match self.script.expr(member) {
            Expr::Member { key: PropertyKey::Name(name), .. } => self.assigned[name.index()] += 1,
            Expr::Member { object, key: PropertyKey::Computed(_), .. } => self.any_of_this |= self.is_this(object),
            _ => {}
        }
    }

    /// `Object.assign(this, …)`, also as `o.assign.call(o, this, …)`, `setData({…})`, `setState({…})`.
    fn call(&mut self, callee: ExprId, arguments: List<Argument>) {
        let Expr::Member { object, key: PropertyKey::Name(name), .. } = self.script.expr(callee) else { return };
        let arguments = self.script.args(arguments);
        let first = arguments.first().map(|a| a.value);
        if self.assign == Some(name) {
            self.any_of_this |= first.is_some_and(|a| self.is_this(a));
        } else if matches!(self.script.expr(object), Expr::Member { key: PropertyKey::Name(of), .. } if self.assign == Some(of))
        {
            self.any_of_this |= arguments.iter().any(|a| self.is_this(a.value));
        } else if self.setters.contains(&name) {
            self.patch(first);
        }
    }

    /// What is written to a component's state; anything, where that is no literal.
    fn patch(&mut self, patch: Option<ExprId>) {
        let Some(Expr::Object(properties)) = patch.map(|p| self.script.expr(p)) else {
            self.any_of_this = true;
            return;
        };
        for property in properties.of(&self.script.properties) {
            match property.key {
                PropertyKey::Name(name) if property.kind != PropertyKind::Spread => self.assigned[name.index()] += 1,
                _ => self.any_of_this = true,
            }
        }
    }
}

fn called_in_place(script: &Script) -> FxHashSet<FnId> {
    let called = script.exprs.iter().filter_map(|expr| match *expr {
        Expr::Call { callee, .. } => match script.expr(callee) {
            Expr::Function(function) => Some(function),
            _ => None,
        },
        _ => None,
    });
    called.collect()
}
