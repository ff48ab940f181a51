//! Rust literals as text: strings, lists, options.

/// A string literal.
pub(super) fn text(value: &str) -> String {
    format!("{value:?}")
}

/// A slice of strings.
pub(super) fn texts(values: &[String]) -> String {
    list(values.iter().map(|v| text(v)))
}

/// A slice of literals that are written already.
pub(super) fn list(values: impl IntoIterator<Item = String>) -> String {
    format!("&[{}]", values.into_iter().collect::<Vec<_>>().join(", "))
}

/// An option of a literal that is written already.
pub(super) fn option(value: Option<String>) -> String {
    value.map_or_else(|| "None".to_owned(), |v| format!("Some({v})"))
}
