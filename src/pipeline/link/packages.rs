//! Installed packages that pay, of which the project's own files name no payment API: those that its `package.json`
//! names, that its files import, and whose entry (or what that imports of the package, a few files) calls an API.

use std::path::{Path, PathBuf};

use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde_json::Value;

use super::{Linker, MAX_IMPORTED_BYTES, Naming, shown};
use crate::api::APIS;
use crate::discover::stem_hash;
use crate::pipeline::read::load_kind;
use crate::pipeline::unit::Unit;
use crate::pipeline::workspaces;
use crate::source::FileKind;

/// The keys of `package.json` that name what a project is made of.
const LISTS: [&str; 3] = ["dependencies", "peerDependencies", "optionalDependencies"];
/// More files of one package are not searched.
const MAX_FILES: usize = 24;

/// A file of a package that was searched.
struct Searched {
    path: PathBuf,
    bytes: Vec<u8>,
    /// Which of the files imports it.
    importer: Option<usize>,
}

impl Linker<'_> {
    /// Adds the files of installed packages that pay.
    pub(in crate::pipeline) fn add_packages(&mut self) {
        let mut roots: Vec<u32> = self.survey.candidates.iter().filter_map(|candidate| candidate.root).collect();
        roots.sort_unstable();
        roots.dedup();
        let named: Vec<(PathBuf, u32, String)> = roots.iter().flat_map(|root| self.named_packages(*root)).collect();
        if named.is_empty() {
            return;
        }
        let hashes: FxHashSet<u32> = named.iter().map(|(_, _, name)| stem_hash(name.as_bytes())).collect();
        let imported = self.stems.iter().map(|(hash, _)| *hash).filter(|hash| hashes.contains(hash));
        let imported: FxHashSet<u32> = imported.collect();
        let wanted: Vec<(PathBuf, u32, String)> =
            named.into_iter().filter(|(_, _, name)| imported.contains(&stem_hash(name.as_bytes()))).collect();
        let found: Vec<Vec<Unit>> =
            wanted.par_iter().map(|(from, root, name)| self.paying_files(from, *root, name)).collect();
        for unit in found.into_iter().flatten() {
            if !self.unit_of.contains_key(unit.real.as_os_str()) {
                self.push(unit);
            }
        }
    }

    /// The packages that a project's `package.json` names, those of its folders and of its workspace, too.
    fn named_packages(&self, root: u32) -> Vec<(PathBuf, u32, String)> {
        let folder = self.survey.roots.folder(root);
        let inner = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut folders: Vec<PathBuf> = inner.filter(|path| path.is_dir()).collect();
        folders.push(folder.to_owned());
        folders.extend(workspaces::packages_of(folder).unwrap_or_default());
        folders.sort();
        folders.dedup();
        let mut named = Vec::new();
        for file in folders.into_iter().map(|folder| folder.join("package.json")) {
            let document = workspaces::read(&file).and_then(|text| serde_json::from_str::<Value>(&text).ok());
            let Some(document) = document else { continue };
            let lists = LISTS.iter().filter_map(|list| document.get(list)?.as_object());
            let names = lists.flat_map(|list| list.keys()).filter(|name| !is_known(name));
            named.extend(names.map(|name| (file.clone(), root, name.clone())));
        }
        named
    }

    /// The files of a package that lead to a payment: what calls an API, and what leads there from the entry.
    fn paying_files(&self, from: &Path, root: u32, name: &str) -> Vec<Unit> {
        let Some(entry) = self.resolve(Naming::Specifier, from, Some(root), name) else { return Vec::new() };
        let is_installed = |path: &Path| path.components().any(|part| part.as_os_str() == "node_modules");
        if !is_installed(&entry) {
            return Vec::new();
        }
        let mut files: Vec<Searched> = read(&entry, None).into_iter().collect();
        let mut kept = FxHashSet::default();
        let mut at = 0;
        while let Some(file) = files.get(at) {
            if calls_an_api(&file.bytes) {
                let mut next = Some(at);
                while let Some(index) = next.filter(|index| kept.insert(*index)) {
                    next = files[index].importer;
                }
            } else {
                self.add_imported(at, root, &mut files);
            }
            at += 1;
        }
        let mut kept: Vec<usize> = kept.into_iter().collect();
        kept.sort_unstable();
        kept.into_iter().filter_map(|index| self.unit_of_package(&mut files[index], root)).collect()
    }

    /// Adds the files of the package that a file imports.
    fn add_imported(&self, importer: usize, root: u32, files: &mut Vec<Searched>) {
        let mut specifiers = Vec::new();
        self.search.specifiers.for_each(&files[importer].bytes, |specifier| {
            if specifier.starts_with(b".") {
                specifiers.push(String::from_utf8_lossy(specifier).into_owned());
            }
        });
        // Those first whose names say what is looked for.
        specifiers.sort_by_key(|specifier| !specifier.to_ascii_lowercase().contains("pay"));
        for specifier in specifiers {
            let from = files[importer].path.clone();
            let path = self.resolve(Naming::Specifier, &from, Some(root), &specifier);
            let path = path.filter(|path| files.len() < MAX_FILES && !files.iter().any(|file| file.path == *path));
            files.extend(path.and_then(|path| read(&path, Some(importer))));
        }
    }

    fn unit_of_package(&self, file: &mut Searched, root: u32) -> Option<Unit> {
        let kind = FileKind::of(&file.path)?;
        let display = shown(&file.path);
        let loaded = load_kind(kind, std::mem::take(&mut file.bytes), &self.survey.limits).ok()?;
        // As one that somebody imports: what it imports itself is followed.
        Some(Unit { display, kind, root: Some(root), ..Unit::bare(file.path.clone(), loaded, 1) })
    }
}

