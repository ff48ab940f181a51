//! `{$x}`, `{if}` of Smarty, `{:f()}`, `{if condition="…"}` and `<volist>` of ThinkPHP.

use super::HoleKind;
use super::scan::Scan;

/// Reads what begins with `{`.
pub(super) fn tag(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    match scan.byte(at + 1)? {
        b'*' => {
            let end = scan.find(at + 2, "*}")? + 2;
            scan.likely(at, end, HoleKind::Void)
        }
        b'$' | b':' | b'~' if scan.byte(at + 2).is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') => {
            let end = scan.balanced(at)?;
            let assigns = scan.byte(at + 1) == Some(b'~');
            scan.likely(at, end, if assigns { HoleKind::Void } else { HoleKind::Value })
        }
        b'#' if scan.byte(at + 2).is_some_and(|byte| byte.is_ascii_alphabetic()) => {
            let end = at + 2 + scan.word(at + 2).len();
            if !scan.starts(end, "#}") {
                return None;
            }
            scan.likely(at, end + 2, HoleKind::Value)
        }
        b'/' | b'a'..=b'z' => named(scan, at),
        _ => None,
    }
}

/// Reads what begins with `<{`: tags of those who have changed the marks.
pub(super) fn wrapped(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let before = scan.holes.len();
    let end = tag(scan, at + 1)?;
    if scan.byte(end) != Some(b'>') {
        scan.holes.truncate(before);
        return None;
    }
    // What is hidden between two tags may have made more than one.
    if let [hole] = scan.holes.get_mut(before..).unwrap_or_default() {
        hole.span.start -= 1;
        hole.span.end += 1;
    }
    Some(end + 1)
}

fn named(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let closes = scan.byte(at + 1) == Some(b'/');
    let start = at + 1 + usize::from(closes);
    let name = scan.word(start);
    let after = scan.byte(start + name.len())?;
    if !matches!(after, b' ' | b'}' | b'/' | b'(') {
        return None;
    }
    let end = scan.balanced(at)?;
    let inside = scan.part(at, end);
    if inside.contains(';') || inside.contains("){") {
        // A block of code.
        return None;
    }
    let kind = match (closes, name) {
        (true, _) if is_block(name) => HoleKind::Close(1),
        (true, "block" | "capture" | "strip" | "nocache" | "function" | "switch") => HoleKind::Void,
        (false, "if") if after == b'}' => return None,
        (false, _) if is_block(name) && after != b'}' => HoleKind::Open(1),
        (false, "elseif") => HoleKind::ElseIf,
        (false, "else" | "foreachelse" | "sectionelse") => HoleKind::Else,
        (false, "ldelim") => HoleKind::Text('{'),
        (false, "rdelim") => HoleKind::Text('}'),
        (false, "include" | "url" | "template" | "lang" | "link" | "media" | "l" | "hook") if after == b' ' => {
            HoleKind::Value
        }
        (false, "assign" | "block" | "capture" | "extends" | "config_load" | "strip" | "php" | "nocache") => {
            HoleKind::Void
        }
        (false, "literal") => {
            let close = scan.find(end, "{/literal}")?;
            scan.likely(at, end, HoleKind::Void)?;
            return scan.likely(close, close + "{/literal}".len(), HoleKind::Void);
        }
        _ => return None,
    };
    scan.likely(at, end, kind)
}

fn is_block(name: &str) -> bool {
    const NAMES: [&str; 16] = [
        "if", "foreach", "section", "for", "while", "volist", "loop", "eq", "neq", "notempty", "empty", "present",
        "isset", "in", "notin", "gt",
    ];
    NAMES.contains(&name)
}

/// Reads `<if condition="…">`, `<else/>`, `<volist …>` and their ends.
pub(super) fn element(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let closes = scan.byte(at + 1) == Some(b'/');
    let start = at + 1 + usize::from(closes);
    let name = scan.word(start);
    let after = start + name.len();
    let kind = match (closes, name) {
        (false, "if") if scan.starts(after, " condition") => HoleKind::Open(1),
        (false, "elseif") if scan.starts(after, " condition") => HoleKind::ElseIf,
        (false, "else") if scan.starts(after, "/>") || scan.starts(after, " />") => HoleKind::Else,
        (false, "volist" | "foreach" | "eq" | "neq" | "notempty" | "empty" | "present")
            if scan.starts(after, " name") =>
        {
            HoleKind::Open(1)
        }
        (true, "if" | "volist" | "foreach" | "eq" | "neq" | "notempty" | "empty" | "present")
            if scan.byte(after) == Some(b'>') =>
        {
            HoleKind::Close(1)
        }
        _ => return None,
    };
    let end = scan.tag_end(after, b'>')?;
    scan.likely(at, end, kind)
}
