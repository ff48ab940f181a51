//! What the analysis knows of each call site. Facts own their data: reports need no source to be at hand.

use super::outcomes::condition_number;
use crate::api::{OutcomeClass, PaymentApi, ResultCode};
use crate::eval::{Channel, Reason};
use crate::ir::Loc;

/// Everything known of one file.
#[derive(Clone, Debug, Default)]
pub struct FileFacts {
    /// Its payments, by the place of their own calls.
    pub sites: Vec<Site>,
}

/// One payment: a call of a payment API, or of a wrapper that forwards what it is given to one.
#[derive(Clone, Debug)]
pub struct Site {
    /// Which API.
    pub api: &'static PaymentApi,
    /// The whole call: its own arguments are paid.
    pub call: Loc,
    /// The callee alone (`AlipayJSBridge.call`, `pay`).
    pub callee: Loc,
    /// The callee as it is written, on one line and shortened.
    pub spelling: String,
    /// The name of the function it stands in.
    pub function: Option<String>,
    /// Where the API itself is called: the same call, or one inside the wrapper.
    pub touch: Touch,
    /// Behind a wrapper's call: each call on the way from it to the API, the one that touches the API last.
    pub links: Vec<Evidence>,
    /// What guards the call that touches the API.
    pub ready: ReadyFact,
    /// What it pays.
    pub trade_no: TradeNo,
    /// Where the result goes: each function that receives it.
    pub callbacks: Vec<Loc>,
    /// Where it is taken from a promise: each `await` and `then` on its way.
    pub waiters: Vec<Loc>,
    /// What the code does for each result code, in the order of the API's table, and at the end for an
    /// undocumented one.
    pub outcomes: Vec<Outcome>,
}

/// The call that touches a payment API.
#[derive(Clone, Debug)]
pub struct Touch {
    /// The whole call.
    pub call: Loc,
    /// The callee alone (`AlipayJSBridge.call`).
    pub callee: Loc,
    /// The callee as it is written, on one line and shortened.
    pub spelling: String,
}

impl Site {
    /// Whether the call is a wrapper's, and the API is called inside it.
    #[must_use]
    pub fn is_wrapped(&self) -> bool {
        self.call != self.touch.call
    }

    /// The outcomes of documented codes of a kind, in the order of the API's table.
    pub fn outcomes_where(
        &self,
        kind: impl Fn(&ResultCode) -> bool,
    ) -> impl Iterator<Item = (&'static ResultCode, &Outcome)> {
        let known = |outcome| -> Option<(&'static ResultCode, &Outcome)> {
            let outcome: &Outcome = outcome;
            Some((self.api.code(outcome.code?)?, outcome))
        };
        self.outcomes.iter().filter_map(known).filter(move |(code, _)| kind(code))
    }
}

/// What guards a call, from the weakest; `Unknown` stands outside that order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReadyState {
    /// Nothing.
    Unguarded,
    /// `?.`: no crash, but the payment silently never starts.
    Optional,
    /// The bridge is tested, or the throw is caught, but nobody waits for it.
    Presence,
    /// Inside a ready listener that is registered without a test.
    Event,
    /// Tested, and waited for.
    Ready,
    /// The API waits by itself.
    NotNeeded,
    /// It depends on code that is not at hand.
    Unknown,
}

impl ReadyState {
    /// As reports and fixtures write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unguarded => "unguarded",
            Self::Optional => "optional",
            Self::Presence => "presence",
            Self::Event => "event",
            Self::Ready => "ready",
            Self::NotNeeded => "not needed",
            Self::Unknown => "unknown",
        }
    }
}

/// A ready state and why.
#[derive(Clone, Debug)]
pub struct ReadyFact {
    /// The weakest state on any path to the call.
    pub state: ReadyState,
    /// What raised it to that state: the test, the listener's registration, the `try`.
    pub evidence: Vec<Evidence>,
    /// How the weakest path gets to the call: entry first, each call on the way.
    pub route: Vec<Evidence>,
    /// The function that the route begins in, where that is another one than the call stands in.
    pub origin: Option<String>,
}

/// A place and what happens there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// Where.
    pub loc: Loc,
    /// What, in a few words.
    pub what: String,
}

/// What is known of the order that a call pays.
#[derive(Clone, Debug)]
pub struct TradeNo {
    /// Whether it is given.
    pub state: TradeNoState,
    /// The place that shows it: the key, the value, or the parameters as a whole.
    pub loc: Loc,
}

