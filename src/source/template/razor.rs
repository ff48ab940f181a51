//! `@Model.X`, `@(x)`, `@if (x) { <text>…</text> }`, `@switch` and `@:` of Razor.

use super::HoleKind;
use super::element::end_of_element;
use super::scan::Scan;

/// The blocks of code around the place at hand whose output is script, or elements.
#[derive(Default)]
pub(super) struct Blocks(Vec<Block>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Within `<text>`.
    Text,
    /// Behind `@:`, to the end of the line.
    Line,
    /// In an element that ends there.
    Element(usize),
}

/// Directives that take the rest of their line.
const LINES: [&str; 12] = [
    "model",
    "using",
    "inject",
    "inherits",
    "page",
    "addTagHelper",
    "removeTagHelper",
    "namespace",
    "layout",
    "implements",
    "attribute",
    "tagHelperPrefix",
];

/// Reads what begins with `@`.
pub(super) fn at_sign(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    // An address of mail is none.
    if scan.before(at).is_some_and(|before| before.is_ascii_alphanumeric()) {
        return None;
    }
    match scan.byte(at + 1)? {
        b'@' => scan.sure(at, at + 2, HoleKind::Text('@')),
        b'*' => {
            let end = scan.find(at + 2, "*@")? + 2;
            scan.sure(at, end, HoleKind::Void)
        }
        b'(' => {
            let end = scan.balanced(at + 1)?;
            scan.sure(at, end, HoleKind::Value)
        }
        b'{' => code_block(scan, at, at + 1),
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => named(scan, at),
        _ => None,
    }
}

fn named(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let word = scan.word(at + 1);
    let after = scan.skip_blanks(at + 1 + word.len());
    let takes = scan.byte(after) == Some(b'(');
    match word {
        "if" | "foreach" | "for" | "while" | "lock" if takes => {
            let head = scan.balanced(after)?;
            let brace = scan.skip_blanks(head);
            (scan.byte(brace) == Some(b'{')).then_some(())?;
            block(scan, at, brace, HoleKind::Open(1))
        }
        "switch" if takes => {
            let head = scan.balanced(after)?;
            let brace = scan.skip_blanks(head);
            (scan.byte(brace) == Some(b'{')).then_some(())?;
            let (kind, output) = case(scan, brace + 1)?;
            let begun = begin_output(scan, output)?;
            scan.sure(at, brace + 1, HoleKind::Choose)?;
            scan.sure(brace + 1, begun, kind)
        }
        "section" | "functions" | "code" => {
            let brace = scan.find(at, "{")?;
            if word == "section" {
                return scan.sure(at, brace + 1, HoleKind::Void);
            }
            code_block(scan, at, brace)
        }
        _ if LINES.contains(&word) && !takes => {
            let rest = scan.bytes.get(at..).unwrap_or_default();
            let end = at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            scan.sure(at, end, HoleKind::Void)
        }
        _ => {
            let start = if word == "await" { after } else { at + 1 };
            let end = expression_end(scan, start)?;
            scan.sure(at, end, HoleKind::Value)
        }
    }
}

/// Behind `name.name(…)[…]`.
fn expression_end(scan: &mut Scan<'_>, start: usize) -> Option<usize> {
    let name = scan.word(start);
    if name.is_empty() {
        return None;
    }
    let mut end = start + name.len();
    loop {
        let dot = usize::from(scan.byte(end) == Some(b'?'));
        let next = scan.word(end + dot + 1);
        match scan.byte(end + dot) {
            Some(b'.') if next.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
                end += dot + 1 + next.len();
            }
            Some(b'(' | b'[') => match scan.balanced(end + dot) {
                Some(close) => end = close,
                None => return Some(end),
            },
            _ => return Some(end),
        }
    }
}

/// `@{ … }`: nothing of it is output but what is marked so.
fn code_block(scan: &mut Scan<'_>, at: usize, brace: usize) -> Option<usize> {
    let writes = |inside: &str| inside.contains("<text>") || inside.contains("@:") || inside.contains("<script");
    match scan.balanced(brace) {
        Some(end) if !writes(scan.part(brace, end)) => scan.sure(at, end, HoleKind::Void),
        _ => scan.sure(at, brace + 1, HoleKind::Void),
    }
}

