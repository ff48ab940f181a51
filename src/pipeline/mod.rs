//! From paths to findings: the stages put together, on all cores, in an order that no thread changes.

mod aliases;
mod bundler;
mod fates;
mod link;
mod listing;
mod load;
mod mini;
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

use crate::analysis::{Callers, FileFacts, ProgramFacts, Scan, analyse, judge, merge};
use crate::diagnostic::Diagnostic;
use crate::ir::FileId;
use crate::levels::Levels;
use crate::limits::Limits;
use crate::project::{Project, Realm};
use crate::rules;
use crate::syntax::on_large_stack;
pub use fates::{Fate, Fates, FileFate, fates};
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
    /// How much of one file is taken on.
    pub limits: Limits,
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
    /// The threads that it ran on.
    pub(crate) workers: Workers,
}

impl Run {
    /// Runs a job on the threads of the run: they have memory that they don't need any more.
    pub(crate) fn on_its_threads<T: Send>(&self, job: impl FnOnce() -> T + Send) -> T {
        match &self.workers {
            Workers::Pool(pool) => pool.install(job),
            Workers::One(_) => job(),
        }
    }
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
    run_with(options, &analyse)
}

/// What says the facts of one program.
type Analyse<'a> = dyn Fn(&Project, &Realm, Option<&Scan>) -> ProgramFacts + Sync + 'a;

fn run_with(options: &Options, analyse: &Analyse<'_>) -> Run {
    let loaded = load(options);
    let project = loaded.project;
    let mut run = Run { errors: loaded.errors, files: loaded.files, ..Run::default() };
    let realms = project.realms.iter().filter(|r| project.runs_code_of(r, |f| project.file(f).reported));
    let wanted: Vec<&Realm> = realms.collect();
    let analysis = Analysis { project: &project, scans: &loaded.scans, workers: &loaded.workers };
    let (programs, callers) = analysis.of_project(&wanted, analyse);
    for (realm, facts) in wanted.iter().zip(&programs) {
        match facts {
            Ok(facts) => {
                let skipped = facts.cut_short.map(|limit| rules::skipped(realm.file, &options.limits.passed(limit)));
                run.diagnostics.extend(skipped.into_iter().flatten());
            }
            Err(message) => run.errors.push(internal_error(&project.file(realm.file).path, message)),
        }
    }
    let facts = merge(programs.into_iter().flatten(), &callers);
    rules::check(&facts, &mut run.diagnostics);
    for (index, file) in project.files.iter().enumerate() {
        let id = FileId(index as u32);
        run.diagnostics.extend(file.problems.iter().filter_map(|p| rules::parse_problem(id, p)));
    }
    run.diagnostics.extend(loaded.skipped.iter().filter_map(|(id, reason)| rules::skipped(*id, reason)));
    let is_reported = |file: FileId| project.file(file).reported;
    run.diagnostics.retain(|d| is_reported(d.primary.file));
    options.levels.apply(&mut run.diagnostics);
    run.diagnostics.sort_by(|a, b| (a.primary, a.rule.id, &a.message).cmp(&(b.primary, b.rule.id, &b.message)));
    for site in facts.sites.into_iter().filter(|s| is_reported(s.call.file) || is_reported(s.touch.call.file)) {
        match run.facts.last_mut() {
            Some((file, known)) if *file == site.call.file => known.sites.push(site),
            _ => run.facts.push((site.call.file, FileFacts { sites: vec![site] })),
        }
    }
    run.errors.sort();
    run.errors.dedup();
    run.project = project;
    run.workers = loaded.workers;
    run
}

/// The project that the options name, for tests of what is found in it.
#[cfg(test)]
pub(crate) fn project_of(options: &Options) -> Project {
    load(options).project
}

/// What programs are analysed by.
struct Analysis<'a> {
    project: &'a Project,
    /// By file.
    scans: &'a [Option<Box<Scan>>],
    workers: &'a Workers,
}

