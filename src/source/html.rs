//! The scripts of an HTML page: inline script elements, event handler attributes and `javascript:` addresses.
//!
//! The tokenizer tells where elements and attributes are; what is code and how it runs is decided in `mime` and
//! `attribute`. What a page loads from elsewhere is only named here.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use super::mime::Declared;
use super::tokenizer::tokens;
use super::{Alternatives, RawScript, UsedComponent, attribute};
use crate::ir::Span;

/// What a page runs.
#[derive(Clone, Debug, Default)]
pub struct PageScripts {
    /// The scripts in it, in the order of the page. Each one's span covers exactly its text.
    pub inline: Vec<RawScript>,
    /// Those that it loads, in the order of the page; of markup: the other markup that it takes in.
    pub loaded: Vec<LoadedScript>,
    /// Whether a component's template sees the names of its scope, and not what that exports.
    pub setup: bool,
    /// Components that the markup of a mini-program uses.
    pub components: Vec<UsedComponent>,
    /// How many renderings a server makes of the page that differ in their scripts; 0: it makes one.
    pub renderings: usize,
}

/// A script that a page loads: `<script src>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadedScript {
    /// The address as written, character references resolved.
    pub address: String,
    /// The byte offset of the end of its tag in the page.
    pub at: u32,
    /// The alternatives of the page that load it.
    pub alternatives: Alternatives,
}

/// The scripts of a page.
pub(super) fn scripts_of_page(text: &str) -> PageScripts {
    scripts_of_masked(text, text)
}

/// The scripts of a page that is read as `text`, which hides what a server puts into it: `written` is as long, and has
/// it.
pub(super) fn scripts_of_masked(written: &str, text: &str) -> PageScripts {
    let mut page = Page { text, written, scripts: Vec::new(), loaded: Vec::new(), tag: None, open_script: None };
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span| {
        page.event(event, span);
        None::<Infallible>
    });
    // Makes the tokenizer read the text of scripts, styles and the like as browsers do.
    emitter.naively_switch_states(true);
    let None = tokens(text, emitter).next();
    page.close_script(text.len(), false);
    PageScripts { inline: page.scripts, loaded: page.loaded, ..PageScripts::default() }
}

/// Attributes that count beside event handlers.
const DECIDING: [&str; 6] = ["href", "src", "type", "language", "lang", "data-type"];

struct Page<'t> {
    text: &'t str,
    /// The text of the file.
    written: &'t str,
    scripts: Vec<RawScript>,
    loaded: Vec<LoadedScript>,
    /// The start tag that is being read.
    tag: Option<Tag>,
    /// The script element that is open: where its text starts, and how to read it.
    open_script: Option<(usize, Declared)>,
}

#[derive(Default)]
struct Tag {
    is_script: bool,
    has_src: bool,
    /// The value of `src`.
    src: String,
    declared: Declared,
    /// Names seen of those that count; of attributes of one name, the first counts.
    names: Vec<String>,
    /// The name whose value comes next, where it counts.
    name: Option<String>,
}

impl Page<'_> {
    fn event(&mut self, event: CallbackEvent<'_>, span: html5gum::Span<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Some(Tag { is_script: name == b"script", ..Tag::default() });
            }
            CallbackEvent::AttributeName { name } => self.attribute_name(name),
            CallbackEvent::AttributeValue { value } => self.attribute_value(value, span.start),
            CallbackEvent::CloseStartTag { .. } => self.close_tag(span.end),
            CallbackEvent::EndTag { name: b"script" } => self.close_script(span.start, true),
            _ => {}
        }
    }

    fn attribute_name(&mut self, name: &[u8]) {
        let Some(tag) = &mut self.tag else { return };
        tag.name = None;
        let Ok(name) = str::from_utf8(name) else { return };
        let counts = DECIDING.contains(&name) || attribute::is_handler(name);
        if counts && !tag.names.iter().any(|known| known == name) {
            tag.has_src |= name == "src";
            tag.names.push(name.to_owned());
            tag.name = Some(name.to_owned());
        }
    }

    fn attribute_value(&mut self, value: &[u8], start: usize) {
        let Some(tag) = &mut self.tag else { return };
        let Some(name) = tag.name.take() else { return };
        let script = match name.as_str() {
            "href" => attribute::value_span(self.text, start).and_then(|span| attribute::address(self.text, span)),
            name if attribute::is_handler(name) => {
                attribute::value_span(self.text, start).and_then(|span| attribute::handler(self.text, span))
            }
            "src" => {
                let written = attribute::value_span(self.text, start).and_then(|span| span.of(self.written));
                let hidden = attribute::value_span(self.text, start).and_then(|span| span.of(self.text));
                let value = String::from_utf8_lossy(value);
                tag.src = if written == hidden { &value } else { written.unwrap_or_default() }.to_owned();
                None
            }
            name => {
                tag.declare(name, value);
                None
            }
        };
        self.scripts.extend(script);
    }

    fn close_tag(&mut self, end: usize) {
        let Some(tag) = self.tag.take().filter(|tag| tag.is_script) else { return };
        if !tag.has_src {
            self.open_script = Some((end, tag.declared));
        } else if tag.declared.script().is_some() && !tag.src.trim().is_empty() {
            let alternatives = Alternatives::ALL;
            self.loaded.push(LoadedScript { address: tag.src, at: end as u32, alternatives });
        }
    }

    fn close_script(&mut self, end: usize, closed: bool) {
        let Some((start, declared)) = self.open_script.take() else { return };
        let has_code = self.text.get(start..end).is_some_and(|text| !text.trim().is_empty());
        if let Some((kind, language)) = declared.script().filter(|_| has_code) {
            let span = Span::new(start as u32, end as u32);
            self.scripts.push(RawScript { unclosed: !closed, ..RawScript::new(span, kind, language) });
        }
    }
}

