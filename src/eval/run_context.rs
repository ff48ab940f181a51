//! What one run needs and records; the machine keeps the rest from run to run.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Place;
use super::event::Event;
use super::kept::Kept;
use super::language::closure::CallKey;
use super::language::frame::{Exit, Frame};
use super::observed::Observed;
use super::state::Chain;
use super::task::{Task, TaskKey};
use super::values::heap::ObjectId;
use super::values::value::Value;

/// What the current run needs, and what it has recorded.
#[derive(Debug, Default)]
pub(super) struct RunContext {
    /// What the run saw of the result code.
    pub observed: Observed,
    /// How many steps it may still take.
    pub fuel: u32,
    /// How deep calls and nested expressions stand now, together.
    pub depth: u32,
    /// Loops that the run stands in whose conditions are not known.
    pub open_loops: u32,
    /// Whether a bound was reached in the run.
    pub exhausted: bool,
    /// Whether something of the run was not followed: it happened too often. Of what it leaves nothing is said.
    pub cut_short: bool,
    /// Whether the run waited for a promise that a payment's result settles.
    pub awaited: bool,
    /// Functions that are in line.
    pub tasks: VecDeque<Task>,
    /// How often each was put there.
    pub tasks_seen: FxHashMap<TaskKey, u8>,
    /// The task that runs, the one that put it in line, and so on.
    pub line: Chain<TaskKey>,
    /// How often a function was called with the same arguments in the run, and what came of it.
    pub calls_seen: FxHashMap<CallKey, (u8, Value)>,
    /// What the run leaves of the result.
    pub kept: Kept,
    /// The stack of calls.
    pub frames: Vec<Frame>,
    /// A throw with this many catchers is caught by nobody.
    pub uncaught_at: usize,
    /// The `try` statements that the run stands in.
    pub tries: Vec<Place>,
    /// By `try` that the run stands in, and outside of all: what was thrown.
    pub catchers: Vec<Vec<Exit>>,
    /// What happened in outcomes.
    pub events: Vec<Event>,
    /// Promises that somebody waits for.
    pub consumed: FxHashSet<ObjectId>,
    /// How many more payments the outcome has come to.
    pub next_payments: u32,
    /// Promises of a `then` that nobody takes.
    pub unwanted: FxHashSet<ObjectId>,
    /// Conditions on the result that were decided in the run, and how.
    pub decisions: Vec<(Place, u32)>,
    /// Conditions on what the code chose that could not be decided.
    pub open_choices: FxHashSet<Place>,
    /// Look-ups in tables by the code in the run, and which property was found.
    pub lookups: Vec<(Place, u32)>,
    /// Where the outcome's result was taken from a promise.
    pub waiters: BTreeSet<Place>,
    /// Executors of promises that the run stands in.
    pub executors: u32,
    /// Objects from this id on were made in the outcome that runs now: others were there when the result came.
    pub outcome_objects: u32,
}

impl RunContext {
    /// A run with so much fuel that begins when there are so many objects.
    pub(super) fn new(fuel: u32, observed: Observed, objects: u32) -> Self {
        Self { observed, fuel, uncaught_at: 1, catchers: vec![Vec::new()], outcome_objects: objects, ..Self::default() }
    }
}
