//! Functions of all kinds: parameters, body, and the bodies of scripts.

use swc_ecma_ast::{ArrowExpr, ArrowFunctionBody, Expr as Tree, FnDecl, FnExpr, Lit, Pat, Stmt as TreeStmt};

use super::hoist::{is_real_function, names_of};
use super::patterns::{Sink, Value};
use super::{Frame, Lowerer, blank_function};
use crate::ir::{
    BindingId, BindingKind, Expr, ExprId, FnId, FnKind, Function, List, NameId, Param, ScriptKind, Span, Stmt, Write,
};

/// What makes a function different from others, before it is lowered.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) name: Option<NameId>,
    pub(super) kind: FnKind,
    pub(super) span: Span,
    pub(super) is_async: bool,
    pub(super) is_generator: bool,
}

impl Head {
    /// A function that is neither `async` nor a generator.
    pub(super) const fn plain(name: Option<NameId>, kind: FnKind, span: Span) -> Self {
        Self { name, kind, span, is_async: false, is_generator: false }
    }
}

/// A function's parts while it is being lowered.
pub(super) struct Open {
    id: FnId,
    first_stmt: usize,
    params: List<Param>,
}

impl Lowerer<'_> {
    pub(super) fn frame(&self) -> &Frame {
        // `open` pushes the script's own frame before anything is lowered, and nothing takes it away before the end.
        &self.frames[self.frames.len() - 1]
    }

    pub(super) fn frame_mut(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Begins a function: until `close`, everything lowered is its own.
    pub(super) fn open(&mut self, head: Head) -> Open {
        let id = FnId(self.script.functions.len() as u32);
        let parent = self.frames.last().map(|frame| frame.id);
        let first_expr = self.script.exprs.len() as u32;
        self.script.functions.push(Function {
            name: head.name,
            is_async: head.is_async,
            is_generator: head.is_generator,
            parent,
            exprs: (first_expr, first_expr),
            ..blank_function(head.span, head.kind)
        });
        self.frames.push(Frame {
            id,
            kind: head.kind,
            strict: self.frames.last().is_some_and(|frame| frame.strict),
            first_binding: self.script.bindings.len() as u32,
            undo: self.undo.len(),
            hoisted: Vec::new(),
            from_blocks: Default::default(),
        });
        if head.kind != FnKind::Arrow {
            self.hide_arguments();
        }
        Open { id, first_stmt: self.stmts.len(), params: List::default() }
    }

    /// Ends a function; the statements since `open` are its body.
    pub(super) fn close(&mut self, open: &Open) -> FnId {
        let body = self.stmts_since(open.first_stmt);
        let end = self.script.exprs.len() as u32;
        if let Some(frame) = self.frames.pop() {
            for (name, before) in self.undo.drain(frame.undo..).rev() {
                self.visible[name.index()] = before;
            }
            let hoisted = List::push_all(&mut self.script.hoisted, frame.hoisted);
            let function = &mut self.script.functions[open.id.index()];
            function.hoisted = hoisted;
            function.body = body;
            function.params = open.params;
            function.exprs.1 = end;
        }
        open.id
    }

    /// Lets a function see itself under a name of its own.
    pub(super) fn name_itself(&mut self, ident: &swc_ecma_ast::Ident, open: &Open) {
        let binding = self.declare_ident(ident, BindingKind::Function);
        self.script.functions[open.id.index()].self_binding = Some(binding);
        self.write(binding, Write::Function(open.id));
        self.frame_mut().first_binding = binding.0 + 1;
    }

    /// Declares parameters and takes their patterns apart at the start of the body.
    pub(super) fn params<'t>(&mut self, patterns: impl Iterator<Item = &'t Pat> + Clone, open: &mut Open) {
        let mut params = Vec::with_capacity(patterns.size_hint().0);
        for pattern in patterns.clone() {
            params.push(self.declare_param(pattern));
        }
        for (pattern, param) in patterns.zip(&params) {
            match pattern {
                Pat::Ident(_) => {}
                Pat::Rest(rest) if matches!(*rest.arg, Pat::Ident(_)) => {}
                Pat::Rest(rest) => self.take_apart_param(&rest.arg, param.binding),
                other => self.take_apart_param(other, param.binding),
            }
        }
        open.params = List::push_all(&mut self.script.params, params);
    }

    fn declare_param(&mut self, pattern: &Pat) -> Param {
        let (inner, rest) = match pattern {
            Pat::Rest(rest) => (&*rest.arg, true),
            other => (other, false),
        };
        let binding = match inner {
            Pat::Ident(ident) => self.declare_ident(&ident.id, BindingKind::Param),
            other => {
                let span = self.span(swc_common::Spanned::span(other));
                let holder = self.temporary(BindingKind::Param, span);
                names_of(other, &mut |ident| {
                    self.declare_ident(ident, BindingKind::Let);
                });
                holder
            }
        };
        self.write(binding, Write::Other);
        Param { binding, rest }
    }

    fn take_apart_param(&mut self, pattern: &Pat, holder: BindingId) {
        let span = self.span(swc_common::Spanned::span(pattern));
        self.pattern(pattern, Value::Held(holder), span, Sink::Declarations);
    }

    /// Lowers the statements of a body, after declaring what they declare.
    pub(super) fn body(&mut self, stmts: &[TreeStmt]) {
        if has_use_strict(stmts) {
            self.frame_mut().strict = true;
        }
        self.hoist_stmts(stmts);
        stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    /// A function with parameters and statements, whatever it was written as.
    pub(super) fn function(
        &mut self,
        function: &swc_ecma_ast::Function,
        head: Head,
        own_name: Option<&swc_ecma_ast::Ident>,
    ) -> FnId {
        let head = Head { is_async: function.is_async, is_generator: function.is_generator, ..head };
        let mut open = self.open(head);
        if let Some(ident) = own_name {
            self.name_itself(ident, &open);
        }
        self.params(function.params.iter().map(|param| &param.pat), &mut open);
        self.body(function.body.as_ref().map_or(&[], |body| &body.stmts));
        self.close(&open)
    }

    /// `function f() {}` as an expression.
    pub(super) fn function_expression(&mut self, tree: &FnExpr, hint: Option<NameId>) -> ExprId {
        let span = self.span(tree.function.span);
        let name = tree.ident.as_ref().map(|ident| self.name(&ident.sym)).or(hint);
        let id = self.function(&tree.function, Head::plain(name, FnKind::Normal, span), tree.ident.as_ref());
        self.push(Expr::Function(id), span)
    }

    /// `function f() {}` as a statement.
    pub(super) fn function_declaration(&mut self, decl: &FnDecl) {
        if !is_real_function(decl) {
            return;
        }
        let binding = self.hoisted_function(&decl.ident, &decl.function);
        if let Some(&outer) = self.twins.get(&binding) {
            let span = self.span(decl.ident.span);
            let init = self.read_binding(binding, span);
            self.write(outer, Write::Value(init));
            self.emit(Stmt::Declare { binding: outer, init: Some(init) }, span);
        }
    }

    /// Lowers a declared function and notes that it is bound when the function around is entered.
    pub(super) fn hoisted_function(
        &mut self,
        ident: &swc_ecma_ast::Ident,
        function: &swc_ecma_ast::Function,
    ) -> BindingId {
        let name = self.name(&ident.sym);
        let binding = match self.resolve(ident) {
            crate::ir::Ref::Binding(binding) => binding,
            crate::ir::Ref::Global(_) => self.declare_ident(ident, BindingKind::Function),
        };
        let span = self.span(function.span);
        let id = self.function(function, Head::plain(Some(name), FnKind::Normal, span), None);
        self.write(binding, Write::Function(id));
        self.frame_mut().hoisted.push((binding, id));
        binding
    }

    pub(super) fn arrow(&mut self, tree: &ArrowExpr, hint: Option<NameId>) -> ExprId {
        let span = self.span(tree.span);
        let head =
            Head { is_async: tree.is_async, is_generator: tree.is_generator, ..Head::plain(hint, FnKind::Arrow, span) };
        let mut open = self.open(head);
        self.params(tree.params.iter(), &mut open);
        match &*tree.body {
            ArrowFunctionBody::FunctionBody(body) => self.body(&body.stmts),
            ArrowFunctionBody::Expr(value) => {
                let value = self.expr(value);
                let span = self.script.expr_span(value);
                self.emit(Stmt::Return(Some(value)), span);
            }
        }
        let id = self.close(&open);
        self.push(Expr::Function(id), span)
    }

    /// A function that returns one value: a field's initializer.
    pub(super) fn initializer(&mut self, value: &Tree, name: Option<NameId>) -> FnId {
        let span = self.span(swc_common::Spanned::span(value));
        let open = self.open(Head::plain(name, FnKind::Method, span));
        let value = self.expr_named(value, name);
        self.emit(Stmt::Return(Some(value)), span);
        self.close(&open)
    }

    /// A classic script, or a handler.
    pub(super) fn classic(&mut self, stmts: &[TreeStmt], kind: ScriptKind, span: swc_common::Span, locals: &[String]) {
        self.script.kind = kind;
        let span = self.span(span);
        let fn_kind = if kind.is_handler() { FnKind::Handler } else { FnKind::Script };
        let open = self.open(Head::plain(None, fn_kind, span));
        for local in locals {
            let name = self.name(local);
            let binding = self.declare(name, BindingKind::Param, span);
            self.write(binding, Write::Other);
        }
        self.frame_mut().strict = has_use_strict(stmts);
        self.hoist_stmts(stmts);
        if kind == ScriptKind::Classic {
            let bindings = self.script.bindings.iter().enumerate();
            self.script.globals = bindings.map(|(id, binding)| (binding.name, BindingId(id as u32))).collect();
        }
        stmts.iter().for_each(|stmt| self.stmt(stmt));
        self.close(&open);
    }
}