/// A head with its `{`, and the code up to what is output.
fn block(scan: &mut Scan<'_>, at: usize, brace: usize, kind: HoleKind) -> Option<usize> {
    let inside = scan.skip_blanks(brace + 1);
    let output = if scan.starts(inside, "<text>") || scan.starts(inside, "@:") || scan.byte(inside) == Some(b'<') {
        Some(inside)
    } else {
        let end = scan.balanced(brace)?;
        let code = scan.part(brace, end);
        match [code.find("<text>"), code.find("@:"), element_in(code)].into_iter().flatten().min() {
            Some(output) => Some(brace + output),
            None if code.contains('<') => None,
            None => return scan.sure(at, end, HoleKind::Void),
        }
    };
    let begun = output.and_then(|output| begin_output(scan, output));
    scan.sure(at, begun.unwrap_or(brace + 1), if begun.is_some() { kind } else { HoleKind::Void })
}

/// Begins output: answers where its own text does.
fn begin_output(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let (block, length) = if scan.starts(at, "@:") {
        (Block::Line, 2)
    } else if scan.starts(at, "<text>") {
        (Block::Text, 6)
    } else {
        let reach = scan.patience();
        let end = end_of_element(scan.text, at, reach);
        scan.looked_in_vain(end.map_or(reach, |end| end - at));
        (Block::Element(end?), 0)
    };
    scan.razor.0.push(block);
    Some(at + length)
}

/// The labels of a case: how it begins, and where its output does.
fn case(scan: &mut Scan<'_>, from: usize) -> Option<(HoleKind, usize)> {
    let mut kind = None;
    let mut at = scan.skip_blanks(from);
    loop {
        match scan.word(at) {
            "case" => kind = kind.or(Some(HoleKind::ElseIf)),
            "default" => kind = Some(HoleKind::Else),
            _ => {
                let is_output = scan.starts(at, "@:") || scan.byte(at) == Some(b'<');
                return kind.filter(|_| is_output).map(|kind| (kind, at));
            }
        }
        let colon = scan.find(at, ":")?;
        at = scan.skip_blanks(colon + 1);
    }
}

/// Where an element begins in code: behind a statement, not within an expression.
fn element_in(code: &str) -> Option<usize> {
    let begins = |at: &usize| {
        let before = code.get(..*at).unwrap_or_default().trim_end();
        let is_tag = code.as_bytes().get(at + 1).is_some_and(u8::is_ascii_alphabetic);
        is_tag && before.ends_with([';', '{', '}'])
    };
    memchr::memchr_iter(b'<', code.as_bytes()).find(begins)
}

/// `</text>` within such a block.
pub(super) fn closing_text(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if !scan.starts(at, "</text>") || scan.razor.0.last() != Some(&Block::Text) {
        return None;
    }
    after_output(scan, at, at + "</text>".len())
}

/// The end of a line that `@:` began, or of an element.
pub(super) fn end(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    // What looks like a hole may have swallowed an element's end.
    while matches!(scan.razor.0.last(), Some(Block::Element(end)) if *end <= at) {
        scan.razor.0.pop();
    }
    let ends = match scan.razor.0.last()? {
        Block::Line => scan.byte(at) == Some(b'\n'),
        Block::Element(end) => *end == at + 1,
        Block::Text => false,
    };
    ends.then(|| after_output(scan, at + 1, at + 1)).flatten()
}

/// What follows output in a block: more of it, another arm, or the end.
fn after_output(scan: &mut Scan<'_>, at: usize, from: usize) -> Option<usize> {
    scan.razor.0.pop();
    let next = scan.skip_blanks(from);
    let is_output = scan.starts(next, "@:") || scan.starts(next, "<") && !scan.starts(next, "</");
    if is_output && let Some(begun) = begin_output(scan, next) {
        return if at < begun { scan.sure(at, begun, HoleKind::Void) } else { None };
    }
    let next = if scan.word(next) == "break" {
        let end = scan.skip_blanks(next + "break".len());
        scan.skip_blanks(end + usize::from(scan.byte(end) == Some(b';')))
    } else {
        next
    };
    if let Some((kind, output)) = case(scan, next) {
        let begun = begin_output(scan, output)?;
        return scan.sure(at, begun, kind);
    }
    if scan.byte(next) != Some(b'}') {
        return (at < next).then(|| scan.sure(at, next, HoleKind::Void)).flatten();
    }
    let otherwise = scan.skip_blanks(next + 1);
    if scan.word(otherwise) == "else" {
        let head = scan.skip_blanks(otherwise + 4);
        if scan.byte(head) == Some(b'{') {
            return block(scan, at, head, HoleKind::Else);
        }
        if scan.word(head) == "if" {
            let paren = scan.skip_blanks(head + 2);
            let condition = scan.balanced(paren)?;
            let brace = scan.skip_blanks(condition);
            return block(scan, at, brace, HoleKind::ElseIf);
        }
    }
    scan.sure(at, next + 1, HoleKind::Close(1))
}
