//! What a component's template says of its scripts: the event handlers that it binds, and the names that it gives to
//! parts of itself. What it shows is not looked at.

use std::ops::Range;
use std::sync::Arc;

use super::Framework;
use super::blocks::without_interpolations;
use super::conditions::{Around, Condition};
use super::tags::tags;
use crate::api::PLATFORM;
use crate::ir::{ScriptKind, Span};
use crate::source::{DecodedAttribute, Language, RawScript, attribute};

/// The event that a handler may be told of, by name.
const EVENT: &str = "$event";
/// The names of an element and its index in lists of mini-programs' templates.
const LIST_NAMES: [&str; 2] = ["item", "index"];

/// The handlers of a template, in order; `language` is the language of its scripts.
pub(super) fn handlers(text: &str, range: Range<usize>, framework: Framework, language: Language) -> Vec<RawScript> {
    let masked = without_interpolations(text, range.clone());
    let mut found = Vec::new();
    let mut locals = vec![EVENT.to_owned()];
    if framework.has_braces() {
        locals.extend(LIST_NAMES.map(str::to_owned));
    }
    let mut around = Around::default();
    for tag in tags(text, masked.as_deref().unwrap_or(text), range) {
        let conditions = around.go_on(&tag);
        for attribute in &tag.attributes {
            if names_parts(&attribute.name) {
                add_names(&attribute.value, &mut locals);
            } else if binds_event(&attribute.name, framework) {
                let handler = attribute.span.and_then(|span| code(text, span, framework, language));
                found.extend(handler.map(|handler| under(&conditions, handler, text, framework)));
            }
        }
    }
    locals.sort();
    locals.dedup();
    let locals: Arc<[String]> = locals.into();
    for handler in &mut found {
        handler.locals = locals.clone();
        handler.otherwise.iter_mut().for_each(|plain| plain.locals = locals.clone());
    }
    found
}

fn binds_event(name: &str, framework: Framework) -> bool {
    let prefixes =
        PLATFORM.template_events.iter().find(|(of, _)| *of == framework.name()).map(|(_, prefixes)| *prefixes);
    let binds = |prefix: &&str| name.strip_prefix(*prefix).is_some_and(|event| !event.is_empty());
    prefixes.unwrap_or_default().iter().any(binds)
}

/// Whether an attribute gives names to what its element shows.
fn names_parts(name: &str) -> bool {
    PLATFORM.template_names.iter().any(|known| match name.strip_prefix(known) {
        Some("") => true,
        Some(rest) => *known == "#" || rest.starts_with(':'),
        None => false,
    })
}

/// Adds the names of `(item, index) in list`, `{ row, $index }`.
fn add_names(value: &str, names: &mut Vec<String>) {
    let list = [" in ", " of "].iter().filter_map(|word| value.find(word)).min();
    let named = value.get(..list.unwrap_or(value.len())).unwrap_or_default();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let words =
        named.split(|c| !is_part(c)).filter(|word| !word.is_empty() && !word.starts_with(|c: char| c.is_numeric()));
    names.extend(words.map(str::to_owned));
}

/// A handler with the conditions under which its element is shown before it, and without them where they are not what
/// they should be.
fn under(conditions: &[Condition], handler: RawScript, text: &str, framework: Framework) -> RawScript {
    if conditions.is_empty() {
        return handler;
    }
    let mut whole = DecodedAttribute { text: String::new(), offsets: Vec::new() };
    for condition in conditions {
        let Some(test) = code(text, condition.span, framework, handler.language) else { continue };
        let (before, after) = if condition.holds { ("if(!(", "))return;") } else { ("if((", "))return;") };
        add(&mut whole, before, test.span.start);
        add_code(&mut whole, &test, text);
        add(&mut whole, after, test.span.end);
    }
    add_code(&mut whole, &handler, text);
    whole.offsets.push(handler.span.end);
    RawScript { decoded: Some(whole), masked: None, otherwise: Some(Box::new(handler.clone())), ..handler }
}

/// Adds code that stands nowhere, at a place.
fn add(whole: &mut DecodedAttribute, code: &str, place: u32) {
    whole.text.push_str(code);
    whole.offsets.extend(std::iter::repeat_n(place, code.len()));
}

