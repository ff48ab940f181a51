//! Which project a path belongs to: what is analysed is the whole of it, so that a verdict does not depend on which
//! paths were named.

use std::path::{Path, PathBuf};

use crate::discover::PROJECT_MARKER;

/// What marks a repository.
const REPOSITORY: &str = ".git";
/// What marks a package or a mini-program where there is no repository.
const PACKAGES: [&str; 3] = ["package.json", "mini.project.json", "app.json"];
/// What marks a folder where there is none of these: configurations, which often lie inside a package.
const CONFIGURATIONS: [&str; 8] = [
    "pages.json",
    "manifest.json",
    "project.config.json",
    "tsconfig.json",
    "jsconfig.json",
    "vite.config.js",
    "vite.config.ts",
    "vue.config.js",
];

/// The folder of the project that a file or folder belongs to; none: it stands alone. `path` is absolute.
pub(super) fn root_of(path: &Path) -> Option<PathBuf> {
    let start = if path.is_dir() { Some(path) } else { path.parent() };
    let nearest = |names: &[&str]| {
        let mut folders = start.into_iter().flat_map(Path::ancestors);
        folders.find(|folder| names.iter().any(|name| folder.join(name).exists())).map(Path::to_owned)
    };
    nearest(&[PROJECT_MARKER])
        .or_else(|| nearest(&[REPOSITORY]))
        .or_else(|| nearest(&PACKAGES))
        .or_else(|| nearest(&CONFIGURATIONS))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_marker_comes_before_the_repository_and_that_before_packages() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("a/b/c")).expect("folders");
        let file = root.join("a/b/c/pay.js");
        fs::write(&file, "").expect("a file");
        let mark = |path: &str| fs::write(root.join(path), "{}").expect("a file");
        mark("a/b/c/package.json");
        assert_eq!(root_of(&file), Some(root.join("a/b/c")));
        fs::create_dir(root.join("a/.git")).expect("a folder");
        assert_eq!(root_of(&file), Some(root.join("a")));
        mark("a/b/paylint.json");
        assert_eq!(root_of(&file), Some(root.join("a/b")));
        assert_eq!(root_of(&root.join("a")), Some(root.join("a")));
    }

    #[test]
    fn a_configuration_marks_a_project_where_no_package_does() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("a/src/pages")).expect("folders");
        let file = root.join("a/src/pages/pay.js");
        let mark = |path: &str| fs::write(root.join(path), "{}").expect("a file");
        mark("a/src/pages.json");
        assert_eq!(root_of(&file), Some(root.join("a/src")));
        mark("a/package.json");
        assert_eq!(root_of(&file), Some(root.join("a")));
    }
}
