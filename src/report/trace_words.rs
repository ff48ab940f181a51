//! The words of a trace that its formats share: values as a reader would tell them, and what a step is.

use super::escape::known;
use super::table::cut;
use crate::analysis::{AtomNote, LaterKind, UnknownFrom, ValueNote};

/// Columns of a text, a name or an excerpt within a value; longer ones are cut.
const PART: usize = 40;

/// A value in words: `'8000'`, ``what `getOrder()` returned``.
pub(super) fn value_in_words(value: &ValueNote, ellipsis: &str) -> String {
    let alternatives: Vec<String> = value.alternatives.iter().map(|a| atom(a, ellipsis)).collect();
    alternatives.join(" or ")
}

fn atom(atom: &AtomNote, ellipsis: &str) -> String {
    match atom {
        AtomNote::Literal(word) => word.clone(),
        AtomNote::Text(text) => format!("'{}'", part(text, ellipsis)),
        AtomNote::Result(Some(code)) => format!("the result with {}", part(code, ellipsis)),
        AtomNote::Result(None) => "the result".to_owned(),
        AtomNote::Object(fields, more) => object(fields, *more, ellipsis),
        AtomNote::List(None) => "an array".to_owned(),
        AtomNote::List(Some(0)) => "an empty array".to_owned(),
        AtomNote::List(Some(1)) => "an array of 1 element".to_owned(),
        AtomNote::List(Some(count)) => format!("an array of {count} elements"),
        AtomNote::Function(Some(name)) => format!("the function {}", part(name, ellipsis)),
        AtomNote::Function(None) => "a function".to_owned(),
        AtomNote::Error(name, Some(text)) => format!("{}('{}')", part(name, ellipsis), part(text, ellipsis)),
        AtomNote::Error(name, None) => format!("{}({ellipsis})", part(name, ellipsis)),
        AtomNote::Promise => "a promise".to_owned(),
        AtomNote::Other(what) => format!("{} {what}", if what.starts_with('o') { "an" } else { "a" }),
        AtomNote::Unknown(from, text) => unknown(from, text, ellipsis),
    }
}

fn object(fields: &[(String, AtomNote)], more: bool, ellipsis: &str) -> String {
    let mut parts: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}: {}", part(name, ellipsis), atom(value, ellipsis))).collect();
    if more {
        parts.push(ellipsis.to_owned());
    }
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}

/// An unknown, told by where it comes from.
fn unknown(from: &UnknownFrom, text: &str, ellipsis: &str) -> String {
    let quoted = match text {
        "" => "a value".to_owned(),
        _ => format!("`{}`", part(text, ellipsis)),
    };
    match from {
        UnknownFrom::Global => format!("the global {quoted}, not at hand"),
        UnknownFrom::Import(module) => format!("{quoted} of '{}', not at hand", part(module, ellipsis)),
        UnknownFrom::Parameter => format!("{quoted}, given by a caller who is not at hand"),
        UnknownFrom::Property | UnknownFrom::Computed => format!("{quoted}, unknown"),
        UnknownFrom::Call => format!("what {quoted} returned, not at hand"),
        UnknownFrom::Answer => format!("what {quoted} answered"),
        UnknownFrom::ResultField => format!("the result's {quoted}, unknown"),
        UnknownFrom::UndocumentedCode => "a code that nobody documented".to_owned(),
        UnknownFrom::ResultText => "the whole result as text".to_owned(),
        UnknownFrom::Test { negated: false } => format!("whether {quoted} holds, unknown"),
        UnknownFrom::Test { negated: true } => format!("whether {quoted} does not hold, unknown"),
        UnknownFrom::TypeOf => format!("the type of {quoted}, unknown"),
        UnknownFrom::Dynamic => format!("{quoted}, whose name or object is not known"),
        UnknownFrom::Element => format!("an element of {quoted}, unknown"),
        UnknownFrom::Bound => format!("{quoted}, too long or too deep to follow"),
    }
}

fn part(text: &str, ellipsis: &str) -> String {
    cut(&known(text, ellipsis), PART, ellipsis)
}

/// Why a function runs that no call expression calls, as documents name it.
pub(super) const fn later_name(later: LaterKind) -> &'static str {
    match later {
        LaterKind::Callback => "callback",
        LaterKind::Reaction => "reaction",
        LaterKind::UserChoice => "user-choice",
        LaterKind::Server => "server",
        LaterKind::Perhaps => "perhaps",
        LaterKind::Later => "later",
    }
}

/// The same before a function's name, for people.
pub(super) const fn later_in_words(later: Option<LaterKind>) -> &'static str {
    match later {
        None => "calls",
        Some(LaterKind::Callback) => "the result goes to",
        Some(LaterKind::Reaction) => "the promise's reaction runs:",
        Some(LaterKind::UserChoice) => "if the customer chooses so:",
        Some(LaterKind::Server) => "depending on what the server answers:",
        Some(LaterKind::Perhaps) => "a function that is not at hand may call",
        Some(LaterKind::Later) => "later:",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(atom: AtomNote) -> String {
        value_in_words(&ValueNote { alternatives: vec![atom], of_result: false }, "…")
    }

    #[test]
    fn values_are_told_as_code_writes_them() {
        assert_eq!(words(AtomNote::Text("支付失败".to_owned())), "'支付失败'");
        let fields = vec![("type".to_owned(), AtomNote::Text("fail".to_owned()))];
        assert_eq!(words(AtomNote::Object(fields, true)), "{ type: 'fail', … }");
        assert_eq!(words(AtomNote::Object(vec![], false)), "{}");
        let either = ["true", "false"].map(|w| AtomNote::Literal(w.to_owned())).to_vec();
        assert_eq!(value_in_words(&ValueNote { alternatives: either, of_result: true }, "…"), "true or false");
    }

    #[test]
    fn unknown_values_are_told_by_where_they_come_from() {
        let unknown = |from, text: &str| words(AtomNote::Unknown(from, text.to_owned()));
        assert_eq!(unknown(UnknownFrom::Call, "getOrder()"), "what `getOrder()` returned, not at hand");
        assert_eq!(unknown(UnknownFrom::Property, "order.id"), "`order.id`, unknown");
        assert_eq!(unknown(UnknownFrom::Computed, ""), "a value, unknown");
        assert_eq!(unknown(UnknownFrom::Import("./x".to_owned()), "isVip"), "`isVip` of './x', not at hand");
    }

    #[test]
    fn hidden_characters_and_long_texts_do_no_harm() {
        let text = words(AtomNote::Text(format!("\u{1b}[2J{}", "支付".repeat(100))));
        assert!(text.starts_with("'<U+001B>[2J支付") && text.ends_with("…'"), "{text}");
        assert!(crate::report::table::width(&text) <= PART + 2, "{text}");
    }
}