/// Adds a script's code.
fn add_code(whole: &mut DecodedAttribute, script: &RawScript, text: &str) {
    if let Some(decoded) = &script.decoded {
        whole.text.push_str(&decoded.text);
        whole.offsets.extend(decoded.offsets.iter().take(decoded.text.len()));
        return;
    }
    let written = text.get(script.span.start as usize..script.span.end as usize).unwrap_or_default();
    whole.text.push_str(script.masked.as_deref().unwrap_or(written));
    whole.offsets.extend(script.span.start..script.span.end);
}

/// The code in an attribute; none: there is none in it.
fn code(text: &str, span: Span, framework: Framework, language: Language) -> Option<RawScript> {
    let mut script = attribute::handler(text, span)?;
    (script.kind, script.language) = (Some(ScriptKind::Template), language);
    let written = text.get(script.span.start as usize..script.span.end as usize)?;
    let code = script.decoded.as_ref().map_or(written, |decoded| &decoded.text);
    if framework.has_braces() && code.contains("{{") {
        // What is interpolated is a value: the braces are no part of it.
        let plain = code.replace("{{", " (").replace("}}", ") ");
        match &mut script.decoded {
            Some(DecodedAttribute { text, .. }) => *text = plain,
            None => script.masked = Some(plain),
        }
    }
    Some(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str, framework: Framework) -> Vec<String> {
        let found = handlers(text, 0..text.len(), framework, Language::JavaScript);
        let code = |script: RawScript| {
            let written = text[script.span.start as usize..script.span.end as usize].to_owned();
            script.decoded.map(|d| d.text).or(script.masked).unwrap_or(written)
        };
        found.into_iter().map(code).collect()
    }

    #[test]
    fn handlers_of_vue() {
        let text = "<p @click.stop=\"pay('')\" v-on:tap='a(b)' :x='y' onclick='no()' @submit.prevent @a=''>\
                    {{ a<b }}<q @click=pay /></p><!-- <p @click='no'> -->\
                    <r @ok='f(&quot;支&quot;)'/>";
        assert_eq!(codes(text, Framework::Vue), ["pay('')", "a(b)", "pay", "f(\"支\")"]);
    }

    #[test]
    fn handlers_of_mini_programs_interpolate_values() {
        let text = "<view bindtap=\"pay({{order.no}}, '1')\" catch:tap='pay' data-a='b'/>";
        assert_eq!(codes(text, Framework::Mpx), ["pay( (order.no) , '1')", "pay"]);
        assert_eq!(codes("<a wx:if='{{b}}' bindtap='c'/>", Framework::Mpx), ["if(!( (b) ))return;c"]);
        assert_eq!(codes("<view @tap='pay({{a}})'/>", Framework::Wepy), ["pay( (a) )"]);
    }

    #[test]
    fn what_is_shown_under_conditions_is_called_under_them() {
        let text = "<a v-if='b'><br><c @d='e'/></a><f v-else-if='g' @h='i'/><j v-else><k @l='m'/></j><n @o='p'/>\
                    <q :disabled='!r' @s='t'></q></u><v v-if='x &gt; 1' @y='z'/>";
        let expected = [
            "if(!(b))return;e",
            "if((b))return;if(!(g))return;i",
            "if((b))return;if((g))return;m",
            "p",
            "if((!r))return;t",
            "if(!(x > 1))return;z",
        ];
        assert_eq!(codes(text, Framework::Vue), expected);
        for script in handlers(text, 0..text.len(), Framework::Vue, Language::JavaScript) {
            let decoded = script.decoded.unwrap_or(DecodedAttribute { text: String::new(), offsets: vec![0] });
            assert_eq!(decoded.offsets.len(), decoded.text.len() + 1);
        }
    }

    #[test]
    fn names_of_parts_are_no_members() {
        let text = "<a v-for='(item, i) in items' /><b v-slot:x='{ row: { no } }'/><c #default='scope'/><d slot-scope=s @e='f'/>";
        let found = handlers(text, 0..text.len(), Framework::Vue, Language::JavaScript);
        assert_eq!(*found[0].locals, ["$event", "i", "item", "no", "row", "s", "scope"].map(str::to_owned));
    }
}
