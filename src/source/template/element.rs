//! Where elements of a page end that a server leaves or drops as a whole, and what decides of it where an attribute says
//! so: Thymeleaf's `th:if`, `th:unless`, `th:case`.

use std::ops::Range;

use memchr::memmem;

use super::scan::LONGEST;

/// Elements without an end.
const VOID: [&str; 10] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"];
/// Elements whose content is text.
const TEXT: [&str; 4] = ["script", "style", "textarea", "title"];

/// A start tag.
struct Tag<'t> {
    name: &'t str,
    /// Behind its `>`.
    end: usize,
    is_empty: bool,
}

/// An element that stays only where its condition holds.
pub(super) struct Conditional<'t> {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The attribute with its value.
    pub(super) condition: &'t str,
    /// The attribute of an element around it whose cases this one and its neighbours are.
    pub(super) subject: Option<&'t str>,
}

/// Attributes by which an element stays or not.
const ATTRIBUTES: [&str; 3] = ["th:if=", "th:unless=", "th:case="];

/// The elements of a page that Thymeleaf leaves or drops, in order; those within what takes more than `patience` bytes to
/// look through are not found.
pub(super) fn conditionals<'t>(text: &'t str, mut patience: usize) -> Vec<Conditional<'t>> {
    let mut found: Vec<Conditional<'t>> = Vec::new();
    if memmem::find(text.as_bytes(), b"th:").is_none() {
        return found;
    }
    let mut switches: Vec<(usize, &'t str)> = Vec::new();
    // The tag that was looked at last.
    let mut around = 0..0;
    for at in memmem::find_iter(text.as_bytes(), b"th:") {
        let rest = text.get(at..).unwrap_or_default();
        let is_switch = rest.starts_with("th:switch=");
        let names = ATTRIBUTES.iter().find(|name| rest.starts_with(**name));
        if !is_switch && names.is_none() {
            continue;
        }
        if !around.contains(&at) {
            let Some(tag) = tag_around(text, at) else {
                patience = patience.saturating_sub(LONGEST);
                if patience == 0 {
                    break;
                }
                continue;
            };
            around = tag;
        }
        let start = around.start;
        let Some(condition) = attribute_at(rest) else { continue };
        let Some(end) = end_of_element(text, start, patience) else {
            patience = patience.saturating_sub(text.len() - start);
            continue;
        };
        patience = patience.saturating_sub(end - start);
        if is_switch {
            switches.push((end, condition));
            continue;
        }
        switches.retain(|(end, _)| *end > start);
        let subject = switches.last().map(|(_, subject)| *subject).filter(|_| names == Some(&"th:case="));
        found.push(Conditional { start, end, condition, subject });
    }
    // Of several conditions of one element the first counts.
    found.dedup_by_key(|element| element.start);
    found
}

/// The tag that a place is in.
fn tag_around(text: &str, at: usize) -> Option<Range<usize>> {
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST));
    let start = from + text.get(from..at)?.rfind('<')?;
    tag(text, start).filter(|tag| tag.end > at).map(|tag| start..tag.end)
}

/// An attribute with its value in quotes.
fn attribute_at(rest: &str) -> Option<&str> {
    let value = rest.find('=')? + 1;
    let quote = rest.get(value..)?.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = rest.get(value + 1..)?.find(quote)?;
    rest.get(..value + 1 + end + 1)
}

/// Reads the start tag that begins at a place.
fn tag(text: &str, start: usize) -> Option<Tag<'_>> {
    let bytes = text.as_bytes();
    let rest = bytes.get(start + 1..)?;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'-' | b':' | b'_');
    let length = rest.iter().take_while(is_name).count();
    let name =
        text.get(start + 1..start + 1 + length).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let mut quote = None;
    let rest = rest.get(length..rest.len().min(length + LONGEST))?;
    let end = rest.iter().position(|byte| {
        match quote {
            Some(open) if open == *byte => quote = None,
            None if matches!(byte, b'"' | b'\'') => quote = Some(*byte),
            _ => {}
        }
        quote.is_none() && *byte == b'>'
    })?;
    let is_empty = end > 0 && rest.get(end - 1) == Some(&b'/');
    Some(Tag { name, end: start + 1 + length + end + 1, is_empty })
}

