//! The table of effect calls: how the code speaks to people, moves on, asks the server, or says nothing.

/// The whole table: all files of `rules/effects`.
#[derive(Debug)]
pub struct EffectTable {
    /// Calls, more specific patterns first.
    pub calls: &'static [EffectCall],
    /// Assignments to properties that show something or go somewhere: `location.href`, `*.innerText`.
    pub writes: &'static [EffectWrite],
    /// Words of function names that say a helper (not at hand) speaks to people: `toast`, `tip`, `showMsg`.
    pub speaking_names: &'static [&'static str],
    /// Words of function names by which such a helper is silent after all: `hideToast`, `getMessage`.
    pub silent_names: &'static [&'static str],
    /// Words of function names by which a function (not at hand) may wait for the bridge: `ready`, `bridge`, `wait`.
    pub waiting_names: &'static [&'static str],
    /// Words of function names by which a function (not at hand) is about orders and requests, which guard nothing.
    pub order_names: &'static [&'static str],
    /// Words of function names by which a function (not at hand) only reports to analytics: `track`, `logger`.
    pub reporting_names: &'static [&'static str],
    /// Another name of a library, and the one that `calls` use: `jQuery` is `$`.
    pub other_names: &'static [(&'static str, &'static str)],
}

/// One kind of call.
#[derive(Debug, PartialEq, Eq)]
pub struct EffectCall {
    /// The callee: segments between dots. `*` as the first segment is any receiver, however long, but not none
    /// (`*.toast` does not match a bare `toast`); `*` as the last segment is any method; `$()` as a segment is the
    /// result of a call of `$`. `window.`, `self.` and `globalThis.` are taken off before matching.
    pub callee: &'static str,
    /// An argument that must be this string (the bridge's `toast`).
    pub name: Option<(usize, &'static str)>,
    /// What it does.
    pub kind: EffectKind,
    /// Where the text (or the address, for `Navigation` and `Request`) stands; every place that is there counts.
    pub text: &'static [ArgumentPath],
    /// Where a word for the kind of message stands (`type: "fail"`, `icon: "success"`).
    pub hint: &'static [ArgumentPath],
    /// What hints mean that are no words (`icon: 2`): the hint as text, and its outcome.
    pub hint_values: &'static [(&'static str, super::OutcomeClass)],
    /// The outcome that the callee's own name states (`Toast.fail`); none: the text alone says.
    pub says: Option<super::OutcomeClass>,
    /// Functions it is given and when they run.
    pub callbacks: &'static [EffectCallback],
}

/// Where a value stands in a call: `0`, `0.content`, `1.title`. A text place that holds an object counts for each
/// string in it (`query: { status: "fail" }`).
#[derive(Debug, PartialEq, Eq)]
pub struct ArgumentPath {
    /// The argument, from 0.
    pub argument: usize,
    /// Its property; `*` for each of its properties; none for the argument itself.
    pub property: Option<&'static str>,
}

/// A function given to an effect call.
#[derive(Debug, PartialEq, Eq)]
pub struct EffectCallback {
    /// Where it stands.
    pub at: ArgumentPath,
    /// When it runs.
    pub when: CallbackWhen,
}

/// When a callback runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallbackWhen {
    /// Later, by itself, surely: timers, animation frames, `success`/`complete` of a message.
    Later,
    /// At once, for each element: `forEach`.
    Now,
    /// When the customer chooses.
    UserChoice,
    /// When the server has answered.
    ServerAnswer,
    /// When the server did not answer, or said no.
    ServerFailure,
    /// Whenever an event comes that has nothing to do with the payment: a click, `DOMContentLoaded`, `mounted`.
    Event,
}

/// Kinds of effect calls.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EffectKind {
    /// Shows a text.
    Message,
    /// Shows a text and asks.
    Dialog,
    /// Shows or hides a waiting indicator.
    Loading,
    /// Goes to another page, or closes this one.
    Navigation,
    /// Asks the server.
    Request,
    /// Tells others: an event, a store.
    State,
    /// Runs a function later.
    Timer,
    /// Registers a listener or a life-cycle function.
    Listener,
    /// Says nothing: logging, analytics.
    Neutral,
}

/// One kind of assignment.
#[derive(Debug, PartialEq, Eq)]
pub struct EffectWrite {
    /// The target: as `EffectCall::callee`.
    pub target: &'static str,
    /// What it does.
    pub kind: EffectKind,
    /// When a function runs that is assigned there.
    pub runs: Option<CallbackWhen>,
}
