//! Tests of the walk over folders made for each of them.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Discovered, Found, PathErrorKind, Search, WalkOptions, discover, discover_and_search};
use crate::api::APIS;
use crate::source::{FileKind, Language};

/// A folder with these files; the text of each is its own path.
fn tree(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        write(folder.path(), file, file);
    }
    folder
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn search(base: &Path, paths: &[&str]) -> Discovered {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let discovered = discover(&paths, &WalkOptions { base: Some(base.to_owned()), ..WalkOptions::default() });
    for found in &discovered.files {
        assert!(found.path.is_file(), "{found:?} can be opened");
    }
    discovered
}

/// The display paths of the files, where nothing is wrong.
fn files(base: &Path, paths: &[&str]) -> Vec<String> {
    let discovered = search(base, paths);
    assert_eq!(discovered.errors, []);
    discovered.files.iter().map(|found| found.display().into_owned()).collect()
}

fn only_error(base: &Path, path: &str) -> (PathErrorKind, String) {
    let mut discovered = search(base, &[path]);
    assert_eq!((discovered.files.len(), discovered.errors.len()), (0, 1), "{discovered:?}");
    let error = discovered.errors.remove(0);
    assert!(error.named);
    (error.kind, error.message)
}

#[test]
fn files_of_known_kinds_in_order_of_their_paths() {
    let folder = tree(&["b.js", "a/z.HTML", "a/b/c.tsx", "a-b.ts", "notes.txt", "style.css", "支付.js", "B.mjs"]);
    assert_eq!(files(folder.path(), &["."]), ["B.mjs", "a-b.ts", "a/b/c.tsx", "a/z.HTML", "b.js", "支付.js"]);
    let found = search(folder.path(), &["a"]).files;
    assert_eq!(found[0].kind, FileKind::Script(Language::Tsx));
    assert_eq!(found[1].kind, FileKind::Page);
}

#[test]
fn ignore_files_count_and_hidden_files_do_not() {
    let folder = tree(&["a.js", "dist/b.js", "old/c.js", "keep/d.js", ".hidden/e.js", ".f.js", "sub/dist/g.js"]);
    write(folder.path(), ".gitignore", "dist/\nold/*\n[\n");
    write(folder.path(), ".ignore", "keep\n");
    assert_eq!(files(folder.path(), &["."]), ["a.js"]);
    assert_eq!(files(folder.path(), &["sub"]), Vec::<String>::new(), "a parent's ignore file counts");
    assert_eq!(files(folder.path(), &["dist", "keep", ".hidden"]), [".hidden/e.js", "dist/b.js", "keep/d.js"]);
}

#[test]
fn options_open_what_is_ignored_and_hidden() {
    let folder = tree(&["a.js", "dist/b.js", ".hidden/e.js", "node_modules/x/y.js", ".git/hooks/z.js"]);
    write(folder.path(), ".gitignore", "dist\n");
    let options =
        WalkOptions { ignore_files: false, hidden: true, base: Some(folder.path().into()), ..WalkOptions::default() };
    let found = discover(&[PathBuf::from(".")], &options).files;
    let found: Vec<String> = found.iter().map(|found| found.display().into_owned()).collect();
    assert_eq!(found, [".hidden/e.js", "a.js", "dist/b.js"]);
}

#[test]
fn named_files_are_searched_whatever_ignores_them() {
    let folder = tree(&["dist/b.js", ".f.js", "node_modules/p/i.js"]);
    write(folder.path(), ".gitignore", "dist\n*.js\n");
    let named = ["dist/b.js", "./.f.js", "node_modules/p/i.js"];
    assert_eq!(files(folder.path(), &named), [".f.js", "dist/b.js", "node_modules/p/i.js"]);
    assert!(search(folder.path(), &named).files.iter().all(|found| found.named));
}

#[test]
fn closed_folders_are_entered_only_when_named() {
    let folder = tree(&[
        "a.js",
        "node_modules/p/i.js",
        "node_modules/p/node_modules/q/j.js",
        "packages/x/node_modules/k.js",
        ".git/l.js",
        "node_modules.js",
    ]);
    assert_eq!(files(folder.path(), &["."]), ["a.js", "node_modules.js"]);
    let inside = ["node_modules/p/i.js", "node_modules/p/node_modules/q/j.js"];
    assert_eq!(files(folder.path(), &["node_modules"]), inside);
    assert_eq!(files(folder.path(), &["node_modules/p"]), inside);
    assert_eq!(files(folder.path(), &[".git"]), [".git/l.js"]);
}

#[test]
fn a_file_reached_in_several_ways_is_found_once() {
    let folder = tree(&["a/b.js", "a/c.js"]);
    let absolute = folder.path().join("a/b.js").display().to_string();
    let found = search(folder.path(), &[".", "a", "./a/b.js", "a/../a/b.js", &absolute, "a"]).files;
    let found: Vec<(String, bool)> = found.iter().map(|found| (found.display().into_owned(), found.named)).collect();
    assert_eq!(found, [("a/b.js".to_owned(), true), ("a/c.js".to_owned(), false)]);
}

