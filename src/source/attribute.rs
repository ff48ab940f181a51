//! Code in attributes: which attributes hold it, and their values with character references resolved.

use std::convert::Infallible;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use super::{DecodedAttribute, Language, RawScript};
use crate::ir::{ScriptKind, Span};

/// The attributes that are event handlers by the HTML standard and those of touch, pointer, animation and
/// clipboard events, without `on`. Other names that begin with `on` (`once`, `only`) hold no code.
const EVENTS: &str = " abort afterprint animationcancel animationend animationiteration animationstart auxclick \
    beforecopy beforecut beforeinput beforematch beforepaste beforeprint beforetoggle beforeunload blur cancel \
    canplay canplaythrough change click close contextmenu copy cuechange cut dblclick drag dragend dragenter \
    dragleave dragover dragstart drop durationchange emptied ended error focus focusin focusout formdata \
    fullscreenchange gotpointercapture hashchange input invalid keydown keypress keyup languagechange load \
    loadeddata loadedmetadata loadstart lostpointercapture message messageerror mousedown mouseenter mouseleave \
    mousemove mouseout mouseover mouseup mousewheel offline online orientationchange pagehide pageshow paste pause \
    play playing pointercancel pointerdown pointerenter pointerleave pointermove pointerout pointerover pointerup \
    popstate progress ratechange rejectionhandled reset resize scroll scrollend search seeked seeking select \
    selectstart slotchange stalled storage submit suspend timeupdate toggle touchcancel touchend touchmove \
    touchstart transitioncancel transitionend transitionrun transitionstart unhandledrejection unload \
    volumechange waiting wheel ";

const SCHEME: &str = "javascript:";

/// Whether an attribute holds the code of an event handler; `name` in lower case.
pub(super) fn is_handler(name: &str) -> bool {
    name.strip_prefix("on").is_some_and(|event| !event.is_empty() && EVENTS.contains(&format!(" {event} ")))
}

/// The range of an attribute's value as written, given where it starts (after its quote, if it has one).
pub(super) fn value_span(text: &str, start: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let rest = bytes.get(start..)?;
    let quote = start.checked_sub(1).and_then(|before| bytes.get(before)).filter(|byte| matches!(byte, b'"' | b'\''));
    let length = match quote {
        Some(quote) => memchr::memchr(*quote, rest),
        None => rest.iter().position(|byte| matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | b' ' | b'>')),
    };
    let end = start + length.unwrap_or(rest.len());
    text.get(start..end).map(|_| Span::new(start as u32, end as u32))
}

/// The script of a handler's value; none: there is no code in it.
pub(super) fn handler(text: &str, span: Span) -> Option<RawScript> {
    let raw = text.get(span.start as usize..span.end as usize)?;
    let decoded = raw.contains('&').then(|| resolve(raw, span.start));
    script(span, raw, decoded)
}

/// The script of a `javascript:` address; none: it is another address.
pub(super) fn address(text: &str, span: Span) -> Option<RawScript> {
    let raw = text.get(span.start as usize..span.end as usize)?;
    let value = match raw.contains(['&', '%']) {
        true => resolve(raw, span.start),
        false => plain(raw, span.start),
    };
    let start = value.text.find(|character: char| character > ' ')?;
    let code = start + SCHEME.len();
    if !value.text.get(start..code)?.eq_ignore_ascii_case(SCHEME) {
        return None;
    }
    let code_span = Span::new(value.offsets.get(code).copied()?, span.end);
    let code_raw = text.get(code_span.start as usize..code_span.end as usize)?;
    let decoded = code_raw.contains(['&', '%']).then(|| percent_decoded(&value, code));
    script(code_span, code_raw, decoded)
}

fn script(span: Span, raw: &str, decoded: Option<DecodedAttribute>) -> Option<RawScript> {
    let decoded = decoded.filter(|decoded| decoded.text != raw);
    let empty = decoded.as_ref().map_or(raw, |decoded| &decoded.text).trim().is_empty();
    let script = RawScript::new(span, Some(ScriptKind::Handler), Language::JavaScript);
    (!empty).then_some(RawScript { decoded, ..script })
}

fn plain(raw: &str, base: u32) -> DecodedAttribute {
    DecodedAttribute { text: raw.to_owned(), offsets: (base..=base + raw.len() as u32).collect() }
}

/// Resolves the character references of a value that stands at `base`.
fn resolve(raw: &str, base: u32) -> DecodedAttribute {
    let mut value = DecodedAttribute { text: String::with_capacity(raw.len()), offsets: Vec::new() };
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        push_same(&mut value, before, base + (raw.len() - rest.len()) as u32);
        let reference = from.get(..reference_length(from)).unwrap_or(from);
        let place = base + (raw.len() - from.len()) as u32;
        match resolved(reference, from.get(reference.len()..).unwrap_or_default()) {
            Some(text) => push_at(&mut value, &text, place),
            None => push_same(&mut value, reference, place),
        }
        rest = from.get(reference.len()..).unwrap_or_default();
    }
    push_same(&mut value, rest, base + (raw.len() - rest.len()) as u32);
    value.offsets.push(base + raw.len() as u32);
    value
}

