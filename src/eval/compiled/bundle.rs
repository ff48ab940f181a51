//! What bundlers put around modules: exports that are defined as getters, and functions that load a module by its id.

use crate::eval::language::generator::Part;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::{Closure, ObjectId, ObjectKind};
use crate::eval::values::value::{Atom, Value};
use crate::ir::{Expr, PropertyKey, Ref, Script};

/// Modules may load each other this deep.
const MAX_LOADING: usize = 200;

impl Machine<'_> {
    /// Whether an object is what a step function is given.
    pub(in crate::eval) fn is_context(&self, id: ObjectId, st: &State) -> bool {
        self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Part(Part::Context)))
    }

    /// Whether a function that runs already loads modules, and is to load one that it is not loading now.
    pub(in crate::eval) fn loads_another(&mut self, closure: &Closure, arguments: &[Value], st: &State) -> bool {
        let script = self.project.script(closure.script);
        let decl = script.function(closure.function);
        let (Some(param), Some(id)) = (decl.params.of(&script.params).first(), arguments.first()) else { return false };
        if !matches!(id.single(), Some(Atom::Number(_) | Atom::Text(_))) || !is_loader(script, closure.function) {
            return false;
        }
        let running = self.run.frames.iter().filter(|f| f.script == closure.script && f.function == closure.function);
        let mut depth = 0;
        for frame in running {
            depth += 1;
            let loading = st.scopes.get(frame.scope.0).and_then(|s| s.slot(param.binding));
            if loading.is_none_or(|slot| slot.value.single() == id.single()) {
                return false;
            }
        }
        depth < MAX_LOADING
    }
}

/// Whether a name is a helper's of a compiler, which each file brings along: `this && this.__awaiter || function …`.
pub(in crate::eval) fn is_language_helper(name: &str) -> bool {
    const HELPERS: &[&str] = &[
        "__assign",
        "__asyncGenerator",
        "__awaiter",
        "__createBinding",
        "__decorate",
        "__exportStar",
        "__extends",
        "__generator",
        "__importDefault",
        "__importStar",
        "__makeTemplateObject",
        "__metadata",
        "__param",
        "__read",
        "__rest",
        "__setModuleDefault",
        "__spread",
        "__spreadArray",
        "__spreadArrays",
        "__values",
    ];
    name.starts_with("__") && HELPERS.contains(&name)
}

/// Whether a function looks its first parameter up in a table and calls what it finds there, or a part of that:
/// `modules[id].call(…)`, `modules[id][0].call(…)`.
fn is_loader(script: &Script, function: crate::ir::FnId) -> bool {
    let decl = script.function(function);
    let Some(id) = decl.params.of(&script.params).first().map(|p| p.binding) else { return false };
    let exprs = script.exprs.get(decl.exprs.0 as usize..decl.exprs.1 as usize).unwrap_or_default();
    let looked_up = |expr: &Expr| match *expr {
        Expr::Member { key: PropertyKey::Computed(key), .. } => {
            matches!(script.expr(key), Expr::Read(Ref::Binding(b)) if b == id)
        }
        _ => false,
    };
    exprs.iter().any(|expr| match *expr {
        Expr::Call { callee, .. } => {
            let mut at = callee;
            loop {
                let expr = script.expr(at);
                if looked_up(&expr) {
                    return true;
                }
                let Expr::Member { object, .. } = expr else { return false };
                at = object;
            }
        }
        _ => false,
    })
}
