//! From the paths that a user names to the files that are searched, in an order that depends on nothing else.

use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::error::PathErrorKind;
use super::{Found, PathError, Reader, Search, Walked};
use crate::limits::Limits;
use crate::source::FileKind;

/// Folders that are never entered unless a named path is or lies in one.
const CLOSED_FOLDERS: [&str; 2] = ["node_modules", ".git"];

/// The file that marks a folder as a project of its own.
pub const PROJECT_MARKER: &str = "paylint.json";

/// How paths are walked.
#[derive(Clone, Debug)]
pub struct WalkOptions {
    /// Whether `.gitignore` and `.ignore` files are respected, those of parent folders too.
    pub ignore_files: bool,
    /// Whether files and folders whose names begin with a dot are searched.
    pub hidden: bool,
    /// The folder that relative paths start from and that display paths are relative to; none: the current one.
    pub base: Option<PathBuf>,
    /// How many threads walk; none: as many as there are processors.
    pub threads: Option<usize>,
    /// How large files may be that are looked into.
    pub limits: Limits,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self { ignore_files: true, hidden: false, base: None, threads: None, limits: Limits::default() }
    }
}

/// What paths hold.
#[derive(Clone, Debug, Default)]
pub struct Discovered {
    /// Every file once, by display path.
    pub files: Vec<Found>,
    /// What could not be searched, by path.
    pub errors: Vec<PathError>,
    /// Folders with a file of the name that marks a project: absolute, without links.
    pub marked: Vec<PathBuf>,
}

/// Finds the files under `paths`. A file that is named is searched whatever ignore files say; links to files and
/// folders are followed where they are named, and nowhere else.
#[must_use]
pub fn discover(paths: &[PathBuf], options: &WalkOptions) -> Discovered {
    find(paths, options, None)
}

/// Finds the files under `paths`, and looks into those of a folder that `is_due` wants looked into, while it is walked:
/// the walk alone does not keep the processors busy. Where several paths are named, none is looked into, since they may
/// hold the same files.
#[must_use]
pub fn discover_and_search(
    paths: &[PathBuf],
    options: &WalkOptions,
    search: &Search,
    is_due: &(dyn Fn(&Path) -> bool + Sync),
) -> Discovered {
    find(paths, options, Some(Look { search, is_due }).filter(|_| paths.len() == 1))
}

/// A look into files on the way.
#[derive(Clone, Copy)]
struct Look<'l> {
    search: &'l Search,
    /// By the path to open: whether to look into it.
    is_due: &'l (dyn Fn(&Path) -> bool + Sync),
}

fn find(paths: &[PathBuf], options: &WalkOptions, look: Option<Look<'_>>) -> Discovered {
    let base = options.base.clone().or_else(|| std::env::current_dir().ok()).unwrap_or_default();
    let mut discovered = Discovered::default();
    let mut seen = HashSet::new();
    let roots: Vec<Root> = paths.iter().map(|path| Root::new(path, &base, options)).collect();
    for root in roots.iter().filter(|root| seen.insert(&root.path)) {
        root.search(options, look, &mut discovered);
    }
    if seen.len() > 1 {
        discovered.keep_each_once();
    }
    // Each thread of a walk has sorted its own: what is left to do is to merge.
    discovered.files.sort_by(Found::order);
    discovered.marked.sort();
    discovered.marked.dedup();
    discovered.errors.sort();
    discovered.errors.dedup();
    discovered
}

impl Discovered {
    /// Drops all but one of the ways by which named paths reach a file: a named file before one of a folder, then
    /// the first display path.
    fn keep_each_once(&mut self) {
        let mut parents = Parents::default();
        let mut keyed: Vec<(PathBuf, Found)> =
            self.files.drain(..).map(|found| (parents.real_path(&found.path), found)).collect();
        keyed.sort_by(|(a, x), (b, y)| (a, !x.named, x.display()).cmp(&(b, !y.named, y.display())));
        keyed.dedup_by(|(a, _), (b, _)| a == b);
        self.files.extend(keyed.into_iter().map(|(_, found)| found));
    }
}

/// Resolves paths one folder at a time: files of one folder come one after another.
#[derive(Default)]
struct Parents {
    last: Option<(PathBuf, PathBuf)>,
}

impl Parents {
    fn real_path(&mut self, path: &Path) -> PathBuf {
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let (Some(name), false) = (path.file_name(), is_link) else {
            return fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match &self.last {
            Some((known, real)) if known == parent => real.join(name),
            _ => {
                let real = fs::canonicalize(parent).unwrap_or_else(|_| parent.to_owned());
                self.last = Some((parent.to_owned(), real.clone()));
                real.join(name)
            }
        }
    }
}

/// A path that the user named.
pub(super) struct Root {
    /// The path to open.
    pub(super) path: PathBuf,
    /// As reports show it; empty for the base folder.
    pub(super) display: String,
}

impl Root {
    pub(super) fn new(path: &Path, base: &Path, options: &WalkOptions) -> Self {
        let absolute = normal(&base.join(path));
        let display = match absolute.strip_prefix(normal(base)) {
            Ok(inside) => shown(inside),
            Err(_) => shown(&normal(path)),
        };
        let path = if options.base.is_some() { base.join(path) } else { path.to_owned() };
        Self { path, display }
    }

    fn display_or_dot(&self) -> &str {
        if self.display.is_empty() { "." } else { &self.display }
    }

