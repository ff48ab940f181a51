//! Whoever imports something that leads to a payment: nominated by the names that files give to modules, decided by the
//! resolver. A file is read once for all that it may import.

use std::cell::OnceCell;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Linker, MAX_UNITS, Naming, Resolved};
use crate::discover::{as_utf8, stem_hash};
use crate::pipeline::unit::{Unit, stems_of};
use crate::pipeline::{RunError, aliases};

/// Modules that others are looked for, by the hashes under which these name them.
type Wanted = FxHashMap<u32, Vec<usize>>;

/// A file that may import what is wanted.
enum Importer {
    /// It was read before.
    Known(usize),
    /// It was read now.
    New(Box<Unit>),
    /// It could not be.
    Failed(RunError),
}

impl Linker<'_> {
    /// Reads whoever imports something of the changed files (in order) that leads to a payment; answers the files that
    /// have new links.
    pub(super) fn read_importers(&mut self, changed: &[usize]) -> Vec<usize> {
        let wanted = self.wanted(changed);
        let nominated = self.nominated(&wanted);
        let found: Vec<Importer> = nominated.par_iter().filter_map(|index| self.importer(*index, &wanted)).collect();
        let mut importers = Vec::new();
        for importer in found {
            match importer {
                Importer::Known(index) => importers.push(index),
                Importer::New(unit) if self.units.len() < MAX_UNITS => importers.push(self.push(*unit)),
                Importer::New(_) => {}
                Importer::Failed(error) => self.errors.push(error),
            }
        }
        let named = |name: &str| wanted.contains_key(&stem_hash(name.as_bytes()));
        let new_links = |index: usize| -> Vec<Resolved> {
            let is_new = |r: &Resolved| {
                let target = self.unit_of.get(r.path.as_os_str());
                target.is_some_and(|target| {
                    changed.binary_search(target).is_ok() && !self.importers[*target].contains(&index)
                })
            };
            self.resolve_all(index, &named).into_iter().filter(is_new).collect()
        };
        let resolved: Vec<Vec<Resolved>> = importers.par_iter().map(|index| new_links(*index)).collect();
        let (importers, resolved): (Vec<usize>, Vec<Vec<Resolved>>) =
            importers.into_iter().zip(resolved).filter(|(_, links)| !links.is_empty()).unzip();
        for index in &importers {
            self.units[*index].depth = 0;
        }
        let mut dirty = importers.clone();
        self.take_in(&importers, resolved, &mut dirty);
        dirty
    }

    /// The names under which others may mean those of the changed modules that export something of note.
    fn wanted(&mut self, changed: &[usize]) -> Wanted {
        let is_wanted = |target: &&usize| {
            let unit = &self.units[**target];
            let exports = &unit.leading.exports;
            !unit.kind.is_page() && (exports.lead(None) || exports.globals)
        };
        let targets: Vec<usize> = changed.iter().filter(is_wanted).copied().collect();
        self.look_for_aliases(&targets);
        let mut wanted = Wanted::default();
        for target in targets {
            // Those of the file, and those that packages and configurations may give it.
            let mut hashes = stems_of(&self.units[target].real);
            hashes.extend(self.folders_around(target).filter_map(|folder| self.aliases.get(folder)).flatten());
            hashes.sort_unstable();
            hashes.dedup();
            for hash in hashes {
                wanted.entry(hash).or_default().push(target);
            }
        }
        wanted
    }

    /// The folders of its project that a file is in.
    fn folders_around(&self, target: usize) -> impl Iterator<Item = &Path> {
        let unit = &self.units[target];
        let root = unit.root.map(|root| self.survey.roots.folder(root));
        let above = unit.real.ancestors().skip(1);
        root.into_iter().flat_map(move |root| above.clone().take_while(move |folder| folder.starts_with(root)))
    }

    /// Looks for other names of files in the folders around them, on all cores: each folder is listed.
    fn look_for_aliases(&mut self, targets: &[usize]) {
        let around = targets.iter().flat_map(|target| self.folders_around(*target));
        let new: FxHashSet<&Path> = around.filter(|folder| !self.aliases.contains_key(*folder)).collect();
        let look = |folder: &Path| {
            let resolver = &self.resolver;
            aliases::in_folder(folder, &resolver.listing(folder), &resolver.bundled(folder))
        };
        let found: Vec<_> = new.into_par_iter().map(|folder| (folder.to_owned(), look(folder))).collect();
        self.aliases.extend(found);
    }

    /// The files that name a module that is wanted, in order.
    fn nominated(&self, wanted: &Wanted) -> Vec<usize> {
        let named = self.stems.iter().filter(|(hash, _)| wanted.contains_key(hash));
        let mut files: Vec<usize> = named.map(|(_, index)| *index as usize).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// A nominated file, where it does import something that is wanted.
    fn importer(&self, index: usize, wanted: &Wanted) -> Option<Importer> {
        let candidate = &self.survey.candidates[index];
        let real = candidate.found.real_path();
        if let Some(unit) = self.unit_of.get(real.as_os_str()) {
            return Some(Importer::Known(*unit));
        }
        let bytes = self.survey.read(index).ok()?;
        let is_page = candidate.found.kind.is_page();
        let naming = if is_page { Naming::Address } else { Naming::Specifier };
        let mut imports = false;
        // A text may name the same module many times: it is searched once.
        let mut named: FxHashMap<usize, bool> = FxHashMap::default();
        let text = as_utf8(&bytes);
        let exports = Exports::default();
        self.search.specifiers.for_each(&text, |specifier| {
            let targets = wanted.get(&stem_hash(specifier)).filter(|_| !imports).into_iter().flatten();
            let may_mean = |target: &&usize| {
                let unit = &self.units[**target];
                let mut named =
                    || *named.entry(**target).or_insert_with(|| is_page || unit.leading.exports.may_be_named_in(&text));
                unit.root == candidate.root && (named() || takes_all(&text, specifier, &exports))
            };
            let mut targets = targets.filter(may_mean).peekable();
            if targets.peek().is_some() {
                let path = self.resolve(naming, &real, candidate.root, &String::from_utf8_lossy(specifier));
                imports = path.is_some_and(|path| targets.any(|target| self.units[*target].real == path));
            }
        });
        if !imports {
            return None;
        }
        Some(match Unit::read(candidate, real, bytes, (0, &self.survey.limits)) {
            Ok(unit) => Importer::New(Box::new(unit)),
            Err(error) => Importer::Failed(error),
        })
    }
}

