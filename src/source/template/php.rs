//! `<?php ?>`, `<?= ?>` and the short `<? ?>`.

use super::HoleKind;
use super::scan::Scan;
use super::statement::{Code, effect_of};

/// Reads what begins with `<?`. Without `?>` it goes on to the end of the file, as PHP has it.
pub(super) fn tag(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let word = scan.word(at + 2);
    if word.eq_ignore_ascii_case("xml") {
        return None;
    }
    let head = if word.eq_ignore_ascii_case("php") { 5 } else { 2 };
    if scan.byte(at + 2) == Some(b'=') {
        let end = end_of_code(scan.bytes, at + 3);
        return scan.sure(at, end, HoleKind::Value);
    }
    let end = end_of_code(scan.bytes, at + head);
    let code = scan.part(at + head, end);
    let code = code.strip_suffix("?>").unwrap_or(code);
    let effect = effect_of(code, Code::Php);
    if let Some((turn, second)) = effect.second {
        let turn = at + head + turn;
        scan.sure(at, turn, effect.first)?;
        return scan.sure(turn, end, second);
    }
    scan.sure(at, end, effect.first)
}

/// Behind the `?>` that ends code, which none in a string or a longer comment does.
fn end_of_code(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        at += match rest {
            [] => return bytes.len(),
            [b'?', b'>', ..] => return at + 2,
            [b'"' | b'\'' | b'`', ..] => string(rest),
            [b'/', b'*', ..] => memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2),
            [b'/', b'/', ..] | [b'#', ..] => line_comment(rest),
            [b'<', b'<', b'<', ..] => heredoc(rest),
            _ => 1,
        };
    }
}

fn string(rest: &[u8]) -> usize {
    let quote = rest.first().copied();
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        match byte {
            b'\\' => at += 1,
            _ if Some(byte) == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// A comment of one line ends before `?>`, too.
fn line_comment(rest: &[u8]) -> usize {
    let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line = rest.get(..line).unwrap_or_default();
    memchr::memmem::find(line, b"?>").unwrap_or(line.len()).max(1)
}

/// A text that ends with the line of its name.
fn heredoc(rest: &[u8]) -> usize {
    let after = rest.get(3..).unwrap_or_default();
    let head = after.iter().take_while(|byte| matches!(byte, b' ' | b'"' | b'\'')).count();
    let name = after.get(head..).unwrap_or_default();
    let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let name = name.get(..length).unwrap_or_default();
    if name.is_empty() {
        return 3;
    }
    let mut at = 3 + head + length;
    while let Some(line) = rest.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        at += line + 1;
        let blanks = rest.get(at..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if rest.get(at + blanks..).is_some_and(|rest| rest.starts_with(name)) {
            return at + blanks + length;
        }
    }
    rest.len()
}
