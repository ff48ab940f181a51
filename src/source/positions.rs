//! From offsets in decoded text to lines, columns and stored offsets: the only place where units are converted.
//!
//! Lines end with LF, CRLF or a lone CR, as editors count them; U+2028 and U+2029 end no line.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::stored::StoredMap;
use crate::ir::Span;

/// A line of a file, from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Line(pub u32);

/// A column as editors count: UTF-16 units, from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Utf16Column(pub u32);

/// A byte offset in the file as stored, from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StoredOffset(pub u64);

/// A line and a column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Point {
    /// The line.
    pub line: Line,
    /// The column within it.
    pub column: Utf16Column,
}

/// How many bytes lie between two counts of UTF-16 units: keeps columns cheap in bundles of one line.
const MARK_BYTES: usize = 1024;

/// A file's text with the means to convert offsets. Lines are looked for when first asked for.
#[derive(Clone, Default)]
pub struct Positions {
    text: Arc<str>,
    stored: StoredMap,
    index: OnceLock<Index>,
}

#[derive(Clone)]
struct Index {
    /// Where each line starts; the first is 0.
    line_starts: Vec<u32>,
    /// How many UTF-16 units lie before each multiple of `MARK_BYTES`; empty where no line is longer than that.
    marks: Vec<u32>,
}

impl Positions {
    /// The positions of a file.
    #[must_use]
    pub const fn new(text: Arc<str>, stored: StoredMap) -> Self {
        Self { text, stored, index: OnceLock::new() }
    }

    /// The decoded text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of an offset. One past the end, inside a character or inside a line end is taken back
    /// to the nearest place where a cursor can stand.
    #[must_use]
    pub fn point(&self, offset: u32) -> Point {
        let index = self.index();
        let offset = self.boundary(offset);
        let line = index.line_of(offset);
        let (start, end) = self.line_bounds(line);
        let column = self.units_between(start, offset.min(end));
        Point { line: Line(line as u32 + 1), column: Utf16Column(column + 1) }
    }

    /// The stored offset of an offset, taken back to the nearest character like `point`.
    #[must_use]
    pub fn stored(&self, offset: u32) -> StoredOffset {
        StoredOffset(self.stored.stored(self.boundary(offset)))
    }

    /// The range of a line without its end; none: there is no such line.
    #[must_use]
    pub fn line_span(&self, line: Line) -> Option<Span> {
        let line = (line.0 as usize).checked_sub(1)?;
        if line >= self.index().line_starts.len() {
            return None;
        }
        let (start, end) = self.line_bounds(line);
        Some(Span::new(start, end))
    }

    /// How many lines there are; after the last line end there is one more, empty line.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        self.index().line_starts.len() as u32
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(self.text.as_bytes()))
    }

    fn boundary(&self, offset: u32) -> u32 {
        self.text.floor_char_boundary(offset as usize) as u32
    }

    /// Where a line, counted from 0, starts, and where its text ends.
    fn line_bounds(&self, line: usize) -> (u32, u32) {
        let starts = &self.index().line_starts;
        let all = self.text.len() as u32;
        let start = starts.get(line).copied().unwrap_or(all);
        let next = starts.get(line + 1).copied().unwrap_or(all);
        let text = self.text.get(start as usize..next as usize).unwrap_or_default();
        let content = match starts.get(line + 1) {
            Some(_) => text.strip_suffix("\r\n").or_else(|| text.strip_suffix(['\n', '\r'])).unwrap_or(text),
            None => text,
        };
        (start, start + content.len() as u32)
    }

    /// How many UTF-16 units lie between two places of a line. It looks at no more than two times `MARK_BYTES`.
    fn units_between(&self, start: u32, end: u32) -> u32 {
        let (start, end) = (start as usize, end as usize);
        if end.saturating_sub(start) <= MARK_BYTES {
            return units(self.text.as_bytes().get(start..end).unwrap_or_default());
        }
        self.units_before(end).saturating_sub(self.units_before(start))
    }

    fn units_before(&self, offset: usize) -> u32 {
        let mark = offset / MARK_BYTES;
        let before = self.index().marks.get(mark).copied().unwrap_or_default();
        before + units(self.text.as_bytes().get(mark * MARK_BYTES..offset).unwrap_or_default())
    }
}

impl Index {
    fn new(text: &[u8]) -> Self {
        let mut line_starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            let carriage_return_of_pair = text.get(at..at + 2) == Some(b"\r\n");
            if !carriage_return_of_pair {
                line_starts.push(at as u32 + 1);
            }
        }
        let marks = if has_long_line(&line_starts, text.len()) { marks(text) } else { Vec::new() };
        Self { line_starts, marks }
    }

    fn line_of(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }
}

