//! The only folder that names the parser: parse, take comments, lower to `ir`, drop the tree.
//!
//! The parser, its visitors and the drop of its trees are recursive; all of it happens on a thread with a
//! large stack (`on_large_stack`), behind a bound on depth (`depth`) that is checked before parsing.

use crate::ir::{Script, Span};

/// What became of one script.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The script; empty where nothing could be read.
    pub script: Script,
    /// Its comments, by place.
    pub comments: Vec<Comment>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A comment's text, without its marks.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The whole of it, marks included.
    pub span: Span,
    /// Between its marks.
    pub text: String,
}

/// Something in a file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem.
    pub kind: ProblemKind,
    /// What the parser said, or which limit was passed.
    pub message: String,
    /// Where; on one line.
    pub span: Span,
}

/// Kinds of problems of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// The parser could not read it; the rest was analysed.
    ParseError,
    /// It passes a limit and was not analysed.
    Skipped,
}
