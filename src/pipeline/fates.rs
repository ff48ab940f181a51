//! What becomes of each file in the named paths: analysed, or why not. It goes the way of an ordinary run up to where
//! programs would be run, and asks the file system for the rest.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::load::link_all;
use super::mini::{App, PROJECT, SCRIPTS, with_ending};
use super::read::{Searched, path_error, search_all};
use super::survey::{Survey, survey};
use super::unit::Unit;
use super::{Options, RunError, Workers, internal_error};
use crate::api::APIS;
use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::discover::{LeftOut, Rest, Search, WalkOptions, left_out};
use crate::source::{FileKind, is_library};
use crate::syntax::ProblemKind;

/// What becomes of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// It is read closely, since it leads to a payment or belongs to what does.
    Analysed,
    /// It was searched, and has nothing to do with a payment.
    NoPayment,
    /// It says how a project is put together.
    Configuration,
    /// An ignore file names it.
    Ignored,
    /// It is hidden, a link, or in a folder that is never entered.
    NotEntered,
    /// It is no kind of file that is read.
    OtherKind,
    /// It could not be read.
    Skipped,
    /// A configuration names it, and it is not there.
    Missing,
}

impl Fate {
    /// All, in the order in which they are counted.
    pub const ALL: [Self; 8] = [
        Self::Analysed,
        Self::NoPayment,
        Self::Configuration,
        Self::Ignored,
        Self::NotEntered,
        Self::OtherKind,
        Self::Skipped,
        Self::Missing,
    ];

    /// Its name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Analysed => "analysed",
            Self::NoPayment => "no-payment",
            Self::Configuration => "configuration",
            Self::Ignored => "ignored",
            Self::NotEntered => "not-entered",
            Self::OtherKind => "other-kind",
            Self::Skipped => "skipped",
            Self::Missing => "missing",
        }
    }
}

/// A file, or a folder that was not entered, and what becomes of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FileFate {
    /// As reports show it; a folder's path ends with `/`.
    pub path: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Why, where that does not go without saying.
    pub reason: Option<String>,
}

/// All files in the named paths.
#[derive(Debug, Default)]
pub struct Fates {
    /// By path.
    pub files: Vec<FileFate>,
    /// What went wrong with the run itself, by path.
    pub errors: Vec<RunError>,
}

/// Says what becomes of each file that the options name.
#[must_use]
pub fn fates(options: &Options) -> Fates {
    let search = Search::new(APIS);
    let survey = survey(options, &search);
    let mut fates = Fates { errors: survey.errors.iter().map(path_error).collect(), ..Fates::default() };
    let job = || {
        let Searched { stems, loaded, errors } = search_all(&survey, &search);
        let (units, failed) = link_all(&survey, &search, stems, loaded);
        (units, errors, failed)
    };
    let done = Workers::of(survey.candidates.len(), &options.limits).and_then(|workers| workers.run(job));
    let (units, errors) = match done {
        Ok((units, errors, failed)) => {
            fates.errors.extend(failed);
            (units, errors)
        }
        Err(message) => {
            fates.errors.push(RunError { path: None, ..internal_error("", &message) });
            return fates;
        }
    };
    fates.add_candidates(&survey, &units, &errors);
    fates.add_rest(left_out(&options.paths, &WalkOptions::default()));
    fates.files.sort();
    fates.files.dedup_by(|a, b| a.path == b.path);
    fates.errors.sort();
    fates.errors.dedup();
    fates
}

impl Fates {
    fn add(&mut self, path: String, fate: Fate, reason: Option<String>) {
        self.files.push(FileFate { path, fate, reason });
    }

    /// Adds the files that were searched.
    fn add_candidates(&mut self, survey: &Survey<'_>, units: &[Unit], errors: &[(usize, RunError)]) {
        let units: HashMap<&str, &Unit> = units.iter().map(|unit| (unit.display.as_str(), unit)).collect();
        let errors: HashMap<usize, &RunError> = errors.iter().map(|(index, error)| (*index, error)).collect();
        for (index, candidate) in survey.candidates.iter().enumerate().filter(|(_, c)| c.reported) {
            let path = candidate.found.display().into_owned();
            let (fate, reason) = match (errors.get(&index), units.get(path.as_str())) {
                (Some(error), _) => (Fate::Skipped, Some(error.message.clone())),
                (None, Some(unit)) => of_unit(unit),
                (None, None) => (Fate::NoPayment, Some(why_not(survey, index).to_owned())),
            };
            self.add(path, fate, reason);
        }
    }

    /// Adds what is left out of folders, and what configurations name that is not there.
    fn add_rest(&mut self, rest: Vec<Rest>) {
        for Rest { display, path, why } in rest {
            let (fate, reason) = match why {
                LeftOut::Ignored => (Fate::Ignored, "by a .gitignore or .ignore file".to_owned()),
                LeftOut::Hidden => (Fate::NotEntered, "hidden: its name begins with a dot".to_owned()),
                LeftOut::NeverEntered => (Fate::NotEntered, "read only where it is imported".to_owned()),
                LeftOut::Link => (Fate::NotEntered, "a link: followed only where it is named".to_owned()),
                LeftOut::OtherKind => self.of_other_kind(&display, &path),
            };
            self.add(display, fate, Some(reason));
        }
    }

