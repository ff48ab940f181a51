//! From paths to findings: the stages put together, on all cores, in an order that no thread changes.

mod load;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rayon::prelude::*;

use crate::analysis::{FileFacts, analyse};
use crate::diagnostic::Diagnostic;
use crate::ir::FileId;
use crate::levels::Levels;
use crate::project::Project;
use crate::rules;
use crate::syntax::{WORKER_STACK, on_large_stack};
use load::{Loaded, load};

/// What to analyse.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// A text that is given instead of a file.
    pub stdin: Option<Stdin>,
    /// How grave findings are, where the user chose it.
    pub levels: Levels,
}

/// A text given on standard input.
#[derive(Clone, Debug)]
pub struct Stdin {
    /// The path that it stands for; its extension says what kind of file it is.
    pub path: String,
    /// The text as it would be stored.
    pub bytes: Vec<u8>,
}

/// The result of a run.
#[derive(Debug, Default)]
pub struct Run {
    /// The files that were read closely: those that name a payment API, and those with problems.
    pub project: Project,
    /// Findings, by path, place and rule.
    pub diagnostics: Vec<Diagnostic>,
    /// Facts of each file that has call sites, by path.
    pub facts: Vec<(FileId, FileFacts)>,
    /// What went wrong with the run itself, by path.
    pub errors: Vec<RunError>,
    /// How many files were looked at.
    pub files: usize,
}

/// Something that went wrong with the run itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RunError {
    /// Whose fault it is.
    pub kind: RunErrorKind,
    /// The path concerned.
    pub path: Option<String>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Kinds of errors of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RunErrorKind {
    /// A path that cannot be read.
    Path,
    /// A fault of paylint.
    Internal,
}

/// Analyses what the options name.
///
/// It never fails as a whole: what went wrong with one path or file is among `Run::errors`, and the rest is judged.
#[must_use]
pub fn run(options: &Options) -> Run {
    let loaded = load(options);
    let project = loaded.project;
    let mut run = Run { errors: loaded.errors, files: loaded.files, ..Run::default() };
    let analysed = analyse_all(&project);
    for (index, result) in analysed.into_iter().enumerate() {
        let id = FileId(index as u32);
        match result {
            Ok(facts) => {
                rules::check(&facts, &mut run.diagnostics);
                if facts.cut_short {
                    run.diagnostics.extend(rules::skipped(id, CUT_SHORT));
                }
                if !facts.sites.is_empty() {
                    run.facts.push((id, facts));
                }
            }
            Err(message) => run.errors.push(internal_error(&project.file(id).path, &message)),
        }
        let problems = &project.file(id).problems;
        run.diagnostics.extend(problems.iter().filter_map(|p| rules::parse_problem(id, p)));
    }
    run.diagnostics.extend(loaded.skipped.iter().filter_map(|(id, reason)| rules::skipped(*id, reason)));
    options.levels.apply(&mut run.diagnostics);
    run.diagnostics.sort_by(|a, b| (a.primary, a.rule.id, &a.message).cmp(&(b.primary, b.rule.id, &b.message)));
    run.errors.sort();
    run.errors.dedup();
    run.project = project;
    run
}

/// Why a file was not judged whole.
const CUT_SHORT: &str =
    "it has more code that can lead to a payment than is followed in one file, so that calls may be missing";

/// The facts of each file, or what a panic said.
fn analyse_all(project: &Project) -> Vec<Result<FileFacts, String>> {
    let one = |index: usize| guarded(|| analyse(project, FileId(index as u32)));
    match project.files.len() {
        0 => Vec::new(),
        1 => vec![on_large_stack(|| one(0)).unwrap_or_else(|error| Err(error.to_string()))],
        count => match worker_pool() {
            Ok(pool) => pool.install(|| (0..count).into_par_iter().map(one).collect()),
            Err(error) => vec![Err(error.to_string()); count],
        },
    }
}

/// Threads that parse and evaluate: their stacks are large.
fn worker_pool() -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new().stack_size(WORKER_STACK).build()
}

/// Runs a job; a panic becomes its message.
fn guarded<T>(job: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(job)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason given".to_owned())
    })
}

fn internal_error(path: &str, message: &str) -> RunError {
    RunError {
        kind: RunErrorKind::Internal,
        path: Some(path.to_owned()),
        message: format!(
            "paylint failed on this file ({message}); please report it with the file, or the part of it that shows it"
        ),
    }
}

/// A project's parts by file, before ids are given.
type ByPath = BTreeMap<String, Loaded>;
