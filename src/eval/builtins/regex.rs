//! Regular expressions on known texts.

use regress::Regex;

/// Longer texts and patterns are not matched: the matcher backtracks.
const MAX_TEXT: usize = 64;
const MAX_PATTERN: usize = 256;

/// Whether a pattern matches a text; none where that is not found out.
pub(super) fn is_match(pattern: &str, flags: &str, text: &str) -> Option<bool> {
    if pattern.len() > MAX_PATTERN || text.len() > MAX_TEXT {
        return None;
    }
    // `g` and `y` make a match depend on the one before.
    if flags.contains('y') {
        return None;
    }
    let regex = Regex::with_flags(pattern, flags.replace('g', "").as_str()).ok()?;
    Some(regex.find(text).is_some())
}

#[cfg(test)]
mod tests {
    use super::is_match;

    #[test]
    fn codes_are_matched_as_in_javascript() {
        assert_eq!(is_match("^(8000|6004)$", "", "6004"), Some(true));
        assert_eq!(is_match("^(8000|6004)$", "", "9000"), Some(false));
        assert_eq!(is_match("SUCCESS", "i", "success"), Some(true));
        assert_eq!(is_match("(", "", "9000"), None);
        assert_eq!(is_match("9", "y", "9000"), None);
    }
}
