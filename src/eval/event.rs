//! What a run records: calls of payment APIs, and what the code does with their results.

use std::sync::Arc;

use super::Place;
use super::link::Link;
use super::platform::ready::Ready;
use super::state::{Control, State, Trail};
use super::values::heap::ObjectId;
use super::values::unknown::Reason;
use super::values::value::Value;
use crate::api::effects::EffectCall;
use crate::api::{CallForm, PaymentApi};
use crate::ir::{FnId, ScriptId};

/// How an effect reaches somebody.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Channel {
    /// A text on the screen.
    Message,
    /// Another page.
    Navigation,
    /// State, an event, a value.
    State,
    /// `reject`, `throw`, `callback(err)`, `return`.
    HandedOn,
    /// A question to the server.
    Request,
    /// Another payment.
    Payment,
    /// A call nobody knows.
    Call,
}

impl Channel {
    /// As reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Navigation => "navigation",
            Self::State => "state",
            Self::HandedOn => "handed-on",
            Self::Request => "request",
            Self::Payment => "payment",
            Self::Call => "call",
        }
    }
}

/// Something that a run does in the outcome of a payment.
#[derive(Clone, Debug)]
pub struct Event {
    /// What, not yet classed.
    pub effect: EffectEvent,
    /// Where.
    pub place: Place,
    /// In which arms.
    pub control: Control,
    /// After which decisions on the result.
    pub trail: Trail,
}

/// An effect, not yet classed.
#[derive(Clone, Debug)]
pub struct EffectEvent {
    /// How it reaches somebody.
    pub channel: Channel,
    /// The entry of the table; none for what the language itself does, and for calls that nobody knows.
    pub call: Option<&'static EffectCall>,
    /// Names from a global (or `*`) to what is called or written.
    pub path: Arc<[Arc<str>]>,
    /// What is said, gone to, handed on: each text as far as it is known (gaps as U+FFFC); none for an unknown.
    pub texts: Vec<Option<Arc<str>>>,
    /// Words for the kind of message.
    pub hints: Vec<Arc<str>>,
    /// A truth value that is written or handed on.
    pub flag: Option<bool>,
    /// Whether a text is the whole result, printed.
    pub dumps_result: bool,
    /// Whether the result flows into it.
    pub carries_result: bool,
    /// Whether the result chooses between several texts in a way that can't be decided.
    pub undecided: bool,
    /// Whether a server's answer flows into it.
    pub carries_answer: bool,
    /// Whether it comes after a server's answer that the code has waited for.
    pub answered: bool,
    /// The promise that it settles: no effect of its own where somebody at hand waits for that.
    pub handed: Option<ObjectId>,
}

/// A call of a payment API, as one run reached it.
#[derive(Clone, Debug)]
pub struct SiteEvent {
    /// Which API.
    pub api: &'static PaymentApi,
    /// In which way.
    pub form: &'static CallForm,
    /// The call.
    pub place: Place,
    /// Its callee.
    pub callee: Place,
    /// The function that it stands in.
    pub function: FnId,
    /// Where wrappers stand around it: their calls from the API outwards, the payment's own call last.
    pub links: Vec<Link>,
    /// The payment's own call, where calls in earlier turns count as wrappers too.
    pub late_site: Place,
    /// What was known of the bridge.
    pub ready: Ready,
    /// The turn that reached it.
    pub turn: u32,
    /// Whether the customer, or somebody who is not at hand, began the run that reached it.
    pub by_event: bool,
    /// Whether the call's own `?.` would skip it.
    pub optional: bool,
    /// Whether a throw there is caught: the `try`.
    pub caught: Option<Place>,
    /// The calls on the way, the first first.
    pub route: Vec<(Place, ScriptId, FnId)>,
    /// Functions on the way that code at hand calls.
    pub called: Vec<(ScriptId, FnId)>,
    /// What is paid.
    pub params: ParamsEvent,
    /// The argument that says so.
    pub params_place: Option<Place>,
    /// Who receives the result.
    pub callbacks: Vec<CallbackRef>,
    /// The promise returned.
    pub promise: Option<ObjectId>,
    /// Whether it happened inside a promise's executor, or its promise is waited for.
    pub in_promise: bool,
    /// The state at the call.
    pub state: State,
}

/// A function that receives a result.
#[derive(Clone, Debug)]
pub struct CallbackRef {
    /// The function.
    pub value: Value,
    /// What `this` is for it.
    pub this: Value,
    /// Where it is given.
    pub place: Place,
    /// What it receives.
    pub receives: crate::api::Receives,
}

/// The parameters of a payment call, as one run knows them.
#[derive(Clone, Debug)]
pub enum ParamsEvent {
    /// An object with these keys; `open` when it may have others.
    Object {
        /// Its keys.
        keys: Vec<KeyEvent>,
        /// Whether others may be there, and why.
        open: Option<(Reason, Place)>,
        /// Whether code that is not at hand, or keys that are not known, may have put functions there.
        hides: bool,
        /// Where the object was made; none for a text that stands for one.
        made: Option<Place>,
    },
    /// Surely no object.
    NotAnObject(Value),
    /// No argument at all.
    Missing,
    /// Not known.
    Unknown(Reason, Place),
}

/// One key of the parameters.
#[derive(Clone, Debug)]
pub struct KeyEvent {
    /// The key.
    pub key: Arc<str>,
    /// Its value.
    pub value: Value,
    /// Where it is written; none where that is not known.
    pub place: Option<Place>,
}

impl SiteEvent {
    /// The payment's own call: the one that touches the API, or the outermost wrapper's.
    #[must_use]
    pub fn site(&self) -> Place {
        self.links.last().map_or(self.place, |link| link.place)
    }
}
