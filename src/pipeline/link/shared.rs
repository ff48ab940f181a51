//! Whoever uses what other files give without an export: `getApp()` of the same mini-program, properties of every
//! component and of a platform's object. Found by the name in the text; the nearest file that gives it is meant.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::memmem::Finder;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Linker, MAX_IMPORTED_BYTES, MAX_UNITS};
use crate::discover::as_utf8;
use crate::ir::{Expr, ExprId, PropertyKey, Ref, Script, Write};
use crate::pipeline::unit::Unit;
use crate::project::{APP, SHARED, shared_property};

/// What marks the folder of a mini-program.
const APP_FILES: [&str; 4] = ["app.json", "app.js", "app.ts", "app.mjs"];

/// A name that files give to others, and what stands in the text of whoever uses it.
struct Given {
    specifier: Arc<str>,
    text: String,
    /// Who gives it.
    by: Vec<usize>,
}

impl Given {
    /// How a script names it.
    fn name(&self) -> &str {
        shared_property(&self.specifier).unwrap_or("getApp")
    }

    fn is_used_in(&self, unit: &Unit) -> bool {
        unit.loaded.scripts.iter().any(|script| self.is_used_by(script))
    }

    /// Whether a script may use it: it reads a property of this name of what has such properties. A name with `$` is one of
    /// these wherever it stands; others stand in all kinds of libraries, and mean theirs there.
    fn is_used_by(&self, script: &Script) -> bool {
        let name = self.name();
        let Some(id) = script.names.iter().position(|known| &**known == name) else { return false };
        if shared_property(&self.specifier).is_none() || name.starts_with('$') {
            return true;
        }
        script.exprs.iter().any(|expr| match *expr {
            Expr::Member { object, key: PropertyKey::Name(key), .. } if key.index() == id => has_shared(script, object),
            _ => false,
        })
    }
}

/// Whether a value may have properties that other files put on every component or on a platform's object: `this`, a name
/// that holds it, what a call or an import gives, a global. Not so what a bundle's functions are given.
fn has_shared(script: &Script, object: ExprId) -> bool {
    match script.expr(object) {
        Expr::Read(Ref::Binding(binding)) => {
            let has =
                |write: &Write| matches!(*write, Write::Value(value) if !matches!(script.expr(value), Expr::Object(_)));
            script.import_of(binding).is_some() || script.writes_of(binding).iter().any(has)
        }
        _ => true,
    }
}

