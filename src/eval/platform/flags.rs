//! Flags by which code shows or enables a control, or starts something: conditions around markup in code, watchers.

use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::ir::{Expr, ExprId, NameId, PropertyKey, Ref, Script, Span, Stmt};

/// The function that markup in code calls.
const JSX: &str = "jsx";

/// Whether a script decides by a name which markup it shows, whether a control is enabled, or what runs when it changes.
pub(super) fn decides_in_code(script: &Script, name: &str) -> bool {
    let id_of = |name: &str| script.names.iter().position(|known| &**known == name).map(|index| NameId(index as u32));
    let Some(flag) = id_of(name) else { return false };
    if is_watched_by_name(script, flag) {
        return true;
    }
    let reads = Reads::of(script, flag);
    if reads.starts.is_empty() {
        return false;
    }
    let has_markup = id_of(JSX).is_some_and(|jsx| {
        script.exprs.iter().any(|expr| matches!(*expr, Expr::Read(Ref::Global(name)) if name == jsx))
    });
    let stands_in = |expr: ExprId| reads.any_in(script.expr_span(expr));
    let decides = |expr: &Expr| match *expr {
        Expr::Conditional { test, .. } | Expr::Logical(_, test, _) => has_markup && stands_in(test),
        Expr::Call { callee, arguments, .. } => {
            script.args(arguments).first().is_some_and(|first| stands_in(first.value))
                && script.called_name(callee).is_some_and(|n| lists(PLATFORM.watch_functions, script.name(n)))
        }
        _ => false,
    };
    let enables =
        |key: PropertyKey| matches!(key, PropertyKey::Name(n) if lists(PLATFORM.opening_properties, script.name(n)));
    script.exprs.iter().any(decides)
        || has_markup && script.stmts.iter().any(|stmt| matches!(*stmt, Stmt::If { test, .. } if stands_in(test)))
        || has_markup && script.properties.iter().any(|p| stands_in(p.value) && enables(p.key))
}

/// `watch: { ready(value) { … } }` among a component's options.
fn is_watched_by_name(script: &Script, flag: NameId) -> bool {
    let is = |key: PropertyKey, wanted: NameId| matches!(key, PropertyKey::Name(name) if name == wanted);
    script.properties.iter().any(|property| {
        let PropertyKey::Name(name) = property.key else { return false };
        let Expr::Object(watchers) = script.expr(property.value) else { return false };
        watchers.of(&script.properties).iter().any(|watcher| is(watcher.key, flag))
            && lists(PLATFORM.watch_functions, script.name(name))
    })
}

/// Where a name is read, in order.
struct Reads {
    starts: Vec<u32>,
}

impl Reads {
    fn of(script: &Script, name: NameId) -> Self {
        let reads = script.exprs.iter().zip(&script.expr_spans).filter(|(expr, _)| match **expr {
            Expr::Read(Ref::Binding(binding)) => script.binding(binding).name == name,
            Expr::Member { key: PropertyKey::Name(key), .. } => key == name,
            _ => false,
        });
        let mut starts: Vec<u32> = reads.map(|(_, span)| span.start).collect();
        starts.sort_unstable();
        Self { starts }
    }

    fn any_in(&self, span: Span) -> bool {
        let first = self.starts.partition_point(|start| *start < span.start);
        self.starts.get(first).is_some_and(|start| *start < span.end)
    }
}
