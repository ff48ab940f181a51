//! The blocks of a component's file: what stands at its top between `<script>` and `</script>`, `<template>` and
//! `</template>`. Each framework's compiler cuts a file up like this before it reads any of them.

use std::ops::Range;

use super::tags::{Tag, first_tag, tags};

/// A block of a file.
#[derive(Debug)]
pub(super) struct Block {
    /// Its start tag.
    pub tag: Tag,
    /// What stands in it.
    pub content: Range<usize>,
    /// Whether it is never closed.
    pub unclosed: bool,
}

/// How a file is cut up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cutting {
    /// All of it is blocks; `template` may hold others.
    Blocks,
    /// Markup with script and style elements in it.
    Markup,
}

/// Blocks that every framework of this kind has: without an end tag they go to the end of the file.
const KNOWN: [&str; 3] = ["script", "template", "style"];
/// More elements between blocks that are never closed, and tags that never end, are not passed over.
const MAX_STRAYS: usize = 16;
/// What more templates of one file hold is not looked at for their ends: each look goes as far as the file.
const MAX_TEMPLATES: usize = 64;
/// Templates in other languages are texts without tags.
const MARKUP_LANGUAGES: [&str; 5] = ["html", "wxml", "axml", "vue", "xml"];

impl Block {
    /// Whether it is a template of tags.
    pub(super) fn is_markup(&self) -> bool {
        let lang = self.tag.attribute("lang");
        self.tag.name == "template" && lang.is_none_or(|lang| lang.is_empty() || MARKUP_LANGUAGES.contains(&lang))
    }
}

/// The blocks of a text, in order.
pub(super) fn blocks(text: &str, cutting: Cutting) -> Vec<Block> {
    let bytes = text.as_bytes();
    let (mut found, mut strays, mut templates) = (Vec::new(), 0, 0);
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'<', bytes.get(at..).unwrap_or_default()).map(|i| at + i) {
        let rest = &bytes[start..];
        if rest.starts_with(b"<!--") {
            at = find(bytes, b"-->", start + 4).map_or(bytes.len(), |end| end + 3);
            continue;
        }
        at = start + 1;
        let is_raw = ["<script", "<style"].iter().any(|raw| starts_with(rest, raw.as_bytes()));
        let begins = if cutting == Cutting::Markup { is_raw } else { rest.get(1).is_some_and(u8::is_ascii_alphabetic) };
        if !begins {
            continue;
        }
        let Some(tag) = first_tag(text, start) else {
            strays += 1;
            if strays > MAX_STRAYS {
                break;
            }
            continue;
        };
        templates += usize::from(tag.name == "template");
        let block = block(text, tag, templates <= MAX_TEMPLATES);
        if block.unclosed && !KNOWN.contains(&block.tag.name.as_str()) && strays < MAX_STRAYS {
            strays += 1;
            at = block.tag.range.end;
            continue;
        }
        at = match block.unclosed {
            true => block.content.end,
            false => {
                memchr::memchr(b'>', &bytes[block.content.end..]).map_or(bytes.len(), |i| block.content.end + i + 1)
            }
        };
        found.push(block);
    }
    found
}

/// The block that begins with a tag; `nested`: whether a template in it may be closed before it is.
fn block(text: &str, tag: Tag, nested: bool) -> Block {
    let start = tag.range.end;
    // What closes it is its own tag: behind that nothing is skipped.
    if tag.self_closing {
        return Block { content: start - 1..start - 1, tag, unclosed: false };
    }
    let mut block = Block { content: start..start, tag, unclosed: false };
    let end = match nested && block.is_markup() {
        true => end_of_template(text, start),
        false => end_of(text, &block.tag.name, start),
    };
    block.unclosed = end.is_none();
    block.content.end = end.unwrap_or(text.len());
    block
}

/// Where the end tag of a block without tags in it begins.
fn end_of(text: &str, name: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let closer = format!("</{name}");
    let mut at = start;
    loop {
        at = find(bytes, b"</", at)?;
        let rest = &bytes[at..];
        let ends = || rest.get(closer.len()).is_none_or(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace());
        if starts_with(rest, closer.as_bytes()) && ends() {
            return Some(at);
        }
        at += 2;
    }
}

