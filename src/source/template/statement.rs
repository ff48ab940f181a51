//! What a server's code between `<%` and `%>`, or `<?php` and `?>`, does to the text around it: whether it opens or
//! closes a block. Strings and comments of the code count for nothing.

use super::HoleKind;

/// The languages of such code, as far as their blocks differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// Java, C#, JavaScript: braces. Visual Basic is told by its words.
    Braces,
    /// Braces, or `if: … endif;`.
    Php,
    /// `if … end`.
    Ruby,
}

/// One or two holes that code stands for, with the offset in the code where the second begins.
pub(super) struct Effect {
    pub(super) first: HoleKind,
    pub(super) second: Option<(usize, HoleKind)>,
}

impl Effect {
    const fn of(first: HoleKind) -> Self {
        Self { first, second: None }
    }
}

/// Names that print, by themselves or as the last part of a name.
const PRINTING: [&str; 12] =
    ["echo", "print", "printf", "println", "write", "Write", "puts", "concat", "var_dump", "print_r", "die", "exit"];

/// What `code` does.
pub(super) fn effect_of(code: &str, language: Code) -> Effect {
    let bare = without_texts(code, language);
    if language == Code::Ruby {
        return Effect::of(ruby(&bare));
    }
    let (closes, opens, turn) = braces(&bare);
    match (closes, opens) {
        (0, 0) => Effect::of(without_braces(&bare, language)),
        (0, opens) => Effect::of(HoleKind::Open(opens)),
        (closes, 0) => Effect::of(HoleKind::Close(closes)),
        (1, 1) => Effect::of(between_arms(&bare)),
        (closes, opens) => Effect { first: HoleKind::Close(closes), second: Some((turn, HoleKind::Open(opens))) },
    }
}

/// The code with blanks for its strings and comments: as long, and with the same line ends.
fn without_texts(code: &str, language: Code) -> String {
    let bytes = code.as_bytes();
    let mut bare = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let end = match rest {
            [b'"' | b'\'', ..] => Some(end_of_string(bytes, at)),
            [b'/', b'*', ..] => Some(memchr::memmem::find(rest, b"*/").map_or(bytes.len(), |end| at + end + 2)),
            [b'/', b'/', ..] if language != Code::Ruby => Some(end_of_line(bytes, at)),
            [b'#', ..] if language != Code::Braces => Some(end_of_line(bytes, at)),
            _ => None,
        };
        match end {
            Some(end) => {
                let end = end.min(bytes.len());
                // What a text is does not matter, only that there is one.
                bare.push(if matches!(byte, b'"' | b'\'') { b'0' } else { b' ' });
                bare.resize(bare.len() + (end - at).saturating_sub(1), b' ');
                at = end;
            }
            None => {
                bare.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&bare).into_owned()
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes.get(start).copied();
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            _ if Some(byte) == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn end_of_line(bytes: &[u8], start: usize) -> usize {
    memchr::memchr(b'\n', bytes.get(start..).unwrap_or_default()).map_or(bytes.len(), |end| start + end)
}

/// How many blocks of the text around the code closes and opens, and where it has closed the last.
fn braces(bare: &str) -> (u8, u8, usize) {
    let (mut depth, mut lowest, mut turn) = (0_i32, 0, 0);
    for (at, byte) in bare.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth < lowest {
                    lowest = depth;
                    turn = at + 1;
                }
            }
            _ => {}
        }
    }
    let count = |count: i32| u8::try_from(count).unwrap_or(u8::MAX);
    (count(-lowest), count(depth - lowest), turn)
}

