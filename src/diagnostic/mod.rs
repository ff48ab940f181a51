//! What a rule says about the code: the only thing that reports know.

mod message;

pub use message::Template;

use crate::ir::Loc;
use crate::rules::Rule;

/// How grave a finding is, from the mildest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Shown; does not fail a run.
    Warning,
    /// Fails a run.
    Error,
}

impl Severity {
    /// As users write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What kind of point a rule makes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Category {
    /// Surely wrong: money or a customer is lost.
    Correctness,
    /// Likely wrong.
    Suspicious,
    /// Off unless asked for.
    Pedantic,
    /// About a file, not about what it says.
    File,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Correctness, Self::Suspicious, Self::Pedantic, Self::File];

    /// As users write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Suspicious => "suspicious",
            Self::Pedantic => "pedantic",
            Self::File => "file",
        }
    }
}

/// What a related place is to the finding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// The call of the payment API.
    Site,
    /// The condition that led there.
    Condition,
    /// What the customer sees or the code hands on.
    Effect,
    /// Anything else worth a look: a caller, a definition.
    Note,
}

impl Role {
    /// As machine formats and fixtures write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Condition => "condition",
            Self::Effect => "effect",
            Self::Note => "note",
        }
    }
}

/// A place beside the primary one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Related {
    /// Where.
    pub loc: Loc,
    /// What it is to the finding.
    pub role: Role,
    /// What happens there.
    pub message: String,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Who says it.
    pub rule: &'static Rule,
    /// How grave it is.
    pub severity: Severity,
    /// The place to change; on one line.
    pub primary: Loc,
    /// A few words at the primary place.
    pub label: String,
    /// What happens to the customer.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Places that belong to it, in the order in which the code runs.
    pub related: Vec<Related>,
}
