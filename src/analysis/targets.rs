//! The names by which functions that lead to a payment are known, and what gets its value from such a name.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::eval::Relevant;
use crate::ir::{
    Argument, AssignOp, BindingId, Class, Expr, ExprId, FnId, List, NameId, PropertyKey, Ref, Script, ScriptId, Span,
    Write,
};

/// Chains such as `a.b().c` are followed so far.
const MAX_LINKS: usize = 16;
/// Where a script has so many methods of one name, most of them must lead to a payment for the name to say so: each page
/// in a bundle has its `init`.
const MANY_METHODS: u32 = 8;

/// Names that lead to relevant functions.
#[derive(Debug, Default)]
pub(super) struct Targets {
    pub(super) script: ScriptId,
    /// The names that hold functions, whether relevant or not.
    pub(super) functions: FxHashMap<(ScriptId, FnId), BindingId>,
    pub(super) bindings: FxHashSet<(ScriptId, BindingId)>,
    pub(super) globals: NameSet,
    pub(super) properties: NameSet,
    /// How many methods of a script have a name, and how many of those lead to a payment.
    methods: FxHashMap<(ScriptId, NameId), (u32, u32)>,
    /// Starts and ends of mentions, in order, to see which initializers hold one.
    mentions: BTreeSet<(ScriptId, u32, u32)>,
}

/// A set of names that tells most others apart by their length and first byte.
#[derive(Clone, Debug, Default)]
pub(super) struct NameSet {
    names: FxHashSet<Arc<str>>,
    shapes: Shapes,
}

impl NameSet {
    pub(super) fn insert(&mut self, name: &Arc<str>) {
        if self.names.insert(name.clone()) {
            self.shapes.add(name);
        }
    }