#[test]
fn display_paths_are_relative_inside_and_as_named_outside() {
    let folder = tree(&["in/a.js", "out/b.js"]);
    let base = folder.path().join("in");
    let outside = folder.path().join("out");
    assert_eq!(files(&base, &["./"]), ["a.js"]);
    assert_eq!(files(&base, &["../out"]), ["../out/b.js"]);
    assert_eq!(files(&base, &["../out/./b.js"]), ["../out/b.js"]);
    assert_eq!(files(&base, &["../in/"]), ["a.js"]);
    let outside_text = outside.display().to_string();
    assert_eq!(files(&base, &[&outside_text]), [format!("{outside_text}/b.js")]);
}

#[test]
fn a_walk_looks_into_what_is_due() {
    let folder = tree(&["a.js", "b.js", "c.js"]);
    write(folder.path(), "a.js", "import x from './x'; require('y'); my.tradePay()");
    let search = Search::new(APIS);
    let seen = |paths: &[&str]| -> Vec<Option<(bool, usize)>> {
        let options = WalkOptions { base: Some(folder.path().into()), ..WalkOptions::default() };
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let files = discover_and_search(&paths, &options, &search, &|path| !path.ends_with("c.js")).files;
        let look = |found: &Found| found.seen.as_ref().map(|seen| seen.as_ref().expect("it can be read").clone());
        files.iter().map(|found| look(found).map(|seen| (seen.names_api, seen.modules.len()))).collect()
    };
    assert_eq!(seen(&["."]), [Some((true, 2)), Some((false, 0)), None]);
    assert_eq!(seen(&[".", "a.js"]), [None, None, None], "files that may be reached twice are left to others");
}

#[test]
fn wrong_paths_say_what_is_wrong_and_stop_nobody() {
    let folder = tree(&["a.js", "b.txt"]);
    assert_eq!(only_error(folder.path(), "gone").1, "there is no such file or folder");
    assert_eq!(only_error(folder.path(), "a.js/x").0, PathErrorKind::Unreadable);
    let (kind, message) = only_error(folder.path(), "b.txt");
    assert_eq!(kind, PathErrorKind::UnknownKind);
    assert!(message.starts_with("not a kind of file that paylint reads: .txt; it reads .js"), "{message}");
    let discovered = search(folder.path(), &["gone", "a.js", "b.txt", "gone"]);
    assert_eq!((discovered.files.len(), discovered.errors.len()), (1, 2));
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    #[test]
    fn links_are_followed_only_where_they_are_named() {
        let folder = tree(&["real/a.js", "tree/b.js"]);
        symlink(folder.path().join("real/a.js"), folder.path().join("tree/link.js")).unwrap();
        symlink(folder.path().join("real"), folder.path().join("tree/folder")).unwrap();
        symlink(folder.path().join("tree"), folder.path().join("tree/loop")).unwrap();
        symlink("nowhere.js", folder.path().join("tree/dead.js")).unwrap();
        assert_eq!(files(folder.path(), &["tree"]), ["tree/b.js"]);
        assert_eq!(files(folder.path(), &["tree/link.js"]), ["tree/link.js"]);
        assert_eq!(files(folder.path(), &["tree/folder"]), ["tree/folder/a.js"]);
        assert_eq!(files(folder.path(), &["tree/folder", "real"]), ["real/a.js"]);
        assert_eq!(only_error(folder.path(), "tree/dead.js").1, "it is a link that leads to nothing");
    }

    #[test]
    fn sockets_and_devices_are_errors_and_never_opened() {
        let folder = tree(&["a.js"]);
        let _socket = UnixListener::bind(folder.path().join("s.js")).unwrap();
        let (kind, message) = only_error(folder.path(), "s.js");
        assert_eq!((kind, message.as_str()), (PathErrorKind::NotAFile, "it is a socket, neither a file nor a folder"));
        assert_eq!(only_error(folder.path(), "/dev/null").1, "it is a device, neither a file nor a folder");
        let discovered = search(folder.path(), &["."]);
        assert_eq!((discovered.files.len(), discovered.errors.len()), (1, 1));
        assert_eq!((discovered.errors[0].path.as_str(), discovered.errors[0].named), ("s.js", false));
    }

    #[test]
    fn folders_without_permission_are_errors() {
        let folder = tree(&["a.js", "shut/b.js"]);
        let shut = folder.path().join("shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
        // The administrator may read everything: there is nothing to see then.
        let denied = fs::read_dir(&shut).is_err();
        let discovered = search(folder.path(), &["."]);
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
        let errors: Vec<(&str, bool)> = discovered.errors.iter().map(|e| (e.path.as_str(), e.named)).collect();
        assert_eq!(errors, if denied { vec![("shut", false)] } else { vec![] });
        assert_eq!(discovered.files[0].display(), "a.js");
    }

    #[test]
    fn names_that_are_not_utf8_are_shown_as_well_as_possible_and_opened_as_they_are() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tree(&[]);
        let name = std::ffi::OsStr::from_bytes(b"pay\xFF.js");
        fs::write(folder.path().join(name), "x").unwrap();
        let found = search(folder.path(), &["."]).files;
        assert_eq!(found[0].display(), "pay\u{FFFD}.js");
        assert_eq!(found[0].path.file_name(), Some(name));
    }
}
