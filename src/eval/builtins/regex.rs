//! Regular expressions on known texts.

use std::ops::Range;
use std::sync::Arc;

use regress::Regex;

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::convert::to_text;
use crate::eval::values::heap::{Object, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};

/// Longer texts and patterns are not matched: the matcher backtracks.
const MAX_TEXT: usize = 64;
const MAX_PATTERN: usize = 256;

/// A pattern and its flags.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pattern {
    /// Between the slashes.
    pub source: Arc<str>,
    /// After them.
    pub flags: Arc<str>,
}

/// One match.
pub(super) struct Match {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// The whole match, then each group; none for one that took no part.
    pub groups: Vec<Option<String>>,
    /// Groups with names.
    pub named: Vec<(String, Option<String>)>,
}

impl Pattern {
    /// Whether all matches are wanted.
    pub(super) fn is_global(&self) -> bool {
        self.flags.contains('g')
    }

    /// All matches in a text, or the first; none where that is not found out.
    pub(super) fn matches(&self, text: &str, all: bool) -> Option<Vec<Match>> {
        // `y` makes a match depend on the one before.
        if self.source.len() > MAX_PATTERN || text.len() > longest_text(&self.source) || self.flags.contains('y') {
            return None;
        }
        let regex = Regex::with_flags(&self.source, self.flags.replace('g', "").as_str()).ok()?;
        let part = |range: Option<Range<usize>>| range.and_then(|r| text.get(r)).map(str::to_owned);
        let found = regex.find_iter(text).take(if all { MAX_TEXT } else { 1 });
        let found = found.map(|m| Match {
            range: m.range(),
            groups: m.groups().map(part).collect(),
            named: m.named_groups().map(|(name, range)| (name.to_owned(), part(range))).collect(),
        });
        Some(found.collect())
    }
}

/// Whether an object is what `exec` and `match` give: an array in JavaScript, a plain object here.
pub(super) fn is_match(object: &Object) -> bool {
    matches!(object.kind, ObjectKind::Plain) && ["length", "index", "input"].iter().all(|key| object.own(key).is_some())
}

impl Machine<'_> {
    /// The regular expression that a value surely is.
    pub(super) fn regex_of(&self, value: Option<&Value>, st: &State) -> Option<Pattern> {
        match &self.object(st, value?.as_object()?)?.kind {
            ObjectKind::Regex { pattern, flags } => Some(Pattern { source: pattern.clone(), flags: flags.clone() }),
            _ => None,
        }
    }

    /// `new RegExp(pattern, flags)`.
    pub(in crate::eval) fn new_regex(&mut self, arguments: &[Value], place: Place, st: &mut State) -> Value {
        if let (Some(given), 1) = (self.regex_of(arguments.first(), st), arguments.len()) {
            let kind = ObjectKind::Regex { pattern: given.source, flags: given.flags };
            return Value::object(self.alloc(st, Object::of(kind, place)));
        }
        let text = |value: Option<&Value>| match value {
            Some(value) => value.as_text().cloned(),
            None => Some("".into()),
        };
        match (text(arguments.first()), text(arguments.get(1))) {
            (Some(pattern), Some(flags)) => {
                let kind = ObjectKind::Regex { pattern, flags };
                Value::object(self.alloc(st, Object::of(kind, place)))
            }
            _ => self.unknown(Origin::Mixed(place)),
        }
    }

    /// `pattern.test(text)`, `pattern.exec(text)`.
    pub(super) fn regex_method(
        &mut self,
        pattern: &Pattern,
        name: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Value {
        let subject = arguments.first().and_then(Value::single).and_then(to_text);
        let found = match name {
            "test" | "exec" => subject.and_then(|text| pattern.matches(&text, false).map(|m| (text, m))),
            "toString" => return Value::text(format!("/{}/{}", pattern.source, pattern.flags)),
            _ => None,
        };
        match found {
            Some((_, matches)) if name == "test" => Value::bool(!matches.is_empty()),
            Some((text, matches)) => self.match_value(matches.into_iter().next(), &text, place, st),
            None => self.unknown(Origin::Mixed(place)),
        }
    }

    /// What `exec` and `match` give: the groups by their numbers with `index`, or `null`.
    pub(super) fn match_value(&mut self, found: Option<Match>, text: &str, place: Place, st: &mut State) -> Value {
        let Some(found) = found else { return Atom::Null.into() };
        let value = |group: Option<String>| group.map_or_else(Value::undefined, Value::text);
        let before = text.get(..found.range.start).unwrap_or_default();
        let mut named = Object::plain(place);
        for (name, group) in found.named {
            named.put(name.into(), value(group), place);
        }
        let named = Value::object(self.alloc(st, named));
        // An array with more properties than its elements is a plain object here.
        let mut result = Object::plain(place);
        result.put("length".into(), Value::number(found.groups.len() as f64), place);
        result.put("index".into(), Value::number(before.encode_utf16().count() as f64), place);
        result.put("input".into(), Value::text(text), place);
        result.put("groups".into(), named, place);
        for (index, group) in found.groups.into_iter().enumerate() {
            result.put(index.to_string().into(), value(group), place);
        }
        Value::object(self.alloc(st, result))
    }
}

