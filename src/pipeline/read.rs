//! Reading: searching each file once, and parsing those that name a payment API or are asked for.

use rayon::prelude::*;
use smallvec::SmallVec;

use super::survey::{Candidate, Survey};
use super::{RunError, RunErrorKind, guarded, internal_error};
use crate::discover::{Found, PathError, Reader, Search, Seen};
use crate::ir::{Script, ScriptKind, Span};
use crate::source::{Builds, FileKind, Framework, LoadedScript, PageScripts, Positions, decode, scripts_of};
use crate::syntax::{Comment, Parsed, Problem, ProblemKind, parse};

/// One file that was parsed.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub text: std::sync::Arc<str>,
    pub positions: Positions,
    pub scripts: Vec<Script>,
    /// By script: the builds that it is in.
    pub builds: Vec<Builds>,
    /// Whether a component's template sees the names of its scope.
    pub setup: bool,
    /// What a page loads, in its order.
    pub sources: Vec<LoadedScript>,
    pub comments: Vec<Comment>,
    pub problems: Vec<Problem>,
    pub skipped: Option<String>,
}

impl Loaded {
    /// The script that stands for the file in a build, by its index.
    pub(super) fn first_in(&self, build: usize) -> usize {
        self.builds.iter().position(|builds| builds.has(build)).unwrap_or_default()
    }

    /// Whether it is another file in some build.
    pub(super) fn varies(&self) -> bool {
        self.builds.iter().any(|builds| !builds.is_all())
    }

    /// The scripts that stand for the file, each once.
    pub(super) fn firsts(&self) -> Vec<usize> {
        let all = if self.varies() { Builds::COUNT } else { 1 };
        let mut firsts: Vec<usize> = (0..all).map(|build| self.first_in(build)).collect();
        firsts.sort_unstable();
        firsts.dedup();
        firsts
    }
}

/// What became of the files that were searched.
#[derive(Debug, Default)]
pub(super) struct Searched {
    /// Hashes of the modules that files name, each with the index of the file.
    pub stems: Vec<(u32, u32)>,
    /// Files that name a payment API, by index.
    pub loaded: Vec<(usize, Box<Loaded>)>,
    /// What went wrong, by index of the file.
    pub errors: Vec<(usize, RunError)>,
}

/// Searches the candidates that the survey has not looked into, and parses those that name a payment API, on the threads
/// of the pool that this runs on.
pub(super) fn search_all(survey: &Survey<'_>, search: &Search) -> Searched {
    let mut seen = Searched::default();
    let mut due = Vec::new();
    for (index, candidate) in survey.candidates.iter().enumerate() {
        match &candidate.found.seen {
            None => due.push(index),
            Some(Ok(look)) => {
                seen.add_modules(candidate, index, look);
                due.extend(look.names_api.then_some(index));
            }
            Some(Err(error)) => seen.errors.push((index, path_error(error))),
        }
    }
    let one = |mut part: Part, index: &usize| {
        part.search(survey, search, *index);
        part
    };
    match due.as_slice() {
        [only] => seen.and(one(Part::default(), only).searched),
        due => {
            let parts = due.par_iter().fold(Part::default, one).map(|part| part.searched);
            seen.and(parts.reduce(Searched::default, Searched::and))
        }
    }
}

/// A part of the files, searched one after another.
#[derive(Default)]
struct Part {
    reader: Reader,
    searched: Searched,
}

impl Part {
    fn search(&mut self, survey: &Survey<'_>, search: &Search, index: usize) {
        let candidate = &survey.candidates[index];
        let searched = match (&candidate.found.seen, survey.stdin) {
            (_, Some((stdin, text))) if stdin == index => Ok(Seen::of(text, search)),
            (None, _) => self.reader.see(&candidate.found, search),
            // What it names is known.
            (Some(_), _) => Ok(Seen { names_api: true, modules: SmallVec::new() }),
        };
        let loaded = searched.map_err(|error| path_error(&error)).and_then(|seen| {
            self.searched.add_modules(candidate, index, &seen);
            let bytes = seen.names_api.then(|| survey.read(index)).transpose().map_err(|error| path_error(&error))?;
            bytes.map(|bytes| load_bytes(&candidate.found, bytes)).transpose()
        });
        match loaded {
            Ok(loaded) => self.searched.loaded.extend(loaded.map(|loaded| (index, loaded))),
            Err(error) => self.searched.errors.push((index, error)),
        }
    }
}

impl Searched {
    /// Adds the modules that a file names; one that stands alone imports from nowhere.
    fn add_modules(&mut self, candidate: &Candidate, index: usize, seen: &Seen) {
        if candidate.root.is_some() {
            self.stems.extend(seen.modules.iter().map(|hash| (*hash, index as u32)));
        }
    }

    /// These files, and those that come after them.
    fn and(mut self, mut after: Self) -> Self {
        self.stems.append(&mut after.stems);
        self.loaded.append(&mut after.loaded);
        self.errors.append(&mut after.errors);
        self
    }
}

/// Decodes a file and parses its scripts.
pub(super) fn load_bytes(found: &Found, bytes: Vec<u8>) -> Result<Box<Loaded>, RunError> {
    load_kind(found.kind, bytes).map_err(|message| internal_error(&found.display(), &message))
}

/// The same for a file of this kind that no walk found; an error is what a panic said.
pub(super) fn load_kind(kind: FileKind, bytes: Vec<u8>) -> Result<Box<Loaded>, String> {
    guarded(|| Box::new(read_closely(kind, bytes)))
}

fn read_closely(kind: FileKind, bytes: Vec<u8>) -> Loaded {
    let decoded = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => return Loaded { skipped: Some(error.to_string()), ..Loaded::default() },
    };
    let mut loaded = Loaded {
        positions: Positions::new(decoded.text.clone(), decoded.stored),
        text: decoded.text,
        ..Loaded::default()
    };
    let PageScripts { inline, loaded: sources, setup } = scripts_of(kind, &loaded.text);
    (loaded.sources, loaded.setup) = (sources, setup);
    for raw in inline {
        let mut parsed = parse(&loaded.text, &raw);
        if let Some(plain) = raw.otherwise.as_ref().filter(|_| !parsed.problems.is_empty()) {
            parsed = parse(&loaded.text, plain);
        }
        let Parsed { mut script, comments, problems } = parsed;
        if raw.kind == Some(ScriptKind::Template) && !problems.is_empty() {
            // What a template may say is its compiler's business.
            continue;
        }
        if kind == FileKind::Component(Framework::Svelte) {
            script.open_exported_names();
        }
        loaded.scripts.push(script);
        loaded.builds.push(raw.builds);
        loaded.comments.extend(comments);
        loaded.problems.extend(problems);
        loaded.problems.extend(raw.unclosed.then(|| unclosed(&loaded.text, raw.span)));
    }
    loaded.comments.sort_by_key(|c| c.span);
    loaded.problems.sort_by_key(|p| p.span);
    // What several builds have is there once.
    loaded.comments.dedup_by_key(|c| c.span);
    loaded.problems.dedup();
    loaded
}

/// A script element that the page never closes.
fn unclosed(text: &str, span: Span) -> Problem {
    let line = text.get(span.start as usize..).unwrap_or("").find(['\n', '\r']).unwrap_or(0) as u32;
    let message = "the script element is never closed, so browsers do not run it".to_owned();
    Problem { kind: ProblemKind::ParseError, message, span: Span::new(span.start, (span.start + line).min(span.end)) }
}

pub(super) fn path_error(error: &PathError) -> RunError {
    RunError { kind: RunErrorKind::Path, path: Some(error.path.clone()), message: error.message.clone() }
}