fn read(path: &Path, importer: Option<usize>) -> Option<Searched> {
    let size = std::fs::metadata(path).ok()?.len();
    let bytes = (size <= MAX_IMPORTED_BYTES as u64).then(|| std::fs::read(path).ok()).flatten()?;
    Some(Searched { path: path.to_owned(), bytes, importer })
}

/// Whether the data of the payment APIs says what a package gives.
fn is_known(package: &str) -> bool {
    APIS.iter().flat_map(|api| api.modules).any(|module| module.module == package)
}

/// Whether a text calls an API: `.tradePay(`, `("tradePay"`. Frameworks list the names of all that a platform has.
fn calls_an_api(bytes: &[u8]) -> bool {
    let names = APIS.iter().flat_map(|api| api.calls).filter_map(|call| match &call.name {
        Some(argument) => Some(argument.value),
        None => call.callee.rsplit('.').next(),
    });
    names.into_iter().any(|name| memmem::find_iter(bytes, name.as_bytes()).any(|at| is_call(bytes, at, name.len())))
}

fn is_call(bytes: &[u8], at: usize, length: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let after = bytes.get(at + length..).unwrap_or_default();
    let next = after.iter().find(|byte| !byte.is_ascii_whitespace());
    match (before.last(), next) {
        (Some(b'.'), Some(b'(')) => true,
        (Some(b'"' | b'\'' | b'`'), _) => {
            let outside = before.split_last().map(|(_, rest)| rest).unwrap_or_default();
            outside.iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'(')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::calls_an_api;

    #[test]
    fn a_call_is_told_from_a_list_of_names() {
        for text in ["my.tradePay({})", "a.call( 'tradePay', o)", "x.tradePay\n(o)", "f(\"tradePay\")"] {
            assert!(calls_an_api(text.as_bytes()), "{text}");
        }
        for text in ["['scan', 'tradePay']", "{ tradePay: true }", "tradePayment(", "tradePay", "{tradePay(){}}"] {
            assert!(!calls_an_api(text.as_bytes()), "{text}");
        }
    }
}