/// How long what might be a reference at the start of `text` is, its `&` and `;` included.
fn reference_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (prefix, is_part): (usize, fn(&u8) -> bool) = match bytes {
        [b'&', b'#', b'x' | b'X', ..] => (3, u8::is_ascii_hexdigit),
        [b'&', b'#', ..] => (2, u8::is_ascii_digit),
        _ => (1, u8::is_ascii_alphanumeric),
    };
    let name = bytes.get(prefix..).unwrap_or_default().iter().take_while(|byte| is_part(byte)).count();
    let length = prefix + name;
    length + usize::from(bytes.get(length) == Some(&b';'))
}

/// What a reference stands for in an attribute; none: it is itself.
fn resolved(reference: &str, after: &str) -> Option<String> {
    // Before `=` a reference without `;` is left as it is; the tokenizer knows the rule when it sees the `=`.
    let follower = if after.starts_with('=') { "=" } else { "" };
    let source = format!("<a b=\"{reference}{follower}\">");
    let mut text = None;
    let emitter = CallbackEmitter::<_, Infallible, ()>::new(|event: CallbackEvent<'_>, _| {
        if let CallbackEvent::AttributeValue { value } = event {
            text = Some(String::from_utf8_lossy(value).into_owned());
        }
        None
    });
    let Ok(()) = Tokenizer::new_with_emitter(source.as_str(), emitter).finish();
    let mut text = text?;
    text.truncate(text.len() - follower.len());
    (text != reference).then_some(text)
}

fn push_same(value: &mut DecodedAttribute, text: &str, place: u32) {
    value.text.push_str(text);
    value.offsets.extend(place..place + text.len() as u32);
}

fn push_at(value: &mut DecodedAttribute, text: &str, place: u32) {
    value.text.push_str(text);
    value.offsets.extend(std::iter::repeat_n(place, text.len()));
}

/// The value from `start` with `%22` and the like resolved, as browsers do before they run an address. Only ASCII:
/// what stands for parts of longer characters is left as it is, and lies in strings anyway.
fn percent_decoded(value: &DecodedAttribute, start: usize) -> DecodedAttribute {
    let mut decoded = DecodedAttribute { text: String::new(), offsets: Vec::new() };
    let mut rest = value.text.get(start..).unwrap_or_default();
    while let Some(character) = rest.chars().next() {
        let place = value.offsets.get(value.text.len() - rest.len()).copied().unwrap_or_default();
        let escaped = rest.strip_prefix('%').and_then(|hex| hex.get(..2)).and_then(ascii_of_hex);
        let length = if escaped.is_some() { 3 } else { character.len_utf8() };
        push_at(&mut decoded, escaped.unwrap_or(character).encode_utf8(&mut [0; 4]), place);
        rest = rest.get(length..).unwrap_or_default();
    }
    decoded.offsets.extend(value.offsets.last());
    decoded
}

fn ascii_of_hex(hex: &str) -> Option<char> {
    let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = u8::from_str_radix(hex, 16).ok().filter(|byte| digits && byte.is_ascii())?;
    Some(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved_text(raw: &str) -> String {
        let value = resolve(raw, 100);
        assert_eq!(value.offsets.len(), value.text.len() + 1);
        assert_eq!(value.offsets.last(), Some(&(100 + raw.len() as u32)));
        assert!(value.offsets.is_sorted());
        value.text
    }

    #[test]
    fn references_are_resolved_as_in_attributes() {
        for (raw, text) in [
            ("pay(&quot;x&quot;)", "pay(\"x\")"),
            ("a &amp;&amp; b", "a && b"),
            ("a && b", "a && b"),
            ("&#39;&#x27;&#X27;&#39", "''''"),
            ("i&lt3", "i&lt3"),
            ("i&lt;3", "i<3"),
            ("i&lt 3", "i< 3"),
            ("a?b=1&copy=2", "a?b=1&copy=2"),
            ("a?b=1&copy;=2", "a?b=1©=2"),
            ("&#65bc", "Abc"),
            ("&nosuch; &; & &#; &#x;", "&nosuch; &; & &#; &#x;"),
            ("&支付&", "&支付&"),
        ] {
            assert_eq!(resolved_text(raw), text, "{raw}");
        }
    }

    #[test]
    fn offsets_point_at_the_reference() {
        let value = resolve("f(&quot;支&quot;)", 10);
        assert_eq!(value.text, "f(\"支\")");
        assert_eq!(value.offsets, [10, 11, 12, 18, 19, 20, 21, 27, 28]);
    }

    #[test]
    fn names_of_handlers() {
        assert!(is_handler("onclick") && is_handler("ontouchstart") && is_handler("onwheel"));
        assert!(!["on", "once", "only", "click", "on click", "onclickx", "on-click"].into_iter().any(is_handler));
    }

    #[test]
    fn addresses_with_code() {
        let code = |raw: &str| {
            let script = address(raw, Span::new(0, raw.len() as u32))?;
            let written = raw[script.span.start as usize..script.span.end as usize].to_owned();
            Some(script.decoded.map_or(written, |decoded| decoded.text))
        };
        assert_eq!(code("javascript:pay()").as_deref(), Some("pay()"));
        assert_eq!(code(" \n JavaScript:pay()").as_deref(), Some("pay()"));
        assert_eq!(code("javascript:pay(%22a%22, '%E6', 5%2)").as_deref(), Some("pay(\"a\", '%E6', 5%2)"));
        assert_eq!(code("javascript&colon;pay(&quot;a&quot;)").as_deref(), Some("pay(\"a\")"));
        assert_eq!(code("javascript:"), None);
        assert_eq!(code("javascript: "), None);
        assert_eq!(code("https://example.com/javascript:x"), None);
        assert_eq!(code("支付"), None);
    }
}
