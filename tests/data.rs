//! The checker of the documents under `rules/`: sound ones pass, and a broken copy is refused with a sentence that
//! names the file and the key.

#![expect(clippy::expect_used, reason = "a test whose ground is missing can only fail")]

#[path = "../build/mod.rs"]
mod documents;

use std::fs;
use std::path::Path;
use tempfile::TempDir;
use walkdir::WalkDir;

/// A copy of `rules/` in a folder of its own.
fn copy() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for entry in WalkDir::new(&rules) {
        let entry = entry.expect("a readable entry");
        let target = folder.path().join(entry.path().strip_prefix(&rules).expect("a path inside"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).expect("a folder");
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
    folder
}

/// What the checker says of a folder that it must refuse.
fn refused(rules: &Path) -> String {
    match documents::generate(rules) {
        Ok(_) => panic!("the checker found nothing wrong"),
        Err(problem) => problem.to_string(),
    }
}

/// What the checker says after `from` was replaced by `to` (once) in a copy of `file`.
fn refusal(file: &str, from: &str, to: &str) -> String {
    let folder = copy();
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).expect("a document");
    assert!(text.contains(from), "{file} does not hold {from}");
    fs::write(&path, text.replacen(from, to, 1)).expect("written");
    refused(folder.path())
}

/// The refusal is one line that names the file and holds every part.
fn assert_refused(file: &str, from: &str, to: &str, parts: &[&str]) {
    let said = refusal(file, from, to);
    assert!(said.starts_with(&format!("rules/{file}: ")), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

#[test]
fn the_documents_are_sound() {
    let generated = documents::generate(copy().path()).expect("sound documents");
    assert!(generated.data.contains("pub static APIS") && generated.data.contains("pub static LEXICON"));
    assert!(generated.pages.contains("\"pending-as-failure\""));
}

#[test]
fn a_missing_key_is_named() {
    assert_refused("apis/taro.json", "\"resultField\": \"resultCode\",", "", &["resultField", "missing"]);
    assert_refused("apis/taro.json", "\"meaning\": \"still processing\",", "", &["codes[1]", "meaning"]);
    assert_refused("effects/my.json", "\"kind\": \"message\", ", "", &["calls[0]", "kind"]);
    assert_refused("lexicon/zh.json", "\"says\": \"success\", ", "", &["phrases[0]", "says"]);
    assert_refused("missing-trade-no.md", "severity = \"error\"\n", "", &["severity", "missing"]);
}

#[test]
fn an_unknown_key_is_named() {
    assert_refused("apis/taro.json", "\"orderKeys\":", "\"orderkeys\":", &["orderkeys", "unknown"]);
    assert_refused("effects/my.json", "\"hint\":", "\"hnit\":", &["calls[0]", "hnit"]);
    assert_refused("lexicon/identifiers.json", "\"about\":", "\"abuot\":", &["abuot"]);
    assert_refused("missing-trade-no.md", "since =", "sinse =", &["sinse"]);
}

#[test]
fn a_wrong_type_is_named() {
    assert_refused("apis/alipay-h5-bridge.json", "\"params\": 1", "\"params\": \"1\"", &["calls[0].params", "string"]);
    assert_refused("lexicon/en.json", "\"retry\": true", "\"retry\": 1", &["phrases[6].retry", "integer"]);
    assert_refused("pending-as-failure.md", "since = \"0.1.0\"", "since = 1", &["since", "integer"]);
}

#[test]
fn an_unknown_class_is_named() {
    assert_refused(
        "apis/taro.json",
        "\"class\": \"pending\"",
        "\"class\": \"penging\"",
        &["codes[1].class", "penging"],
    );
    assert_refused("effects/my.json", "\"kind\": \"message\"", "\"kind\": \"massage\"", &["calls[0].kind", "massage"]);
    assert_refused("lexicon/en.json", "\"says\": \"weak\"", "\"says\": \"week\"", &["says", "week"]);
    assert_refused("parse-error.md", "\"file\"", "\"files\"", &["category", "files"]);
}

#[test]
fn duplicates_are_named() {
    assert_refused("apis/taro.json", "\"code\": \"8000\"", "\"code\": \"9000\"", &["codes[1].code", "9000"]);
    assert_refused(
        "lexicon/zh.json",
        "\"支付成功\", ",
        "\"支付成功\", \"支付成功\", ",
        &["phrases[0].texts[1]", "支付成功"],
    );
    assert_refused("lexicon/identifiers.json", "\"succ\", ", "\"succ\", \"succ\", ", &["words[0]", "succ"]);
    assert_refused("effects/browser.json", "[\"alert\"]", "[\"alert\", \"alert\"]", &["calls[0]", "alert"]);
    assert_refused("effects/names.json", "\"tip\", ", "\"tip\", \"tip\", ", &["speakingNames", "tip"]);
    let twice = "[\"useState\", \"useState\", ";
    assert_refused("platform/names.json", "[\"useState\", ", twice, &["stateHooks[1]", "useState"]);
}

#[test]
fn facts_that_contradict_each_other_are_named() {
    assert_refused("apis/taro.json", "\"undetermined\": true", "\"undetermined\": false", &["codes[1].undetermined"]);
    assert_refused(
        "apis/taro.json",
        "[\"tradeNO\", \"orderStr\"",
        "[\"tradeNo\", \"orderStr\"",
        &["orderKeys", "tradeNo"],
    );
    let both = "\"property\": \"success\", \"argument\": 0";
    assert_refused("apis/taro.json", "\"property\": \"success\"", both, &["calls[0].callbacks[0]", "either"]);
    assert_refused(
        "apis/alipay-h5-library.json",
        "\"bareString\": \"orderStr\"",
        "\"bareString\": \"order\"",
        &["bareString"],
    );
}

#[test]
fn a_pattern_or_a_place_that_is_none_is_named() {
    assert_refused("effects/my.json", "\"my.alert\"", "\"my.*.alert\"", &["calls[1]", "my.*.alert"]);
    assert_refused("effects/my.json", "\"0.content\"", "\"first.content\"", &["calls[0].text", "first.content"]);
    assert_refused(
        "lexicon/en.json",
        "\"payment succeeded\"",
        "\"Payment succeeded\"",
        &["Payment succeeded", "lower case"],
    );
}

#[test]
fn front_matter_must_be_there_and_be_toml() {
    assert_refused("parse-error.md", "+++\n", "---\n", &["front matter", "+++"]);
    assert_refused("parse-error.md", "\n+++\n", "\n---\n", &["front matter"]);
    assert_refused("parse-error.md", "severity = \"warning\"", "severity = warning", &["front matter"]);
}

#[test]
fn texts_explain_their_holes() {
    assert_refused("parse-error.md", "whole: {reason}", "whole: {cause}", &["texts.message", "{cause}"]);
    assert_refused("parse-error.md", "\"message\" =", "\"massage\" =", &["texts", "message"]);
}

#[test]
fn a_page_has_its_sections() {
    assert_refused("missing-trade-no.md", "## How to mend", "## Mending", &["page", "How to mend", "Mending"]);
    assert_refused("missing-trade-no.md", "## Source", "", &["page", "Source"]);
}

#[test]
fn broken_json_and_stray_files_are_named() {
    assert_refused("apis/taro.json", "\"title\":", "\"title\"", &["line 2"]);
    let folder = copy();
    fs::write(folder.path().join("apis/notes.txt"), "").expect("written");
    let said = refused(folder.path());
    assert!(said.starts_with("rules/apis/notes.txt: "), "{said}");
}
