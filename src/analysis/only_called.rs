//! Functions whose name is used for nothing but calling them: where no call runs, nobody else can call them.

use super::relevance::Relevance;
use super::targets::Targets;
use crate::ir::{BindingId, Expr, Ref, Script, ScriptId};

impl Relevance {
    /// Notes the relevant functions inside others that nothing but calls can reach.
    pub(super) fn note_only_called(&mut self, id: ScriptId, script: &Script, names: &Targets) {
        let mut other_uses = vec![0_i32; script.bindings.len()];
        for expr in &script.exprs {
            match *expr {
                Expr::Read(Ref::Binding(binding)) => other_uses[binding.index()] += 1,
                Expr::Call { callee, .. } => {
                    if let Expr::Read(Ref::Binding(binding)) = script.expr(callee) {
                        other_uses[binding.index()] -= 1;
                    }
                }
                _ => {}
            }
        }
        for (_, function) in self.functions.iter().filter(|(script, _)| *script == id) {
            let binding = names.functions.get(&(id, *function));
            let inside = |b: &BindingId| script.binding(*b).owner != Script::BODY && other_uses[b.index()] == 0;
            if binding.is_some_and(inside) {
                self.only_called.insert((id, *function));
            }
        }
    }
}
