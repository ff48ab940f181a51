//! TypeScript's `enum`: an object literal whose values are counted or computed here where they can be.

use rustc_hash::FxHashMap;
use swc_common::Spanned;
use swc_ecma_ast::{BinaryOp, Expr as Tree, Lit, MemberProp, TsEnumDecl, TsEnumMember, TsEnumMemberId, UnaryOp};

use super::Lowerer;
use super::objects::bare;
use crate::ir::{Expr, ExprId, NameId, Property, PropertyKey, PropertyKind, Ref, Span, Stmt, Write};

/// A value that is known without running anything.
#[derive(Clone, PartialEq, Debug)]
enum Known {
    Number(f64),
    Text(String),
}

/// Larger numbers are not written as keys digit by digit.
const LARGEST_KEY: f64 = 9_007_199_254_740_991.0;

/// The members before.
struct Members<'t> {
    of: &'t str,
    known: FxHashMap<String, Known>,
}

impl Lowerer<'_> {
    pub(super) fn enumeration(&mut self, decl: &TsEnumDecl) {
        let span = self.span(decl.span);
        let mark = self.properties.len();
        let mut members = Members { of: &decl.id.sym, known: FxHashMap::default() };
        let mut next = Some(0.0);
        for member in &decl.members {
            let property = self.enum_member(member, &mut members, &mut next);
            self.properties.push(property);
            let key = key_of(member);
            if let Some(Known::Number(value)) = members.known.get(&key)
                && value.fract() == 0.0
                && value.abs() <= LARGEST_KEY
            {
                let value = format!("{value}");
                let reverse = self.reverse_member(&value, &key, property.key_span);
                self.properties.push(reverse);
            }
        }
        let properties = self.properties_since(mark);
        let object = self.push(Expr::Object(properties), span);
        if let Ref::Binding(binding) = self.resolve(&decl.id) {
            self.write(binding, Write::Value(object));
            self.emit(Stmt::Declare { binding, init: Some(object) }, span);
        }
    }

    fn enum_member(&mut self, member: &TsEnumMember, members: &mut Members<'_>, next: &mut Option<f64>) -> Property {
        let key = key_of(member);
        let key_span = self.span(member.id.span());
        let name: NameId = self.name(&key);
        let span = self.span(member.span);
        let known = match &member.init {
            Some(init) => members.evaluate(init),
            None => next.map(Known::Number),
        };
        *next = match known {
            Some(Known::Number(value)) => Some(value + 1.0),
            _ => None,
        };
        let value = match (&known, &member.init) {
            (Some(known), _) => self.known(known, member.init.as_ref().map_or(span, |init| self.span(init.span()))),
            (None, Some(init)) => self.expr(init),
            (None, None) => self.push(Expr::Unknown, span),
        };
        if let Some(known) = known {
            members.known.insert(key, known);
        }
        Property { kind: PropertyKind::Value, key: PropertyKey::Name(name), value, key_span }
    }

    /// Of a member with a number, the number is a key, too, and gives the name.
    fn reverse_member(&mut self, value: &str, key: &str, key_span: Span) -> Property {
        let name = self.name(value);
        let value = self.string(key, key_span);
        Property { kind: PropertyKind::Value, key: PropertyKey::Name(name), value, key_span }
    }

    fn known(&mut self, known: &Known, span: Span) -> ExprId {
        match known {
            Known::Number(value) => self.push(Expr::Number(*value), span),
            Known::Text(text) => self.string(text, span),
        }
    }
}

fn key_of(member: &TsEnumMember) -> String {
    match &member.id {
        TsEnumMemberId::Ident(ident) => ident.sym.to_string(),
        TsEnumMemberId::Str(text) => text.value.to_string_lossy().into_owned(),
    }
}

