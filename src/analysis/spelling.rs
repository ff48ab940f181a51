//! How code is written, in a few words: excerpts of the source for messages.

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
