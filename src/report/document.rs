//! What the JSON documents have in common: places, the tool's name, errors of the run, and how they are written.

use std::io::{self, Write};

use serde::Serialize;

use crate::ir::Loc;
use crate::project::Project;
use crate::source::Positions;
use crate::{Run, RunError, RunErrorKind};

/// The version of all JSON documents. It grows when a field is taken away or changes its meaning; new fields
/// alone do not raise it.
pub const SCHEMA_VERSION: u32 = 1;

/// Which program wrote a document.
#[derive(Clone, Copy, Serialize)]
pub struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    /// This program.
    #[must_use]
    pub const fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

/// A place as machines read it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Place<'a> {
    file: &'a str,
    range: Range,
    bytes: Bytes,
}

/// From `start` up to, not including, `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
struct Range {
    start: Position,
    end: Position,
}

/// Line and column from 1; columns count UTF-16 units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
struct Position {
    line: u32,
    column: u32,
}

/// Offsets from 0 into the file as stored, before any decoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
struct Bytes {
    start: u64,
    end: u64,
}

impl<'a> Place<'a> {
    /// The place of `loc`.
    #[must_use]
    pub fn new(project: &'a Project, loc: Loc) -> Self {
        let file = project.file(loc.file);
        let (start, end) = (loc.span.start, loc.span.end);
        Self {
            file: &file.path,
            range: Range { start: position(&file.positions, start), end: position(&file.positions, end) },
            bytes: Bytes { start: file.positions.stored(start).0, end: file.positions.stored(end).0 },
        }
    }
}

fn position(positions: &Positions, offset: u32) -> Position {
    let point = positions.point(offset);
    Position { line: point.line.0, column: point.column.0 }
}

/// Something that went wrong with the run itself.
#[derive(Serialize)]
pub struct ErrorEntry<'a> {
    kind: &'static str,
    file: Option<&'a str>,
    message: &'a str,
}

/// The errors of a run.
#[must_use]
pub fn errors(run: &Run) -> Vec<ErrorEntry<'_>> {
    entries(&run.errors)
}

/// Errors as entries of a document.
#[must_use]
pub fn entries(errors: &[RunError]) -> Vec<ErrorEntry<'_>> {
    let entries = errors.iter();
    entries.map(|e| ErrorEntry { kind: error_kind(e.kind), file: e.path.as_deref(), message: &e.message }).collect()
}

const fn error_kind(kind: RunErrorKind) -> &'static str {
    match kind {
        RunErrorKind::Path => "unreadable-path",
        RunErrorKind::Internal => "internal-error",
    }
}

/// Writes a document: indented by two spaces, with a line end at the end.
///
/// # Errors
/// What the writer says.
pub fn write_json(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}
