//! Loops: `for`, `while`, and those over values or keys.

use swc_common::Spanned;
use swc_ecma_ast::{self as tree, Expr as Tree, ForHead, Pat, Stmt as TreeStmt, VarDeclOrExpr};

use super::Lowerer;
use super::hoist::{lexicals_of_var, names_of};
use super::patterns::{Sink, Value};
use crate::ir::{BindingId, BindingKind, ForEachKind, Ref, Span, Stmt, StmtId, Write};

impl Lowerer<'_> {
    pub(super) fn while_loop(&mut self, test: &Tree, body: &TreeStmt, test_last: bool, span: swc_common::Span) {
        let (test, body) = if test_last {
            let body = self.single(body);
            (self.expr(test), body)
        } else {
            let test = self.expr(test);
            (test, self.single(body))
        };
        let span = self.span(span);
        self.emit(Stmt::Loop { init: None, test: Some(test), update: None, body, test_last }, span);
    }

    pub(super) fn for_loop(&mut self, each: &tree::ForStmt) {
        if self.rest_loop(each) {
            return;
        }
        let scope = self.enter();
        let init = each.init.as_ref().map(|init| self.for_init(init));
        let test = each.test.as_ref().map(|test| self.expr(test));
        let update = each.update.as_ref().map(|update| self.expr(update));
        let body = self.single(&each.body);
        self.leave(scope);
        let span = self.span(each.span);
        self.emit(Stmt::Loop { init, test, update, body, test_last: false }, span);
    }

    fn for_init(&mut self, init: &VarDeclOrExpr) -> StmtId {
        let mark = self.stmts.len();
        let span = self.span(init.span());
        match init {
            VarDeclOrExpr::VarDecl(decl) => {
                lexicals_of_var(decl, &mut |ident, kind| {
                    self.declare_ident(ident, kind);
                });
                self.var(decl);
            }
            VarDeclOrExpr::Expr(value) => {
                let value = self.expr(value);
                self.emit(Stmt::Expr(value), span);
            }
        }
        self.gather(mark, span)
    }

    pub(super) fn for_in(&mut self, each: &tree::ForInStmt) {
        self.for_each(ForEachKind::In, &each.left, &each.right, &each.body, each.span);
    }

    pub(super) fn for_of(&mut self, each: &tree::ForOfStmt) {
        let kind = if each.is_await { ForEachKind::AwaitOf } else { ForEachKind::Of };
        self.for_each(kind, &each.left, &each.right, &each.body, each.span);
    }

    fn for_each(
        &mut self,
        kind: ForEachKind,
        head: &ForHead,
        iterable: &Tree,
        body: &TreeStmt,
        span: swc_common::Span,
    ) {
        let iterable = self.expr(iterable);
        let scope = self.enter();
        let mark = self.stmts.len();
        let each = match head {
            ForHead::VarDecl(decl) => {
                let kind = match decl.kind {
                    tree::VarDeclKind::Var => None,
                    tree::VarDeclKind::Let => Some(BindingKind::Let),
                    tree::VarDeclKind::Const => Some(BindingKind::Const),
                };
                self.declared_each(decl.decls.first().map(|decl| &decl.name), kind)
            }
            ForHead::UsingDecl(decl) => {
                self.declared_each(decl.decls.first().map(|decl| &decl.name), Some(BindingKind::Const))
            }
            ForHead::Pat(pattern) => self.assigned_each(pattern),
        };
        self.write(each, Write::Other);
        let inner = self.single(body);
        self.leave(scope);
        let body = if self.stmts.len() == mark {
            inner
        } else {
            self.stmts.push(inner);
            let span = self.script.stmt_span(inner);
            self.gather(mark, span)
        };
        let span = self.span(span);
        self.emit(Stmt::ForEach { kind, each, iterable, body }, span);
    }

    /// The name that a loop's head declares, or a temporary that is taken apart at the start of the body.
    /// `kind` is none for `var`, which is declared already.
    fn declared_each(&mut self, pattern: Option<&Pat>, kind: Option<BindingKind>) -> BindingId {
        let Some(pattern) = pattern else { return self.temporary(BindingKind::Temporary, Span::default()) };
        if let Some(kind) = kind {
            names_of(pattern, &mut |ident| {
                self.declare_ident(ident, kind);
            });
        }
        if let Pat::Ident(ident) = pattern
            && let Ref::Binding(binding) = self.resolve(&ident.id)
        {
            return binding;
        }
        let span = self.span(pattern.span());
        let holder = self.temporary(BindingKind::Temporary, span);
        self.pattern(pattern, Value::Held(holder), span, Sink::Declarations);
        holder
    }

    /// A temporary that is assigned to what a loop's head names.
    fn assigned_each(&mut self, pattern: &Pat) -> BindingId {
        let span = self.span(pattern.span());
        let holder = self.temporary(BindingKind::Temporary, span);
        self.assign_by_statements(pattern, Value::Held(holder), span);
        holder
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::js;

    #[test]
    fn loops_with_conditions() {
        assert_eq!(js("for (let i = 0, j; i < 1; i++) a"), "loop ({let i = 0; let j}; (i Less 1); (i +1)) @a");
        assert_eq!(js("for (a = 1; ; ) ;"), "loop ((@a = 1);;) empty");
        assert_eq!(js("while (a) b; do { c } while (d)"), "loop (; @a;) @b; do (; @d;) {@c}");
    }

    #[test]
    fn loops_over_things() {
        assert_eq!(js("for (const a of b) a"), "for a of @b a");
        assert_eq!(js("for (var a in b); a"), "for a in @b empty; a");
        assert_eq!(js("for (const {a} of b) f(a)"), "for $1 of @b {const a = $1.a; @f(a)}");
        assert_eq!(js("for (x.y in z);"), "for $0 in @z {(@x.y = $0); empty}");
        assert_eq!(js("for ([a, b] of c) d"), "for $0 of @c {(@a = $0.0); (@b = $0.1); @d}");
        assert_eq!(js("async () => { for await (const a of b); }"), "(async arrow() {for a awaitof @b empty})");
    }
}