fn has_use_strict(stmts: &[TreeStmt]) -> bool {
    stmts
        .iter()
        .map_while(|stmt| match stmt {
            TreeStmt::Expr(stmt) => match &*stmt.expr {
                Tree::Lit(Lit::Str(text)) => Some(text),
                _ => None,
            },
            _ => None,
        })
        .any(|text| text.value.as_str() == Some("use strict"))
}

#[cfg(test)]
mod tests {
    use crate::ir::{FnId, Script};
    use crate::syntax::dump::{bindings, js, parse_js, ts};

    #[test]
    fn names_come_from_what_a_function_is_bound_to() {
        assert_eq!(
            js("var f = function () {}, g = (() => 1), h = function k() { k() }; export1 = async () => {}"),
            "var f = (function f() {}); var g = (arrow g() {return 1}); var h = (function k as k() {k()}); (@export1 = (async arrow export1() {}))"
        );
    }

    #[test]
    fn declarations_are_hoisted() {
        assert_eq!(js("f(); function f() { return g } var g = 1"), "^f = function f() {return g}; f(); var g = 1");
        assert_eq!(bindings("function f() {}"), "function f in 0 = [function 1] read 0");
    }

    #[test]
    fn arguments_belong_to_the_function_around_arrows() {
        assert_eq!(
            bindings("function f() { return () => arguments } arguments"),
            "function f in 0 = [function 1] read 0\narguments arguments in 1 = [?] read 1"
        );
    }

    #[test]
    fn signatures_and_this_parameters_vanish() {
        assert_eq!(ts("function f(a: string): void; function f(this: X, a?: any) {}"), "^f = function f(a) {}");
    }

    #[test]
    fn ranges_of_expressions_nest() {
        let script: Script = parse_js("a(function f(b = 1) { return () => b })").script;
        let range = |id: u32| script.function(FnId(id)).exprs;
        assert_eq!((range(0).0, range(0).1 as usize), (0, script.exprs.len()));
        assert!(range(0).0 < range(1).0 && range(1).0 < range(2).0);
        assert!(range(2).1 < range(1).1 && range(1).1 < range(0).1);
        assert_eq!(script.function(FnId(2)).parent, Some(FnId(1)));
        let inner = crate::ir::ExprId(range(2).0);
        assert_eq!(script.function_of(inner), FnId(2));
    }
}
