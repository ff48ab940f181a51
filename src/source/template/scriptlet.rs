//! `<% %>` of JSP, ASP, EJS and ERB.

use super::HoleKind;
use super::dialect::Dialects;
use super::scan::Scan;
use super::statement::{Code, effect_of};

/// Reads what begins with `<%`.
pub(super) fn scriptlet(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if scan.starts(at, "<%--") {
        let end = scan.find(at + 4, "--%>")? + 4;
        return scan.sure(at, end, HoleKind::Void);
    }
    if scan.starts(at, "<%%") {
        return Some(at + 3);
    }
    let end = scan.find(at + 2, "%>")? + 2;
    let trimmed = |code: &str| code.trim_end_matches(['-', '_']).len();
    let inside = scan.part(at + 2, end - 2);
    let is_ruby = scan.has(Dialects::RUBY);
    let kind = match inside.bytes().next() {
        Some(b'=') if is_ruby && opens_a_block(inside) => HoleKind::Open(1),
        Some(b'=' | b':' | b'$') => HoleKind::Value,
        Some(b'#') if !scan.has(Dialects::HASH_COMMENT) => HoleKind::Value,
        // EJS puts what follows in without escaping it; ERB only trims the line.
        Some(b'-') if !is_ruby && scan.has(Dialects::HASH_COMMENT) => HoleKind::Value,
        Some(b'@') => {
            if let Some((_, rest)) = inside.split_once("prefix=") {
                scan.prefixes.extend(rest.get(1..).and_then(|rest| rest.split(['"', '\'']).next()));
            }
            HoleKind::Void
        }
        Some(b'#' | b'!') => HoleKind::Void,
        _ => {
            let start = usize::from(inside.starts_with(['-', '_']));
            let code = inside.get(start..trimmed(inside)).unwrap_or_default();
            let effect = effect_of(code, if is_ruby { Code::Ruby } else { Code::Braces });
            if let Some((turn, second)) = effect.second {
                let turn = at + 2 + start + turn;
                scan.sure(at, turn, effect.first)?;
                return scan.sure(turn, end, second);
            }
            effect.first
        }
    };
    scan.sure(at, end, kind)
}

/// Whether what a helper of Ruby writes goes around what follows: `form_for @order do |form|`.
fn opens_a_block(code: &str) -> bool {
    let code = code.trim_end_matches('-').trim_end();
    let head = code.strip_suffix('|').and_then(|rest| rest.rsplit_once('|')).map_or(code, |(head, _)| head.trim_end());
    head.ends_with(" do")
}
