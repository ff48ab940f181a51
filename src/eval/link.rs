//! Wrappers: from the call that touches a payment API back to the call whose own arguments are paid. A call whose
//! arguments come from a parameter of a function around it is a link; who called that function comes next.

use std::cell::OnceCell;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::Place;
use super::compiled::lowered::makes_generator;
use super::machine::Machine;
use super::platform::host::HostCall;
use super::state::State;
use super::values::scope::{Scope, ScopeId};
use crate::ir::{
    Argument, BindingId, BindingKind, Expr, ExprId, FnId, List, PropertyKey, Ref, ScriptId, Span, Target, Write,
};

/// Links are walked so far.
const MAX_LINKS: usize = 32;
/// Activations around a call are looked through so far.
const MAX_SCOPES: usize = 1_000;
/// More expressions are not looked through for one call's arguments.
const MAX_EXPRS: usize = 20_000;

/// A call of a function at hand, as its activation remembers it.
#[derive(Clone, Debug)]
pub struct CallSite {
    /// The whole call.
    pub place: Place,
    /// Its callee.
    pub callee: Place,
    /// Its arguments, in the script of `place`.
    pub arguments: List<Argument>,
    /// The activation that it stands in.
    pub scope: ScopeId,
    /// The function that it stands in.
    pub function: FnId,
    /// The turn in which it was made.
    pub turn: u32,
    /// Its callee, in the same script; none where that is not written.
    written_callee: Option<ExprId>,
}

/// A call on the way from a payment's own call to the API, as a wrapper's caller sees it.
#[derive(Clone, Debug)]
pub struct Link {
    /// The whole call.
    pub place: Place,
    /// Its callee.
    pub callee: Place,
    /// The function that it stands in.
    pub function: FnId,
}

