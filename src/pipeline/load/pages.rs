//! The programs of pages: the scripts of each with those that it loads, in each of its renderings.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Ids;
use crate::ir::{Script, ScriptId, ScriptKind};
use crate::pipeline::unit::Unit;
use crate::project::{Markup, Realm};
use crate::source::Alternatives;

/// More expressions and statements of all renderings of one page together are not run: fewer renderings are.
const MOST_STEPS: u64 = 4_000_000;

/// Adds the programs of pages; answers the files that they load and that lead to a payment.
pub(super) fn add_programs(units: &[Unit], order: &[usize], ids: &Ids, realms: &mut Vec<Realm>) -> BTreeSet<usize> {
    let mut on_pages = BTreeSet::new();
    // What many pages load is entered by the first of them.
    let mut entered: BTreeSet<ScriptId> = BTreeSet::new();
    // Pages that say nothing of their own to the same files are one program.
    let mut seen: BTreeSet<(Option<u32>, Vec<usize>)> = BTreeSet::new();
    for index in order.iter().copied().filter(|i| units[*i].kind.shares_a_page()) {
        let unit = &units[index];
        let loaded: Vec<usize> = unit.sources.iter().map(|(_, target)| *target).collect();
        let leading: Vec<usize> = loaded.iter().copied().filter(|i| units[*i].leads()).collect();
        on_pages.extend(leading.iter().copied());
        let speaks = unit.leads() || !unit.loaded.scripts.is_empty();
        if unit.leads() || (!leading.is_empty() && (seen.insert((unit.root, loaded)) || speaks)) {
            let loaded = leading.iter().filter(|i| !units[**i].loaded.scripts.is_empty());
            let loaded = loaded.map(|i| ids.script(*i, 0));
            let entered_elsewhere: Vec<ScriptId> = loaded.filter(|script| !entered.insert(*script)).collect();
            realms.extend(renderings(index, units, ids).into_iter().map(|scripts| Realm {
                file: ids.file(index),
                scripts,
                entered_elsewhere: entered_elsewhere.clone(),
                markup: Markup::default(),
                build: 0,
            }));
        }
    }
    on_pages
}

/// A script on a page.
struct OnPage<'u> {
    id: ScriptId,
    /// Where it is on the page.
    at: u32,
    alternatives: Alternatives,
    script: &'u Script,
}

/// The scripts of each rendering of a page and those that it loads, in the order of the page; those that are the same once.
fn renderings(page: usize, units: &[Unit], ids: &Ids) -> Vec<Vec<ScriptId>> {
    let unit = &units[page];
    let own = unit.loaded.scripts.iter().zip(&unit.loaded.alternatives).enumerate();
    let own = own.map(|(index, (script, alternatives))| OnPage {
        id: ids.script(page, index),
        at: script.span.start,
        // Builds of a page are one program.
        alternatives: if unit.loaded.renderings > 0 { *alternatives } else { Alternatives::ALL },
        script,
    });
    let mut loads: FxHashMap<u32, Alternatives> = FxHashMap::default();
    for source in &unit.loaded.sources {
        let known = loads.entry(source.at).or_insert(Alternatives::NONE);
        *known = known.with(source.alternatives);
    }
    let loaded = unit.sources.iter().filter(|(_, target)| !units[*target].loaded.scripts.is_empty());
    let loaded = loaded.map(|(at, target)| OnPage {
        id: ids.script(*target, 0),
        at: *at,
        alternatives: loads.get(at).copied().unwrap_or_default(),
        script: &units[*target].loaded.scripts[0],
    });
    let mut scripts: Vec<OnPage<'_>> = own.chain(loaded).collect();
    scripts.sort_by_key(|script| script.at);
    let in_rendering = |number| {
        let mut seen = FxHashSet::default();
        let there = scripts.iter().filter(|script| script.alternatives.has(number));
        there.filter(|script| seen.insert(script.id)).collect::<Vec<_>>()
    };
    let (mut seen, mut steps) = (FxHashSet::default(), 0_u64);
    let mut is_affordable = |scripts: &[&OnPage<'_>]| {
        let is_first = steps == 0;
        steps += 1 + scripts.iter().map(|script| u64::from(script.script.steps())).sum::<u64>();
        is_first || steps <= MOST_STEPS
    };
    let all = (0..unit.loaded.renderings.max(1)).map(in_rendering);
    let (likely, unlikely): (Vec<_>, Vec<_>) = all.partition(|scripts| !declare_twice(scripts));
    // What is there in no other rendering is judged in that one.
    let mut covered: FxHashSet<ScriptId> = likely.iter().flatten().map(|script| script.id).collect();
    let unlikely =
        unlikely.into_iter().filter(|scripts| scripts.iter().filter(|script| covered.insert(script.id)).count() > 0);
    let all: Vec<_> = likely.into_iter().chain(unlikely).collect();
    all.into_iter()
        .map(|scripts| (scripts.iter().map(|script| script.id).collect::<Vec<_>>(), scripts))
        .filter(|(ids, _)| seen.insert(ids.clone()))
        .take_while(|(_, scripts)| is_affordable(scripts))
        .map(|(ids, _)| ids)
        .collect()
}

/// Whether two scripts, each of which is also there without the other, declare the same function: then the server leaves
/// one of them, whatever its conditions look like.
fn declare_twice(scripts: &[&OnPage<'_>]) -> bool {
    let mut declared: FxHashMap<&str, Alternatives> = FxHashMap::default();
    for script in scripts.iter().filter(|script| !script.alternatives.is_all()) {
        if script.script.kind != ScriptKind::Classic {
            continue;
        }
        for name in declared_functions(script.script) {
            let before = declared.insert(name, script.alternatives);
            let apart =
                |before: Alternatives| !before.are_among(script.alternatives) && !script.alternatives.are_among(before);
            if before.is_some_and(apart) {
                return true;
            }
        }
    }
    false
}

/// The names of the functions that a script declares for the page.
fn declared_functions(script: &Script) -> impl Iterator<Item = &str> {
    let hoisted = script.functions.first().map(|body| body.hoisted.of(&script.hoisted)).unwrap_or_default();
    hoisted.iter().map(|(binding, _)| &**script.name(script.binding(*binding).name))
}
