//! A rule's page on a terminal: headings in bold, code fences kept as they are, links with their address.
//! It knows the little Markdown that the pages use, and lays nothing out anew.

use std::io::{self, Write};

use super::{Look, Paint};

/// Writes a page.
///
/// # Errors
/// What the writer says.
pub fn write(page: &str, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(look.color);
    let mut fence = None;
    for line in page.trim().lines() {
        match (fence, fence_of(line)) {
            (None, Some(mark)) => {
                fence = Some(mark);
                writeln!(out, "{}", paint.dim(line))?;
            }
            (Some(open), Some(mark)) if mark == open => {
                fence = None;
                writeln!(out, "{}", paint.dim(line))?;
            }
            (Some(_), _) => writeln!(out, "{line}")?,
            (None, None) => writeln!(out, "{}", prose(line, paint))?,
        }
    }
    Ok(())
}

/// The mark that opens or closes a code block, if the line is one.
fn fence_of(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark))
}

fn prose(line: &str, paint: Paint) -> String {
    let title = line.trim_start_matches('#');
    if title.len() < line.len() && title.starts_with(' ') {
        return paint.bold(line);
    }
    inline(line, paint)
}

/// Code spans, bold words and links; everything else as it stands.
fn inline(line: &str, paint: Paint) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (shown, length) = code_span(from, paint)
            .or_else(|| bold(from, paint))
            .or_else(|| link(from))
            .unwrap_or_else(|| (from.chars().take(1).collect(), 1));
        out.push_str(&shown);
        rest = from.get(length..).unwrap_or_default();
    }
    out + rest
}

/// A code span keeps its marks: without colours they are all that shows it.
fn code_span(from: &str, paint: Paint) -> Option<(String, usize)> {
    let code = from.strip_prefix('`')?.split_once('`')?.0;
    let length = code.len() + 2;
    Some((paint.cyan(from.get(..length)?), length))
}

fn bold(from: &str, paint: Paint) -> Option<(String, usize)> {
    let text = from.strip_prefix("**")?.split_once("**")?.0;
    Some((paint.bold(text), text.len() + 4))
}

fn link(from: &str) -> Option<(String, usize)> {
    let (text, after) = from.strip_prefix('[')?.split_once("](")?;
    let target = after.split_once(')')?.0;
    Some((format!("{text} ({target})"), text.len() + target.len() + 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::text;

    const PAGE: &str = "# Title\n\nUse `a*b*c` and **two words**, see [docs](https://example.org/x).\n\n```js\n# [not](a link) **here**\n```\n";

    fn shown(color: bool) -> String {
        text(|out| write(PAGE, Look { color, unicode: true }, out))
    }

    #[test]
    fn plain_pages_stay_readable() {
        assert_eq!(
            shown(false),
            "# Title\n\nUse `a*b*c` and two words, see docs (https://example.org/x).\n\n```js\n# [not](a link) **here**\n```\n"
        );
    }

    #[test]
    fn headings_are_bold_and_code_is_untouched() {
        let page = shown(true);
        assert!(page.starts_with("\u{1b}[1m# Title\u{1b}[0m\n"), "{page:?}");
        assert!(page.contains("\n# [not](a link) **here**\n"), "{page:?}");
    }

    #[test]
    fn marks_without_an_end_stay() {
        assert_eq!(inline("a * b [c] `d **e", Paint::new(false)), "a * b [c] `d **e");
    }
}
