//! The lint itself: `paylint [PATHS]`.

use std::mem::ManuallyDrop;

use super::args::{FailOn, Format, LintArgs};
use super::{CliError, ExitStatus, input, output};
use crate::report::{files, human, json};
use crate::{Options, Run};

/// Analyses the paths and prints what the rules found.
pub(super) fn run(args: &LintArgs) -> Result<ExitStatus, CliError> {
    let levels = args.levels.levels()?;
    let options = Options { levels, ..input::options(&args.input)? };
    if args.show_files {
        return show_files(args, &options);
    }
    // The process ends with the run: taking it apart would only cost time.
    let run = ManuallyDrop::new(crate::run(&options));
    output::print(|out| match args.format {
        Format::Human => human::write(&run, output::look(args.color.color), out),
        Format::Json => json::write(&run, out),
    })?;
    output::complain_of_run(args.color.color, &run, &args.input);
    Ok(status(&run, args.fail_on))
}

/// Lists the files of the paths and what becomes of each. What it shows never fails the run.
fn show_files(args: &LintArgs, options: &Options) -> Result<ExitStatus, CliError> {
    let fates = crate::fates(options);
    output::print(|out| match args.format {
        Format::Human => files::write_human(&fates, out),
        Format::Json => files::write_json(&fates, out),
    })?;
    output::complain_of(args.color.color, &fates.errors, &args.input);
    Ok(if fates.errors.is_empty() { ExitStatus::Clean } else { ExitStatus::Failure })
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
