//! A script: its arenas, and what it takes from and gives to others.

use std::sync::Arc;

use super::{
    Argument, Binding, BindingId, BindingKind, Case, Class, ClassId, Expr, ExprId, FnId, Function, List, Member,
    NameId, Param, Property, PropertyKey, Ref, Span, Stmt, StmtId, Target, Write,
};

/// A name that holds a name that holds a module is followed this far.
const MAX_HELD: usize = 8;

/// One script: a file's, an inline element's, or an `on…` attribute's.
#[derive(Debug, Default)]
pub struct Script {
    /// Module or classic.
    pub kind: ScriptKind,
    /// Where its text is in the file.
    pub span: Span,
    /// Names and strings.
    pub names: Vec<Arc<str>>,
    /// Expressions; `expr_spans` has their places.
    pub exprs: Vec<Expr>,
    /// Places of expressions.
    pub expr_spans: Vec<Span>,
    /// Statements; `stmt_spans` has their places.
    pub stmts: Vec<Stmt>,
    /// Places of statements.
    pub stmt_spans: Vec<Span>,
    /// Functions; the first is the script's body.
    pub functions: Vec<Function>,
    /// Classes.
    pub classes: Vec<Class>,
    /// Declared names.
    pub bindings: Vec<Binding>,
    /// Names that a classic script adds to the page's global scope.
    pub globals: Vec<(NameId, BindingId)>,
    /// What it imports.
    pub imports: Vec<Import>,
    /// What it exports.
    pub exports: Vec<Export>,
    /// Pool of expression lists.
    pub expr_lists: Vec<ExprId>,
    /// Pool of statement lists.
    pub stmt_lists: Vec<StmtId>,
    /// Pool of arguments and elements.
    pub arguments: Vec<Argument>,
    /// Pool of object properties.
    pub properties: Vec<Property>,
    /// Pool of switch cases.
    pub cases: Vec<Case>,
    /// Pool of parameters.
    pub params: Vec<Param>,
    /// Pool of class members.
    pub members: Vec<Member>,
    /// Pool of hoisted declarations.
    pub hoisted: Vec<(BindingId, FnId)>,
    /// Pool of names.
    pub name_lists: Vec<NameId>,
    /// Pool of writes.
    pub writes: Vec<Write>,
}

/// How a script is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ScriptKind {
    /// A classic script: its top-level names are the page's.
    #[default]
    Classic,
    /// A module: its names are its own.
    Module,
    /// The text of an `on…` attribute.
    Handler,
}

/// One imported name.
#[derive(Clone, Debug)]
pub struct Import {
    /// The specifier.
    pub source: NameId,
    /// Which export.
    pub name: ImportedName,
    /// The name here; none for `import "x"`.
    pub binding: Option<BindingId>,
    /// The place of the specifier's clause.
    pub span: Span,
}

/// Which export an import takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportedName {
    /// `import x from`.
    Default,
    /// `import * as x`.
    Namespace,
    /// `import {name as x}`.
    Named(NameId),
    /// `import "x"`.
    Nothing,
}

/// One exported name.
#[derive(Clone, Debug)]
pub enum Export {
    /// `export {binding as name}`, `export const name`.
    Binding {
        /// The name outside.
        name: NameId,
        /// The name here.
        binding: BindingId,
    },
    /// `export default expression`.
    Default {
        /// The expression.
        value: ExprId,
        /// Holds its value.
        binding: BindingId,
    },
    /// `export {name as exported} from "source"`.
    From {
        /// The name outside.
        exported: NameId,
        /// The name in the source; none for `* as exported`.
        name: Option<NameId>,
        /// The specifier.
        source: NameId,
    },
    /// `export * from "source"`.
    All {
        /// The specifier.
        source: NameId,
    },
}

impl Script {
    /// How many expressions and statements it has: the steps that it takes to run each of them once.
    #[must_use]
    pub fn steps(&self) -> u32 {
        u32::try_from(self.exprs.len().saturating_add(self.stmts.len())).unwrap_or(u32::MAX)
    }

    /// The script's own body.
    pub const BODY: FnId = FnId(0);

    /// The text of a name.
    #[must_use]
    pub fn name(&self, id: NameId) -> &Arc<str> {
        &self.names[id.index()]
    }