/// Whether a specifier (a part of the text) stands where all that its module exports may be handed on under no name:
/// `export * from`, `import * as x from` in a module that exports, `require` without names in one of CommonJS.
fn takes_all(text: &[u8], specifier: &[u8], exports: &Exports) -> bool {
    let at = (specifier.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    // Without the quote.
    let before = text.get(..at.saturating_sub(1)).unwrap_or_default().trim_ascii_end();
    if let Some(clause) = before.strip_suffix(b"from") {
        let clause = clause.trim_ascii_end();
        return clause.ends_with(b"*") || (is_namespace(clause) && exports.any(text));
    }
    let call = before.strip_suffix(b"(").unwrap_or(before).trim_ascii_end();
    call.strip_suffix(b"require").is_some_and(|before| {
        let target = before.trim_ascii_end().strip_suffix(b"=").unwrap_or_default();
        !target.trim_ascii_end().ends_with(b"}") && exports.of_common_js(text)
    })
}

/// Whether a text exports something: looked for when first asked for.
#[derive(Default)]
struct Exports {
    any: OnceCell<bool>,
    of_common_js: OnceCell<bool>,
}

impl Exports {
    fn any(&self, text: &[u8]) -> bool {
        *self.any.get_or_init(|| memchr::memmem::find(text, b"export").is_some())
    }

    fn of_common_js(&self, text: &[u8]) -> bool {
        *self.of_common_js.get_or_init(|| memchr::memmem::find(text, b"exports").is_some())
    }
}

/// Whether an import ends with `* as name`.
fn is_namespace(clause: &[u8]) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii();
    let name = clause.iter().rev().take_while(is_name).count();
    let rest = clause.get(..clause.len() - name).unwrap_or_default().trim_ascii_end();
    rest.strip_suffix(b"as").is_some_and(|rest| rest.trim_ascii_end().ends_with(b"*"))
}

#[cfg(test)]
mod tests {
    use super::{Exports, takes_all};

    fn all_of_pay(text: &str) -> bool {
        let at = text.find("./pay").unwrap();
        takes_all(text.as_bytes(), &text.as_bytes()[at..at + 5], &Exports::default())
    }

    #[test]
    fn who_hands_on_a_whole_module_names_nothing() {
        for text in [
            "export * from './pay'",
            "export*from\"./pay\"",
            "export * as till from './pay';",
            "import * as till from './pay';\nexport default { till };",
            "module.exports = require('./pay')",
            "Object.assign(exports, require(\"./pay\"))",
            "const till = require('./pay'); module.exports = { till };",
        ] {
            assert!(all_of_pay(text), "{text}");
        }
    }

    #[test]
    fn who_takes_names_spells_them() {
        for text in [
            "import { step } from './pay'; module.exports.x = 1; export { step };",
            "import * as till from './pay'; till.open()",
            "const { step } = require('./pay'); module.exports = step;",
            "const till = require('./pay'); till.open()",
            "import './pay'",
            "import('./pay').then((m) => m.open()); export {}",
        ] {
            assert!(!all_of_pay(text), "{text}");
        }
    }
}
