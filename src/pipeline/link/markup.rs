//! Pages and components of mini-programs as units: a script, the markup that calls its methods, and the components that
//! this uses. Markup is read where the script beside it leads to a payment, or a component in it does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Linker;
use crate::pipeline::mini::{App, Components, SCRIPTS, is_component, with_ending};
use crate::source::FileKind;

/// The ending of markup.
const MARKUP: &str = "axml";
/// Markup that takes in other markup is followed so deep.
const MAX_TAKEN_IN: usize = 8;
/// More markup is not taken in by one page or component.
const MAX_MARKUP: usize = 64;
/// More pages of one mini-program are not looked at for a component that leads to a payment.
const MAX_PAGES: usize = 2_000;

impl Linker<'_> {
    /// Reads the scripts of pages and components that show a component which leads to a payment; answers them.
    pub(super) fn read_who_shows_payments(&mut self) -> Vec<usize> {
        let leading: Vec<usize> = (0..self.units.len()).filter(|i| self.is_leading_component(*i)).collect();
        let mut apps: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        for unit in leading.into_iter().map(|index| &self.units[index]) {
            let Some(root) = unit.root.map(|root| self.survey.roots.folder(root)) else { continue };
            if let (Some(folder), Some(stem)) = (App::folder_of(&unit.real, root), stem_of(&unit.real)) {
                apps.entry(folder).or_default().push(stem);
            }
        }
        let mut scripts = Vec::new();
        for (folder, paying) in apps {
            let app = App::read(&folder);
            scripts.extend(who_shows(&app, paying).iter().filter_map(|stem| script_of(stem)));
        }
        let mut found = Vec::new();
        self.know_places();
        let is_new = |path: &&PathBuf| !self.unit_of.contains_key(path.as_os_str()) && self.is_candidate(path);
        let missing = scripts.iter().filter(is_new);
        let missing = missing.map(|path| (path.clone(), 0)).collect();
        self.read(missing, &mut found);
        for path in scripts {
            if let Some(index) = self.unit_of.get(path.as_os_str()).copied() {
                self.units[index].shows_payment = true;
                found.push(index);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn is_leading_component(&self, index: usize) -> bool {
        let unit = &self.units[index];
        unit.root.is_some()
            && self.has_markup(index)
            && unit.leads()
            && stem_of(&unit.real).is_some_and(|s| is_component(&s))
    }

    /// Whether markup stands beside a script.
    fn has_markup(&self, index: usize) -> bool {
        let unit = &self.units[index];
        let stem = matches!(unit.kind, FileKind::Script(_)).then(|| stem_of(&unit.real)).flatten();
        stem.is_some_and(|stem| with_ending(&stem, MARKUP).is_file())
    }

    /// Whether a file is one of those that the run looks at.
    fn is_candidate(&self, path: &Path) -> bool {
        self.places.find(path).is_some()
    }

    /// Reads the markup of pages and components that lead to a payment, or show what does.
    pub(super) fn read_markup(&mut self) {
        self.know_places();
        let is_wanted = |i: &usize| (self.units[*i].leads() || self.units[*i].shows_payment) && self.has_markup(*i);
        let scripts: Vec<usize> = (0..self.units.len()).filter(is_wanted).collect();
        let mut due: Vec<(usize, PathBuf)> = scripts
            .iter()
            .filter_map(|index| Some((*index, with_ending(&stem_of(&self.units[*index].real)?, MARKUP))))
            .collect();
        let mut known: FxHashMap<usize, Vec<PathBuf>> = FxHashMap::default();
        let mut asked: FxHashMap<usize, FxHashSet<PathBuf>> = FxHashMap::default();
        for _ in 0..MAX_TAKEN_IN {
            let is_new = |path: &&PathBuf| !self.unit_of.contains_key(path.as_os_str()) && self.is_candidate(path);
            let missing = due.iter().map(|(_, path)| path).filter(is_new);
            let mut missing: Vec<(PathBuf, u8)> = missing.map(|path| (path.clone(), 0)).collect();
            missing.sort();
            missing.dedup();
            self.read(missing, &mut Vec::new());
            let mut taken_in = Vec::new();
            for (script, path) in due {
                let Some(markup) = self.unit_of.get(path.as_os_str()).copied() else { continue };
                if self.units[script].markup.contains(&markup) {
                    continue;
                }
                self.units[script].markup.push(markup);
                let asked = asked.entry(script).or_default();
                for path in known.entry(markup).or_insert_with(|| self.taken_in(markup)) {
                    if asked.len() < MAX_MARKUP && asked.insert(path.clone()) {
                        taken_in.push((script, path.clone()));
                    }
                }
            }
            due = taken_in;
        }
        let mut apps = FxHashMap::default();
        for script in scripts {
            self.find_components(script, &mut apps);
        }
    }

    /// The markup that markup takes in.
    fn taken_in(&self, markup: usize) -> Vec<PathBuf> {
        let unit = &self.units[markup];
        let Some(root) = unit.root.map(|root| self.survey.roots.folder(root)).or_else(|| unit.real.parent()) else {
            return Vec::new();
        };
        let addresses = unit.loaded.sources.iter();
        let find = |address: &str| {
            self.resolver
                .page_script(&unit.real, root, address)
                .or_else(|| self.resolver.page_script(&unit.real, root, &format!("{address}.{MARKUP}")))
        };
        let paths = addresses.filter_map(|source| find(&source.address));
        paths.filter(|path| FileKind::of(path) == Some(FileKind::Markup)).collect()
    }

    /// Finds the components that the markup of a script uses, and what it gives those at hand.
    fn find_components(&mut self, script: usize, apps: &mut FxHashMap<PathBuf, App>) {
        let unit = &self.units[script];
        let root = unit.root.map(|root| self.survey.roots.folder(root));
        let (Some(root), Some(stem)) = (root, stem_of(&unit.real)) else { return };
        let Some(folder) = App::folder_of(&unit.real, root) else { return };
        let app = apps.entry(folder).or_insert_with_key(|folder| App::read(folder));
        let own = app.components_of(&stem);
        let unit_of = |stem: &Path| {
            let paths = SCRIPTS.iter().map(|ending| with_ending(stem, ending));
            paths.into_iter().find_map(|path| self.unit_of.get(path.as_os_str()).copied())
        };
        let (mut uses, mut given) = (Vec::new(), FxHashSet::default());
        for markup in &unit.markup {
            for used in &self.units[*markup].loaded.components {
                let Some(component) = app.meaning(&own, &used.tag) else { continue };
                given.extend(used.scripts.clone().map(|handler| (*markup, handler)));
                let component = component.and_then(unit_of).filter(|component| *component != script);
                uses.extend(component.map(|component| (component, used.functions.clone())));
            }
        }
        let unit = &mut self.units[script];
        (unit.uses, unit.given) = (uses, given);
    }
}

/// The pages and components of a mini-program that show one of `paying`, by their markup or that of a component in it;
/// paths without endings, in order.
fn who_shows(app: &App, paying: Vec<PathBuf>) -> Vec<PathBuf> {
    // Who may use what: from the pages on, through the components.
    let mut users: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let mut named: BTreeMap<PathBuf, Components> = BTreeMap::new();
    let mut due: Vec<PathBuf> = app.components.values().flatten().chain(&app.pages).cloned().collect();
    let mut seen: BTreeSet<PathBuf> = due.iter().cloned().collect();
    while let Some(user) = due.pop().filter(|_| named.len() < MAX_PAGES) {
        let own = app.components_of(&user);
        for component in own.values().flatten() {
            users.entry(component.clone()).or_default().push(user.clone());
            if seen.insert(component.clone()) {
                due.push(component.clone());
            }
        }
        named.insert(user, own);
    }
    // What the app names may be used by all who do not mean something else by its tags.
    let mut common: BTreeMap<&Path, Vec<&str>> = BTreeMap::new();
    for (tag, component) in app.components.iter().filter_map(|(tag, path)| Some((tag, path.as_deref()?))) {
        common.entry(component).or_default().push(tag);
    }
    let mut others: Vec<(&PathBuf, &Components)> = named.iter().collect();
    let mut shows = BTreeSet::new();
    let mut due = paying;
    while let Some(component) = due.pop() {
        if let Some(tags) = common.get(component.as_path()) {
            let may_use = |own: &Components| tags.iter().any(|tag| !own.contains_key(*tag));
            let (using, rest) = others.into_iter().partition(|(_, own)| may_use(own));
            others = rest;
            let using: Vec<(&PathBuf, &Components)> = using;
            due.extend(using.into_iter().map(|(user, _)| user.clone()).filter(|user| shows.insert(user.clone())));
        }
        for user in users.get(&component).into_iter().flatten() {
            if shows.insert(user.clone()) {
                due.push(user.clone());
            }
        }
    }
    shows.into_iter().collect()
}

/// The script of a page or component.
fn script_of(stem: &Path) -> Option<PathBuf> {
    SCRIPTS.iter().map(|ending| with_ending(stem, ending)).find(|path| path.is_file())
}

/// The path of a script without its ending.
fn stem_of(script: &Path) -> Option<PathBuf> {
    Some(script.parent()?.join(script.file_stem()?))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_the_app_names_is_shown_by_all_who_mean_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = folder.path();
        for (name, text) in [
            ("app.json", r#"{ "pages": ["a", "b", "c"], "usingComponents": { "pay": "/pay", "other": "/pay" } }"#),
            ("b.json", r#"{ "usingComponents": { "pay": "plugin://a/b", "other": "plugin://a/b" } }"#),
            ("c.json", r#"{ "usingComponents": { "pay": "./mine", "box": "./box" } }"#),
        ] {
            fs::write(top.join(name), text).expect("a file");
        }
        let app = App::read(top);
        let shown = |paying: &str| who_shows(&app, vec![top.join(paying)]);
        assert_eq!(shown("pay"), ["a", "box", "c", "mine", "pay"].map(|name| top.join(name)));
        assert_eq!(shown("mine"), [top.join("c")]);
        assert_eq!(shown("box"), [top.join("c")]);
    }
}
