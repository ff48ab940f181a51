//! Components in files of their own: which scripts they hold, which of them are one scope, and which code of their
//! templates calls what these declare.
//!
//! A scope of several blocks is one script: its text is the file's from the first block to the last, blanked out between
//! them, so that every place stays what it is.

mod blocks;
mod conditions;
mod tags;
mod template;

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::html::{LoadedScript, PageScripts, scripts_of_page};
use super::kind::Framework;
use super::mime::Declared;
use super::{Alternatives, DecodedAttribute, Language, RawScript, blank_out};
use crate::api::PLATFORM;
use crate::ir::{ScriptKind, Span};
use blocks::{Block, Cutting, blocks};

/// The mark of Astro's code for the server.
const FENCE: &str = "---";

impl Framework {
    /// As data name it.
    const fn name(self) -> &'static str {
        match self {
            Self::Vue => "vue",
            Self::Svelte => "svelte",
            Self::Astro => "astro",
            Self::Wepy => "wepy",
            Self::Mpx => "mpx",
        }
    }

    /// Whether code in its templates interpolates values in braces, as mini-programs do.
    const fn has_braces(self) -> bool {
        matches!(self, Self::Wepy | Self::Mpx)
    }
}

/// The scripts of a component: its scope first, then the handlers of its template.
pub(super) fn scripts_of_component(framework: Framework, text: &str) -> PageScripts {
    match framework {
        Framework::Astro => scripts_of_astro(text),
        Framework::Svelte => {
            let blocks = blocks(text, Cutting::Markup);
            PageScripts { inline: scope(text, &blocks).into_iter().collect(), ..PageScripts::default() }
        }
        Framework::Vue | Framework::Wepy | Framework::Mpx => scripts_of_blocks(framework, text),
    }
}

fn scripts_of_blocks(framework: Framework, text: &str) -> PageScripts {
    let mut blocks = blocks(text, Cutting::Blocks);
    of_this_build(&mut blocks);
    let Some(scope) = scope(text, &blocks) else { return PageScripts::default() };
    let mut handlers = Vec::new();
    for block in blocks.iter().filter(|block| block.is_markup()) {
        template::add_handlers(text, block.content.clone(), framework, scope.language, &mut handlers);
    }
    let is_setup = |block: &Block| block.tag.name == "script" && block.tag.attribute("setup").is_some();
    let setup = blocks.iter().any(is_setup);
    PageScripts { inline: std::iter::once(scope).chain(handlers).collect(), setup, ..PageScripts::default() }
}

/// Of blocks that are written for one platform those of the mini-program: `<script mode="ali">` stands for `<script>`.
fn of_this_build(blocks: &mut Vec<Block>) {
    let mode = |block: &Block| block.tag.attribute("mode").map(str::to_owned);
    let is_ours = |mode: &str| mode.split(['|', ',']).any(|one| PLATFORM.component_modes.contains(&one.trim()));
    // Configuration is a script, too, and stands for no code.
    let role = |block: &Block| (block.tag.name.clone(), block.tag.name == "script" && language(block).is_none());
    let special: FxHashSet<(String, bool)> =
        blocks.iter().filter(|b| mode(b).is_some_and(|m| is_ours(&m))).map(role).collect();
    blocks.retain(|block| match mode(block) {
        Some(mode) => is_ours(&mode),
        None => !special.contains(&role(block)),
    });
}

/// The one script that the script blocks of a component are; none where there is no code in them.
fn scope(text: &str, blocks: &[Block]) -> Option<RawScript> {
    let mut found: Vec<(Range<usize>, Language)> = Vec::new();
    let mut source = None;
    let mut unclosed = false;
    for block in blocks.iter().filter(|block| block.tag.name == "script") {
        let Some(language) = language(block) else { continue };
        if let Some(span) = block.tag.attributes.iter().find(|a| a.name == "src").and_then(|a| a.span) {
            source = source.or(Some((span, block.tag.range.end)));
        } else if !text[block.content.clone()].trim().is_empty() {
            unclosed |= block.unclosed;
            found.push((block.content.clone(), language));
        }
    }
    let Some((first, _)) = found.first().cloned() else { return source.map(|(span, _)| imported(text, span)) };
    let language = found.iter().map(|(_, language)| *language).max_by_key(|l| *l != Language::JavaScript)?;
    let whole = first.start..found.last()?.0.end;
    let masked = (found.len() > 1).then(|| only(text, &whole, found.iter().map(|(range, _)| range)));
    let span = Span::new(whole.start as u32, whole.end as u32);
    Some(RawScript { masked, unclosed, ..RawScript::new(span, Some(ScriptKind::Module), language) })
}

/// A range of a text with nothing but some ranges in it. Between two of these stands what ends a statement.
fn only<'r>(text: &str, whole: &Range<usize>, ranges: impl Iterator<Item = &'r Range<usize>>) -> String {
    let mut masked = text[whole.clone()].to_owned();
    let mut at = whole.start;
    for range in ranges {
        if range.start > at {
            blank_out(&mut masked, at - whole.start..range.start - whole.start);
            // The end tag is at least as long, and a comment may stand before it.
            masked.replace_range(at - whole.start..at - whole.start + 2, "\n;");
        }
        at = range.end;
    }
    masked
}

