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

/// In which builds files are others than in those before.
pub(super) struct Differences {
    /// By unit: the pairs of builds in which the file, or something that it imports, is another, a bit for each.
    pairs: Vec<u32>,
}

impl Differences {
    /// Those of all files.
    pub(super) fn of(units: &[Unit]) -> Self {
        let mut pairs = vec![0; units.len()];
        let mut due: Vec<usize> = (0..units.len()).filter(|index| units[*index].loaded.varies()).collect();
        if due.is_empty() {
            return Self { pairs };
        }
        for index in &due {
            let firsts: [usize; Builds::COUNT] = std::array::from_fn(|build| units[*index].loaded.first_in(build));
            pairs[*index] = all_pairs().filter(|(a, b)| firsts[*a] != firsts[*b]).map(bit).sum();
        }
        let mut importers: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
        for (importer, unit) in units.iter().enumerate() {
            let imported: BTreeSet<usize> = unit.modules.iter().flat_map(|modules| modules.values().copied()).collect();
            imported.into_iter().for_each(|unit| importers[unit].push(importer));
        }
        while let Some(index) = due.pop() {
            for importer in &importers[index] {
                let before = pairs[*importer];
                pairs[*importer] |= pairs[index];
                due.extend((pairs[*importer] != before).then_some(*importer));
            }
        }
        Self { pairs }
    }

    /// The builds in which a file, or something that it imports, is another than in those before.
    pub(super) fn builds(&self, index: usize, units: &[Unit]) -> Vec<usize> {
        let (loaded, pairs) = (&units[index].loaded, self.pairs[index]);
        if pairs == 0 && !loaded.varies() {
            return vec![0];
        }
        let has_code = |build: usize| loaded.alternatives.iter().any(|builds| builds.has(build));
        let with_code: Vec<usize> = (0..Builds::COUNT).filter(|build| has_code(*build)).collect();
        let is_new = |build: &usize| {
            let mut before = with_code.iter().take_while(|known| *known < build);
            before.all(|known| pairs & bit((*known, *build)) != 0)
        };
        with_code.iter().copied().filter(is_new).collect()
    }
}

fn all_pairs() -> impl Iterator<Item = (usize, usize)> {
    (0..Builds::COUNT).flat_map(|b| (0..b).map(move |a| (a, b)))
}

/// The bit of a pair of builds, the lower number first.
const fn bit((a, b): (usize, usize)) -> u32 {
    1 << (b * (b - 1) / 2 + a)
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
