//! How code is written, in a few words: excerpts of the source on one line.

use crate::eval::Place;
use crate::project::Project;

/// Longer excerpts are cut (in characters).
const MAX_EXCERPT: usize = 60;

/// The code at a place on one line, shortened at its end.
#[must_use]
pub fn excerpt(project: &Project, place: Place) -> String {
    let file = project.file(project.scripts[place.script.index()].file);
    let text = file.text.get(place.span.start as usize..place.span.end as usize).unwrap_or("");
    shorten(text)
}

/// A text on one line, shortened at its end.
pub(in crate::eval) fn shorten(text: &str) -> String {
    let mut out = String::with_capacity(MAX_EXCERPT);
    let mut room = MAX_EXCERPT;
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
            room = room.saturating_sub(1);
        }
        if let Some((end, _)) = word.char_indices().nth(room) {
            out.push_str(&word[..end]);
            out.push('…');
            return out;
        }
        out.push_str(word);
        room -= word.chars().count();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(shorten("toast(\n   '支付失败'\n)"), "toast( '支付失败' )");
        let long = shorten(&"支付".repeat(100));
        assert_eq!(long.chars().count(), 61);
        assert!(long.ends_with('…'));
    }
}
