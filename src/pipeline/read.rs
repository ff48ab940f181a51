//! Reading: searching each file once, and parsing those that name a payment API or are asked for.

use rayon::prelude::*;

use super::survey::{Candidate, Survey};
use super::{RunError, RunErrorKind, guarded, internal_error};
use crate::discover::{Needles, PathError, Reader, Specifiers, stem_hash};
use crate::ir::{Script, Span};
use crate::source::{FileKind, LoadedScript, PageScripts, Positions, decode, scripts_of};
use crate::syntax::{Comment, Parsed, Problem, ProblemKind, parse};

/// One file that was parsed.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub text: std::sync::Arc<str>,
    pub positions: Positions,
    pub scripts: Vec<Script>,
    /// What a page loads, in its order.
    pub sources: Vec<LoadedScript>,
    pub comments: Vec<Comment>,
    pub problems: Vec<Problem>,
    pub skipped: Option<String>,
}

/// What became of one file that was searched.
#[derive(Debug)]
pub(super) struct Searched {
    /// Hashes of the modules that it names.
    pub stems: Box<[u32]>,
    /// The file, where it names a payment API.
    pub loaded: Option<Box<Loaded>>,
    /// What went wrong.
    pub error: Option<RunError>,
}

/// Searches all candidates, on the threads of the pool that this runs on.
pub(super) fn search_all(survey: &Survey<'_>, needles: &Needles, specifiers: &Specifiers) -> Vec<Searched> {
    let one = |reader: &mut Reader, (index, candidate): (usize, &Candidate)| match survey.stdin {
        Some((stdin, text)) if stdin == index => search_stdin(text, candidate, needles, specifiers),
        _ => search(reader, candidate, needles, specifiers),
    };
    match survey.candidates.as_slice() {
        [only] => vec![one(&mut Reader::default(), (0, only))],
        all => all.par_iter().enumerate().map_init(Reader::default, one).collect(),
    }
}

fn search(reader: &mut Reader, candidate: &Candidate, needles: &Needles, specifiers: &Specifiers) -> Searched {
    let stems = |bytes: &[u8]| stems_of(candidate, bytes, specifiers);
    match reader.search(&candidate.found, needles, stems) {
        Ok((bytes, stems)) => {
            let read = bytes.map(|bytes| load_bytes(&candidate.found.display, candidate.found.kind, bytes));
            Searched::of(stems, read)
        }
        Err(error) => Searched { stems: Box::default(), loaded: None, error: Some(path_error(&error)) },
    }
}

fn search_stdin(text: &[u8], candidate: &Candidate, needles: &Needles, specifiers: &Specifiers) -> Searched {
    let stems = stems_of(candidate, text, specifiers);
    let wanted = needles.is_in(text);
    Searched::of(stems, wanted.then(|| load_bytes(&candidate.found.display, candidate.found.kind, text.to_vec())))
}

/// Hashes of the modules that a file names; one that stands alone imports from nowhere.
fn stems_of(candidate: &Candidate, bytes: &[u8], specifiers: &Specifiers) -> Box<[u32]> {
    let mut stems = Vec::new();
    if candidate.root.is_some() {
        specifiers.for_each(bytes, |specifier| stems.push(stem_hash(specifier)));
    }
    stems.sort_unstable();
    stems.dedup();
    stems.into()
}

impl Searched {
    fn of(stems: Box<[u32]>, read: Option<Result<Box<Loaded>, RunError>>) -> Self {
        match read {
            None => Self { stems, loaded: None, error: None },
            Some(Ok(loaded)) => Self { stems, loaded: Some(loaded), error: None },
            Some(Err(error)) => Self { stems, loaded: None, error: Some(error) },
        }
    }
}

/// Decodes a file and parses its scripts.
pub(super) fn load_bytes(path: &str, kind: FileKind, bytes: Vec<u8>) -> Result<Box<Loaded>, RunError> {
    guarded(|| Box::new(read_closely(kind, bytes))).map_err(|message| internal_error(path, &message))
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
    let PageScripts { inline, loaded: sources } = scripts_of(kind, &loaded.text);
    loaded.sources = sources;
    for raw in inline {
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

pub(super) fn path_error(error: &PathError) -> RunError {
    RunError { kind: RunErrorKind::Path, path: Some(error.path.clone()), message: error.message.clone() }
}
