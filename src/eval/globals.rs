//! Names that the scripts of a page share.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::ir::{BindingId, ScriptId, Write};
use crate::project::{Project, ScriptFormat};

/// The names that scripts of a page declare globally: the first declaration counts, of functions the last.
pub(super) fn globals_of(project: &Project, scripts: &[ScriptId]) -> FxHashMap<Arc<str>, (ScriptId, BindingId)> {
    let mut globals = FxHashMap::default();
    let shared = |id: &&ScriptId| project.entry(**id).format == ScriptFormat::Classic;
    for id in scripts.iter().filter(shared) {
        let script = project.script(*id);
        for (name, binding) in &script.globals {
            let is_function = script.writes_of(*binding).iter().any(|write| matches!(write, Write::Function(_)));
            let known = globals.entry(script.name(*name).clone()).or_insert((*id, *binding));
            if is_function {
                *known = (*id, *binding);
            }
        }
    }
    globals
}

/// Declarations of globals that are not those which stand for them.
pub(super) fn redeclared(
    project: &Project,
    scripts: &[ScriptId],
    globals: &FxHashMap<Arc<str>, (ScriptId, BindingId)>,
) -> FxHashMap<(ScriptId, BindingId), (ScriptId, BindingId)> {
    let mut found = FxHashMap::default();
    for id in scripts {
        let script = project.script(*id);
        let own = script.globals.iter().map(|(name, binding)| (script.name(*name), (*id, *binding)));
        found
            .extend(own.filter_map(|(name, own)| Some((own, *globals.get(name)?))).filter(|(own, known)| own != known));
    }
    found
}
