//! How code is written, in a few words: excerpts of the source for messages.

use crate::eval::Place;
use crate::ir::{FnId, Loc, ScriptId};
use crate::project::Project;

/// Longer excerpts are cut (in characters).
const MAX_EXCERPT: usize = 60;

/// A place of a script as a place of its file.
pub(super) fn loc(project: &Project, place: Place) -> Loc {
    Loc::new(project.scripts[place.script.index()].file, place.span)
}

/// The code at a place on one line, shortened in the middle.
pub(super) fn of(project: &Project, place: Place) -> String {
    let file = project.file(project.scripts[place.script.index()].file);
    let text = file.text.get(place.span.start as usize..place.span.end as usize).unwrap_or("");
    shorten(text)
}

/// A text on one line, shortened at its end.
fn shorten(text: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
            count += 1;
        }
        for c in word.chars() {
            if count >= MAX_EXCERPT {
                out.push('…');
                return out;
            }
            out.push(c);
            count += 1;
        }
    }
    out
}

/// The name of a function; none where it has none.
pub(super) fn function_name(project: &Project, script: ScriptId, function: FnId) -> Option<String> {
    let script = project.script(script);
    let mut at = Some(function);
    while let Some(id) = at {
        let function = script.function(id);
        if let Some(name) = function.name {
            return Some(script.name(name).to_string());
        }
        at = function.parent;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(shorten("toast(\n   '支付失败'\n)"), "toast( '支付失败' )");
        let long = shorten(&"支付".repeat(100));
        assert_eq!(long.chars().count(), 61);
        assert!(long.ends_with('…'));
    }
}
