//! Expressions: one match over all kinds, and those that have no file of their own: names, calls, members, and the small
//! ones.

use swc_common::Spanned;
use swc_ecma_ast::{self as tree, Callee, Expr as Tree, MemberProp, SuperProp};

use super::{Lowerer, word};
use crate::ir::{Argument, Expr, ExprId, List, NameId, PropertyKey, Ref, Span};

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
            Tree::Unary(unary) => self.unary(unary),
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

    pub(super) fn argument(&mut self, argument: &tree::ExprOrSpread) -> Argument {
        Argument { value: self.expr(&argument.expr), spread: argument.spread.is_some() }
    }

    pub(super) fn call_arguments(&mut self, arguments: &[tree::ExprOrSpread]) -> List<Argument> {
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
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::{js, ts};

    #[test]
    fn names_of_constants_are_constants_unless_declared() {
        assert_eq!(js("[undefined, NaN, Infinity, void 0]"), "[undefined, NaN, inf, Void(0)]");
        assert_eq!(js("(undefined => undefined)(1)"), "(arrow(undefined) {return undefined})(1)");
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
}
