//! Classes: members, fields as functions, TypeScript's parameter properties. Decorators are evaluated before the
//! class and do nothing to it.

use swc_ecma_ast::{
    self as tree, ClassMember, Decorator, Expr as Tree, MethodKind, ParamOrTsParamProp, Pat, TsParamPropParam,
};

use super::functions::Head;
use super::objects::name_of;
use super::{Lowerer, word};
use crate::ir::{
    AssignOp, BindingId, BindingKind, Class, ClassId, Expr, ExprId, FnId, FnKind, List, Member, MemberKind, NameId,
    PropertyKey, Ref, Span, Stmt, Target, Write,
};

/// What a field or accessor field consists of.
struct Field<'t> {
    key: (PropertyKey, Span),
    value: Option<&'t Tree>,
    is_static: bool,
    decorators: &'t [Decorator],
}

impl Lowerer<'_> {
    pub(super) fn class_expression(&mut self, class: &tree::ClassExpr, hint: Option<NameId>) -> ExprId {
        let name = class.ident.as_ref().map(|ident| self.name(&ident.sym)).or(hint);
        let scope = self.enter();
        let binding = class.ident.as_ref().map(|ident| self.declare_ident(ident, BindingKind::Class));
        let (_, value) = self.class(&class.class, name, binding);
        self.leave(scope);
        value
    }

    /// `class X {}` as a statement.
    pub(super) fn class_declaration(&mut self, ident: &tree::Ident, class: &tree::Class) -> BindingId {
        let binding = match self.resolve(ident) {
            Ref::Binding(binding) => binding,
            Ref::Global(_) => self.declare_ident(ident, BindingKind::Class),
        };
        let name = self.name(&ident.sym);
        let (_, value) = self.class(class, Some(name), Some(binding));
        let span = self.span(class.span);
        self.emit(Stmt::Declare { binding, init: Some(value) }, span);
        binding
    }

    fn class(
        &mut self,
        class: &tree::Class,
        name: Option<NameId>,
        self_binding: Option<BindingId>,
    ) -> (ClassId, ExprId) {
        let span = self.span(class.span);
        let id = ClassId(self.script.classes.len() as u32);
        self.script.classes.push(Class {
            name,
            self_binding,
            parent: None,
            constructor: None,
            members: List::default(),
            span,
        });
        if let Some(binding) = self_binding {
            self.write(binding, Write::Class(id));
        }
        let strict = std::mem::replace(&mut self.frame_mut().strict, true);
        let decorators = self.exprs.len();
        self.decorators(&class.decorators);
        let parent = class.super_class.as_ref().map(|parent| self.expr(parent));
        let mut members = Vec::with_capacity(class.body.len());
        let mut constructor = None;
        for member in &class.body {
            match member {
                ClassMember::Constructor(tree) => {
                    constructor = self.constructor(tree, name, parent.is_some()).or(constructor);
                }
                other => members.extend(self.class_member(other)),
            }
        }
        self.frame_mut().strict = strict;
        let members = List::push_all(&mut self.script.members, members);
        let slot = &mut self.script.classes[id.index()];
        (slot.parent, slot.constructor, slot.members) = (parent, constructor, members);
        let value = self.push(Expr::Class(id), span);
        (id, self.after_decorators(decorators, value, span))
    }

    /// The class as a value, behind its decorators where it has some.
    fn after_decorators(&mut self, mark: usize, class: ExprId, span: Span) -> ExprId {
        if self.exprs.len() == mark {
            return class;
        }
        self.exprs.push(class);
        let steps = self.exprs_since(mark);
        self.push(Expr::Sequence(steps), span)
    }

    fn decorators(&mut self, decorators: &[Decorator]) {
        for decorator in decorators {
            let value = self.expr(&decorator.expr);
            self.exprs.push(value);
        }
    }

    fn class_member(&mut self, member: &ClassMember) -> Option<Member> {
        match member {
            ClassMember::Method(method) => {
                method.function.body.as_ref()?;
                self.decorators(&method.function.decorators);
                let (key, _) = self.property_key(&method.key);
                Some(self.method(key, method.kind, method.is_static, &method.function, method.span))
            }
            ClassMember::PrivateMethod(method) => {
                method.function.body.as_ref()?;
                self.decorators(&method.function.decorators);
                let key = PropertyKey::Private(self.name(&method.key.name));
                Some(self.method(key, method.kind, method.is_static, &method.function, method.span))
            }
            ClassMember::ClassProp(field) if field.declare || field.is_abstract => None,
            ClassMember::ClassProp(field) => {
                let key = self.property_key(&field.key);
                let value = field.value.as_deref();
                Some(self.field(&Field { key, value, is_static: field.is_static, decorators: &field.decorators }))
            }
            ClassMember::PrivateProp(field) => {
                let key = self.private_key(&field.key);
                let value = field.value.as_deref();
                Some(self.field(&Field { key, value, is_static: field.is_static, decorators: &field.decorators }))
            }
            ClassMember::AutoAccessor(field) => {
                let key = match &field.key {
                    tree::Key::Private(private) => self.private_key(private),
                    tree::Key::Public(key) => self.property_key(key),
                };
                let value = field.value.as_deref();
                Some(self.field(&Field { key, value, is_static: field.is_static, decorators: &field.decorators }))
            }
            ClassMember::StaticBlock(block) => Some(self.static_block(block)),
            ClassMember::Constructor(_) | ClassMember::TsIndexSignature(_) | ClassMember::Empty(_) => None,
        }
    }

    fn private_key(&mut self, private: &tree::PrivateName) -> (PropertyKey, Span) {
        (PropertyKey::Private(self.name(&private.name)), self.span(private.span))
    }

    fn method(
        &mut self,
        key: PropertyKey,
        kind: MethodKind,
        is_static: bool,
        function: &tree::Function,
        span: swc_common::Span,
    ) -> Member {
        for param in &function.params {
            self.decorators(&param.decorators);
        }
        let span = self.span(span);
        let id = self.function(function, Head::plain(name_of(key), FnKind::Method, span), None);
        let kind = match kind {
            MethodKind::Method => MemberKind::Method,
            MethodKind::Getter => MemberKind::Getter,
            MethodKind::Setter => MemberKind::Setter,
        };
        Member { key, kind, is_static, function: Some(id) }
    }

    fn field(&mut self, field: &Field<'_>) -> Member {
        self.decorators(field.decorators);
        let (key, _) = field.key;
        let function = field.value.map(|value| self.initializer(value, name_of(key)));
        Member { key, kind: MemberKind::Field, is_static: field.is_static, function }
    }

    fn static_block(&mut self, block: &tree::StaticBlock) -> Member {
        let span = self.span(block.span);
        let open = self.open(Head::plain(None, FnKind::Method, span));
        self.body(&block.body.stmts);
        let function = Some(self.close(&open));
        let key = PropertyKey::Name(word::EMPTY);
        Member { key, kind: MemberKind::StaticBlock, is_static: true, function }
    }

    fn constructor(&mut self, tree: &tree::Constructor, name: Option<NameId>, derived: bool) -> Option<FnId> {
        let body = tree.body.as_ref()?;
        for param in &tree.params {
            self.decorators(match param {
                ParamOrTsParamProp::Param(param) => &param.decorators,
                ParamOrTsParamProp::TsParamProp(param) => &param.decorators,
            });
        }
        let span = self.span(tree.span);
        let mut open = self.open(Head::plain(name, FnKind::Constructor, span));
        let patterns: Vec<std::borrow::Cow<'_, Pat>> = tree.params.iter().map(pattern_of).collect();
        self.params(patterns.iter().map(|pattern| &**pattern), &mut open);
        self.hoist_stmts(&body.stmts);
        let before = if derived { after_super(&body.stmts) } else { 0 };
        let (first, rest) = body.stmts.split_at(before);
        first.iter().for_each(|stmt| self.stmt(stmt));
        for param in &tree.params {
            if let ParamOrTsParamProp::TsParamProp(param) = param {
                self.parameter_property(param);
            }
        }
        rest.iter().for_each(|stmt| self.stmt(stmt));
        Some(self.close(&open))
    }

    /// `constructor(private x)`: `this.x = x`.
    fn parameter_property(&mut self, param: &tree::TsParamProp) {
        let ident = match &param.param {
            TsParamPropParam::Ident(ident) => &ident.id,
            TsParamPropParam::Assign(assign) => match &*assign.left {
                Pat::Ident(ident) => &ident.id,
                _ => return,
            },
        };
        let span = self.span(ident.span);
        let object = self.push(Expr::This, span);
        let key = PropertyKey::Name(self.name(&ident.sym));
        let target = self.push(Expr::Member { object, key, optional: false, key_span: span }, span);
        let value = self.expr_of_ident(ident);
        let assign = Expr::Assign { target: Target::Member(target), op: AssignOp::Set, value };
        let assign = self.push(assign, span);
        self.emit(Stmt::Expr(assign), span);
    }
}