impl Linker<'_> {
    /// Links whoever uses what the changed files give without an export; answers the files that have new
    /// links.
    pub(super) fn link_users(&mut self, changed: &[usize]) -> Vec<usize> {
        let given = self.given(changed);
        if given.is_empty() {
            return Vec::new();
        }
        let finders: Vec<Finder<'_>> = given.iter().map(|given| Finder::new(given.text.as_bytes())).collect();
        let found: Vec<(Option<usize>, Option<Box<Unit>>)> = (0..self.survey.candidates.len())
            .into_par_iter()
            .filter_map(|index| self.user(index, &given, &finders))
            .collect();
        let mut users = Vec::new();
        for user in found {
            match user {
                (Some(known), _) => users.push(known),
                (None, Some(unit)) if self.units.len() < MAX_UNITS => users.push(self.push(*unit)),
                (None, _) => {}
            }
        }
        users.retain(|user| self.link_user(*user, &given));
        users
    }

    /// What the changed files give, with all who give it.
    fn given(&self, changed: &[usize]) -> Vec<Given> {
        let names = |unit: &Unit| -> Vec<Arc<str>> {
            let names = unit.leading.exports.names.iter();
            names.filter(|name| &***name == APP || shared_property(name).is_some()).cloned().collect()
        };
        let mut wanted: Vec<Arc<str>> = changed.iter().flat_map(|index| names(&self.units[*index])).collect();
        wanted.sort_unstable();
        wanted.dedup();
        // A bundle has its own users in it: whoever else would be read with it, with all that it is.
        let gives = |unit: &Unit, name: &str| {
            unit.root.is_some() && (name == APP || unit.loaded.text.len() <= MAX_IMPORTED_BYTES)
        };
        let by = |name: &Arc<str>| {
            let units = self.units.iter().enumerate().filter(|(_, unit)| gives(unit, name));
            units.filter(|(_, unit)| unit.leading.exports.names.contains(name)).map(|(index, _)| index).collect()
        };
        let text = |name: &Arc<str>| match shared_property(name) {
            Some(property) if property.starts_with('$') => property.to_owned(),
            Some(_) => name.to_string(),
            None => "getApp".to_owned(),
        };
        wanted.iter().map(|name| Given { specifier: name.clone(), text: text(name), by: by(name) }).collect()
    }

    /// A file that may use what is given: one that was read before, or is read now.
    fn user(
        &self,
        index: usize,
        given: &[Given],
        finders: &[Finder<'_>],
    ) -> Option<(Option<usize>, Option<Box<Unit>>)> {
        let candidate = &self.survey.candidates[index];
        let root = candidate.root?;
        let in_reach = |given: &Given| given.by.iter().any(|unit| self.units[*unit].root == Some(root));
        if candidate.found.kind.is_page() || !given.iter().any(in_reach) {
            return None;
        }
        let real = candidate.found.real_path();
        let is_named = |text: &[u8]| {
            given.iter().zip(finders).any(|(given, finder)| in_reach(given) && finder.find(text).is_some())
        };
        if let Some(unit) = self.unit_of.get(real.as_os_str()) {
            return is_named(self.units[*unit].loaded.text.as_bytes()).then_some((Some(*unit), None));
        }
        let bytes = self.survey.read(index).ok().filter(|bytes| is_named(&as_utf8(bytes)))?;
        let unit = Unit::read(candidate, real, bytes, (0, &self.survey.limits)).ok()?;
        given.iter().any(|given| given.is_used_in(&unit)).then(|| (None, Some(Box::new(unit))))
    }

    /// Notes which file gives what to a file that uses it; false where nothing is new.
    fn link_user(&mut self, user: usize, given: &[Given]) -> bool {
        let mut is_new = false;
        for given in given {
            let Some(target) = self.giver(user, given) else { continue };
            let scripts = self.units[user].loaded.scripts.iter().enumerate();
            let naming: Vec<usize> =
                scripts.filter(|(_, script)| given.is_used_by(script)).map(|(index, _)| index).collect();
            for script in naming {
                let known = self.units[user].modules[script].insert(given.specifier.clone(), target);
                self.units[user].modules[script].insert(SHARED.into(), target);
                is_new |= known != Some(target);
                self.importers[target].insert(user);
            }
        }
        if is_new {
            self.units[user].depth = 0;
        }
        is_new
    }

    /// The nearest file that gives something to a file; none where several are as near, or that is the file itself.
    fn giver(&self, user: usize, given: &Given) -> Option<usize> {
        let unit = &self.units[user];
        let of_project = given.by.iter().copied().filter(|by| self.units[*by].root == unit.root);
        if shared_property(&given.specifier).is_none() {
            let folder = app_folder(&unit.real)?;
            let mut apps = of_project.filter(|by| self.units[*by].real.parent() == Some(&folder));
            return apps.next().filter(|by| *by != user && apps.next().is_none());
        }
        let mut by_nearness: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for by in of_project {
            by_nearness.entry(common_folders(&unit.real, &self.units[by].real)).or_default().push(by);
        }
        match by_nearness.into_iter().max_by_key(|(nearness, _)| *nearness)?.1.as_slice() {
            [only] if *only != user => Some(*only),
            _ => None,
        }
    }
}

/// The folder of the mini-program that a file belongs to.
fn app_folder(file: &Path) -> Option<PathBuf> {
    let mut folders = file.ancestors().skip(1);
    folders.find(|folder| APP_FILES.iter().any(|name| folder.join(name).is_file())).map(Path::to_owned)
}

/// How many folders two files have in common.
fn common_folders(a: &Path, b: &Path) -> usize {
    let folders = |path: &Path| path.parent().map(Path::to_owned).unwrap_or_default();
    let (a, b) = (folders(a), folders(b));
    a.components().zip(b.components()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_shares_the_most_folders() {
        let common = |a: &str, b: &str| common_folders(Path::new(a), Path::new(b));
        assert!(
            common("/w/shop/src/a/b.vue", "/w/shop/src/main.js") > common("/w/shop/src/a/b.vue", "/w/till/main.js")
        );
    }

    #[test]
    fn a_mini_program_is_the_innermost_folder_with_its_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("mini/pages/a");
        std::fs::create_dir_all(&inner).expect("folders");
        std::fs::write(folder.path().join("app.js"), "").expect("a file");
        assert_eq!(app_folder(&inner.join("a.js")), Some(folder.path().to_owned()));
        std::fs::write(folder.path().join("mini/app.json"), "{}").expect("a file");
        assert_eq!(app_folder(&inner.join("a.js")), Some(folder.path().join("mini")));
    }
}
