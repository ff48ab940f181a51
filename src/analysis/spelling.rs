//! How code is written, in a few words: excerpts of the source for messages.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::eval::{Place, excerpt};
use crate::ir::{FnId, Loc, ScriptId};
use crate::project::Project;
use crate::source::without_fillers;

/// A place of a script as a place of its file.
pub(super) fn loc(project: &Project, place: Place) -> Loc {
    Loc::new(project.scripts[place.script.index()].file, place.span)
}

/// The code at a place on one line, shortened at its end.
pub(super) fn of(project: &Project, place: Place) -> String {
    excerpt(project, place)
}

/// Of longer code only so many bytes tell it from other code.
const MAX_COMPARED: usize = 4_000;

/// A number for the code at a place, whatever blanks and comments stand in it.
pub(super) fn number(project: &Project, place: Place) -> u64 {
    let file = project.file(project.scripts[place.script.index()].file);
    let end = place.span.end.min(place.span.start.saturating_add(MAX_COMPARED as u32)) as usize;
    let code = file.text.as_bytes().get(place.span.start as usize..end).unwrap_or_default();
    let mut hasher = FxHasher::default();
    without_blanks_and_comments(code, |byte| hasher.write_u8(byte));
    hasher.finish()
}

/// Gives `take` the bytes of a code that are no blanks and stand in no comment. What stands in quotes is left as it is.
fn without_blanks_and_comments(code: &[u8], mut take: impl FnMut(u8)) {
    let mut at = 0;
    while let Some(byte) = code.get(at).copied() {
        let rest = &code[at..];
        let length = match byte {
            b'/' if rest.starts_with(b"//") => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            b'/' if rest.starts_with(b"/*") => memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2),
            b'"' | b'\'' | b'`' => {
                let length = length_in_quotes(rest, byte);
                rest[..length].iter().for_each(|byte| take(*byte));
                length
            }
            _ => {
                if !byte.is_ascii_whitespace() {
                    take(byte);
                }
                1
            }
        };
        at += length;
    }
}

/// How long a text in quotes is, its quotes included.
fn length_in_quotes(code: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(byte) = code.get(at) {
        at += if *byte == b'\\' { 2 } else { 1 };
        if *byte == quote {
            break;
        }
    }
    at.min(code.len())
}

/// The name of a function; none where it has none.
pub(super) fn function_name(project: &Project, script: ScriptId, function: FnId) -> Option<String> {
    let script = project.script(script);
    let mut at = Some(function);
    while let Some(id) = at {
        let function = script.function(id);
        if let Some(name) = function.name {
            return Some(without_fillers(script.name(name)));
        }
        at = function.parent;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::without_blanks_and_comments;

    fn bare(code: &str) -> String {
        let mut bytes = Vec::new();
        without_blanks_and_comments(code.as_bytes(), |byte| bytes.push(byte));
        String::from_utf8(bytes).expect("what was whole stays whole")
    }

    #[test]
    fn blanks_and_comments_are_no_code() {
        assert_eq!(bare("a /* b */ === // c\n  '8 /* 0 */'"), "a==='8 /* 0 */'");
        assert_eq!(bare("a === '支付 \\' 1' || b"), "a==='支付 \\' 1'||b");
        assert_eq!(bare("`a ${ b } // c` /* d"), "`a ${ b } // c`");
        assert_eq!(bare("'a \\"), "'a \\");
    }
}
