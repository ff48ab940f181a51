//! Payment APIs, the outcome lexicon, the table of effect calls and names of platforms, as types.
//!
//! The data stands in `rules/{apis,lexicon,effects,platform}`. `build.rs` checks it, key by key,
//! and writes it as constants of these types, so that a program that was built holds sound data and spends
//! no time on reading it.

pub mod calls;
pub mod effects;
pub mod lexicon;
pub mod platform;

mod data {
    use super::effects::*;
    use super::lexicon::*;
    use super::platform::*;
    use super::*;
    include!(concat!(env!("OUT_DIR"), "/data.rs"));
}

pub use data::{APIS, EFFECTS, LEXICON, PLATFORM};

/// One payment API: one file of `rules/apis`.
#[derive(Debug, PartialEq)]
pub struct PaymentApi {
    /// The file's name.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// Modules whose export is a global of the API: `@tarojs/taro` is `Taro`.
    pub modules: &'static [ModuleGlobal],
    /// How it is called.
    pub calls: &'static [CallForm],
    /// Its parameters.
    pub params: &'static [ApiParam],
    /// Sets of keys of which one is needed: `["tradeNO"]`, `["orderStr"]`: one whole set is enough.
    pub order_keys: &'static [&'static str],
    /// How its object comes to be there; none where it needs no waiting.
    pub ready: Option<ReadySpec>,
    /// The field of the result that holds the code.
    pub result_field: &'static str,
    /// Whether a call is one of this API only where its result's code is compared with something: the same name pays by
    /// other means on other platforms, whose results have no such field.
    pub only_where_compared: bool,
    /// The platform whose builds alone pay through it, where a file is another one in each build.
    pub build: Option<&'static str>,
    /// Fields of an error of the call itself, which a payment's result never has.
    pub error_fields: &'static [&'static str],
    /// The result's other fields.
    pub result_fields: &'static [ResultField],
    /// Every documented result code, in the order of the table.
    pub codes: &'static [ResultCode],
    /// Where the facts come from.
    pub sources: &'static [&'static str],
}

/// A module whose export stands for a global.
#[derive(Debug, PartialEq, Eq)]
pub struct ModuleGlobal {
    /// The specifier.
    pub module: &'static str,
    /// The global that its default export and its namespace stand for; named exports are its properties.
    pub global: &'static str,
}

/// One way to call an API.
#[derive(Debug, PartialEq, Eq)]
pub struct CallForm {
    /// The callee as a path from a global: `AlipayJSBridge.call`, `my.tradePay`.
    pub callee: &'static str,
    /// An argument that must be this string.
    pub name: Option<NameArgument>,
    /// Which argument holds the parameters.
    pub params: usize,
    /// The key that a bare string in place of the parameters stands for; none: such a string is dropped.
    pub bare_string: Option<&'static str>,
    /// Where the result goes.
    pub callbacks: &'static [Callback],
    /// What the call returns.
    pub returns: Returns,
    /// Where it is documented or was read.
    pub source: &'static str,
}

/// An argument that selects the API.
#[derive(Debug, PartialEq, Eq)]
pub struct NameArgument {
    /// Which argument, from 0.
    pub index: usize,
    /// Its text.
    pub value: &'static str,
}

/// A place where a function receives the result.
#[derive(Debug, PartialEq, Eq)]
pub struct Callback {
    /// Which one.
    pub at: CallbackAt,
    /// What it receives.
    pub receives: Receives,
}

/// Where a callback stands.
#[derive(Debug, PartialEq, Eq)]
pub enum CallbackAt {
    /// An argument, from 0.
    Argument(usize),
    /// A property of the parameters.
    Property(&'static str),
}

/// What a callback receives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receives {
    /// A payment's result, whatever its code.
    Result,
    /// An error of the call itself, never a payment's result.
    Error,
    /// Either.
    Both,
}

/// What a call returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returns {
    /// `undefined`.
    Nothing,
    /// A promise of the result; it rejects only for errors of the call itself.
    Promise,
}

/// One parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct ApiParam {
    /// Its key.
    pub name: &'static str,
    /// Its type in words: "string", "boolean", "object".
    pub kind: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Spellings that people write in its place.
    pub misspellings: &'static [&'static str],
    /// Where it is documented or was read.
    pub source: &'static str,
}

/// How an API's object comes to be there.
#[derive(Debug, PartialEq, Eq)]
pub struct ReadySpec {
    /// The global that is injected.
    pub global: &'static str,
    /// The event on `document` that tells of it.
    pub event: &'static str,
    /// Calls that run their first argument (and settle their promise) when it is there, tested and waited for.
    pub waits: &'static [&'static str],
    /// Where it is documented or was read.
    pub source: &'static str,
}

/// A field of the result beside the code.
#[derive(Debug, PartialEq, Eq)]
pub struct ResultField {
    /// Its key.
    pub name: &'static str,
    /// "string", "object".
    pub kind: &'static str,
    /// Whether it may be null or missing.
    pub optional: bool,
}

/// One result code.
#[derive(Debug, PartialEq, Eq)]
pub struct ResultCode {
    /// The code.
    pub code: &'static str,
    /// What it means, in a few words.
    pub meaning: &'static str,
    /// What kind of end it is.
    pub class: CodeClass,
    /// Whether nobody knows yet if it is paid: the codes that the rules of pending judge. False for 9000, which reports
    /// success.
    pub undetermined: bool,
    /// What the merchant should do.
    pub advice: &'static str,
    /// Which of the vendor's pages name it.
    pub listed: Listed,
    /// Where it is documented.
    pub source: &'static str,
}

