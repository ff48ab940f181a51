//! The partial evaluator: runs scripts on paper, with values that may be unknown.
//!
//! It knows JavaScript, the payment APIs and the table of effect calls; it records what happens (`Event`) and
//! judges nothing. States are joined where branches meet and never forked further; everything is bounded, and
//! what goes past a bound is unknown.

mod assign;
mod assigned;
mod branch;
mod branch_value;
mod builtins;
mod bundle;
mod call;
mod chunk;
mod class;
mod component;
mod convert;
mod event;
mod excerpt;
mod expr;
mod frame;
mod framework;
mod function;
mod generator;
mod heap;
mod helper;
mod host;
mod inherit;
mod link;
mod listener;
mod literal;
mod loops;
mod lowered;
mod machine;
mod member;
mod module;
mod note;
mod ops;
mod outside;
mod payment;
mod promise;
mod ready;
mod record;
mod run;
mod scope;
mod settle;
mod state;
mod stepper;
mod stmt;
mod store;
mod task;
mod trace;
mod unknown;
mod value;
mod wiring;

pub use assigned::{Assigned, note as note_assigned};
pub use event::{CallbackRef, Channel, EffectEvent, Event, KeyEvent, ParamsEvent, SiteEvent};
pub use excerpt::excerpt;
pub use heap::{ObjectId, ObjectKind};
pub use link::{Link, reads_parameters};
pub use machine::{Created, Machine, Mode, Relevant};
pub use note::{AtomNote, UnknownFrom, ValueNote};
pub use payment::ActiveSite;
pub use ready::{Level, Ready, meet_of_settlements};
pub use run::{Entry, Explored, OutcomeRun};
pub use state::{Arm, ArmKind, Decision, State};
pub use trace::{ArmTaken, LaterKind, Record, Step, StepKind};
pub use unknown::{GAP, Reason, UnknownId};
pub use value::{Atom, Taint, Value};

use crate::ir::{ScriptId, Span};

/// A place in a script.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The script.
    pub script: ScriptId,
    /// Where in its file.
    pub span: Span,
}
