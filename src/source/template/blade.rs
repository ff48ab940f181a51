//! `{{ }}`, `{!! !!}`, `{{-- --}}` and `@if` of Blade.

use super::HoleKind;
use super::scan::Scan;

/// Reads what begins with `{{` or `{!!`.
pub(super) fn braces(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if scan.before(at) == Some(b'@') {
        // `@{{ x }}` is left to the browser.
        return Some(at + 2);
    }
    let (mark, kind) = match () {
        () if scan.starts(at, "{{--") => ("--}}", HoleKind::Void),
        () if scan.starts(at, "{!!") => ("!!}", HoleKind::Value),
        () if scan.starts(at, "{{{") => ("}}}", HoleKind::Value),
        () if scan.starts(at, "{{") => ("}}", HoleKind::Value),
        () => return None,
    };
    let balanced = (mark == "}}").then(|| scan.balanced(at)).flatten();
    let end = match balanced.filter(|end| scan.part(at, *end).ends_with("}}")) {
        Some(end) => end,
        None => scan.find(at + 2, mark)? + mark.len(),
    };
    scan.sure(at, end, kind)
}

/// Reads what begins with `@`.
pub(super) fn directive(scan: &mut Scan<'_>, at: usize) -> Option<usize> {
    if scan.before(at).is_some_and(|before| before.is_ascii_alphanumeric() || before == b'@') {
        return None;
    }
    if scan.starts(at, "@{{") || scan.starts(at, "@{!!") {
        scan.sure(at, at + 1, HoleKind::Void)?;
        return Some(at + 3);
    }
    let name = scan.word(at + 1);
    let mut end = at + 1 + name.len();
    let paren = scan.skip_blanks(end);
    let takes = scan.byte(paren) == Some(b'(') && !scan.part(end, paren).contains('\n');
    match name {
        "php" if !takes => {
            let end = scan.find(end, "@endphp")? + "@endphp".len();
            return scan.sure(at, end, HoleKind::Void);
        }
        "verbatim" => {
            let close = scan.find(end, "@endverbatim")?;
            scan.sure(at, end, HoleKind::Void)?;
            return scan.sure(close, close + "@endverbatim".len(), HoleKind::Void);
        }
        _ => {}
    }
    let kind = kind_of(name, takes)?;
    if takes {
        end = scan.balanced(paren)?;
    }
    scan.sure(at, end, kind)
}

fn kind_of(name: &str, takes: bool) -> Option<HoleKind> {
    let kind = match name {
        "if" | "unless" | "isset" | "foreach" | "for" | "forelse" | "while" | "env" | "can" | "cannot" | "canany"
        | "hasSection" | "sectionMissing" | "error"
            if takes =>
        {
            HoleKind::Open(1)
        }
        "empty" if takes => HoleKind::Open(1),
        "auth" | "guest" | "production" | "once" => HoleKind::Open(1),
        "switch" if takes => HoleKind::Choose,
        "elseif" | "elsecan" | "elseauth" | "case" => HoleKind::ElseIf,
        "else" | "empty" | "default" => HoleKind::Else,
        "endif" | "endunless" | "endisset" | "endempty" | "endforeach" | "endfor" | "endforelse" | "endwhile"
        | "endenv" | "endcan" | "endcannot" | "endcanany" | "enderror" | "endauth" | "endguest" | "endproduction"
        | "endonce" | "endswitch" => HoleKind::Close(1),
        "json" | "js" | "lang" | "yield" | "include" | "includeIf" | "includeWhen" | "choice" | "stack" | "route"
        | "asset" | "url" | "dump" | "dd"
            if takes =>
        {
            HoleKind::Value
        }
        "csrf" => HoleKind::Value,
        "extends" | "section" | "endsection" | "stop" | "show" | "append" | "parent" | "push" | "endpush"
        | "prepend" | "endprepend" | "php" | "break" | "continue" | "component" | "endcomponent" | "slot"
        | "endslot" | "method" | "props" | "inject" | "use" => HoleKind::Void,
        _ => return None,
    };
    Some(kind)
}
