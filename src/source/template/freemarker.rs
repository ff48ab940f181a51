//! `<#if>`, `[#if]`, `<@macro>` and comments of FreeMarker.

use super::HoleKind;
use super::dialect::Dialects;
use super::scan::Scan;

/// What stands between angle brackets.
pub(super) fn angle(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    tag(scan, at, b'>', "-->")
}

/// What stands between square brackets: FreeMarker's other way to write tags.
pub(super) fn square(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if scan.byte(at + 1) == Some(b'=') && !scan.has(Dialects::THYMELEAF) {
        let end = scan.tag_end(at + 2, b']')?;
        return scan.likely(at, end, HoleKind::Value);
    }
    tag(scan, at, b']', "--]")
}

fn tag(scan: &mut Scan<'_>, at: usize, closer: u8, comment_end: &'static str) -> Option<usize> {
    if scan.starts(at + 1, "#--") {
        let end = scan.find(at + 4, comment_end)? + 3;
        return scan.sure(at, end, HoleKind::Void);
    }
    let closes = scan.byte(at + 1) == Some(b'/');
    let sigil = at + 1 + usize::from(closes);
    let is_macro = match scan.byte(sigil)? {
        b'#' => false,
        b'@' => true,
        _ => return None,
    };
    let name = scan.word(sigil + 1);
    if name.is_empty() && !closes {
        return None;
    }
    let end = scan.tag_end(sigil + 1 + name.len(), closer)?;
    let is_empty = scan.before(end - 1) == Some(b'/');
    let assigns_value = matches!(name, "assign" | "local" | "global") && scan.part(at, end).contains('=');
    let kind = match (is_macro, closes, name) {
        (true, false, _) if is_empty => HoleKind::Value,
        // What a macro does with what stands in it is its own business.
        (true, false, _) => HoleKind::Open(1),
        (true, true, _) => HoleKind::Close(1),
        (false, true, "if" | "list" | "foreach" | "switch" | "macro" | "function" | "items") => HoleKind::Close(1),
        (false, true, _) => HoleKind::Void,
        (false, false, "if" | "list" | "foreach" | "macro" | "function" | "items") => HoleKind::Open(1),
        (false, false, "switch") => HoleKind::Choose,
        (false, false, "elseif" | "elseIf" | "case" | "on") => HoleKind::ElseIf,
        (false, false, "else" | "default") => HoleKind::Else,
        (false, false, "include") => HoleKind::Value,
        (false, false, "noparse") => {
            let text_end = scan.find(end, if closer == b'>' { "</#noparse>" } else { "[/#noparse]" })?;
            scan.sure(at, end, HoleKind::Void)?;
            return scan.sure(text_end, text_end + "</#noparse>".len(), HoleKind::Void);
        }
        (false, false, _) if assigns_value || is_known(name) => HoleKind::Void,
        (false, false, _) => return None,
    };
    scan.sure(at, end, kind)
}

/// Tags that leave nothing in their place.
fn is_known(name: &str) -> bool {
    const NAMES: [&str; 31] = [
        "assign",
        "local",
        "global",
        "import",
        "setting",
        "ftl",
        "break",
        "continue",
        "return",
        "nested",
        "escape",
        "noescape",
        "noautoesc",
        "autoesc",
        "outputformat",
        "compress",
        "attempt",
        "recover",
        "stop",
        "flush",
        "t",
        "lt",
        "rt",
        "nt",
        "visit",
        "recurse",
        "fallback",
        "noEscape",
        "autoEsc",
        "noAutoEsc",
        // Its end is mostly left out.
        "sep",
    ];
    NAMES.contains(&name)
}
