//! `{{ }}` of Handlebars, Mustache, Go, art-template, Django, Vue and Angular: the first word tells what it does.

use super::HoleKind;
use super::dialect::Dialects;
use super::scan::Scan;

/// Reads what begins with `{{`.
pub(super) fn tag(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if scan.starts(at, "{{!--") || scan.starts(at, "{{~!--") {
        let end = scan.find(at + 5, "--")?;
        let end = scan.find(end, "}}")? + 2;
        return scan.likely(at, end, HoleKind::Void);
    }
    let is_raw = scan.byte(at + 2) == Some(b'{');
    let balanced = scan.balanced(at).filter(|end| scan.part(at, *end).ends_with("}}"));
    let end = match balanced {
        Some(end) => end,
        None if is_raw => scan.find(at + 3, "}}}")? + 3,
        None => scan.find(at + 2, "}}")? + 2,
    };
    if is_raw {
        return scan.likely(at, end, HoleKind::Value);
    }
    let inside = scan.part(at + 2, end - 2).trim_matches(['~', '-']).trim();
    if scan.has(Dialects::THYMELEAF) && !is_placeholder(inside) {
        return None;
    }
    let kind = kind_of(inside);
    scan.likely(at, end, kind)
}

/// Whether what stands in a file of no template language may be one: blocks of code are not.
fn is_placeholder(inside: &str) -> bool {
    !inside.is_empty() && !inside.contains([';', '\n']) && !inside.starts_with(['{', '}'])
}

fn kind_of(inside: &str) -> HoleKind {
    let mut words = inside.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let first = words.next().unwrap_or_default();
    let rest = inside.get(first.len()..).unwrap_or_default();
    match inside.bytes().next() {
        Some(b'#') if inside.starts_with("#else") => HoleKind::ElseIf,
        Some(b'#') => HoleKind::Open(1),
        Some(b'^') if inside.len() == 1 => HoleKind::Else,
        Some(b'^') => HoleKind::Open(1),
        Some(b'/') if inside.starts_with("/*") => HoleKind::Void,
        Some(b'/') => HoleKind::Close(1),
        Some(b'!') => HoleKind::Void,
        Some(b'$') if inside.contains(":=") => HoleKind::Void,
        _ => match first {
            "else" if rest.trim_start().is_empty() => HoleKind::Else,
            "else" => HoleKind::ElseIf,
            "end" if rest.is_empty() => HoleKind::Close(1),
            "if" | "range" | "with" | "each" | "unless" if rest.starts_with([' ', '(', '\t']) => HoleKind::Open(1),
            "define" | "block" if rest.trim_start().starts_with('"') => HoleKind::Open(1),
            _ => HoleKind::Value,
        },
    }
}