impl Tag {
    fn declare(&mut self, name: &str, value: &[u8]) {
        let place = match name {
            "type" => &mut self.declared.mime,
            "language" => &mut self.declared.language,
            "lang" => &mut self.declared.lang,
            "data-type" => &mut self.declared.data_type,
            _ => return,
        };
        if self.is_script {
            *place = Some(String::from_utf8_lossy(value).into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline(page: &str) -> Vec<RawScript> {
        scripts_of_page(page).inline
    }
    use crate::ir::ScriptKind;
    use crate::source::Language;

    /// The texts of the scripts as written.
    fn texts(page: &str) -> Vec<&str> {
        inline(page).iter().map(|script| &page[script.span.start as usize..script.span.end as usize]).collect()
    }

    #[test]
    fn inline_scripts_of_every_kind_have_exact_spans() {
        let page = "<!DOCTYPE html>\r\n<p>价 & 😀</p><script>\r\na()\r\n</script>\n<SCRIPT TYPE=module>b()</SCRIPT>\
                    <script type='text/babel'>c()</script ><script lang=ts>d()</script\n>";
        assert_eq!(texts(page), ["\r\na()\r\n", "b()", "c()", "d()"]);
        let read: Vec<_> = inline(page).iter().map(|script| (script.kind, script.language)).collect();
        assert_eq!(
            read,
            [
                (Some(ScriptKind::Classic), Language::JavaScript),
                (Some(ScriptKind::Module), Language::JavaScript),
                (None, Language::JavaScript),
                (Some(ScriptKind::Classic), Language::TypeScript),
            ]
        );
    }

    #[test]
    fn what_is_no_inline_code_is_left_out() {
        for page in [
            "",
            "<script></script><script> \n </script>",
            "<script src=a.js>ignored()</script>",
            "<script src>ignored()</script><script SRC=''>ignored()</script>",
            "<script type=application/json>{}</script><script type=importmap>{}</script>",
            "<script type=text/x-template><p onclick='a()'></p></script>",
            "<!-- <script>a()</script> --><!--[if IE]><script>b()</script><![endif]-->",
            "<textarea><script>a()</script></textarea><title><script>b()</script></title>",
            "<style><script>a()</script></style>",
            "</script onclick=a()><p></p onclick='b()'>",
            "<script <b onclick=\"a()\"",
            "&lt;script>a()&lt;/script>",
        ] {
            assert_eq!(texts(page), Vec::<&str>::new(), "{page}");
        }
    }

    #[test]
    fn scripts_that_are_loaded_are_named() {
        let page = "<script src=a.js?v=1>ignored()</script><script SRC='b&amp;c.js' type=module></script>\
                    <script src=x.json type=application/json></script><img src=d.js><script src=''></script>";
        let loaded = scripts_of_page(page).loaded;
        assert_eq!(loaded.iter().map(|l| l.address.as_str()).collect::<Vec<_>>(), ["a.js?v=1", "b&c.js"]);
        assert!(loaded.iter().all(|l| page[..l.at as usize].ends_with('>')), "{loaded:?}");
    }

    #[test]
    fn ends_of_scripts_are_those_that_browsers_see() {
        for (page, script) in [
            ("<script>var s='</script>'", "var s='"),
            ("<script><!-- <script> a() </script> b() --></script>", "<!-- <script> a() </script> b() -->"),
            ("<script><!-- a() </script>", "<!-- a() "),
            ("<script>a<b; c</scriptx>; d</script>", "a<b; c</scriptx>; d"),
            ("<script>a('<\\/script>')</ScRiPt/>", "a('<\\/script>')"),
            ("<script>支付('😀') // no end", "支付('😀') // no end"),
            ("<script>a()</script", "a()</script"),
            ("<script a=\"x>y\" b='>'>a()</script>", "a()"),
            ("<p<script>><script>a()</script>", "a()"),
            ("<svg><title>x</title></svg><script>&amp;\r\n<\r</script>", "&amp;\r\n<\r"),
        ] {
            assert_eq!(texts(page), [script], "{page}");
        }
    }

    #[test]
    fn handlers_have_exact_spans_whatever_their_quotes() {
        let page = "<a onclick=\"pay('1')\" ONTOUCHEND = 'go(\"2\")' onload=x>y</a><p data-x=1\r\n onclick=a(b)\r\n/>\
                    <b onclick=a/b>";
        assert_eq!(texts(page), ["pay('1')", "go(\"2\")", "x", "a(b)", "a/b"]);
        assert!(inline(page).iter().all(|s| s.kind == Some(ScriptKind::Handler) && s.decoded.is_none()));
    }

    #[test]
    fn of_attributes_of_one_name_the_first_counts() {
        assert_eq!(texts("<a onclick='a()' onclick='b()' ONCLICK='c()'>"), ["a()"]);
        assert_eq!(texts("<script type=text/html type=module>a()</script>"), Vec::<&str>::new());
    }

    #[test]
    fn character_references_are_resolved_with_a_map_back() {
        let page = "<p>支</p><a onclick=\"支(&quot;1&quot;) &amp;&amp; b\" once='&amp;'>";
        let scripts = inline(page);
        assert_eq!(texts(page), ["支(&quot;1&quot;) &amp;&amp; b"]);
        let decoded = scripts[0].decoded.as_ref().unwrap();
        assert_eq!(decoded.text, "支(\"1\") && b");
        assert_eq!(decoded.offsets.len(), decoded.text.len() + 1);
        let place = |needle: &str| decoded.offsets[decoded.text.find(needle).unwrap()] as usize;
        assert!(page[place("\"1")..].starts_with("&quot;1"));
        assert!(page[place("1")..].starts_with("1&quot;"));
        assert!(page[place(" b")..].starts_with(" b\" once"));
        assert_eq!(*decoded.offsets.last().unwrap(), scripts[0].span.end);
    }

    #[test]
    fn addresses_with_code_begin_after_the_scheme() {
        let page = "<a href=\"javascript:pay('1')\">a</a><a href=/pay>b</a><a HREF=javascript:void(0)>c</a>";
        assert_eq!(texts(page), ["pay('1')", "void(0)"]);
    }

    #[test]
    fn many_attributes_take_no_more_than_their_share() {
        let page = format!("<a {} onclick='f()'>", (0..200_000).map(|n| format!("a{n} ")).collect::<String>());
        assert_eq!(texts(&page), ["f()"]);
    }

    /// Pages put together at random from the pieces that end or hide scripts must keep every span exact.
    #[test]
    fn random_pages_keep_spans_exact() {
        let pieces = [
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<p onclick=\"a&amp;b\">",
            "<a href='javascript:f()'>",
            "\r\n",
            "\r",
            "支",
            "😀",
            "&quot;",
            "&",
            "<",
            ">",
            "\"",
            "'",
            "<script type=module x='",
            "</scrip",
            "<style>",
            "</style>",
            "f(1)",
            " onload=g() ",
            "<br/",
            "&notin;",
            "&#x4e2d;",
            "</textarea>",
            "<textarea>",
            "]]>",
            "<![CDATA[",
            "<?x",
            "=",
            "/",
            "\0",
        ];
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut found = 0;
        for _ in 0..4000 {
            let mut page = String::new();
            for _ in 0..30 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                page.push_str(pieces[(state >> 16) as usize % pieces.len()]);
            }
            for script in inline(&page) {
                found += 1;
                let (start, end) = (script.span.start as usize, script.span.end as usize);
                let (before, after) = (&page[..start], &page[end..]);
                if script.kind == Some(ScriptKind::Handler) {
                    assert!(before.ends_with(['"', '\'', '=', ':', ' ', '\n', '\r']), "{page:?} at {start}");
                    assert!(after.starts_with(['"', '\'', ' ', '>', '\r', '\n']), "{page:?} to {end}");
                } else {
                    assert!(before.ends_with('>'), "{page:?} at {start}");
                    let closed = after.get(..8).is_some_and(|tag| tag.eq_ignore_ascii_case("</script"));
                    assert!(closed || after.is_empty(), "{page:?} to {end}");
                }
            }
        }
        assert!(found > 1000, "{found}");
    }
}