impl Members<'_> {
    fn evaluate(&self, tree: &Tree) -> Option<Known> {
        match bare(tree) {
            Tree::Lit(Lit::Num(number)) => Some(Known::Number(number.value)),
            Tree::Lit(Lit::Str(text)) => Some(Known::Text(text.value.to_string_lossy().into_owned())),
            Tree::Tpl(template) if template.exprs.is_empty() => {
                let text = template.quasis.first()?.cooked.as_ref()?;
                Some(Known::Text(text.to_string_lossy().into_owned()))
            }
            Tree::Ident(ident) => self.known.get(&*ident.sym).cloned(),
            Tree::Member(member) => {
                let (Tree::Ident(object), MemberProp::Ident(key)) = (&*member.obj, &member.prop) else { return None };
                (&*object.sym == self.of).then(|| self.known.get(&*key.sym).cloned()).flatten()
            }
            Tree::Unary(unary) => match (unary.op, self.evaluate(&unary.arg)?) {
                (UnaryOp::Minus, Known::Number(value)) => Some(Known::Number(-value)),
                (UnaryOp::Plus, Known::Number(value)) => Some(Known::Number(value)),
                (UnaryOp::Tilde, Known::Number(value)) => Some(Known::Number(f64::from(!integer(value)))),
                _ => None,
            },
            Tree::Bin(binary) if binary.left.as_bin().is_none_or(|left| left.left.as_bin().is_none()) => {
                combine(binary.op, &self.evaluate(&binary.left)?, &self.evaluate(&binary.right)?)
            }
            _ => None,
        }
    }
}

fn combine(op: BinaryOp, left: &Known, right: &Known) -> Option<Known> {
    let (left, right) = match (left, right) {
        (Known::Number(left), Known::Number(right)) => (*left, *right),
        (Known::Text(left), Known::Text(right)) if op == BinaryOp::Add => {
            return Some(Known::Text(format!("{left}{right}")));
        }
        _ => return None,
    };
    let shift = integer(right).rem_euclid(32) as u32;
    Some(Known::Number(match op {
        BinaryOp::Add => left + right,
        BinaryOp::Sub => left - right,
        BinaryOp::Mul => left * right,
        BinaryOp::Div => left / right,
        BinaryOp::BitOr => f64::from(integer(left) | integer(right)),
        BinaryOp::BitAnd => f64::from(integer(left) & integer(right)),
        BinaryOp::BitXor => f64::from(integer(left) ^ integer(right)),
        BinaryOp::LShift => f64::from(integer(left).wrapping_shl(shift)),
        BinaryOp::RShift => f64::from(integer(left).wrapping_shr(shift)),
        _ => return None,
    }))
}

/// A number as the bit operators take it.
fn integer(value: f64) -> i32 {
    if value.is_finite() { (value.trunc() % 4_294_967_296.0) as i64 as i32 } else { 0 }
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::ts;

    #[test]
    fn members_are_counted() {
        assert_eq!(
            ts("enum A { X, Y = 5, Z, 'q r' }"),
            "enum A = {X: 0, 0: \"X\", Y: 5, 5: \"Y\", Z: 6, 6: \"Z\", q r: 7, 7: \"q r\"}"
        );
        assert_eq!(ts("const enum A { S = 'success', F = `fail` }"), "enum A = {S: \"success\", F: \"fail\"}");
    }

    #[test]
    fn members_are_computed() {
        assert_eq!(
            ts("enum A { X = 1 << 3, Y = X | 1, Z = A.Y + 1, U = 'a' + 'b' }"),
            "enum A = {X: 8, 8: \"X\", Y: 9, 9: \"Y\", Z: 10, 10: \"Z\", U: \"ab\"}"
        );
        assert_eq!(ts("enum A { W = -2, V = ~0, H = 0.5 }"), "enum A = {W: -2, -2: \"W\", V: -1, -1: \"V\", H: 0.5}");
    }

    #[test]
    fn what_is_not_known_stays_an_expression() {
        assert_eq!(ts("enum A { X = f(), Y = g, Z }"), "enum A = {X: @f(), Y: @g, Z: unknown}");
    }
}
