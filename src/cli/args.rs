//! What can be written on the command line. Only shapes and help texts stand here; the commands act on them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::levels::LevelArgs;
use crate::diagnostic::Severity;
use crate::limits::{Limit, Limits, value_of};

const EXAMPLES: &str = "\
Examples:
  paylint                             lint the current folder
  paylint --format json src pay.html  as JSON, for programs
  paylint audit src                   what each payment call does, code by code
  paylint trace pay.js:12             why it does that for a code, step by step
  paylint explain pending-as-failure  what a rule finds, why, how to mend it
  paylint explain 8000                what a result code means, what to do
  paylint -W pedantic -A file         turn rules or categories on and off
  paylint ./audit                     lint a folder named like a command
  paylint --stdin-filename pay.js - <pay.js
                                      lint what an editor holds in memory
  git diff --name-only --diff-filter=d -z main | paylint --files-from -
                                      lint what a branch has changed

Exit codes:
  0  nothing found at the failing level
  1  something found
  2  the run failed: bad arguments, a path that can't be read, an own fault";

const AUDIT_EXAMPLES: &str = "\
Examples:
  paylint audit                                calls in the current folder
  paylint audit --format json src >audit.json  as JSON, for programs

Exit codes:
  0  the audit is complete, whatever it shows
  2  the run failed";

const TRACE_EXAMPLES: &str = "\
Examples:
  paylint trace pay.js:12                the codes at fault, else 8000
  paylint trace pay.js:12 --code 6004    one code
  paylint trace pay.js:12 --code other   a code that nobody documented
  paylint trace pay.js:12:5 --format json >trace.json
                                         one call of several, for programs

Exit codes:
  0  the trace is complete, whatever it shows
  2  no payment call stands there, no such code, or the run failed";

/// Finds Alipay in-app payment calls (tradePay) in JavaScript, TypeScript and HTML, and tells which of them lose
/// payments or tell customers something false.
#[derive(Parser, Debug)]
#[command(name = "paylint", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) lint: LintArgs,
}

/// What to do other than linting.
#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Show each payment call: its guard, its order, and what the code does for every result code
    Audit(AuditArgs),
    /// Explain a rule, or what a result code means and what to do
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Show why the code does what it does for one result code, step by step
    Trace(TraceArgs),
}

/// Arguments of the lint itself.
#[derive(Args, Debug)]
pub(super) struct LintArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(super) format: Format,
    /// List every file in the paths and what becomes of it, instead of linting
    #[arg(long)]
    pub(super) show_files: bool,
    /// The mildest severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    pub(super) fail_on: FailOn,
    #[command(flatten)]
    pub(super) levels: LevelArgs,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// Arguments of `audit`.
#[derive(Args, Debug)]
#[command(after_help = AUDIT_EXAMPLES)]
pub(super) struct AuditArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// How to print the audit
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// A rule (`pending-as-failure`) or a result code (`8000`)
    #[arg(value_name = "RULE|CODE")]
    pub(super) topic: String,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// Arguments of `rules`.
