//! The program's own form of a script: flat arenas of expressions, statements, functions and bindings.
//!
//! Lowering (in `syntax`) makes it once from the parser's tree; everything after works on it alone.
//! Nodes refer to each other by 32-bit ids, so that a script is `Send`, cheap to drop and free of
//! recursion. Whatever JavaScript says in several ways is said here in one: parentheses, TypeScript's
//! wrappers, JSX, destructuring, class fields and enums are gone, their places are kept.

mod arena;
mod expr;
mod function;
mod owners;
mod script;
mod span;
mod stmt;

pub use arena::{BindingId, ClassId, ExprId, FnId, List, NameId, ScriptId, StmtId};
pub use expr::{
    Argument, AssignOp, BinaryOp, Expr, LogicalOp, Property, PropertyKey, PropertyKind, Ref, Target, UnaryOp,
};
pub use function::{Binding, BindingKind, Class, FnKind, Function, Member, MemberKind, Param, Write};
pub use script::{Export, Import, ImportedName, Script, ScriptKind};
pub use span::{FileId, Loc, Span};
pub use stmt::{Case, ForEachKind, Stmt};
