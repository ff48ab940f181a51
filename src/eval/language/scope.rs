//! Names: finding their activation, reading and writing them, and what a name holds when nobody ran the code around it.

use std::rc::Rc;
use std::sync::Arc;

use crate::api::APIS;
use crate::eval::Place;
use crate::eval::language::name_range::NameRange;
use crate::eval::machine::Machine;
use crate::eval::platform::ready::Level;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::scope::ScopeId;
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{BindingId, BindingKind, Expr, ExprId, PropertyKey, Ref, Script, ScriptId, ScriptKind, Write};

/// How far a name is followed through others when the code around it was not run.
const MAX_STATIC: usize = 8;

/// A name that overwrites itself is written no more often than this.
const MAX_OVERWRITES: usize = 4;

/// Names of the page's own window.
const WINDOWS: &[&str] = &["window", "self", "globalThis", "top", "parent", "frames"];

/// Whether a global is the window.
pub(in crate::eval) fn is_window(name: &str) -> bool {
    WINDOWS.contains(&name)
}

impl Machine<'_> {
    /// Reads a name.
    pub(in crate::eval) fn read(&mut self, name: Ref, st: &mut State) -> Value {
        match name {
            Ref::Global(id) => {
                let name = self.script().name(id).clone();
                self.read_global(&name, st)
            }
            Ref::Binding(binding) => {
                let script = self.frame().script;
                let value = self.read_binding(script, binding, st);
                if self.guard_bindings.contains(&(script, binding)) { value.tainted(Taint::GUARD) } else { value }
            }
        }
    }

    /// Reads a global: a name that a script of the page declares, or one that nobody at hand does.
    pub(in crate::eval) fn read_global(&mut self, name: &Arc<str>, st: &mut State) -> Value {
        if let Some(value) = self.module_variable(name, st) {
            return value;
        }
        if let Some((script, binding)) = self.global_binding(name) {
            return self.read_binding(script, binding, st);
        }
        if let Some(value) = self.window_property(name, st) {
            return value;
        }
        let global = self.unknowns.make(Origin::Global(name.clone()));
        self.refined(global, st)
    }

    /// The declaration that stands for a name: scripts of a page may declare the same global.
    fn declaration(&self, script: ScriptId, binding: BindingId) -> (ScriptId, BindingId) {
        if self.redeclared.is_empty() {
            return (script, binding);
        }
        self.redeclared.get(&(script, binding)).copied().unwrap_or((script, binding))
    }

    /// The declaration of a global in the scripts that share the current one's page.
    pub(in crate::eval) fn global_binding(&self, name: &str) -> Option<(ScriptId, BindingId)> {
        self.globals.get(name).copied()
    }

    /// The activation that holds a name, among those around the current one.
    fn scope_of(&self, script: ScriptId, binding: BindingId, st: &State) -> Option<ScopeId> {
        let owner = self.project.script(script).binding(binding).owner;
        let mut at = Some(self.frame().scope);
        while let Some(id) = at {
            let scope = st.scopes.get(id.0)?;
            if scope.script == script && scope.function == owner {
                return Some(id);
            }
            at = scope.parent;
        }
        (owner == Script::BODY).then(|| self.script_scopes.get(&script).copied()).flatten()
    }

    /// The outermost activation around the current one: holds names whose own activation was not run.
    fn root_scope(&self, st: &State) -> ScopeId {
        let mut at = self.frame().scope;
        while let Some(parent) = st.scopes.get(at.0).and_then(|s| s.parent) {
            at = parent;
        }
        at
    }

    pub(in crate::eval) fn read_binding(&mut self, script: ScriptId, binding: BindingId, st: &mut State) -> Value {
        let (script, binding) = self.declaration(script, binding);
        let decl = self.project.script(script).binding(binding);
        if let BindingKind::Import(index) = decl.kind {
            return self.read_import(script, index, st);
        }
        let scope = self.scope_of(script, binding, st);
        let holder = scope.unwrap_or_else(|| self.root_scope(st));
        let slot = st.scopes.get(holder.0).and_then(|s| s.slot(binding)).cloned();
        let own = scope.is_some_and(|s| s == self.frame().scope);
        if let (false, Some(earlier)) = (own, self.earlier_rounds(holder, binding, st)) {
            let mut value = slot.map_or_else(Value::undefined, |slot| slot.value);
            value.join(&earlier, self.overflow);
            return value;
        }
        match slot {
            Some(slot) if own || slot.turn == self.turn => slot.value,
            // A declaration without a value says nothing of what was written since.
            Some(slot) if matches!(slot.value.single(), Some(Atom::Undefined)) && !decl.writes.is_empty() => {
                self.read_unwritten(script, binding, st)
            }
            Some(slot) if self.overwrites_itself(script, binding) => slot.value,
            Some(slot) if decl.writes.len() < 2 => self.placeholder(script, binding, slot.value),
            Some(slot) => {
                let mut value = slot.value;
                self.join_writes(&mut value, script, binding, st);
                value
            }
            // A `var` of an activation that began in this run and that nothing has written yet.
            None if decl.kind == BindingKind::Var
                && !is_api_global(self.project.script(script).name(decl.name))
                && scope.and_then(|s| st.scopes.get(s.0)).is_some_and(|s| s.turn == self.turn) =>
            {
                self.placeholder(script, binding, Value::undefined())
            }
            None => self.read_unwritten(script, binding, st),
        }
    }

    /// What a name of a loop's round held in earlier rounds, where the function that reads it may have been made there.
    fn earlier_rounds(&self, holder: ScopeId, binding: BindingId, st: &State) -> Option<Value> {
        let scope = st.scopes.get(holder.0).filter(|s| !s.earlier.is_empty())?;
        let (_, earlier) = scope.earlier.iter().find(|(name, _)| *name == binding)?;
        let mut at = st.scopes.get(self.frame().scope.0)?;
        while at.parent != Some(holder) {
            at = st.scopes.get(at.parent?.0)?;
        }
        (at.made_in < scope.rounds).then(|| earlier.clone())
    }

    /// A name gets its value of another round of a loop: functions made in the rounds before keep theirs.
    pub(in crate::eval) fn begin_round(&mut self, binding: BindingId, st: &mut State) {
        let (scope, overflow) = (self.frame().scope, self.overflow);
        let again = st.scopes.get(scope.0).is_some_and(|s| s.slot(binding).is_some());
        if let (true, Some(scope)) = (again, st.scopes.get_mut(scope.0)) {
            scope.begin_round(binding, overflow);
        }
    }

    /// Whether a name is written once, and again only by what it was given: `function f() { return (f = g()).apply(…) }`.
    /// What it holds does the same before and after.
    fn overwrites_itself(&self, script: ScriptId, binding: BindingId) -> bool {
        let source = self.project.script(script);
        let writes = source.writes_of(binding);
        if !(2..=MAX_OVERWRITES).contains(&writes.len()) {
            return false;
        }
        let span = |w: &Write| match *w {
            Write::Function(function) => Some(source.function(function).span),
            Write::Value(expr) => Some(source.expr_span(expr)),
            Write::Class(_) | Write::Other => None,
        };
        writes.iter().any(|first| {
            let outer = span(first);
            writes.iter().all(|w| outer.zip(span(w)).is_some_and(|(outer, inner)| outer.contains(inner)))
        })
    }

    /// A global of a page whose value is nothing yet: scripts that are not at hand may have filled it in.
    fn placeholder(&mut self, script: ScriptId, binding: BindingId, mut value: Value) -> Value {
        let source = self.project.script(script);
        let decl = source.binding(binding);
        let shared = decl.owner == Script::BODY
            && source.kind == ScriptKind::Classic
            && matches!(decl.kind, BindingKind::Var | BindingKind::Let);
        if shared && value.atoms.iter().all(|a| crate::eval::values::convert::truthy(a) == Some(false)) {
            let global = self.unknowns.make(Origin::Global(source.name(decl.name).clone()));
            value.join(&Value::unknown(global), self.overflow);
        }
        value
    }

    /// A name that no run at hand has written.
    fn read_unwritten(&mut self, script: ScriptId, binding: BindingId, st: &mut State) -> Value {
        let source = self.project.script(script);
        let decl = source.binding(binding);
        if decl.owner == Script::BODY && source.kind == ScriptKind::Classic && is_api_global(source.name(decl.name)) {
            return self.unknown(Origin::Global(source.name(decl.name).clone()));
        }
        match decl.kind {
            BindingKind::Param | BindingKind::Catch | BindingKind::Arguments => {
                return self.unknown(Origin::Parameter(Place { script, span: decl.span }, binding.0));
            }
            BindingKind::Var | BindingKind::Let if decl.writes.is_empty() => return Value::undefined(),
            _ => {}
        }
        let writes = source.writes_of(binding).to_vec();
        if let [write] = writes.as_slice() {
            return self.static_write(script, *write, binding, st);
        }
        let mut value = Value::undefined();
        self.join_writes(&mut value, script, binding, st);
        value
    }

    /// Adds what every write at hand may have left there.
    fn join_writes(&mut self, value: &mut Value, script: ScriptId, binding: BindingId, st: &mut State) {
        let writes = self.project.script(script).writes_of(binding).to_vec();
        for write in writes {
            let other = self.static_write(script, write, binding, st);
            value.join(&other, self.overflow);
        }
    }

    /// What one write leaves, read without running the code around it.
    fn static_write(&mut self, script: ScriptId, write: Write, binding: BindingId, st: &mut State) -> Value {
        let decl = self.project.script(script).binding(binding);
        let fallback = Origin::Mixed(Place { script, span: decl.span });
        if self.statics.len() >= MAX_STATIC || self.statics.contains(&(script, binding)) {
            return self.unknown(fallback);
        }
        self.statics.push((script, binding));
        let value = match write {
            Write::Value(expr) => self.static_expr(script, expr, st),
            Write::Function(function) => Some(self.static_function(script, function, st)),
            Write::Class(_) | Write::Other => None,
        };
        self.statics.pop();
        value.unwrap_or_else(|| self.unknown(fallback))
    }

    fn static_function(&mut self, script: ScriptId, function: crate::ir::FnId, st: &mut State) -> Value {
        if self.frame().script != script {
            return self
                .unknown(Origin::Mixed(Place { script, span: self.project.script(script).function(function).span }));
        }
        Value::object(self.make_closure(function, st))
    }

    /// Literals, globals and their properties, and names written once.
    fn static_expr(&mut self, script: ScriptId, expr: ExprId, st: &mut State) -> Option<Value> {
        let source = self.project.script(script);
        Some(match source.expr(expr) {
            Expr::Undefined => Value::undefined(),
            Expr::Null => Atom::Null.into(),
            Expr::Bool(b) => Value::bool(b),
            Expr::Number(n) => Value::number(n),
            Expr::String(name) => Value::text(source.name(name).clone()),
            Expr::Unary(crate::ir::UnaryOp::Not, inner) => {
                let inner = self.static_expr(script, inner, st)?;
                self.not(&inner, Place { script, span: source.expr_span(expr) })
            }
            Expr::Unary(crate::ir::UnaryOp::Void, _) => Value::undefined(),
            Expr::Function(function) => self.static_function(script, function, st),
            Expr::Read(Ref::Global(name)) => {
                let name = source.name(name).clone();
                self.read_global(&name, st)
            }
            Expr::Read(Ref::Binding(binding)) => self.read_binding(script, binding, st),
            Expr::Member { object, key: PropertyKey::Name(name), .. } => {
                let object = self.static_expr(script, object, st)?;
                let id = object.as_unknown()?;
                let name = source.name(name).clone();
                self.property_of_unknown(id, &name, st)
            }
            _ => return None,
        })
    }

    /// Writes a name.
    pub(in crate::eval) fn write(&mut self, name: Ref, value: Value, st: &mut State) {
        let (script, binding) = match name {
            Ref::Binding(binding) => (self.frame().script, binding),
            Ref::Global(id) => {
                let text = self.script().name(id).clone();
                match self.global_binding(&text) {
                    Some(found) => found,
                    None => return,
                }
            }
        };
        self.write_binding(script, binding, value, st);
    }

    /// Gives a name its first value. What is known in a block alone is read under the block's conditions anyhow.
    pub(in crate::eval) fn declare(&mut self, binding: BindingId, value: Value, st: &mut State) {
        let script = self.frame().script;
        let kind = self.project.script(script).binding(binding).kind;
        if matches!(kind, BindingKind::Let | BindingKind::Const) {
            self.begin_round(binding, st);
        }
        let local = matches!(kind, BindingKind::Let | BindingKind::Const | BindingKind::Param | BindingKind::Temporary);
        if local && st.outcome {
            self.put_narrowed(script, binding, value, st);
        } else {
            self.write_binding(script, binding, value, st);
        }
    }

    /// Writes a declared name.
    pub(in crate::eval) fn write_binding(
        &mut self,
        script: ScriptId,
        binding: BindingId,
        value: Value,
        st: &mut State,
    ) {
        let (script, binding) = self.declaration(script, binding);
        let scope = self.scope_of(script, binding, st);
        if st.ready.level >= Level::Presence && scope != Some(self.frame().scope) {
            self.guard_bindings.insert((script, binding));
        }
        // In an outcome the bridge is there: that it is says nothing.
        let frame = self.frame();
        let context = match st.outcome {
            true => self.context_of((script, binding), scope, st),
            // Who reads a name of the function that runs knows of the bridge what was known when that was called.
            false if scope == Some(frame.scope) && st.ready.level == frame.entered.level => {
                st.context().without_guard()
            }
            false => st.context(),
        };
        let value = value.tainted(context);
        let holder = scope.unwrap_or_else(|| self.root_scope(st));
        let turn = self.turn;
        if let Some(scope) = st.scopes.get_mut(holder.0) {
            scope.put(binding, value, turn);
        }
    }

    /// What chooses a name's value in an outcome: not the arms that all its readers stand in.
    fn context_of(&mut self, (script, binding): (ScriptId, BindingId), scope: Option<ScopeId>, st: &State) -> Taint {
        let context = st.context().without_guard();
        if context == Taint::NONE || self.project.script(script).binding(binding).owner == Script::BODY {
            return context;
        }
        let Some(range) = self.name_ranges(script).get(binding.index()).copied() else { return context };
        let noted = |arm: &Arm| {
            let text = self.arm_texts.get(&(arm.condition, arm.number));
            text.map(|span| Place { script: arm.condition.script, span: *span })
        };
        let inside = |arm: &Arm| {
            let text = noted(arm).or_else(|| st.text_of_arm(arm));
            arm.kind == ArmKind::Decided && text.is_some_and(|at| at.script == script && range.is_read_in(at.span))
        };
        // Who reads a name of the function that runs stands in the arms in which that was called.
        let entered = &self.frame().control;
        let is_own = scope == Some(self.frame().scope) && st.control.common(entered).same(entered);
        let newest = if is_own { (st.control.depth() - entered.depth()) as usize } else { usize::MAX };
        st.context_of_newest(newest, inside).without_guard()
    }

    /// By name of a script, how far its mentions reach.
    fn name_ranges(&mut self, script: ScriptId) -> Rc<[NameRange]> {
        if let Some(known) = self.name_ranges.get(&script) {
            return known.clone();
        }
        let ranges: Rc<[NameRange]> = NameRange::all(self.project.script(script)).into();
        self.name_ranges.insert(script, ranges.clone());
        ranges
    }

    /// Keeps of a name's value what an arm allows; no write of the program.
    pub(in crate::eval) fn put_narrowed(&mut self, script: ScriptId, binding: BindingId, value: Value, st: &mut State) {
        let (script, binding) = self.declaration(script, binding);
        let holder = self.scope_of(script, binding, st).unwrap_or_else(|| self.root_scope(st));
        let turn = self.turn;
        if let Some(scope) = st.scopes.get_mut(holder.0) {
            scope.put(binding, value, turn);
        }
    }

    /// Says that a name's value depends on the result code, since the arm that was not taken would have written it.
    pub(in crate::eval) fn taint_binding(&mut self, script: ScriptId, binding: BindingId, st: &mut State) {
        let holder = self.scope_of(script, binding, st).unwrap_or_else(|| self.root_scope(st));
        let Some(slot) = st.scopes.get(holder.0).and_then(|s| s.slot(binding)) else { return };
        let (value, turn) = (slot.value.clone().tainted(Taint::CHOSEN), slot.turn);
        if let Some(scope) = st.scopes.get_mut(holder.0) {
            scope.put(binding, value, turn);
        }
    }
}

/// Whether a name is the root of a payment API: `AlipayJSBridge`, `my`, `ap`.
pub(in crate::eval) fn is_api_global(name: &str) -> bool {
    let roots = APIS.iter().flat_map(|a| a.calls).filter_map(|c| c.callee.split('.').next());
    roots.into_iter().any(|root| root == name)
}
