//! paylint: a static analyser for code that opens Alipay's cashier.
//!
//! The modules are the stages of its pipeline, in this order; arrows run one way:
//!
//! ```text
//! paths ─ discover ─ source ─ syntax ─ ir ─ project ─ eval ─ analysis ─ rules ─ report
//! ```
//!
//! [`run`] is the whole of it: paths or a text in, facts and diagnostics out. [`api`] and [`lexicon`] hold what is
//! known of payment APIs and of words; [`cli`] is the program around it.

pub mod analysis;
pub mod api;
pub mod cli;
pub mod diagnostic;
pub mod discover;
pub mod eval;
pub mod ir;
pub mod levels;
pub mod lexicon;
pub mod limits;
mod pipeline;
pub mod project;
pub mod report;
pub mod rules;
pub mod source;
pub mod syntax;

#[doc(hidden)]
pub use pipeline::watch;
pub use pipeline::{Fate, Fates, FileFate, Options, Run, RunError, RunErrorKind, Stdin, fates, run, trace};
