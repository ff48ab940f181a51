//! Files in the encodings of the field, from outside: the words of a payment's messages are read, what is printed is
//! UTF-8, and lines, columns and bytes are those of the file as stored.

use std::fs;

use assert_cmd::cargo::cargo_bin_cmd;
use encoding_rs::{BIG5, Encoding, GB18030, GBK, SHIFT_JIS};
use serde_json::Value;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A page or script whose last line tells a customer who may have paid that the payment failed.
fn program(head: &str, words: &str, foot: &str) -> String {
    format!(
        "{head}my.tradePay({{ tradeNO: window.no, success: function (r) {{\r\n\
         /* {words} */ if (r.resultCode !== '9000') my.alert({{ content: '{words}' }});\r\n}} }});\r\n{foot}"
    )
}

/// The only `pending-as-failure` in a file, which must quote the words and be where they are stored.
fn assert_found(name: &str, stored: &[u8], words: &str, words_stored: &[u8]) -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join(name), stored)?;
    let output = cargo_bin_cmd!("paylint").current_dir(folder.path()).args(["--format", "json"]).output()?;
    let document: Value = serde_json::from_slice(&output.stdout)?;
    let findings = document["findings"].as_array().ok_or("findings")?;
    let found = findings.iter().find(|f| f["rule"] == "pending-as-failure").ok_or_else(|| format!("{document:#}"))?;
    assert!(found["message"].as_str().is_some_and(|m| m.contains(words)), "{name}: {}", found["message"]);

    // What it points at is stored after the same words in the comment before, on the second line of the program.
    let (start, end) = (number(&found["bytes"]["start"])?, number(&found["bytes"]["end"])?);
    let part = stored.get(start..end).ok_or("a part of the file")?;
    let has_words = |bytes: &[u8]| bytes.windows(words_stored.len()).any(|window| window == words_stored);
    assert!(has_words(part), "{name}: {start}..{end} is {:?}", String::from_utf8_lossy(part));
    let line_start = stored[..start].windows(words_stored.len()).filter(|window| *window == words_stored).count();
    assert_eq!(line_start, 1, "{name}: the comment is before it");
    let column = number(&found["range"]["start"]["column"])?;
    let comment =
        "/* ".encode_utf16().count() + words.encode_utf16().count() + " */ if (r.resultCode !== '9000') ".len();
    assert_eq!(column, comment + 1, "{name}: columns are UTF-16 units");
    assert_eq!(found["range"]["start"]["line"], found["range"]["end"]["line"]);

    let shown = cargo_bin_cmd!("paylint").current_dir(folder.path()).output()?;
    assert!(String::from_utf8(shown.stdout)?.contains(words), "{name}: output for people is UTF-8");
    Ok(())
}

fn number(value: &Value) -> Outcome<usize> {
    Ok(usize::try_from(value.as_u64().ok_or("a number")?)?)
}

const FAILED: &str = "支付失败，请重新支付";

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

#[test]
fn utf8_with_and_without_a_mark() -> Outcome {
    let text = program("", FAILED, "");
    assert_found("a.js", text.as_bytes(), FAILED, FAILED.as_bytes())?;
    assert_found("a.js", format!("\u{feff}{text}").as_bytes(), FAILED, FAILED.as_bytes())
}

#[test]
fn utf16_of_both_orders_with_and_without_a_mark() -> Outcome {
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let stored = |text: &str| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let text = program("", FAILED, "");
        assert_found("a.js", &stored(&format!("\u{feff}{text}")), FAILED, &stored(FAILED))?;
        assert_found("a.js", &stored(&text), FAILED, &stored(FAILED))?;
        let page = program("<p>支付</p><script>\r\n", FAILED, "</script>");
        assert_found("a.html", &stored(&format!("\u{feff}{page}")), FAILED, &stored(FAILED))?;
    }
    Ok(())
}

#[test]
fn encodings_that_a_file_declares() -> Outcome {
    let failed_traditional = "付款失敗，請重新付款";
    for (encoding, words, labels) in [
        (GBK, FAILED, ["gbk", "GB2312"]),
        (GB18030, FAILED, ["gb18030", "GB18030"]),
        (BIG5, failed_traditional, ["big5", "Big5"]),
        (SHIFT_JIS, "支付失敗", ["shift_jis", "SJIS"]),
    ] {
        for label in labels {
            let heads = [
                ("a.html", format!("<meta charset=\"{label}\"><script>\r\n")),
                ("a.html", format!("<meta http-equiv=Content-Type content='text/html; charset={label}'><script>\r\n")),
                (
                    "a.html",
                    format!("<%@ page contentType=\"text/html;charset=UTF-8\" pageEncoding=\"{label}\"%><script>\r\n"),
                ),
                ("a.js", format!("/* @charset \"{label}\"; */\r\n")),
            ];
            for (name, head) in heads {
                let foot = if name == "a.html" { "</script>" } else { "" };
                let stored = encoded(encoding, &program(&head, words, foot));
                assert_found(name, &stored, words, &encoded(encoding, words))?;
            }
        }
    }
    Ok(())
}

#[test]
fn encodings_that_nothing_declares() -> Outcome {
    for (encoding, words) in [
        (GBK, FAILED),
        (GB18030, FAILED),
        (BIG5, "付款失敗，請稍後重新付款，謝謝您的支持"),
        (SHIFT_JIS, "お支払いに失敗しました。支付失敗"),
    ] {
        let stored = encoded(encoding, &program("", words, ""));
        assert_found("a.js", &stored, words, &encoded(encoding, words))?;
    }
    Ok(())
}
