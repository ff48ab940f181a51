//! From bytes to text, from text to scripts, and from offsets back to lines, columns and stored bytes.

mod decode;
mod html;
mod kind;
mod positions;

pub use decode::{DecodeError, Decoded, decode};
pub use html::scripts_of_page;
pub use kind::{FileKind, Language};
pub use positions::{Line, Point, Positions, StoredOffset, Utf16Column};

use crate::ir::{ScriptKind, Span};

/// A script's text within its file, before it is parsed.
#[derive(Clone, Debug)]
pub struct RawScript {
    /// Where its text is in the decoded file.
    pub span: Span,
    /// What it is; none: decided by content (a file of its own).
    pub kind: Option<ScriptKind>,
    /// Which language to parse it as.
    pub language: Language,
    /// Its text where that differs from the file's (character references in an attribute), with a map back.
    pub decoded: Option<DecodedAttribute>,
}

/// An attribute's value after its character references were resolved.
#[derive(Clone, Debug)]
pub struct DecodedAttribute {
    /// The value.
    pub text: String,
    /// For each byte of `text`, and one past its end, the offset in the file that it comes from.
    pub offsets: Vec<u32>,
}
