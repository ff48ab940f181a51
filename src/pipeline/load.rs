//! Reading: walking the paths, searching each file once, and parsing those that name a payment API.

use std::path::Path;

use rayon::prelude::*;

use super::{ByPath, Options, RunError, RunErrorKind, Stdin, guarded, internal_error, worker_pool};
use crate::api::APIS;
use crate::discover::{Discovered, Found, Needles, PathError, Reader, WalkOptions, discover};
use crate::ir::{FileId, Script, ScriptId, ScriptKind, Span};
use crate::project::{File, Project, Realm, ScriptEntry, ScriptFormat};
use crate::source::{FileKind, Positions, decode, scripts_of};
use crate::syntax::{Comment, Parsed, Problem, ProblemKind, on_large_stack, parse};

/// Everything that was read.
pub(super) struct Read {
    /// The files that name a payment API.
    pub project: Project,
    /// Files that were not judged, and why.
    pub skipped: Vec<(FileId, String)>,
    /// What went wrong.
    pub errors: Vec<RunError>,
    /// How many files were looked at.
    pub files: usize,
}

/// One file that was parsed.
pub(super) struct Loaded {
    text: std::sync::Arc<str>,
    positions: Positions,
    scripts: Vec<Script>,
    comments: Vec<Comment>,
    problems: Vec<Problem>,
    skipped: Option<String>,
}

/// What became of one file.
enum Outcome {
    /// It names no payment API.
    Nothing,
    Loaded(String, Box<Loaded>),
    Failed(RunError),
}

/// Reads what the options name.
pub(super) fn load(options: &Options) -> Read {
    let Discovered { files, errors } = if options.paths.is_empty() {
        Discovered::default()
    } else {
        discover(&options.paths, &WalkOptions::default())
    };
    let needles = Needles::new(APIS);
    let count = files.len() + usize::from(options.stdin.is_some());
    let mut outcomes = load_all(&files, &needles);
    outcomes.extend(options.stdin.as_ref().map(|stdin| load_stdin(stdin, &needles)));
    let mut read = Read {
        project: Project::default(),
        skipped: Vec::new(),
        errors: errors.iter().map(path_error).collect(),
        files: count,
    };
    let mut by_path = ByPath::new();
    for outcome in outcomes {
        match outcome {
            Outcome::Nothing => {}
            Outcome::Loaded(path, loaded) => {
                // Standard input, which comes last, takes the place of its file.
                by_path.insert(path, *loaded);
            }
            Outcome::Failed(error) => read.errors.push(error),
        }
    }
    assemble(by_path, &mut read);
    read
}

fn load_all(files: &[Found], needles: &Needles) -> Vec<Outcome> {
    let sequential = |files: &[Found]| {
        let mut reader = Reader::default();
        files.iter().map(|file| load_found(&mut reader, file, needles)).collect()
    };
    match files {
        [] => Vec::new(),
        [file] => on_large_stack(|| sequential(files)).unwrap_or_else(|error| vec![no_thread(&file.display, &error)]),
        [first, ..] => match worker_pool() {
            Ok(pool) => pool.install(|| {
                let load = |reader: &mut Reader, file: &Found| load_found(reader, file, needles);
                files.par_iter().map_init(Reader::default, load).collect()
            }),
            Err(error) => vec![no_thread(&first.display, &error)],
        },
    }
}

fn load_found(reader: &mut Reader, file: &Found, needles: &Needles) -> Outcome {
    match reader.search(file, needles) {
        Ok(None) => Outcome::Nothing,
        Ok(Some(bytes)) => load_bytes(&file.display, file.kind, bytes),
        Err(error) => Outcome::Failed(path_error(&error)),
    }
}

