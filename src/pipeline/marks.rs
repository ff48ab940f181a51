//! What lies in folders besides code: packages, configurations, mini-programs. Each folder is listed once, which costs
//! less than asking for each file that may be there.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{aliases, bundler, resolve, workspaces};

/// The names that anybody asks for.
static NAMES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let first = |path: &'static &str| path.split('/').next().unwrap_or(path);
    let lists = [resolve::BASES.as_slice(), &resolve::CONFIGURATIONS, &aliases::CONFIGURATIONS, &workspaces::LISTS];
    lists.into_iter().flatten().copied().chain(bundler::FILES.iter().map(first)).collect()
});

/// Folders that were looked at; one serves all threads.
#[derive(Default)]
pub(super) struct Marks {
    known: Mutex<FxHashMap<PathBuf, Arc<Listed>>>,
}

impl Marks {
    /// What lies in a folder; nothing where it cannot be read.
    pub(super) fn of(&self, folder: &Path) -> Arc<Listed> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return known.clone();
        }
        let listed = Arc::new(Listed::of(folder));
        self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(folder.to_owned()).or_insert(listed).clone()
    }
}

/// The names of note in one folder.
#[derive(Default)]
pub(super) struct Listed(Vec<&'static str>);

impl Listed {
    pub(super) fn of(folder: &Path) -> Self {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        Self(entries.filter_map(|entry| NAMES.get(entry.file_name().to_str()?).copied()).collect())
    }

    /// Whether something of this name, or the folder that such a path begins with, lies there.
    pub(super) fn has(&self, path: &str) -> bool {
        let name = path.split('/').next().unwrap_or(path);
        self.0.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_somebody_asks_for_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["package.json", "pay.js", "tsconfig.json"] {
            std::fs::write(folder.path().join(name), "{}").expect("a file");
        }
        std::fs::create_dir(folder.path().join("config")).expect("a folder");
        let marks = Marks::default();
        let listed = marks.of(folder.path());
        assert!(listed.has("package.json") && listed.has("tsconfig.json") && listed.has("config/index.js"));
        assert!(!listed.has("pay.js") && !listed.has("vite.config.js"));
        assert_eq!(listed.0.len(), 3);
        assert!(!marks.of(&folder.path().join("none")).has("package.json"));
    }
}
