//! Small looks at the text itself, for places that the parser's tree does not keep.

/// The first offset at or after `from` that is neither a blank nor in a comment.
pub(super) fn skip_trivia(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        match rest {
            [b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c, ..] => at += 1,
            [b'/', b'/' | b'*', ..] => at = end_of_comment(bytes, at),
            [0x80..=0xff, ..] => match text.get(at..).and_then(|rest| rest.chars().next()) {
                Some(blank) if blank.is_whitespace() || blank == '\u{feff}' => at += blank.len_utf8(),
                _ => return at,
            },
            _ => return at,
        }
    }
}

/// Where the comment at `start` ends: a line's before the end of its line.
pub(super) fn end_of_comment(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = match rest {
        [b'/', b'*', inside @ ..] => memchr::memmem::find(inside, b"*/").map(|end| end + 4),
        _ => memchr::memchr2(b'\n', b'\r', rest),
    };
    start + length.unwrap_or(rest.len())
}

/// The offset of `token` at or after `from`, where nothing but blanks, comments and closing brackets stand between.
pub(super) fn find_token(text: &str, from: usize, token: &str) -> Option<usize> {
    let mut at = from;
    loop {
        at = skip_trivia(text, at);
        let rest = text.get(at..)?;
        if rest.starts_with(token) {
            return Some(at);
        }
        if !rest.starts_with([')', ';']) {
            return None;
        }
        at += 1;
    }
}

/// The part of `start..end` that is on the first line that holds anything, without blanks at its ends.
pub(super) fn on_one_line(text: &str, start: usize, end: usize) -> (usize, usize) {
    let part = text.get(start..end).unwrap_or_default();
    let trimmed = part.trim_start();
    let start = start + part.len() - trimmed.len();
    let line = trimmed.split(['\n', '\r', '\u{2028}', '\u{2029}']).next().unwrap_or_default().trim_end();
    (start, start + line.len())
}

#[cfg(test)]
mod tests {
    use super::{find_token, on_one_line, skip_trivia};

    #[test]
    fn skips_blanks_and_comments() {
        assert_eq!(skip_trivia("a /* b */ // c\n\u{a0} d", 1), 18);
        assert_eq!(skip_trivia("a /* b", 1), 6);
    }

    #[test]
    fn finds_a_token_behind_comments_and_brackets() {
        assert_eq!(find_token("x /* else */ else y", 1, "else"), Some(13));
        assert_eq!(find_token("case (1) : y", 7, ":"), Some(9));
        assert_eq!(find_token("x y else", 1, "else"), None);
    }

    #[test]
    fn cuts_at_the_end_of_the_line() {
        assert_eq!(on_one_line("a\n  bc \n d", 1, 10), (4, 6));
    }
}
