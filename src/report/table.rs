//! Columns on a terminal: the width of texts in cells, padding and cutting.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many cells a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text, filled with spaces up to `columns` cells; longer texts stay whole.
#[must_use]
pub fn cell(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text in at most `columns` cells; what is cut off is shown by `mark`.
#[must_use]
pub fn cut(text: &str, columns: usize, mark: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(width(mark));
    let mut used = 0;
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= room
    });
    kept.collect::<String>() + mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_cells_and_not_characters() {
        assert_eq!(cell("支付", 6), "支付  ");
        assert_eq!(cell("pay", 2), "pay");
        assert_eq!(cut("支付失败", 5, "…"), "支付…");
        assert_eq!(cut("支付失败", 8, "…"), "支付失败");
    }
}
