//! `{{ }}`, `{% %}` and `{# #}` of Jinja, Django, Twig, Nunjucks and Liquid.

use super::HoleKind;
use super::dialect::Dialects;
use super::scan::Scan;

/// `{{ x }}`.
pub(super) fn value(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let end = match scan.balanced(at) {
        Some(end) if scan.part(at, end).ends_with("}}") => end,
        _ => scan.find(at + 2, "}}")? + 2,
    };
    scan.likely(at, end, HoleKind::Value)
}

/// `{% if x %}`, `{# comment #}`.
pub(super) fn tag(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if scan.byte(at + 1) == Some(b'#') {
        let end = scan.find(at + 2, "#}")? + 2;
        // Of a file that is no template only what stands on one line: `{#a` may be a private name.
        if scan.has(Dialects::THYMELEAF) && scan.part(at, end).contains('\n') {
            return None;
        }
        return scan.likely(at, end, HoleKind::Void);
    }
    let end = scan.find(at + 2, "%}")? + 2;
    let inside = scan.part(at + 2, end - 2).trim_start_matches(['-', '~', '+']).trim_start();
    let name: &str = inside.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
    let kind = match name {
        "raw" | "verbatim" | "comment" => return hidden(scan, at, end, name),
        "if" | "unless" | "for" | "ifequal" | "ifnotequal" | "ifchanged" | "tablerow" | "asyncEach" | "asyncAll"
        | "foreach" => HoleKind::Open(1),
        "case" | "switch" => {
            if is_part_of_switch(scan, end) {
                HoleKind::ElseIf
            } else {
                HoleKind::Choose
            }
        }
        "elif" | "elsif" | "elseif" | "when" => HoleKind::ElseIf,
        "else" | "empty" | "default" => HoleKind::Else,
        "endif" | "endunless" | "endfor" | "endifequal" | "endifnotequal" | "endifchanged" | "endtablerow"
        | "endcase" | "endswitch" | "endeach" | "endall" | "endforeach" => HoleKind::Close(1),
        _ if name.starts_with("end") || is_silent(name) => HoleKind::Void,
        _ => HoleKind::Value,
    };
    scan.sure(at, end, kind)
}

/// In Nunjucks `case` stands in a `switch`; in Liquid it is one.
fn is_part_of_switch(scan: &mut Scan<'_>, end: usize) -> bool {
    let next = scan.skip_blanks(end);
    let tag_follows = scan.starts(next, "{%") && scan.part(next, scan.bytes.len().min(next + 16)).contains("when");
    !tag_follows && scan.find(end, "endswitch").is_some()
}

/// Tags that leave nothing in their place themselves.
fn is_silent(name: &str) -> bool {
    const NAMES: [&str; 27] = [
        "load",
        "set",
        "extends",
        "assign",
        "import",
        "from",
        "do",
        "break",
        "continue",
        "with",
        "block",
        "autoescape",
        "spaceless",
        "filter",
        "call",
        "macro",
        "capture",
        "apply",
        "sandbox",
        "cache",
        "localize",
        "language",
        "increment",
        "decrement",
        "schema",
        "layout",
        "use",
    ];
    NAMES.contains(&name)
}

/// What stands between such tags is no template, or nothing at all.
fn hidden(scan: &mut Scan<'_>, at: usize, end: usize, name: &str) -> Option<usize> {
    let mut close = end;
    loop {
        close = scan.find(close, "{%")?;
        let close_end = scan.find(close, "%}")? + 2;
        let inside = scan.part(close + 2, close_end - 2).trim_start_matches(['-', '~', '+']).trim_start();
        if inside.strip_prefix("end").is_some_and(|rest| rest.starts_with(name)) {
            if name == "comment" {
                return scan.sure(at, close_end, HoleKind::Void);
            }
            scan.sure(at, end, HoleKind::Void)?;
            return scan.sure(close, close_end, HoleKind::Void);
        }
        close += 2;
    }
}