/// The language of a script block; none: it holds something else.
fn language(block: &Block) -> Option<Language> {
    let attribute = |name: &str| block.tag.attribute(name).map(str::to_owned);
    let of_lang = |lang: Option<String>| match lang.as_deref()?.to_ascii_lowercase().as_str() {
        "ts" | "typescript" | "uts" => Some(Language::TypeScript),
        "tsx" => Some(Language::Tsx),
        "js" | "jsx" | "javascript" | "babel" | "esm" => Some(Language::JavaScript),
        _ => None,
    };
    // Configuration and modules for the view layer, which no page's code is.
    if attribute("name").is_some_and(|name| name == "json") || attribute("module").is_some_and(|name| !name.is_empty())
    {
        return None;
    }
    match attribute("lang") {
        Some(lang) => match of_lang(Some(lang.clone())) {
            Some(language) => Some(language),
            None if lang.is_empty() => Some(Language::JavaScript),
            None => None,
        },
        None => Declared { mime: attribute("type"), ..Declared::default() }.script().map(|(_, language)| language),
    }
}

/// `<script src="./pay.js">`: the scope is that module's.
fn imported(text: &str, source: Span) -> RawScript {
    const BEFORE: &str = "import component from\"";
    const AFTER: &str = "\";export default component";
    let written = text.get(source.start as usize..source.end as usize).unwrap_or_default();
    let start = std::iter::repeat_n(source.start, BEFORE.len());
    let end = std::iter::repeat_n(source.end, AFTER.len() + 1);
    let offsets = start.chain(source.start..source.end).chain(end).collect();
    let specifier: String =
        written.chars().map(|c| if matches!(c, '"' | '\\' | '\n' | '\r') { ' ' } else { c }).collect();
    let decoded = Some(DecodedAttribute { text: format!("{BEFORE}{specifier}{AFTER}"), offsets });
    RawScript { decoded, ..RawScript::new(source, Some(ScriptKind::Module), Language::JavaScript) }
}

/// Astro's scripts are those of a page: what stands between its fences runs on the server.
fn scripts_of_astro(text: &str) -> PageScripts {
    let markup = match text.trim_start().strip_prefix(FENCE) {
        Some(rest) => rest.find("\n---").map_or(text.len(), |end| text.len() - rest.len() + end + 1 + FENCE.len()),
        None => 0,
    };
    let mut masked = text.to_owned();
    blank_out(&mut masked, 0..markup);
    let mut page = PageScripts::default();
    for block in blocks(&masked, Cutting::Markup).iter().filter(|block| block.tag.name == "script") {
        add_astro_script(text, block, &mut page);
    }
    let handlers =
        scripts_of_page(&masked).inline.into_iter().filter(|script| script.kind == Some(ScriptKind::Handler));
    // What stands in braces is a value of the server's code.
    let is_code = |script: &RawScript| text.as_bytes().get(script.span.start as usize) != Some(&b'{');
    page.inline.extend(handlers.filter(is_code));
    page.inline.sort_by_key(|script| script.span.start);
    page
}

fn add_astro_script(text: &str, block: &Block, page: &mut PageScripts) {
    let tag = &block.tag;
    let is_inline = tag.attributes.iter().any(|attribute| attribute.name != "src");
    let span = Span::new(block.content.start as u32, block.content.end as u32);
    let source = tag.attributes.iter().find(|attribute| attribute.name == "src");
    match source {
        Some(source) if is_inline => {
            let loaded = LoadedScript {
                address: source.value.clone(),
                at: tag.range.end as u32,
                alternatives: Alternatives::ALL,
            };
            page.loaded.push(loaded);
        }
        Some(source) => page.inline.extend(source.span.map(|span| imported(text, span))),
        None if text[block.content.clone()].trim().is_empty() => {}
        None if is_inline => {
            let declared = Declared { mime: tag.attribute("type").map(str::to_owned), ..Declared::default() };
            let script = declared.script().map(|(kind, language)| RawScript::new(span, kind, language));
            page.inline.extend(script.map(|script| RawScript { unclosed: block.unclosed, ..script }));
        }
        None => {
            let script = RawScript::new(span, Some(ScriptKind::Module), Language::TypeScript);
            page.inline.push(RawScript { unclosed: block.unclosed, ..script });
        }
    }
}

/// No names.
pub(super) fn no_locals() -> Arc<[String]> {
    Arc::from([])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_for_the_mini_program_stand_for_those_of_their_kind() {
        let code =
            |text: &str| scripts_of_component(Framework::Mpx, text).inline.first().map(|s| s.code(text).to_owned());
        let config = "<script type='application/json' mode='ali'>{}</script>";
        assert_eq!(code(&format!("<script>a()</script>{config}")).as_deref(), Some("a()"));
        assert_eq!(
            code(&format!("{config}<script>a()</script><script mode='ali'>b()</script>")).as_deref(),
            Some("b()")
        );
        assert_eq!(code("<script mode='wx'>a()</script>"), None);
    }
}
