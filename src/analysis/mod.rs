//! What paylint knows of a program: the calls of payment APIs, what guards them, what they pay, and what the code
//! does with each result. Facts, without a word for the reader.

mod assigned;
mod classify;
mod explore;
mod facts;
mod outcomes;
mod params;
mod readiness;
mod relevance;
mod spelling;
mod verdict;

pub use crate::eval::{Channel, GAP, Reason};
pub use explore::analyse;
pub use facts::{
    Certainty, Condition, Effect, Evidence, FileFacts, Outcome, ReadyFact, ReadyState, Site, TradeNo, TradeNoState,
    Undecided, Verdict,
};
pub(crate) use verdict::{is_outweighed, same_path};
