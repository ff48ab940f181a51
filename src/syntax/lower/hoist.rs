//! The first look over a body: which names it declares. It goes down into statements, never into expressions or
//! functions, so all looks together are one walk over the tree.

use swc_ecma_ast::{
    BindingIdent, Decl, DefaultDecl, Expr, FnDecl, Ident, ModuleDecl, ModuleItem, Pat, Stmt, TsModuleDecl,
    TsModuleName, TsNamespaceBody, TsTypeAnn, VarDecl, VarDeclKind,
};
use swc_ecma_visit::{Visit, VisitWith};

use super::Lowerer;
use crate::ir::{BindingKind, NameId, Span};

/// A name where it is declared.
#[derive(Clone, Copy)]
pub(super) struct Declared {
    pub(super) name: NameId,
    pub(super) span: Span,
    pub(super) by: By,
}

/// What declares a name, and so for which scope.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// `var`: for the whole function.
    Var,
    /// A function declaration at the top of the body: for the whole function.
    Function,
    /// A function declaration in a block: for the whole function in sloppy code.
    BlockFunction,
    /// `let`, `class` and the like: for the body's outermost scope.
    Lexical(BindingKind),
}

impl Lowerer<'_> {
    /// Declares what the statements of a function's (or script's) body declare for the whole of it.
    pub(super) fn hoist_stmts(&mut self, stmts: &[Stmt]) {
        let mut look = Look { lowerer: self, declared: Vec::new(), at_top: true };
        stmts.iter().for_each(|stmt| look.add_stmt(stmt));
        let declared = look.declared;
        self.declare_hoisted(&declared);
    }

    /// Declares what a module or namespace declares.
    pub(super) fn hoist_items(&mut self, items: &[ModuleItem]) {
        let mut look = Look { lowerer: self, declared: Vec::new(), at_top: true };
        for item in items {
            match item {
                ModuleItem::Stmt(stmt) => look.add_stmt(stmt),
                ModuleItem::ModuleDecl(decl) => look.add_module_decl(decl),
            }
        }
        let declared = look.declared;
        self.declare_hoisted(&declared);
    }
}

/// The state of a look over one body.
struct Look<'l, 'a> {
    lowerer: &'l mut Lowerer<'a>,
    declared: Vec<Declared>,
    /// No block has been entered.
    at_top: bool,
}

impl Look<'_, '_> {
    fn add(&mut self, ident: &Ident, by: By) {
        let declared = Declared { name: self.lowerer.name(&ident.sym), span: self.lowerer.span(ident.span), by };
        self.declared.push(declared);
    }

    fn add_stmt(&mut self, stmt: &Stmt) {
        self.visit_stmt(stmt);
        lexicals_of_stmt(stmt, &mut |ident, kind| self.add(ident, By::Lexical(kind)));
    }

    fn add_module_decl(&mut self, decl: &ModuleDecl) {
        match decl {
            ModuleDecl::ExportDecl(export) => {
                self.visit_decl(&export.decl);
                lexicals_of_decl(&export.decl, &mut |ident, kind| self.add(ident, By::Lexical(kind)));
            }
            ModuleDecl::ExportDefaultDecl(export) => match &export.decl {
                DefaultDecl::Fn(function) if function.function.body.is_some() => {
                    function.ident.iter().for_each(|ident| self.add(ident, By::Function));
                }
                DefaultDecl::Class(class) => {
                    class.ident.iter().for_each(|ident| self.add(ident, By::Lexical(BindingKind::Class)));
                }
                _ => {}
            },
            ModuleDecl::TsImportEquals(import) if !import.is_type_only => {
                self.add(&import.id, By::Lexical(BindingKind::Const));
            }
            _ => {}
        }
    }
}

impl Visit for Look<'_, '_> {
    fn visit_stmt(&mut self, stmt: &Stmt) {
        let before = self.at_top;
        self.at_top &= matches!(stmt, Stmt::Decl(_) | Stmt::Labeled(_));
        stmt.visit_children_with(self);
        self.at_top = before;
    }

    fn visit_decl(&mut self, decl: &Decl) {
        match decl {
            Decl::Var(decl) => self.visit_var_decl(decl),
            Decl::Fn(function) if is_real_function(function) => {
                self.add(&function.ident, if self.at_top { By::Function } else { By::BlockFunction });
            }
            _ => {}
        }
    }

