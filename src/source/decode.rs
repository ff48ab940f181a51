//! From stored bytes to text: byte-order marks, declared and guessed encodings, and the way back to stored offsets.
//!
//! Bytes that are valid UTF-8 are taken as such whatever the file declares: text in another encoding is next to
//! never valid UTF-8, while declarations are often left behind when a file is converted.

use std::sync::Arc;

use encoding_rs::{DecoderResult, Encoding, UTF_8};

use super::encoding::encoding_of;
use super::stored::{Decoding, StoredMap};

/// The most bytes that are decoded: offsets have 32 bits, and text may be twice as long as it is stored.
const MAX_BYTES: u64 = 1 << 30;

/// How many bytes at the start of a file are looked at for NUL bytes.
const BINARY_PROBE_BYTES: usize = 8 * 1024;

/// No encoding in use stores a character in more bytes than this.
const MAX_CHARACTER_BYTES: usize = 4;

/// A file's text.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The text, without a byte-order mark.
    pub text: Arc<str>,
    /// The encoding's standard name: `UTF-8`, `GBK`.
    pub encoding: &'static str,
    /// From offsets in `text` to offsets in the file.
    pub stored: StoredMap,
}

/// Why bytes are not taken as text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeError {
    /// It holds NUL bytes near its start.
    #[error("it is binary, with NUL bytes near its start")]
    Binary,
    /// Offsets in its text would not fit.
    #[error("it is larger than 1 GiB")]
    TooLarge,
}

/// Decodes a file's bytes. Bytes that are invalid in its encoding become U+FFFD.
///
/// # Errors
/// When the bytes are no text, or too many.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded, DecodeError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(DecodeError::TooLarge);
    }
    if let Some(stored) = Utf16::of(&bytes) {
        return Ok(from_utf16(stored));
    }
    match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok(from_utf8_lossy(rest, 3)),
        _ if is_binary(&bytes) => Err(DecodeError::Binary),
        _ => Ok(without_mark(bytes)),
    }
}

/// Text that is stored in units of two bytes.
#[derive(Clone, Copy, Debug)]
pub struct Utf16<'b> {
    /// What follows the byte-order mark.
    bytes: &'b [u8],
    mark: u32,
    is_little: bool,
}

impl<'b> Utf16<'b> {
    /// The text of such a file: by its byte-order mark, or where it begins with two characters of ASCII.
    #[must_use]
    pub const fn of(bytes: &'b [u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xFE, rest @ ..] => Some(Self { bytes: rest, mark: 2, is_little: true }),
            [0xFE, 0xFF, rest @ ..] => Some(Self { bytes: rest, mark: 2, is_little: false }),
            [1..0x80, 0, 1..0x80, 0, ..] => Some(Self { bytes, mark: 0, is_little: true }),
            [0, 1..0x80, 0, 1..0x80, ..] => Some(Self { bytes, mark: 0, is_little: false }),
            _ => None,
        }
    }

    /// Its characters; one that is none (a surrogate without its partner) is U+FFFD.
    pub fn characters(self) -> impl Iterator<Item = char> {
        let (pairs, _) = self.bytes.as_chunks::<2>();
        let unit = if self.is_little { u16::from_le_bytes } else { u16::from_be_bytes };
        char::decode_utf16(pairs.iter().map(move |&pair| unit(pair))).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

fn is_binary(bytes: &[u8]) -> bool {
    let probe = bytes.get(..BINARY_PROBE_BYTES).unwrap_or(bytes);
    memchr::memchr(0, probe).is_some()
}

fn without_mark(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text: text.into(), encoding: UTF_8.name(), stored: StoredMap::shifted(0) },
        Err(error) => {
            let bytes = error.as_bytes();
            let encoding = encoding_of(bytes);
            if encoding == UTF_8 { from_utf8_lossy(bytes, 0) } else { from_encoding(bytes, encoding) }
        }
    }
}

fn from_utf8_lossy(bytes: &[u8], mark: u32) -> Decoded {
    if let Ok(text) = str::from_utf8(bytes) {
        return Decoded { text: text.into(), encoding: UTF_8.name(), stored: StoredMap::shifted(mark) };
    }
    let mut decoding = Decoding::new(mark, bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoding.push_same(chunk.valid());
        if !chunk.invalid().is_empty() {
            decoding.push_unit("\u{FFFD}", chunk.invalid().len() as u32);
        }
    }
    finish(decoding, UTF_8.name())
}

