//! Text of analysed files made safe to print: what would steer a terminal, reorder a line or hide in it is
//! shown by its code point instead.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::analysis::GAP;

/// `text` on one line: line ends and tabs as spaces, everything that can't be seen as `<U+202E>`.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            _ => push_visible(&mut out, c),
        }
    }
    Cow::Owned(out)
}

/// A text of the analysis, made safe: as [`visible`], and `gap` for each part that is not known.
#[must_use]
pub fn known(text: &str, gap: &str) -> String {
    visible(text).replace(GAP, gap)
}

/// Whether all of a text can surely be seen: printable ASCII.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Adds one character, or its code point where it can't be seen.
pub fn push_visible(out: &mut String, c: char) {
    if is_hidden(c) {
        let _ = write!(out, "<U+{:04X}>", u32::from(c));
    } else {
        out.push(c);
    }
}

/// Control characters (C0, DEL, C1), line separators, format characters (bidirectional controls, joiners, tags,
/// byte-order marks) and fillers without a glyph.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
            | '\u{115f}'..='\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::{known, visible};

    #[test]
    fn shows_what_would_steer_the_terminal() {
        assert_eq!(visible("a\u{1b}]0;x\u{7}b\u{9b}2J"), "a<U+001B>]0;x<U+0007>b<U+009B>2J");
        assert_eq!(visible("if (x \u{202e}\u{2066}// ok\u{2069}"), "if (x <U+202E><U+2066>// ok<U+2069>");
        assert_eq!(visible("pay\u{200b}load\u{feff}"), "pay<U+200B>load<U+FEFF>");
    }

    #[test]
    fn shows_unknown_parts() {
        assert_eq!(known("/return?trade=\u{fffc}", "..."), "/return?trade=...");
    }

    #[test]
    fn keeps_what_people_write() {
        assert_eq!(visible("支付失败😀 é"), "支付失败😀 é");
        assert_eq!(visible("two\r\nlines\tand a tab"), "two  lines and a tab");
    }
}
