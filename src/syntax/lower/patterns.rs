//! Destructuring, taken apart into temporaries and single declarations or assignments.

use smallvec::SmallVec;
use swc_common::Spanned;
use swc_ecma_ast::{ArrayPat, Expr as Tree, Ident, ObjectPat, ObjectPatProp, Pat, SimpleAssignTarget};

use super::Lowerer;
use crate::ir::{
    AssignOp, BindingId, BindingKind, Expr, ExprId, List, NameId, PropertyKey, Ref, Span, Stmt, Target, Write,
};

/// What a pattern's parts become.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sink {
    /// `Declare` statements, in the list of statements under construction.
    Declarations,
    /// `Assign` expressions, in the list of expressions under construction.
    Assignments,
}

/// A pattern that takes something apart.
#[derive(Clone, Copy)]
pub(super) enum Shape<'t> {
    /// `[a, b]`.
    Array(&'t ArrayPat),
    /// `{a, b}`.
    Object(&'t ObjectPat),
}

/// What a pattern takes apart.
#[derive(Clone, Copy)]
pub(super) enum Value {
    /// The value of an expression, which may be used once.
    Of(ExprId),
    /// What a temporary holds.
    Held(BindingId),
}

impl Lowerer<'_> {
    /// Gives `value` to the names and places of `pattern`; `span` is the place of the whole.
    pub(super) fn pattern(&mut self, pattern: &Pat, value: Value, span: Span, sink: Sink) {
        match pattern {
            Pat::Ident(ident) => self.give_to_name(&ident.id, value, span, sink),
            Pat::Expr(target) => {
                let target = self.target(target);
                let value = self.value(value, span);
                self.give(target, value, span, sink);
            }
            Pat::Assign(assign) => {
                let hint = match &*assign.left {
                    Pat::Ident(ident) => Some(self.name(&ident.id.sym)),
                    _ => None,
                };
                let value = self.with_default(value, &assign.right, hint, span);
                self.pattern(&assign.left, value, span, sink);
            }
            Pat::Array(array) => self.array_pattern(array, value, span, sink),
            Pat::Object(object) => self.object_pattern(object, value, span, sink),
            Pat::Rest(rest) => self.pattern(&rest.arg, value, span, sink),
            Pat::Invalid(_) => drop(self.value(value, span)),
        }
    }

    /// The value as an expression.
    fn value(&mut self, value: Value, span: Span) -> ExprId {
        match value {
            Value::Of(expr) => expr,
            Value::Held(binding) => self.read_binding(binding, span),
        }
    }

    fn with_default(&mut self, value: Value, default: &Tree, hint: Option<NameId>, span: Span) -> Value {
        let value = self.value(value, span);
        let default = self.expr_named(default, hint);
        Value::Of(self.push(Expr::Default { value, default }, span))
    }

    fn give_to_name(&mut self, ident: &Ident, value: Value, span: Span, sink: Sink) {
        let name_span = self.span(ident.span);
        let value = self.value(value, name_span);
        let reference = self.resolve(ident);
        match (sink, reference) {
            (Sink::Declarations, Ref::Binding(binding)) => self.emit_declare(binding, value, span),
            _ => self.give(Target::Name(reference, name_span), value, span, sink),
        }
    }

    fn give(&mut self, target: Target, value: ExprId, span: Span, sink: Sink) {
        self.note_write(target, Write::Value(value));
        let assign = self.push(Expr::Assign { target, op: AssignOp::Set, value }, span);
        match sink {
            Sink::Assignments => self.exprs.push(assign),
            Sink::Declarations => self.emit(Stmt::Expr(assign), span),
        }
    }

    fn emit_declare(&mut self, binding: BindingId, init: ExprId, span: Span) {
        self.write(binding, Write::Value(init));
        self.emit(Stmt::Declare { binding, init: Some(init) }, span);
    }

    /// Notes the write of a name.
    pub(super) fn note_write(&mut self, target: Target, write: Write) {
        if let Target::Name(Ref::Binding(binding), _) = target {
            self.write(binding, write);
        }
    }

    /// Keeps a value in a temporary, so that it can be read more than once.
    fn hold(&mut self, value: Value, span: Span, sink: Sink) -> BindingId {
        let value = match value {
            Value::Held(binding) => return binding,
            Value::Of(value) => value,
        };
        let holder = self.temporary(BindingKind::Temporary, span);
        let value_span = self.script.expr_span(value);
        match sink {
            Sink::Declarations => self.emit_declare(holder, value, value_span),
            Sink::Assignments => {
                self.give(Target::Name(Ref::Binding(holder), value_span), value, value_span, sink);
            }
        }
        holder
    }

    fn array_pattern(&mut self, array: &ArrayPat, value: Value, span: Span, sink: Sink) {
        let holder = self.hold(value, span, sink);
        for (index, element) in array.elems.iter().enumerate() {
            let Some(element) = element else { continue };
            let span = self.span(element.span());
            let source = self.read_binding(holder, span);
            let part = if let Pat::Rest(_) = element {
                self.push(Expr::ArrayRest { array: source, from: index as u32 }, span)
            } else {
                let key = PropertyKey::Name(self.name(&index.to_string()));
                self.push(Expr::Member { object: source, key, optional: false, key_span: span }, span)
            };
            self.pattern(element, Value::Of(part), span, sink);
        }
    }

    fn object_pattern(&mut self, object: &ObjectPat, value: Value, span: Span, sink: Sink) {
        let holder = self.hold(value, span, sink);
        let mut keys = Vec::new();
        for property in &object.props {
            match property {
                ObjectPatProp::KeyValue(property) => {
                    let span = self.span(property.span());
                    let (key, key_span) = self.property_key(&property.key);
                    let part = self.part(holder, key, key_span, &mut keys);
                    self.pattern(&property.value, Value::Of(part), span, sink);
                }
                ObjectPatProp::Assign(property) => {
                    let span = self.span(property.span);
                    let key_span = self.span(property.key.id.span);
                    let name = self.name(&property.key.id.sym);
                    let mut part = Value::Of(self.part(holder, PropertyKey::Name(name), key_span, &mut keys));
                    if let Some(default) = &property.value {
                        part = self.with_default(part, default, Some(name), span);
                    }
                    self.give_to_name(&property.key.id, part, span, sink);
                }
                ObjectPatProp::Rest(rest) => {
                    let span = self.span(rest.span);
                    let source = self.read_binding(holder, span);
                    let excluded = List::push_all(&mut self.script.name_lists, keys.iter().copied());
                    let part = self.push(Expr::ObjectRest { object: source, excluded }, span);
                    self.pattern(&rest.arg, Value::Of(part), span, sink);
                }
            }
        }
    }

    /// One property of what `holder` holds.
    fn part(&mut self, holder: BindingId, key: PropertyKey, key_span: Span, keys: &mut Vec<NameId>) -> ExprId {
        if let PropertyKey::Name(name) = key {
            keys.push(name);
        }
        let object = self.read_binding(holder, key_span);
        self.push(Expr::Member { object, key, optional: false, key_span }, key_span)
    }

    /// Takes `value` apart by statements that assign.
    pub(super) fn assign_by_statements(&mut self, pattern: &Pat, value: Value, span: Span) {
        let mark = self.exprs.len();
        self.pattern(pattern, value, span, Sink::Assignments);
        let assigns: SmallVec<[ExprId; 4]> = self.exprs.drain(mark..).collect();
        for assign in assigns {
            let span = self.script.expr_span(assign);
            self.emit(Stmt::Expr(assign), span);
        }
    }

    /// Takes the right side of an assignment apart, and is its value.
    pub(super) fn assign_by_sequence(&mut self, shape: Shape<'_>, value: ExprId, span: Span) -> ExprId {
        let mark = self.exprs.len();
        let value_span = self.script.expr_span(value);
        let holder = self.hold(Value::Of(value), span, Sink::Assignments);
        match shape {
            Shape::Array(array) => self.array_pattern(array, Value::Held(holder), span, Sink::Assignments),
            Shape::Object(object) => self.object_pattern(object, Value::Held(holder), span, Sink::Assignments),
        }
        let result = self.read_binding(holder, value_span);
        self.exprs.push(result);
        let steps = self.exprs_since(mark);
        self.push(Expr::Sequence(steps), span)
    }

    /// What an expression names when it stands on the left of an assignment.
    pub(super) fn target(&mut self, tree: &Tree) -> Target {
        match tree {
            Tree::Ident(ident) => {
                let span = self.span(ident.span);
                Target::Name(self.resolve(ident), span)
            }
            Tree::Member(_) | Tree::SuperProp(_) => Target::Member(self.expr(tree)),
            Tree::Paren(paren) => self.target(&paren.expr),
            Tree::TsAs(cast) => self.target(&cast.expr),
            Tree::TsNonNull(cast) => self.target(&cast.expr),
            Tree::TsSatisfies(cast) => self.target(&cast.expr),
            Tree::TsTypeAssertion(cast) => self.target(&cast.expr),
            Tree::TsConstAssertion(cast) => self.target(&cast.expr),
            Tree::TsInstantiation(cast) => self.target(&cast.expr),
            other => {
                self.expr(other);
                Target::Unknown
            }
        }
    }

    /// What the left side of an assignment names.
    pub(super) fn simple_target(&mut self, target: &SimpleAssignTarget) -> Target {
        match target {
            SimpleAssignTarget::Ident(ident) => {
                let span = self.span(ident.id.span);
                Target::Name(self.resolve(&ident.id), span)
            }
            SimpleAssignTarget::Member(member) => Target::Member(self.member_target(member)),
            SimpleAssignTarget::SuperProp(member) => Target::Member(self.super_member(member)),
            SimpleAssignTarget::Paren(paren) => self.target(&paren.expr),
            SimpleAssignTarget::TsAs(cast) => self.target(&cast.expr),
            SimpleAssignTarget::TsNonNull(cast) => self.target(&cast.expr),
            SimpleAssignTarget::TsSatisfies(cast) => self.target(&cast.expr),
            SimpleAssignTarget::TsTypeAssertion(cast) => self.target(&cast.expr),
            SimpleAssignTarget::TsInstantiation(cast) => self.target(&cast.expr),
            SimpleAssignTarget::OptChain(_) | SimpleAssignTarget::Invalid(_) => Target::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::{bindings, js};

    #[test]
    fn declarations() {
        assert_eq!(
            js("const {a, b: {c = 1}, ['d']: e, [f]: g, ...h} = x"),
            "temp $5 = @x; const a = $5.a; temp $6 = $5.b; const c = default($6.c, 1); const e = $5.d; const g = $5.[@f]; \
             const h = rest($5 without a b d)"
        );
        assert_eq!(
            js("let [a, , b = 2, ...c] = x"),
            "temp $3 = @x; let a = $3.0; let b = default($3.2, 2); let c = rest($3 from 3)"
        );
    }

    #[test]
    fn assignments_end_in_the_value() {
        assert_eq!(js("({a, b: [c.d]} = e)"), "(($0 = @e), (@a = $0.a), ($1 = $0.b), (@c.d = $1.0), $0)");
        assert_eq!(js("let a, b; [a, b] = [b, a]"), "let a; let b; (($2 = [b, a]), (a = $2.0), (b = $2.1), $2)");
    }

    #[test]
    fn parameters() {
        assert_eq!(
            js("function f(a, {b}, [c] = [], d = () => 1, ...[e]) {}"),
            "^f = function f(a, $2, $4, $6, ...$8) {let b = $2.b; temp $10 = default($4, []); let c = $10.0; \
             let d = default($6, (arrow d() {return 1})); let e = $8.0}"
        );
    }

    #[test]
    fn a_default_names_its_function() {
        assert_eq!(js("const {f = function () {}} = x"), "temp $1 = @x; const f = default($1.f, (function f() {}))");
    }

    #[test]
    fn parts_are_writes() {
        assert_eq!(bindings("const {a} = b"), "const a in 0 = [$1.a] read 0\ntemporary $1 in 0 = [@b] read 1");
    }
}
