//! Who reads the names of relevant functions: what may call them.

use std::cell::LazyCell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Relevance, Scripts};
use crate::analysis::targets::Targets;
use crate::ir::{AssignOp, BindingId, Expr, ExprId, FnId, PropertyKey, Ref, Script, ScriptId, Target};

impl Relevance {
    /// For each relevant function, who else reads its name.
    pub(super) fn note_referrers(&mut self, scripts: &Scripts<'_>, owners: &[Vec<FnId>], names: &Targets) {
        let mut by_binding: FxHashMap<(ScriptId, BindingId), Vec<(ScriptId, FnId)>> = FxHashMap::default();
        let mut by_name: FxHashMap<&Arc<str>, Vec<(ScriptId, FnId)>> = FxHashMap::default();
        let by_id: FxHashMap<ScriptId, &Script> = scripts.iter().copied().collect();
        for ((id, script), owners) in scripts.iter().zip(owners) {
            let hot = names.in_script(script, *id);
            let written: LazyCell<FxHashSet<ExprId>, _> =
                LazyCell::new(|| script.exprs.iter().filter_map(plain_target).collect());
            for (index, expr) in script.exprs.iter().enumerate() {
                let reader = (*id, owners[index]);
                match *expr {
                    Expr::Read(Ref::Binding(binding)) if hot.bindings[binding.index()] => {
                        push_new(by_binding.entry((*id, binding)).or_default(), reader);
                    }
                    Expr::Member { key: PropertyKey::Name(name), .. } | Expr::Read(Ref::Global(name))
                        if hot.globals[name.index()] && !written.contains(&ExprId(index as u32)) =>
                    {
                        push_new(by_name.entry(script.name(name)).or_default(), reader);
                    }
                    _ => {}
                }
            }
        }
        for (id, function) in &self.functions {
            let Some(script) = by_id.get(id).copied() else { continue };
            let binding = names.functions.get(&(*id, *function)).copied();
            let name = script.function(*function).name;
            let mut readers = binding.and_then(|b| by_binding.remove(&(*id, b))).unwrap_or_default();
            let exported = name.is_some_and(|n| names.properties.contains(script.name(n)));
            let shared = exported || binding.is_none_or(|b| script.binding(b).owner == Script::BODY);
            if let Some(more) = name.filter(|_| shared).and_then(|n| by_name.get(script.name(n))) {
                readers.extend(more);
            }
            readers.retain(|r| *r != (*id, *function));
            self.referrers.insert((*id, *function), readers);
        }
    }
}

fn push_new(list: &mut Vec<(ScriptId, FnId)>, item: (ScriptId, FnId)) {
    if list.last() != Some(&item) {
        list.push(item);
    }
}

/// The member that an assignment writes without reading it.
const fn plain_target(expr: &Expr) -> Option<ExprId> {
    match expr {
        Expr::Assign { target: Target::Member(member), op: AssignOp::Set, .. } => Some(*member),
        _ => None,
    }
}