/// Behind the element that begins at a place; none where it does not end within `reach` bytes.
pub(super) fn end_of_element(text: &str, start: usize, reach: usize) -> Option<usize> {
    let first = tag(text, start)?;
    let is_one_of = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(first.name));
    if first.is_empty || is_one_of(&VOID) {
        return Some(first.end);
    }
    let limit = text.floor_char_boundary(text.len().min(start.saturating_add(reach)));
    if is_one_of(&TEXT) {
        return end_tag(text, first.name, first.end, limit);
    }
    let (mut at, mut depth) = (first.end, 1);
    while let Some(found) = text.as_bytes().get(at..limit).and_then(|rest| memchr::memchr(b'<', rest)) {
        let open = at + found;
        let rest = text.get(open..limit)?;
        at = open + 1;
        if rest.starts_with("<!--") {
            at = open + rest.find("-->")? + 3;
        } else if is_end_tag(rest, first.name) {
            depth -= 1;
            if depth == 0 {
                return rest.find('>').map(|end| open + end + 1);
            }
        } else if let Some(inner) = tag(text, open) {
            let is = |name: &str| inner.name.eq_ignore_ascii_case(name);
            depth += usize::from(is(first.name) && !inner.is_empty);
            at = match TEXT.iter().any(|name| is(name)) && !inner.is_empty {
                true => end_tag(text, inner.name, inner.end, limit)?,
                false => inner.end,
            };
        }
    }
    None
}

/// Behind the next end tag of a name.
fn end_tag(text: &str, name: &str, from: usize, limit: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let open = at + memmem::find(text.as_bytes().get(at..limit)?, b"</")?;
        let rest = text.get(open..)?;
        if is_end_tag(rest, name) {
            return rest.find('>').map(|end| open + end + 1);
        }
        at = open + 2;
    }
}

fn is_end_tag(rest: &str, name: &str) -> bool {
    let Some(found) = rest.strip_prefix("</").and_then(|rest| rest.get(..name.len())) else { return false };
    let next = rest.as_bytes().get(2 + name.len());
    found.eq_ignore_ascii_case(name) && matches!(next, Some(b'>' | b' ' | b'\t' | b'\r' | b'\n' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_end_where_their_own_end_tag_is() {
        for (text, element) in [
            ("<p a='>'>b</p>c", "<p a='>'>b</p>"),
            ("<div><div>a</div><p></div>b</div>", "<div><div>a</div><p></div>"),
            (
                "<div><!-- </div> --><script>'</div>'</script></div>b",
                "<div><!-- </div> --><script>'</div>'</script></div>",
            ),
            ("<script>a<b; '<script>'</script >c", "<script>a<b; '<script>'</script >"),
            ("<input x=1>b</input>", "<input x=1>"),
            ("<th:block th:if='a'/>b", "<th:block th:if='a'/>"),
        ] {
            assert_eq!(end_of_element(text, 0, 1_000).and_then(|end| text.get(..end)), Some(element));
        }
        assert_eq!(end_of_element("<div>", 0, 1_000), None);
        assert_eq!(end_of_element("<div>支付</div>", 0, 7), None);
    }

    #[test]
    fn attributes_say_what_stays() {
        let text =
            "<p th:if=\"${a}\">b</p><div th:switch='${t}'><i th:case=\"1\">c</i></div><b th:unless='${d}' x>e</b>";
        let found: Vec<_> = conditionals(text, 1_000)
            .iter()
            .map(|element| (&text[element.start..element.end], element.condition, element.subject))
            .collect();
        assert_eq!(
            found,
            [
                ("<p th:if=\"${a}\">b</p>", "th:if=\"${a}\"", None),
                ("<i th:case=\"1\">c</i>", "th:case=\"1\"", Some("th:switch='${t}'")),
                ("<b th:unless='${d}' x>e</b>", "th:unless='${d}'", None),
            ]
        );
    }
}