    pub(super) fn contains(&self, name: &Arc<str>) -> bool {
        self.shapes.may_hold(name) && self.names.contains(name)
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// Lengths of names by their first bytes.
#[derive(Clone, Debug)]
pub(super) struct Shapes([u32; 128]);

impl Default for Shapes {
    fn default() -> Self {
        Self([0; 128])
    }
}

impl Shapes {
    pub(super) fn add(&mut self, name: &str) {
        let (first, length) = Self::of(name);
        self.0[first] |= length;
    }

    /// Whether a name of this length and first byte was added.
    pub(super) fn may_hold(&self, name: &str) -> bool {
        let (first, length) = Self::of(name);
        self.0[first] & length != 0
    }

    fn of(name: &str) -> (usize, u32) {
        let first = name.as_bytes().first().copied().unwrap_or_default();
        (usize::from(first & 127), 1 << name.len().min(31))
    }
}

/// The names of one script, by id, that lead to relevant functions.
pub(super) struct Hot {
    pub(super) bindings: Vec<bool>,
    pub(super) globals: Vec<bool>,
    pub(super) properties: Vec<bool>,
}

/// The id of a file's script in a project, where that of its first one is `first`.
pub(super) const fn counted_from(script: ScriptId, first: u32) -> ScriptId {
    ScriptId(script.0 + first)
}

impl Targets {
    /// The same where the scripts count from `first` on.
    pub(super) fn shifted(&self, first: u32) -> Self {
        let of = |script: ScriptId| counted_from(script, first);
        Self {
            script: of(self.script),
            functions: self.functions.iter().map(|((script, f), binding)| ((of(*script), *f), *binding)).collect(),
            bindings: self.bindings.iter().map(|(script, binding)| (of(*script), *binding)).collect(),
            globals: self.globals.clone(),
            properties: self.properties.clone(),
            methods: FxHashMap::default(),
            mentions: self.mentions.iter().map(|(script, start, end)| (of(*script), *start, *end)).collect(),
        }
    }

    /// Counts the methods of a script, once its functions with names of their own are known.
    pub(super) fn count_methods(&mut self, script: &Script, id: ScriptId) {
        for (index, function) in script.functions.iter().enumerate() {
            if let Some(name) = function.name.filter(|_| !self.functions.contains_key(&(id, FnId(index as u32)))) {
                self.methods.entry((id, name)).or_default().0 += 1;
            }
        }
    }

    /// By binding of a script: whether it leads to a relevant function.
    pub(super) fn bindings_of(&self, script: &Script, id: ScriptId) -> Vec<bool> {
        let mut bindings = vec![false; script.bindings.len()];
        for (_, binding) in self.bindings.iter().filter(|(script, _)| *script == id) {
            bindings[binding.index()] = true;
        }
        bindings
    }

    pub(super) fn in_script(&self, script: &Script, id: ScriptId) -> Hot {
        let bindings = self.bindings_of(script, id);
        let properties: Vec<bool> = script.names.iter().map(|n| self.properties.contains(n)).collect();
        let globals = script.names.iter().zip(&properties).map(|(n, hot)| *hot || self.globals.contains(n)).collect();
        Hot { bindings, globals, properties }
    }

    pub(super) fn len(&self) -> usize {
        self.bindings.len() + self.globals.len() + self.properties.len()
    }

    /// Notes the names whose values hold a mention.
    pub(super) fn hold_in_bindings(&mut self, script: &Script, id: ScriptId) {
        if self.mentions.is_empty() {
            return;
        }
        for (index, binding) in script.bindings.iter().enumerate() {
            if binding.writes.of(&script.writes).iter().any(|w| self.holds(script, *w)) {
                self.bindings.insert((id, BindingId(index as u32)));
            }
        }
    }

    /// Notes the names that get their values from others: instances, what a hook returns, what is taken out of these.
    pub(super) fn take_from_others(&mut self, script: &Script, id: ScriptId, leading: &Relevant, hot: &mut [bool]) {
        if self.bindings.is_empty() && leading.is_empty() {
            return;
        }
        let spans: Vec<Span> = leading
            .iter()
            .filter(|(s, f)| *s == id && *f != Script::BODY)
            .map(|(_, f)| script.function(*f).span)
            .collect();
        let leads = |class: &Class| spans.iter().any(|span| class.span.contains(*span));
        let classes: Vec<bool> = script.classes.iter().map(leads).collect();
        for (index, binding) in script.bindings.iter().enumerate().filter(|(_, b)| !b.writes.is_empty()) {
            let taken = |write: &Write| match *write {
                Write::Value(value) => comes_from(script, value, hot, &classes),
                _ => false,
            };
            if !hot[index] && binding.writes.of(&script.writes).iter().any(taken) {
                hot[index] = true;
                self.bindings.insert((id, BindingId(index as u32)));
            }
        }
    }

    /// Notes under which names templates know what leads to a payment: a script's own, and those of properties that hold
    /// it.
    pub(super) fn show_in_templates(&mut self, script: &Script, id: ScriptId) {
        let hot = self.bindings_of(script, id);
        for (binding, _) in
            script.bindings.iter().zip(&hot).filter(|(binding, hot)| **hot && binding.owner == Script::BODY)
        {
            self.properties.insert(script.name(binding.name));
        }
        for property in &script.properties {
            if let (PropertyKey::Name(key), Expr::Read(Ref::Binding(binding))) =
                (property.key, script.expr(property.value))
                && hot[binding.index()]
            {
                self.properties.insert(script.name(key));
            }
        }
    }

    pub(super) fn hold(&mut self, script: &Script, expr: ExprId) {
        let at = script.expr_span(expr);
        self.mentions.insert((self.script, at.start, at.end));
    }

    /// Notes that a constant which holds a mention is read: `invoke(TEXT)` is as good as `invoke('tradePay')`.
    pub(super) fn hold_constant(&mut self, script: &Script, id: ScriptId, read: ExprId, constant: BindingId) {
        let is_text = |w: &Write| matches!(*w, Write::Value(value) if matches!(script.expr(value), Expr::String(_)));
        if script.writes_of(constant).iter().any(is_text) {
            let at = script.expr_span(read);
            self.mentions.insert((id, at.start, at.end));
        }
    }

    /// Whether a mention stands in a range of a script.
    pub(super) fn mentions_in(&self, id: ScriptId, span: Span) -> bool {
        let begun_inside = self.mentions.range((id, span.start, 0)..(id, span.end, 0));
        begun_inside.into_iter().any(|(_, _, end)| *end <= span.end)
    }

    /// Whether a write's value holds a mention and is no function: an alias, a constant, a table.
    fn holds(&self, script: &Script, write: Write) -> bool {
        let Write::Value(expr) = write else { return false };
        if matches!(script.expr(expr), Expr::Function(_)) {
            return false;
        }
        self.mentions_in(self.script, script.expr_span(expr))
    }

    pub(super) fn add(&mut self, script: &Script, id: ScriptId, function: FnId) {
        match self.functions.get(&(id, function)).copied() {
            Some(binding) => {
                if script.binding(binding).owner == Script::BODY {
                    self.globals.insert(script.name(script.binding(binding).name));
                    self.properties.insert(script.name(script.binding(binding).name));
                }
                self.bindings.insert((id, binding));
            }
            None => {
                let Some(name) = script.function(function).name else { return };
                let (all, leading) = self.methods.entry((id, name)).or_default();
                *leading += 1;
                if *all < MANY_METHODS || *leading * 2 > *all {
                    self.properties.insert(script.name(name));
                }
            }
        }
    }
}

/// Whether a value is a name that leads to a payment, an instance, something taken out of one, or what it returns.
fn comes_from(script: &Script, value: ExprId, hot: &[bool], classes: &[bool]) -> bool {
    let mut at = value;
    for _ in 0..MAX_LINKS {
        at = match script.expr(at) {
            Expr::Read(Ref::Binding(binding)) => return hot[binding.index()],
            Expr::New { callee, .. } => {
                let Expr::Read(Ref::Binding(binding)) = script.expr(callee) else { return false };
                let is_class = |w: &Write| matches!(*w, Write::Class(class) if classes[class.index()]);
                return hot[binding.index()] || script.writes_of(binding).iter().any(is_class);
            }
            Expr::Member { object, .. } => object,
            Expr::Call { callee, .. } => callee,
            Expr::Await(inner) | Expr::Chain(inner) | Expr::Default { value: inner, .. } => inner,
            // `const pay = exports.pay = …`
            Expr::Assign { op: AssignOp::Set, value, .. } => value,
            // `(0, module.usePay)()`
            Expr::Sequence(list) => match list.of(&script.expr_lists).last() {
                Some(last) => *last,
                None => return false,
            },
            _ => return false,
        };
    }
    false
}

/// Names that are other names for what is hot: `const pay = module.pay`.
pub(super) fn aliases(script: &Script, hot: &Hot) -> impl Iterator<Item = BindingId> {
    let is_hot = |mut expr: ExprId| loop {
        match script.expr(expr) {
            Expr::Read(Ref::Binding(binding)) => return hot.bindings[binding.index()],
            Expr::Read(Ref::Global(name)) => return hot.globals[name.index()],
            Expr::Member { key: PropertyKey::Name(name), .. } if hot.properties[name.index()] => return true,
            Expr::Member { object, .. } => expr = object,
            Expr::Assign { op: AssignOp::Set, value, .. } => expr = value,
            _ => return false,
        }
    };
    let bindings = script.bindings.iter().enumerate();
    bindings.filter_map(move |(index, binding)| {
        let writes = binding.writes.of(&script.writes);
        let alias = writes.iter().any(|w| matches!(*w, Write::Value(expr) if is_hot(expr)));
        alias.then_some(BindingId(index as u32))
    })
}

/// Names of methods that are a store's actions under another name: `mapActions(useStore, { checkout: 'pay' })`.
pub(super) fn mapped_names(script: &Script, hot: &Hot) -> Vec<Arc<str>> {
    let is_map = |callee: ExprId| script.called_name(callee).is_some_and(|name| &**script.name(name) == "mapActions");
    let tables = script.exprs.iter().filter_map(|expr| match *expr {
        Expr::Call { callee, arguments, .. } if is_map(callee) => script.args(arguments).last(),
        _ => None,
    });
    let properties = tables.filter_map(|table| match script.expr(table.value) {
        Expr::Object(list) => Some(list.of(&script.properties)),
        _ => None,
    });
    let renamed =
        properties.flatten().filter_map(|property| match (property.key, script.constant_text(property.value)) {
            (PropertyKey::Name(key), Some(action)) if hot.properties[action.index()] => Some(key),
            _ => None,
        });
    renamed.map(|key| script.name(key).clone()).collect()
}

/// The names that hold functions from their declarations on; of `const pay = useCallback(() => …)` the function given.
/// The first name of a function is its name.
pub(super) fn named_functions(script: &Script) -> impl Iterator<Item = (FnId, BindingId)> {
    let bindings = (0..).map(BindingId).zip(&script.bindings);
    bindings.flat_map(move |(id, binding)| {
        let function = move |write: &Write| {
            let named = |f: &FnId| script.function(*f).name == Some(binding.name);
            match *write {
                Write::Function(f) => Some(f).filter(named),
                Write::Value(e) => match script.expr(assigned(script, e)) {
                    Expr::Function(f) => Some(f).filter(named),
                    Expr::Call { arguments, .. } => first_function(script, arguments),
                    _ => None,
                },
                _ => None,
            }
        };
        // By its own name only the function itself knows it: `{ pay: function pay() {} }`.
        let by_others = move |f: &FnId| script.function(*f).self_binding != Some(id);
        let functions = binding.writes.of(&script.writes).iter().filter_map(function).filter(by_others);
        functions.map(move |function| (function, id))
    })
}

/// The value of `exports.pay = exports.default = …`.
fn assigned(script: &Script, mut expr: ExprId) -> ExprId {
    while let Expr::Assign { op: AssignOp::Set, value, .. } = script.expr(expr) {
        expr = value;
    }
    expr
}

/// The function that a call is given first.
fn first_function(script: &Script, arguments: List<Argument>) -> Option<FnId> {
    match script.expr(script.args(arguments).first()?.value) {
        Expr::Function(function) => Some(function),
        _ => None,
    }
}
