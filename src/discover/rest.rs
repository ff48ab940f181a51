//! What lies in named folders besides the files that are searched, and why these are not: for whoever asks which files
//! were left out. Nothing of it is part of an ordinary run.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::WalkOptions;
use super::walk::{Root, is_closed};
use crate::source::FileKind;

/// Why something in a folder is not searched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LeftOut {
    /// An ignore file says so.
    Ignored,
    /// Its name begins with a dot.
    Hidden,
    /// Folders of this name are never entered.
    NeverEntered,
    /// It is a link: those are followed where they are named.
    Link,
    /// It is no kind of file that is read.
    OtherKind,
}

/// A file that is not searched, or a folder that is not entered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rest {
    /// As reports show it; a folder's ends with `/`.
    pub display: String,
    /// The path to open.
    pub path: PathBuf,
    /// Why it is not searched.
    pub why: LeftOut,
}

/// What is left out of the folders among `paths`, by display path.
#[must_use]
pub fn left_out(paths: &[PathBuf], options: &WalkOptions) -> Vec<Rest> {
    let base = options.base.clone().or_else(|| std::env::current_dir().ok()).unwrap_or_default();
    let mut found = Vec::new();
    for root in paths.iter().map(|path| Root::new(path, &base, options)) {
        if root.path.is_dir() {
            Listing::of(&root, options).add(&root.folder(), &root.display, &mut found);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What the walk of a folder does not ignore.
struct Listing {
    kept: HashSet<PathBuf>,
    hidden: bool,
    enters_all: bool,
}

impl Listing {
    fn of(root: &Root, options: &WalkOptions) -> Self {
        let folder = root.folder();
        let mut walker = WalkBuilder::new(&folder);
        let closed = fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        let enters_all = closed.components().any(|part| is_closed(part.as_os_str()));
        walker
            .hidden(false)
            .ignore(options.ignore_files)
            .git_ignore(options.ignore_files)
            .git_exclude(options.ignore_files)
            .parents(options.ignore_files)
            .git_global(false)
            .require_git(false)
            .filter_entry(move |entry| enters_all || !is_closed(entry.file_name()));
        let kept = walker.build().flatten().map(ignore::DirEntry::into_path).collect();
        Self { kept, hidden: options.hidden, enters_all }
    }

    fn add(&self, folder: &Path, display: &str, found: &mut Vec<Rest>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let Ok(kind) = entry.file_type() else { continue };
            let shown = match display {
                "" => name.to_string_lossy().into_owned(),
                folder => format!("{}/{}", folder.trim_end_matches('/'), name.to_string_lossy()),
            };
            let why = if kind.is_dir() && !self.enters_all && is_closed(&name) {
                LeftOut::NeverEntered
            } else if !self.kept.contains(&path) {
                LeftOut::Ignored
            } else if !self.hidden && name.as_encoded_bytes().starts_with(b".") {
                LeftOut::Hidden
            } else if kind.is_symlink() {
                LeftOut::Link
            } else if kind.is_dir() {
                self.add(&path, &shown, found);
                continue;
            } else if FileKind::of(&path).is_none() {
                LeftOut::OtherKind
            } else {
                continue;
            };
            let display = if kind.is_dir() { format!("{shown}/") } else { shown };
            found.push(Rest { display, path, why });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_listed_with_the_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [
            (".gitignore", "dist/\n*.log\n"),
            ("pay.js", ""),
            ("dist/pay.js", ""),
            ("a.log", ""),
            (".env/pay.js", ""),
            ("node_modules/x/pay.js", ""),
            ("pages/pay.wxml", ""),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            fs::write(path, text).expect("a file");
        }
        let options = WalkOptions { base: Some(folder.path().to_owned()), ..WalkOptions::default() };
        let found = left_out(&[PathBuf::from(".")], &options);
        let found: Vec<(&str, LeftOut)> = found.iter().map(|rest| (rest.display.as_str(), rest.why)).collect();
        let expected = [
            (".env/", LeftOut::Hidden),
            (".gitignore", LeftOut::Hidden),
            ("a.log", LeftOut::Ignored),
            ("dist/", LeftOut::Ignored),
            ("node_modules/", LeftOut::NeverEntered),
            ("pages/pay.wxml", LeftOut::OtherKind),
        ];
        assert_eq!(found, expected);
    }
}
