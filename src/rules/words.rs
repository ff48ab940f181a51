//! Small helpers for messages.

/// `one`, or `many` for more than one.
pub(super) const fn plural<'t>(count: usize, one: &'t str, many: &'t str) -> &'t str {
    if count > 1 { many } else { one }
}

/// Words as a list: "a", "a and b", "a, b and c".
pub(super) fn join_words(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A text of at most so many characters; what is cut off is shown by `…`.
pub(super) fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{join_words, shorten};

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shorten("支付失败", 4), "支付失败");
        assert_eq!(shorten("支付失败了", 4), "支付失败…");
    }

    #[test]
    fn lists_read_well() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(join_words(&words[..1], "and"), "a");
        assert_eq!(join_words(&words[..2], "or"), "a or b");
        assert_eq!(join_words(&words, "and"), "a, b and c");
    }
}
