//! The lint itself: `paylint [PATHS]`.

use std::mem::ManuallyDrop;

use super::args::{FailOn, Format, LintArgs};
use super::{CliError, ExitStatus, input, output};
use crate::report::{human, json};
use crate::{Options, Run};

/// Analyses the paths and prints what the rules found.
pub(super) fn run(args: &LintArgs) -> Result<ExitStatus, CliError> {
    let levels = args.levels.levels()?;
    let options = Options { levels, ..input::options(&args.input)? };
    // The process ends with the run: taking it apart would only cost time.
    let run = ManuallyDrop::new(crate::run(&options));
    output::print(|out| match args.format {
        Format::Human => human::write(&run, output::look(args.color.color), out),
        Format::Json => json::write(&run, out),
    })?;
    output::complain_of_run(args.color.color, &run, &args.input);
    Ok(status(&run, args.fail_on))
}

fn status(run: &Run, fail_on: FailOn) -> ExitStatus {
    if !run.errors.is_empty() {
        ExitStatus::Failure
    } else if run.diagnostics.iter().any(|d| fail_on.fails(d.severity)) {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    }
}