/// The pattern of a constructor's parameter.
fn pattern_of(param: &ParamOrTsParamProp) -> std::borrow::Cow<'_, Pat> {
    match param {
        ParamOrTsParamProp::Param(param) => std::borrow::Cow::Borrowed(&param.pat),
        // Only these are copied: they hold a name and perhaps a default.
        ParamOrTsParamProp::TsParamProp(param) => std::borrow::Cow::Owned(match &param.param {
            TsParamPropParam::Ident(ident) => Pat::Ident(ident.clone()),
            TsParamPropParam::Assign(assign) => Pat::Assign(assign.clone()),
        }),
    }
}

/// How many statements come up to and with the call of the parent's constructor.
fn after_super(stmts: &[tree::Stmt]) -> usize {
    let calls_super = |stmt: &tree::Stmt| match stmt {
        tree::Stmt::Expr(stmt) => match &*stmt.expr {
            Tree::Call(call) => call.callee.is_super_(),
            _ => false,
        },
        _ => false,
    };
    stmts.iter().position(calls_super).map_or(0, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::{bindings, js, ts};

    #[test]
    fn members_of_all_kinds() {
        assert_eq!(
            js(
                "class A extends B { #p = 1; q; static r = () => 2; constructor(a) { super(a) } get x() { return this.#p } \
                set x(v) {} static { f() } [k]() {} async *g() {} }"
            ),
            "class A = (class A as A extends @B {constructor A(a) {super(a)}, field #p: method p() {return 1}, field q: none, \
             static field r: method r() {return (arrow r() {return 2})}, get x: method x() {return this.#p}, set x: method x(v) {}, \
             static block : method() {@f()}, [@k]: method() {}, g: async method* g() {}})"
        );
    }

    #[test]
    fn expressions_are_named_like_functions() {
        assert_eq!(js("var A = class {}; x.B = class C {}"), "var A = (class A {}); (@x.B = (class C as C {}))");
        assert_eq!(bindings("class A {} A = 1"), "class A in 0 = [class 0, 1] read 0");
    }

    #[test]
    fn parameter_properties_are_assigned_behind_super() {
        assert_eq!(
            ts("class A extends B { constructor(private x: number, public y = 2) { super(); z() } }"),
            "class A = (class A as A extends @B {constructor A(x, $2) {let y = default($2, 2); super(); (this.x = x); (this.y = y); @z()}})"
        );
    }

    #[test]
    fn decorators_run_before_the_class() {
        assert_eq!(
            ts("@d(() => 1) class A { @e p; @f() m(@g a) {} }"),
            "class A = (@d((arrow() {return 1})), @e, @f(), @g, (class A as A {field p: none, m: method m(a) {}}))"
        );
    }

    #[test]
    fn what_only_types_declare_vanishes() {
        assert_eq!(
            ts("abstract class A { declare a: B; abstract c(): void; d?(): void; [k: string]: any; constructor(); }"),
            "class A = (class A as A {})"
        );
    }
}
