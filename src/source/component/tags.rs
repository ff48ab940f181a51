//! The tags of a component's text, with the places of their attributes. What stands between tags is not looked at.

use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use crate::ir::Span;
use crate::source::attribute;
use crate::source::tokenizer::tokens;

/// A start tag or an end tag.
#[derive(Debug)]
pub(super) struct Tag {
    /// In lower case.
    pub name: String,
    /// Whether it is written as no element of HTML is: `Input` is a component.
    pub capital: bool,
    /// Whether it is an end tag: those have no attributes.
    pub closing: bool,
    /// Whether it ends with `/>`.
    pub self_closing: bool,
    /// In order; of several with one name the first counts.
    pub attributes: Vec<Attribute>,
    /// From its `<` to behind its `>`.
    pub range: Range<usize>,
}

/// An attribute of a start tag.
#[derive(Debug)]
pub(super) struct Attribute {
    /// As written.
    pub name: String,
    /// Character references resolved; empty where there is none.
    pub value: String,
    /// Where the value stands, without its quotes; none where there is none.
    pub span: Option<Span>,
}

impl Tag {
    /// The value of an attribute; `name` in lower case.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name)).map(|a| a.value.as_str())
    }
}

/// The first tag of `text` from `start` on, where a tag should begin.
pub(super) fn first_tag(text: &str, start: usize) -> Option<Tag> {
    let rest = text.get(start..)?;
    let mut reading = Reading { text, start, tag: None };
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span| reading.event(event, span));
    tokens(rest, emitter).next()
}

/// The tags of a range, in order. `masked` is as long as the range, and differs where no tag may begin.
pub(super) fn tags<'t>(text: &'t str, range: Range<usize>, masked: Option<&'t str>) -> impl Iterator<Item = Tag> + 't {
    let mut reading = Reading { text, start: range.start, tag: None };
    let emitter = CallbackEmitter::new(move |event: CallbackEvent<'_>, span| reading.event(event, span));
    let part = masked.or_else(|| text.get(range)).unwrap_or_default();
    tokens(part, emitter)
}

struct Reading<'t> {
    text: &'t str,
    /// Where the tokenizer began.
    start: usize,
    tag: Option<Tag>,
}

impl Reading<'_> {
    fn event(&mut self, event: CallbackEvent<'_>, span: html5gum::Span<usize>) -> Option<Tag> {
        let at = self.start + span.start;
        match event {
            CallbackEvent::OpenStartTag { name } => {
                let capital = self.text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_uppercase);
                self.tag = Some(Tag { capital, ..Tag::new(name, false, at..at) });
            }
            CallbackEvent::AttributeName { .. } => {
                let name = self.text.get(at..self.start + span.end).unwrap_or_default().to_owned();
                let attribute = Attribute { name, value: String::new(), span: None };
                self.tag.as_mut()?.attributes.push(attribute);
            }
            CallbackEvent::AttributeValue { value } => {
                let attribute = self.tag.as_mut()?.attributes.last_mut()?;
                attribute.value = String::from_utf8_lossy(value).into_owned();
                attribute.span = attribute::value_span(self.text, at);
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                let mut tag = self.tag.take()?;
                (tag.self_closing, tag.range.end) = (self_closing, self.start + span.end);
                return Some(tag);
            }
            CallbackEvent::EndTag { name } => return Some(Tag::new(name, true, at..self.start + span.end)),
            _ => {}
        }
        None
    }
}

impl Tag {
    fn new(name: &[u8], closing: bool, range: Range<usize>) -> Self {
        let name = String::from_utf8_lossy(name).into_owned();
        Self { name, capital: false, closing, self_closing: false, attributes: Vec::new(), range }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_their_names_as_written_and_their_places() {
        let text = "<p>支</p><Pay-Button @update:modelValue='a(&quot;b&quot;)' v-on:click=pay :x disabled=\"\"/>";
        let all: Vec<Tag> = tags(text, 0..text.len(), None).collect();
        let shown: Vec<(&str, bool)> = all.iter().map(|tag| (tag.name.as_str(), tag.closing)).collect();
        assert_eq!(shown, [("p", false), ("p", true), ("pay-button", false)]);
        let button = &all[2];
        let place = |a: &Attribute| a.span.map_or("-", |s| &text[s.start as usize..s.end as usize]);
        let attributes: Vec<_> =
            button.attributes.iter().map(|a| (a.name.as_str(), a.value.as_str(), place(a))).collect();
        assert_eq!(
            attributes,
            [
                ("@update:modelValue", "a(\"b\")", "a(&quot;b&quot;)"),
                ("v-on:click", "pay", "pay"),
                (":x", "", "-"),
                ("disabled", "", "-"),
            ]
        );
        assert!(button.self_closing && text[button.range.clone()] == text[10..]);
    }

    #[test]
    fn the_first_tag_stands_where_it_was_looked_for() {
        let text = "甲<script lang=ts>a</script>";
        let tag = first_tag(text, 3).expect("a tag");
        assert_eq!((&text[tag.range.clone()], tag.attribute("lang")), ("<script lang=ts>", Some("ts")));
        assert!(first_tag("<script", 0).is_none() && first_tag("a", 9).is_none());
    }
}
