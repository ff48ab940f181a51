//! The form in which texts are matched against phrases, so that script, width, case, marks and markup make no difference.

use crate::api::LEXICON;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// The text in the form in which phrases are matched: simplified, half width, lower case, markup taken out; each Latin
/// word between spaces of its own; `,` for a mark that ends a clause and `?` for a question.
pub(super) fn normalise(text: &str) -> String {
    let simplified = simplify(text);
    let mut out = String::with_capacity(simplified.len() + 16);
    let mut in_word = false;
    let mut chars = simplified.chars().peekable();
    while let Some(c) = chars.next() {
        let c = half_width(c);
        let joins = c == '\'' && in_word && chars.peek().is_some_and(char::is_ascii_alphabetic);
        if c.is_ascii_alphanumeric() || joins {
            if !in_word {
                out.push(' ');
            }
            in_word = true;
            out.push(c.to_ascii_lowercase());
            continue;
        }
        if in_word {
            out.push(' ');
            in_word = false;
        }
        match c {
            '<' if chars.peek().is_some_and(|&next| next == '/' || next.is_ascii_alphabetic()) => {
                // A tag: nothing of it is read.
                chars.by_ref().find(|&c| c == '>');
            }
            '?' => out.push('?'),
            ',' | '.' | '!' | ';' | ':' | '。' | '、' | '…' | '/' | '|' | '\n' => out.push(','),
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    if in_word {
        out.push(' ');
    }
    out
}

/// ASCII for its full-width form.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2019}' => '\'',
        c => c,
    }
}

/// Simplified characters for traditional ones.
fn simplify(text: &str) -> String {
    struct Table {
        words: Vec<(&'static str, &'static str)>,
        characters: FxHashMap<char, &'static str>,
    }
    static TABLE: OnceLock<Table> = OnceLock::new();
    if text.is_ascii() {
        return text.to_owned();
    }
    let table = TABLE.get_or_init(|| {
        let mut table = Table { words: Vec::new(), characters: FxHashMap::default() };
        for &(from, to) in LEXICON.traditional {
            let mut chars = from.chars();
            match (chars.next(), chars.next()) {
                (Some(only), None) => {
                    table.characters.insert(only, to);
                }
                _ => table.words.push((from, to)),
            }
        }
        table
    });
    let mut text = text.to_owned();
    for (from, to) in &table.words {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match table.characters.get(&c) {
            Some(simple) => out.push_str(simple),
            None => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn marks_and_markup_and_width_make_no_difference() {
        assert_eq!(normalise("「支付 失敗」！"), "支付失败,");
        assert_eq!(normalise("<b class='x'>已支付</b>"), "已支付");
        assert_eq!(normalise("ＰＡＩＤ？"), " paid ?");
        assert_eq!(normalise("a < b"), " a  b ");
    }

    #[test]
    fn words_stand_between_spaces_of_their_own() {
        assert_eq!(normalise("Payment failed."), " payment  failed ,");
        assert_eq!(normalise("didn’t pay-now 'x'"), " didn't  pay  now  x ");
        assert_eq!(normalise("支付OK"), "支付 ok ");
    }

    #[test]
    fn cut_off_markup_ends_the_text() {
        assert_eq!(normalise("已支付<b"), "已支付");
        assert_eq!(normalise(""), "");
    }
}