/// Where the end tag of a template begins that may hold others. Where its tags do not fit, the last one counts.
fn end_of_template(text: &str, start: usize) -> Option<usize> {
    let masked = text.get(start..).and_then(without_interpolations);
    let mut depth = 0_usize;
    for tag in tags(text, start..text.len(), masked.as_deref()) {
        match (tag.name.as_str(), tag.closing) {
            ("template", false) if !tag.self_closing => depth += 1,
            ("template", true) if depth == 0 => return Some(tag.range.start),
            ("template", true) => depth -= 1,
            // It stands behind the template, or the template is not closed.
            ("script", false) if depth > 0 && is_line_start(text, tag.range.start) => break,
            _ => {}
        }
    }
    let end = text.rfind("</template").filter(|end| *end >= start)?;
    // Nothing of the scripts behind it belongs to it.
    let script = text.get(start..).and_then(|rest| rest.find("\n<script")).map(|i| start + i + 1);
    match script.filter(|script| *script < end) {
        Some(script) => text.get(start..script)?.rfind("</template").map(|i| start + i),
        None => Some(end),
    }
}

fn is_line_start(text: &str, at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| text.as_bytes().get(before) == Some(&b'\n'))
}

/// The text with no `<` in what templates interpolate, `{{ a < b }}`; none where that is the text itself. Its length is
/// the same.
pub(super) fn without_interpolations(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut masked: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(open) = find(bytes, b"{{", at) {
        let Some(close) = find(bytes, b"}}", open + 2) else { break };
        for i in open..close {
            if bytes[i] == b'<' {
                masked.get_or_insert_with(|| bytes.to_vec())[i] = b' ';
            }
        }
        at = close + 2;
    }
    masked.and_then(|bytes| String::from_utf8(bytes).ok())
}

fn find(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..)?, needle).map(|i| from + i)
}

fn starts_with(bytes: &[u8], start: &[u8]) -> bool {
    bytes.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str, cutting: Cutting) -> Vec<(String, &str)> {
        blocks(text, cutting).into_iter().map(|b| (b.tag.name.clone(), &text[b.content])).collect()
    }

    fn of_vue(text: &str) -> Vec<(String, &str)> {
        contents(text, Cutting::Blocks)
    }

    #[test]
    fn a_file_is_cut_at_its_top() {
        let text = "<!-- <script>x</script> -->\n<template><p><template #a>b</template></p></template>\n\
                    <script>if (a < b) c('</p>')</script><style lang=scss>a > b {}</style>\n<i18n>{}</i18n>";
        let expected = [
            ("template", "<p><template #a>b</template></p>"),
            ("script", "if (a < b) c('</p>')"),
            ("style", "a > b {}"),
            ("i18n", "{}"),
        ];
        assert_eq!(of_vue(text), expected.map(|(name, content)| (name.to_owned(), content)));
    }

    #[test]
    fn what_closes_itself_is_empty_and_what_looks_like_a_tag_is_none() {
        let text = "<template><textarea v-model='a'/><template v-slot:b />{{ a<b }}</template><script src='./a.js'/>";
        let found = of_vue(text);
        assert_eq!(found[0].1, "<textarea v-model='a'/><template v-slot:b />{{ a<b }}");
        assert_eq!(found.len(), 2);
        assert!(found[1].1.len() <= 1);
    }

    #[test]
    fn tags_that_do_not_fit_hide_no_script() {
        for template in
            ["<template><div></template>", "<template><template></template>", "<template><p title='a>b\"></template>"]
        {
            let text = format!("{template}\n<script>a()</script>\n<style>b</style>");
            let scripts: Vec<_> =
                of_vue(&text).into_iter().filter(|(name, _)| name == "script").map(|(_, c)| c).collect();
            assert_eq!(scripts, ["a()"], "{template}");
        }
    }

    #[test]
    fn templates_in_other_languages_are_texts() {
        let text = "<template lang=\"pug\">\na(@click=\"b < c\")\n</template><script>d()</script>";
        let found = blocks(text, Cutting::Blocks);
        assert!(!found[0].is_markup());
        assert_eq!(&text[found[1].content.clone()], "d()");
    }

    #[test]
    fn markup_has_scripts_anywhere() {
        let text = "{#if a < b}<p title=\"it's\">'</p>{/if}<script context=module>a</script><b on:click={() => c > d}>\
                    <SCRIPT lang='ts'>e</SCRIPT><style>f</style><!-- <script>g</script>";
        let found = contents(text, Cutting::Markup);
        let texts: Vec<&str> = found.iter().map(|(_, content)| *content).collect();
        assert_eq!(texts, ["a", "e", "f"]);
    }

    #[test]
    fn a_block_that_is_not_closed_goes_to_the_end() {
        let found = blocks("<script>a()", Cutting::Blocks);
        assert!(found[0].unclosed && found[0].content == (8..11));
    }
}