/// `} else {`, `} else if (x) {`, `} catch (e) {`; anything else ends a block and begins another.
fn between_arms(bare: &str) -> HoleKind {
    let between = bare.split('}').next_back().unwrap_or_default();
    let between = if between.contains('{') { between } else { bare };
    let mut words = words_of(between);
    match words.next() {
        Some("else") if words.next() != Some("if") => HoleKind::Else,
        Some("catch" | "finally" | "default") => HoleKind::Else,
        _ => HoleKind::ElseIf,
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn without_braces(bare: &str, language: Code) -> HoleKind {
    if language == Code::Php { php(bare) } else { basic(bare).unwrap_or_else(|| plain(bare)) }
}

/// Code that changes no block of the text around it.
fn plain(bare: &str) -> HoleKind {
    if bare.split(';').any(is_label) {
        return HoleKind::ElseIf;
    }
    if words_of(bare).any(|word| PRINTING.contains(&word)) { HoleKind::Value } else { HoleKind::Void }
}

/// `case x:` or `default:`.
fn is_label(statement: &str) -> bool {
    matches!(words_of(statement).next(), Some("case" | "default")) && statement.contains(':')
}

const PHP_BLOCKS: [&str; 5] = ["if", "foreach", "for", "while", "switch"];

/// `if (x): … endif;` and the like.
fn php(bare: &str) -> HoleKind {
    let statements = || bare.split(';').map(str::trim).filter(|statement| !statement.is_empty());
    let is_end = |word: &str| word.strip_prefix("end").is_some_and(|block| PHP_BLOCKS.contains(&block));
    let closes = statements().filter(|s| words_of(s).next().is_some_and(is_end)).count();
    let last = statements().next_back().unwrap_or_default();
    let mut words = words_of(last);
    let first = words.next();
    let kind = match first {
        Some("else") if words.next() == Some("if") => HoleKind::ElseIf,
        Some("else") => HoleKind::Else,
        Some("elseif" | "case") => HoleKind::ElseIf,
        Some("default") => HoleKind::Else,
        Some("switch") => HoleKind::Choose,
        Some(word) if PHP_BLOCKS.contains(&word) => HoleKind::Open(1),
        _ => HoleKind::Void,
    };
    if last.ends_with(':') && kind != HoleKind::Void {
        return kind;
    }
    if closes > 0 {
        return HoleKind::Close(u8::try_from(closes).unwrap_or(u8::MAX));
    }
    let includes =
        |s: &str| matches!(words_of(s).next(), Some("include" | "include_once" | "require" | "require_once"));
    let calls = |s: &str| {
        let name = s.trim_start_matches('@').bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        name > 0 && s.get(name..).is_some_and(|rest| rest.trim_start().starts_with('('))
    };
    let prints = statements().any(|s| includes(s) || calls(s)) || words_of(bare).any(|word| PRINTING.contains(&word));
    if prints { HoleKind::Value } else { HoleKind::Void }
}

/// The words of Visual Basic; none where there are none.
fn basic(bare: &str) -> Option<HoleKind> {
    let lower = bare.trim().to_ascii_lowercase();
    let mut words = words_of(&lower);
    let kind = match (words.next()?, words.next()) {
        ("end", Some("if" | "select" | "while")) | ("next" | "loop" | "wend", _) => HoleKind::Close(1),
        ("else", None) => HoleKind::Else,
        ("elseif", _) | ("case", Some(_)) => HoleKind::ElseIf,
        ("select", Some("case")) => HoleKind::Choose,
        ("if", _) if lower.ends_with("then") => HoleKind::Open(1),
        ("for", _) if words_of(&lower).any(|word| matches!(word, "each" | "to")) && !lower.contains('(') => {
            HoleKind::Open(1)
        }
        ("do", Some("while" | "until")) | ("while", _) if !lower.ends_with(';') => HoleKind::Open(1),
        _ => return None,
    };
    Some(kind)
}

fn ruby(bare: &str) -> HoleKind {
    let bare = bare.trim().trim_start_matches('-').trim_end_matches('-').trim();
    let first = words_of(bare).next().unwrap_or_default();
    let does = words_of(bare).any(|word| word == "do");
    match first {
        "end" => HoleKind::Close(1),
        "else" | "ensure" => HoleKind::Else,
        "elsif" | "when" | "rescue" => HoleKind::ElseIf,
        "case" => HoleKind::Choose,
        "if" | "unless" | "for" | "while" | "until" | "begin" if !words_of(bare).any(|word| word == "end") => {
            HoleKind::Open(1)
        }
        _ if does => HoleKind::Open(1),
        _ if bare.ends_with('{') || bare.trim_end_matches('|').contains("{ |") => HoleKind::Open(1),
        _ if bare == "}" => HoleKind::Close(1),
        _ if matches!(first, "concat" | "puts" | "print") => HoleKind::Value,
        _ => HoleKind::Void,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(code: &str, language: Code) -> HoleKind {
        effect_of(code, language).first
    }

    #[test]
    fn braces_tell_what_opens_and_closes() {
        for (code, kind) in [
            (" if (a > 1) { ", HoleKind::Open(1)),
            (" for (int i = 0; i < n; i++) { if (x[i]) { ", HoleKind::Open(2)),
            (" } ", HoleKind::Close(1)),
            (" } else { ", HoleKind::Else),
            (" } else if (b) { ", HoleKind::ElseIf),
            (" String s = \"}\"; // {", HoleKind::Void),
            (" out.print(x); ", HoleKind::Value),
            (" if (x) { y = 1; } ", HoleKind::Void),
            (" break; case 2: ", HoleKind::ElseIf),
            (" list.forEach(function (x) { ", HoleKind::Open(1)),
            (" }) ", HoleKind::Close(1)),
        ] {
            assert_eq!(first(code, Code::Braces), kind, "{code}");
        }
        let both = effect_of(" }} if (x) { ", Code::Braces);
        assert_eq!((both.first, both.second), (HoleKind::Close(2), Some((3, HoleKind::Open(1)))));
    }

    #[test]
    fn php_has_words_too() {
        for (code, kind) in [
            (" if ($a): ", HoleKind::Open(1)),
            (" $i = 0; foreach ($a as $b): ", HoleKind::Open(1)),
            (" else: ", HoleKind::Else),
            (" elseif ($b): ", HoleKind::ElseIf),
            (" endif; ", HoleKind::Close(1)),
            (" endforeach; endif ", HoleKind::Close(2)),
            (" $a = 'if:'; ", HoleKind::Void),
            (" echo $a ", HoleKind::Value),
            (" the_title(); ", HoleKind::Value),
            (" if ($a) { ", HoleKind::Open(1)),
            (" include 'a.php' ", HoleKind::Value),
        ] {
            assert_eq!(first(code, Code::Php), kind, "{code}");
        }
    }

    #[test]
    fn visual_basic_and_ruby_have_only_words() {
        for (code, kind) in [
            (" If x = 1 Then ", HoleKind::Open(1)),
            (" ElseIf y Then ", HoleKind::ElseIf),
            (" Else ", HoleKind::Else),
            (" End If ", HoleKind::Close(1)),
            (" For Each a In b ", HoleKind::Open(1)),
            (" Next ", HoleKind::Close(1)),
            (" Dim x ", HoleKind::Void),
            (" Response.Write x ", HoleKind::Value),
        ] {
            assert_eq!(first(code, Code::Braces), kind, "{code}");
        }
        for (code, kind) in [
            (" if @order.alipay? ", HoleKind::Open(1)),
            (" @items.each do |item| ", HoleKind::Open(1)),
            ("- else -", HoleKind::Else),
            (" elsif x ", HoleKind::ElseIf),
            (" end ", HoleKind::Close(1)),
            (" x = 1 ", HoleKind::Void),
        ] {
            assert_eq!(first(code, Code::Ruby), kind, "{code}");
        }
    }
}
