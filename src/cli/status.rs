//! The ways in which the program ends, and their exit codes.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitStatus {
    /// Nothing was found at or above the failing level: 0.
    Clean,
    /// Something was: 1.
    Findings,
    /// The run itself went wrong (bad arguments, a path that can't be read, an internal fault), whatever was
    /// found besides: 2.
    Failure,
}

impl ExitStatus {
    /// The exit code as a number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failure => 2,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}
