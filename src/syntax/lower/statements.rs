//! Statements: one match over all kinds, blocks, branches and declarations.

use swc_common::Spanned;
use swc_ecma_ast::{self as tree, Decl, Pat, Stmt as Tree, VarDeclKind};

use super::Lowerer;
use super::hoist;
use super::patterns::{Sink, Value};
use crate::ir::{BindingId, BindingKind, Case, Expr, List, Ref, Span, Stmt, StmtId, Write};
use crate::syntax::scan;

impl Lowerer<'_> {
    /// Lowers a statement into the list under construction: as one statement, several, or none.
    pub(super) fn stmt(&mut self, tree: &Tree) {
        match tree {
            Tree::Expr(stmt) => {
                let value = self.expr(&stmt.expr);
                let span = self.span(stmt.span);
                self.emit(Stmt::Expr(value), span);
            }
            Tree::Decl(decl) => self.decl(decl),
            Tree::Return(stmt) => {
                let value = stmt.arg.as_ref().map(|value| self.expr(value));
                let span = self.span(stmt.span);
                self.emit(Stmt::Return(value), span);
            }
            Tree::If(branch) => {
                let id = self.branch(branch);
                self.stmts.push(id);
            }
            Tree::Block(block) => {
                let id = self.block(block);
                self.stmts.push(id);
            }
            Tree::For(each) => self.for_loop(each),
            Tree::ForIn(each) => self.for_in(each),
            Tree::ForOf(each) => self.for_of(each),
            Tree::While(each) => self.while_loop(&each.test, &each.body, false, each.span),
            Tree::DoWhile(each) => self.while_loop(&each.test, &each.body, true, each.span),
            Tree::Switch(switch) => self.switch(switch),
            Tree::Try(attempt) => self.attempt(attempt),
            Tree::Throw(stmt) => {
                let value = self.expr(&stmt.arg);
                let span = self.span(stmt.span);
                self.emit(Stmt::Throw(value), span);
            }
            Tree::Break(stmt) => {
                let label = stmt.label.as_ref().map(|label| self.name(&label.sym));
                let span = self.span(stmt.span);
                self.emit(Stmt::Break(label), span);
            }
            Tree::Continue(stmt) => {
                let label = stmt.label.as_ref().map(|label| self.name(&label.sym));
                let span = self.span(stmt.span);
                self.emit(Stmt::Continue(label), span);
            }
            Tree::Labeled(labeled) => {
                let label = self.name(&labeled.label.sym);
                let body = self.single(&labeled.body);
                let span = self.span(labeled.span);
                self.emit(Stmt::Labeled { label, body }, span);
            }
            Tree::With(with) => {
                let object = self.expr(&with.obj);
                let body = self.single(&with.body);
                let span = self.span(with.span);
                self.emit(Stmt::With { object, body }, span);
            }
            Tree::Empty(_) | Tree::Debugger(_) => {
                let span = self.span(tree.span());
                self.emit(Stmt::Empty, span);
            }
        }
    }

    /// Lowers what must be one statement: a branch, a loop's body.
    pub(super) fn single(&mut self, tree: &Tree) -> StmtId {
        let mark = self.stmts.len();
        if let Tree::Decl(_) = tree {
            let scope = self.enter();
            self.hoist_block(std::iter::once(tree));
            self.stmt(tree);
            self.leave(scope);
        } else {
            self.stmt(tree);
        }
        let span = self.span(tree.span());
        self.gather(mark, span)
    }

    /// Makes one statement of those since `mark`.
    pub(super) fn gather(&mut self, mark: usize, span: Span) -> StmtId {
        if self.stmts.len() == mark + 1
            && let Some(only) = self.stmts.pop()
        {
            return only;
        }
        let stmts = self.stmts_since(mark);
        self.make(Stmt::Block(stmts), span)
    }

    pub(super) fn block(&mut self, block: &tree::BlockStmt) -> StmtId {
        let scope = self.enter();
        let mark = self.stmts.len();
        self.block_body(&block.stmts);
        self.leave(scope);
        let stmts = self.stmts_since(mark);
        let span = self.span(block.span);
        self.make(Stmt::Block(stmts), span)
    }

    fn block_body(&mut self, stmts: &[Tree]) {
        self.hoist_block(stmts.iter());
        stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn branch(&mut self, branch: &tree::IfStmt) -> StmtId {
        let test = self.expr(&branch.test);
        let then = self.single(&branch.cons);
        let otherwise = branch.alt.as_ref().map(|alt| self.single(alt));
        let else_span = branch.alt.as_ref().and_then(|_| self.token_after(branch.cons.span(), "else"));
        let span = self.span(branch.span);
        self.make(Stmt::If { test, then, otherwise, else_span }, span)
    }

    /// The place of a token that follows `before` with nothing but comments between.
    fn token_after(&self, before: swc_common::Span, token: &str) -> Option<Span> {
        let source = self.lowering.source;
        let at = scan::find_token(self.lowering.text, source.offset(before.hi), token)?;
        Some(source.span(at, at + token.len()))
    }

    fn switch(&mut self, switch: &tree::SwitchStmt) {
        let discriminant = self.expr(&switch.discriminant);
        let scope = self.enter();
        self.hoist_block(switch.cases.iter().flat_map(|case| &case.cons));
        let mark = self.cases.len();
        for case in &switch.cases {
            let test = case.test.as_ref().map(|test| self.expr(test));
            let body_mark = self.stmts.len();
            case.cons.iter().for_each(|stmt| self.stmt(stmt));
            let body = self.stmts_since(body_mark);
            let span = self.case_span(case);
            self.cases.push(Case { test, body, span });
        }
        self.leave(scope);
        let cases = List::push_all(&mut self.script.cases, self.cases.drain(mark..));
        let span = self.span(switch.span);
        self.emit(Stmt::Switch { discriminant, cases }, span);
    }

    /// `case x:`, up to the colon.
    fn case_span(&self, case: &tree::SwitchCase) -> Span {
        let source = self.lowering.source;
        let start = source.offset(case.span.lo);
        let head = case.test.as_ref().map_or(start + "default".len(), |test| source.offset(test.span().hi));
        let end = scan::find_token(self.lowering.text, head, ":").map_or(head, |colon| colon + 1);
        source.span(start, end)
    }

    fn attempt(&mut self, attempt: &tree::TryStmt) {
        let block = self.block(&attempt.block);
        let (param, handler) = match &attempt.handler {
            Some(clause) => self.catch(clause),
            None => (None, None),
        };
        let finalizer = attempt.finalizer.as_ref().map(|block| self.block(block));
        let span = self.span(attempt.span);
        self.emit(Stmt::Try { block, param, handler, finalizer }, span);
    }

    fn catch(&mut self, clause: &tree::CatchClause) -> (Option<BindingId>, Option<StmtId>) {
        let scope = self.enter();
        let mark = self.stmts.len();
        let param = clause.param.as_ref().map(|pattern| self.catch_param(pattern));
        self.block_body(&clause.body.stmts);
        self.leave(scope);
        let stmts = self.stmts_since(mark);
        let span = self.span(clause.body.span);
        (param, Some(self.make(Stmt::Block(stmts), span)))
    }

    fn catch_param(&mut self, pattern: &Pat) -> BindingId {
        let span = self.span(pattern.span());
        let binding = if let Pat::Ident(ident) = pattern {
            self.declare_ident(&ident.id, BindingKind::Catch)
        } else {
            hoist::names_of(pattern, &mut |ident| {
                self.declare_ident(ident, BindingKind::Let);
            });
            self.temporary(BindingKind::Catch, span)
        };
        self.write(binding, Write::Other);
        if !matches!(pattern, Pat::Ident(_)) {
            self.pattern(pattern, Value::Held(binding), span, Sink::Declarations);
        }
        binding
    }

    pub(super) fn decl(&mut self, decl: &Decl) {
        match decl {
            Decl::Var(decl) => self.var(decl),
            Decl::Fn(function) => self.function_declaration(function),
            Decl::Class(class) if !class.declare => {
                self.class_declaration(&class.ident, &class.class);
            }
            Decl::Using(using) => using.decls.iter().for_each(|decl| self.declarator(decl, false)),
            Decl::TsEnum(decl) if !decl.declare => self.enumeration(decl),
            Decl::TsModule(decl) => self.namespace(decl),
            Decl::Class(_) | Decl::TsEnum(_) | Decl::TsInterface(_) | Decl::TsTypeAlias(_) => {}
        }
    }

    pub(super) fn var(&mut self, decl: &tree::VarDecl) {
        if !decl.declare {
            let says_undefined = decl.kind == VarDeclKind::Let;
            decl.decls.iter().for_each(|decl| self.declarator(decl, says_undefined));
        }
    }

    /// One `name = value`; `says_undefined`: without a value the name is set to `undefined`.
    fn declarator(&mut self, decl: &tree::VarDeclarator, says_undefined: bool) {
        let span = self.span(decl.span);
        let hint = match &decl.name {
            Pat::Ident(ident) => Some(self.name(&ident.id.sym)),
            _ => None,
        };
        match &decl.init {
            Some(init) => {
                let value = self.expr_named(init, hint);
                self.pattern(&decl.name, Value::Of(value), span, Sink::Declarations);
            }
            None if says_undefined => self.declare_undefined(&decl.name, span),
            None => {}
        }
    }

    fn declare_undefined(&mut self, pattern: &Pat, span: Span) {
        if let Pat::Ident(ident) = pattern
            && let Ref::Binding(binding) = self.resolve(&ident.id)
        {
            self.emit(Stmt::Declare { binding, init: None }, span);
        }
    }

    /// `export default value`.
    pub(super) fn export_default(&mut self, value: crate::ir::ExprId, span: Span) {
        let binding = self.temporary(BindingKind::Temporary, span);
        self.write(binding, Write::Value(value));
        self.script.exports.push(crate::ir::Export::Default { value, binding });
        self.emit(Stmt::ExportDefault { value, binding }, span);
    }

    /// A string that a name holds in the program's own form.
    pub(super) fn global(&mut self, name: &str, span: Span) -> crate::ir::ExprId {
        let name = self.name(name);
        self.push(Expr::Read(Ref::Global(name)), span)
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::{Span, Stmt};
    use crate::syntax::dump::{js, parse_js, ts};

    #[test]
    fn branches() {
        assert_eq!(js("if (a) b; else if (c) { d } else e"), "if @a @b else if @c {@d} else @e");
        assert_eq!(js("if (a) var b = 1, c = 2"), "if @a {var b = 1; var c = 2}");
        assert_eq!(js("if (a) var b; else;"), "if @a {} else empty");
    }

    #[test]
    fn switches_and_jumps() {
        assert_eq!(
            js("l: for (;;) { switch (a) { case 1: case '2': f(); break; default: continue l } }"),
            "l: loop (;;) {switch @a {case 1:  | case \"2\": @f(); break | default: continue l}}"
        );
    }

    #[test]
    fn exceptions() {
        assert_eq!(
            js("try { throw a } catch ({message: m}) { m } finally { b() }"),
            "try {throw @a} catch $1 {let m = $1.message; m} finally {@b()}"
        );
        assert_eq!(js("try {} catch { a }"), "try {} catch {@a}");
    }

    #[test]
    fn declarations() {
        assert_eq!(js("var a, b = 1; let c; const d = 2"), "var b = 1; let c; const d = 2");
        assert_eq!(js("with (a) b; debugger"), "with @a @b; empty");
    }

    #[test]
    fn what_is_only_declared_to_the_type_checker_stays_global() {
        assert_eq!(
            ts(
                "declare const my: any; declare function f(): void; declare class C {} declare enum E { A } declare namespace N { const x: 1 } \
                interface I {} type T = string; my; f; C; E; N"
            ),
            "@my; @f; @C; @E; @N"
        );
        assert_eq!(ts("declare global { interface Window { my: any } var my: any } export {}; my"), "@my");
    }

    #[test]
    fn keywords_have_places() {
        let text = "if (a) { b } /* else */ else c; switch (d) { case (1) : e; default /**/ : f }";
        let script = parse_js(text).script;
        let at = |span: Span| &text[span.start as usize..span.end as usize];
        let elses: Vec<&str> = script
            .stmts
            .iter()
            .filter_map(|stmt| match stmt {
                Stmt::If { else_span, .. } => else_span.map(at),
                _ => None,
            })
            .collect();
        assert_eq!(elses, ["else"]);
        let cases: Vec<&str> = script.cases.iter().map(|case| at(case.span)).collect();
        assert_eq!(cases, ["case (1) :", "default /**/ :"]);
    }
}