/// Whether an order is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TradeNoState {
    /// Under `key`, with a value that may be right.
    Given {
        /// The key that carries it.
        key: String,
        /// The value in a few words: a literal, an expression's text.
        value: String,
    },
    /// No key that the API takes, surely.
    Absent,
    /// A key that only looks like the right one.
    Misspelt {
        /// As it is written.
        found: String,
        /// As it must be.
        expected: &'static str,
    },
    /// The right key with `""`, `null` or `undefined`, surely.
    Empty {
        /// The key.
        key: String,
        /// What stands there.
        value: String,
    },
    /// The parameters are no object: the API drops them.
    NotAnObject {
        /// What stands there.
        value: String,
    },
    /// It can't be known from the code at hand.
    Opaque {
        /// Why.
        reason: Reason,
    },
}

impl TradeNoState {
    /// As reports and fixtures write it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Given { .. } => "given",
            Self::Absent => "absent",
            Self::Misspelt { .. } => "misspelt",
            Self::Empty { .. } => "empty",
            Self::NotAnObject { .. } => "not an object",
            Self::Opaque { .. } => "opaque",
        }
    }
}

/// What the code does for one result code.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The code; none for one that nobody documented.
    pub code: Option<&'static str>,
    /// What is reached, in the order of the run.
    pub effects: Vec<Effect>,
    /// What could not be followed.
    pub undecided: Vec<Undecided>,
    /// Where a promise ended without a word that is given to code which is not at hand.
    pub ended: Option<Loc>,
    /// The last condition that this code passed and that not every code passes alike.
    pub last_condition: Option<Condition>,
    /// What it means for the customer.
    pub verdict: Verdict,
}

/// One thing that the code does.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What it says or does.
    pub class: OutcomeClass,
    /// Whether a person reads it, or only code.
    pub channel: Channel,
    /// The call or assignment.
    pub loc: Loc,
    /// How it is written, on one line and shortened: `toast('支付失败')`.
    pub spelling: String,
    /// The text shown, the address gone to, the value handed on, where it is known.
    pub text: Option<String>,
    /// The last condition before it that depends on the result.
    pub condition: Option<Condition>,
    /// The start of the arm taken there; none after an early return.
    pub arm: Option<Loc>,
    /// Whether it surely belongs to this code.
    pub certainty: Certainty,
    /// Which control arms it stands under: `(condition, arm)` numbers from the outside in.
    pub path: Vec<(u32, u32)>,
    /// Those of them that could not be decided; empty where it is not sure for another reason, too.
    pub open_arms: Vec<(u32, u32)>,
    /// Whether the result flows into what it says.
    pub carries_result: bool,
    /// Whether it tells the customer, or records, that the payment succeeded: in words that mean no other success.
    pub claims_paid: bool,
    /// Whether it depends on a condition that has nothing to do with the result.
    pub by_chance: bool,
    /// Whether its class is read off a name or a word alone, and what comes of it is up to code that is not at hand.
    pub by_name: bool,
    /// Whether it prints the whole result, and no words beside it say how the payment ended.
    pub only_dumps: bool,
    /// All that it says as far as it is known: texts, hints, truth values. For comparing, not for people.
    pub said: Vec<String>,
}

impl Effect {
    /// Whether it stands in an arm of its last condition, not behind it where the arms have met again.
    #[must_use]
    pub fn stands_in_arm(&self) -> bool {
        let number = self.condition.as_ref().map(|c| condition_number(c.loc.span));
        self.path.iter().any(|(condition, _)| Some(*condition) == number)
    }
}

/// A condition that depends on the result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// Where.
    pub loc: Loc,
    /// As it is written, shortened.
    pub spelling: String,
    /// A number for all of it, without blanks and comments. For comparing, not for people.
    pub code: u64,
    /// For each code of the API, and at the end for one that nobody documented, which way it takes there: codes with the
    /// same number take the same. Empty where that is not known.
    pub ways: Vec<usize>,
}

/// Whether an effect surely follows from a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Certainty {
    /// It does, on some run of the code at hand.
    Certain,
    /// Under a condition that depends on the result and can't be decided.
    Undecided,
    /// In a callback that an unknown function may or may not call.
    Unsure,
    /// After the customer's own choice in a dialog.
    UserChoice,
    /// On what the server answered.
    Server,
}

/// Something that the analysis could not follow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undecided {
    /// Why.
    pub reason: Reason,
    /// Where.
    pub loc: Loc,
}

/// The judgement of one cell of an outcome table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing the customer sees is false.
    Ok,
    /// The effect with this index (in `effects`) tells something false.
    Fault(usize),
    /// It depends on what can't be followed.
    Undecided(Undecided),
}