/// Which of the vendor's pages name a result code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Listed {
    /// All that list the API's codes.
    Everywhere,
    /// Today's; older ones lack it, so that code written after them has forgotten it.
    NotInOlderPages,
    /// Older ones; today's lack it.
    OnlyInOlderPages,
    /// Some of today's.
    NotInAllPages,
}

/// Kinds of ends of a payment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CodeClass {
    /// The cashier reports that it is paid.
    Success,
    /// Accepted, and still being processed.
    Pending,
    /// Nobody knows.
    Unknown,
    /// Not paid.
    Failure,
    /// The customer left.
    Cancelled,
    /// There was no network.
    Network,
    /// The merchant may not use the API.
    NotAllowed,
}

/// What an effect says or does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OutcomeClass {
    /// Says that it is paid.
    Success,
    /// Says that the result is not known yet.
    Pending,
    /// Asks the server.
    Confirm,
    /// Says that it failed.
    Failure,
    /// Says that it was cancelled.
    Cancelled,
    /// Goes elsewhere, without saying.
    Navigates,
    /// Pays again.
    Retries,
    /// Says nothing of the payment.
    Neutral,
    /// Leaves the code at hand.
    Opaque,
}

impl OutcomeClass {
    /// As reports and fixtures write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Pending => "pending",
            Self::Confirm => "confirm",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::Navigates => "navigates",
            Self::Retries => "retries",
            Self::Neutral => "neutral",
            Self::Opaque => "opaque",
        }
    }
}

impl PaymentApi {
    /// The entry of a result code.
    #[must_use]
    pub fn code(&self, code: &str) -> Option<&'static ResultCode> {
        self.codes.iter().find(|c| c.code == code)
    }

    /// Whether a code stands for its class, as the first of it in the table: 6001 for "cancelled", not 99.
    #[must_use]
    pub fn leads_its_class(&self, code: &ResultCode) -> bool {
        self.codes.iter().find(|c| c.class == code.class).is_some_and(|first| first.code == code.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(id: &str) -> &'static PaymentApi {
        APIS.iter().find(|api| api.id == id).expect("the API is there")
    }

    fn codes(api: &PaymentApi) -> Vec<&'static str> {
        api.codes.iter().map(|c| c.code).collect()
    }

    #[test]
    fn the_five_apis_are_there() {
        let ids: Vec<&str> = APIS.iter().map(|api| api.id).collect();
        assert_eq!(ids, ["alipay-h5-bridge", "alipay-h5-library", "alipay-mini-program", "taro", "uni-app"]);
    }

    #[test]
    fn exactly_8000_and_6004_are_undetermined() {
        for api in APIS {
            let codes: Vec<&str> = api.codes.iter().filter(|c| c.undetermined).map(|c| c.code).collect();
            assert_eq!(codes, ["8000", "6004"], "{}", api.id);
            assert_eq!(api.code("9000").map(|c| c.class), Some(CodeClass::Success));
            assert_eq!(api.code("5000"), None);
        }
    }

    #[test]
    fn each_api_has_the_codes_of_its_pages() {
        let common = ["9000", "8000", "6004", "4000", "6001", "6002"];
        assert_eq!(codes(api("alipay-h5-bridge")), [&common[..], &["99", "7001"]].concat());
        assert_eq!(codes(api("alipay-h5-library")), [&common[..], &["99", "7001"]].concat());
        assert_eq!(codes(api("alipay-mini-program")), [&common[..], &["99", "4"]].concat());
        assert_eq!(codes(api("taro")), [&common[..], &["4"]].concat());
    }

    #[test]
    fn each_code_says_which_pages_name_it() {
        for api in APIS {
            for code in api.codes {
                let expected = match (api.id, code.code) {
                    (_, "6004") => Listed::NotInOlderPages,
                    (_, "7001") => Listed::OnlyInOlderPages,
                    ("alipay-mini-program", "99" | "4") => Listed::NotInAllPages,
                    _ => Listed::Everywhere,
                };
                assert_eq!(code.listed, expected, "{} {}", api.id, code.code);
            }
        }
    }

    #[test]
    fn only_the_bridge_must_be_waited_for() {
        let ready: Vec<&str> = APIS.iter().filter(|api| api.ready.is_some()).map(|api| api.id).collect();
        assert_eq!(ready, ["alipay-h5-bridge"]);
        let spec = api("alipay-h5-bridge").ready.as_ref().expect("it has a ready event");
        assert_eq!((spec.global, spec.event), ("AlipayJSBridge", "AlipayJSBridgeReady"));
        assert!(spec.waits.contains(&"ap.ready"));
    }

    #[test]
    fn the_bridge_drops_a_bare_string_and_the_library_takes_it() {
        let bare = |id: &str, callee: &str| {
            api(id).calls.iter().find(|c| c.callee == callee).map(|c| (c.bare_string, c.returns))
        };
        assert_eq!(bare("alipay-h5-bridge", "AlipayJSBridge.call"), Some((None, Returns::Nothing)));
        assert_eq!(bare("alipay-h5-library", "ap.tradePay"), Some((Some("orderStr"), Returns::Promise)));
    }
}