    fn of_other_kind(&mut self, display: &str, path: &Path) -> (Fate, String) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let about = match name {
            "app.json" | "plugin.json" => {
                self.add_missing_pages(display, path);
                "says which pages a mini-program has"
            }
            PROJECT => {
                self.add_missing_homes(display, path);
                self.note_left_behind(display, path);
                "says where a mini-program lies"
            }
            "paylint.json" => "marks a project",
            "package.json" | "tsconfig.json" | "jsconfig.json" => "says what modules are called",
            _ if is_beside_markup(path) => "says which components a page uses",
            _ => {
                let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
                let foreign = lists(PLATFORM.foreign_markup, &ending.to_ascii_lowercase());
                let reason =
                    if foreign { "a mini-program's of another container" } else { "not a kind of file that is read" };
                return (Fate::OtherKind, reason.to_owned());
            }
        };
        (Fate::Configuration, about.to_owned())
    }

    /// Adds the pages that a mini-program lists and does not have.
    fn add_missing_pages(&mut self, display: &str, path: &Path) {
        let Some(folder) = path.parent() else { return };
        let shown = display.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for page in App::read(folder).pages {
            if SCRIPTS.iter().any(|ending| with_ending(&page, ending).is_file()) {
                continue;
            }
            let Ok(below) = page.strip_prefix(folder) else { continue };
            let below = below.to_string_lossy().replace('\\', "/");
            let reason = match other_script(&page) {
                Some(other) => format!("listed in {display}; a page's script ends with .js or .ts, and not as {other}"),
                None => format!("listed in {display}, but it has no script"),
            };
            self.add(format!("{shown}{below}"), Fate::Missing, Some(reason));
        }
    }

    /// Notes which files a mini-program's project does not upload: they are read all the same, since they may be what it is
    /// built from.
    fn note_left_behind(&mut self, display: &str, path: &Path) {
        let globs = excluded_by(path);
        let folder = display.rsplit_once('/').map_or("", |(folder, _)| folder);
        let read = |file: &&mut FileFate| matches!(file.fate, Fate::Analysed | Fate::NoPayment);
        for file in self.files.iter_mut().filter(read) {
            let below = file.path.strip_prefix(folder).filter(|rest| folder.is_empty() || rest.starts_with('/'));
            let is_left =
                |below: &str| globs.matched_path_or_any_parents(below.trim_start_matches('/'), false).is_ignore();
            if below.is_some_and(is_left) {
                let reason = file.reason.take().map(|reason| format!("{reason}; ")).unwrap_or_default();
                file.reason = Some(format!("{reason}not uploaded, by {display}"));
            }
        }
    }

    /// Adds the mini-program or plugin that a project names and that is not where it says.
    fn add_missing_homes(&mut self, display: &str, path: &Path) {
        let Some(folder) = path.parent() else { return };
        let shown = display.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for home in super::mini::homes_of(path) {
            if !folder.join(&home).is_file() {
                let reason = format!("{display} says that it is there");
                self.add(format!("{shown}{}", home.to_string_lossy().replace('\\', "/")), Fate::Missing, Some(reason));
            }
        }
    }
}

/// What became of a file that was read closely.
fn of_unit(unit: &Unit) -> (Fate, Option<String>) {
    if let Some(reason) = &unit.loaded.skipped {
        return (Fate::Skipped, Some(reason.clone()));
    }
    let of = |kind: ProblemKind| unit.loaded.problems.iter().filter(move |problem| problem.kind == kind);
    if let Some(problem) = of(ProblemKind::Skipped).next() {
        return (Fate::Skipped, Some(problem.message.clone()));
    }
    let note = match (of(ProblemKind::ParseError).count(), unit.kind) {
        (0, FileKind::Markup) => Some("as the markup of its script".to_owned()),
        (0, _) => None,
        (1, _) => Some("but for 1 place that is no code".to_owned()),
        (count, _) => Some(format!("but for {count} places that are no code")),
    };
    (Fate::Analysed, note)
}

fn why_not(survey: &Survey<'_>, index: usize) -> &'static str {
    let found = &survey.candidates[index].found;
    let is_copy = |bytes: Vec<u8>| found.path.file_name().is_some_and(|n| is_library(&n.to_string_lossy(), &bytes));
    match found.kind {
        FileKind::Markup => "its script leads to no payment",
        FileKind::Script(_) if survey.read(index).is_ok_and(is_copy) => {
            "a copy of a library: its names say what it does"
        }
        _ => "it names no payment, and no module that leads to one",
    }
}

/// The files that a `mini.project.json` leaves out of what is uploaded.
fn excluded_by(project: &Path) -> Gitignore {
    let mut globs = GitignoreBuilder::new("");
    for glob in super::mini::left_out_of(project) {
        // A glob that makes no sense leaves nothing out.
        let _ = globs.add_line(None, &glob);
    }
    globs.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Whether a JSON file stands beside markup of its name.
fn is_beside_markup(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "json") && path.with_extension("axml").is_file()
}

/// The name of a file that might have been meant for a page's script.
fn other_script(page: &Path) -> Option<String> {
    let folder = page.parent()?;
    let name = page.file_name()?;
    let entries = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let is_other =
        |path: &PathBuf| path.file_stem() == Some(name) && FileKind::of(path).is_some_and(|k| k != FileKind::Markup);
    entries.filter(is_other).filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).min()
}
