//! Bytes of any kind to findings and reports: no panic, no hang, no output that steers a terminal.

#![no_main]

mod input;

use libfuzzer_sys::fuzz_target;
use paylint::report::escape::is_hidden;
use paylint::report::{Look, audit_human, audit_json, human, json};
use paylint::{Options, Stdin};

/// Files that name no payment API are not parsed.
const PAYMENT: &str =
    "my.tradePay({tradeNO:n,success:function(r){if(r.resultCode!=='9000')my.alert({content:'支付失败'})}})";

fuzz_target!(|data: &[u8]| {
    input::catch_panics();
    let Some((path, bytes)) = input::file(data) else { return };
    let mut bytes = bytes.to_vec();
    if !bytes.to_ascii_lowercase().windows(8).any(|part| part == b"tradepay") {
        let is_markup = !path.ends_with('s') && !path.ends_with("sx");
        let payment = if is_markup { format!("<script>{PAYMENT}</script>") } else { format!("\n;{PAYMENT}") };
        bytes.extend_from_slice(payment.as_bytes());
    }
    let stdin = Some(Stdin { path: path.to_owned(), bytes });
    let run = paylint::run(&Options { stdin, isolated: true, ..Options::default() });
    assert!(run.errors.is_empty(), "{:?}", run.errors);

    let look = Look { color: false, unicode: true };
    let mut out = Vec::new();
    human::write(&run, look, &mut out).expect("a vector takes all");
    audit_human::write(&run, look, &mut out).expect("a vector takes all");
    let shown = String::from_utf8(out).expect("reports are UTF-8");
    assert!(!shown.chars().any(|c| c != '\n' && is_hidden(c)), "{shown:?}");
    for write in [json::write, audit_json::write] {
        let mut out = Vec::new();
        write(&run, &mut out).expect("a vector takes all");
        serde_json::from_slice::<serde_json::Value>(&out).expect("JSON");
    }
});
