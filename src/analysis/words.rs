//! Names that say something of the code around them, before any of it is run: a payment's, the bridge's, an emitter's.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::targets::Shapes;
use crate::api::{APIS, PLATFORM, PaymentApi};
use crate::ir::{Binding, BindingId, Expr, ExprId, NameId, PropertyKey, Ref, Script, Write};

/// Constants that hold each other are followed so far.
const MAX_PASSES: usize = 8;

/// Words that say something of the function that they stand in.
pub(super) struct Words {
    kinds: FxHashMap<&'static str, u8>,
    shapes: Shapes,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(Words::new);

impl Words {
    /// A name by which payments are called.
    pub(super) const NEEDLE: u8 = 1;
    /// A name by which payments are called, and others on other platforms: it counts beside its object's name.
    pub(super) const SHARED_NEEDLE: u8 = 32;
    /// The name of such an object.
    pub(super) const SHARED_OBJECT: u8 = 64;
    /// An injected object's name, or its event's.
    pub(super) const GUARD: u8 = 2;
    /// A function that emits events.
    pub(super) const EMITS: u8 = 4;
    /// A function that registers listeners.
    pub(super) const LISTENS: u8 = 8;
    /// An object that takes the name of what it is to do.
    pub(super) const TAKES_NAMES: u8 = 16;

    fn new() -> Self {
        let mut words = Self { kinds: FxHashMap::default(), shapes: Shapes::default() };
        let (shared, own): (Vec<&PaymentApi>, Vec<_>) = APIS.iter().partition(|api| api.only_where_compared);
        let callees = || shared.iter().flat_map(|api| api.calls).map(|form| form.callee);
        words.add(callees().filter_map(|callee| callee.rsplit('.').next()), Self::SHARED_NEEDLE);
        words.add(callees().filter_map(|callee| callee.split('.').next()), Self::SHARED_OBJECT);
        let forms = own.iter().flat_map(|a| a.calls);
        let needles = forms.filter_map(|form| form.name.as_ref().map(|n| n.value).or(form.callee.rsplit('.').next()));
        let guards = APIS.iter().filter_map(|a| a.ready.as_ref()).flat_map(|ready| [ready.global, ready.event]);
        let takers = APIS.iter().flat_map(|a| a.calls).filter(|form| form.name.is_some());
        words.add(takers.filter_map(|form| form.callee.split('.').next()), Self::TAKES_NAMES);
        words.add(needles, Self::NEEDLE);
        words.add(guards, Self::GUARD);
        words.add(PLATFORM.emit_functions.iter().copied(), Self::EMITS);
        words.add(PLATFORM.listen_functions.iter().copied(), Self::LISTENS);
        words
    }

    fn add(&mut self, names: impl Iterator<Item = &'static str>, kind: u8) {
        for name in names {
            *self.kinds.entry(name).or_default() |= kind;
            self.shapes.add(name);
        }
    }

    /// The kinds that a name is of.
    pub(super) fn kind(&self, name: &str) -> u8 {
        if self.shapes.may_hold(name) { self.kinds.get(name).copied().unwrap_or_default() } else { 0 }
    }
}

/// Names that hold the name of an injected object or of its event.
pub(super) fn guard_constants(script: &Script, is_guard: &dyn Fn(NameId) -> bool) -> FxHashSet<BindingId> {
    let mut found = FxHashSet::default();
    if !(0..script.names.len() as u32).any(|name| is_guard(NameId(name))) {
        return found;
    }
    // A constant may hold another.
    for _ in 0..MAX_PASSES {
        let guards = |expr: ExprId| match script.expr(expr) {
            Expr::Read(Ref::Binding(other)) => found.contains(&other),
            Expr::String(name) => is_guard(name),
            _ => false,
        };
        let holds =
            |b: &Binding| b.writes.of(&script.writes).iter().any(|w| matches!(*w, Write::Value(e) if guards(e)));
        let bindings = script.bindings.iter().enumerate().filter(|(_, b)| holds(b));
        let now: FxHashSet<BindingId> = bindings.map(|(index, _)| BindingId(index as u32)).collect();
        if now.len() == found.len() {
            break;
        }
        found = now;
    }
    found
}

/// Names in a table of tables, `{ requestPayment: { name: "tradePay" } }`, of a script that names no object which takes
/// the name of what it is to do: runtimes of frameworks list all that a platform has, and pay nothing.
pub(super) fn names_in_tables(script: &Script, takes_names: &dyn Fn(NameId) -> bool) -> FxHashSet<ExprId> {
    let named = script.exprs.iter().any(|expr| match *expr {
        Expr::Read(Ref::Global(name)) | Expr::Member { key: PropertyKey::Name(name), .. } => takes_names(name),
        _ => false,
    });
    if named {
        return FxHashSet::default();
    }
    let values = |expr: ExprId| match script.expr(expr) {
        Expr::Object(list) => list.of(&script.properties),
        _ => &[],
    };
    let outer = (0..script.exprs.len() as u32).flat_map(|index| values(ExprId(index)));
    let inner = outer.flat_map(|property| values(property.value)).map(|property| property.value);
    inner.filter(|value| matches!(script.expr(*value), Expr::String(_))).collect()
}
