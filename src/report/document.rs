//! What the JSON documents have in common: places, the tool's name, errors of the run, and how they are written.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};

use super::escape::is_hidden;
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

/// Writes a document: indented by two spaces, with a line end at the end. What can't be seen is written as `\u202e`, so
/// that a document on a terminal does no harm either.
///
/// # Errors
/// What the writer says.
pub fn write_json(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let formatter = Visible(PrettyFormatter::new());
    document.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, formatter))?;
    out.write_all(b"\n")
}

/// The usual form, with characters escaped that can't be seen.
struct Visible(PrettyFormatter<'static>);

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, c)| is_hidden(*c)) {
            out.write_all(rest.get(..at).unwrap_or_default().as_bytes())?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = rest.get(at + hidden.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_seen_is_escaped_and_read_back() {
        let text = "支付 a\u{7f}\u{9b}2J\u{202e}b\u{1b}[0m\n\u{e0041}😀\u{2028}";
        let mut out = Vec::new();
        write_json(&[text], &mut out).expect("a vector takes all");
        let written = String::from_utf8(out).expect("UTF-8");
        assert!(!written.chars().any(|c| c != '\n' && is_hidden(c)), "{written:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&written).expect("JSON"), [text]);
        assert!(written.contains("支付 a\\u007f\\u009b2J\\u202eb"), "{written}");
    }
}
