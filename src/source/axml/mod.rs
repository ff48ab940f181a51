//! The markup of a mini-program's page or component (`.axml`): which methods its elements call, with which data, which
//! components it uses, and which other markup it takes in.
//!
//! It is close enough to HTML for the same tokenizer. Each event binding becomes a script of its own (`binding`).

mod binding;

use std::convert::Infallible;
use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use rustc_hash::FxHashSet;

use super::tokenizer::tokens;
use super::{Alternatives, LoadedScript, PageScripts, attribute};
use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::ir::Span;

/// The prefix of an element's own data.
const DATA: &str = "data-";
/// More bindings of one file are not followed: its methods then stand as they are.
const MAX_BINDINGS: usize = 2_000;
/// More components of one file, and functions that these are given, are not followed.
const MAX_COMPONENTS: usize = 2_000;
/// More markup is not taken in by one file.
const MAX_TAKEN_IN: usize = 64;
/// More data of one element are not known: each of its bindings has them.
const MAX_DATA_BYTES: usize = 4_096;

/// An element that is a component, or may be one of the platform's own that a component replaces.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsedComponent {
    /// The name of its tag, as it is written.
    pub tag: String,
    /// Its properties that are functions: their names, and the methods of the page that they are.
    pub functions: Vec<(String, String)>,
    /// The scripts that bind events of it, by their indices, where it is the platform's own.
    pub scripts: Range<usize>,
}

/// What a page's or component's markup calls and uses.
#[must_use]
pub(super) fn scripts_of_markup(text: &str) -> PageScripts {
    let mut markup = Markup { text, tag: None, open: None, functions: 0, found: PageScripts::default() };
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: html5gum::Span<usize>| {
        markup.event(&event, span.start, span.end);
        None::<Infallible>
    });
    let None = tokens(text, emitter).next();
    markup.end_open(false);
    markup.found
}

/// An element's start tag.
#[derive(Debug)]
struct Element<'t> {
    /// The name, as it is written.
    name: &'t str,
    /// From `<` to `>`.
    span: Span,
    /// In order, each name once.
    attributes: Vec<Attribute<'t>>,
    /// Whether other elements stand in it.
    has_elements: bool,
    /// Whether it has more data than are read.
    has_much_data: bool,
}

/// An attribute.
#[derive(Debug)]
struct Attribute<'t> {
    /// The name, as it is written: the tokenizer lowers it.
    name: &'t str,
    name_span: Span,
    /// The value with character references resolved, and its place; none: it has no value.
    value: Option<(String, Span)>,
}

impl Attribute<'_> {
    fn text(&self) -> Option<&str> {
        self.value.as_ref().map(|(text, _)| text.as_str())
    }

    /// The method that it names, where it binds an event: `onTap="pay"`. What an expression gives is not known.
    fn method(&self) -> Option<&str> {
        let method = self.text()?.trim();
        (is_event(self.name) && is_name(method)).then_some(method)
    }
}

struct Markup<'t> {
    text: &'t str,
    /// The start tag that is being read.
    tag: Option<Element<'t>>,
    /// The element whose start tag was read last, until it is seen what stands in it.
    open: Option<Element<'t>>,
    /// How many functions the components have.
    functions: usize,
    found: PageScripts,
}

