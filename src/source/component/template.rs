//! What a component's template says of its scripts: the event handlers that it binds, and the names that it gives to
//! parts of itself. What it shows is not looked at.

use std::ops::Range;
use std::sync::Arc;

use super::Framework;
use super::blocks::without_interpolations;
use super::tags::{Attribute, tags};
use crate::api::PLATFORM;
use crate::ir::ScriptKind;
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
    for tag in tags(text, masked.as_deref().unwrap_or(text), range) {
        for attribute in &tag.attributes {
            if names_parts(&attribute.name) {
                add_names(&attribute.value, &mut locals);
            } else if binds_event(&attribute.name, framework) {
                found.extend(handler(text, attribute, framework, language));
            }
        }
    }
    locals.sort();
    locals.dedup();
    let locals: Arc<[String]> = locals.into();
    found.iter_mut().for_each(|handler| handler.locals = locals.clone());
    found
}

fn binds_event(name: &str, framework: Framework) -> bool {
    let prefixes =
        PLATFORM.template_events.iter().find(|(of, _)| *of == framework.name()).map(|(_, prefixes)| *prefixes);
    let binds = |prefix: &&str| name.strip_prefix(*prefix).is_some_and(|event| !event.is_empty());
    prefixes.unwrap_or_default().iter().any(|prefix| binds(prefix))
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

/// The code of a handler; none: there is none in it.
fn handler(text: &str, attribute: &Attribute, framework: Framework, language: Language) -> Option<RawScript> {
    let mut script = attribute::handler(text, attribute.span?)?;
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
        let text = "<p @click.stop=\"pay('')\" v-on:tap='a(b)' :x='y' v-if='z' onclick='no()' @submit.prevent @a=''>\
                    {{ a<b }}<q @click=pay /></p><!-- <p @click='no'> -->\
                    <r @ok='f(&quot;支&quot;)'/>";
        assert_eq!(codes(text, Framework::Vue), ["pay('')", "a(b)", "pay", "f(\"支\")"]);
    }

    #[test]
    fn handlers_of_mini_programs_interpolate_values() {
        let text = "<view bindtap=\"pay({{order.no}}, '1')\" catch:tap='pay' wx:if='{{a}}' data-a='b'/>";
        assert_eq!(codes(text, Framework::Mpx), ["pay( (order.no) , '1')", "pay"]);
        assert_eq!(codes("<view @tap='pay({{a}})'/>", Framework::Wepy), ["pay( (a) )"]);
    }

    #[test]
    fn names_of_parts_are_no_members() {
        let text = "<a v-for='(item, i) in items' /><b v-slot:x='{ row: { no } }'/><c #default='scope'/><d slot-scope=s @e='f'/>";
        let found = handlers(text, 0..text.len(), Framework::Vue, Language::JavaScript);
        assert_eq!(*found[0].locals, ["$event", "i", "item", "no", "row", "s", "scope"].map(str::to_owned));
    }
}