impl Machine<'_> {
    /// What the activation of a called function remembers of its call; nothing where no call expression made it.
    pub(super) fn call_site(&self, call: &HostCall) -> Option<Rc<CallSite>> {
        let (script, arguments) = call.written.filter(|(script, _)| *script == call.place.script)?;
        let frame = self.run.frames.last().filter(|f| f.script == script)?;
        Some(Rc::new(CallSite {
            place: call.place,
            callee: call.callee,
            arguments,
            scope: frame.scope,
            function: frame.function,
            turn: self.turn,
            written_callee: call.written_callee.filter(|(of, _)| *of == script).map(|(_, callee)| callee),
        }))
    }

    /// The links of a call that is made now, from the API outwards: the last one is the payment's own call. Those that
    /// were made in earlier turns count where `late`: then it is not sure that they are the only ones.
    pub(super) fn links(&self, call: &HostCall, late: bool, st: &State) -> Vec<Link> {
        let mut links = Vec::new();
        let mut at = self.call_site(call);
        for _ in 0..MAX_LINKS {
            let Some((caller, called)) = at.as_deref().and_then(|c| self.forwarding_call(c, late, st)) else { break };
            // Who calls a callback back is no wrapper: the payment is the one that stands in the callback.
            if self.calls_back(&caller, called, st) {
                break;
            }
            // A function that pays again by calling itself is no payment of its own; nor is one that is called once,
            // where it stands.
            let around = self.project.script(called.script).function(called.function).span;
            let recurs = called.script == caller.place.script && around.contains(caller.place.span);
            if !recurs && !matches!(self.written_callee(&caller), Some(Expr::Function(_))) {
                links.push(Link { place: caller.place, callee: caller.callee, function: caller.function });
            }
            at = Some(caller);
        }
        links
    }

    /// The callee of a call, as it is written.
    fn written_callee(&self, call: &CallSite) -> Option<Expr> {
        call.written_callee.map(|callee| self.project.script(call.place.script).expr(callee))
    }

    /// Whether a call calls back a function that was written into the call of the function around it:
    /// `request({ success: function (order) { … } })`.
    fn calls_back(&self, call: &CallSite, called: &Scope, st: &State) -> bool {
        let script = self.project.script(call.place.script);
        // What a compiler made of an `async` function is handed to a helper, and called by whoever calls the function.
        if makes_generator(self.project.script(called.script), called.function) {
            return false;
        }
        let Some(mut callee) = call.written_callee else { return false };
        while let Expr::Member { object, .. } = script.expr(callee) {
            callee = object;
        }
        let Expr::Read(Ref::Binding(parameter)) = script.expr(callee) else { return false };
        let decl = script.binding(parameter);
        if decl.kind != BindingKind::Param {
            return false;
        }
        let body = self.project.script(called.script).function(called.function).span;
        let mut at = Some(call.scope);
        while let Some(scope) = at.and_then(|id| st.scopes.get(id.0)) {
            if scope.script == call.place.script && scope.function == decl.owner {
                let mut given = scope.call.clone();
                // What was given may have been handed on.
                for _ in 0..MAX_LINKS {
                    let Some(giver) = given else { return false };
                    if giver.place.script == called.script && self.gives(&giver, body) {
                        return true;
                    }
                    given = self.forwarding_call(&giver, true, st).map(|(call, _)| call);
                }
                return false;
            }
            at = scope.parent;
        }
        false
    }

    /// Whether a call is given a function: written into it, or made before it for a name (`const parts = { run() {} }`)
    /// that is handed on and has no other use.
    fn gives(&self, call: &CallSite, body: Span) -> bool {
        let script = self.project.script(call.place.script);
        let named = |argument: &Argument| {
            let (holder, is_member) = match script.expr(argument.value) {
                Expr::Member { object, .. } => (object, true),
                _ => (argument.value, false),
            };
            let Expr::Read(Ref::Binding(name)) = script.expr(holder) else { return false };
            // An object that is handed on may be asked to pay.
            let made = |write: &Write| match *write {
                Write::Value(value) if is_member => script.expr_span(value).contains(body),
                Write::Value(value) => {
                    matches!(script.expr(value), Expr::Function(f) if script.function(f).span == body)
                }
                Write::Function(f) => !is_member && script.function(f).span == body,
                _ => false,
            };
            script.writes_of(name).iter().any(made) && is_read_once(script, name)
        };
        call.place.span.contains(body) || script.args(call.arguments).iter().any(named)
    }

    /// The call that gave the parameters which this call's arguments come from, and the activation that it made.
    fn forwarding_call<'s>(&self, call: &CallSite, late: bool, st: &'s State) -> Option<(Rc<CallSite>, &'s Scope)> {
        let script = self.project.script(call.place.script);
        let owners = OnceCell::new();
        let owns = |f: FnId| owners.get_or_init(|| parameter_owners(script, call.arguments, true)).contains(&f);
        let mut at = Some(call.scope);
        while let Some(scope) = at.and_then(|id| st.scopes.get(id.0)) {
            let made = scope.call.as_ref().filter(|c| late || c.turn == self.turn);
            let made = made.filter(|c| c.place != call.place || c.scope != call.scope);
            if let Some(made) = made.filter(|_| scope.script == call.place.script && owns(scope.function)) {
                // An event pays nothing by being looked at in a callback: its data must be what is paid.
                let pays = || parameter_owners(script, call.arguments, false).contains(&scope.function);
                return (!self.wiring.bindings.contains(&made.place.script) || pays()).then(|| (made.clone(), scope));
            }
            at = scope.parent;
        }
        None
    }

    /// The functions around what runs now that code at hand has entered, by calls and those around these calls, or by
    /// handing them to somebody who runs them.
    pub(super) fn called(&self, st: &State) -> Vec<(ScriptId, FnId)> {
        let running = self.run.frames.iter().map(|f| (f.script, f.function));
        let mut found: Vec<_> =
            running.filter(|f| f.1 != crate::ir::Script::BODY && Some(*f) != self.entry_function).collect();
        let mut seen: FxHashSet<ScopeId> = FxHashSet::default();
        let mut due: Vec<ScopeId> = self.run.frames.iter().map(|f| f.scope).collect();
        while let Some(id) = due.pop() {
            let Some(scope) = st.scopes.get(id.0).filter(|_| seen.len() < MAX_SCOPES && seen.insert(id)) else {
                continue;
            };
            if let Some(call) = &scope.call {
                found.push((scope.script, scope.function));
                due.push(call.scope);
            }
            due.extend(scope.parent);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The activation of a function that is called.
    pub(super) fn activation(&self, script: ScriptId, function: FnId, parent: Option<ScopeId>) -> Scope {
        Scope {
            parent,
            script,
            function,
            slots: Vec::new(),
            call: None,
            turn: self.turn,
            rounds: 0,
            earlier: Vec::new(),
            made_in: 0,
        }
    }
}

fn is_read_once(script: &crate::ir::Script, name: BindingId) -> bool {
    let reads = script.exprs.iter().filter(|e| matches!(e, Expr::Read(Ref::Binding(b)) if *b == name));
    reads.take(2).count() == 1
}

/// The functions whose parameters flow into arguments: read in them, in names that they read, and where `functions` also
/// in functions given.
fn parameter_owners(script: &crate::ir::Script, arguments: List<Argument>, functions: bool) -> Vec<FnId> {
    let mut search = Search { script, functions, owners: Vec::new(), seen: Vec::new(), left: MAX_EXPRS };
    for argument in script.args(arguments) {
        search.expr(argument.value);
    }
    search.owners
}

/// Whether a parameter of a function flows into an expression.
#[must_use]
pub fn reads_parameters(script: &crate::ir::Script, expr: ExprId) -> bool {
    let mut search = Search { script, functions: true, owners: Vec::new(), seen: Vec::new(), left: MAX_EXPRS };
    search.expr(expr);
    !search.owners.is_empty()
}

struct Search<'s> {
    script: &'s crate::ir::Script,
    /// Whether functions are looked into.
    functions: bool,
    owners: Vec<FnId>,
    seen: Vec<BindingId>,
    left: usize,
}