    fn search(&self, options: &WalkOptions, look: Option<Look<'_>>, discovered: &mut Discovered) {
        match fs::metadata(&self.path) {
            Err(error) => discovered.errors.push(self.missing(&error)),
            Ok(metadata) if metadata.is_dir() => self.walk(options, look, discovered),
            Ok(metadata) if metadata.is_file() => match FileKind::of(&self.path) {
                Some(kind) => discovered.files.push(self.named_file(kind)),
                None => discovered.errors.push(PathError::unknown_kind(&self.display, &self.path)),
            },
            Ok(metadata) => {
                discovered.errors.push(PathError::not_a_file(&self.display, true, metadata.file_type()));
            }
        }
    }

    fn named_file(&self, kind: FileKind) -> Found {
        Found::named(self.path.clone(), self.display.clone(), kind)
    }

    fn missing(&self, error: &std::io::Error) -> PathError {
        let path = self.display_or_dot();
        match fs::symlink_metadata(&self.path) {
            Ok(metadata) if metadata.is_symlink() && error.kind() == std::io::ErrorKind::NotFound => {
                PathError::new(path, true, PathErrorKind::NotFound, "it is a link that leads to nothing")
            }
            _ => PathError::io(path, true, error),
        }
    }

    fn walk(&self, options: &WalkOptions, look: Option<Look<'_>>, discovered: &mut Discovered) {
        let folder = self.folder();
        let real = fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        let walked = Arc::new(Walked { opened: folder.clone(), real, display: self.display.clone() });
        let shared = Mutex::new(discovered);
        walker(&folder, options).build_parallel().run(|| {
            let found = Discovered::default();
            let reader = Reader::new(&options.limits);
            let mut visitor = Visitor { root: self, walked: &walked, look, reader, found, shared: &shared };
            Box::new(move |entry| {
                visitor.visit(entry);
                WalkState::Continue
            })
        });
    }

    /// The folder to walk: what a link leads to, and never `-`, which the walker takes for standard input.
    pub(super) fn folder(&self) -> PathBuf {
        let is_link = fs::symlink_metadata(&self.path).is_ok_and(|metadata| metadata.is_symlink());
        if is_link || self.path.as_os_str() == "-" {
            fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone())
        } else {
            self.path.clone()
        }
    }
}

fn walker(folder: &Path, options: &WalkOptions) -> WalkBuilder {
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let opened = real.components().any(|part| is_closed(part.as_os_str()));
    let mut walker = WalkBuilder::new(folder);
    walker
        .hidden(!options.hidden)
        .ignore(options.ignore_files)
        .git_ignore(options.ignore_files)
        .git_exclude(options.ignore_files)
        .parents(options.ignore_files)
        // The user's own list of ignored files would make results differ between machines.
        .git_global(false)
        .require_git(false)
        .threads(options.threads.unwrap_or(0))
        .filter_entry(move |entry| match entry.file_type() {
            Some(kind) if kind.is_dir() => opened || !is_closed(entry.file_name()),
            _ => FileKind::of(entry.path()).is_some() || entry.file_name() == PROJECT_MARKER,
        });
    walker
}

pub(super) fn is_closed(name: &std::ffi::OsStr) -> bool {
    CLOSED_FOLDERS.iter().any(|closed| name == *closed)
}

/// Collects what one thread of a walk meets.
struct Visitor<'a, 'd> {
    root: &'a Root,
    walked: &'a Arc<Walked>,
    look: Option<Look<'a>>,
    reader: Reader,
    found: Discovered,
    shared: &'a Mutex<&'d mut Discovered>,
}

impl Visitor<'_, '_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) {
        match entry {
            Ok(entry) => self.entry(entry),
            Err(error) => self.error(&error),
        }
    }

    fn entry(&mut self, entry: DirEntry) {
        let Some(file_type) = entry.file_type().filter(|kind| !kind.is_dir() && !kind.is_symlink()) else { return };
        match FileKind::of(entry.path()) {
            Some(kind) if file_type.is_file() => self.file(entry.path(), kind),
            Some(_) => {
                let display = self.walked.display_of(entry.path());
                self.found.errors.push(PathError::not_a_file(&display, false, file_type));
            }
            None if entry.file_name() == PROJECT_MARKER => {
                let folder = entry.path().parent().and_then(|folder| folder.strip_prefix(&self.walked.opened).ok());
                self.found.marked.extend(folder.map(|rest| self.walked.real.join(rest)));
            }
            None => {}
        }
    }

    fn file(&mut self, path: &Path, kind: FileKind) {
        let mut found = Found::in_folder(path, kind, self.walked);
        let look = self.look.filter(|look| kind != FileKind::Markup && (look.is_due)(&found.path));
        found.seen = look.map(|look| self.reader.see(&found, look.search));
        self.found.files.push(found);
    }

    /// Takes an error of the file system; a line of an ignore file that makes no sense is ignored, as git does.
    fn error(&mut self, error: &ignore::Error) {
        let Some(cause) = error.io_error() else { return };
        let folder = &*self.walked.opened;
        let path = path_of(error).unwrap_or(folder);
        let named = path == folder;
        if !named && cause.kind() == std::io::ErrorKind::NotFound {
            // It was there when its folder was listed.
            return;
        }
        let display = match path.starts_with(folder) {
            true => self.walked.display_of(path),
            false => shown(path),
        };
        let display = if display.is_empty() { self.root.display_or_dot() } else { &display };
        self.found.errors.push(PathError::io(display, named, cause));
    }
}

impl Drop for Visitor<'_, '_> {
    fn drop(&mut self) {
        self.found.files.sort_unstable_by(Found::order);
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.files.append(&mut self.found.files);
        shared.errors.append(&mut self.found.errors);
        shared.marked.append(&mut self.found.marked);
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

/// A path without `.` and, where a folder precedes it, without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.iter().collect()
}

/// A path as reports show it.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
