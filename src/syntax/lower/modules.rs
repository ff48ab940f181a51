//! What modules take from and give to others.

use swc_common::Spanned;
use swc_ecma_ast::{
    self as tree, DefaultDecl, ExportSpecifier, ImportSpecifier, ModuleDecl, ModuleExportName, ModuleItem,
    TsEntityName, TsModuleRef,
};

use super::Lowerer;
use super::functions::Head;
use super::hoist::Declared;
use super::namespaces::names_of_decl;
use crate::ir::{
    Argument, AssignOp, BindingKind, Export, Expr, ExprId, FnKind, Import, ImportedName, List, NameId, PropertyKey, Ref,
    ScriptKind, Span, Stmt, Target, Write,
};

impl Lowerer<'_> {
    pub(super) fn module(&mut self, items: &[ModuleItem], span: swc_common::Span) {
        self.script.kind = ScriptKind::Module;
        let span = self.span(span);
        let open = self.open(Head::plain(None, FnKind::Script, span));
        self.frame_mut().strict = true;
        for item in items {
            if let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item {
                self.import(import);
            }
        }
        let declared = Declared::of_items(items);
        self.hoist_body(&declared.found, &declared.lexicals);
        for item in items {
            match item {
                ModuleItem::Stmt(stmt) => self.stmt(stmt),
                ModuleItem::ModuleDecl(decl) => self.module_decl(decl),
            }
        }
        self.close(&open);
    }

    fn import(&mut self, import: &tree::ImportDecl) {
        if import.type_only {
            return;
        }
        let source = self.name(&import.src.value.to_string_lossy());
        if import.specifiers.is_empty() {
            let span = self.span(import.span);
            self.script.imports.push(Import { source, name: ImportedName::Nothing, binding: None, span });
        }
        for specifier in &import.specifiers {
            let (name, local) = match specifier {
                ImportSpecifier::Named(named) if named.is_type_only => continue,
                ImportSpecifier::Named(named) => {
                    let name = match &named.imported {
                        Some(imported) => self.export_name(imported),
                        None => self.name(&named.local.sym),
                    };
                    (self.imported(name), &named.local)
                }
                ImportSpecifier::Default(default) => (ImportedName::Default, &default.local),
                ImportSpecifier::Namespace(namespace) => (ImportedName::Namespace, &namespace.local),
            };
            let index = self.script.imports.len() as u32;
            let binding = Some(self.declare_ident(local, BindingKind::Import(index)));
            let span = self.span(specifier.span());
            self.script.imports.push(Import { source, name, binding, span });
        }
    }

    fn imported(&self, name: NameId) -> ImportedName {
        if name == self.words.default { ImportedName::Default } else { ImportedName::Named(name) }
    }

    fn export_name(&mut self, name: &ModuleExportName) -> NameId {
        match name {
            ModuleExportName::Ident(ident) => self.name(&ident.sym),
            ModuleExportName::Str(text) => self.name(&text.value.to_string_lossy()),
        }
    }

    fn module_decl(&mut self, decl: &ModuleDecl) {
        match decl {
            ModuleDecl::Import(_) | ModuleDecl::TsNamespaceExport(_) => {}
            ModuleDecl::ExportDecl(export) => {
                self.decl(&export.decl);
                self.export_names_of(&export.decl);
            }
            ModuleDecl::ExportNamed(export) => self.export_named(export),
            ModuleDecl::ExportDefaultDecl(export) => self.export_default_decl(export),
            ModuleDecl::ExportDefaultExpr(export) => {
                let value = self.expr_named(&export.expr, Some(self.words.default));
                let span = self.span(export.span);
                self.export_default(value, span);
            }
            ModuleDecl::ExportAll(export) if export.type_only => {}
            ModuleDecl::ExportAll(export) => {
                let source = self.name(&export.src.value.to_string_lossy());
                self.script.exports.push(Export::All { source });
            }
            ModuleDecl::TsImportEquals(import) => self.import_equals(import),
            ModuleDecl::TsExportAssignment(export) => self.export_assignment(export),
        }
    }

    fn export_default_decl(&mut self, export: &tree::ExportDefaultDecl) {
        let span = self.span(export.span);
        let value = match &export.decl {
            DefaultDecl::Fn(function) => match &function.ident {
                _ if function.function.body.is_none() => return,
                Some(ident) => {
                    let binding = self.hoisted_function(ident, &function.function);
                    let span = self.span(ident.span);
                    self.read_binding(binding, span)
                }
                None => self.function_expression(function, Some(self.words.default)),
            },
            DefaultDecl::Class(class) => match &class.ident {
                Some(ident) => {
                    let binding = self.class_declaration(ident, &class.class);
                    let span = self.span(ident.span);
                    self.read_binding(binding, span)
                }
                None => self.class_expression(class, Some(self.words.default)),
            },
            DefaultDecl::TsInterfaceDecl(_) => return,
        };
        self.export_default(value, span);
    }

    fn export_names_of(&mut self, decl: &tree::Decl) {
        let mut idents = Vec::new();
        names_of_decl(decl, &mut idents);
        for ident in idents {
            let name = self.name(&ident.sym);
            self.export_binding(ident, name);
        }
    }

    /// Exports what `ident` means, if it is something that exists when the program runs.
    fn export_binding(&mut self, ident: &tree::Ident, name: NameId) {
        if let Ref::Binding(binding) = self.resolve(ident) {
            let export = Export::Binding { name, binding };
            self.script.exports.push(export);
        }
    }

    fn export_named(&mut self, export: &tree::NamedExport) {
        if export.type_only {
            return;
        }
        let source = export.src.as_ref().map(|source| self.name(&source.value.to_string_lossy()));
        for specifier in &export.specifiers {
            match (specifier, source) {
                (ExportSpecifier::Named(named), _) if named.is_type_only => {}
                (ExportSpecifier::Named(named), Some(source)) => {
                    let name = self.export_name(&named.orig);
                    let exported = named.exported.as_ref().map_or(name, |exported| self.export_name(exported));
                    self.script.exports.push(Export::From { exported, name: Some(name), source });
                }
                (ExportSpecifier::Named(named), None) => {
                    if let ModuleExportName::Ident(ident) = &named.orig {
                        let exported = named.exported.as_ref().unwrap_or(&named.orig);
                        let exported = self.export_name(exported);
                        self.export_binding(ident, exported);
                    }
                }
                (ExportSpecifier::Namespace(namespace), Some(source)) => {
                    let exported = self.export_name(&namespace.name);
                    self.script.exports.push(Export::From { exported, name: None, source });
                }
                (ExportSpecifier::Default(default), Some(source)) => {
                    let exported = self.name(&default.exported.sym);
                    let name = Some(self.words.default);
                    self.script.exports.push(Export::From { exported, name, source });
                }
                (ExportSpecifier::Namespace(_) | ExportSpecifier::Default(_), None) => {}
            }
        }
    }

    /// `import a = require("b")`, `import a = b.c`.
    fn import_equals(&mut self, import: &tree::TsImportEqualsDecl) {
        if import.is_type_only {
            return;
        }
        let span = self.span(import.span);
        let value = match &import.module_ref {
            TsModuleRef::TsEntityName(name) => self.entity(name),
            TsModuleRef::TsExternalModuleRef(module) => {
                let place = self.span(module.span);
                let callee = self.global("require", place);
                let argument_span = self.span(module.expr.span);
                let argument = self.string(&module.expr.value.to_string_lossy(), argument_span);
                let argument = Argument { value: argument, spread: false };
                let arguments = List::push_all(&mut self.script.arguments, [argument]);
                self.push(Expr::Call { callee, arguments, optional: false }, place)
            }
        };
        if let Ref::Binding(binding) = self.resolve(&import.id) {
            self.write(binding, Write::Value(value));
            self.emit(Stmt::Declare { binding, init: Some(value) }, span);
        }
        if import.is_export {
            let name = self.name(&import.id.sym);
            self.export_binding(&import.id, name);
        }
    }

    fn entity(&mut self, name: &TsEntityName) -> ExprId {
        match name {
            TsEntityName::Ident(ident) => self.expr_of_ident(ident),
            TsEntityName::TsQualifiedName(qualified) => {
                let object = self.entity(&qualified.left);
                let key = PropertyKey::Name(self.name(&qualified.right.sym));
                let key_span = self.span(qualified.right.span);
                let span = self.span(qualified.span);
                self.push(Expr::Member { object, key, optional: false, key_span }, span)
            }
        }
    }

    /// `export = value`: `module.exports = value`.
    fn export_assignment(&mut self, export: &tree::TsExportAssignment) {
        let span: Span = self.span(export.span);
        let object = self.global("module", span);
        let key = PropertyKey::Name(self.name("exports"));
        let target = self.push(Expr::Member { object, key, optional: false, key_span: span }, span);
        let value = self.expr(&export.expr);
        let assign = Expr::Assign { target: Target::Member(target), op: AssignOp::Set, value };
        let assign = self.push(assign, span);
        self.emit(Stmt::Expr(assign), span);
    }
}
