//! What stands in the place of a hole, length for length: blanks, or a name of letters that nobody writes.

use super::{Hole, HoleKind};

/// Letters of N'Ko, two bytes each, and syllables of Yi, three bytes each: together they fill any length from two on,
/// may stand in names, texts and patterns alike, and occur in no page about payments.
const TWO_BYTES: (u32, u32) = (0x07CA, 32);
const THREE_BYTES: (u32, u32) = (0xA000, 1024);

/// Whether a character stands in the place of a hole.
#[must_use]
pub fn is_filler(character: char) -> bool {
    let code = character as u32;
    [TWO_BYTES, THREE_BYTES].into_iter().any(|(first, count)| (first..first + count).contains(&code))
}

/// A text as people are shown it, without the letters that stand for holes.
#[must_use]
pub fn without_fillers(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        match is_filler(character) {
            false => clean.push(character),
            true if !clean.ends_with('…') => clean.push('…'),
            true => {}
        }
    }
    clean
}

/// A name of `length` bytes that stands for a hole's text: the same for the same text. One byte has room for none, and
/// becomes `_`.
#[must_use]
pub fn fill_name(text: &str, length: usize) -> String {
    let mut name = String::with_capacity(length);
    if length < 2 {
        return "_".repeat(length);
    }
    let mut hash = text
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    let mut letter = |(first, count): (u32, u32)| {
        hash = hash.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        char::from_u32(first + (hash >> 40) as u32 % count).unwrap_or('\u{7ca}')
    };
    if length % 2 == 1 {
        name.push(letter(THREE_BYTES));
    }
    while name.len() < length {
        name.push(letter(TWO_BYTES));
    }
    name
}

/// Blanks of the length of a text; line ends stay.
#[must_use]
pub fn blank_range(text: &str) -> String {
    let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
    text.bytes().map(blank).collect()
}

/// The text without its holes, as HTML is to be read: values are letters, all else is blank.
pub(super) fn hide(text: &str, holes: &[Hole]) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut at = 0;
    for hole in holes {
        let (start, end) = (hole.span.start as usize, hole.span.end as usize);
        let inside = text.get(start..end).unwrap_or_default();
        hidden.push_str(text.get(at..start).unwrap_or_default());
        match hole.kind {
            HoleKind::Value if !inside.contains(['\n', '\r']) => hidden.push_str(&fill_name(inside, inside.len())),
            HoleKind::Value => hidden.extend(inside.bytes().map(|byte| match byte {
                b'\n' | b'\r' => char::from(byte),
                _ => 'x',
            })),
            _ => hidden.push_str(&blank_range(inside)),
        }
        at = end;
    }
    hidden.push_str(text.get(at..).unwrap_or_default());
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_length_that_is_asked_for_and_the_text_decides_them() {
        for length in 2..40 {
            let name = fill_name("${a}", length);
            assert_eq!(name.len(), length);
            assert!(name.chars().all(is_filler), "{name}");
        }
        assert_eq!(fill_name("${a}", 9), fill_name("${a}", 9));
        assert_ne!(fill_name("${a}", 9), fill_name("${b}", 9));
        assert_eq!((fill_name("x", 1), fill_name("", 0)), ("_".to_owned(), String::new()));
    }
}
