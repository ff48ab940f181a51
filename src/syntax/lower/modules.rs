//! What modules take from and give to others.

use swc_common::Spanned;
use swc_ecma_ast::{
    self as tree, DefaultDecl, ExportSpecifier, ImportSpecifier, ModuleDecl, ModuleExportName, ModuleItem,
    TsEntityName, TsModuleRef,
};

use super::functions::Head;
use super::namespaces::names_of_decl;
use super::{Lowerer, word};
use crate::ir::{
    Argument, AssignOp, BindingKind, Export, Expr, ExprId, FnKind, Import, ImportedName, List, NameId, PropertyKey,
    Ref, ScriptKind, Span, Stmt, Target, Write,
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
        self.hoist_items(items);
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
        if name == word::DEFAULT { ImportedName::Default } else { ImportedName::Named(name) }
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
                let value = self.expr_named(&export.expr, Some(word::DEFAULT));
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
                None => self.function_expression(function, Some(word::DEFAULT)),
            },
            DefaultDecl::Class(class) => match &class.ident {
                Some(ident) => {
                    let binding = self.class_declaration(ident, &class.class);
                    let span = self.span(ident.span);
                    self.read_binding(binding, span)
                }
                None => self.class_expression(class, Some(word::DEFAULT)),
            },
            DefaultDecl::TsInterfaceDecl(_) => return,
        };
        self.export_default(value, span);
    }

    fn export_names_of(&mut self, decl: &tree::Decl) {
        names_of_decl(decl, &mut |ident| {
            let name = self.name(&ident.sym);
            self.export_binding(ident, name);
        });
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
                    let name = Some(word::DEFAULT);
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

#[cfg(test)]
mod tests {
    use crate::ir::{Export, ImportedName};
    use crate::source::Language;
    use crate::syntax::Parsed;
    use crate::syntax::dump::{dump, js, parse_as, parse_js, ts};

    fn imports(parsed: &Parsed) -> Vec<String> {
        let script = &parsed.script;
        let import = |import: &crate::ir::Import| {
            let name = match import.name {
                ImportedName::Named(name) => script.name(name).to_string(),
                other => format!("{other:?}"),
            };
            let local = import.binding.map(|id| script.name(script.binding(id).name).to_string());
            format!("{name} as {} from {}", local.unwrap_or_default(), script.name(import.source))
        };
        script.imports.iter().map(import).collect()
    }

    fn exports(parsed: &Parsed) -> Vec<String> {
        let script = &parsed.script;
        let export = |export: &Export| match *export {
            Export::Binding { name, binding } => {
                format!("{} = {}", script.name(name), script.name(script.binding(binding).name))
            }
            Export::Default { .. } => "default".to_owned(),
            Export::From { exported, name, source } => {
                let name = name.map_or("*".to_owned(), |name| script.name(name).to_string());
                format!("{} = {name} of {}", script.name(exported), script.name(source))
            }
            Export::All { source } => format!("* of {}", script.name(source)),
        };
        script.exports.iter().map(export).collect()
    }

    #[test]
    fn all_forms_of_import() {
        let parsed = parse_js(
            "import a, {b, c as d, default as e, 'f-g' as h} from 'm'; import * as n from 'n'; import 's'; a(b)",
        );
        assert_eq!(
            imports(&parsed),
            [
                "Default as a from m",
                "b as b from m",
                "c as d from m",
                "Default as e from m",
                "f-g as h from m",
                "Namespace as n from n",
                "Nothing as  from s",
            ]
        );
        assert_eq!(dump(&parsed.script), "a(b)");
    }

    #[test]
    fn all_forms_of_export() {
        let parsed = parse_js(
            "export {a as b, c}; export const {d, e: [f]} = x; export function g() {} export class H {} var a, c;\
             export * from 'm'; export * as n from 'n'; export {o as p, default} from 'q'; export r from 's'",
        );
        assert_eq!(
            exports(&parsed),
            [
                "b = a",
                "c = c",
                "d = d",
                "f = f",
                "g = g",
                "H = H",
                "* of m",
                "n = * of n",
                "p = o of q",
                "default = default of q",
                "r = default of s",
            ]
        );
    }

    #[test]
    fn exports_of_one_value() {
        assert_eq!(js("export default function f() {} f()"), "^f = function f() {}; export default f; f()");
        assert_eq!(js("export default class A {}"), "class A = (class A as A {}); export default A");
        assert_eq!(js("export default () => 1"), "export default (arrow default() {return 1})");
        assert_eq!(js("export default function () {}"), "export default (function default() {})");
        assert_eq!(js("export default {a: 1}"), "export default {a: 1}");
    }

    #[test]
    fn what_is_only_a_type_vanishes() {
        let text = "import type {A} from 'a'; import {type B, c} from 'b'; export type {D} from 'd'; export {type E, c}; \
                    export interface F {} export type G = A; export default interface H {}";
        let parsed = parse_as(text, Language::TypeScript);
        assert_eq!((imports(&parsed), exports(&parsed)), (vec!["c as c from b".to_owned()], vec!["c = c".to_owned()]));
        assert_eq!(dump(&parsed.script), "");
    }

    #[test]
    fn typescripts_own_forms() {
        assert_eq!(ts("import a = require('b'); export = a.c"), "const a = @require(\"b\"); (@module.exports = a.c)");
        assert_eq!(ts("import a = b.c.d; a()"), "const a = @b.c.d; a()");
    }

    #[test]
    fn waiting_at_the_top_makes_a_module() {
        assert_eq!(parse_js("await a()").script.kind, crate::ir::ScriptKind::Module);
        assert_eq!(parse_js("a()").script.kind, crate::ir::ScriptKind::Classic);
    }
}
