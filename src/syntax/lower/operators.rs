//! Operators: the parser's as those of `ir`, and the expressions that consist of one and its operands.

use swc_ecma_ast as tree;

use super::Lowerer;
use crate::ir::{AssignOp, BinaryOp, Expr, ExprId, LogicalOp, Span, UnaryOp};

impl Lowerer<'_> {
    pub(super) fn unary(&mut self, unary: &tree::UnaryExpr) -> ExprId {
        let operand = self.expr(&unary.arg);
        let span = self.span(unary.span);
        self.push(Expr::Unary(unary_op(unary.op), operand), span)
    }

    pub(super) fn binary(&mut self, op: tree::BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        let expr = match logical_op(op) {
            Some(op) => Expr::Logical(op, left, right),
            None => Expr::Binary(binary_op(op), left, right),
        };
        self.push(expr, span)
    }
}

const fn unary_op(op: tree::UnaryOp) -> UnaryOp {
    match op {
        tree::UnaryOp::Minus => UnaryOp::Minus,
        tree::UnaryOp::Plus => UnaryOp::Plus,
        tree::UnaryOp::Bang => UnaryOp::Not,
        tree::UnaryOp::Tilde => UnaryOp::BitNot,
        tree::UnaryOp::TypeOf => UnaryOp::TypeOf,
        tree::UnaryOp::Void => UnaryOp::Void,
        tree::UnaryOp::Delete => UnaryOp::Delete,
    }
}

const fn logical_op(op: tree::BinaryOp) -> Option<LogicalOp> {
    match op {
        tree::BinaryOp::LogicalAnd => Some(LogicalOp::And),
        tree::BinaryOp::LogicalOr => Some(LogicalOp::Or),
        tree::BinaryOp::NullishCoalescing => Some(LogicalOp::Nullish),
        _ => None,
    }
}

/// The logical operators, which are no binary ones here, come out as `+`; `logical_op` is asked first.
const fn binary_op(op: tree::BinaryOp) -> BinaryOp {
    use tree::BinaryOp as Op;
    match op {
        Op::EqEq => BinaryOp::LooseEq,
        Op::NotEq => BinaryOp::LooseNe,
        Op::EqEqEq => BinaryOp::StrictEq,
        Op::NotEqEq => BinaryOp::StrictNe,
        Op::Lt => BinaryOp::Less,
        Op::LtEq => BinaryOp::LessEq,
        Op::Gt => BinaryOp::Greater,
        Op::GtEq => BinaryOp::GreaterEq,
        Op::LShift => BinaryOp::Shl,
        Op::RShift => BinaryOp::Shr,
        Op::ZeroFillRShift => BinaryOp::UShr,
        Op::Add | Op::LogicalAnd | Op::LogicalOr | Op::NullishCoalescing => BinaryOp::Add,
        Op::Sub => BinaryOp::Sub,
        Op::Mul => BinaryOp::Mul,
        Op::Div => BinaryOp::Div,
        Op::Mod => BinaryOp::Rem,
        Op::BitOr => BinaryOp::BitOr,
        Op::BitXor => BinaryOp::BitXor,
        Op::BitAnd => BinaryOp::BitAnd,
        Op::In => BinaryOp::In,
        Op::InstanceOf => BinaryOp::InstanceOf,
        Op::Exp => BinaryOp::Exp,
    }
}

pub(super) const fn assign_op(op: tree::AssignOp) -> AssignOp {
    use tree::AssignOp as Op;
    match op {
        Op::Assign => AssignOp::Set,
        Op::AddAssign => AssignOp::Binary(BinaryOp::Add),
        Op::SubAssign => AssignOp::Binary(BinaryOp::Sub),
        Op::MulAssign => AssignOp::Binary(BinaryOp::Mul),
        Op::DivAssign => AssignOp::Binary(BinaryOp::Div),
        Op::ModAssign => AssignOp::Binary(BinaryOp::Rem),
        Op::LShiftAssign => AssignOp::Binary(BinaryOp::Shl),
        Op::RShiftAssign => AssignOp::Binary(BinaryOp::Shr),
        Op::ZeroFillRShiftAssign => AssignOp::Binary(BinaryOp::UShr),
        Op::BitOrAssign => AssignOp::Binary(BinaryOp::BitOr),
        Op::BitXorAssign => AssignOp::Binary(BinaryOp::BitXor),
        Op::BitAndAssign => AssignOp::Binary(BinaryOp::BitAnd),
        Op::ExpAssign => AssignOp::Binary(BinaryOp::Exp),
        Op::AndAssign => AssignOp::Logical(LogicalOp::And),
        Op::OrAssign => AssignOp::Logical(LogicalOp::Or),
        Op::NullishAssign => AssignOp::Logical(LogicalOp::Nullish),
    }
}