impl Analysis<'_> {
    /// The facts of each program, or what a panic said.
    fn of_all(&self, realms: &[&Realm], analyse: &Analyse<'_>) -> Vec<Result<ProgramFacts, String>> {
        let scan = |realm: &Realm| self.scans.get(realm.file.0 as usize).and_then(Option::as_deref);
        let one = |realm: &&Realm| guarded(|| analyse(self.project, realm, scan(realm)));
        let all = self.workers.run(|| match self.workers {
            Workers::Pool(_) => realms.par_iter().map(one).collect(),
            Workers::One(_) => realms.iter().map(one).collect(),
        });
        all.unwrap_or_else(|error| realms.iter().map(|_| Err(error.clone())).collect())
    }

    /// The same, where what is many programs' business is judged in that whose it is; and who calls what.
    fn of_project(&self, realms: &[&Realm], analyse: &Analyse<'_>) -> (Vec<Result<ProgramFacts, String>>, Callers) {
        let mut programs = self.of_all(realms, analyse);
        let callers = Callers::of(programs.iter().flatten());
        let is_due = |index: &usize| programs[*index].as_ref().is_ok_and(|facts| callers.leave_some(facts));
        let due: Vec<usize> = (0..realms.len()).filter(is_due).collect();
        if !due.is_empty() {
            let left: Vec<&Realm> = due.iter().map(|index| realms[*index]).collect();
            let judged = self.of_all(&left, &|project, realm, scan| judge(project, realm, scan, &callers));
            due.into_iter().zip(judged).for_each(|(index, facts)| programs[index] = facts);
        }
        (programs, callers)
    }
}

/// Threads that parse and evaluate: their stacks are large. The same ones do both, so that their memory serves twice.
#[derive(Debug)]
pub(crate) enum Workers {
    /// One for each job, with a stack of so many bytes.
    One(usize),
    /// One for each core.
    Pool(rayon::ThreadPool),
}

impl Default for Workers {
    fn default() -> Self {
        Self::One(Limits::default().stack())
    }
}

impl Workers {
    /// The threads for so many files: a pool does not pay for one.
    fn of(files: usize, limits: &Limits) -> Result<Self, String> {
        if files <= 1 {
            return Ok(Self::One(limits.stack()));
        }
        let pool = rayon::ThreadPoolBuilder::new().stack_size(limits.stack()).build();
        pool.map(Self::Pool).map_err(no_thread)
    }

    /// Runs a job on them.
    fn run<T: Send>(&self, job: impl FnOnce() -> T + Send) -> Result<T, String> {
        match self {
            Self::One(stack) => on_large_stack(*stack, job).map_err(no_thread),
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

#[cfg(test)]
mod tests {
    use super::*;

    const PAYMENT: &str = "AlipayJSBridge.call('tradePay', { tradeNO: window.no }, function () {});";

    /// Fails on files of one name, as a fault of the analysis would.
    fn fail_on_bad(project: &Project, realm: &Realm, scan: Option<&Scan>) -> ProgramFacts {
        let path = &project.file(realm.file).path;
        assert!(!path.ends_with("bad.js"), "a fault at {path}");
        analyse(project, realm, scan)
    }

    #[test]
    fn a_panic_on_one_file_is_an_error_of_that_file_and_the_others_are_reported() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.js", "bad.js", "z.js"] {
            std::fs::write(folder.path().join(name), PAYMENT).unwrap();
        }
        for paths in [vec![folder.path().to_owned()], vec![folder.path().join("bad.js")]] {
            let is_whole = paths[0] == folder.path();
            let run = run_with(&Options { paths, ..Options::default() }, &fail_on_bad);
            let [RunError { kind: RunErrorKind::Internal, path: Some(path), message }] = run.errors.as_slice() else {
                panic!("{:?}", run.errors);
            };
            assert!(path.ends_with("bad.js"), "{path}");
            assert!(message.contains("a fault at") && message.contains("please report it"), "{message}");
            let files: Vec<&str> = run
                .diagnostics
                .iter()
                .filter_map(|d| run.project.file(d.primary.file).path.rsplit('/').next())
                .collect();
            assert_eq!(files, if is_whole { vec!["a.js", "z.js"] } else { vec![] });
        }
    }
}
