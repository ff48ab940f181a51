//! Server templates: where in a page a server puts something, or decides what stays. It finds the holes and hides them
//! from the HTML tokenizer; what a script becomes without them is `syntax`'s business.
//!
//! One file for each family of syntaxes. Each reads what begins at one byte and says where it ends; `scan` walks over the
//! text. Every family takes time in proportion to the text, whatever the text is.

mod blade;
mod condition;
mod dialect;
mod element;
mod expression;
mod fill;
mod freemarker;
mod group;
mod jinja;
mod markup;
mod mustache;
mod php;
mod razor;
mod rendering;
#[cfg(test)]
mod rendering_tests;
mod scan;
mod scriptlet;
mod smarty;
mod statement;
mod velocity;

pub use dialect::Engine;
pub use fill::{blank_range, fill_name, is_filler, without_fillers};
pub use group::{Group, Groups, Role};

use super::{Language, PageScripts, RawScript, html};
use crate::ir::Span;
use dialect::Dialects;
use rendering::Page;

/// A part of a file that a server replaces or reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hole {
    /// Where it is.
    pub span: Span,
    /// What the server does with it.
    pub kind: HoleKind,
    /// Whether it can be nothing else: what looks like a hole in a file of no template language may be code.
    pub sure: bool,
}

/// What a server does with a hole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HoleKind {
    /// It puts a value, or other text, in its place.
    Value,
    /// It leaves nothing in its place: a comment, an assignment.
    Void,
    /// What follows stays or not: a condition or a loop. It takes so many ends.
    Open(u8),
    /// Arms follow, one of which stays; nothing stands before the first of them.
    Choose,
    /// The arm ends; another with a condition follows.
    ElseIf,
    /// The arm ends; the one for all else follows.
    Else,
    /// So many conditions or loops end.
    Close(u8),
    /// It puts this one character in its place.
    Text(char),
}

/// The holes of a file, in order, none in another.
fn holes(text: &str, dialects: Dialects) -> Vec<Hole> {
    let mut holes = scan::Scan::new(text, dialects).run();
    drop_unclosed(text, &mut holes);
    holes
}

/// Drops what looks like a condition or a loop of Smarty, but may be code, and has no end: `{if (a) { … }` in a script with
/// few blanks.
fn drop_unclosed(text: &str, holes: &mut Vec<Hole>) {
    let is_block = |hole: &Hole| matches!(hole.span.of(text).map(str::as_bytes), Some([b'{', b'a'..=b'z' | b'/', ..]));
    let mut open: Vec<usize> = Vec::new();
    for (index, hole) in holes.iter().enumerate().filter(|(_, hole)| !hole.sure && is_block(hole)) {
        match hole.kind {
            HoleKind::Open(times) => open.extend(std::iter::repeat_n(index, usize::from(times))),
            HoleKind::Close(times) => open.truncate(open.len().saturating_sub(usize::from(times))),
            _ => {}
        }
    }
    let mut index = 0;
    holes.retain(|_| {
        index += 1;
        open.binary_search(&(index - 1)).is_err()
    });
}

/// The scripts of a page in which a server may put something.
pub(super) fn scripts_of_page(text: &str) -> PageScripts {
    let holes = holes(text, Dialects::OF_PAGES);
    scripts_around(text, &holes, false)
}

/// The scripts of a template. One without any element may be part of a script that another file holds.
pub(super) fn scripts_of_template(engine: Engine, text: &str) -> PageScripts {
    let holes = holes(text, engine.dialects());
    let mut page = scripts_around(text, &holes, true);
    for script in &mut page.inline {
        // Another file may close it.
        script.unclosed = false;
    }
    if page.inline.is_empty() && page.loaded.is_empty() {
        page.inline.extend(script_without_element(text, &holes));
    }
    page
}

fn scripts_around(text: &str, holes: &[Hole], is_template: bool) -> PageScripts {
    if holes.is_empty() {
        return html::scripts_of_page(text);
    }
    let whole = scripts_between(text, holes, is_template);
    let page = Page::new(text, holes, &whole, is_template);
    if page.is_one() { whole } else { page.scripts(|text, holes| scripts_between(text, holes, is_template)) }
}

/// The scripts of a page, or of one rendering of it, each with its holes.
fn scripts_between(text: &str, holes: &[Hole], is_template: bool) -> PageScripts {
    let hidden = fill::hide(text, holes);
    let mut page = html::scripts_of_masked(text, &hidden);
    for script in &mut page.inline {
        let inside: Vec<Hole> = in_span(holes, script.span).to_vec();
        if !inside.is_empty() {
            script.template = Some(Template { holes: inside, is_template, tentative: false });
        }
    }
    page
}

fn script_without_element(text: &str, holes: &[Hole]) -> Option<RawScript> {
    let hidden = fill::hide(text, holes);
    let first = hidden.trim_start().chars().next()?;
    let span = Span::new(0, text.len() as u32);
    let template = Template { holes: holes.to_vec(), is_template: true, tentative: true };
    let script = RawScript { template: Some(template), ..RawScript::new(span, None, Language::JavaScript) };
    (first != '<' && !is_filler(first)).then_some(script)
}

fn in_span(holes: &[Hole], span: Span) -> &[Hole] {
    let start = holes.partition_point(|hole| hole.span.start < span.start);
    let rest = holes.get(start..).unwrap_or_default();
    let end = rest.partition_point(|hole| hole.span.end <= span.end);
    rest.get(..end).unwrap_or_default()
}

