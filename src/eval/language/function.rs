//! Entering a function at hand: its activation, its parameters, and what comes out of it.

use crate::eval::Place;
use crate::eval::language::frame::{Exit, Frame};
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::platform::ready::Level;
use crate::eval::state::{ArmKind, State};
use crate::eval::values::heap::Closure;
use crate::eval::values::scope::Scope;
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{FnId, ScriptId};
use crate::project::ScriptFormat;

impl Machine<'_> {
    /// Runs a function's body and joins its returns; an `async` one gives a promise.
    pub(in crate::eval) fn run_function(
        &mut self,
        closure: &Closure,
        this: Value,
        arguments: Vec<Value>,
        call: &HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let function = self.project.script(closure.script).function(closure.function);
        self.run_as(closure, this, arguments, call, function.is_async, st)
    }

    /// The same, as an `async` function or not.
    pub(in crate::eval) fn run_as(
        &mut self,
        closure: &Closure,
        this: Value,
        arguments: Vec<Value>,
        call: &HostCall,
        is_async: bool,
        st: &mut State,
    ) -> Option<Value> {
        self.tell_enter(closure, &arguments, call.place, st);
        let returned = self.run_body(closure, this, arguments, call, is_async, st);
        self.tell_leave(closure, returned.as_ref(), call.place, st);
        returned
    }

    fn run_body(
        &mut self,
        closure: &Closure,
        this: Value,
        arguments: Vec<Value>,
        call: &HostCall,
        is_async: bool,
        st: &mut State,
    ) -> Option<Value> {
        let place = call.place;
        let function = self.project.script(closure.script).function(closure.function);
        self.entered.insert((closure.script, closure.function));
        self.push_activation(closure, this, call, st);
        self.bind_parameters(closure.script, closure.function, arguments, st);
        if is_async {
            self.run.catchers.push(Vec::new());
        }
        let level = st.ready.level;
        // A copy makes each write of the body copy what it writes to.
        let before = is_async.then(|| st.clone());
        let awaits = is_async && function.is_generator;
        if awaits {
            self.lowered.awaiting.push(self.run.frames.len());
        }
        let end = self.exec_all(function.body, std::mem::take(st));
        if awaits {
            self.lowered.awaiting.pop();
        }
        let frame = self.run.frames.pop();
        let mut exits = frame.map(|f| f.returns).unwrap_or_default();
        exits.extend(end.map(|state| Exit { state, value: Value::undefined(), place }));
        self.imply_bridge(&mut exits, level);
        let Some(before) = before else {
            let exit = self.join_exits(exits)?;
            *st = exit.state;
            return Some(exit.value);
        };
        let thrown = self.run.catchers.pop().unwrap_or_default();
        if exits.is_empty() && thrown.is_empty() {
            // It waits for ever; its caller does not.
            *st = before.clone();
        }
        let promise = self.promise_of(exits, thrown, place, st);
        // Whoever calls it goes on at once: what it waited for is known to nobody but those who wait for it.
        (st.ready, st.control, st.trail) = (before.ready, before.control, before.trail);
        (st.outcome, st.facts) = (before.outcome, before.facts);
        Some(promise)
    }

    /// `if (bridge) return true; return false`: what a function returns holds only where the bridge is there.
    fn imply_bridge(&mut self, exits: &mut [Exit], before: Level) {
        let tests = |exit: &Exit| !exit.state.outcome && exit.state.ready.level > before.max(Level::Unknown);
        let untested = exits.iter().filter(|e| !tests(e)).map(|e| e.value.clone());
        let others = untested.reduce(|mut a, b| {
            a.join(&b, self.overflow);
            a
        });
        let Some(others) = others else { return };
        for exit in exits.iter_mut().filter(|e| tests(e)) {
            let value = std::mem::replace(&mut exit.value, Value::undefined());
            exit.value = self.implying_bridge(value, &exit.state, &others);
        }
    }

    pub(in crate::eval) fn push_activation(&mut self, closure: &Closure, this: Value, call: &HostCall, st: &mut State) {
        let activation = self.activation(closure.script, closure.function, closure.scope);
        let scope = self.alloc_scope(st, Scope { call: self.call_site(call), made_in: closure.round, ..activation });
        self.run.frames.push(Frame {
            script: closure.script,
            function: closure.function,
            scope,
            this,
            call: call.place,
            entered: st.ready,
            control: st.control.clone(),
            home: closure.home,
            returns: Vec::new(),
            jumps: Vec::new(),
            rules_out_return: false,
        });
    }

    pub(in crate::eval) fn bind_parameters(
        &mut self,
        script: ScriptId,
        function: FnId,
        arguments: Vec<Value>,
        st: &mut State,
    ) {
        let source = self.project.script(script);
        let decl = source.function(function);
        let open = self.called_by_nobody.take() == Some((script, function));
        self.hoist(script, function, st);
        if let Some(own) = decl.self_binding {
            let this_function = self.make_self(function, st);
            self.write_binding(script, own, this_function, st);
        }
        if let Some(binding) = decl.arguments {
            let made = self.here(decl.span);
            let list = self.make_array(arguments.clone(), open, made, st);
            self.write_binding(script, binding, Value::object(list), st);
        }
        let chosen = st.outcome && st.control.iter().any(|arm| matches!(arm.kind, ArmKind::Decided));
        let mut given = arguments.into_iter();
        for param in decl.params.of(&source.params) {
            let value = if param.rest {
                let made = self.here(decl.span);
                Value::object(self.make_array(given.by_ref().collect(), open, made, st))
            } else {
                given.next().unwrap_or_else(Value::undefined)
            };
            // A constant that an arm gives says which arm it was.
            let value = if chosen && is_constant(&value) { value.tainted(Taint::CHOSEN) } else { value };
            self.bind(script, param.binding, value, st);
        }
    }

    /// Gives a parameter its value: no write of the program.
    fn bind(&mut self, script: ScriptId, binding: crate::ir::BindingId, value: Value, st: &mut State) {
        self.put_narrowed(script, binding, value, st);
    }

    /// Makes the functions that are declared in a function.
    pub(in crate::eval) fn hoist(&mut self, script: ScriptId, function: FnId, st: &mut State) {
        let source = self.project.script(script);
        for (binding, declared) in source.function(function).hoisted.of(&source.hoisted) {
            let closure = self.make_closure(*declared, st);
            self.put_narrowed(script, *binding, Value::object(closure), st);
        }
    }

    /// A named function expression as a value inside itself: the same code in the scope around it.
    fn make_self(&mut self, function: FnId, st: &mut State) -> Value {
        let frame = self.frame();
        let closure = Closure {
            script: frame.script,
            function,
            scope: st.scopes.get(frame.scope.0).and_then(|s| s.parent),
            this: None,
            home: frame.home,
            ready: st.ready,
            round: 0,
        };
        let made = self.here(self.script().function(function).span);
        let kind = crate::eval::values::heap::ObjectKind::Closure(closure);
        Value::object(self.alloc(st, crate::eval::values::heap::Object::of(kind, made)))
    }

    /// Runs scripts that share a page, in order; their names stay for what runs later.
    pub(in crate::eval) fn run_scripts(&mut self, scripts: &[ScriptId], mut st: State) -> State {
        for id in scripts {
            st = self.run_script(*id, st);
        }
        st
    }

    fn run_script(&mut self, id: ScriptId, mut st: State) -> State {
        let source = self.project.script(id);
        let body = crate::ir::Script::BODY;
        let Some(function) = source.functions.first() else { return st };
        let place = Place { script: id, span: source.span };
        let scope = self.activation(id, body, None);
        let scope = self.alloc_scope(&mut st, scope);
        self.script_scopes.insert(id, scope);
        self.entered.insert((id, body));
        let this = if function.kind == crate::ir::FnKind::Handler {
            self.bound_page(&st).unwrap_or_else(|| self.any_this(place))
        } else {
            Atom::Object(Self::WINDOW).into()
        };
        self.run.frames.push(Frame {
            script: id,
            function: body,
            scope,
            this,
            call: place,
            entered: st.ready,
            control: st.control.clone(),
            home: None,
            returns: Vec::new(),
            jumps: Vec::new(),
            rules_out_return: false,
        });
        if self.project.entry(id).format == ScriptFormat::CommonJs {
            self.make_module_object(id, &mut st);
        }
        self.hoist(id, body, &mut st);
        let before = st.clone();
        let end = self.exec_all(function.body, st);
        let frame = self.run.frames.pop();
        let returns = frame.map(|f| f.returns).unwrap_or_default();
        let states = end.into_iter().chain(returns.into_iter().map(|e| e.state));
        let mut after = self.join_states(states).unwrap_or(before);
        after.control = crate::eval::state::Control::default();
        after
    }

    /// `this` of a function that somebody unknown calls.
    pub(in crate::eval) fn any_this(&mut self, place: Place) -> Value {
        self.unknown(crate::eval::values::unknown::Origin::Parameter(place, u32::MAX))
    }

    /// What chooses the value that a function returns here: only what it passed itself.
    pub(in crate::eval) fn context_of_return(&self, st: &State) -> Taint {
        let entered = &self.frame().entered;
        let context = st.context();
        let guarded = st.ready.level > entered.level && !st.outcome;
        let chosen = if self.frame().rules_out_return { Taint::CHOSEN } else { Taint::NONE };
        if guarded { context } else { context.without_guard() }.with(chosen)
    }
}

/// Whether a value is one constant of the program: a text, a number, a truth value.
fn is_constant(value: &Value) -> bool {
    matches!(value.single(), Some(Atom::Text(_) | Atom::Number(_) | Atom::Bool(_)))
}
