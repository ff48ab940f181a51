//! Which files a run looks at: those that are named, whose findings are reported, and the rest of their projects,
//! which may decide what a finding is.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::Options;
use super::roots::root_of;
use crate::discover::{Discovered, Found, PathError, Search, WalkOptions, discover_and_search, read_file};
use crate::limits::Limits;
use crate::source::FileKind;

/// A file that may be read closely.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Where it is, and what it is called.
    pub found: Found,
    /// Its project, as an index into `Survey::roots`; none: it stands alone.
    pub root: Option<u32>,
    /// Whether it was named: findings of others are not reported.
    pub reported: bool,
}

/// All files of a run.
#[derive(Debug, Default)]
pub(super) struct Survey<'o> {
    /// Those to search, named ones first.
    pub candidates: Vec<Candidate>,
    /// Their projects.
    pub roots: Roots,
    /// What could not be read of what was named.
    pub errors: Vec<PathError>,
    /// How many files were named.
    pub named: usize,
    /// Whether there is markup of mini-programs among them.
    pub has_markup: bool,
    /// The index of the file that standard input stands for, and its text.
    pub stdin: Option<(usize, &'o [u8])>,
    /// How much of one file is taken on.
    pub limits: Limits,
}

/// Finds the files that the options name, and those of their projects.
pub(super) fn survey<'o>(options: &'o Options, search: &Search) -> Survey<'o> {
    let named = match options.paths.as_slice() {
        [] => Discovered::default(),
        paths => discover_and_search(paths, &walk_options(options), search, &|_| true),
    };
    let mut roots = Roots { isolated: options.isolated, ..Roots::default() };
    let named_roots = options.paths.iter().filter_map(|path| root_of(&absolute(path)));
    named_roots.chain(named.marked).for_each(|root| roots.add(root));
    let mut survey = Survey { errors: named.errors, roots, limits: options.limits, ..Survey::default() };
    survey.candidates.reserve_exact(named.files.len());
    survey.add(named.files, true);
    survey.add_stdin(options);
    survey.named = survey.candidates.len();
    survey.add_projects(options, search);
    survey
}

impl<'o> Survey<'o> {
    /// What is in a file, or what standard input holds in its place.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn read(&self, index: usize) -> Result<Vec<u8>, PathError> {
        let found = &self.candidates[index].found;
        match self.stdin {
            Some((stdin, text)) if stdin == index => Ok(text.to_vec()),
            _ => read_file(found, &self.limits),
        }
    }

    fn add_stdin(&mut self, options: &'o Options) {
        let Some(stdin) = &options.stdin else { return };
        let path = Path::new(&stdin.path);
        let Some(kind) = FileKind::of(path) else { return };
        let display = stdin.path.replace('\\', "/");
        let display = display.strip_prefix("./").unwrap_or(&display).to_owned();
        let real = absolute(path);
        root_of(&real).into_iter().for_each(|root| self.roots.add(root));
        let found = Found::named(real, display, kind);
        // It takes the place of its file.
        self.candidates.retain(|c| c.found.display() != found.display());
        let root = self.roots.of(&found);
        self.has_markup |= found.kind == FileKind::Markup;
        self.stdin = Some((self.candidates.len(), &stdin.bytes));
        self.candidates.push(Candidate { found, root, reported: true });
    }

    /// Adds the other files of the projects that something named belongs to.
    fn add_projects(&mut self, options: &Options, search: &Search) {
        let walked: HashSet<PathBuf> = options.paths.iter().map(|p| absolute(p)).collect();
        let others: Vec<PathBuf> = self.roots.folders.iter().filter(|root| !walked.contains(*root)).cloned().collect();
        if others.is_empty() {
            return;
        }
        let known: HashSet<PathBuf> = self.candidates.iter().map(|c| c.found.real_path()).collect();
        let is_new = |path: &Path| !known.contains(path);
        let found = discover_and_search(&others, &walk_options(options), search, &is_new).files;
        self.add(found.into_iter().filter(|found| is_new(&found.path)), false);
    }

    fn add(&mut self, files: impl IntoIterator<Item = Found>, reported: bool) {
        // Files of one folder come one after another.
        let mut last: Option<(Vec<u8>, Option<u32>)> = None;
        for found in files {
            let folder = found.folder.as_ref().and_then(|_| folder_of(&found.path));
            let known = last.as_ref().filter(|(last, _)| folder == Some(last.as_slice()));
            let root = known.map_or_else(|| self.roots.of(&found), |(_, root)| *root);
            if known.is_none() {
                last = folder.map(|folder| (folder.to_owned(), root));
            }
            self.has_markup |= found.kind == FileKind::Markup;
            self.candidates.push(Candidate { found, root, reported });
        }
    }
}

fn walk_options(options: &Options) -> WalkOptions {
    WalkOptions { limits: options.limits, ..WalkOptions::default() }
}

/// The part of a path before its last separator.
fn folder_of(path: &Path) -> Option<&[u8]> {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.get(..bytes.iter().rposition(|byte| std::path::is_separator(char::from(*byte)))?)
}

/// The projects of a run.
#[derive(Debug, Default)]
pub(super) struct Roots {
    isolated: bool,
    /// Their folders: absolute, without links.
    folders: Vec<PathBuf>,
    /// Their indices in `folders`.
    index: HashMap<PathBuf, u32>,
}

impl Roots {
    fn add(&mut self, folder: PathBuf) {
        if !self.isolated && !self.index.contains_key(&folder) {
            self.index.insert(folder.clone(), self.folders.len() as u32);
            self.folders.push(folder);
        }
    }

    /// The folder of a project.
    pub(super) fn folder(&self, root: u32) -> &Path {
        &self.folders[root as usize]
    }

    /// The project of a file.
    fn of(&self, found: &Found) -> Option<u32> {
        match self.folders.as_slice() {
            [] => None,
            [only] if found.folder.as_ref().is_some_and(|f| f.real.starts_with(only)) => Some(0),
            _ => self.of_path(&found.real_path()),
        }
    }

    /// The project of a file by its real path: the innermost folder, whatever stands around it.
    pub(super) fn of_path(&self, path: &Path) -> Option<u32> {
        path.ancestors().skip(1).find_map(|folder| self.index.get(folder).copied())
    }
}

/// A path without links; of one that does not exist, as far as it does.
fn absolute(path: &Path) -> PathBuf {
    if let Ok(real) = std::fs::canonicalize(path) {
        return real;
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (std::fs::canonicalize(folder), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => std::env::current_dir().unwrap_or_default().join(path),
    }
}
