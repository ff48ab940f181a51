//! Assignments and `++`: what they write, and what they read before.

use swc_ecma_ast::{self as tree, AssignTarget, AssignTargetPat};

use super::Lowerer;
use super::operators::assign_op;
use super::patterns::Shape;
use crate::ir::{AssignOp, Expr, ExprId, NameId, PropertyKey, Ref, Target, Write};

impl Lowerer<'_> {
    pub(super) fn assign(&mut self, assign: &tree::AssignExpr) -> ExprId {
        let span = self.span(assign.span);
        let target = match &assign.left {
            AssignTarget::Simple(target) => target,
            AssignTarget::Pat(pattern) => {
                let value = self.expr(&assign.right);
                return match pattern {
                    AssignTargetPat::Array(array) => self.assign_by_sequence(Shape::Array(array), value, span),
                    AssignTargetPat::Object(object) => self.assign_by_sequence(Shape::Object(object), value, span),
                    AssignTargetPat::Invalid(_) => value,
                };
            }
        };
        let op = assign_op(assign.op);
        let target = self.simple_target(target);
        let value = self.expr_named(&assign.right, self.hint_of(target));
        if op == AssignOp::Set {
            self.note_write(target, Write::Value(value));
        } else {
            self.note_read(target);
            self.note_write(target, Write::Other);
        }
        self.push(Expr::Assign { target, op, value }, span)
    }

    /// The name that a function gets from being assigned.
    fn hint_of(&self, target: Target) -> Option<NameId> {
        match target {
            Target::Name(Ref::Binding(binding), _) => Some(self.script.binding(binding).name),
            Target::Name(Ref::Global(name), _) => Some(name),
            Target::Member(member) => match self.script.expr(member) {
                Expr::Member { key: PropertyKey::Name(name) | PropertyKey::Private(name), .. } => Some(name),
                _ => None,
            },
            Target::Unknown => None,
        }
    }

    pub(super) fn update(&mut self, update: &tree::UpdateExpr) -> ExprId {
        let target = self.target(&update.arg);
        self.note_read(target);
        self.note_write(target, Write::Other);
        let delta = if update.op == tree::UpdateOp::PlusPlus { 1 } else { -1 };
        let span = self.span(update.span);
        self.push(Expr::Update { target, delta, prefix: update.prefix }, span)
    }

    fn note_read(&mut self, target: Target) {
        if let Target::Name(Ref::Binding(binding), _) = target {
            self.script.bindings[binding.index()].reads += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::{bindings, js};

    #[test]
    fn assignments() {
        assert_eq!(
            js("a = b; a += 1; a.b ??= c; a[0]--; ++a"),
            "(@a = @b); (@a Add= 1); (@a.b Nullish= @c); (@a.0 -1); (@a +1 before)"
        );
        assert_eq!(
            js("a.b = function () {}; a['c'] = () => 1"),
            "(@a.b = (function b() {})); (@a.c = (arrow c() {return 1}))"
        );
    }

    #[test]
    fn reads_and_writes_are_counted_in_order() {
        assert_eq!(
            bindings("let a = 1; a = 2; a += 3; a++; f(a); [a] = b"),
            "let a in 0 = [1, 2, ?, ?, $1.0] read 3\ntemporary $1 in 0 = [@b] read 2"
        );
    }
}
