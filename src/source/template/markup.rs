//! Tags of JSP's libraries and Struts: `<c:if test="…">`, `<c:otherwise>`, `<s:property value="…"/>`.

use super::HoleKind;
use super::scan::Scan;

/// The prefixes under which these libraries are used. `svg:` and the like are elements of the page.
const PREFIXES: [&str; 22] = [
    "c",
    "fmt",
    "fn",
    "x",
    "sql",
    "jsp",
    "s",
    "spring",
    "form",
    "bean",
    "logic",
    "html",
    "shiro",
    "sec",
    "security",
    "tiles",
    "layout",
    "decorator",
    "sitemesh",
    "el",
    "jstl",
    "tags",
];

/// Reads what begins with `<` or `</` and one of the prefixes.
pub(super) fn tag(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let closes = scan.byte(at + 1) == Some(b'/');
    let start = at + 1 + usize::from(closes);
    let prefix = scan.word(start);
    if scan.byte(start + prefix.len()) != Some(b':') || !(PREFIXES.contains(&prefix) || scan.prefixes.contains(prefix))
    {
        return None;
    }
    let name = scan.word(start + prefix.len() + 1);
    let after = start + prefix.len() + 1 + name.len();
    if name.is_empty() || !matches!(scan.byte(after), Some(b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>')) {
        return None;
    }
    let end = end_of_tag(scan, after)?;
    let is_empty = !closes && scan.before(end - 1) == Some(b'/');
    let opens = !closes && !is_empty;
    let kind = match (prefix, name) {
        (
            _,
            "if" | "forEach" | "forTokens" | "iterator" | "hasRole" | "hasPermission" | "authorize" | "user" | "guest",
        )
        | ("logic", _)
        | ("shiro", _) => match (opens, closes) {
            (true, _) => HoleKind::Open(1),
            (_, true) => HoleKind::Close(1),
            _ => HoleKind::Void,
        },
        (_, "choose") if opens => HoleKind::Choose,
        (_, "choose") => HoleKind::Close(1),
        (_, "when" | "elseif") if opens => HoleKind::ElseIf,
        (_, "otherwise" | "else") if opens => HoleKind::Else,
        (_, "out" | "url" | "property" | "message" | "write" | "formatNumber" | "formatDate" | "text" | "date")
        | ("jsp", "include" | "getProperty")
            if !closes =>
        {
            HoleKind::Value
        }
        // A tag of one's own that stands alone writes something.
        _ if is_empty && !PREFIXES.contains(&prefix) => HoleKind::Value,
        _ => HoleKind::Void,
    };
    if prefix == "s" {
        return struts(scan, at, end, name, closes, kind);
    }
    scan.sure(at, end, kind)
}

/// Struts has no `choose`: `<s:else>` follows `</s:if>`, which then is no end.
fn struts(scan: &mut Scan<'_>, at: usize, end: usize, name: &str, closes: bool, kind: HoleKind) -> Option<usize> {
    let goes_on = |scan: &Scan<'_>| {
        let next = scan.skip_blanks(end);
        scan.starts(next, "<s:else")
    };
    let kind = match (name, closes) {
        ("if" | "elseif", true) if goes_on(scan) => HoleKind::Void,
        ("if" | "elseif" | "else", true) => HoleKind::Close(1),
        _ => kind,
    };
    scan.sure(at, end, kind)
}

/// Behind the `>` of a tag whose attributes may hold expressions with quotes of their own.
fn end_of_tag(scan: &mut Scan<'_>, start: usize) -> Option<usize> {
    let limit = scan.bytes.len().min(start + scan.reach());
    let mut quote = None;
    let mut at = start;
    while at < limit {
        let byte = scan.byte(at)?;
        match (byte, quote) {
            (b'>', None) => return Some(at + 1),
            (b'<', None) if scan.byte(at + 1) != Some(b'%') => break,
            (b'<', _) if scan.byte(at + 1) == Some(b'%') => match scan.find(at, "%>") {
                Some(end) => at = end + 1,
                None => break,
            },
            (b'$' | b'#', Some(_)) if scan.byte(at + 1) == Some(b'{') => {
                at = scan.balanced(at + 1).map_or(at, |end| end - 1);
            }
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            _ => {}
        }
        at += 1;
    }
    scan.looked_in_vain(at.saturating_sub(start));
    None
}
