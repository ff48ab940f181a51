//! What paylint knows of a program: the calls of payment APIs, what guards them, what they pay, and what the code
//! does with each result. Facts, without a word for the reader.

mod both_arms;
mod classify;
mod explore;
mod facts;
mod leading;
mod merge;
mod only_called;
mod outcomes;
mod params;
mod readiness;
mod relevance;
mod shared;
mod spelling;
mod targets;
mod trace;
mod verdict;
mod watch;
mod words;

pub use crate::eval::{AtomNote, Channel, GAP, LaterKind, Reason, UnknownFrom, ValueNote};
pub use explore::{ProgramFacts, analyse, judge};
pub use facts::{
    Certainty, Condition, Effect, Evidence, FileFacts, Outcome, ReadyFact, ReadyState, Site, Touch, TradeNo,
    TradeNoState, Undecided, Verdict,
};
pub use leading::{Leading, leading};
pub use merge::{Callers, merge};
pub use relevance::Scan;
pub use trace::{Operand, Trace, TraceArm, TraceKind, TraceStep, TracedRun, Wanted, trace};
pub(crate) use verdict::{is_looked_at_before, is_outweighed};
pub use watch::{Watched, WatchedEffect, WatchedRun, watch};
