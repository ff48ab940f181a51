//! Promises in a run: making, settling, waiting, `then`.

use crate::api::APIS;
use crate::eval::Place;
use crate::eval::event::{Channel, EffectEvent};
use crate::eval::exits::control_beside;
use crate::eval::language::frame::Exit;
use crate::eval::language::promise::{FINALLY_JOBS, MAX_SETTLEMENTS, Promise, Reaction, Settlement};
use crate::eval::language::wait::stronger;
use crate::eval::machine::Machine;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::task::Passing;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{Expr, ExprId, PropertyKey};

impl Machine<'_> {
    /// A promise that nobody has settled.
    pub(in crate::eval) fn make_promise(&mut self, place: Place, st: &mut State) -> ObjectId {
        self.alloc(st, Object::of(ObjectKind::Promise(Promise::default()), place))
    }

    /// `new Promise(executor)`.
    pub(in crate::eval) fn new_promise(
        &mut self,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let promise = self.make_promise(place, st);
        let settlers = [false, true].map(|rejects| ObjectKind::Settler { promise, rejects });
        let settlers = settlers.map(|kind| Value::object(self.alloc(st, Object::of(kind, place)))).to_vec();
        let executor = arguments.into_iter().next().unwrap_or_else(Value::undefined);
        let payments = self.run.next_payments;
        self.run.executors += 1;
        let tries = std::mem::replace(&mut self.lowered.tries_outside, self.run.tries.len());
        self.run.catchers.push(Vec::new());
        let before = st.clone();
        let ran = self.call_value(&executor, Value::undefined(), settlers, place, st);
        let thrown = self.stop_catching(ran.is_some(), place);
        self.run.executors -= 1;
        self.lowered.tries_outside = tries;
        let thrown = thrown.map(|mut t| {
            self.settle(promise, true, t.value, t.place, &mut t.state);
            t.state
        });
        let ran = ran.map(|_| std::mem::take(st));
        *st = match (ran, thrown) {
            (Some(a), Some(b)) => a.join(b, self.overflow),
            (a, b) => a.or(b).unwrap_or(before),
        };
        if self.run.next_payments > payments {
            self.await_next_payment(promise, st);
        }
        Some(Value::object(promise))
    }

    /// The promise of an `async` function, settled in each way in which the function ends.
    pub(in crate::eval) fn promise_of(
        &mut self,
        returned: Vec<Exit>,
        thrown: Vec<Exit>,
        place: Place,
        st: &mut State,
    ) -> Value {
        let mut base = match returned.iter().chain(&thrown).next() {
            Some(exit) => exit.state.clone(),
            None => std::mem::take(st),
        };
        let promise = self.make_promise(place, &mut base);
        let cell = base.heap.get(promise.0).cloned();
        let returns = returned.iter().map(|end| control_beside(end, &thrown));
        let controls: Vec<_> = returns.chain(thrown.iter().map(|end| control_beside(end, &returned))).collect();
        let exits = returned.into_iter().map(|e| (e, false)).chain(thrown.into_iter().map(|e| (e, true)));
        let mut ends = Vec::new();
        for ((Exit { mut state, value, place }, rejects), control) in exits.zip(controls) {
            state.control = control;
            if let Some(cell) = &cell {
                state.heap.set(promise.0, cell.clone());
            }
            self.settle(promise, rejects, value, place, &mut state);
            ends.push(state);
        }
        let ends_never = ends.is_empty() && self.run.next_payments > 0;
        *st = self.join_states(ends).unwrap_or(base);
        if ends_never {
            self.await_next_payment(promise, st);
        }
        Value::object(promise)
    }

    /// Notes that another payment settles a promise, if nothing has settled it: no outcome goes on behind that.
    pub(in crate::eval) fn await_next_payment(&self, promise: ObjectId, st: &mut State) {
        if let Some(Object { kind: ObjectKind::Promise(state), .. }) = st.heap.get_mut(promise.0) {
            state.next_payment |= state.settlements.is_empty();
        }
    }

    /// `resolve(value)` or `reject(value)` from an executor.
    pub(in crate::eval) fn settle_by_call(
        &mut self,
        promise: ObjectId,
        rejects: bool,
        value: Value,
        place: Place,
        st: &mut State,
    ) {
        let chosen = if st.trail.depth() > 0 { Taint::CHOSEN } else { Taint::NONE };
        let context = if st.outcome { st.context().without_guard() } else { st.context() };
        let value = value.tainted(context).tainted(chosen);
        self.settle(promise, rejects, value, place, st);
    }

    /// Settles a promise; a promise given as value settles it in its stead.
    pub(in crate::eval) fn settle(
        &mut self,
        promise: ObjectId,
        rejects: bool,
        value: Value,
        place: Place,
        st: &mut State,
    ) {
        if !rejects
            && let Some(inner) = value.as_object().filter(|id| *id != promise && self.promise_in(*id, st).is_some())
        {
            let jobs = if self.promise_in(inner, st).is_some_and(|p| p.settlements.is_empty()) { 1 } else { 2 };
            self.react(inner, Reaction { jobs, ..Reaction::passing(promise, place, st) }, st);
            return;
        }
        if !rejects && value.atoms.len() > 1 && value.objects().any(|id| self.promise_in(id, st).is_some()) {
            // One of several promises: each settles it in a way of its own.
            for atom in &value.atoms {
                let one = Value { atoms: [atom.clone()].into_iter().collect(), taint: value.taint };
                self.settle(promise, false, one, place, st);
            }
            return;
        }
        self.tell_settle(promise, rejects, &value, place, st);
        let settlement = Settlement {
            value,
            rejected: rejects,
            ready: st.ready,
            control: self.control_with_doubts(place, st),
            trail: st.trail_of_consumer(),
            outcome: st.outcome,
            answered: st.answered,
            place,
        };
        self.record_handed(if rejects { "reject" } else { "resolve" }, &settlement.value, place, Some(promise), st);
        let Some(cell) = st.heap.get_mut(promise.0) else { return };
        let ObjectKind::Promise(state) = &mut cell.kind else { return };
        let same =
            |s: &Settlement| s.rejected == rejects && s.value == settlement.value && s.ready.same_as(settlement.ready);
        if state.settlements.len() >= MAX_SETTLEMENTS || state.settlements.iter().any(same) {
            return;
        }
        state.settlements.push(settlement.clone());
        for reaction in state.reactions.clone() {
            self.run_reaction(promise, &reaction, &settlement, st);
        }
    }

    /// A promise's state.
    pub(in crate::eval) fn promise_in<'s>(&self, id: ObjectId, st: &'s State) -> Option<&'s Promise> {
        match &st.heap.get(id.0)?.kind {
            ObjectKind::Promise(promise) => Some(promise),
            _ => None,
        }
    }

    /// Registers a reaction, and runs it for what has settled the promise already.
    fn react(&mut self, promise: ObjectId, reaction: Reaction, st: &mut State) {
        let Some(Object { kind: ObjectKind::Promise(state), .. }) = st.heap.get_mut(promise.0) else { return };
        state.reactions.push(reaction.clone());
        for settlement in state.settlements.clone() {
            self.run_reaction(promise, &reaction, &settlement, st);
        }
    }

    fn run_reaction(&mut self, promise: ObjectId, reaction: &Reaction, settlement: &Settlement, st: &mut State) {
        self.run.consumed.insert(promise);
        let handler = if settlement.rejected { &reaction.rejected } else { &reaction.resolved };
        let handler = handler.as_ref().or(reaction.either.as_ref());
        let passes = reaction.either.is_some() || handler.is_none();
        let may_be_called = |a: &Atom| matches!(a, Atom::Object(_) | Atom::Unknown(_));
        let callable = handler.filter(|h| h.atoms.iter().any(may_be_called));
        if let Some(handler) = callable {
            if settlement.outcome {
                self.run.waiters.insert(reaction.place);
            }
            let arguments = if reaction.either.is_some() { Vec::new() } else { vec![settlement.value.clone()] };
            let mut task = self.task(handler.clone(), Some(arguments), reaction.place, st);
            task.ready = stronger(reaction.ready.later(), settlement.ready);
            task.control = settlement.control.clone();
            if reaction.outcome {
                // It is not there where its arm was not taken.
                task.control = task.control.with_newer(&reaction.control);
            }
            task.trail = settlement.trail.clone();
            task.outcome |= settlement.outcome;
            task.answered |= settlement.answered;
            task.reacts = true;
            task.resolves = (!passes).then_some(reaction.next);
            self.schedule(task, st);
        }
        if passes || callable.is_none() {
            let passing = Passing { settlement: settlement.clone(), jobs: reaction.jobs };
            self.pass(reaction.next, passing, reaction.place, st);
        }
    }

    /// `promise.then(…)`, `.catch(…)`, `.finally(…)`.
    pub(in crate::eval) fn then(
        &mut self,
        promise: ObjectId,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Value {
        let mut arguments = arguments.into_iter();
        let (first, second) = (arguments.next(), arguments.next());
        let next = self.make_promise(place, st);
        let mut reaction = Reaction::passing(next, place, st);
        reaction.control = self.control_with_doubts(place, st);
        match name {
            "then" => (reaction.resolved, reaction.rejected) = (first, second),
            "catch" => reaction.rejected = first,
            _ => (reaction.either, reaction.jobs) = (first, FINALLY_JOBS),
        }
        self.react(promise, reaction, st);
        Value::object(next)
    }

    /// Notes the promise of a `then`, or of an `async` function, that is called in a statement of its own: nobody takes
    /// what the function returns.
    pub(in crate::eval) fn note_unwanted(&mut self, mut expr: ExprId, value: &Value, st: &State) {
        let script = self.script();
        loop {
            expr = match script.expr(expr) {
                Expr::Chain(inner) | Expr::Logical(_, _, inner) => inner,
                Expr::Conditional { then, otherwise, .. } => {
                    self.note_unwanted(then, value, st);
                    otherwise
                }
                Expr::Sequence(list) => match list.of(&script.expr_lists).last() {
                    Some(last) => *last,
                    None => return,
                },
                Expr::Call { callee, .. } => {
                    let reacts = match script.expr(callee) {
                        Expr::Member { key: PropertyKey::Name(key), .. } => {
                            matches!(&**script.name(key), "then" | "catch" | "finally")
                        }
                        _ => false,
                    };
                    // A call's own promise is nobody else's.
                    let place = self.place(expr);
                    let is_own =
                        |cell: &Object| matches!(cell.kind, ObjectKind::Promise(_)) && (reacts || cell.made == place);
                    let made = value.objects().filter(|id| st.heap.get(id.0).is_some_and(is_own));
                    self.run.unwanted.extend(made);
                    return;
                }
                _ => return,
            }
        }
    }

    /// `then` and its kin on a promise that is not at hand.
    pub(in crate::eval) fn unknown_then(
        &mut self,
        of: UnknownId,
        name: &str,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Value {
        let next = self.make_promise(place, st);
        let waits = self.may_wait_for_bridge(of);
        for (index, function) in arguments.into_iter().enumerate() {
            let fails = name == "catch" || index == 1;
            let answer = self.unknown(Origin::Answer(place)).tainted(Self::answer_taint(st));
            let mut task = self.task(function, Some(vec![answer]), place, st);
            if fails {
                task.control = task.control.push(Arm { condition: place, number: 0, kind: ArmKind::Server });
            }
            if waits {
                task.ready = task.ready.after_unknown(place);
                self.note_wait(of, place);
            }
            task.answered |= st.outcome;
            task.resolves = Some(next);
            self.schedule(task, st);
        }
        Value::object(next)
    }

    /// What a server's answer is to an outcome: only one that was asked for in it decides there.
    pub(in crate::eval) fn answer_taint(st: &State) -> Taint {
        if st.outcome { Taint::SERVER } else { Taint::NONE }
    }

    /// Records a value that is handed on: by `resolve`, `reject` or `throw`.
    pub(in crate::eval) fn record_handed(
        &mut self,
        how: &str,
        value: &Value,
        place: Place,
        promise: Option<ObjectId>,
        st: &State,
    ) {
        // What nobody knows, and no result flowed into, says nothing to whoever receives it.
        let says_nothing = |a: &Atom| match a {
            Atom::Undefined => true,
            Atom::Unknown(id) => !value.taint.of_result() && self.unknowns.partial_text(*id).is_none(),
            _ => false,
        };
        let nothing = how == "resolve" && value.atoms.iter().all(says_nothing);
        if !st.outcome || nothing || how == "resolve" && promise.is_some_and(|p| self.run.unwanted.contains(&p)) {
            return;
        }
        let mut effect = EffectEvent {
            channel: Channel::HandedOn,
            path: [how.into()].into(),
            handed: promise,
            ..self.effect_of(value, st)
        };
        self.add_fields(value, &mut effect, st);
        self.record(st, place, effect);
    }

    /// The texts among an object's own properties: `reject({msg: '…'})`, `new Error('…')`.
    pub(in crate::eval) fn add_fields(&self, value: &Value, effect: &mut EffectEvent, st: &State) {
        for id in value.objects() {
            let Some(cell) = self.object(st, id) else { continue };
            let is_result = matches!(cell.kind, ObjectKind::Result);
            effect.carries_result |= is_result;
            for slot in &cell.properties {
                // Of a result only what the code added speaks: the code itself says nothing to people.
                if is_result && is_result_field(&slot.key) {
                    continue;
                }
                effect.carries_result |= slot.value.taint.carries_result() || self.dumps_result(&slot.value, st);
                match slot.value.single() {
                    Some(Atom::Text(text)) if &*slot.key != "name" => effect.texts.push(Some(text.clone())),
                    Some(Atom::Bool(flag)) => effect.hints.push(format!("{}={flag}", slot.key).into()),
                    Some(Atom::Unknown(id)) => {
                        effect.texts.extend(self.unknowns.partial_text(*id).map(|t| Some(t.clone())));
                    }
                    _ => {}
                }
            }
        }
    }
}

impl Reaction {
    /// A reaction that does nothing but settle the next promise alike.
    fn passing(next: ObjectId, place: Place, st: &State) -> Self {
        Self {
            resolved: None,
            rejected: None,
            either: None,
            next,
            jobs: 1,
            ready: st.ready,
            control: st.control.clone(),
            outcome: st.outcome,
            place,
        }
    }
}

/// Whether a result has this field by itself.
fn is_result_field(key: &str) -> bool {
    APIS.iter().any(|api| api.result_field == key)
}
