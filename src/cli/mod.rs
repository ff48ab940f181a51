//! The command line: arguments in, one command run, an exit status out. Each command has a file of its own;
//! what is found and how it is drawn belongs to the library and to `report`.

mod args;
mod audit;
mod explain;
mod input;
mod levels;
mod lint;
mod output;
mod rules;
mod status;
mod suggest;
mod trace;

use std::ffi::OsString;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Parser as _;

use crate::report::escape::visible;
use args::{Cli, Command};
pub use status::ExitStatus;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
enum CliError {
    /// The user asked for something that does not exist or makes no sense; the text says what to write instead.
    #[error("{0}")]
    Usage(String),
    /// Standard input or output failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// Runs the program with these arguments (the first is its own name) and says how it ended. Whatever goes
/// wrong is told on standard error and ends as `ExitStatus::Failure`; a reader of the output that has left is
/// no failure.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        // An answer quotes the arguments, which may be names of files that somebody else chose.
        Err(error) => {
            let shown = args.iter().map(|arg| visible(&arg.to_string_lossy()).into_owned());
            return show_clap_answer(&Cli::try_parse_from(shown).err().unwrap_or(error));
        }
    };
    let color = cli.color();
    match catch_unwind(AssertUnwindSafe(|| run(cli))) {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => {
            output::complain(color, &error.to_string());
            ExitStatus::Failure
        }
        Err(_) => {
            output::complain(color, "internal error: the program failed; what was printed so far may be incomplete");
            ExitStatus::Failure
        }
    }
}

fn run(cli: Cli) -> Result<ExitStatus, CliError> {
    match cli.command {
        None => lint::run(&cli.lint),
        Some(Command::Audit(args)) => audit::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Rules(args)) => rules::run(&args),
        Some(Command::Trace(args)) => trace::run(&args),
    }
}

/// Help and version are answers on standard output; everything else that the argument parser says is a complaint.
fn show_clap_answer(error: &clap::Error) -> ExitStatus {
    // Nothing can be told to a user whose terminal is gone.
    let _ = error.print();
    if error.use_stderr() { ExitStatus::Failure } else { ExitStatus::Clean }
}
