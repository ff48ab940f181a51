//! Matches a callee or an assignment's target against the table of effects, and names of functions that are not at
//! hand against its lists of names. What the text or address in the call says is for `lexicon` to read.

use crate::api::EFFECTS;
use crate::api::effects::{EffectCall, EffectWrite};
use crate::api::lexicon::Reading;
use crate::lexicon::{read_identifier, split_words};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

/// The entry for a call of `path`: the callee's segments without `window` and its like, `*` for a receiver that is not
/// known, `f()` for the result of a call of `f`. `name_argument` gives an argument's text where it is a string.
#[must_use]
pub fn find_call<'a>(path: &[&str], name_argument: impl Fn(usize) -> Option<&'a str>) -> Option<&'static EffectCall> {
    static INDEX: OnceLock<Index<EffectCall>> = OnceLock::new();
    let index = INDEX.get_or_init(|| Index::new(EFFECTS.calls, |call| call.callee));
    let accepts = |call: &EffectCall| call.name.is_none_or(|(index, text)| name_argument(index) == Some(text));
    index.find(path, accepts).or_else(|| {
        let (first, rest) = path.split_first()?;
        let (name, called) = first.strip_suffix("()").map_or((*first, ""), |name| (name, "()"));
        let first = format!("{}{called}", usual_name(name)?);
        let path: Vec<&str> = std::iter::once(first.as_str()).chain(rest.iter().copied()).collect();
        index.find(&path, accepts)
    })
}

/// The name that the table uses for a library; none where it uses no other.
#[must_use]
pub fn usual_name(name: &str) -> Option<&'static str> {
    EFFECTS.other_names.iter().find(|(other, _)| *other == name).map(|(_, usual)| *usual)
}

/// The entry for an assignment to `path`, written as for [`find_call`].
#[must_use]
pub fn find_write(path: &[&str]) -> Option<&'static EffectWrite> {
    static INDEX: OnceLock<Index<EffectWrite>> = OnceLock::new();
    INDEX.get_or_init(|| Index::new(EFFECTS.writes, |write| write.target)).find(path, |_| true)
}

/// What the hint of a call says (`type: "fail"`, `icon: 2`), given as text.
#[must_use]
pub fn read_hint(call: &EffectCall, hint: &str) -> Option<Reading> {
    match call.hint_values.iter().find(|(value, _)| *value == hint) {
        Some((_, class)) => Some(Reading { class: *class, weak: false, retry: false }),
        None => read_identifier(hint),
    }
}

/// Whether a function of this name (not at hand) speaks to people: `showToast`, `tipMsg`; not `hideToast`.
#[must_use]
pub fn speaks(name: &str) -> bool {
    static LISTS: OnceLock<(Names, Names)> = OnceLock::new();
    let (speaking, silent) =
        LISTS.get_or_init(|| (Names::new(EFFECTS.speaking_names), Names::new(EFFECTS.silent_names)));
    let words = split_words(name);
    speaking.hit(&words) && !silent.hit(&words)
}

/// Whether a function of this name (not at hand) may wait for the container: `onBridgeReady`, `loadSdk`.
#[must_use]
pub fn may_wait(name: &str) -> bool {
    static LIST: OnceLock<Names> = OnceLock::new();
    LIST.get_or_init(|| Names::new(EFFECTS.waiting_names)).hit(&split_words(name))
}

/// Whether a function of this name (not at hand) is about orders and requests: `createOrder`, `getPayInfo`.
#[must_use]
pub fn is_about_orders(name: &str) -> bool {
    static LIST: OnceLock<Names> = OnceLock::new();
    LIST.get_or_init(|| Names::new(EFFECTS.order_names)).hit(&split_words(name))
}

/// Whether a function of this name (not at hand) only reports to analytics, whatever words it is given: `trackPay`,
/// `payLogger`.
#[must_use]
pub fn reports(name: &str) -> bool {
    static LIST: OnceLock<Names> = OnceLock::new();
    LIST.get_or_init(|| Names::new(EFFECTS.reporting_names)).hit(&split_words(name))
}

