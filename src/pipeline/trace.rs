//! Telling the run behind one cell of an outcome table: the analysis of its programs once more, with a record.

use super::{RunError, guarded, internal_error};
use crate::analysis::{self, Trace, Wanted};
use crate::project::Project;
use crate::syntax::on_large_stack;

/// Traces payment calls of an analysed project, in the order in which they are wanted.
///
/// # Errors
/// Where paylint itself fails on it.
pub fn trace(project: &Project, wanted: &[Wanted]) -> Result<Vec<Trace>, RunError> {
    let traced = on_large_stack(project.limits.stack(), || guarded(|| analysis::trace(project, wanted)));
    let traced = traced.unwrap_or_else(|error| Err(error.to_string()));
    let path = wanted.first().map_or("", |w| &project.file(w.call.file).path);
    traced.map_err(|message| internal_error(path, &message))
}
