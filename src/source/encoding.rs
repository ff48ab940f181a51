//! Which encoding a file that is not UTF-8 is in: what it declares, else what it looks like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GBK, UTF_8};

/// Where declarations are looked for, in bytes from the start.
const DECLARATION_BYTES: usize = 4 * 1024;

/// Words that an encoding's name follows: of server pages, whose `charset` is that of what they send; of
/// `<meta charset>`, `<meta content="…; charset=…">` and `@charset`; and of XML declarations.
const MARKERS: [&str; 3] = ["pageencoding", "charset", "encoding"];

/// For so many valid characters of several bytes, UTF-8 may hold one broken sequence and still be UTF-8.
const VALID_FOR_EACH_BROKEN: usize = 8;

/// The encoding of bytes that are not valid UTF-8 throughout.
pub(super) fn encoding_of(bytes: &[u8]) -> &'static Encoding {
    match declared(bytes) {
        // Code often names UTF-8 without being in it: the header of a request, the `charset` of another script.
        Some(encoding) if encoding != UTF_8 => encoding,
        Some(_) if is_nearly_utf8(bytes, 1) => UTF_8,
        _ if is_nearly_utf8(bytes, VALID_FOR_EACH_BROKEN) => UTF_8,
        _ => guessed(bytes),
    }
}

/// The encoding that a file declares near its start.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..DECLARATION_BYTES).unwrap_or(bytes).to_ascii_lowercase();
    MARKERS.iter().find_map(|marker| declared_after(&head, marker.as_bytes()))
}

fn declared_after(head: &[u8], marker: &[u8]) -> Option<&'static Encoding> {
    memchr::memmem::find_iter(head, marker)
        .filter_map(|at| label(head.get(at + marker.len()..)?))
        .find_map(|label| Encoding::for_label(label).filter(|encoding| encoding.is_ascii_compatible()))
}

/// The name at the start of `rest`: `="gbk"`, ` "gbk"`, `=gbk;`.
fn label(rest: &[u8]) -> Option<&[u8]> {
    let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'=' | b'"' | b'\''))?;
    let name = rest.get(start..)?;
    let end = name.iter().position(|byte| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b':' | b'.'));
    name.get(..end.unwrap_or(name.len())).filter(|name| start > 0 && !name.is_empty())
}

/// The encoding that bytes look like: mainland Chinese where that reads well.
fn guessed(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let mainland = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    if mainland != GBK || is_common_chinese(bytes) { mainland } else { detector.guess(None, Utf8Detection::Deny) }
}

/// Whether four of five pairs, read as GBK, lie in its old core (GB 2312), as nearly all of real text does.
fn is_common_chinese(bytes: &[u8]) -> bool {
    let (mut core, mut all) = (0, 0);
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if let ([second, tail @ ..], false) = (rest, first.is_ascii()) {
            rest = tail;
            all += 1;
            core += usize::from((0xA1..=0xF7).contains(first) && *second >= 0xA1);
        }
    }
    core * 5 >= all * 4
}

/// Whether there are at least `for_each_broken` valid characters of several bytes for each broken sequence.
fn is_nearly_utf8(bytes: &[u8], for_each_broken: usize) -> bool {
    let (mut valid, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|&byte| byte >= 0xC0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid >= for_each_broken * broken
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, GB18030, SHIFT_JIS};

    #[test]
    fn declarations_of_every_form_are_found() {
        for (text, encoding) in [
            ("<META CHARSET=GB2312>", GBK),
            ("<meta http-equiv=Content-Type content=\"text/html; charset=Big5\">", BIG5),
            ("@charset \"shift_jis\";", SHIFT_JIS),
            ("<%@ page language=\"java\" pageEncoding=\"GB18030\"%>", GB18030),
            ("<%@page contentType=\"text/html; charset=UTF-8\" pageEncoding=\"Big5\"%>", BIG5),
            ("<?xml version='1.0' encoding='gbk'?>", GBK),
            ("<script charset=\"nonsense\"></script><meta charset = 'gbk'>", GBK),
        ] {
            assert_eq!(declared(text.as_bytes()), Some(encoding), "{text}");
        }
    }

    #[test]
    fn what_declares_nothing_declares_nothing() {
        for text in ["", "charset", "charset=", "charset=utf-16le", "var charsetgbk = 1", "charset=unknown-8bit"] {
            assert_eq!(declared(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_request_header_does_not_make_chinese_text_utf8() {
        let source = "$.ajax({contentType: 'application/json; charset=utf-8'}); alert('支付失败，请稍后再试');";
        let (bytes, ..) = GBK.encode(source);
        assert_eq!(encoding_of(&bytes), GBK);
    }
}