/// How long a text may be for a pattern: each quantifier multiplies the ways in which the matcher may try, and one that
/// repeats a group raises them to a power.
fn longest_text(pattern: &str) -> usize {
    let (mut quantifiers, mut repeated_groups) = (0, 0);
    let mut before = '(';
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
            before = 'a';
            continue;
        }
        // `(?` begins a group, and `+?` is one quantifier.
        if matches!(c, '*' | '+' | '?' | '{') && !matches!(before, '(' | '*' | '+' | '?' | '}') {
            quantifiers += 1;
            repeated_groups += if before == ')' { 1 + usize::from(c == '{') * MAX_TEXT } else { 0 };
        }
        before = c;
    }
    match (repeated_groups, quantifiers) {
        (0, 0..=2) => MAX_TEXT,
        (0, 3) => 40,
        (0, 4) => 24,
        (0, 5..=8) | (1..=2, 0..=4) => 8,
        (0, _) | (_, 0..=8) => 4,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, longest_text};

    fn is_match(source: &str, flags: &str, text: &str) -> Option<bool> {
        Pattern { source: source.into(), flags: flags.into() }.matches(text, false).map(|m| !m.is_empty())
    }

    #[test]
    fn codes_are_matched_as_in_javascript() {
        assert_eq!(is_match("^(8000|6004)$", "", "6004"), Some(true));
        assert_eq!(is_match("^(8000|6004)$", "", "9000"), Some(false));
        assert_eq!(is_match("SUCCESS", "i", "success"), Some(true));
        assert_eq!(is_match("(", "", "9000"), None);
        assert_eq!(is_match("9", "y", "9000"), None);
    }

    #[test]
    fn patterns_that_try_many_ways_match_short_texts_only() {
        for pattern in ["^(8000|6004)$", "^\\d+$", "\\s+", "[?&]code=([^&]*)"] {
            assert_eq!(longest_text(pattern), 64, "{pattern}");
        }
        assert!(longest_text("^(a+)+$") < 12 && longest_text("(a?){30}a{30}") < 6 && longest_text("^(?:8000)?$") >= 4);
        assert!(longest_text(&"a*".repeat(40)) < 6 && longest_text(&"(a*)*".repeat(40)) == 0);
        assert_eq!(is_match("^(a+)+$", "", &"a".repeat(40)), None);
    }

    #[test]
    fn groups_are_found_with_their_names() {
        let pattern = Pattern { source: "(?<first>\\d)(0)(x)?".into(), flags: "g".into() };
        let found = pattern.matches("9080", true).unwrap_or_default();
        assert_eq!(found.iter().map(|m| m.range.clone()).collect::<Vec<_>>(), [0..2, 2..4]);
        assert_eq!(found[1].groups, [Some("80".to_owned()), Some("8".to_owned()), Some("0".to_owned()), None]);
        assert_eq!(found[0].named, [("first".to_owned(), Some("9".to_owned()))]);
    }
}
