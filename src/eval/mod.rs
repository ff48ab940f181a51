//! The partial evaluator: runs scripts on paper, with values that may be unknown.
//!
//! It knows JavaScript, the payment APIs and the table of effect calls; it records what happens (`Event`) and
//! judges nothing. States are joined where branches meet and never forked further; everything is bounded, and
//! what goes past a bound is unknown.

mod builtins;
mod compiled;
mod event;
mod exits;
mod globals;
mod kept;
mod language;
mod link;
mod machine;
mod made;
mod module;
mod observed;
mod platform;
mod run;
mod run_context;
mod state;
mod task;
mod trail;
mod values;

pub use event::{CallbackRef, Channel, EffectEvent, Event, KeyEvent, ParamsEvent, SiteEvent};
pub use language::assigned::{Assigned, note as note_assigned};
pub use link::{Link, reads_parameters};
pub use machine::{Machine, Mode};
pub use made::{Created, Relevant};
pub use observed::Observed;
pub use platform::payment::ActiveSite;
pub use platform::ready::{Level, Ready, meet_of_settlements};
pub use run::{Entry, Explored, OutcomeRun};
pub use state::{Arm, ArmKind, Decision, State};
pub use trail::excerpt::excerpt;
pub use trail::note::{AtomNote, UnknownFrom, ValueNote};
pub use trail::trace::{ArmTaken, LaterKind, Record, Step, StepKind};
pub use trail::watch::{Shape, ShapeKind, Sightings, UnknownKind};
pub use values::heap::{ObjectId, ObjectKind};
pub use values::unknown::{GAP, Reason, UnknownId};
pub use values::value::{Atom, Taint, Value};

use crate::ir::{ScriptId, Span};

/// A place in a script.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The script.
    pub script: ScriptId,
    /// Where in its file.
    pub span: Span,
}