fn from_utf16(stored: Utf16<'_>) -> Decoded {
    let mut decoding = Decoding::new(stored.mark, stored.bytes.len());
    for character in stored.characters() {
        // A surrogate without its partner is one unit, as any character but those of two surrogates is.
        decoding.push_unit(character.encode_utf8(&mut [0; 4]), character.len_utf16() as u32 * 2);
    }
    if stored.bytes.len() % 2 == 1 {
        decoding.push_unit("\u{FFFD}", 1);
    }
    finish(decoding, if stored.is_little { "UTF-16LE" } else { "UTF-16BE" })
}

/// Decodes an encoding whose ASCII bytes stand for themselves outside of longer characters.
fn from_encoding(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let mut decoding = Decoding::new(0, bytes.len() + bytes.len() / 2);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (ascii, tail) = rest.split_at(Encoding::ascii_valid_up_to(rest));
        decoding.push_same(str::from_utf8(ascii).unwrap_or_default());
        rest = tail.get(push_character(&mut decoding, tail, encoding)..).unwrap_or_default();
    }
    finish(decoding, encoding.name())
}

/// Takes the character that `bytes` begin with, or a replacement for what is none; returns how many bytes that is.
fn push_character(decoding: &mut Decoding, bytes: &[u8], encoding: &'static Encoding) -> usize {
    let mut broken = 1;
    for length in 1..=MAX_CHARACTER_BYTES.min(bytes.len()) {
        let (head, mut buffer) = (bytes.get(..length).unwrap_or_default(), [0; 16]);
        let mut decoder = encoding.new_decoder_without_bom_handling();
        match decoder.decode_to_utf8_without_replacement(head, &mut buffer, true) {
            (DecoderResult::InputEmpty, _, written) => {
                let text = buffer.get(..written).and_then(|text| str::from_utf8(text).ok()).unwrap_or_default();
                decoding.push_unit(text, length as u32);
                return length;
            }
            (DecoderResult::Malformed(length, _), ..) => broken = usize::from(length),
            (DecoderResult::OutputFull, ..) => {}
        }
    }
    let length = broken.min(bytes.len());
    decoding.push_unit(if length > 0 { "\u{FFFD}" } else { "" }, length as u32);
    length
}