    fn visit_var_decl(&mut self, decl: &VarDecl) {
        if decl.kind == VarDeclKind::Var && !decl.declare {
            decl.decls.iter().for_each(|decl| names_of(&decl.name, &mut |ident| self.add(ident, By::Var)));
        }
    }

    // Nothing in these is declared by the statement around them.
    fn visit_expr(&mut self, _: &Expr) {}
    fn visit_pat(&mut self, _: &Pat) {}
}

/// A statement behind its labels.
pub(super) fn unlabelled(mut stmt: &Stmt) -> &Stmt {
    while let Stmt::Labeled(labeled) = stmt {
        stmt = &labeled.body;
    }
    stmt
}

/// Whether a declaration has a body and is not only told to the type checker.
pub(super) fn is_real_function(function: &FnDecl) -> bool {
    !function.declare && function.function.body.is_some()
}

/// Calls `each` for what a statement declares in the scope that it stands in, functions and `var` excepted.
pub(super) fn lexicals_of_stmt(stmt: &Stmt, each: &mut impl FnMut(&Ident, BindingKind)) {
    if let Stmt::Decl(decl) = stmt {
        lexicals_of_decl(decl, each);
    }
}

fn lexicals_of_decl(decl: &Decl, each: &mut impl FnMut(&Ident, BindingKind)) {
    match decl {
        Decl::Var(decl) => lexicals_of_var(decl, each),
        Decl::Using(using) => {
            using.decls.iter().for_each(|decl| names_of(&decl.name, &mut |ident| each(ident, BindingKind::Const)));
        }
        Decl::Class(class) if !class.declare => each(&class.ident, BindingKind::Class),
        Decl::TsEnum(decl) if !decl.declare => each(&decl.id, BindingKind::Enum),
        Decl::TsModule(decl) => {
            if let Some((ident, _)) = real_namespace(decl) {
                each(ident, BindingKind::Enum);
            }
        }
        _ => {}
    }
}

/// Calls `each` for the names of a `let` or `const`.
pub(super) fn lexicals_of_var(decl: &VarDecl, each: &mut impl FnMut(&Ident, BindingKind)) {
    let kind = match decl.kind {
        VarDeclKind::Let => BindingKind::Let,
        VarDeclKind::Const => BindingKind::Const,
        VarDeclKind::Var => return,
    };
    if !decl.declare {
        decl.decls.iter().for_each(|decl| names_of(&decl.name, &mut |ident| each(ident, kind)));
    }
}

/// A namespace that exists when the program runs: its name and body.
pub(super) fn real_namespace(decl: &TsModuleDecl) -> Option<(&Ident, &TsNamespaceBody)> {
    let (TsModuleName::Ident(ident), Some(body)) = (&decl.id, &decl.body) else { return None };
    (!decl.declare && !decl.global && has_values(body)).then_some((ident, body))
}

fn has_values(body: &TsNamespaceBody) -> bool {
    match body {
        TsNamespaceBody::TsModuleBlock(block) => block.body.iter().any(is_value),
        TsNamespaceBody::TsNamespaceDecl(inner) => has_values(&inner.body),
    }
}

fn is_value(item: &ModuleItem) -> bool {
    let declares = |decl: &Decl| !matches!(decl, Decl::TsInterface(_) | Decl::TsTypeAlias(_));
    match item {
        ModuleItem::Stmt(Stmt::Decl(decl)) => declares(decl),
        ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => declares(&export.decl),
        ModuleItem::Stmt(_) | ModuleItem::ModuleDecl(_) => true,
    }
}

/// Calls `each` for every name that a pattern binds.
pub(super) fn names_of(pattern: &Pat, each: &mut impl FnMut(&Ident)) {
    Names(each).visit_pat(pattern);
}

struct Names<'f, F>(&'f mut F);

impl<F: FnMut(&Ident)> Visit for Names<'_, F> {
    fn visit_binding_ident(&mut self, ident: &BindingIdent) {
        (self.0)(&ident.id);
    }

    // Default values, computed keys and types bind nothing.
    fn visit_expr(&mut self, _: &Expr) {}
    fn visit_ts_type_ann(&mut self, _: &TsTypeAnn) {}
}
