//! The programs of mini-programs: a page or component with its markup and the components at hand that this shows.

use std::collections::BTreeSet;

use super::Ids;
use crate::pipeline::unit::Unit;
use crate::project::{Realm, Use};

/// More components of one page are not part of its program.
const MAX_COMPONENTS: usize = 64;

/// Components that are part of the program of a page, or of another component, that shows them.
pub(super) fn shown(units: &[Unit]) -> BTreeSet<usize> {
    let used: BTreeSet<usize> = units.iter().flat_map(|unit| unit.uses.iter().map(|(used, _)| *used)).collect();
    let users = (0..units.len()).filter(|index| !units[*index].uses.is_empty() && !used.contains(index));
    let mut shown: BTreeSet<usize> = users.flat_map(|user| inside(user, units)).collect();
    // Components that show each other, and that no page at hand shows.
    for index in &used {
        if !shown.contains(index) {
            shown.extend(inside(*index, units).into_iter().filter(|other| other != index));
        }
    }
    shown
}

/// The components that a page or component shows, those inside others too, in the order in which they are met.
fn inside(user: usize, units: &[Unit]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut due = vec![user];
    while let Some(index) = due.pop() {
        for (used, _) in &units[index].uses {
            if *used != user && !found.contains(used) && found.len() < MAX_COMPONENTS {
                found.push(*used);
                due.push(*used);
            }
        }
    }
    found
}

/// Adds to the program of a page or component its markup, and the components that this shows with theirs.
pub(super) fn add_markup(realm: &mut Realm, page: usize, units: &[Unit], ids: &Ids) {
    let has_script = |index: &usize| !units[*index].loaded.scripts.is_empty();
    let components: Vec<usize> = inside(page, units).into_iter().filter(has_script).collect();
    let mut scripts: Vec<_> = components.iter().map(|index| ids.script(*index, 0)).collect();
    scripts.append(&mut realm.scripts);
    for index in components.iter().copied().chain([page]).filter(has_script) {
        let (unit, of) = (&units[index], ids.script(index, 0));
        for markup in &unit.markup {
            let handlers = (0..units[*markup].loaded.scripts.len()).map(|script| ids.script(*markup, script));
            for handler in handlers {
                if !scripts.contains(&handler) {
                    scripts.push(handler);
                }
                realm.markup.bindings.push((handler, of));
            }
        }
        let uses = unit.uses.iter().filter(|(used, _)| components.contains(used) || *used == page);
        realm.markup.uses.extend(uses.map(|(used, functions)| Use {
            of,
            component: ids.script(*used, 0),
            functions: functions.iter().map(|(name, method)| (name.as_str().into(), method.as_str().into())).collect(),
        }));
    }
    realm.scripts = scripts;
}
