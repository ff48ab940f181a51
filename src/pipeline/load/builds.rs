//! The programs of files that conditional comments make another in each build: one for each build in which something of
//! what runs together differs.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::Ids;
use crate::ir::{ScriptId, ScriptKind};
use crate::pipeline::unit::Unit;
use crate::project::{Markup, Realm};
use crate::source::Builds;

/// By the first script of each file that is another in each build: which script stands for it in each.
pub(super) fn variants(units: &[Unit], ids: &Ids) -> FxHashMap<ScriptId, [ScriptId; Builds::COUNT]> {
    let varied = (0..units.len()).filter(|index| units[*index].loaded.varies());
    let in_builds = |index: usize| {
        let scripts = std::array::from_fn(|build| ids.script(index, units[index].loaded.first_in(build)));
        (ids.script(index, 0), scripts)
    };
    varied.map(in_builds).collect()
}

/// The builds in which a file, or something that it imports, is another than in those before.
pub(super) fn that_differ(index: usize, units: &[Unit]) -> Vec<usize> {
    let varied: Vec<usize> =
        reached_from(index, units).into_iter().filter(|unit| units[*unit].loaded.varies()).collect();
    if varied.is_empty() {
        return vec![0];
    }
    let mut seen = BTreeSet::new();
    let looks_in = |build: usize| varied.iter().map(|unit| units[*unit].loaded.first_in(build)).collect::<Vec<usize>>();
    let has_code = |build: &usize| units[index].loaded.alternatives.iter().any(|builds| builds.has(*build));
    (0..Builds::COUNT).filter(has_code).filter(|build| seen.insert(looks_in(*build))).collect()
}

/// The program of a file in a build: its scripts, and the events that its template binds.
pub(super) fn program(index: usize, build: usize, units: &[Unit], ids: &Ids) -> Realm {
    let loaded = &units[index].loaded;
    let own: Vec<usize> = (0..loaded.scripts.len()).filter(|script| loaded.alternatives[*script].has(build)).collect();
    let is_bound = |script: &&usize| loaded.scripts[**script].kind == ScriptKind::Template;
    let scope = own.first().copied().unwrap_or_default();
    let bindings = own.iter().filter(is_bound).map(|script| (ids.script(index, *script), ids.script(index, scope)));
    Realm {
        file: ids.file(index),
        scripts: own.iter().map(|script| ids.script(index, *script)).collect(),
        entered_elsewhere: Vec::new(),
        markup: Markup { bindings: bindings.collect(), uses: Vec::new() },
        build,
    }
}

/// A file and all that it imports.
fn reached_from(index: usize, units: &[Unit]) -> BTreeSet<usize> {
    let mut seen = BTreeSet::from([index]);
    let mut due = vec![index];
    while let Some(unit) = due.pop() {
        let imported = units[unit].modules.iter().flat_map(|modules| modules.values().copied());
        due.extend(imported.filter(|unit| seen.insert(*unit)));
    }
    seen
}
