//! Which of the files that say something of a project may lie in a folder: one listing in place of a question to the
//! file system for each of dozens of names. It only rules out; whoever reads a file still asks for it.

use std::path::Path;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::{aliases, bundler, resolve};

/// What is looked for in folders: names of files, or of the folders that they are in.
static KNOWN: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let lists = [&bundler::FILES[..], &aliases::CONFIGURATIONS, &resolve::CONFIGURATIONS, &resolve::BASES];
    lists.into_iter().flatten().map(|path| first_part(path)).collect()
});

/// The known names in a folder.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    /// None: the folder cannot be listed.
    names: Option<Vec<&'static str>>,
}

impl Listing {
    /// Of a folder.
    pub(super) fn of(folder: &Path) -> Self {
        let entries = std::fs::read_dir(folder).ok();
        let name = |entry: std::io::Result<std::fs::DirEntry>| Some(known_as(entry.ok()?.file_name().to_str()?));
        Self { names: entries.map(|entries| entries.filter_map(name).flatten().collect()) }
    }

    /// Whether a file may be there, by its path from the folder.
    pub(super) fn may_hold(&self, path: &str) -> bool {
        let name = first_part(path);
        self.names.as_ref().is_none_or(|names| names.contains(&name) || !KNOWN.contains(name))
    }
}

/// The known name that a file's name may stand for, on a file system that ignores case, too.
fn known_as(name: &str) -> Option<&'static str> {
    let exact = KNOWN.get(name).copied();
    let is_mixed = || name.bytes().any(|byte| byte.is_ascii_uppercase());
    exact.or_else(|| is_mixed().then(|| KNOWN.get(name.to_ascii_lowercase().as_str()).copied()).flatten())
}

fn first_part(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_may_be_there() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["vite.config.ts", "Package.JSON", "pay.js"] {
            std::fs::write(folder.path().join(name), "").expect("a file");
        }
        std::fs::create_dir(folder.path().join("config")).expect("a folder");
        let listing = Listing::of(folder.path());
        let held = |name: &&&str| listing.may_hold(name);
        let asked = ["vite.config.ts", "vite.config.js", "package.json", "app.json", "config/index.js", "build/x.js"];
        let held: Vec<&str> = asked.iter().filter(held).copied().collect();
        assert_eq!(held, ["vite.config.ts", "package.json", "config/index.js"]);
        assert!(listing.may_hold("other.json"), "of other names nothing is known");
    }

    #[test]
    fn a_folder_that_cannot_be_listed_may_hold_anything() {
        assert!(Listing::of(Path::new("/no/such/folder")).may_hold("package.json"));
    }

    #[test]
    fn known_names_are_in_lower_case() {
        assert!(KNOWN.iter().all(|name| !name.bytes().any(|byte| byte.is_ascii_uppercase())));
    }
}