fn has_long_line(line_starts: &[u32], text_length: usize) -> bool {
    let ends = line_starts.iter().skip(1).map(|&start| start as usize).chain([text_length]);
    line_starts.iter().zip(ends).any(|(&start, end)| end - start as usize > MARK_BYTES)
}

fn marks(text: &[u8]) -> Vec<u32> {
    let mut marks = vec![0];
    let mut count = 0;
    for block in text.chunks(MARK_BYTES) {
        count += units(block);
        marks.push(count);
    }
    marks
}

/// How many UTF-16 units the characters that begin in these bytes take: two where UTF-8 takes four bytes.
fn units(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return bytes.len() as u32;
    }
    bytes.iter().map(|&byte| u32::from(byte & 0xC0 != 0x80) + u32::from(byte >= 0xF0)).sum()
}

impl fmt::Debug for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Positions").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(text: &str) -> Positions {
        Positions::new(text.into(), StoredMap::default())
    }

    fn at(positions: &Positions, offset: u32) -> (u32, u32) {
        let point = positions.point(offset);
        (point.line.0, point.column.0)
    }

    #[test]
    fn lines_end_with_lf_crlf_and_cr() {
        let positions = positions("a\nb\r\nc\rd\n\re");
        assert_eq!(positions.line_count(), 6);
        let lines: Vec<&str> = (1..=6)
            .filter_map(|line| positions.line_span(Line(line)))
            .map(|span| &positions.text()[span.start as usize..span.end as usize])
            .collect();
        assert_eq!(lines, ["a", "b", "c", "d", "", "e"]);
        assert_eq!(positions.line_span(Line(0)), None);
        assert_eq!(positions.line_span(Line(7)), None);
    }

    #[test]
    fn line_and_paragraph_separators_end_no_line() {
        let positions = positions("'\u{2028}\u{2029}'");
        assert_eq!(positions.line_count(), 1);
        assert_eq!(at(&positions, 7), (1, 4));
    }

    #[test]
    fn columns_count_utf16_units_and_tabs_as_one() {
        let positions = positions("\t支付😀x\n");
        let columns: Vec<u32> = [0, 1, 4, 7, 11, 12].iter().map(|&offset| at(&positions, offset).1).collect();
        assert_eq!(columns, [1, 2, 3, 4, 6, 7]);
        assert_eq!(at(&positions, 13), (2, 1));
    }

    #[test]
    fn offsets_without_a_place_are_taken_back() {
        let positions = positions("é\r\n支");
        assert_eq!(at(&positions, 1), (1, 1), "inside a character");
        assert_eq!(at(&positions, 2), (1, 2));
        assert_eq!(at(&positions, 3), (1, 2), "between CR and LF");
        assert_eq!(at(&positions, 5), (2, 1));
        assert_eq!(at(&positions, u32::MAX), (2, 2), "past the end");
        assert_eq!(positions.stored(u32::MAX), StoredOffset(7));
        assert_eq!(positions.stored(5), StoredOffset(4));
    }

    #[test]
    fn nothing_has_one_empty_line() {
        let positions = Positions::default();
        assert_eq!(at(&positions, 5), (1, 1));
        assert_eq!(positions.line_span(Line(1)), Some(Span::new(0, 0)));
        assert_eq!(positions.line_count(), 1);
    }

    /// Counts as the definition says, character by character.
    fn slow_point(text: &str, offset: usize) -> (u32, u32) {
        let (mut line, mut column, mut last) = (1, 1, ' ');
        for (at, character) in text.char_indices() {
            if at >= offset {
                break;
            }
            if character == '\n' && last == '\r' {
                // The pair has ended its line already.
            } else if matches!(character, '\n' | '\r') {
                (line, column) = (line + 1, 1);
            } else {
                column += character.len_utf16() as u32;
            }
            last = character;
        }
        (line, column)
    }

    #[test]
    fn random_texts_agree_with_the_slow_count() {
        let alphabet = ['a', '\t', '\n', '\r', '支', 'é', '😀', '\u{2028}', '\u{FEFF}'];
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for round in 0..40 {
            let mut text = String::new();
            for _ in 0..(if round == 0 { 9000 } else { 150 }) {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let few_line_ends = if round == 0 { 4 } else { 0 };
                text.push(alphabet[few_line_ends + state as usize % (alphabet.len() - few_line_ends)]);
            }
            let positions = positions(&text);
            for (offset, _) in text.char_indices().step_by(if round == 0 { 97 } else { 1 }) {
                if text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
                    continue;
                }
                assert_eq!(at(&positions, offset as u32), slow_point(&text, offset), "{text:?} at {offset}");
            }
        }
    }
}