fn load_stdin(stdin: &Stdin, needles: &Needles) -> Outcome {
    let Some(kind) = FileKind::of(Path::new(&stdin.path)) else {
        let known = FileKind::extensions().collect::<Vec<_>>().join(", ");
        let message = format!("not a kind of file that paylint reads; it reads {known}");
        return Outcome::Failed(RunError { kind: RunErrorKind::Path, path: Some(stdin.path.clone()), message });
    };
    let path = stdin.path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
    if !needles.is_in(&stdin.bytes) {
        return Outcome::Nothing;
    }
    on_large_stack(|| load_bytes(&path, kind, stdin.bytes.clone())).unwrap_or_else(|error| no_thread(&path, &error))
}

/// The system grants no thread with the stack that parsing needs.
fn no_thread(path: &str, error: &dyn std::fmt::Display) -> Outcome {
    Outcome::Failed(internal_error(path, &format!("no thread could be started: {error}")))
}

fn load_bytes(path: &str, kind: FileKind, bytes: Vec<u8>) -> Outcome {
    match guarded(|| read_closely(kind, bytes)) {
        Ok(loaded) => Outcome::Loaded(path.to_owned(), Box::new(loaded)),
        Err(message) => Outcome::Failed(internal_error(path, &message)),
    }
}

/// Decodes a file and parses its scripts.
fn read_closely(kind: FileKind, bytes: Vec<u8>) -> Loaded {
    let decoded = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => return Loaded::skipped(error.to_string()),
    };
    let mut loaded = Loaded {
        positions: Positions::new(decoded.text.clone(), decoded.stored),
        text: decoded.text,
        scripts: Vec::new(),
        comments: Vec::new(),
        problems: Vec::new(),
        skipped: None,
    };
    for raw in scripts_of(kind, &loaded.text) {
        let Parsed { script, comments, problems } = parse(&loaded.text, &raw);
        loaded.scripts.push(script);
        loaded.comments.extend(comments);
        loaded.problems.extend(problems);
        loaded.problems.extend(raw.unclosed.then(|| unclosed(&loaded.text, raw.span)));
    }
    loaded.comments.sort_by_key(|c| c.span);
    loaded.problems.sort_by_key(|p| p.span);
    loaded
}

/// A script element that the page never closes.
fn unclosed(text: &str, span: Span) -> Problem {
    let line = text.get(span.start as usize..).unwrap_or("").find(['\n', '\r']).unwrap_or(0) as u32;
    let message = "the script element is never closed, so browsers do not run it".to_owned();
    Problem { kind: ProblemKind::ParseError, message, span: Span::new(span.start, (span.start + line).min(span.end)) }
}

impl Loaded {
    fn skipped(reason: String) -> Self {
        Self {
            text: "".into(),
            positions: Positions::default(),
            scripts: Vec::new(),
            comments: Vec::new(),
            problems: Vec::new(),
            skipped: Some(reason),
        }
    }
}

/// Gives ids to files and scripts, in order of paths, and freezes the project.
fn assemble(by_path: ByPath, read: &mut Read) {
    let project = &mut read.project;
    for (path, loaded) in by_path {
        let file = FileId(project.files.len() as u32);
        let mut scripts = Vec::new();
        for script in loaded.scripts {
            let id = ScriptId(project.scripts.len() as u32);
            scripts.push(id);
            let format = match script.kind {
                ScriptKind::Module => ScriptFormat::Module,
                _ => ScriptFormat::Classic,
            };
            project.scripts.push(ScriptEntry { script, file, format, leading: Vec::new() });
        }
        project.realms.push(Realm { file, scripts: scripts.clone() });
        if let Some(reason) = loaded.skipped {
            read.skipped.push((file, reason));
        }
        project.files.push(File {
            path,
            text: loaded.text,
            scripts,
            comments: loaded.comments,
            problems: loaded.problems,
            positions: loaded.positions,
        });
    }
}

fn path_error(error: &PathError) -> RunError {
    RunError { kind: RunErrorKind::Path, path: Some(error.path.clone()), message: error.message.clone() }
}
