//! The first look over statements: which names they declare. It goes down into statements, never into expressions
//! or functions, so all looks together are one walk over the tree.

use swc_ecma_ast::{
    Decl, DefaultDecl, FnDecl, Ident, ModuleDecl, ModuleItem, ObjectPatProp, Pat, Stmt, TsModuleDecl, TsModuleName,
    TsNamespaceBody, VarDecl, VarDeclKind, VarDeclOrExpr,
};

use crate::ir::BindingKind;

/// A name that is declared for the whole function.
#[derive(Clone, Copy)]
pub(super) enum Found<'t> {
    /// By `var`.
    Var(&'t Ident),
    /// By a function declaration at the top of the body.
    Function(&'t Ident),
    /// By a function declaration in a block.
    BlockFunction(&'t Ident),
}

/// Names that a scope declares for itself.
pub(super) type Lexicals<'t> = Vec<(&'t Ident, BindingKind)>;

/// What a body declares: for the whole of it, and in its outermost scope.
#[derive(Default)]
pub(super) struct Declared<'t> {
    pub(super) found: Vec<Found<'t>>,
    pub(super) lexicals: Lexicals<'t>,
}

impl<'t> Declared<'t> {
    pub(super) fn of_stmts(stmts: &'t [Stmt]) -> Self {
        let mut declared = Self::default();
        stmts.iter().for_each(|stmt| declared.add_stmt(stmt));
        declared
    }

    pub(super) fn of_items(items: &'t [ModuleItem]) -> Self {
        let mut declared = Self::default();
        for item in items {
            match item {
                ModuleItem::Stmt(stmt) => declared.add_stmt(stmt),
                ModuleItem::ModuleDecl(decl) => declared.add_module_decl(decl),
            }
        }
        declared
    }

    fn add_stmt(&mut self, stmt: &'t Stmt) {
        vars_of_stmt(stmt, true, &mut self.found);
        lexicals_of_stmt(stmt, &mut self.lexicals);
    }

    fn add_module_decl(&mut self, decl: &'t ModuleDecl) {
        match decl {
            ModuleDecl::ExportDecl(export) => {
                vars_of_decl(&export.decl, true, &mut self.found);
                lexicals_of_decl(&export.decl, &mut self.lexicals);
            }
            ModuleDecl::ExportDefaultDecl(export) => match &export.decl {
                DefaultDecl::Fn(function) if function.function.body.is_some() => {
                    self.found.extend(function.ident.iter().map(Found::Function));
                }
                DefaultDecl::Class(class) => {
                    self.lexicals.extend(class.ident.iter().map(|ident| (ident, BindingKind::Class)));
                }
                _ => {}
            },
            ModuleDecl::TsImportEquals(import) if !import.is_type_only => {
                self.lexicals.push((&import.id, BindingKind::Const));
            }
            _ => {}
        }
    }
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

fn vars_of_stmt<'t>(stmt: &'t Stmt, top: bool, found: &mut Vec<Found<'t>>) {
    match stmt {
        Stmt::Decl(decl) => vars_of_decl(decl, top, found),
        Stmt::Block(block) => vars_of_stmts(&block.stmts, found),
        Stmt::Labeled(labeled) => vars_of_stmt(&labeled.body, top, found),
        Stmt::With(with) => vars_of_stmt(&with.body, false, found),
        Stmt::While(each) => vars_of_stmt(&each.body, false, found),
        Stmt::DoWhile(each) => vars_of_stmt(&each.body, false, found),
        Stmt::If(branch) => vars_of_if(branch, found),
        Stmt::For(each) => {
            if let Some(VarDeclOrExpr::VarDecl(decl)) = &each.init {
                vars_of_var(decl, found);
            }
            vars_of_stmt(&each.body, false, found);
        }
        Stmt::ForIn(each) => {
            vars_of_head(&each.left, found);
            vars_of_stmt(&each.body, false, found);
        }
        Stmt::ForOf(each) => {
            vars_of_head(&each.left, found);
            vars_of_stmt(&each.body, false, found);
        }
        Stmt::Switch(switch) => switch.cases.iter().for_each(|case| vars_of_stmts(&case.cons, found)),
        Stmt::Try(attempt) => {
            vars_of_stmts(&attempt.block.stmts, found);
            if let Some(handler) = &attempt.handler {
                vars_of_stmts(&handler.body.stmts, found);
            }
            if let Some(finalizer) = &attempt.finalizer {
                vars_of_stmts(&finalizer.stmts, found);
            }
        }
        Stmt::Empty(_)
        | Stmt::Debugger(_)
        | Stmt::Return(_)
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::Throw(_)
        | Stmt::Expr(_) => {}
    }
}

