//! Calls: what is called, with which `this`, and functions of the code at hand.

use std::sync::Arc;

use crate::eval::Place;
use crate::eval::builtins::is_method;
use crate::eval::language::branch::Cause;
use crate::eval::language::expr::{Link, is_nullish};
use crate::eval::language::frame::Exit;
use crate::eval::language::member::Found;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{Argument, Expr, ExprId, List};

impl Machine<'_> {
    /// Evaluates a call.
    pub(in crate::eval) fn eval_call(
        &mut self,
        expr: ExprId,
        callee: ExprId,
        arguments: List<Argument>,
        optional: bool,
        st: &mut State,
    ) -> Option<Link> {
        let place = self.place(expr);
        let callee_place = self.place(callee);
        if matches!(self.script().expr(callee), Expr::Super) {
            let arguments = self.arguments(arguments, st)?;
            let value = self.call_super(arguments, place, st)?;
            return Some(Link::Value(value));
        }
        if let Some(value) = self.call_runtime(expr, callee, arguments, st) {
            return Some(Link::Value(value?));
        }
        if let Some(value) = self.call_chunk(expr, callee, arguments, st) {
            return Some(Link::Value(value?));
        }
        let method = self.method_call(callee, st)?;
        let (function, this, skipped) = match method {
            Callee::Short => return Some(Link::Short),
            Callee::BuiltIn { receiver, name } => {
                let written = Some((self.frame().script, arguments));
                let arguments = self.arguments(arguments, st)?;
                if self.is_function_method(&receiver, &name, st) {
                    let written_callee = Some((self.frame().script, callee));
                    let call = HostCall { callee: callee_place, written, written_callee, ..HostCall::at(place) };
                    return self.call_function_method(&receiver, &name, arguments, call, st).map(Link::Value);
                }
                let value = self.call_method(&receiver, &name, arguments, place, st)?;
                return Some(Link::Value(value));
            }
            Callee::Value { function, this, optional } => (function, this, optional),
        };
        if optional && is_nullish(&function) {
            return Some(Link::Short);
        }
        let written = Some((self.frame().script, arguments));
        let may_skip = optional && function.atoms.iter().any(|a| may_be_nullish(a) && self.truth_of(a) != Some(true));
        let (mut arguments, open) = if may_skip && !arguments.is_empty() {
            self.arguments_of_optional(&function, arguments, callee_place, st)?
        } else {
            self.arguments_and_end(arguments, st)?
        };
        if open {
            self.fill_up(&function, &mut arguments, place, st);
        }
        let written_callee = Some((self.frame().script, callee));
        let call = HostCall { place, callee: callee_place, optional: optional || skipped, written_callee, written };
        let value = self.call_any(&function, this, arguments, call, st)?;
        Some(Link::Value(value))
    }

    /// The arguments of `f?.(…)` where nobody knows whether there is a function: then they are not asked for.
    fn arguments_of_optional(
        &mut self,
        function: &Value,
        arguments: List<Argument>,
        callee: Place,
        st: &mut State,
    ) -> Option<(Vec<Value>, bool)> {
        let before = st.clone();
        let cause = Cause { open: function.taint, both: true, ..Cause::default() };
        let part = Self::enter_part(st, callee, 1, &cause);
        let given = self.arguments_and_end(arguments, st);
        part.leave(st);
        *st = std::mem::take(st).join(before, self.overflow);
        given
    }

    /// Finds what a callee is: a method of a built-in value is called at once, without being made an object.
    fn method_call(&mut self, callee: ExprId, st: &mut State) -> Option<Callee> {
        let Expr::Member { object, key, optional, key_span } = self.script().expr(callee) else {
            return Some(match self.eval_nested(callee, st)? {
                Link::Value(function) => Callee::Value { function, this: Value::undefined(), optional: false },
                Link::Short => Callee::Short,
            });
        };
        let base = match self.eval_nested(object, st)? {
            Link::Value(value) => value,
            Link::Short => return Some(Callee::Short),
        };
        if optional && is_nullish(&base) {
            return Some(Callee::Short);
        }
        // `a?.b.c()`: the question mark may stand further left in the chain.
        let optional = optional || self.has_question_mark(object);
        let function = match self.key(key, Some(&base), st)? {
            Ok(name) => {
                if let Some(atom) = base.single().filter(|_| is_method(&name))
                    && self.is_built_in(atom, &name, st)
                {
                    return Some(Callee::BuiltIn { receiver: base, name });
                }
                let place = self.here(key_span);
                self.get(&base, &name, place, st)?
            }
            Err(computed) => {
                let place = self.place(callee);
                let mut found: Option<Value> = None;
                for atom in &computed.atoms {
                    let one = match crate::eval::values::convert::to_text(atom) {
                        Some(name) => self.get(&base, &name, self.here(key_span), st)?,
                        None => self.unknown_element(&base, atom, place, st),
                    };
                    match &mut found {
                        Some(f) => f.join(&one, self.overflow),
                        None => found = Some(one),
                    }
                }
                found.unwrap_or_else(Value::undefined).tainted(computed.taint)
            }
        };
        Some(Callee::Value { function, this: base, optional })
    }

    fn has_question_mark(&self, expr: ExprId) -> bool {
        let script = self.script();
        let mut at = expr;
        loop {
            match script.expr(at) {
                Expr::Member { optional: true, .. } | Expr::Call { optional: true, .. } => return true,
                Expr::Member { object, .. } => at = object,
                Expr::Call { callee, .. } => at = callee,
                _ => return false,
            }
        }
    }

    fn is_built_in(&self, atom: &Atom, name: &str, st: &State) -> bool {
        match atom {
            Atom::Text(_) | Atom::Number(_) | Atom::Bool(_) => true,
            Atom::Unknown(id) => name == "concat" && self.unknowns.partial_text(*id).is_some(),
            Atom::Object(id) => {
                matches!(self.find(*id, name, st), Found::Nothing) || self.is_array_method(*id, name, st)
            }
            _ => false,
        }
    }

    fn is_array_method(&self, id: ObjectId, name: &str, st: &State) -> bool {
        self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Array) && o.own(name).is_none())
    }

    /// Calls a value from code that is no call expression.
    pub(in crate::eval) fn call_value(
        &mut self,
        function: &Value,
        this: Value,
        arguments: Vec<Value>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        self.call_any(function, this, arguments, HostCall::at(place), st)
    }

    /// Calls each thing that a callee may be, and joins what comes of it.
    pub(in crate::eval) fn call_any(
        &mut self,
        function: &Value,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        if let Some(atom) = function.single() {
            let value = self.call_atom(atom, function.taint, this, arguments, call, st)?;
            return Some(value.tainted(function.taint));
        }
        let candidates: Vec<&Atom> =
            function.atoms.iter().filter(|a| matches!(a, Atom::Object(_) | Atom::Unknown(_))).collect();
        let several = candidates.len() > 1;
        let before = st.clone();
        let mut results = Vec::new();
        for (i, atom) in candidates.into_iter().enumerate() {
            let mut state = before.clone();
            if several {
                let kind = if function.taint.of_result() {
                    ArmKind::Undecided(crate::eval::values::unknown::Reason::Escaped, call.place)
                } else if function.taint.has(Taint::SERVER) {
                    ArmKind::Server
                } else {
                    ArmKind::Either
                };
                state.control = state.control.push(Arm { condition: call.callee, number: i as u32 + 2, kind });
            }
            let value = self.call_atom(atom, function.taint, this.clone(), arguments.clone(), call, &mut state);
            results.extend(value.map(|value| Exit { state, value, place: call.place }));
        }
        if results.is_empty() && !several {
            return Some(self.call_nothing(&this, &arguments, call, st).tainted(function.taint));
        }
        let joined = self.join_exits(results)?;
        *st = joined.state;
        Some(joined.value.tainted(function.taint))
    }

    fn call_atom(
        &mut self,
        function: &Atom,
        taint: Taint,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        match function {
            Atom::Unknown(id) => self.call_unknown(*id, this, arguments, taint, call, st),
            Atom::Object(id) => self.call_object(*id, this, arguments, call, st),
            _ => Some(self.call_nothing(&this, &arguments, call, st)),
        }
    }

    /// Calls what is no function as far as is known: what it gives may depend on all that it is given.
    fn call_nothing(&mut self, this: &Value, arguments: &[Value], call: HostCall, st: &mut State) -> Value {
        self.escape_all(arguments, call.place, false, st);
        let taint = self.result_taint(arguments, st).with(self.result_taint(std::slice::from_ref(this), st));
        self.unknown(Origin::Call(call.place, None)).tainted(taint)
    }

    fn call_object(
        &mut self,
        id: ObjectId,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let Some(object) = self.object(st, id) else { return Some(Value::undefined()) };
        match object.kind.clone() {
            ObjectKind::Closure(closure) => self.call_closure(&closure, this, arguments, call, st),
            ObjectKind::Bound { target, this, arguments: first } => {
                let arguments = first.iter().cloned().chain(arguments).collect();
                self.call_any(&target, this, arguments, call, st)
            }
            ObjectKind::Settler { promise, rejects } => {
                let value = arguments.into_iter().next().unwrap_or_else(Value::undefined);
                self.settle_by_call(promise, rejects, value, call.place, st);
                Some(Value::undefined())
            }
            ObjectKind::UseStore(store) => Some(Value::object(store)),
            ObjectKind::Action { function, options, gives } => {
                self.run_action((&function, options, gives), arguments, call, st)
            }
            ObjectKind::StoreCall { options, acts } => self.call_store(options, acts, arguments, call.place, st),
            ObjectKind::Method { receiver, name } if &*name == "toString" && self.is_plain(&receiver, st) => {
                // `{}.toString.call(value)`
                Some(self.object_tag(&this, call.place, st))
            }
            ObjectKind::Method { receiver, name } => {
                // A method taken off its object works on whatever `this` it gets; where that may be several things, each has
                // its own.
                let own = receiver.single().is_some_and(|own| this.atoms.contains(own));
                let receiver = if is_nullish(&this) || own { receiver.tainted(this.taint) } else { this };
                self.call_method(&receiver, &name, arguments, call.place, st)
            }
            ObjectKind::Part(part) => self.call_part((id, &part), this, arguments, call, st),
            _ => {
                self.escape_all(&arguments, call.place, false, st);
                Some(self.unknown(Origin::Call(call.place, None)))
            }
        }
    }

    fn is_plain(&self, value: &Value, st: &State) -> bool {
        let cell = value.as_object().and_then(|id| self.object(st, id));
        cell.is_some_and(|cell| matches!(cell.kind, ObjectKind::Plain))
    }

    /// A call's arguments where an array holds them (`apply`), for a function that is about to be called.
    pub(in crate::eval) fn arguments_of(
        &mut self,
        list: &Value,
        function: &Value,
        place: Place,
        st: &mut State,
    ) -> Vec<Value> {
        let mut elements = Vec::new();
        if !is_nullish(list) && !self.spread_into(&mut elements, list, place, st) {
            self.fill_up(function, &mut elements, place, st);
        }
        elements
    }

    /// Gives a function that is about to be called, with a list of which the end is not known, an unknown for each
    /// parameter that is left.
    fn fill_up(&mut self, function: &Value, arguments: &mut Vec<Value>, place: Place, st: &State) {
        let Some((script, id)) = function.single().and_then(|atom| self.function_of(atom, st)) else { return };
        let taint = arguments.last().map_or(Taint::NONE, |last| last.taint);
        let wanted = self.project.script(script).function(id).params.len();
        while arguments.len() < wanted {
            arguments.push(self.unknown(Origin::Element(place)).tainted(taint));
        }
        self.called_by_nobody = Some((script, id));
    }

    /// Whether a method is what every function has, to be called by.
    fn is_function_method(&self, receiver: &Value, name: &str, st: &State) -> bool {
        matches!(name, "call" | "apply") && receiver.single().is_some_and(|atom| self.is_callable(st, atom))
    }

    /// `f.call(this, …)`, `f.apply(this, […])`, `f.bind(this, …)` for whatever `f` is.
    pub(in crate::eval) fn call_function_method(
        &mut self,
        function: &Value,
        name: &str,
        mut arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let this = if arguments.is_empty() { Value::undefined() } else { arguments.remove(0) };
        match name {
            "call" => self.call_any(function, this, arguments, call, st),
            "apply" => {
                let list = arguments.into_iter().next().unwrap_or_else(Value::undefined);
                let arguments = self.arguments_of(&list, function, call.place, st);
                self.call_any(function, this, arguments, call, st)
            }
            _ => {
                let kind = ObjectKind::Bound { target: function.clone(), this, arguments: Self::shared(arguments) };
                Some(Value::object(self.alloc(st, Object::of(kind, call.place))))
            }
        }
    }
}

fn may_be_nullish(atom: &Atom) -> bool {
    matches!(atom, Atom::Undefined | Atom::Null | Atom::Unknown(_))
}

/// What a callee turned out to be.
enum Callee {
    /// A `?.` found nothing.
    Short,
    /// A method of a built-in value.
    BuiltIn { receiver: Value, name: Arc<str> },
    /// A value to call, with its `this`.
    Value { function: Value, this: Value, optional: bool },
}