#[derive(Args, Debug)]
pub(super) struct RulesArgs {
    /// How to print the list
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// Arguments of `trace`.
#[derive(Args, Debug)]
#[command(after_help = TRACE_EXAMPLES)]
pub(super) struct TraceArgs {
    /// Where the payment call stands: the line that it begins on, or one within it; with a column, only the call around
    /// that point
    #[arg(value_name = "FILE:LINE[:COLUMN]")]
    pub(super) place: String,
    /// A result code of the call's API, or `other` for one that nobody documented [default: all that are at fault, else
    /// 8000]
    #[arg(long, value_name = "CODE")]
    pub(super) code: Option<String>,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
    /// How to print the trace
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// What to read.
#[derive(Args, Default, Debug)]
pub(super) struct InputArgs {
    /// Files and folders [default: the current folder]; `-` is standard input
    #[arg(value_name = "PATHS")]
    pub(super) paths: Vec<PathBuf>,
    /// The name to judge standard input by and to report it under; needs `-` as a path
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<String>,
    /// A file that lists further files and folders, one a line (or parted by NUL bytes, where it has any); `-` is
    /// standard input. Files of kinds that are not read are passed over
    #[arg(long, value_name = "FILE")]
    pub(super) files_from: Option<PathBuf>,
    /// Analyse the named files only, not the projects that they belong to
    #[arg(long)]
    pub(super) isolated: bool,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

/// How much of one file is taken on.
#[derive(Args, Clone, Default, Debug)]
pub(super) struct LimitArgs {
    /// Take on more, or less, of a file before it is skipped: `file-size=1G`, `nesting=5000`; a `file-skipped` names
    /// its limit
    #[arg(long, value_name = "NAME=VALUE", value_parser = limit)]
    limit: Vec<(Limit, u64)>,
}

impl LimitArgs {
    /// The limits that these choices make; of several for one limit the last counts.
    pub(super) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        self.limit.iter().for_each(|(limit, value)| limits.set(*limit, *value));
        limits
    }
}

/// A limit and its value.
fn limit(text: &str) -> Result<(Limit, u64), String> {
    let names = || Limit::names().collect::<Vec<_>>().join(", ");
    let (name, value) = text.split_once('=').ok_or_else(|| format!("write NAME=VALUE; the names are {}", names()))?;
    let limit = Limit::find(name).ok_or_else(|| format!("there is no such limit; the names are {}", names()))?;
    let value = value_of(limit, value).ok_or_else(|| match limit {
        Limit::FileSize => "a size is a number of bytes, with K, M or G behind it where it is large".to_owned(),
        _ => "a limit is a whole number".to_owned(),
    })?;
    if value > limit.most() {
        return Err(format!("the most is {}", limit.most()));
    }
    Ok((limit, value))
}

/// Colours.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct ColorArgs {
    /// When to use colours; `auto` heeds the terminal, NO_COLOR and CLICOLOR_FORCE
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
}

/// Output formats.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum Format {
    /// For people
    Human,
    /// For programs: one versioned document
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum Color {
    /// Where the output is a terminal that shows them
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The failing level.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum FailOn {
    /// Warnings and errors
    Warning,
    /// Errors only
    Error,
    /// Nothing that is found
    Never,
}

impl FailOn {
    /// Whether a finding of this severity fails the run.
    pub(super) fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Warning => severity >= Severity::Warning,
            Self::Error => severity >= Severity::Error,
            Self::Never => false,
        }
    }
}

impl Cli {
    /// The choice of colours of the command that was given.
    pub(super) fn color(&self) -> Color {
        match &self.command {
            None => self.lint.color.color,
            Some(Command::Audit(args)) => args.color.color,
            Some(Command::Explain(args)) => args.color.color,
            Some(Command::Rules(args)) => args.color.color,
            Some(Command::Trace(args)) => args.color.color,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;

    fn parse(args: &[&str]) -> Cli {
        Cli::try_parse_from(std::iter::once(&"paylint").chain(args)).expect("these arguments are right")
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn examples_fit_a_narrow_terminal() {
        for line in EXAMPLES.lines().chain(AUDIT_EXAMPLES.lines()).chain(TRACE_EXAMPLES.lines()) {
            assert!(line.len() < 80, "{line}");
        }
    }

    #[test]
    fn no_command_is_the_lint() {
        let cli = parse(&["src", "audit"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.lint.input.paths, [PathBuf::from("src"), PathBuf::from("audit")]);
    }

    #[test]
    fn a_path_named_like_a_command_needs_a_dot() {
        assert!(matches!(parse(&["audit"]).command, Some(Command::Audit(_))));
        assert_eq!(parse(&["./audit"]).lint.input.paths, [PathBuf::from("./audit")]);
    }

    #[test]
    fn the_failing_level_orders_severities() {
        assert!(FailOn::Warning.fails(Severity::Warning) && FailOn::Warning.fails(Severity::Error));
        assert!(!FailOn::Error.fails(Severity::Warning) && FailOn::Error.fails(Severity::Error));
        assert!(!FailOn::Never.fails(Severity::Error));
    }
}
