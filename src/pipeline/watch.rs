//! Running what the options name for every result code, and telling what the runs saw: for checks of the evaluator.

use super::load::{Read, load};
use super::{Options, RunError, guarded, internal_error};
use crate::analysis::{self, Watched};
use crate::syntax::on_large_stack;

/// What the runs of each payment see, for each code. The programs' places are those of the text that was given.
///
/// # Errors
/// What could not be read, or that paylint itself fails on it.
pub fn watch(options: &Options) -> Result<Vec<Watched>, RunError> {
    let Read { project, errors, .. } = load(options);
    if let Some(error) = errors.into_iter().next() {
        return Err(error);
    }
    let watched = on_large_stack(project.limits.stack(), || guarded(|| analysis::watch(&project)));
    let watched = watched.unwrap_or_else(|error| Err(error.to_string()));
    watched.map_err(|message| internal_error("", &message))
}
