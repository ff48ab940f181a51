//! Which files a run looks at: those that are named, whose findings are reported, and the rest of their projects,
//! which may decide what a finding is.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::Options;
use super::roots::root_of;
use crate::discover::{Discovered, Found, PathError, WalkOptions, discover};
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
pub(super) struct Survey {
    /// Those to search, named ones first.
    pub candidates: Vec<Candidate>,
    /// Folders of projects: absolute, without links.
    pub roots: Vec<PathBuf>,
    /// What could not be read of what was named.
    pub errors: Vec<PathError>,
    /// How many files were named.
    pub named: usize,
    /// The index of the file that standard input stands for.
    pub stdin: Option<usize>,
}

/// Finds the files that the options name, and those of their projects.
pub(super) fn survey(options: &Options) -> Survey {
    let named = match options.paths.as_slice() {
        [] => Discovered::default(),
        paths => discover(paths, &WalkOptions::default()),
    };
    let mut survey = Survey { errors: named.errors, ..Survey::default() };
    let mut roots = Roots { isolated: options.isolated, folders: Vec::new(), index: HashMap::new() };
    let named_roots = options.paths.iter().filter_map(|path| root_of(&absolute(path)));
    named_roots.chain(named.marked).for_each(|root| roots.add(root));
    for found in named.files {
        let root = roots.of(&found);
        survey.candidates.push(Candidate { found, root, reported: true });
    }
    survey.add_stdin(options, &mut roots);
    survey.named = survey.candidates.len();
    survey.add_projects(options, &roots);
    survey.roots = roots.folders;
    survey
}

impl Survey {
    fn add_stdin(&mut self, options: &Options, roots: &mut Roots) {
        let Some(stdin) = &options.stdin else { return };
        let path = Path::new(&stdin.path);
        let Some(kind) = FileKind::of(path) else { return };
        let display = stdin.path.replace('\\', "/");
        let display = display.strip_prefix("./").unwrap_or(&display).to_owned();
        let real = absolute(path);
        root_of(&real).into_iter().for_each(|root| roots.add(root));
        let found = Found { path: real, display, kind, named: true, folder: None };
        // It takes the place of its file.
        self.candidates.retain(|c| c.found.display != found.display);
        let root = roots.of(&found);
        self.stdin = Some(self.candidates.len());
        self.candidates.push(Candidate { found, root, reported: true });
    }

    /// Adds the other files of the projects that something named belongs to.
    fn add_projects(&mut self, options: &Options, roots: &Roots) {
        let walked: HashSet<PathBuf> = options.paths.iter().map(|p| absolute(p)).collect();
        let others: Vec<PathBuf> = roots.folders.iter().filter(|root| !walked.contains(*root)).cloned().collect();
        if others.is_empty() {
            return;
        }
        let known: HashSet<PathBuf> = self.candidates.iter().map(|c| c.found.real_path()).collect();
        for found in discover(&others, &WalkOptions::default()).files {
            if !known.contains(&found.path) {
                let root = roots.of(&found);
                self.candidates.push(Candidate { found, root, reported: false });
            }
        }
    }
}

/// The projects of a run.
struct Roots {
    isolated: bool,
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

    /// The project of a file: the innermost folder.
    fn of(&self, found: &Found) -> Option<u32> {
        match self.folders.as_slice() {
            [] => return None,
            [only] if found.folder.as_ref().is_some_and(|f| f.real.starts_with(only)) => return Some(0),
            _ => {}
        }
        found.real_path().ancestors().skip(1).find_map(|folder| self.index.get(folder).copied())
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