    /// An expression.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> Expr {
        self.exprs[id.index()]
    }

    /// The place of an expression.
    #[must_use]
    pub fn expr_span(&self, id: ExprId) -> Span {
        self.expr_spans[id.index()]
    }

    /// A statement.
    #[must_use]
    pub fn stmt(&self, id: StmtId) -> Stmt {
        self.stmts[id.index()]
    }

    /// The place of a statement.
    #[must_use]
    pub fn stmt_span(&self, id: StmtId) -> Span {
        self.stmt_spans[id.index()]
    }

    /// A function.
    #[must_use]
    pub fn function(&self, id: FnId) -> &Function {
        &self.functions[id.index()]
    }

    /// A class.
    #[must_use]
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.index()]
    }

    /// A declared name.
    #[must_use]
    pub fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.index()]
    }

    /// The writes of a declared name.
    #[must_use]
    pub fn writes_of(&self, id: BindingId) -> &[Write] {
        self.binding(id).writes.of(&self.writes)
    }

    /// The innermost function that an expression stands in.
    #[must_use]
    pub fn function_of(&self, expr: ExprId) -> FnId {
        let inside = |f: &Function| f.exprs.0 <= expr.0 && expr.0 < f.exprs.1;
        self.functions
            .iter()
            .enumerate()
            .filter(|(_, f)| inside(f))
            .min_by_key(|(_, f)| f.exprs.1 - f.exprs.0)
            .map_or(Self::BODY, |(i, _)| FnId(i as u32))
    }

    /// The specifier of `require("…")`, where that is what a call is.
    #[must_use]
    pub fn required_module(&self, callee: ExprId, arguments: List<Argument>) -> Option<NameId> {
        let Expr::Read(Ref::Global(name)) = self.expr(callee) else { return None };
        if &**self.name(name) != "require" {
            return None;
        }
        match self.expr(self.args(arguments).first()?.value) {
            Expr::String(name) => Some(name),
            _ => None,
        }
    }

    /// The name by which a function is known where it was declared: of an imported one, its name in the module; of
    /// `(0, module.name)`, that name.
    #[must_use]
    pub fn called_name(&self, callee: ExprId) -> Option<NameId> {
        match self.expr(self.last_of(callee)) {
            Expr::Read(Ref::Global(name)) | Expr::Member { key: PropertyKey::Name(name), .. } => Some(name),
            Expr::Read(Ref::Binding(binding)) => Some(match self.import_of(binding).map(|import| import.name) {
                Some(ImportedName::Named(name)) => name,
                _ => self.binding(binding).name,
            }),
            _ => None,
        }
    }

    /// The import that a name stands for.
    #[must_use]
    pub fn import_of(&self, binding: BindingId) -> Option<&Import> {
        match self.binding(binding).kind {
            BindingKind::Import(index) => self.imports.get(index as usize),
            _ => None,
        }
    }

    /// The module that a value is all of: `require("…")`, a helper's call with nothing else, a name that holds one.
    #[must_use]
    pub fn module_held(&self, value: ExprId) -> Option<NameId> {
        let mut at = value;
        for _ in 0..MAX_HELD {
            at = match self.expr(at) {
                Expr::Call { callee, arguments, .. } => match self.required_module(callee, arguments) {
                    Some(module) => return Some(module),
                    None => match self.args(arguments) {
                        [only] => only.value,
                        _ => return None,
                    },
                },
                Expr::Read(Ref::Binding(binding)) => match (self.import_of(binding), self.writes_of(binding)) {
                    (Some(import), _) if import.name == ImportedName::Namespace => return Some(import.source),
                    (None, [Write::Value(value)]) => *value,
                    _ => return None,
                },
                _ => return None,
            };
        }
        None
    }

    /// A text, or the one that a name holds.
    #[must_use]
    pub fn constant_text(&self, value: ExprId) -> Option<NameId> {
        match self.expr(value) {
            Expr::String(text) => Some(text),
            Expr::Read(Ref::Binding(binding)) => match self.writes_of(binding) {
                [Write::Value(value)] => match self.expr(*value) {
                    Expr::String(text) => Some(text),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// The last of a sequence: `(0, call)`.
    #[must_use]
    pub fn last_of(&self, expr: ExprId) -> ExprId {
        match self.expr(expr) {
            Expr::Sequence(list) => list.of(&self.expr_lists).last().copied().unwrap_or(expr),
            _ => expr,
        }
    }

    /// Whether it gives others `module.exports`, or a property of that.
    #[must_use]
    pub fn assigns_module_exports(&self) -> bool {
        let is_global = |expr: ExprId, name: &str| matches!(self.expr(expr), Expr::Read(Ref::Global(global)) if &**self.name(global) == name);
        self.exprs.iter().any(|expr| match *expr {
            Expr::Assign { target: Target::Member(mut member), .. } => loop {
                let Expr::Member { object, key: PropertyKey::Name(key), .. } = self.expr(member) else { break false };
                if &**self.name(key) == "exports" && is_global(object, "module") {
                    break true;
                }
                member = object;
            },
            _ => false,
        })
    }

    /// Arguments or elements of a list.
    #[must_use]
    pub fn args(&self, list: List<Argument>) -> &[Argument] {
        list.of(&self.arguments)
    }
}
