//! Addresses of requests as they are written: where one is not known, it may have a name.

use std::sync::Arc;

use crate::api::effects::ArgumentPath;
use crate::ir::{Argument, BinaryOp, Expr, ExprId, List, PropertyKey, Ref, Script};

/// An address of more parts than these bears no name.
const MAX_PARTS: usize = 16;

/// What an address is called that is a name or a property, or begins with one: `urls.cancel + no`. It stands at `at` of a
/// call's arguments.
pub(super) fn name_of_address(script: &Script, arguments: List<Argument>, at: &ArgumentPath) -> Option<Arc<str>> {
    let is_empty = |part: ExprId| matches!(script.expr(part), Expr::String(text) if script.name(text).is_empty());
    let mut begins = written_at(script, arguments, at)?;
    for _ in 0..MAX_PARTS {
        match script.expr(begins) {
            Expr::Binary(BinaryOp::Add, first, _) => begins = first,
            Expr::Template(parts) => begins = *parts.of(&script.expr_lists).iter().find(|part| !is_empty(**part))?,
            Expr::Call { callee, arguments, .. } => {
                // A template as compilers write it: `"".concat(urls.cancel, "?no=").concat(no)`.
                let Expr::Member { object, key, .. } = script.expr(callee) else { return None };
                let first = script.args(arguments).first().filter(|_| is_name(script, key, "concat"))?;
                begins = if is_empty(object) { first.value } else { object };
            }
            Expr::Member { key: PropertyKey::Name(name), .. } | Expr::Read(Ref::Global(name)) => {
                return Some(script.name(name).clone());
            }
            Expr::Read(Ref::Binding(binding)) => return Some(script.name(script.binding(binding).name).clone()),
            _ => return None,
        }
    }
    None
}

/// The expression that is written at a place of a call's arguments.
fn written_at(script: &Script, arguments: List<Argument>, at: &ArgumentPath) -> Option<ExprId> {
    let argument = script.args(arguments).get(at.argument).filter(|argument| !argument.spread)?;
    match (at.property, script.expr(argument.value)) {
        (None, _) => Some(argument.value),
        (Some(name), Expr::Object(list)) => {
            let mut properties = list.of(&script.properties).iter();
            properties.find(|property| is_name(script, property.key, name)).map(|property| property.value)
        }
        _ => None,
    }
}

fn is_name(script: &Script, key: PropertyKey, name: &str) -> bool {
    matches!(key, PropertyKey::Name(key) if **script.name(key) == *name)
}
