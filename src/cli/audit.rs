//! `paylint audit [PATHS]`: every payment call with its guard, its order and its outcome table.

use super::args::{AuditArgs, Format};
use super::{CliError, ExitStatus, input, output};
use crate::report::{audit_human, audit_json};

/// Analyses the paths and prints what is known of each call. What it shows never fails the run: that is the
/// lint's business.
pub(super) fn run(args: &AuditArgs) -> Result<ExitStatus, CliError> {
    let run = crate::run(&input::options(&args.input)?);
    output::print(|out| match args.format {
        Format::Human => audit_human::write(&run, output::look(args.color.color), out),
        Format::Json => audit_json::write(&run, out),
    })?;
    output::complain_of_run(args.color.color, &run, &args.input);
    Ok(if run.errors.is_empty() { ExitStatus::Clean } else { ExitStatus::Failure })
}
