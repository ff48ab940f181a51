//! TypeScript's `namespace`: a function that runs at once and returns an object of what it exports.

use swc_ecma_ast::{Decl, Ident, ModuleDecl, ModuleItem, TsModuleDecl, TsNamespaceBody};

use super::Lowerer;
use super::functions::Head;
use super::hoist::{names_of, real_namespace};
use crate::ir::{Expr, ExprId, FnKind, List, Property, PropertyKey, PropertyKind, Ref, Span, Stmt, Write};

impl Lowerer<'_> {
    pub(super) fn namespace(&mut self, decl: &TsModuleDecl) {
        let Some((ident, body)) = real_namespace(decl) else { return };
        let span = self.span(decl.span);
        let value = self.namespace_body(ident, body, span);
        if let Ref::Binding(binding) = self.resolve(ident) {
            self.write(binding, Write::Value(value));
            self.emit(Stmt::Declare { binding, init: Some(value) }, span);
        }
    }

    fn namespace_body(&mut self, ident: &Ident, body: &TsNamespaceBody, span: Span) -> ExprId {
        let name = Some(self.name(&ident.sym));
        let open = self.open(Head::plain(name, FnKind::Normal, span));
        let mark = self.properties.len();
        match body {
            TsNamespaceBody::TsModuleBlock(block) => self.namespace_items(&block.body),
            TsNamespaceBody::TsNamespaceDecl(inner) => {
                let inner_span = self.span(inner.span);
                let value = self.namespace_body(&inner.id, &inner.body, inner_span);
                self.export_from_namespace(&inner.id, value);
            }
        }
        let exports = self.properties_since(mark);
        let exports = self.push(Expr::Object(exports), span);
        self.emit(Stmt::Return(Some(exports)), span);
        let id = self.close(&open);
        let callee = self.push(Expr::Function(id), span);
        self.push(Expr::Call { callee, arguments: List::default(), optional: false }, span)
    }

    fn namespace_items(&mut self, items: &[ModuleItem]) {
        self.hoist_items(items);
        let mut exported = Vec::new();
        for item in items {
            match item {
                ModuleItem::Stmt(stmt) => self.stmt(stmt),
                ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => {
                    self.decl(&export.decl);
                    names_of_decl(&export.decl, &mut |ident| exported.push(ident.clone()));
                }
                // A namespace has no other exports.
                ModuleItem::ModuleDecl(_) => {}
            }
        }
        for ident in exported {
            if let Ref::Binding(binding) = self.resolve(&ident) {
                let span = self.span(ident.span);
                let value = self.read_binding(binding, span);
                self.export_from_namespace(&ident, value);
            }
        }
    }

    fn export_from_namespace(&mut self, ident: &Ident, value: ExprId) {
        let key = PropertyKey::Name(self.name(&ident.sym));
        let key_span = self.span(ident.span);
        self.properties.push(Property { kind: PropertyKind::Value, key, value, key_span });
    }
}

/// Calls `each` for the names that a declaration declares.
pub(super) fn names_of_decl(decl: &Decl, each: &mut impl FnMut(&Ident)) {
    match decl {
        Decl::Var(decl) if !decl.declare => decl.decls.iter().for_each(|decl| names_of(&decl.name, each)),
        Decl::Using(decl) => decl.decls.iter().for_each(|decl| names_of(&decl.name, each)),
        Decl::Fn(function) => each(&function.ident),
        Decl::Class(class) => each(&class.ident),
        Decl::TsEnum(decl) => each(&decl.id),
        Decl::TsModule(decl) => {
            if let Some((ident, _)) = real_namespace(decl) {
                each(ident);
            }
        }
        Decl::Var(_) | Decl::TsInterface(_) | Decl::TsTypeAlias(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::ts;

    #[test]
    fn a_namespace_is_what_it_exports() {
        assert_eq!(
            ts(
                "namespace N { export const a = 1; const b = 2; export function f() { return b } export interface I {} } N.f()"
            ),
            "enum N = (function N() {^f = function f() {return b}; const a = 1; const b = 2; return {a: a, f: f}})(); N.f()"
        );
    }

    #[test]
    fn dots_nest() {
        assert_eq!(
            ts("namespace A.B { export let c = 1 }"),
            "enum A = (function A() {return {B: (function B() {let c = 1; return {c: c}})()}})()"
        );
    }

    #[test]
    fn a_namespace_of_types_does_not_exist() {
        assert_eq!(ts("namespace N { export interface I {} } N"), "@N");
    }
}
