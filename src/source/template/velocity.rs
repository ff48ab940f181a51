//! `$x`, `$!{x}`, `#if()` of Velocity, and `#(x)` of Enjoy.

use super::HoleKind;
use super::dialect::Dialects;
use super::scan::Scan;

/// `$x`, `$!x`, `${x}`, `$x.name`, `$x.method("a")`.
pub(super) fn reference(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if scan.before(at).is_some_and(|before| before.is_ascii_alphanumeric() || matches!(before, b'_' | b'$' | b'\\')) {
        return None;
    }
    let start = at + 1 + usize::from(scan.byte(at + 1) == Some(b'!'));
    if scan.byte(start) == Some(b'{') {
        let end = scan.balanced(start)?;
        return scan.sure(at, end, HoleKind::Value);
    }
    let word = scan.word(start);
    if !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut end = start + word.len();
    if start == at + 1 && (scan.declared.contains(word) || is_declared(scan, at, end)) {
        scan.declared.insert(word);
        return Some(end);
    }
    while let Some(next) = link(scan, end) {
        end = next;
    }
    scan.likely(at, end, HoleKind::Value)
}

/// Behind one link of a reference: `.name`, `.name(…)` on one line and without a function, `[0]`.
fn link(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    match scan.byte(at)? {
        b'.' => {
            let name = scan.word(at + 1);
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return None;
            }
            let end = at + 1 + name.len();
            if scan.byte(end) != Some(b'(') {
                return Some(end);
            }
            let close = scan.balanced(end)?;
            let inside = scan.part(end, close);
            let is_code = inside.contains(['\n', '{', ';']) || inside.contains("=>") || inside.contains("function");
            (!is_code).then_some(close)
        }
        b'[' => {
            let close = scan.balanced(at)?;
            (!scan.part(at, close).contains('\n')).then_some(close)
        }
        _ => None,
    }
}

/// Whether a script declares the name, as those do who mark what jQuery gave with `$`.
fn is_declared(scan: &Scan<'_>, at: usize, end: usize) -> bool {
    let line = scan.text.get(..at).unwrap_or_default();
    let before = line.trim_end();
    let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
    let after = scan.part(scan.skip_blanks(end), scan.bytes.len().min(end + 8));
    matches!(word, "var" | "let" | "const" | "function") || (after.starts_with('=') && !after.starts_with("=="))
}

/// `#if(…)`, `#else`, `#end`, `#foreach(…)`, `#set(…)`, comments; `#(…)` of Enjoy.
pub(super) fn directive(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    let is_velocity = scan.has(Dialects::VELOCITY);
    match scan.byte(at + 1)? {
        b'#' if is_velocity => {
            let rest = scan.bytes.get(at..).unwrap_or_default();
            let end = at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            return scan.sure(at, end, HoleKind::Void);
        }
        b'*' if is_velocity => {
            let end = scan.find(at + 2, "*#")? + 2;
            return scan.sure(at, end, HoleKind::Void);
        }
        b'[' if is_velocity && scan.starts(at, "#[[") => {
            let end = scan.find(at + 3, "]]#")?;
            scan.sure(at, at + 3, HoleKind::Void)?;
            return scan.sure(end, end + 3, HoleKind::Void);
        }
        b'(' if !is_velocity => {
            let is_name = scan.byte(at + 2).is_some_and(|byte| byte.is_ascii_alphabetic());
            let end = scan.balanced(at + 1).filter(|_| is_name)?;
            return scan.likely(at, end, HoleKind::Value);
        }
        _ => {}
    }
    let braced = scan.byte(at + 1) == Some(b'{');
    let start = at + 1 + usize::from(braced);
    let name = scan.word(start);
    let mut end = start + name.len();
    if braced {
        end = (scan.byte(end) == Some(b'}')).then_some(end + 1)?;
    }
    let paren = if is_velocity { scan.skip_blanks(end) } else { end };
    let takes = scan.byte(paren) == Some(b'(');
    let kind = match name {
        "else" | "default" if !takes => HoleKind::Else,
        "end" if !takes => HoleKind::Close(1),
        "if" | "foreach" | "for" | "macro" | "define" if takes => HoleKind::Open(1),
        "elseif" | "case" if takes => HoleKind::ElseIf,
        "switch" if takes => HoleKind::Choose,
        "set" | "break" | "stop" => HoleKind::Void,
        "parse" | "include" | "render" | "date" | "number" if takes => HoleKind::Value,
        _ => return None,
    };
    if takes && !matches!(name, "else" | "end" | "default") {
        end = scan.balanced(paren)?;
    }
    // `#end` may be the name of an element that a script looks for.
    let stands_alone = !scan.byte(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !stands_alone && !takes && !braced {
        return None;
    }
    if is_velocity { scan.sure(at, end, kind) } else { scan.likely(at, end, kind) }
}
