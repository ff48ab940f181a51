//! Expressions that run one of their operands or another: `&&`, `||`, `??`, `?:`, defaults.

use crate::eval::language::branch::Cause;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::convert::truthy;
use crate::eval::values::heap::ObjectKind;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Value};
use crate::ir::{AssignOp, Expr, ExprId, LogicalOp, PropertyKey, Ref, Target};

impl Machine<'_> {
    pub(in crate::eval) fn eval_logical(
        &mut self,
        op: LogicalOp,
        left: ExprId,
        right: ExprId,
        st: &mut State,
    ) -> Option<Value> {
        if op == LogicalOp::Nullish {
            return self.eval_nullish(left, right, st);
        }
        if op == LogicalOp::Or && self.is_first_of_page(left, right, st) {
            return self.open_object(right, st);
        }
        if op == LogicalOp::Or && self.is_super_call(left, right) {
            let made = self.eval(left, st)?;
            return Some(self.made_or_this(made, st));
        }
        if op == LogicalOp::Or && self.has_iterator_by_name(right, st)? {
            return Some(Value::undefined());
        }
        let is_and = op == LogicalOp::And;
        let before = st.ready;
        let split = self.split_with_value(left, std::mem::take(st))?;
        let (go_on, stay) = if is_and { (split.then, split.otherwise) } else { (split.otherwise, split.then) };
        let number = u32::from(is_and);
        let arm = self.place(right);
        let place = self.place(left);
        let ran = go_on.and_then(|(state, _)| {
            let mut state = self.enter_arm(state, place, number, &split.cause, Some(arm));
            let value = self.eval(right, &mut state)?;
            Some((state, value.tainted(split.cause.control_taint())))
        });
        let stayed = stay.map(|(state, value)| (self.enter_arm(state, place, 1 - number, &split.cause, None), value));
        self.merge_arms(before, (&split.cause, place), ran, stayed, st)
    }

    /// `Code || {}`, `Code || (Code = {})` where the page's `var Code` is nothing yet: compiled enums and namespaces.
    fn is_first_of_page(&mut self, left: ExprId, right: ExprId, st: &mut State) -> bool {
        let script = self.script();
        let Expr::Read(name @ Ref::Binding(_)) = script.expr(left) else { return false };
        let made = match script.expr(right) {
            Expr::Assign { target: Target::Name(again, _), op: AssignOp::Set, value } if again == name => value,
            _ => right,
        };
        if !matches!(script.expr(made), Expr::Object(properties) if properties.is_empty()) {
            return false;
        }
        let value = self.read(name, st);
        let is_placeholder = |id: UnknownId| matches!(self.unknowns.origin(id), Origin::Global(_));
        let nothing = |a: &Atom| matches!(a, Atom::Undefined | Atom::Null);
        value.atoms.iter().any(nothing)
            && value.atoms.iter().all(|a| nothing(a) || matches!(a, Atom::Unknown(id) if is_placeholder(*id)))
    }

    /// `list[Symbol.iterator] || list["@@iterator"]`, as compilers' helpers ask: lists at hand are gone through by number,
    /// as in browsers that know no iterators.
    fn has_iterator_by_name(&mut self, right: ExprId, st: &mut State) -> Option<bool> {
        let Expr::Member { object, key: PropertyKey::Name(name), .. } = self.script().expr(right) else {
            return Some(false);
        };
        if &**self.script().name(name) != "@@iterator" || !matches!(self.script().expr(object), Expr::Read(_)) {
            return Some(false);
        }
        let list = self.eval(object, st)?;
        let kind = list.as_object().and_then(|id| self.object(st, id)).map(|cell| &cell.kind);
        Some(matches!(kind, Some(ObjectKind::Array | ObjectKind::Collection(_))))
    }

    /// An object to which scripts that are not at hand may have given more.
    fn open_object(&mut self, made: ExprId, st: &mut State) -> Option<Value> {
        let value = self.eval(made, st)?;
        if let Some((id, cell)) = value.as_object().and_then(|id| Some((id, st.heap.get_mut(id.0)?))) {
            cell.open = true;
            self.page_objects.insert(id);
        }
        Some(value)
    }

    fn eval_nullish(&mut self, left: ExprId, right: ExprId, st: &mut State) -> Option<Value> {
        let value = self.eval(left, st)?;
        let nullish = |a: &Atom| matches!(a, Atom::Undefined | Atom::Null);
        if value.atoms.iter().all(nullish) {
            return Some(self.eval(right, st)?.tainted(value.taint));
        }
        if !value.atoms.iter().any(|a| nullish(a) || matches!(a, Atom::Unknown(_))) {
            return Some(value);
        }
        let cause = Cause { open: value.taint, both: true, ..Cause::default() };
        let place = self.place(left);
        let mut other = self.enter_arm(st.clone(), place, 1, &cause, None);
        let mut out = value.clone();
        out.atoms.retain(|a| !nullish(a));
        if let Some(default) = self.eval(right, &mut other) {
            *st = std::mem::take(st).join(other, self.overflow);
            if out.atoms.is_empty() {
                return Some(default.tainted(value.taint));
            }
            out.join(&default, self.overflow);
        }
        Some(out)
    }

    pub(in crate::eval) fn eval_conditional(
        &mut self,
        test: ExprId,
        then: ExprId,
        otherwise: ExprId,
        st: &mut State,
    ) -> Option<Value> {
        let before = st.ready;
        let split = self.split(test, std::mem::take(st))?;
        let place = self.place(test);
        let run = |machine: &mut Self, state: Option<State>, number: u32, arm: ExprId| {
            let arm_place = machine.place(arm);
            let mut state = machine.enter_arm(state?, place, number, &split.cause, Some(arm_place));
            let value = machine.eval(arm, &mut state)?;
            Some((state, value.tainted(split.cause.control_taint())))
        };
        let yes = run(self, split.then, 1, then);
        let no = run(self, split.otherwise, 0, otherwise);
        self.merge_arms(before, (&split.cause, place), yes, no, st)
    }

    pub(in crate::eval) fn eval_default(&mut self, value: ExprId, default: ExprId, st: &mut State) -> Option<Value> {
        let found = self.eval(value, st)?;
        let is_undefined = |a: &Atom| matches!(a, Atom::Undefined);
        if found.atoms.iter().all(is_undefined) {
            return Some(self.eval(default, st)?.tainted(found.taint));
        }
        let may_be_undefined = |a: &Atom| self.equal(a, &Atom::Undefined, true, st) != Some(false);
        if !found.atoms.iter().any(may_be_undefined) {
            return Some(found);
        }
        let mut out = found.clone();
        out.atoms.retain(|a| !is_undefined(a));
        let place = self.place(default);
        let cause = Cause { open: found.taint, both: true, ..Cause::default() };
        let mut other = self.enter_arm(st.clone(), place, 1, &cause, None);
        if let Some(default) = self.eval(default, &mut other) {
            *st = std::mem::take(st).join(other, self.overflow);
            out.join(&default, self.overflow);
        }
        Some(out)
    }
}

/// Whether a value surely holds in a condition, or surely doesn't.
pub(in crate::eval) fn decided(value: &Value) -> Option<bool> {
    let mut all = value.atoms.iter().map(truthy);
    let first = all.next()??;
    all.all(|b| b == Some(first)).then_some(first)
}
