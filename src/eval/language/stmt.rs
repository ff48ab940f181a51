//! Running statements. No state means that nothing runs on after them; `return`, `break` and `throw` leave their
//! states with the activation and the nearest `try`.

use std::rc::Rc;

use crate::eval::Place;
use crate::eval::language::arms::merged_ready;
use crate::eval::language::caught::tells_nobody;
use crate::eval::language::frame::{Exit, Jump};
use crate::eval::language::loops::LoopParts;
use crate::eval::machine::{Machine, Mode};
use crate::eval::platform::ready::Ready;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::unknown::{GAP, Origin};
use crate::eval::values::value::{Taint, Value};
use crate::ir::{BindingId, Expr, ExprId, List, NameId, Ref, Script, ScriptId, Span, Stmt, StmtId, Target};

impl Machine<'_> {
    /// Runs statements one after another.
    pub(in crate::eval) fn exec_all(&mut self, list: List<StmtId>, st: State) -> Option<State> {
        let script = self.script();
        let mut st = st;
        for stmt in list.of(&script.stmt_lists) {
            st = self.exec(*stmt, st)?;
        }
        Some(st)
    }

    /// Runs a statement.
    pub(in crate::eval) fn exec(&mut self, stmt: StmtId, st: State) -> Option<State> {
        if !self.step() || !self.enter() {
            return Some(st);
        }
        let after = self.exec_inner(stmt, st);
        self.leave();
        after
    }

    fn exec_inner(&mut self, stmt: StmtId, mut st: State) -> Option<State> {
        match self.script().stmt(stmt) {
            Stmt::Empty => Some(st),
            Stmt::Expr(expr) => {
                let value = self.eval(expr, &mut st)?;
                self.note_unwanted(expr, &value, &st);
                Some(st)
            }
            Stmt::ExportDefault { value, binding } => {
                let place = self.place(value);
                let value = self.eval(value, &mut st)?;
                self.write(Ref::Binding(binding), value.clone(), &mut st);
                self.escape(&value, place, false, &mut st);
                Some(st)
            }
            Stmt::Declare { binding, init } => {
                let value = match init {
                    Some(init) => self.eval(init, &mut st)?,
                    None => Value::undefined(),
                };
                if self.recorder.is_some() {
                    let place = self.here(self.script().stmt_span(stmt));
                    self.tell_write(Ref::Binding(binding), &value, place, &st);
                }
                self.declare(binding, value, &mut st);
                Some(st)
            }
            Stmt::Block(list) => self.exec_all(list, st),
            Stmt::If { test, then, otherwise, else_span } => self.exec_if(test, then, otherwise, else_span, st),
            Stmt::Loop { init, test, update, body, test_last } => {
                let st = match init {
                    Some(init) => self.exec(init, st)?,
                    None => st,
                };
                self.exec_loop(LoopParts { test, update, init, body, test_last }, None, st)
            }
            Stmt::ForEach { kind, each, iterable, body } => self.exec_for_each(kind, each, iterable, body, None, st),
            Stmt::Switch { discriminant, cases } => self.exec_switch(discriminant, cases, st),
            Stmt::Return(value) => {
                let value = match value {
                    Some(value) => self.eval(value, &mut st)?,
                    None => Value::undefined(),
                };
                let place = self.here(self.script().stmt_span(stmt));
                let value = value.tainted(self.context_of_return(&st));
                self.frame_mut().returns.push(Exit { state: st, value, place });
                None
            }
            Stmt::Throw(value) => {
                let thrown = self.eval(value, &mut st)?;
                let place = self.here(self.script().stmt_span(stmt));
                if self.is_misuse(&thrown, &st) {
                    // The run goes on as if it had not happened: what follows is not lost.
                    return Some(st);
                }
                self.throw_from(thrown, place, st);
                None
            }
            Stmt::Break(label) => self.jump(false, label, st),
            Stmt::Continue(label) => self.jump(true, label, st),
            Stmt::Labeled { label, body } => self.exec_labeled(label, body, st),
            Stmt::Try { block, param, handler, finalizer } => self.exec_try(stmt, block, param, handler, finalizer, st),
            Stmt::With { object, body } => {
                self.eval(object, &mut st)?;
                self.exec(body, st)
            }
        }
    }

    fn jump(&mut self, is_continue: bool, label: Option<NameId>, state: State) -> Option<State> {
        self.frame_mut().jumps.push(Jump { is_continue, label, state });
        None
    }

    /// How many jumps of the activation are on their way: those that come later are of what begins now.
    pub(in crate::eval) fn jumps(&self) -> usize {
        self.frame().jumps.len()
    }

    /// Takes the jumps that end here out of the activation and joins their states. Those that were on their way before, so
    /// many, are of what stands around it.
    pub(in crate::eval) fn take_jumps(&mut self, before: usize, wanted: impl Fn(&Jump) -> bool) -> Option<State> {
        let taken = self.take_each_jump(before, wanted);
        self.join_states(taken)
    }

    /// The same, each with its own state.
    pub(in crate::eval) fn take_each_jump(&mut self, before: usize, wanted: impl Fn(&Jump) -> bool) -> Vec<State> {
        let frame = self.frame_mut();
        let own = frame.jumps.split_off(before.min(frame.jumps.len()));
        let (taken, kept): (Vec<Jump>, Vec<Jump>) = own.into_iter().partition(wanted);
        frame.jumps.extend(kept);
        taken.into_iter().map(|jump| jump.state).collect()
    }

    pub(in crate::eval) fn join_options(&self, a: Option<State>, b: Option<State>) -> Option<State> {
        match (a, b) {
            (Some(a), Some(b)) => Some(a.join(b, self.overflow)),
            (a, b) => a.or(b),
        }
    }

    fn exec_if(
        &mut self,
        test: ExprId,
        then: StmtId,
        otherwise: Option<StmtId>,
        else_span: Option<Span>,
        st: State,
    ) -> Option<State> {
        let before = st.ready;
        let split = self.split(test, st)?;
        let place = self.place(test);
        let then_place = self.here(self.script().stmt_span(then));
        let else_place = else_span.map(|s| self.here(s));
        let cause = split.cause;
        let untaken = match (&split.then, &split.otherwise) {
            (Some(_), None) => otherwise,
            (None, Some(_)) => Some(then),
            _ => None,
        };
        let yes = split.then.and_then(|s| {
            let s = self.enter_arm(s, place, 1, &cause, Some(then_place));
            self.exec(then, s)
        });
        let no = split.otherwise.and_then(|s| {
            let s = self.enter_arm(s, place, 0, &cause, else_place);
            if let Some(stmt) = otherwise.filter(|_| s.outcome) {
                self.arm_texts.insert((place, 0), self.script().stmt_span(stmt));
            }
            match otherwise {
                Some(stmt) => self.exec(stmt, s),
                None => Some(s),
            }
        });
        let mut after = self.merge_states(before, place, yes, no)?;
        if let (Some(stmt), true) = (untaken, cause.closed.has(Taint::BY_CODE)) {
            self.taint_untaken(stmt, &mut after);
        }
        Some(after)
    }

    fn merge_states(&mut self, before: Ready, place: Place, yes: Option<State>, no: Option<State>) -> Option<State> {
        match (yes, no) {
            (Some(mut a), Some(mut b)) => {
                self.imply_in_names(before, &mut a, &mut b);
                let ready = merged_ready(before, &a, &b);
                let mut joined = a.join(b, self.overflow);
                joined.ready = ready;
                Some(joined)
            }
            (one, other) => one.or(other).map(|mut s| {
                Self::leave_arm(&mut s, place);
                s
            }),
        }
    }

    /// Names that an arm which the result ruled out would have written depend on the result; so does what is returned
    /// later, where that arm would have returned.
    pub(super) fn taint_untaken(&mut self, stmt: StmtId, st: &mut State) {
        let script = self.frame().script;
        self.frame_mut().rules_out_return |= returns(self.project.script(script), stmt);
        for binding in self.written_in(script, stmt).iter() {
            self.taint_binding(script, *binding, st);
        }
    }

    /// Names that a statement assigns outside nested functions.
    fn written_in(&mut self, script: ScriptId, stmt: StmtId) -> Rc<[BindingId]> {
        if let Some(known) = self.untaken.get(&(script, stmt)) {
            return known.clone();
        }
        let source = self.project.script(script);
        let span = source.stmt_span(stmt);
        let function = self.frame().function;
        let range = source.function(function).exprs;
        let written = (range.0..range.1).map(ExprId).filter(|e| span.contains(source.expr_span(*e)));
        let names = written.filter_map(|e| match source.expr(e) {
            Expr::Assign { target: Target::Name(Ref::Binding(b), _), .. }
            | Expr::Update { target: Target::Name(Ref::Binding(b), _), .. } => Some(b),
            _ => None,
        });
        let names: Rc<[BindingId]> = names.collect();
        self.untaken.insert((script, stmt), names.clone());
        names
    }

    fn exec_try(
        &mut self,
        stmt: StmtId,
        block: StmtId,
        param: Option<BindingId>,
        handler: Option<StmtId>,
        finalizer: Option<StmtId>,
        st: State,
    ) -> Option<State> {
        let place = self.here(self.script().stmt_span(stmt));
        self.with_finalizer(finalizer, st, |machine, st| {
            let Some(handler) = handler else { return machine.exec(block, st) };
            let before = st.clone();
            machine.run.catchers.push(Vec::new());
            let (tries, told) = (machine.run.tries.len(), !tells_nobody(machine.script(), handler));
            machine.run.tries.extend(told.then_some(place));
            let after = machine.exec(block, st);
            machine.run.tries.truncate(tries);
            let thrown = machine.stop_catching(after.is_some(), place);
            let caught = machine.run_handler(param, handler, thrown, before, place);
            machine.join_options(after, caught)
        })
    }

    /// Runs what stands before a `finally`. However that is left, by `return`, `break` or `throw` too, its states go through
    /// the `finally` first.
    fn with_finalizer(
        &mut self,
        finalizer: Option<StmtId>,
        st: State,
        run: impl FnOnce(&mut Self, State) -> Option<State>,
    ) -> Option<State> {
        let Some(finalizer) = finalizer else { return run(self, st) };
        let (returns, jumps) = (self.frame().returns.len(), self.frame().jumps.len());
        self.run.catchers.push(Vec::new());
        let after = run(self, st);
        let thrown = self.run.catchers.pop().unwrap_or_default();
        let frame = self.frame_mut();
        let returned = frame.returns.split_off(returns.min(frame.returns.len()));
        let jumped = frame.jumps.split_off(jumps.min(frame.jumps.len()));
        let after = after.and_then(|state| self.exec(finalizer, state));
        for exit in returned {
            if let Some(state) = self.exec(finalizer, exit.state) {
                self.frame_mut().returns.push(Exit { state, ..exit });
            }
        }
        for jump in jumped {
            if let Some(state) = self.exec(finalizer, jump.state) {
                self.frame_mut().jumps.push(Jump { state, ..jump });
            }
        }
        for exit in thrown {
            if let Some(state) = self.exec(finalizer, exit.state) {
                self.throw_from(exit.value, exit.place, state);
            }
        }
        after
    }

    /// Runs a `catch` for what was surely thrown.
    ///
    /// What a call that is not at hand may throw is no part of a result's outcome: then the handler is only explored,
    /// for the payments in it, and leaves nothing behind.
    fn run_handler(
        &mut self,
        param: Option<BindingId>,
        handler: StmtId,
        thrown: Option<Exit>,
        before: State,
        place: Place,
    ) -> Option<State> {
        if let Some(Exit { mut state, value, .. }) = thrown {
            state.trail = state.trail_of_consumer();
            self.tell_catch(&value, self.here(self.script().stmt_span(handler)), &state);
            if let Some(param) = param {
                self.write(Ref::Binding(param), value, &mut state);
            }
            return self.exec(handler, state);
        }
        if matches!(self.mode, Mode::Explore) {
            let mut state = before;
            state.control = state.control.push(Arm { condition: place, number: 0, kind: ArmKind::Unsure(place) });
            if let Some(param) = param {
                let unknown = self.unknown(Origin::Mixed(place));
                self.write(Ref::Binding(param), unknown, &mut state);
            }
            let (returns, jumps) = (self.frame().returns.len(), self.frame().jumps.len());
            self.run.catchers.push(Vec::new());
            self.exec(handler, state);
            self.run.catchers.pop();
            self.frame_mut().returns.truncate(returns);
            self.frame_mut().jumps.truncate(jumps);
        }
        None
    }

    /// Whether what is thrown only says that a value is of the wrong type, under a condition that the result code does
    /// not decide: what compilers write around loops, classes and destructuring. Values are taken to be of the right
    /// types.
    fn is_misuse(&self, thrown: &Value, st: &State) -> bool {
        let chosen = st.control.iter().next().map_or(st.trail.depth() > 0, |arm| arm.kind == ArmKind::Decided);
        let error = thrown.as_object().and_then(|id| self.object(st, id)).filter(|_| st.outcome && !chosen);
        let Some(error) = error else { return false };
        let text_of = |key: &str| error.own(key).and_then(|slot| self.text_of(&slot.value, st));
        let of_types = text_of("name").is_some_and(|name| matches!(&*name, "TypeError" | "ReferenceError"));
        let about_payment = |text: &str| !text.is_ascii() || text.to_ascii_lowercase().contains("pay");
        of_types && text_of("message").is_some_and(|text| !about_payment(&text.replace(GAP, "")))
    }

    /// Throws a value: to the nearest `try`, or out of what runs.
    pub(in crate::eval) fn throw_from(&mut self, value: Value, place: Place, st: State) {
        self.tell_throw(&value, place, &st);
        if self.run.catchers.len() <= self.run.uncaught_at {
            self.record_handed("throw", &value, place, None, &st);
        }
        let taint = st.context().without_guard();
        self.throw(Exit { state: st, value: value.tainted(taint), place });
    }
}

/// Whether a statement, or one of its own, returns from the function.
fn returns(script: &Script, stmt: StmtId) -> bool {
    match script.stmt(stmt) {
        Stmt::Return(_) => true,
        Stmt::Block(list) => list.of(&script.stmt_lists).iter().any(|s| returns(script, *s)),
        Stmt::If { then, otherwise, .. } => returns(script, then) || otherwise.is_some_and(|s| returns(script, s)),
        _ => false,
    }
}