/// What a script has of a server's.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its holes, in order, by their places in the file.
    pub holes: Vec<Hole>,
    /// Whether the file is one of a template language: then they are all holes.
    pub is_template: bool,
    /// Whether it is a guess that it is a script: it counts only where it can be read.
    pub tentative: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGINES: [Engine; 12] = [
        Engine::Jsp,
        Engine::Php,
        Engine::FreeMarker,
        Engine::Velocity,
        Engine::Ejs,
        Engine::Erb,
        Engine::Jinja,
        Engine::Mustache,
        Engine::Tpl,
        Engine::Razor,
        Engine::Asp,
        Engine::Blade,
    ];

    fn all_dialects() -> impl Iterator<Item = Dialects> {
        ENGINES.iter().map(|engine| engine.dialects()).chain([Dialects::OF_PAGES])
    }

    /// Holes stand in order and apart, and what hides them is as long as they are.
    fn check(text: &str, dialects: Dialects) {
        let holes = holes(text, dialects);
        let mut end = 0;
        for hole in &holes {
            assert!(end <= hole.span.start && hole.span.start < hole.span.end, "{hole:?} after {end} of {text:?}");
            assert!(hole.span.of(text).is_some_and(|inside| !inside.is_empty()), "{hole:?} of {text:?}");
            end = hole.span.end;
        }
        let hidden = fill::hide(text, &holes);
        assert_eq!(hidden.len(), text.len(), "{text:?}");
        let line_ends = |text: &str| text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at).collect();
        let (before, after): (Vec<usize>, Vec<usize>) = (line_ends(text), line_ends(&hidden));
        assert_eq!(before, after, "{text:?}");
        for script in [true, false].into_iter().flat_map(|is_template| scripts_around(text, &holes, is_template).inline)
        {
            let written = script.span.of(text).unwrap_or_else(|| panic!("{:?} of {text:?}", script.span));
            let masked = script.masked.as_deref().unwrap_or(written);
            assert_eq!(masked.len(), written.len(), "{text:?}");
            assert_ne!(script.alternatives, crate::source::Alternatives::NONE, "{text:?}");
        }
    }

    #[test]
    fn random_templates_have_holes_in_order() {
        let pieces = [
            "<%",
            "%>",
            "<%=",
            "<%--",
            "--%>",
            "<?php ",
            "?>",
            "<?=",
            "${",
            "}",
            "#{",
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "{$x",
            "{if ",
            "{/if}",
            "{",
            "<#if a>",
            "</#if>",
            "[[${a}]]",
            "/*[[",
            "]]*/",
            "[#",
            "]",
            "@if(",
            ")",
            "@{",
            "@x",
            "@:",
            "<text>",
            "</text>",
            "\n",
            "\r\n",
            "支",
            "😀",
            "'",
            "\"",
            "\\",
            "<c:if test=\"",
            "\">",
            "</c:if>",
            "#if(",
            "#end",
            "##",
            "$a.b(",
            "{{#",
            "{{/",
            "if (a) {",
            "} else {",
            "endif;",
            "{literal}",
            "{/literal}",
            "raw %}",
            "endraw %}",
            "@verbatim",
            "@endverbatim",
            "@php",
            "+]*/",
            "/*[+",
            "<script>",
            "</script>",
            "<p onclick='a&amp;",
            "<p th:if='${b}'>",
            "</p>",
            "<#else>",
            "</#if>",
            "{% else %}",
            "<?php } else { ?>",
            "a",
        ];
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for round in 0..3_000 {
            let mut text = String::new();
            for _ in 0..24 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                text.push_str(pieces[(state >> 16) as usize % pieces.len()]);
            }
            let dialects = all_dialects().nth(round % 13).unwrap_or(Dialects::OF_PAGES);
            check(&text, dialects);
        }
    }

    /// What takes longer than in proportion to the text would not end here.
    #[test]
    fn marks_without_an_end_take_no_more_than_their_share() {
        let bombs = [
            "<%",
            "<%--",
            "<?php '",
            "${",
            "#{",
            "{{",
            "{%",
            "{#",
            "{$a",
            "{if ",
            "<#if ",
            "[[${",
            "/*[[${",
            "[# ",
            "@(",
            "@if(",
            "@{",
            "{!!",
            "<c:if a=\"",
            "#if(",
            "$a.b(",
            "{{#",
            "{{{",
            "{literal}",
            "{% raw %}",
            "@verbatim",
            "<{$a",
            "/*[[${a}]]*/ (",
            "'${",
            "{%case a%}",
            "<volist name='",
            "<c:if \"<%",
        ];
        // What ends, but is no hole: each looks as far as it may.
        let nested = [
            ("{", "} "),
            ("#(", ")"),
            ("[[${", "] "),
            ("/*[[${", "}]] "),
            ("@if(", ")"),
            ("@if(a){b <text>", "}"),
            ("@if(a){b<c", "}"),
            ("$a[", "\n]"),
        ];
        let nested = nested.map(|(open, close)| {
            let levels = 4_000 / (open.len() + close.len());
            (open.repeat(levels) + &close.repeat(levels)).repeat(50)
        });
        let rows = bombs.iter().map(|bomb| bomb.repeat(100_000 / bomb.len()));
        for text in rows.chain(nested) {
            let bomb = text.get(..20).unwrap_or_default();
            for dialects in all_dialects() {
                let found = holes(&text, dialects);
                assert!(found.len() <= text.len(), "{bomb}");
            }
        }
    }
}
