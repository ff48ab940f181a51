//! From paths to findings: the stages put together, on all cores, in an order that no thread changes.

mod aliases;
mod bundler;
mod link;
mod listing;
mod load;
mod read;
mod resolve;
mod roots;
mod survey;
mod trace;
mod unit;
mod watch;
mod workspaces;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rayon::prelude::*;

use crate::analysis::{FileFacts, ProgramFacts, analyse, merge};
use crate::diagnostic::Diagnostic;
use crate::ir::FileId;
use crate::levels::Levels;
use crate::project::{Project, Realm};
use crate::rules;
use crate::syntax::{WORKER_STACK, on_large_stack};
use load::load;
pub use trace::trace;
pub use watch::watch;

/// What to analyse.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// A text that is given instead of a file.
    pub stdin: Option<Stdin>,
    /// Whether only the files that are named are analysed, and not the projects that they belong to.
    pub isolated: bool,
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
    let mut programs = Vec::new();
    let wanted: Vec<&Realm> =
        project.realms.iter().filter(|r| project.runs_code_of(r, |f| project.file(f).reported)).collect();
    for (realm, result) in wanted.iter().zip(analyse_all(&project, &wanted, &loaded.workers)) {
        match result {
            Ok(facts) => {
                if facts.cut_short {
                    run.diagnostics.extend(rules::skipped(realm.file, CUT_SHORT));
                }
                programs.push(facts);
            }
            Err(message) => run.errors.push(internal_error(&project.file(realm.file).path, &message)),
        }
    }
    let facts = merge(programs);
    let all = FileFacts { sites: facts.values().flat_map(|f| f.sites.iter().cloned()).collect() };
    rules::check(&all, &mut run.diagnostics);
    for (index, file) in project.files.iter().enumerate() {
        let id = FileId(index as u32);
        run.diagnostics.extend(file.problems.iter().filter_map(|p| rules::parse_problem(id, p)));
    }
    run.diagnostics.extend(loaded.skipped.iter().filter_map(|(id, reason)| rules::skipped(*id, reason)));
    let is_reported = |file: FileId| project.file(file).reported;
    run.diagnostics.retain(|d| is_reported(d.primary.file));
    options.levels.apply(&mut run.diagnostics);
    run.diagnostics.sort_by(|a, b| (a.primary, a.rule.id, &a.message).cmp(&(b.primary, b.rule.id, &b.message)));
    for (file, mut facts) in facts {
        facts.sites.retain(|s| is_reported(s.call.file) || is_reported(s.touch.call.file));
        if !facts.sites.is_empty() {
            run.facts.push((file, facts));
        }
    }
    run.errors.sort();
    run.errors.dedup();
    run.project = project;
    run
}

/// The project that the options name, for tests of what is found in it.
#[cfg(test)]
pub(crate) fn project_of(options: &Options) -> Project {
    load(options).project
}

/// Why a file was not judged whole.
const CUT_SHORT: &str =
    "it has more code that can lead to a payment than is followed in one file, so that calls may be missing";

/// The facts of each program, or what a panic said.
fn analyse_all(project: &Project, realms: &[&Realm], workers: &Workers) -> Vec<Result<ProgramFacts, String>> {
    let one = |realm: &&Realm| guarded(|| analyse(project, realm));
    let all = workers.run(|| match workers {
        Workers::Pool(_) => realms.par_iter().map(one).collect(),
        Workers::One => realms.iter().map(one).collect(),
    });
    all.unwrap_or_else(|error| realms.iter().map(|_| Err(error.clone())).collect())
}

/// Threads that parse and evaluate: their stacks are large. The same ones do both, so that their memory serves twice.
enum Workers {
    /// One for each job.
    One,
    /// One for each core.
    Pool(rayon::ThreadPool),
}

impl Workers {
    /// The threads for so many files: a pool does not pay for one.
    fn of(files: usize) -> Result<Self, String> {
        if files <= 1 {
            return Ok(Self::One);
        }
        let pool = rayon::ThreadPoolBuilder::new().stack_size(WORKER_STACK).build();
        pool.map(Self::Pool).map_err(no_thread)
    }

    /// Runs a job on them.
    fn run<T: Send>(&self, job: impl FnOnce() -> T + Send) -> Result<T, String> {
        match self {
            Self::One => on_large_stack(job).map_err(no_thread),
            Self::Pool(pool) => Ok(pool.install(job)),
        }
    }
}

fn no_thread(error: impl std::fmt::Display) -> String {
    format!("no thread could be started: {error}")
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
