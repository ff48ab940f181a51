//! Elements in the pass over the bytes: their text is no code.

use super::frame::Kind;
use super::scanner::{Before, Scanner};
use super::words::is_word_byte;
use crate::syntax::scan::end_of_comment;

impl Scanner<'_> {
    /// Whether the `<` at hand begins an element and not a type parameter.
    pub(super) fn begins_element(&self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default().trim_ascii_start();
        let name = rest.iter().take_while(|&&b| is_word_byte(b) || matches!(b, b'.' | b'-' | b':')).count();
        let behind = rest.get(name..).unwrap_or_default().trim_ascii_start();
        let is_parameter = self.grammar.types && (behind.starts_with(b",") || behind.starts_with(b"extends "));
        (name > 0 || rest.starts_with(b">")) && !is_parameter
    }

    /// One token inside `<a …>`.
    pub(super) fn jsx_tag(&mut self) {
        match self.peek(0) {
            b'/' if self.peek(1) == b'>' => self.end_element(2),
            b'/' if matches!(self.peek(1), b'/' | b'*') => self.at = end_of_comment(self.bytes, self.at),
            b'>' if self.top.angles > 0 => {
                self.top.angles -= 1;
                self.at += 1;
            }
            b'>' => {
                self.top.kind = Kind::JsxText;
                self.at += 1;
            }
            b'{' => {
                self.open(Kind::Braces);
                self.step(1, Before::Operator);
            }
            // The type arguments of a component follow its name at once, an element as a value follows `=`.
            b'<' if self.at > 0 && self.bytes.get(self.at - 1).is_some_and(|&b| is_word_byte(b)) => {
                self.top.angles += 1;
                self.limit_levels();
                self.at += 1;
            }
            b'<' => {
                self.open(Kind::JsxTag);
                self.at += 1;
            }
            quote @ (b'"' | b'\'') => {
                self.tokens += 1;
                let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
                self.at += memchr::memchr(quote, rest).map_or(rest.len() + 1, |end| end + 2);
            }
            byte => {
                self.tokens += u32::from(byte.is_ascii_whitespace());
                self.at += 1;
            }
        }
    }

    /// The text between tags, up to the next tag or braces.
    pub(super) fn jsx_text(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr2(b'<', b'{', rest).unwrap_or(rest.len());
        match (self.peek(0), self.peek(1)) {
            (b'{', _) => {
                self.open(Kind::Braces);
                self.step(1, Before::Operator);
            }
            (b'<', b'/') => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let length = memchr::memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
                self.end_element(length);
            }
            (b'<', _) => {
                self.open(Kind::JsxTag);
                self.at += 1;
            }
            _ => {}
        }
    }

    fn end_element(&mut self, length: usize) {
        self.close();
        self.step(length, Before::Operand);
    }
}
