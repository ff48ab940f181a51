//! What a component's template says of its scripts: the event handlers that it binds, and the names that it gives to
//! parts of itself. What it shows is not looked at.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Framework;
use super::blocks::without_interpolations;
use super::conditions::{Around, Condition};
use super::tags::{Tag, tags};
use crate::api::PLATFORM;
use crate::ir::{ScriptKind, Span};
use crate::source::{DecodedAttribute, Language, RawScript, attribute};

/// The event that a handler may be told of, by name.
const EVENT: &str = "$event";
/// The names of an element and its index in lists of mini-programs' templates.
const LIST_NAMES: [&str; 2] = ["item", "index"];

/// More handlers of one file are not followed: its methods then stand as they are.
const MAX_HANDLERS: usize = 2_000;
/// Conditions before one handler that are longer, together, are not kept: the innermost count.
const MAX_CONDITION_BYTES: u32 = 4_096;

/// Adds the handlers of a template, in order; `language` is the language of its scripts.
pub(super) fn add_handlers(
    text: &str,
    range: Range<usize>,
    framework: Framework,
    language: Language,
    handlers: &mut Vec<RawScript>,
) {
    let masked = text.get(range.clone()).and_then(without_interpolations);
    let before = handlers.len();
    let mut locals = FxHashSet::from_iter([EVENT.to_owned()]);
    if framework.has_braces() {
        locals.extend(LIST_NAMES.map(str::to_owned));
    }
    let mut around = Around::default();
    for tag in tags(text, range, masked.as_deref()) {
        let conditions = around.go_on(&tag);
        for attribute in &tag.attributes {
            if names_parts(&tag, &attribute.name) {
                add_names(&attribute.value, &mut locals);
            } else if handlers.len() < MAX_HANDLERS && binds_event(&attribute.name, framework) {
                let handler = attribute.span.and_then(|span| code(text, span, framework, language));
                handlers.extend(handler.map(|handler| under(&conditions, handler, text, framework)));
            }
        }
    }
    for handler in handlers.get_mut(before..).unwrap_or_default() {
        handler.locals = names_in(handler.code(text), &locals);
        let locals = handler.locals.clone();
        handler.otherwise.iter_mut().for_each(|plain| plain.locals = locals.clone());
    }
}

/// Which of these names stand in code: each handler gets its own, since all of them for each would be many.
fn names_in(code: &str, names: &FxHashSet<String>) -> Arc<[String]> {
    let mut found: Vec<String> = words(code).filter_map(|word| names.get(word)).cloned().collect();
    found.sort();
    found.dedup();
    found.into()
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).filter(|word| !word.is_empty())
}

fn binds_event(name: &str, framework: Framework) -> bool {
    let prefixes =
        PLATFORM.template_events.iter().find(|(of, _)| *of == framework.name()).map(|(_, prefixes)| *prefixes);
    let binds = |prefix: &&str| name.strip_prefix(*prefix).is_some_and(|event| !event.is_empty());
    prefixes.unwrap_or_default().iter().any(binds)
}

/// Whether an attribute gives names to what its element shows.
fn names_parts(tag: &Tag, name: &str) -> bool {
    let of_element = PLATFORM.template_element_names.iter().find(|(element, _)| *element == tag.name);
    of_element.is_some_and(|(_, names)| names.contains(&name))
        || PLATFORM.template_names.iter().any(|known| match name.strip_prefix(known) {
            Some("") => true,
            Some(rest) => *known == "#" || rest.starts_with(':'),
            None => false,
        })
}

/// Adds the names of `(item, index) in list`, `{ row, $index }`.
fn add_names(value: &str, names: &mut FxHashSet<String>) {
    let list = [" in ", " of "].iter().filter_map(|word| value.find(word)).min();
    let named = value.get(..list.unwrap_or(value.len())).unwrap_or_default();
    names.extend(words(named).filter(|word| !word.starts_with(|c: char| c.is_numeric())).map(str::to_owned));
}

/// A handler with the conditions under which its element is shown before it, and without them where they are not what
/// they should be.
fn under(conditions: &[Condition], handler: RawScript, text: &str, framework: Framework) -> RawScript {
    if conditions.is_empty() {
        return handler;
    }
    let mut room = MAX_CONDITION_BYTES;
    let fits = |condition: &&Condition| {
        let length = condition.span.end.saturating_sub(condition.span.start);
        room.checked_sub(length).inspect(|left| room = *left).is_some()
    };
    let kept = conditions.iter().rev().take_while(fits).count();
    let mut whole = DecodedAttribute { text: String::new(), offsets: Vec::new() };
    for condition in conditions.iter().skip(conditions.len() - kept) {
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
    whole.text.push_str(script.code(text));
    whole.offsets.extend(script.span.start..script.span.end);
}

/// The code in an attribute; none: there is none in it.
fn code(text: &str, span: Span, framework: Framework, language: Language) -> Option<RawScript> {
    let mut script = attribute::handler(text, span)?;
    (script.kind, script.language) = (Some(ScriptKind::Template), language);
    let code = script.code(text);
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
        handlers(text, framework).iter().map(|script| script.code(text).to_owned()).collect()
    }

    fn handlers(text: &str, framework: Framework) -> Vec<RawScript> {
        let mut found = Vec::new();
        add_handlers(text, 0..text.len(), framework, Language::JavaScript, &mut found);
        found
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
        for script in handlers(text, Framework::Vue) {
            let decoded = script.decoded.unwrap_or(DecodedAttribute { text: String::new(), offsets: vec![0] });
            assert_eq!(decoded.offsets.len(), decoded.text.len() + 1);
        }
    }

    #[test]
    fn names_of_parts_are_no_members() {
        let text = "<a v-for='(item, i) in items' /><b v-slot:x='{ row: { no } }'/><c #default='scope'/><d slot-scope=s @e='f(no, i, item.scope, row)'/>\
                    <g @h='scope.s($event)'/>";
        let found = handlers(text, Framework::Vue);
        assert_eq!(*found[0].locals, ["i", "item", "no", "row", "scope"].map(str::to_owned));
        assert_eq!(*found[1].locals, ["$event", "s", "scope"].map(str::to_owned));
    }

    #[test]
    fn only_some_elements_name_their_parts_by_plain_words() {
        let text = "<a key='b' item='c' scope='d' @e='b(c, d, f, g)'/><repeat item='f'/><template scope='g'/>";
        assert_eq!(*handlers(text, Framework::Vue)[0].locals, ["f", "g"].map(str::to_owned));
    }

    #[test]
    fn components_that_are_called_as_void_elements_have_children() {
        let text = "<Col v-if='a'><Input><b @c='d'/></Input></Col><input v-if='e'><b @c='f'/>";
        assert_eq!(codes(text, Framework::Vue), ["if(!(a))return;d", "f"]);
    }

    #[test]
    fn past_a_bound_handlers_and_conditions_are_not_followed() {
        let many = "<a @b='c'/>".repeat(3 * MAX_HANDLERS);
        assert_eq!(codes(&many, Framework::Vue).len(), MAX_HANDLERS);
        let long = "a".repeat(MAX_CONDITION_BYTES as usize - 2);
        let text = format!("<p v-if='b'><p v-if='{long}'><p v-if='c'><d :disabled='e' @f='g'/></p></p></p>");
        assert!(codes(&text, Framework::Vue) == [format!("if(!({long}))return;if(!(c))return;if((e))return;g")]);
        let many = format!("<a {} @c='d'/>", ":disabled='b' ".repeat(3 * MAX_HANDLERS));
        assert!(codes(&many, Framework::Vue)[0].len() < 1_000);
    }
}