fn finish(decoding: Decoding, encoding: &'static str) -> Decoded {
    let (text, stored) = decoding.finish();
    Decoded { text: text.into(), encoding, stored }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, EUC_KR, GB18030, GBK, SHIFT_JIS};

    fn decoded(bytes: &[u8]) -> Decoded {
        decode(bytes.to_vec()).unwrap()
    }

    /// Every character of the text must be what is stored at its place.
    fn assert_places(decoded: &Decoded, bytes: &[u8], encoding: &'static Encoding) {
        let mut offsets: Vec<usize> = decoded.text.char_indices().map(|(offset, _)| offset).collect();
        offsets.push(decoded.text.len());
        for pair in offsets.windows(2) {
            let (start, end) = (decoded.stored.stored(pair[0] as u32), decoded.stored.stored(pair[1] as u32));
            let (text, _) = encoding.decode_without_bom_handling(&bytes[start as usize..end as usize]);
            assert_eq!(text, decoded.text[pair[0]..pair[1]], "at {}", pair[0]);
        }
        assert_eq!(decoded.stored.stored(decoded.text.len() as u32), bytes.len() as u64);
    }

    #[test]
    fn plain_utf8_is_itself() {
        let result = decoded("let 价 = '😀';\r\n".as_bytes());
        assert_eq!((&*result.text, result.encoding), ("let 价 = '😀';\r\n", "UTF-8"));
        assert_eq!(result.stored.stored(7), 7);
        assert_eq!(&*decoded(b"").text, "");
    }

    #[test]
    fn a_utf8_mark_is_no_text_but_counts_in_stored_offsets() {
        let result = decoded("\u{FEFF}支付".as_bytes());
        assert_eq!(&*result.text, "支付");
        assert_places(&result, "\u{FEFF}支付".as_bytes(), UTF_8);
        assert_eq!(result.stored.stored(3), 6);
        assert_eq!(decoded(&[0xEF, 0xBB, 0xBF]).stored.stored(0), 3);
    }

    #[test]
    fn utf16_of_both_orders() {
        let text = "a支😀\r\nz";
        let little: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        for (bytes, name) in [(little, "UTF-16LE"), (big, "UTF-16BE")] {
            let result = decoded(&bytes);
            assert_eq!((&*result.text, result.encoding), (text, name));
            let stored: Vec<u64> = [0, 1, 4, 8, 9, 10, 11].iter().map(|&offset| result.stored.stored(offset)).collect();
            assert_eq!(stored, [2, 4, 6, 10, 12, 14, 16]);
        }
    }

    #[test]
    fn utf16_without_a_mark_is_told_by_its_first_characters() {
        let text = "// 支付\r\na()";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, name) in [(little, "UTF-16LE"), (big, "UTF-16BE")] {
            let result = decoded(&bytes);
            assert_eq!((&*result.text, result.encoding), (text, name));
            assert_eq!([result.stored.stored(0), result.stored.stored(6)], [0, 8]);
        }
        for binary in [b"a\0\0\0".as_slice(), b"\0\0a\0", b"a\0b", b"\xE6\0a\0"] {
            assert_eq!(decode(binary.to_vec()).unwrap_err(), DecodeError::Binary, "{binary:?}");
        }
    }

    #[test]
    fn broken_utf16_is_replaced() {
        let result = decoded(&[0xFF, 0xFE, 0x00, 0xD8, b'a', 0, b'b']);
        assert_eq!(&*result.text, "\u{FFFD}a\u{FFFD}");
        let stored: Vec<u64> = [0, 3, 4, 7].iter().map(|&offset| result.stored.stored(offset)).collect();
        assert_eq!(stored, [2, 4, 6, 7]);
    }

    #[test]
    fn nul_bytes_mean_binary_only_near_the_start() {
        assert_eq!(decode(b"\x7fELF\0\0".to_vec()).unwrap_err(), DecodeError::Binary);
        let mut late = vec![b' '; BINARY_PROBE_BYTES];
        late.push(0);
        assert!(decode(late).is_ok());
    }

    #[test]
    fn invalid_bytes_in_utf8_are_replaced_and_keep_their_places() {
        let bytes = b"<meta charset=utf-8>\xE6\x94\xAF\xFF\xE4\xBB\x98 \xE6\x94 end";
        let result = decoded(bytes);
        assert_eq!(&*result.text, "<meta charset=utf-8>支\u{FFFD}付 \u{FFFD} end");
        assert_eq!(result.encoding, "UTF-8");
        assert_places(&result, bytes, UTF_8);
    }

    #[test]
    fn one_bad_byte_among_much_utf8_does_not_change_the_encoding() {
        let mut bytes = "支付成功，请稍候。订单处理中。".as_bytes().to_vec();
        bytes.push(0xFF);
        assert_eq!(decoded(&bytes).encoding, "UTF-8");
    }

    #[test]
    fn declared_encodings_are_obeyed() {
        let page = "<html><meta charset='gbk'><script>alert('支付失败')</script>";
        let (bytes, ..) = GBK.encode(page);
        let result = decoded(&bytes);
        assert_eq!((&*result.text, result.encoding), (page, "GBK"));
        assert_places(&result, &bytes, GBK);
    }

    #[test]
    fn guessed_encodings_are_right_for_short_texts() {
        let filler = "var order = getOrder();\n".repeat(40);
        for (text, encoding) in [
            ("支付结果确认中，请稍后查看订单", GBK),
            ("支付失败", GBK),
            ("付款處理中，請稍後查詢訂單狀態", BIG5),
            ("支払い処理中です。しばらくお待ちください", SHIFT_JIS),
        ] {
            let source = format!("{filler}toast('{text}');");
            let (bytes, ..) = encoding.encode(&source);
            let result = decoded(&bytes);
            assert_eq!((&*result.text, result.encoding), (source.as_str(), encoding.name()));
            assert_places(&result, &bytes, encoding);
        }
    }

    #[test]
    fn four_byte_characters_and_broken_pairs_of_gb18030() {
        let (good, ..) = GB18030.encode("<meta charset=gb18030>支㐀😀x");
        let result = decoded(&good);
        assert_eq!(&*result.text, "<meta charset=gb18030>支㐀😀x");
        assert_places(&result, &good, GB18030);

        let bytes = b"@charset \"gbk\";\xD6\xA7\x81'a'\xFF\xFFb\xD6";
        let result = decoded(bytes);
        assert_eq!(&*result.text, "@charset \"gbk\";支\u{FFFD}'a'\u{FFFD}\u{FFFD}b\u{FFFD}");
        assert_places(&result, bytes, GBK);
    }

    #[test]
    fn text_is_what_the_encoding_says_for_every_pair() {
        for encoding in [GBK, BIG5, SHIFT_JIS, EUC_KR] {
            for first in 0x80..=0xFF_u8 {
                for second in 0x20..=0xFF_u8 {
                    let bytes = [first, second, b'\n'];
                    let (expected, _) = encoding.decode_without_bom_handling(&bytes);
                    assert_eq!(&*from_encoding(&bytes, encoding).text, expected, "{bytes:x?}");
                }
            }
        }
    }
}