/// Whether a function of this name (not at hand) sets a state: `setPayStatus`; not `setTimeout`.
#[must_use]
pub fn sets_state(name: &str) -> bool {
    match split_words(name).as_slice() {
        [set, next, ..] => set == "set" && !matches!(next.as_str(), "timeout" | "interval" | "immediate"),
        _ => false,
    }
}

/// Patterns by the segment that is looked up first. Entries keep their place in the table: an earlier one wins.
struct Index<T: 'static> {
    by_method: FxHashMap<&'static str, Vec<(usize, &'static T)>>,
    /// Patterns that take any method, by the segment before it.
    by_receiver: FxHashMap<&'static str, Vec<(usize, &'static T)>>,
    pattern: fn(&'static T) -> &'static str,
}

impl<T> Index<T> {
    fn new(entries: &'static [T], pattern: fn(&'static T) -> &'static str) -> Self {
        let mut index = Self { by_method: FxHashMap::default(), by_receiver: FxHashMap::default(), pattern };
        for (place, entry) in entries.iter().enumerate() {
            let mut segments = pattern(entry).rsplit('.');
            let (list, key) = match segments.next() {
                Some("*") => (&mut index.by_receiver, segments.next()),
                method => (&mut index.by_method, method),
            };
            list.entry(key.unwrap_or_default()).or_default().push((place, entry));
        }
        index
    }

    fn find(&self, path: &[&str], accepts: impl Fn(&'static T) -> bool) -> Option<&'static T> {
        let (method, before) = path.split_last()?;
        let best = |list: Option<&Vec<(usize, &'static T)>>| {
            let fits = |entry: &'static T| matches_path((self.pattern)(entry), path) && accepts(entry);
            list.and_then(|entries| entries.iter().copied().find(|(_, entry)| fits(entry)))
        };
        let known_method = best(self.by_method.get(method));
        let known_receiver = best(before.last().and_then(|receiver| self.by_receiver.get(receiver)));
        let first = match (known_method, known_receiver) {
            (Some(a), Some(b)) => Some(if a.0 < b.0 { a } else { b }),
            (a, b) => a.or(b),
        };
        first.map(|(_, entry)| entry)
    }
}

/// Whether a pattern fits a path, compared from the end.
fn matches_path(pattern: &str, path: &[&str]) -> bool {
    let mut rest = pattern;
    for (index, segment) in path.iter().enumerate().rev() {
        if rest == "*" {
            return true;
        }
        // What stands before the last part of the pattern, the dot between them included.
        let before = rest.strip_suffix(segment).filter(|b| b.is_empty() || b.ends_with('.'));
        let Some(before) = before.or_else(|| rest.strip_suffix('*')) else { return false };
        match before.strip_suffix('.') {
            Some(before) => rest = before,
            None => return before.is_empty() && index == 0,
        }
    }
    false
}

/// A list of words and of word pairs (`show-error`).
struct Names(FxHashSet<&'static str>);

impl Names {
    fn new(words: &'static [&'static str]) -> Self {
        Self(words.iter().copied().collect())
    }

    fn hit(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.0.contains(word.as_str()))
            || words.windows(2).any(|pair| self.0.contains(pair.join("-").as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::OutcomeClass;
    use crate::api::effects::{CallbackWhen, EffectKind};

    fn call(path: &str) -> Option<&'static EffectCall> {
        find_call(&path.split('.').collect::<Vec<_>>(), |_| None)
    }

    fn kind(path: &str) -> Option<EffectKind> {
        call(path).map(|c| c.kind)
    }

    fn bridge(name: &str) -> Option<EffectKind> {
        find_call(&["AlipayJSBridge", "call"], |i| (i == 0).then_some(name)).map(|c| c.kind)
    }

    #[test]
    fn finds_calls_of_every_family() {
        for (path, expected) in [
            ("alert", EffectKind::Message),
            ("confirm", EffectKind::Dialog),
            ("*.text", EffectKind::Message),
            ("ap.showToast", EffectKind::Message),
            ("my.alert", EffectKind::Message),
            ("my.confirm", EffectKind::Dialog),
            ("my.navigateTo", EffectKind::Navigation),
            ("Taro.showModal", EffectKind::Dialog),
            ("uni.request", EffectKind::Request),
            ("Toast", EffectKind::Message),
            ("*.$toast", EffectKind::Message),
            ("*.$toast.fail", EffectKind::Message),
            ("*.$vux.toast.show", EffectKind::Message),
            ("Indicator.open", EffectKind::Loading),
            ("ElMessage.error", EffectKind::Message),
            ("*.$message", EffectKind::Message),
            ("layer.msg", EffectKind::Message),
            ("weui.topTips", EffectKind::Message),
            ("*.$router.push", EffectKind::Navigation),
            ("location.replace", EffectKind::Navigation),
            ("*.setData", EffectKind::State),
            ("*.$emit", EffectKind::State),
            ("axios.get", EffectKind::Request),
            ("$.post", EffectKind::Request),
            ("*.$http.post", EffectKind::Request),
            ("setTimeout", EffectKind::Timer),
            ("*.addEventListener", EffectKind::Listener),
            ("useEffect", EffectKind::Listener),
            ("console.error", EffectKind::Neutral),
            ("Sentry.captureException", EffectKind::Neutral),
            ("*.forEach", EffectKind::Neutral),
        ] {
            assert_eq!(kind(path), Some(expected), "{path}");
        }
    }

    #[test]
    fn a_star_needs_a_receiver_and_takes_long_ones() {
        assert_eq!(kind("*.page.$toast"), Some(EffectKind::Message));
        assert_eq!(kind("text"), None);
        assert_eq!(kind("*.alert"), None);
        assert_eq!(kind("unknown.thing"), None);
        assert_eq!(find_call(&[], |_| None), None);
    }

    #[test]
    fn the_bridge_is_told_apart_by_name() {
        assert_eq!(bridge("toast"), Some(EffectKind::Message));
        assert_eq!(bridge("pushWindow"), Some(EffectKind::Navigation));
        assert_eq!(bridge("hideLoading"), Some(EffectKind::Neutral));
        assert_eq!(bridge("tradePay"), None);
        assert_eq!(kind("AlipayJSBridge.call"), None);
    }

    #[test]
    fn an_array_push_goes_nowhere() {
        assert_eq!(kind("list.push"), None);
        assert_eq!(kind("*.push"), None);
        assert_eq!(kind("*.history.push"), Some(EffectKind::Navigation));
    }

    #[test]
    fn a_known_receiver_outweighs_a_known_method() {
        assert_eq!(kind("api.find"), Some(EffectKind::Request));
        assert_eq!(kind("orders.find"), Some(EffectKind::Neutral));
        assert_eq!(kind("formData.append"), Some(EffectKind::Neutral));
    }

    #[test]
    fn done_and_its_kin_are_requests_only_on_a_request() {
        for path in [
            "$.ajax().done",
            "$.ajax().always",
            "$.ajax().done().fail",
            "$.post().done",
            "jQuery.getJSON().done",
            "ajax().done",
            "*.request().fail",
            "$.get().fail",
            "$http.post().success",
            "$.ajax().success",
        ] {
            assert_eq!(kind(path), Some(EffectKind::Request), "{path}");
        }
        for path in ["*.done", "order.done", "done", "*.always", "toast.get().fail", "*.success", "*.get().error"] {
            assert_eq!(kind(path), None, "{path}");
        }
    }

    #[test]
    fn methods_of_a_projects_own_objects_are_not_swallowed() {
        assert_eq!(kind("orders.put"), None);
        assert_eq!(kind("*.cancel.button"), None);
        assert_eq!(kind("*.orders.subscribe"), Some(EffectKind::Listener));
        assert_eq!(kind("*.$api.msg"), Some(EffectKind::Message));
        assert_eq!(kind("api.toast"), Some(EffectKind::Message));
        assert_eq!(kind("*.$api.payOrder"), Some(EffectKind::Request));
        assert!(find_write(&["shop", "location"]).is_none());
        assert!(find_write(&["top", "location"]).is_some());
    }

    #[test]
    fn a_method_states_its_outcome() {
        assert_eq!(call("Toast.fail").and_then(|c| c.says), Some(OutcomeClass::Failure));
        assert_eq!(call("message.success").and_then(|c| c.says), Some(OutcomeClass::Success));
        assert_eq!(call("Toast").and_then(|c| c.says), None);
    }

    #[test]
    fn hints_are_words_or_listed_values() {
        let class = |path: &str, hint: &str| call(path).and_then(|c| read_hint(c, hint)).map(|r| r.class);
        assert_eq!(class("layer.msg", "2"), Some(OutcomeClass::Failure));
        assert_eq!(class("layer.msg", "6"), Some(OutcomeClass::Success));
        assert_eq!(class("layer.msg", "3"), None);
        assert_eq!(class("my.showToast", "exception"), Some(OutcomeClass::Failure));
        assert_eq!(class("my.showToast", "none"), None);
        assert_eq!(class("*.$message", "warning"), None);
    }

    #[test]
    fn callbacks_say_when_they_run() {
        let when = |path: &str| call(path).map(|c| c.callbacks.iter().map(|b| b.when).collect::<Vec<_>>());
        assert_eq!(when("setTimeout"), Some(vec![CallbackWhen::Later]));
        assert_eq!(when("*.map"), Some(vec![CallbackWhen::Now]));
        assert!(when("my.confirm").is_some_and(|w| w.contains(&CallbackWhen::UserChoice)));
        assert!(when("$.ajax").is_some_and(|w| w.contains(&CallbackWhen::ServerFailure)));
        let listener = call("document.addEventListener").map(|c| c.callbacks.iter().map(|b| b.at.argument).collect());
        assert_eq!(listener, Some(vec![1, 1]));
    }

    #[test]
    fn writes_are_found() {
        let write = |path: &str| find_write(&path.split('.').collect::<Vec<_>>()).map(|w| (w.kind, w.runs));
        assert_eq!(write("location.href"), Some((EffectKind::Navigation, None)));
        assert_eq!(write("top.location.href"), Some((EffectKind::Navigation, None)));
        assert_eq!(write("*.innerText"), Some((EffectKind::Message, None)));
        assert_eq!(write("*.onclick"), Some((EffectKind::Listener, Some(CallbackWhen::Event))));
        assert_eq!(write("*.style.display"), Some((EffectKind::Neutral, None)));
        assert_eq!(write("*.payFailed"), None);
    }

    #[test]
    fn names_are_read_by_their_words() {
        for name in ["toast", "showMsg", "tipShow", "alertMsg", "setError", "Util_showTips"] {
            assert!(speaks(name), "{name}");
        }
        for name in ["hideToast", "closeDialog", "getMessage", "sendMsg", "onMessage", "pay", "tipping"] {
            assert!(!speaks(name), "{name}");
        }
        assert!(may_wait("onBridgeReady") && may_wait("alipayReady") && !may_wait("submitOrder"));
        assert!(is_about_orders("createOrder") && is_about_orders("getPayInfo") && !is_about_orders("whenReady"));
        for name in ["trackPay", "payLogger", "reportEvent", "sendStats", "traceTradePay", "logError", "埋点"] {
            assert!(reports(name), "{name}");
        }
        for name in ["login", "catalog", "status", "showToast", "payFail", "startPay"] {
            assert!(!reports(name), "{name}");
        }
        assert!(sets_state("setPayStatus") && !sets_state("setTimeout") && !sets_state("settle") && !sets_state("set"));
    }
}
