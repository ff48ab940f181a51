//! Conditions whose values are wanted, too: `a && b`, `a || b` as expressions.

use crate::eval::language::branch::{Cause, Split};
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Value};
use crate::ir::{BinaryOp, Expr, ExprId, LogicalOp, UnaryOp};

impl Machine<'_> {
    /// Splits at a condition whose value is wanted, too (`a && b`).
    pub(in crate::eval) fn split_with_value(&mut self, test: ExprId, mut st: State) -> Option<Split<(State, Value)>> {
        let is_truth = match self.script().expr(test) {
            Expr::Unary(op, _) => op == UnaryOp::Not,
            Expr::Binary(op, ..) => gives_truth(op),
            _ => false,
        };
        if is_truth {
            let split = self.split(test, st)?;
            let taint = split.cause.open.with(split.cause.closed);
            let with = |b: bool| move |s: State| (s, Value::bool(b).tainted(taint));
            let (then, otherwise) = (split.then.map(with(true)), split.otherwise.map(with(false)));
            return Some(Split { then, otherwise, cause: split.cause });
        }
        if let Expr::Logical(op @ (LogicalOp::And | LogicalOp::Or), left, right) = self.script().expr(test) {
            return self.split_logical_with_value(op, left, right, st);
        }
        let value = self.eval(test, &mut st)?;
        let split = self.split_value(&value, test, st);
        self.tell_test(test, &split);
        let mut kept = |wanted: bool| {
            let mut kept = value.clone();
            kept.atoms.retain(|a| self.truth_of(a) != Some(!wanted));
            if !wanted {
                for atom in &mut kept.atoms {
                    if let Atom::Unknown(id) = atom {
                        *atom = self.falsy(*id);
                    }
                }
            }
            kept
        };
        Some(Split {
            then: split.then.map(|s| (s, kept(true))),
            otherwise: split.otherwise.map(|s| (s, kept(false))),
            cause: split.cause,
        })
    }

    /// What stands for an unknown that does not hold: of the bridge it is still known what it tested.
    fn falsy(&mut self, id: UnknownId) -> Atom {
        let of = if let Origin::Test { of, negated: false } = *self.unknowns.origin(id) { of } else { id };
        if self.is_bridge(of) {
            return Atom::Unknown(self.unknowns.make(Origin::Test { of, negated: false }));
        }
        match self.unknowns.origin(id) {
            Origin::Test { .. } | Origin::Equal { .. } => Atom::Bool(false),
            Origin::Falsy(_) => Atom::Unknown(id),
            _ => Atom::Unknown(self.unknowns.make(Origin::Falsy(id))),
        }
    }

    /// The same with the values of the whole in each arm.
    fn split_logical_with_value(
        &mut self,
        op: LogicalOp,
        left: ExprId,
        right: ExprId,
        st: State,
    ) -> Option<Split<(State, Value)>> {
        if !self.step() || !self.enter() {
            let place = self.place(left);
            let value = self.cut_off(place);
            let cause = Cause { both: true, ..Cause::default() };
            return Some(Split { then: Some((st.clone(), value.clone())), otherwise: Some((st, value)), cause });
        }
        let split = self.split_both(op, left, right, st);
        self.leave();
        split
    }

    fn split_both(&mut self, op: LogicalOp, left: ExprId, right: ExprId, st: State) -> Option<Split<(State, Value)>> {
        let is_and = op == LogicalOp::And;
        let first = self.split_with_value(left, st)?;
        let (go_on, stay) = if is_and { (first.then, first.otherwise) } else { (first.otherwise, first.then) };
        let second = go_on.and_then(|(state, _)| self.split_with_value(right, state));
        let Some(second) = second else {
            let (then, otherwise) = if is_and { (None, stay) } else { (stay, None) };
            return Some(Split { then, otherwise, cause: first.cause });
        };
        let join = |a: Option<(State, Value)>, b: Option<(State, Value)>| match (a, b) {
            (Some((a, mut v)), Some((b, w))) => {
                v.join(&w, self.overflow);
                Some((a.join(b, self.overflow), v))
            }
            (a, b) => a.or(b),
        };
        let (then, otherwise) = if is_and {
            (second.then, join(stay, second.otherwise))
        } else {
            (join(stay, second.then), second.otherwise)
        };
        let mut cause = first.cause.and(&second.cause);
        cause.both = then.is_some() && otherwise.is_some();
        Some(Split { then, otherwise, cause })
    }
}

/// Whether an operator gives `true` or `false`.
const fn gives_truth(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::LooseEq
            | BinaryOp::LooseNe
            | BinaryOp::StrictEq
            | BinaryOp::StrictNe
            | BinaryOp::Less
            | BinaryOp::LessEq
            | BinaryOp::Greater
            | BinaryOp::GreaterEq
            | BinaryOp::In
            | BinaryOp::InstanceOf
    )
}