impl Markup<'_> {
    fn event(&mut self, event: &CallbackEvent<'_>, start: usize, end: usize) {
        match event {
            CallbackEvent::EndTag { .. } => self.end_open(false),
            CallbackEvent::OpenStartTag { name } => {
                self.end_open(true);
                // The place is that of `<` and what follows it.
                let begin = start + usize::from(self.text.as_bytes().get(start) == Some(&b'<'));
                let Some(name) = self.text.get(begin..begin + name.len()) else { return };
                let span = Span::new(start as u32, end as u32);
                let attributes = Vec::new();
                self.tag = Some(Element { name, span, attributes, has_elements: false, has_much_data: false });
            }
            CallbackEvent::AttributeName { name } => {
                let Some(tag) = &mut self.tag else { return };
                let end = start + name.len();
                // What cannot be found where it is said to be has no name, and takes up its value.
                let is_it = |written: &&str| written.as_bytes().eq_ignore_ascii_case(name);
                let written = self.text.get(start..end).filter(is_it).unwrap_or_default();
                let (name_span, value) = (Span::new(start as u32, end as u32), empty_value(self.text, end));
                tag.attributes.push(Attribute { name: written, name_span, value });
            }
            CallbackEvent::AttributeValue { value } => {
                let Some(attribute) = self.tag.as_mut().and_then(|tag| tag.attributes.last_mut()) else { return };
                let place = attribute::value_span(self.text, start);
                attribute.value = place.map(|span| (String::from_utf8_lossy(value).into_owned(), span));
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                let Some(mut tag) = self.tag.take() else { return };
                tag.span.end = end as u32;
                let mut seen = FxHashSet::default();
                tag.attributes.retain(|attribute| seen.insert(attribute.name));
                let data = tag.attributes.iter().filter(|attribute| attribute.name.starts_with(DATA));
                let bytes = data.map(|data| data.name.len() + data.text().map_or(0, str::len)).sum::<usize>();
                tag.has_much_data = bytes > MAX_DATA_BYTES;
                self.open = Some(tag);
                if *self_closing {
                    self.end_open(false);
                }
            }
            _ => {}
        }
    }

    /// Takes in the element that was read last, now that it is known what stands in it.
    fn end_open(&mut self, has_elements: bool) {
        if let Some(element) = self.open.take() {
            self.element(&Element { has_elements, ..element });
        }
    }

    fn element(&mut self, element: &Element<'_>) {
        if matches!(element.name, "import" | "include") {
            let source = element.attributes.iter().find(|a| a.name == "src").and_then(Attribute::text);
            let source = source.filter(|address| !address.trim().is_empty() && !address.contains("{{"));
            let at = element.span.end;
            let source = source.filter(|_| self.found.loaded.len() < MAX_TAKEN_IN);
            self.found.loaded.extend(source.map(|address| LoadedScript {
                address: address.to_owned(),
                at,
                alternatives: Alternatives::ALL,
            }));
            return;
        }
        let bound = || element.attributes.iter().filter_map(|a| Some((a, a.method()?)));
        let room = MAX_COMPONENTS.saturating_sub(self.functions);
        let functions = bound().take(room).map(|(a, method)| (a.name.to_owned(), method.to_owned()));
        let functions: Vec<(String, String)> = functions.collect();
        let is_own = lists(PLATFORM.platform_elements, element.name);
        if is_own && functions.is_empty() || self.found.components.len() >= MAX_COMPONENTS {
            return;
        }
        self.functions += functions.len();
        let before = self.found.inline.len();
        if is_own {
            let room = MAX_BINDINGS.saturating_sub(before);
            self.found.inline.extend(bound().filter_map(|(a, _)| binding::script(element, a)).take(room));
        }
        let (tag, scripts) = (element.name.to_owned(), before..self.found.inline.len());
        self.found.components.push(UsedComponent { tag, functions, scripts });
    }
}

/// The empty value of an attribute whose name ends at `at`: the tokenizer tells it from none by saying nothing of either.
fn empty_value(text: &str, at: usize) -> Option<(String, Span)> {
    let rest = text.get(at..)?;
    let value = rest.trim_ascii_start().strip_prefix('=')?.trim_ascii_start();
    let inner = value.strip_prefix(['"', '\''])?;
    let start = (text.len() - inner.len()) as u32;
    (inner.as_bytes().first() == value.as_bytes().first()).then(|| (String::new(), Span::new(start, start)))
}

/// Whether an attribute binds an event, or gives a component a function: `onTap`, `catchTap`, `capture-catchTap`.
fn is_event(name: &str) -> bool {
    PLATFORM.event_prefixes.iter().any(|prefix| {
        let event = name.strip_prefix(prefix).map(|rest| rest.strip_prefix([':', '-']).unwrap_or(rest));
        event.is_some_and(|event| !event.is_empty() && (event.len() + prefix.len() < name.len() || is_upper(event)))
    })
}

/// Whether the name of an event begins as names do that follow a prefix at once: `once` binds nothing.
fn is_upper(event: &str) -> bool {
    event.starts_with(|first: char| !first.is_lowercase())
}

fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.chars().all(is_part) && text.starts_with(|first: char| !first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bindings(markup: &str) -> Vec<String> {
        let scripts = scripts_of_markup(markup).inline;
        scripts.into_iter().filter_map(|script| script.decoded).map(|decoded| decoded.text).collect()
    }

    /// The event of a binding without data.
    fn plain(method: &str, event: &str) -> String {
        let target = "{...$markup,\"dataset\":{}}";
        format!("this.{method}({{...$markup,\"type\":\"{event}\",\"target\":{target},\"currentTarget\":{target}}})")
    }

    #[test]
    fn elements_of_the_platform_call_methods() {
        assert_eq!(bindings("<view onTap='pay'/>"), [plain("pay", "tap")]);
        assert_eq!(bindings("<text catchLongTap=\"pay\">"), [plain("pay", "longTap")]);
        assert_eq!(bindings("<button capture-onTap=pay>"), [plain("pay", "tap")]);
        assert_eq!(bindings("<textarea onInput='a'/><view onTap='b'/>"), [plain("a", "input"), plain("b", "tap")]);
        for silent in [
            "<view once='pay' on='pay' class='onTap'>onTap='pay'</view>",
            "<!-- <view onTap='pay'/> -->",
            "<view onTap='{{handler}}'/><view onTap='pay(1)'/><view onTap=''/><view onTap/>",
            "</view onTap='pay'>",
            "<view onTap='pay'",
            "<view \u{0}='x' \u{0}支='pay'/>",
            "<view onTap\u{0}='pay'/>",
        ] {
            assert_eq!(bindings(silent), [""; 0], "{silent}");
        }
    }

    #[test]
    fn which_element_inside_was_touched_is_not_known() {
        let knows_target = |markup: &str| bindings(markup)[0].contains("\"target\":{");
        assert!(knows_target("<view onTap='pay'>付款</view><text/>"));
        assert!(!knows_target("<view onTap='pay'><text>付款</text></view>"));
    }

    #[test]
    fn data_are_named_as_the_platform_names_them() {
        let data = |markup: &str| -> Vec<String> {
            let dataset = |code: &String| Some(code.rsplit_once("\"dataset\":")?.1.strip_suffix("}})")?.to_owned());
            bindings(markup).iter().filter_map(dataset).collect()
        };
        assert_eq!(data("<view onTap='p' data-trade-no=''/>"), ["{\"tradeNo\":\"\" }"]);
        assert_eq!(data("<view onTap='p' data-no='{{o.no}}'/>"), ["{\"no\":$markup[\"o.no\"] }"]);
        assert_eq!(data("<view onTap='p' data-no='{{ \"\" }}' data-n='{{ 12 }}'/>"), ["{\"no\":\"\" ,\"n\":12 }"]);
        assert_eq!(
            data("<view onTap='p' data-no='a{{b}}' data-ok/>"),
            ["{\"no\":$markup[\"a{{b}}\"] ,\"ok\":$markup[\"data-ok\"]}"]
        );
        assert_eq!(data("<view onTap='p' data-a='1' data-a='2'/>"), ["{\"a\":\"1\" }"]);
        // What the platform makes of capitals is not documented.
        assert_eq!(data("<view onTap='p' data-orderNo=''/>"), ["{...$markup}"]);
    }

    #[test]
    fn places_are_those_of_the_attributes() {
        let text = "<p>价 😀</p>\n<view data-no=\"\" onTap=\" pay \"/>";
        let script = scripts_of_markup(text).inline.remove(0);
        let decoded = script.decoded.expect("code of its own");
        assert_eq!(decoded.offsets.len(), decoded.text.len() + 1);
        let place = |code: &str| {
            let at = decoded.text.find(code).expect("it is in the code");
            &text[decoded.offsets[at] as usize..decoded.offsets[at + code.len()] as usize]
        };
        assert_eq!(&text[script.span.start as usize..script.span.end as usize], "pay");
        assert_eq!((place("this.pay"), place("\"no\""), place("\"\"")), ("pay", "data-no", ""));
        let event = decoded.text.strip_prefix("this.pay(").and_then(|rest| rest.strip_suffix(')'));
        assert_eq!(place(event.expect("a call")), "<view data-no=\"\" onTap=\" pay \"/>");
        let text = "<view onTap='&#32;支付'/>";
        assert_eq!(scripts_of_markup(text).inline[0].span.of(text), Some("&#32;支付"));
    }

    #[test]
    fn past_a_bound_bindings_are_not_followed() {
        let many = |element: &str| scripts_of_markup(&element.repeat(3 * MAX_BINDINGS));
        assert_eq!(many("<a onTap='pay'/>").components.len(), MAX_COMPONENTS);
        assert_eq!(many("<text onTap='pay' catchTap='pay'/>").inline.len(), MAX_BINDINGS);
        assert_eq!(many("<import src='a.axml'/>").loaded.len(), MAX_TAKEN_IN);
        let bound = (0..3 * MAX_COMPONENTS).map(|n| format!(" onA{n}='b'")).collect::<String>();
        assert_eq!(scripts_of_markup(&format!("<a{bound}/>")).components[0].functions.len(), MAX_COMPONENTS);
        let much = format!("<text onTap='pay' data-no='' data-a='{}'/>", "b".repeat(MAX_DATA_BYTES));
        assert!(bindings(&much)[0].contains("\"dataset\":{...$markup}"));
    }

    #[test]
    fn components_and_other_markup_are_named() {
        let found = scripts_of_markup(
            "<import src='./a.axml'/><include src=\"/b.axml\"/><import src='{{c}}'/>\
             <payPanel onPaid='done' order='{{o}}' onCancel='{{x}}'><view slot='foot' onTap='pay'/></payPanel>",
        );
        assert_eq!(found.loaded.iter().map(|l| l.address.as_str()).collect::<Vec<_>>(), ["./a.axml", "/b.axml"]);
        let used = |tag: &str, name: &str, method: &str, scripts| {
            let functions = vec![(name.to_owned(), method.to_owned())];
            UsedComponent { tag: tag.to_owned(), functions, scripts }
        };
        let expected = [used("payPanel", "onPaid", "done", 0..0), used("view", "onTap", "pay", 0..1)];
        assert_eq!((found.components.as_slice(), found.inline.len()), (expected.as_slice(), 1));
    }
}