fn vars_of_if<'t>(mut branch: &'t swc_ecma_ast::IfStmt, found: &mut Vec<Found<'t>>) {
    loop {
        vars_of_stmt(&branch.cons, false, found);
        match branch.alt.as_deref() {
            Some(Stmt::If(next)) => branch = next,
            Some(other) => return vars_of_stmt(other, false, found),
            None => return,
        }
    }
}

fn vars_of_stmts<'t>(stmts: &'t [Stmt], found: &mut Vec<Found<'t>>) {
    stmts.iter().for_each(|stmt| vars_of_stmt(stmt, false, found));
}

fn vars_of_head<'t>(head: &'t swc_ecma_ast::ForHead, found: &mut Vec<Found<'t>>) {
    if let swc_ecma_ast::ForHead::VarDecl(decl) = head {
        vars_of_var(decl, found);
    }
}

fn vars_of_decl<'t>(decl: &'t Decl, top: bool, found: &mut Vec<Found<'t>>) {
    match decl {
        Decl::Var(decl) => vars_of_var(decl, found),
        Decl::Fn(function) if is_real_function(function) => {
            let ident = &function.ident;
            found.push(if top { Found::Function(ident) } else { Found::BlockFunction(ident) });
        }
        _ => {}
    }
}

fn vars_of_var<'t>(decl: &'t VarDecl, found: &mut Vec<Found<'t>>) {
    if decl.kind == VarDeclKind::Var && !decl.declare {
        decl.decls.iter().for_each(|decl| names_of(&decl.name, &mut |ident| found.push(Found::Var(ident))));
    }
}

/// Adds what a statement declares in the scope that it stands in, functions and `var` excepted.
pub(super) fn lexicals_of_stmt<'t>(stmt: &'t Stmt, lexicals: &mut Lexicals<'t>) {
    if let Stmt::Decl(decl) = stmt {
        lexicals_of_decl(decl, lexicals);
    }
}

fn lexicals_of_decl<'t>(decl: &'t Decl, lexicals: &mut Lexicals<'t>) {
    match decl {
        Decl::Var(decl) => lexicals_of_var(decl, lexicals),
        Decl::Using(using) => {
            for decl in &using.decls {
                names_of(&decl.name, &mut |ident| lexicals.push((ident, BindingKind::Const)));
            }
        }
        Decl::Class(class) if !class.declare => lexicals.push((&class.ident, BindingKind::Class)),
        Decl::TsEnum(decl) if !decl.declare => lexicals.push((&decl.id, BindingKind::Enum)),
        Decl::TsModule(decl) => lexicals.extend(real_namespace(decl).map(|(ident, _)| (ident, BindingKind::Enum))),
        _ => {}
    }
}

/// Adds the names of a `let` or `const`.
pub(super) fn lexicals_of_var<'t>(decl: &'t VarDecl, lexicals: &mut Lexicals<'t>) {
    let kind = match decl.kind {
        VarDeclKind::Let => BindingKind::Let,
        VarDeclKind::Const => BindingKind::Const,
        VarDeclKind::Var => return,
    };
    if !decl.declare {
        decl.decls.iter().for_each(|decl| names_of(&decl.name, &mut |ident| lexicals.push((ident, kind))));
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
pub(super) fn names_of<'t>(pattern: &'t Pat, each: &mut impl FnMut(&'t Ident)) {
    match pattern {
        Pat::Ident(ident) => each(&ident.id),
        Pat::Array(array) => array.elems.iter().flatten().for_each(|element| names_of(element, each)),
        Pat::Rest(rest) => names_of(&rest.arg, each),
        Pat::Assign(assign) => names_of(&assign.left, each),
        Pat::Object(object) => {
            for property in &object.props {
                match property {
                    ObjectPatProp::KeyValue(property) => names_of(&property.value, each),
                    ObjectPatProp::Assign(property) => each(&property.key.id),
                    ObjectPatProp::Rest(rest) => names_of(&rest.arg, each),
                }
            }
        }
        Pat::Invalid(_) | Pat::Expr(_) => {}
    }
}
