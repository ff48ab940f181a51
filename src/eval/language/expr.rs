//! Evaluating expressions. No value means that nothing runs on after them.

use std::sync::Arc;

use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::{Decision, State};
use crate::eval::values::convert::to_text;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind, PropertySlot};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{Argument, BinaryOp, Expr, ExprId, List, LogicalOp, NameId, PropertyKey, UnaryOp};

/// What an optional chain comes to.
pub(in crate::eval) enum Link {
    /// A value.
    Value(Value),
    /// A `?.` found nothing.
    Short,
}

impl Machine<'_> {
    /// Evaluates an expression.
    pub(in crate::eval) fn eval(&mut self, expr: ExprId, st: &mut State) -> Option<Value> {
        if !self.step() || !self.enter() {
            let place = self.place(expr);
            return Some(self.cut_off(place));
        }
        let value = self.eval_inner(expr, st);
        self.leave();
        if self.recorder.is_some() {
            self.tell_read(expr, value.as_ref()?, st);
        }
        value
    }

    fn eval_inner(&mut self, expr: ExprId, st: &mut State) -> Option<Value> {
        let script = self.script();
        Some(match script.expr(expr) {
            Expr::Undefined | Expr::Elision => Value::undefined(),
            Expr::Null => Atom::Null.into(),
            Expr::Bool(b) => Value::bool(b),
            Expr::Number(n) => Value::number(n),
            Expr::String(name) => Value::text(script.name(name).clone()),
            Expr::BigInt(_) | Expr::Unknown => self.mixed(expr),
            Expr::Hole(hole) => self.unknown(Origin::Hole(script.name(hole).clone())),
            Expr::Regex { pattern, flags } => self.regex_literal(expr, pattern, flags, st),
            Expr::Template(parts) => self.eval_template(expr, parts, st)?,
            Expr::Read(name) => {
                let value = self.read(name, st);
                match value.as_unknown() {
                    Some(id) => self.refined(id, st).tainted(value.taint),
                    None => value,
                }
            }
            Expr::This => self.frame().this.clone(),
            Expr::Super => self.super_object(st),
            Expr::Member { .. } | Expr::Call { .. } => match self.eval_link(expr, st)? {
                Link::Value(value) => value,
                Link::Short => Value::undefined(),
            },
            Expr::Chain(inner) => match self.eval_link(inner, st)? {
                Link::Value(value) => value,
                Link::Short => Value::undefined(),
            },
            Expr::New { callee, arguments } => self.eval_new(expr, callee, arguments, st)?,
            Expr::Array(elements) => self.array(expr, elements, st)?,
            Expr::Object(properties) => self.object_literal(expr, properties, st)?,
            Expr::Function(function) => Value::object(self.make_closure(function, st)),
            Expr::Class(class) => self.make_class(class, self.place(expr), st)?,
            Expr::Unary(op, operand) => self.eval_unary(expr, op, operand, st)?,
            Expr::Binary(..) => self.eval_binary(expr, st)?,
            Expr::Logical(op, left, right) => self.eval_logical(op, left, right, st)?,
            Expr::Conditional { test, then, otherwise } => self.eval_conditional(test, then, otherwise, st)?,
            Expr::Assign { target, op, value } => self.assign(expr, target, op, value, st)?,
            Expr::Update { target, delta, prefix } => self.update(expr, target, delta, prefix, st)?,
            Expr::Sequence(list) => self.eval_sequence(list, st)?,
            Expr::Await(inner) => {
                let value = self.eval(inner, st)?;
                self.wait_for(&value, self.place(expr), st)?
            }
            Expr::Yield(inner) => self.eval_yield(expr, inner, st)?,
            Expr::ImportCall(inner) => {
                let source = self.eval(inner, st)?;
                let name = source.as_text().cloned().unwrap_or_else(|| "".into());
                self.import_later(&name, self.place(expr), st)
            }
            Expr::Default { value, default } => self.eval_default(value, default, st)?,
            Expr::ObjectRest { object, excluded } => self.object_rest(expr, object, excluded, st)?,
            Expr::ArrayRest { array, from } => self.array_rest(expr, array, from, st)?,
        })
    }

    fn regex_literal(&mut self, expr: ExprId, pattern: NameId, flags: NameId, st: &mut State) -> Value {
        let script = self.script();
        let kind = ObjectKind::Regex { pattern: script.name(pattern).clone(), flags: script.name(flags).clone() };
        let made = self.place(expr);
        Value::object(self.alloc(st, Object::of(kind, made)))
    }

    fn eval_new(&mut self, expr: ExprId, callee: ExprId, arguments: List<Argument>, st: &mut State) -> Option<Value> {
        let (place, script) = (self.place(expr), self.frame().script);
        let (callee_place, written) = (self.place(callee), Some((script, arguments)));
        let callee = self.eval(callee, st)?;
        let arguments = self.arguments(arguments, st)?;
        let call = HostCall { callee: callee_place, written, ..HostCall::at(place) };
        self.construct(&callee, arguments, call, st)
    }

    fn eval_yield(&mut self, expr: ExprId, inner: ExprId, st: &mut State) -> Option<Value> {
        let value = self.eval(inner, st)?;
        if self.yield_waits() {
            return self.yielded(&value, self.place(expr), st);
        }
        // Whoever runs the generator may send anything.
        let seen = if st.outcome { Taint::RESULT } else { Taint::NONE };
        Some(self.mixed(expr).tainted(seen))
    }

    fn eval_template(&mut self, expr: ExprId, parts: List<ExprId>, st: &mut State) -> Option<Value> {
        let script = self.script();
        let mut values = Vec::with_capacity(parts.len());
        for part in parts.of(&script.expr_lists) {
            values.push(self.eval(*part, st)?);
        }
        Some(self.concat(&values, self.place(expr), st))
    }

    fn eval_sequence(&mut self, list: List<ExprId>, st: &mut State) -> Option<Value> {
        let script = self.script();
        let mut last: Option<(ExprId, Value)> = None;
        for item in list.of(&script.expr_lists) {
            if let Some((before, unused)) = last.take() {
                self.note_unwanted(before, &unused, st);
            }
            last = Some((*item, self.eval(*item, st)?));
        }
        Some(last.map_or_else(Value::undefined, |(_, value)| value))
    }

    pub(in crate::eval) fn mixed(&mut self, expr: ExprId) -> Value {
        let place = self.place(expr);
        self.unknown(Origin::Mixed(place))
    }

    /// Evaluates a link of a chain: a member, a call, or where the chain begins.
    pub(in crate::eval) fn eval_link(&mut self, expr: ExprId, st: &mut State) -> Option<Link> {
        match self.script().expr(expr) {
            Expr::Member { object, key, optional, key_span } => {
                let base = match self.eval_nested(object, st)? {
                    Link::Value(value) => value,
                    Link::Short => return Some(Link::Short),
                };
                if optional && is_nullish(&base) {
                    return Some(Link::Short);
                }
                let value = match self.key(key, Some(&base), st)? {
                    Ok(name) => self.get(&base, &name, self.here(key_span), st)?,
                    Err(computed) => self.look_up(&base, &computed, expr, st)?,
                };
                Some(Link::Value(value))
            }
            Expr::Call { callee, arguments, optional } => self.eval_call(expr, callee, arguments, optional, st),
            _ => Some(Link::Value(self.eval(expr, st)?)),
        }
    }

    /// The same for what is left of a dot: one step, one level.
    pub(in crate::eval) fn eval_nested(&mut self, expr: ExprId, st: &mut State) -> Option<Link> {
        if !matches!(self.script().expr(expr), Expr::Member { .. } | Expr::Call { .. }) {
            return Some(Link::Value(self.eval(expr, st)?));
        }
        if !self.step() || !self.enter() {
            let place = self.place(expr);
            return Some(Link::Value(self.cut_off(place)));
        }
        let link = self.eval_link(expr, st);
        self.leave();
        link
    }

    /// A key's name, or its value where that is computed; with what is looked up by it, where that is known.
    pub(in crate::eval) fn key(
        &mut self,
        key: PropertyKey,
        of: Option<&Value>,
        st: &mut State,
    ) -> Option<Result<Arc<str>, Value>> {
        Some(match key {
            PropertyKey::Name(name) => Ok(self.script().name(name).clone()),
            PropertyKey::Private(name) => Ok(format!("#{}", self.script().name(name)).into()),
            PropertyKey::Computed(expr) => {
                let value = self.eval(expr, st)?;
                self.note_key(&value, of, st);
                match value.single().and_then(to_text) {
                    Some(text) if !value.taint.has(Taint::BY_CODE) => Ok(text),
                    _ => Err(value),
                }
            }
        })
    }

    /// `table[key]`: a key that the result decides is a decision of its own.
    fn look_up(&mut self, base: &Value, key: &Value, expr: ExprId, st: &mut State) -> Option<Value> {
        let place = self.place(expr);
        if st.outcome {
            base.objects().for_each(|id| self.open_if_growing(id, st));
        }
        let mut out: Option<Value> = None;
        for atom in &key.atoms {
            let found = match to_text(atom) {
                Some(name) if key.taint.has(Taint::BY_CODE) && self.is_table_without(base, &name, st) => {
                    Value::undefined()
                }
                Some(name) => self.get(base, &name, place, st)?,
                None => self.unknown_element(base, atom, place, st),
            };
            match &mut out {
                Some(out) => out.join(&found, self.overflow),
                None => out = Some(found),
            }
        }
        if key.taint.has(Taint::BY_CODE) && base.objects().next().is_some() {
            st.trail = st.trail.push(Decision { condition: place, arm: Some(place), number: 0, lookup: true });
            let found = key.as_text().and_then(|name| self.number_of_property(base, name, st));
            self.run.lookups.push((place, found.unwrap_or_default()));
        }
        let chosen = if key.taint.has(Taint::BY_CODE) { Taint::CHOSEN } else { Taint::NONE };
        let out = out.unwrap_or_else(Value::undefined);
        if key.taint.of_result() {
            self.tell_look_up(key, &out, place, st);
        }
        // What an unknown table holds for the code depends on the code.
        let depends = key.taint.has(Taint::RESULT) || (key.taint.of_result() && out.may_be_unknown());
        let undecided = if depends { Taint::RESULT } else { Taint::NONE };
        let server = if key.taint.has(Taint::SERVER) { Taint::SERVER } else { Taint::NONE };
        Some(out.tainted(chosen).tainted(undecided).tainted(server).tainted(base.taint))
    }

    /// Which of an object's own properties has this name, counted from 1.
    fn number_of_property(&self, table: &Value, name: &str, st: &State) -> Option<u32> {
        let cell = self.object(st, table.as_object()?)?;
        u32::try_from(cell.properties.iter().position(|slot| &*slot.key == name)? + 1).ok()
    }

    /// Whether a table of constants that others may add to, such as a compiled enum, has nothing for a code: those who
    /// add to it add names.
    fn is_table_without(&self, table: &Value, code: &str, st: &State) -> bool {
        let Some(id) = table.as_object().filter(|id| self.page_objects.contains(id)) else { return false };
        self.object(st, id).is_some_and(|cell| is_table_of_constants(cell) && cell.own(code).is_none())
    }

    /// `table[unknown]`: one of its values where the key can only be an undocumented code, else unknown.
    pub(in crate::eval) fn unknown_element(
        &mut self,
        base: &Value,
        key: &Atom,
        place: crate::eval::Place,
        st: &State,
    ) -> Value {
        let Atom::Unknown(key) = key else { return self.unknown(Origin::Dynamic(place)) };
        let Some((id, cell)) = base.as_object().and_then(|id| Some((id, self.object(st, id)?))) else {
            return self.unknown(Origin::Dynamic(place));
        };
        let closed = !cell.open || self.page_objects.contains(&id) && is_table_of_constants(cell);
        if closed && cell.prototype.is_none() && self.has_other_keys(cell, &Atom::Unknown(*key), st) {
            return Value::undefined();
        }
        // Which of a table's functions is called is as good as a chain of conditions.
        let is_function = |p: &PropertySlot| !p.getter && p.value.single().is_some_and(|a| self.is_callable(st, a));
        let functions = matches!(cell.kind, ObjectKind::Plain) && cell.properties.iter().all(is_function);
        if functions && !cell.open && cell.prototype.is_none() && !cell.properties.is_empty() {
            let mut one = Value::undefined();
            cell.properties.iter().for_each(|p| one.join(&p.value, self.overflow));
            return one;
        }
        self.unknown(Origin::Dynamic(place))
    }

    /// Whether an unknown key is surely none of an object's own.
    pub(in crate::eval) fn has_no_such_key(&self, cell: &Object, key: &Atom, st: &State) -> bool {
        !cell.open && self.has_other_keys(cell, key, st)
    }

    fn has_other_keys(&self, cell: &Object, key: &Atom, st: &State) -> bool {
        let excluded = |p: &PropertySlot| self.equal(key, &Atom::Text(p.key.clone()), true, st) == Some(false);
        // An object as a key is the text that it is made.
        let is_text = !matches!(key, Atom::Object(_));
        is_text && !matches!(cell.kind, ObjectKind::Result) && cell.properties.iter().all(excluded)
    }

    /// The properties of an object that a key which is not known may be.
    fn keys_among(&self, id: ObjectId, key: &Value, st: &State) -> Vec<Arc<str>> {
        let Some(cell) = self.object(st, id) else { return Vec::new() };
        let may_be = |name: &Arc<str>| {
            let name = Atom::Text(name.clone());
            key.atoms.iter().any(|atom| self.equal(atom, &name, true, st) != Some(false))
        };
        cell.properties.iter().map(|slot| slot.key.clone()).filter(may_be).collect()
    }

    fn eval_unary(&mut self, expr: ExprId, op: UnaryOp, operand: ExprId, st: &mut State) -> Option<Value> {
        if op == UnaryOp::Delete {
            return self.delete(operand, st);
        }
        let place = self.place(expr);
        let of_tests = matches!(self.script().expr(operand), Expr::Logical(LogicalOp::And | LogicalOp::Or, ..));
        if op == UnaryOp::Not && of_tests && !st.outcome {
            // Which of the tests held matters to what is known of the bridge.
            let before = st.ready;
            let split = self.split_with_value(expr, std::mem::take(st))?;
            return self.merge_arms(before, (&split.cause, place), split.then, split.otherwise, st);
        }
        let value = self.eval(operand, st)?;
        if op != UnaryOp::Not {
            return Some(self.unary(op, &value, place, st));
        }
        self.note_state_test(&value);
        Some(self.not(&value, place))
    }

    fn delete(&mut self, operand: ExprId, st: &mut State) -> Option<Value> {
        if let Expr::Member { object, key, .. } = self.script().expr(operand) {
            let base = self.eval(object, st)?;
            let key = self.key(key, None, st)?;
            let exact = base.single().is_some();
            let key = key.or_else(|value| value.single().and_then(to_text).ok_or(value));
            for id in base.objects() {
                let removed = match &key {
                    Ok(key) => vec![key.clone()],
                    Err(key) => self.keys_among(id, key, st),
                };
                let Some(cell) = st.heap.get_mut(id.0) else { continue };
                for name in removed {
                    if exact && key.is_ok() {
                        cell.remove(&name);
                    } else {
                        cell.may_remove(&name, self.overflow);
                    }
                }
            }
        }
        Some(Value::bool(true))
    }

    /// Chains of operators lean to the left and may be long: they are taken by a loop.
    fn eval_binary(&mut self, expr: ExprId, st: &mut State) -> Option<Value> {
        let script = self.script();
        let mut spine: Vec<(ExprId, BinaryOp, ExprId)> = Vec::new();
        let mut at = expr;
        while let Expr::Binary(op, left, right) = script.expr(at) {
            spine.push((at, op, right));
            at = left;
        }
        let mut left = self.eval(at, st)?;
        for (whole, op, right) in spine.into_iter().rev() {
            let right = self.eval(right, st)?;
            left = self.binary(op, &left, &right, self.place(whole), st);
        }
        Some(left)
    }
}

/// Whether an object at hand holds texts and numbers and nothing else.
fn is_table_of_constants(cell: &Object) -> bool {
    let constant = |p: &PropertySlot| p.value.atoms.iter().all(|a| matches!(a, Atom::Text(_) | Atom::Number(_)));
    matches!(cell.kind, ObjectKind::Plain) && !cell.properties.is_empty() && cell.properties.iter().all(constant)
}

/// Whether a value is surely `undefined` or `null`.
pub(in crate::eval) fn is_nullish(value: &Value) -> bool {
    value.atoms.iter().all(|a| matches!(a, Atom::Undefined | Atom::Null))
}
