//! Assignments.

use crate::eval::language::branch::Cause;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::ObjectId;
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};
use crate::ir::{AssignOp, BinaryOp, Expr, ExprId, LogicalOp, Ref, Target};

impl Machine<'_> {
    /// `target = value` and its kin.
    pub(in crate::eval) fn assign(
        &mut self,
        expr: ExprId,
        target: Target,
        op: AssignOp,
        value: ExprId,
        st: &mut State,
    ) -> Option<Value> {
        match op {
            AssignOp::Set => {
                let place = self.prepare(target, st)?;
                let value = self.eval(value, st)?;
                self.store(&place, value.clone(), expr, st);
                Some(value)
            }
            AssignOp::Binary(op) => {
                let place = self.prepare(target, st)?;
                let old = self.load(&place, expr, st)?;
                let right = self.eval(value, st)?;
                let value = self.binary(op, &old, &right, self.place(expr), st);
                self.store(&place, value.clone(), expr, st);
                Some(value)
            }
            AssignOp::Logical(op) => self.assign_logical(expr, target, op, value, st),
        }
    }

    fn assign_logical(
        &mut self,
        expr: ExprId,
        target: Target,
        op: LogicalOp,
        value: ExprId,
        st: &mut State,
    ) -> Option<Value> {
        let place = self.prepare(target, st)?;
        let old = self.load(&place, expr, st)?;
        let keeps = |machine: &Self, a: &Atom| match op {
            LogicalOp::Nullish => match a {
                Atom::Unknown(_) => None,
                _ => Some(!matches!(a, Atom::Undefined | Atom::Null)),
            },
            LogicalOp::Or => machine.truth_of(a),
            LogicalOp::And => machine.truth_of(a).map(|b| !b),
        };
        if old.atoms.iter().all(|a| keeps(self, a) == Some(true)) {
            return Some(old);
        }
        let mut kept = old.clone();
        kept.atoms.retain(|a| keeps(self, a) != Some(false));
        if kept.atoms.is_empty() {
            let new = self.eval(value, st)?;
            self.store(&place, new.clone(), expr, st);
            return Some(new);
        }
        let cause = Cause { open: old.taint, both: true, ..Cause::default() };
        let condition = self.place(expr);
        let mut other = self.enter_arm(st.clone(), condition, 1, &cause, None);
        if let Some(new) = self.eval(value, &mut other) {
            self.store(&place, new.clone(), expr, &mut other);
            *st = std::mem::take(st).join(other, self.overflow);
            kept.join(&new, self.overflow);
        }
        Some(kept)
    }

    /// `x++` and its kin.
    pub(in crate::eval) fn update(
        &mut self,
        expr: ExprId,
        target: Target,
        delta: i8,
        prefix: bool,
        st: &mut State,
    ) -> Option<Value> {
        let place = self.prepare(target, st)?;
        let old = self.load(&place, expr, st)?;
        let here = self.place(expr);
        let old = self.unary(crate::ir::UnaryOp::Plus, &old, here, st);
        let new = self.binary(BinaryOp::Add, &old, &Value::number(f64::from(delta)), here, st);
        self.store(&place, new.clone(), expr, st);
        Some(if prefix { new } else { old })
    }

    /// Evaluates what stands left of the `=`.
    fn prepare(&mut self, target: Target, st: &mut State) -> Option<Slot> {
        Some(match target {
            Target::Name(name, _) => Slot::Name(name),
            Target::Unknown => Slot::Nowhere,
            Target::Member(member) => {
                let Expr::Member { object, key, key_span, .. } = self.script().expr(member) else {
                    return Some(Slot::Nowhere);
                };
                let base = self.eval(object, st)?;
                let key = match self.key(key, None, st)? {
                    Ok(name) => Value::text(name),
                    Err(value) => value,
                };
                Slot::Member { base, key, span: key_span }
            }
        })
    }

    fn load(&mut self, slot: &Slot, expr: ExprId, st: &mut State) -> Option<Value> {
        match slot {
            Slot::Name(name) => Some(self.read(*name, st)),
            Slot::Member { base, key, span } => match key.as_text().cloned() {
                Some(name) => self.get(base, &name, self.here(*span), st),
                None => {
                    let place = self.place(expr);
                    Some(self.unknown(Origin::Dynamic(place)))
                }
            },
            Slot::Nowhere => Some(self.mixed(expr)),
        }
    }

    fn store(&mut self, slot: &Slot, value: Value, expr: ExprId, st: &mut State) {
        match slot {
            Slot::Name(Ref::Global(name)) => {
                let name = self.script().name(*name).clone();
                let place = self.place(expr);
                self.set_global(&name, value, place, st);
            }
            Slot::Name(name) => {
                if self.recorder.is_some() {
                    self.tell_write(*name, &value, self.place(expr), st);
                }
                self.note_stored_in(*name, &value, self.place(expr), st);
                self.write(*name, value, st);
            }
            Slot::Member { base, key, span } => {
                let whole = self.place(expr);
                let place = if base.objects().next().is_some() { self.here(*span) } else { whole };
                let place = if st.outcome { whole } else { place };
                self.note_opening_write(expr, key, st);
                self.set(base, key, value, place, st);
            }
            Slot::Nowhere => {}
        }
    }

    /// The prototype object of a function used as a constructor.
    pub(in crate::eval) fn prototype_of(&mut self, function: ObjectId, st: &mut State) -> Option<ObjectId> {
        let cell = self.object(st, function)?;
        if let Some(slot) = cell.own("prototype") {
            return slot.value.as_object();
        }
        let made = cell.made;
        let prototype = self.alloc(st, crate::eval::values::heap::Object::plain(made));
        self.link_prototype(function, prototype, made, st);
        Some(prototype)
    }

    /// Makes a function and its prototype object know each other.
    pub(in crate::eval) fn link_prototype(
        &self,
        function: ObjectId,
        prototype: ObjectId,
        place: crate::eval::Place,
        st: &mut State,
    ) {
        if let Some(cell) = st.heap.get_mut(function.0) {
            cell.put("prototype".into(), Value::object(prototype), place);
        }
        if let Some(cell) = st.heap.get_mut(prototype.0) {
            cell.put("constructor".into(), Value::object(function), place);
        }
    }
}

/// Where an assignment writes.
enum Slot {
    /// A name.
    Name(Ref),
    /// A property.
    Member { base: Value, key: Value, span: crate::ir::Span },
    /// Nobody knows where.
    Nowhere,
}
