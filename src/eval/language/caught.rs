//! What a `catch` does with what it catches, as it is written.

use crate::api::calls::reports;
use crate::ir::{Expr, ExprId, PropertyKey, Ref, Script, Stmt, StmtId};

/// Whether a handler lets nobody know but those who read logs.
pub(in crate::eval) fn tells_nobody(script: &Script, handler: StmtId) -> bool {
    match script.stmt(handler) {
        Stmt::Empty => true,
        Stmt::Block(list) => list.of(&script.stmt_lists).iter().all(|stmt| tells_nobody(script, *stmt)),
        Stmt::Expr(expr) => logs(script, expr),
        Stmt::Declare { init, .. } => {
            init.is_none_or(|init| matches!(script.expr(init), Expr::Read(_) | Expr::String(_)))
        }
        _ => false,
    }
}

/// Whether an expression is a call that only logs: `console.error(e)`, `log(e)`, `this.logger.warn(e)`.
fn logs(script: &Script, expr: ExprId) -> bool {
    let Expr::Call { mut callee, .. } = script.expr(expr) else { return false };
    loop {
        let (name, object) = match script.expr(callee) {
            Expr::Member { object, key: PropertyKey::Name(name), .. } => (script.name(name), Some(object)),
            Expr::Read(Ref::Global(name)) => (script.name(name), None),
            Expr::Read(Ref::Binding(binding)) => (script.name(script.binding(binding).name), None),
            _ => return false,
        };
        if &**name == "console" || reports(name) {
            return true;
        }
        let Some(object) = object else { return false };
        callee = object;
    }
}
