//! Telling the run behind one cell of an outcome table: the analysis of one file once more, with a record.

use super::{RunError, guarded, internal_error};
use crate::analysis::{self, Trace, Wanted};
use crate::ir::FileId;
use crate::project::Project;
use crate::syntax::on_large_stack;

/// Traces payment calls of a file of an analysed project, in the order in which they are wanted.
///
/// # Errors
/// Where paylint itself fails on the file.
pub fn trace(project: &Project, file: FileId, wanted: &[Wanted]) -> Result<Vec<Trace>, RunError> {
    let traced = on_large_stack(|| guarded(|| analysis::trace(project, file, wanted)));
    let traced = traced.unwrap_or_else(|error| Err(error.to_string()));
    traced.map_err(|message| internal_error(&project.file(file).path, &message))
}
