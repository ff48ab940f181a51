//! `${x}` and `#{x}` of expression languages, and what Thymeleaf writes into scripts.

use super::HoleKind;
use super::dialect::Dialects;
use super::scan::{LONGEST, Scan};

/// `${x}`, `#{x}`, `${{x}}`.
pub(super) fn braced(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if scan.byte(at + 1)? != b'{' {
        return None;
    }
    let end = scan.balanced(at + 1)?;
    scan.likely(at, end, HoleKind::Value)
}

/// `\${x}`, which the server hands on as `${x}`.
pub(super) fn escaped(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let dollar = scan.starts(at + 1, "${");
    let hash = scan.starts(at + 1, "#{") && scan.has(Dialects::HASH);
    // In a file of no template language it is JavaScript's own.
    if !(dollar || hash) || scan.before(at) == Some(b'\\') || scan.has(Dialects::THYMELEAF) {
        return None;
    }
    scan.sure(at, at + 1, HoleKind::Void)?;
    Some(at + 3)
}

const fn is_sigil(byte: u8) -> bool {
    matches!(byte, b'$' | b'#' | b'@' | b'*' | b'~')
}

/// `[[${x}]]`, `[(${x})]`, `[# th:if="${x}"] … [/]`.
pub(super) fn inlined(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let second = scan.byte(at + 1)?;
    if matches!(second, b'[' | b'(') {
        let end = value_end(scan, at)?;
        return scan.sure(at, end, HoleKind::Value);
    }
    if scan.starts(at, "[# ") || scan.starts(at, "[#th:") {
        let end = scan.tag_end(at + 2, b']')?;
        let tag = scan.part(at, end);
        if tag.ends_with("/]") {
            let writes = ["th:text", "th:utext"].iter().any(|name| tag.contains(name));
            return scan.sure(at, end, if writes { HoleKind::Value } else { HoleKind::Void });
        }
        return scan.sure(at, end, HoleKind::Open(1));
    }
    if scan.starts(at, "[/]") || scan.starts(at, "[/th:") {
        let end = scan.find(at, "]")? + 1;
        return scan.sure(at, end, HoleKind::Close(1));
    }
    None
}

/// The end of `[[${x}]]` or `[(${x})]`.
fn value_end(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let inside = scan.skip_blanks(at + 2);
    let is_value = is_sigil(scan.byte(inside)?) && scan.byte(inside + 1) == Some(b'{');
    let is_text = scan.byte(inside) == Some(b'|');
    if !is_value && !is_text {
        return None;
    }
    let closer = if scan.byte(at + 1) == Some(b'[') { "]]" } else { ")]" };
    let end = scan.balanced(at)?;
    scan.part(at, end).ends_with(closer).then_some(end)
}

/// A comment that Thymeleaf reads: `/*[[${x}]]*/ 'default'`, `/*[# th:if="…"]*/`, `/*[+ … +]*/`, `/*[- */ … /* -]*/`.
pub(super) fn natural(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if !scan.starts(at, "/*[") {
        return None;
    }
    let inside = at + 2;
    match scan.byte(inside + 1)? {
        b'[' | b'(' => {
            let end = value_end(scan, inside)?;
            let end = scan.starts(end, "*/").then_some(end + 2)?;
            let end = end_of_default(scan.bytes, end);
            scan.sure(at, end, HoleKind::Value)
        }
        b'#' | b'/' => {
            let end = inlined(scan, inside)?;
            if !scan.starts(end, "*/") {
                return Some(end);
            }
            // The hole is the whole comment.
            let hole = scan.holes.pop()?;
            scan.sure(at, end + 2, hole.kind)
        }
        b'+' => scan.sure(at, at + 4, HoleKind::Void),
        b'-' => {
            let end = scan.find(at, "-]*/")? + 4;
            scan.sure(at, end, HoleKind::Void)
        }
        _ => None,
    }
}

/// The `+]*/` that ends what only the server sees.
pub(super) fn end_of_added(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if !scan.starts(at, "+]*/") {
        return None;
    }
    scan.sure(at, at + 4, HoleKind::Void)
}

/// Where the value ends that stands behind a natural template for those who open the file without a server.
fn end_of_default(bytes: &[u8], start: usize) -> usize {
    let bytes = bytes.get(..bytes.len().min(start + LONGEST)).unwrap_or_default();
    let (mut at, mut depth, mut last) = (start, 0_i32, start);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => return last,
            b')' | b']' | b'}' => depth -= 1,
            b';' | b',' | b'\n' | b'\r' | b'`' if depth == 0 => return last,
            b'/' if bytes.get(at + 1) == Some(&b'/') => return last,
            b'<' if bytes.get(at + 1) == Some(&b'/') => return last,
            b'"' | b'\'' => {
                let line = memchr::memchr2(byte, b'\n', bytes.get(at + 1..).unwrap_or_default());
                at += line.unwrap_or_default() + 1;
            }
            _ => {}
        }
        at += 1;
        if !byte.is_ascii_whitespace() {
            last = at;
        }
    }
    last
}
