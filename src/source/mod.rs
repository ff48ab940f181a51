//! From bytes to text, from text to scripts, and from offsets back to lines, columns and stored bytes.

mod alternatives;
mod attribute;
mod axml;
mod component;
mod conditional;
mod decode;
mod encoding;
mod html;
mod kind;
mod library;
mod mime;
mod positions;
mod stored;
mod template;
mod tokenizer;

pub use alternatives::Alternatives;
pub use axml::UsedComponent;
pub use conditional::{Builds, builds_of};
pub use decode::{DecodeError, Decoded, Utf16, decode};
pub use html::{LoadedScript, PageScripts};
pub use kind::{FileKind, Framework, Language};
pub use library::is_library;
pub use positions::{Line, Point, Positions, StoredOffset, Utf16Column};
pub use stored::StoredMap;
pub use template::{
    Engine, Group, Groups, Hole, HoleKind, Role, Template, blank_range, fill_name, is_filler, without_fillers,
};

use std::ops::Range;
use std::sync::Arc;

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
    /// Its text where that differs from the file's in what is blanked out: as long as `span`.
    pub masked: Option<String>,
    /// Names that the text around it declares for it.
    pub locals: Arc<[String]>,
    /// The alternatives of its file that it is in.
    pub alternatives: Alternatives,
    /// What to read in its stead where it cannot be parsed.
    pub otherwise: Option<Box<RawScript>>,
    /// What a server puts into it.
    pub template: Option<Template>,
}

impl RawScript {
    /// A script that is just a part of the file.
    #[must_use]
    pub fn new(span: Span, kind: Option<ScriptKind>, language: Language) -> Self {
        Self {
            span,
            kind,
            language,
            unclosed: false,
            decoded: None,
            masked: None,
            locals: component::no_locals(),
            alternatives: Alternatives::ALL,
            otherwise: None,
            template: None,
        }
    }

    /// Its code: what there is of it beside the text of the file, else the part of that.
    fn code<'t>(&'t self, text: &'t str) -> &'t str {
        let decoded = self.decoded.as_ref().map(|decoded| decoded.text.as_str());
        decoded.or(self.masked.as_deref()).or_else(|| self.span.of(text)).unwrap_or_default()
    }

    /// Whether another one of the same place is the same, but for the alternatives that it is in.
    fn reads_like(&self, other: &Self) -> bool {
        let text = |script: &Self| script.decoded.as_ref().map(|decoded| decoded.text.clone());
        (self.kind, self.language, self.unclosed, &self.masked)
            == (other.kind, other.language, other.unclosed, &other.masked)
            && text(self) == text(other)
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

/// The scripts of a file, in the order of the file, and those that it loads. Of a component its scope comes first. A file
/// that is another in each build has them for each.
#[must_use]
pub fn scripts_of(kind: FileKind, text: &str) -> PageScripts {
    let builds = matches!(kind, FileKind::Component(_) | FileKind::Script(_)).then(|| builds_of(text)).flatten();
    let Some(builds) = builds else { return scripts_of_text(kind, text) };
    let mut all = PageScripts::default();
    for (builds, masked) in builds {
        let mut found = scripts_of_text(kind, &masked);
        for script in &mut found.inline {
            script.alternatives = builds.into();
            if script.decoded.is_none() && script.masked.is_none() {
                script.masked = masked.get(script.span.start as usize..script.span.end as usize).map(str::to_owned);
            }
        }
        all.inline.append(&mut found.inline);
        all.loaded.append(&mut found.loaded);
        all.setup |= found.setup;
    }
    // What several builds load is loaded once.
    all.loaded.sort_by(|a, b| (a.at, &a.address).cmp(&(b.at, &b.address)));
    all.loaded.dedup();
    all
}

fn scripts_of_text(kind: FileKind, text: &str) -> PageScripts {
    match kind {
        FileKind::Page => template::scripts_of_page(text),
        FileKind::Template(engine) => template::scripts_of_template(engine, text),
        FileKind::Component(framework) => component::scripts_of_component(framework, text),
        FileKind::Markup => axml::scripts_of_markup(text),
        FileKind::Script(_) | FileKind::MarkupScript => {
            let language = if let FileKind::Script(language) = kind { language } else { Language::JavaScript };
            let whole = RawScript::new(Span::new(0, text.len() as u32), None, language);
            PageScripts { inline: vec![whole], ..PageScripts::default() }
        }
    }
}

/// Puts blanks in the place of a range, a byte for a byte; the ends of lines stay.
fn blank_out(text: &mut String, range: Range<usize>) {
    let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
    if let Some(blanks) = text.get(range.clone()).map(|part| part.bytes().map(blank).collect::<String>()) {
        text.replace_range(range, &blanks);
    }
}