impl Search<'_> {
    /// Looks through an expression: those before it in the arena that lie in its text.
    fn expr(&mut self, root: ExprId) {
        let whole = self.script.expr_span(root);
        let mut next = Some(root.0);
        while let Some(index) = next {
            let id = ExprId(index);
            if !whole.contains(self.script.expr_span(id)) || self.left == 0 {
                break;
            }
            self.left -= 1;
            next = index.checked_sub(1);
            match self.script.expr(id) {
                Expr::Read(Ref::Binding(binding)) => self.binding(binding),
                // What it holds comes before it.
                Expr::Function(function) if !self.functions => {
                    let start = self.script.function(function).exprs.0;
                    next = next.filter(|_| self.holds(root, function)).map_or(next, |_| start.checked_sub(1));
                }
                // What a function holds may stand anywhere in the arena.
                Expr::Function(function) if id == root || !self.holds(root, function) => self.function(function),
                _ => {}
            }
        }
    }

    /// Whether a function's expressions are among those before `root` in its text.
    fn holds(&self, root: ExprId, function: FnId) -> bool {
        let (start, end) = self.script.function(function).exprs;
        start == end || end <= root.0
    }

    fn function(&mut self, function: FnId) {
        let (start, end) = self.script.function(function).exprs;
        for index in start..end {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            if let Expr::Read(Ref::Binding(binding)) = self.script.expr(ExprId(index)) {
                self.binding(binding);
            }
        }
    }

    fn binding(&mut self, binding: BindingId) {
        if self.seen.contains(&binding) {
            return;
        }
        self.seen.push(binding);
        let decl = self.script.binding(binding);
        if matches!(decl.kind, BindingKind::Param | BindingKind::Arguments) && !self.owners.contains(&decl.owner) {
            self.owners.push(decl.owner);
        }
        if decl.owner == crate::ir::Script::BODY {
            return;
        }
        for write in self.script.writes_of(binding) {
            match *write {
                Write::Value(value) => self.expr(value),
                Write::Function(function) if self.functions => self.function(function),
                Write::Function(_) | Write::Class(_) | Write::Other => {}
            }
        }
        let is_object = |w: &Write| matches!(w, Write::Value(v) if matches!(self.script.expr(*v), Expr::Object(_)));
        if self.script.writes_of(binding).iter().any(is_object) {
            self.filled_in(binding);
        }
    }

    /// What is put into an object after it was made: `params[key] = order`.
    fn filled_in(&mut self, object: BindingId) {
        let (start, end) = self.script.function(self.script.binding(object).owner).exprs;
        for index in start..end {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            let Expr::Assign { target: Target::Member(member), value, .. } = self.script.expr(ExprId(index)) else {
                continue;
            };
            let Expr::Member { object: of, key, .. } = self.script.expr(member) else { continue };
            if matches!(self.script.expr(of), Expr::Read(Ref::Binding(b)) if b == object) {
                self.expr(value);
                if let PropertyKey::Computed(key) = key {
                    self.expr(key);
                }
            }
        }
    }
}
