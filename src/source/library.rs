//! Copies of libraries among the files of a project: `js/jquery-3.6.0.min.js`.
//!
//! What a library does is known by its names, as where a page loads it from elsewhere; its own code says nothing of a
//! payment, and costs more to follow than all the rest.

use memchr::memmem;

use crate::api::PLATFORM;
use crate::api::platform::lists;

/// So much of a file may be the comment that it begins with, in bytes.
const HEAD: usize = 2048;
/// So much of a file is looked at for how it was put together, in bytes.
const LOOKED_AT: usize = 64 * 1024;
/// Shorter files, in bytes, are no libraries that cost anything.
const SMALLEST: usize = 4 * 1024;
/// People do not write lines of so many bytes.
const LONG_LINE: usize = 1000;
/// How scripts that serve pages and modules alike ask what they are in.
const UNIVERSAL: [&str; 3] = ["define.amd", "typeof exports", "typeof module"];

/// Whether a file is a copy of a library: it is called as one, or begins with a version and a licence, and it is put
/// together as libraries are. `bytes` are as they are stored.
#[must_use]
pub fn is_library(name: &str, bytes: &[u8]) -> bool {
    if bytes.len() < SMALLEST {
        return false;
    }
    let comment = first_comment(bytes.get(..HEAD).unwrap_or(bytes)).to_ascii_lowercase();
    let is_licensed = PLATFORM.licence_words.iter().any(|word| memmem::find(&comment, word.as_bytes()).is_some());
    if is_name(name) {
        return is_licensed || is_packed(bytes);
    }
    is_licensed && has_version(&comment) && is_packed(bytes)
}

/// Whether a file is called like a library: its name, then versions and builds, `vue-router.global.prod.js`.
fn is_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some((stem, "js" | "mjs" | "cjs")) = name.rsplit_once('.') else { return false };
    let is_part = |c: char| matches!(c, '.' | '-' | '_' | '@');
    let mut ends = std::iter::once(stem.len()).chain(stem.rmatch_indices(is_part).map(|(at, _)| at));
    let is_build = |part: &str| {
        let version = part.strip_prefix('v').unwrap_or(part);
        version.bytes().all(|b| b.is_ascii_digit()) || lists(PLATFORM.library_builds, part)
    };
    ends.any(|end| {
        let (library, rest) = stem.split_at(end);
        lists(PLATFORM.libraries, library) && rest.split(is_part).all(is_build)
    })
}

/// The comments that a file begins with.
fn first_comment(head: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some(rest) = head.get(at..) {
        let blank = |b: &u8| b.is_ascii_whitespace() || matches!(b, b';' | b'!' | 0xEF | 0xBB | 0xBF);
        let skipped = rest.iter().take_while(|b| blank(b)).count();
        let rest = rest.get(skipped..).unwrap_or_default();
        let length = match rest {
            [b'/', b'*', inner @ ..] => memmem::find(inner, b"*/").map_or(rest.len(), |end| end + 4),
            [b'/', b'/', ..] => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            _ => break,
        };
        at += skipped + length;
    }
    head.get(..at).unwrap_or(head)
}

/// Whether a text holds numbers parted by a dot.
fn has_version(text: &[u8]) -> bool {
    text.windows(3).any(|three| matches!(three, [a, b'.', b] if a.is_ascii_digit() && b.is_ascii_digit()))
}

/// Whether a file is minified, or serves pages and modules alike.
fn is_packed(bytes: &[u8]) -> bool {
    let bytes = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    bytes.split(|b| *b == b'\n').any(|line| line.len() > LONG_LINE)
        || UNIVERSAL.iter().any(|asks| memmem::find(bytes, asks.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_libraries() {
        for name in [
            "jquery.js",
            "jquery-3.6.0.min.js",
            "jQuery-v1.9.1.js",
            "zepto.min.js",
            "vue.global.prod.js",
            "vue-router@4.1.6.js",
            "react-dom.production.min.js",
            "jquery-weui.min.js",
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in
            ["jquery.pay.js", "jquery.ts", "vue-pay.js", "common.js", "min.js", ".js", "-.js", "jquery", "vue.vue"]
        {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn a_library_is_told_by_its_name_or_by_its_licence_and_by_how_it_is_put_together() {
        let long = format!("!function(e){{{}}}(this);\n", "e.a=1;".repeat(1000));
        let plain = "function wait(cb) {\n  cb();\n}\n".repeat(300);
        let universal = format!("{plain}typeof define === 'function' && define.amd\n");
        for (name, text, expected) in [
            ("jquery.min.js", long.clone(), true),
            ("jquery.js", format!("/*! jQuery v1.9.1 | (c) 2012 */\n{plain}"), true),
            ("jquery.js", universal.clone(), true),
            ("jquery.js", plain.clone(), false),
            ("jquery.js", "$(pay);".to_owned(), false),
            ("dialog.min.js", format!("\u{feff}/*! dialog-v3.1.1 MIT License */\n;{long}"), true),
            ("dialog.js", format!("// dialog 3.1\n// Copyright 2020\n{universal}"), true),
            ("dialog.min.js", long.clone(), false),
            ("common.js", format!("/* Copyright 2020 Shop, 1.0 */\n{plain}"), false),
            ("common.min.js", format!("/* built 1.0.2 */{long}"), false),
            ("common.min.js", format!("{long}/* v1.2 (c) */"), false),
        ] {
            assert_eq!(is_library(name, text.as_bytes()), expected, "{name}: {}", &text[..40.min(text.len())]);
        }
    }
}
