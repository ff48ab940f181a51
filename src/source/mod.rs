//! From bytes to text, from text to scripts, and from offsets back to lines, columns and stored bytes.

mod attribute;
mod axml;
mod decode;
mod encoding;
mod html;
mod kind;
mod mime;
mod positions;
mod stored;
mod template;

pub use axml::UsedComponent;
pub use decode::{DecodeError, Decoded, Utf16, decode};
pub use html::{LoadedScript, PageScripts};
pub use kind::{FileKind, Language};
pub use positions::{Line, Point, Positions, StoredOffset, Utf16Column};
pub use stored::StoredMap;
pub use template::{Engine, Hole, HoleKind, Template, blank_range, fill_name, is_filler};

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
    /// Whether it is an element that the page never closes: browsers do not run it.
    pub unclosed: bool,
    /// Its text where that differs from the file's (character references in an attribute), with a map back.
    pub decoded: Option<DecodedAttribute>,
    /// What a server puts into it.
    pub template: Option<Template>,
}

impl RawScript {
    /// A script that is just a part of the file.
    #[must_use]
    pub const fn new(span: Span, kind: Option<ScriptKind>, language: Language) -> Self {
        Self { span, kind, language, unclosed: false, decoded: None, template: None }
    }
}

/// An attribute's value after its character references were resolved.
#[derive(Clone, Debug)]
pub struct DecodedAttribute {
    /// The value.
    pub text: String,
    /// For each byte of `text`, and one past its end, the offset in the file that it comes from.
    pub offsets: Vec<u32>,
}

/// The script blocks of a Vue component. What its template says is no script of a page.
fn scripts_of_component(text: &str) -> Vec<RawScript> {
    let mut blocks = html::scripts_of_page(text).inline;
    blocks.retain(|script| script.kind != Some(ScriptKind::Handler) && script.decoded.is_none());
    for block in &mut blocks {
        block.kind = Some(ScriptKind::Module);
    }
    blocks
}

/// The scripts of a file, in the order of the file, and those that it loads.
#[must_use]
pub fn scripts_of(kind: FileKind, text: &str) -> PageScripts {
    match kind {
        FileKind::Page => template::scripts_of_page(text),
        FileKind::Template(engine) => template::scripts_of_template(engine, text),
        FileKind::Component => PageScripts { inline: scripts_of_component(text), ..PageScripts::default() },
        FileKind::Markup => axml::scripts_of_markup(text),
        FileKind::Script(_) | FileKind::MarkupScript => {
            let language = if let FileKind::Script(language) = kind { language } else { Language::JavaScript };
            let whole = RawScript::new(Span::new(0, text.len() as u32), None, language);
            PageScripts { inline: vec![whole], ..PageScripts::default() }
        }
    }
}
