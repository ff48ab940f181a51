//! Expressions: one match over all kinds, and the small ones themselves.

use swc_common::Spanned;
use swc_ecma_ast::{self as tree, AssignTarget, AssignTargetPat, Callee, Expr as Tree, Lit, MemberProp, SuperProp};

use super::patterns::Shape;
use super::{Lowerer, word};
use crate::ir::{
    Argument, AssignOp, BinaryOp, Expr, ExprId, LogicalOp, NameId, PropertyKey, Ref, Span, Target, UnaryOp, Write,
};

impl Lowerer<'_> {
    pub(super) fn expr(&mut self, tree: &Tree) -> ExprId {
        self.expr_named(tree, None)
    }

    /// Lowers an expression; a function or class without a name gets that of what it is bound to, `hint`.
    pub(super) fn expr_named(&mut self, tree: &Tree, hint: Option<NameId>) -> ExprId {
        match tree {
            Tree::Ident(ident) => self.expr_of_ident(ident),
            Tree::Lit(literal) => self.literal(literal),
            Tree::Member(_) | Tree::Call(_) | Tree::Bin(_) | Tree::OptChain(_) | Tree::TaggedTpl(_) => self.chain(tree),
            Tree::Paren(paren) => self.expr_named(&paren.expr, hint),
            Tree::TsAs(cast) => self.expr_named(&cast.expr, hint),
            Tree::TsNonNull(_) => self.chain(tree),
            Tree::TsSatisfies(cast) => self.expr_named(&cast.expr, hint),
            Tree::TsTypeAssertion(cast) => self.expr_named(&cast.expr, hint),
            Tree::TsConstAssertion(cast) => self.expr_named(&cast.expr, hint),
            Tree::TsInstantiation(cast) => self.expr_named(&cast.expr, hint),
            Tree::Fn(function) => self.function_expression(function, hint),
            Tree::Arrow(arrow) => self.arrow(arrow, hint),
            Tree::Class(class) => self.class_expression(class, hint),
            Tree::Object(object) => self.object(object),
            Tree::Array(array) => self.array(array),
            Tree::Tpl(template) => self.template(template),
            Tree::Assign(assign) => self.assign(assign),
            Tree::Update(update) => self.update(update),
            Tree::Unary(unary) => {
                let operand = self.expr(&unary.arg);
                let span = self.span(unary.span);
                self.push(Expr::Unary(unary_op(unary.op), operand), span)
            }
            Tree::Cond(cond) => self.conditional(cond, hint),
            Tree::Seq(sequence) => self.sequence(sequence),
            Tree::New(new) => self.construct(new),
            Tree::SuperProp(member) => self.super_member(member),
            Tree::This(this) => {
                let span = self.span(this.span);
                self.push(Expr::This, span)
            }
            Tree::Await(wait) => {
                let value = self.expr(&wait.arg);
                let span = self.span(wait.span);
                self.push(Expr::Await(value), span)
            }
            Tree::Yield(give) => self.yielded(give),
            Tree::JSXElement(element) => self.jsx_element(element),
            Tree::JSXFragment(fragment) => self.jsx_fragment(fragment),
            Tree::MetaProp(_)
            | Tree::PrivateName(_)
            | Tree::JSXMember(_)
            | Tree::JSXNamespacedName(_)
            | Tree::JSXEmpty(_)
            | Tree::Invalid(_) => {
                let span = self.span(tree.span());
                self.push(Expr::Unknown, span)
            }
        }
    }

    pub(super) fn expr_of_ident(&mut self, ident: &tree::Ident) -> ExprId {
        if let Some(hole) = self.hole_of_ident(ident) {
            return hole;
        }
        let span = self.span(ident.span);
        let reference = self.resolve(ident);
        match reference {
            Ref::Global(name) if name == word::UNDEFINED => self.push(Expr::Undefined, span),
            Ref::Global(name) if name == word::NOT_A_NUMBER => self.push(Expr::Number(f64::NAN), span),
            Ref::Global(name) if name == word::INFINITY => self.push(Expr::Number(f64::INFINITY), span),
            _ => self.read(reference, span),
        }
    }

    fn literal(&mut self, literal: &Lit) -> ExprId {
        if let Some(hole) = self.hole_of_literal(literal) {
            return hole;
        }
        let span = self.span(literal.span());
        let expr = match literal {
            Lit::Str(text) => Expr::String(self.name(&text.value.to_string_lossy())),
            Lit::Bool(value) => Expr::Bool(value.value),
            Lit::Null(_) => Expr::Null,
            Lit::Num(number) => Expr::Number(number.value),
            Lit::BigInt(number) => {
                let written = number.raw.as_ref().map(|raw| raw.trim_end_matches('n').to_owned());
                Expr::BigInt(self.name(&written.unwrap_or_else(|| number.value.to_string())))
            }
            Lit::Regex(regex) => Expr::Regex { pattern: self.name(&regex.exp), flags: self.name(&regex.flags) },
            Lit::JSXText(text) => Expr::String(self.name(&text.value.to_string_lossy())),
        };
        self.push(expr, span)
    }

    fn template(&mut self, template: &tree::Tpl) -> ExprId {
        let span = self.span(template.span);
        if let ([only], []) = (&*template.quasis, &*template.exprs)
            && !self.meets_hole(only.span)
        {
            return self.string(&cooked(only), span);
        }
        let mark = self.exprs.len();
        let mut substitutions = template.exprs.iter();
        for quasi in &template.quasis {
            let text = cooked(quasi);
            if self.meets_hole(quasi.span) {
                self.parts_with_holes(&text, quasi.span);
            } else if !text.is_empty() {
                let span = self.span(quasi.span);
                let part = self.string(&text, span);
                self.exprs.push(part);
            }
            if let Some(substitution) = substitutions.next() {
                let part = self.expr(substitution);
                self.exprs.push(part);
            }
        }
        let parts = self.exprs_since(mark);
        self.push(Expr::Template(parts), span)
    }

    /// The arguments of a tagged template: its strings as an array, then its substitutions.
    pub(super) fn template_arguments(&mut self, template: &tree::Tpl) -> crate::ir::List<Argument> {
        let strings_mark = self.arguments.len();
        for quasi in &template.quasis {
            let value = self.text(&cooked(quasi), quasi.span);
            self.arguments.push(Argument { value, spread: false });
        }
        let strings = self.arguments_since(strings_mark);
        let span = self.span(template.span);
        let strings = self.push(Expr::Array(strings), span);
        let mark = self.arguments.len();
        self.arguments.push(Argument { value: strings, spread: false });
        for substitution in &template.exprs {
            let value = self.expr(substitution);
            self.arguments.push(Argument { value, spread: false });
        }
        self.arguments_since(mark)
    }

    fn array(&mut self, array: &tree::ArrayLit) -> ExprId {
        let span = self.span(array.span);
        let mark = self.arguments.len();
        for element in &array.elems {
            let argument = match element {
                Some(element) => self.argument(element),
                None => Argument { value: self.push(Expr::Elision, span), spread: false },
            };
            self.arguments.push(argument);
        }
        let elements = self.arguments_since(mark);
        self.push(Expr::Array(elements), span)
    }

    fn argument(&mut self, argument: &tree::ExprOrSpread) -> Argument {
        Argument { value: self.expr(&argument.expr), spread: argument.spread.is_some() }
    }

    pub(super) fn call_arguments(&mut self, arguments: &[tree::ExprOrSpread]) -> crate::ir::List<Argument> {
        let mark = self.arguments.len();
        for argument in arguments {
            let argument = self.argument(argument);
            self.arguments.push(argument);
        }
        self.arguments_since(mark)
    }

    fn construct(&mut self, new: &tree::NewExpr) -> ExprId {
        let callee = self.expr(&new.callee);
        let arguments = self.call_arguments(new.args.as_deref().unwrap_or_default());
        let span = self.span(new.span);
        self.push(Expr::New { callee, arguments }, span)
    }

    /// A call whose callee is a keyword: `super(…)`, `import(…)`.
    pub(super) fn keyword_call(&mut self, call: &tree::CallExpr) -> ExprId {
        let span = self.span(call.span);
        let callee_span = self.span(call.callee.span());
        if let Callee::Import(_) = call.callee {
            let specifier = match call.args.first() {
                Some(argument) => self.expr(&argument.expr),
                None => self.push(Expr::Undefined, span),
            };
            return self.push(Expr::ImportCall(specifier), span);
        }
        let callee = self.push(Expr::Super, callee_span);
        let arguments = self.call_arguments(&call.args);
        self.push(Expr::Call { callee, arguments, optional: false }, span)
    }

    fn conditional(&mut self, cond: &tree::CondExpr, hint: Option<NameId>) -> ExprId {
        let test = self.expr(&cond.test);
        let then = self.expr_named(&cond.cons, hint);
        let otherwise = self.expr_named(&cond.alt, hint);
        let span = self.span(cond.span);
        self.push(Expr::Conditional { test, then, otherwise }, span)
    }

    fn sequence(&mut self, sequence: &tree::SeqExpr) -> ExprId {
        let mark = self.exprs.len();
        for part in &sequence.exprs {
            let part = self.expr(part);
            self.exprs.push(part);
        }
        let parts = self.exprs_since(mark);
        let span = self.span(sequence.span);
        self.push(Expr::Sequence(parts), span)
    }

    fn yielded(&mut self, give: &tree::YieldExpr) -> ExprId {
        let span = self.span(give.span);
        let value = match &give.arg {
            Some(value) => self.expr(value),
            None => self.push(Expr::Undefined, span),
        };
        self.push(Expr::Yield(value), span)
    }

    fn assign(&mut self, assign: &tree::AssignExpr) -> ExprId {
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

    fn update(&mut self, update: &tree::UpdateExpr) -> ExprId {
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

    pub(super) fn super_member(&mut self, member: &tree::SuperPropExpr) -> ExprId {
        let object_span = self.span(member.obj.span);
        let object = self.push(Expr::Super, object_span);
        let (key, key_span) = match &member.prop {
            SuperProp::Ident(ident) => (PropertyKey::Name(self.name(&ident.sym)), self.span(ident.span)),
            SuperProp::Computed(computed) => self.computed_key(&computed.expr),
        };
        let span = self.span(member.span);
        self.push(Expr::Member { object, key, optional: false, key_span }, span)
    }

    pub(super) fn member_key(&mut self, key: &MemberProp) -> (PropertyKey, Span) {
        match key {
            MemberProp::Ident(ident) if self.meets_hole(ident.span) => self.hole_key(ident.span),
            MemberProp::Ident(ident) => (PropertyKey::Name(self.name(&ident.sym)), self.span(ident.span)),
            MemberProp::PrivateName(private) => {
                (PropertyKey::Private(self.name(&private.name)), self.span(private.span))
            }
            MemberProp::Computed(computed) => self.computed_key(&computed.expr),
        }
    }

    pub(super) fn binary(&mut self, op: tree::BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        let expr = match logical_op(op) {
            Some(op) => Expr::Logical(op, left, right),
            None => Expr::Binary(binary_op(op), left, right),
        };
        self.push(expr, span)
    }
}

/// A template's text; where its escapes mean nothing, as it is written.
fn cooked(quasi: &tree::TplElement) -> std::borrow::Cow<'_, str> {
    match &quasi.cooked {
        Some(text) => text.to_string_lossy(),
        None => (&*quasi.raw).into(),
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
pub(super) const fn binary_op(op: tree::BinaryOp) -> BinaryOp {
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

const fn assign_op(op: tree::AssignOp) -> AssignOp {
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

#[cfg(test)]
mod tests {
    use crate::syntax::dump::{bindings, js, ts};

    #[test]
    fn literals() {
        assert_eq!(
            js("x = ['a', 1.5, true, null, 12n, /a/g, , ...y]"),
            "(@x = [\"a\", 1.5, true, null, 12n, /a/g, , ...@y])"
        );
    }

    #[test]
    fn names_of_constants_are_constants_unless_declared() {
        assert_eq!(js("[undefined, NaN, Infinity, void 0]"), "[undefined, NaN, inf, Void(0)]");
        assert_eq!(js("(undefined => undefined)(1)"), "(arrow(undefined) {return undefined})(1)");
    }

    #[test]
    fn templates() {
        assert_eq!(js("`a`; `${a}b${c}`; `\\n`"), "\"a\"; `@a, \"b\", @c`; \"\\n\"");
        assert_eq!(js("f`a${b}c`"), "@f([\"a\", \"c\"], @b)");
    }

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
    fn keys_that_are_spelt_out_are_names() {
        assert_eq!(js("a['b-c']; a[`d`]; a[1e21]; a[e]; a[-1]"), "@a.b-c; @a.d; @a.1e+21; @a.[@e]; @a.[Minus(1)]");
    }

    #[test]
    fn parentheses_vanish_but_a_comma_stays() {
        assert_eq!(js("((a)).b(); (0, a.b)(c)"), "@a.b(); (0, @a.b)(@c)");
    }

    #[test]
    fn what_has_no_form_of_its_own_is_unknown() {
        assert_eq!(js("function f() { new.target }"), "^f = function f() {unknown}");
        assert_eq!(js("import.meta.env"), "unknown.env");
        assert_eq!(
            js("class A { #x; has(a) { return #x in a } }"),
            "class A = (class A as A {field #x: none, has: method has(a) {return (unknown In a)}})"
        );
    }

    #[test]
    fn calls_of_keywords() {
        assert_eq!(
            js("import('a').then(f); require('b'); new C; new D(1)"),
            "import(\"a\").then(@f); @require(\"b\"); new @C(); new @D(1)"
        );
    }

    #[test]
    fn functions_that_wait_and_yield() {
        assert_eq!(
            js("async function f() { await g(() => 1) } function* h() { yield; yield* k(() => 2) }"),
            "^f = async function f() {await @g((arrow() {return 1}))}; ^h = function* h() {yield undefined; yield @k((arrow() {return 2}))}"
        );
    }

    #[test]
    fn types_vanish() {
        assert_eq!(ts("(<any>a as B).c!.d satisfies E; f<string>(g as const)"), "@a.c.d; @f(@g)");
        assert_eq!(ts("(window as any).AlipayJSBridge!.call('tradePay')"), "@window.AlipayJSBridge.call(\"tradePay\")");
    }

    #[test]
    fn reads_and_writes_are_counted_in_order() {
        assert_eq!(
            bindings("let a = 1; a = 2; a += 3; a++; f(a); [a] = b"),
            "let a in 0 = [1, 2, ?, ?, $1.0] read 3\ntemporary $1 in 0 = [@b] read 2"
        );
    }
}
