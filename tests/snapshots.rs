//! Whole outputs of the program for a few fixtures, as a user sees them. They guard the look of reports; what is
//! found is for the fixtures' marks.

#![expect(clippy::expect_used, reason = "a test whose ground is missing can only fail")]

use assert_cmd::cargo::cargo_bin_cmd;

/// What the program prints without colours, and how it ends.
fn output(args: &[&str]) -> String {
    let mut command = cargo_bin_cmd!("paylint");
    command.args(args).env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE").env("LC_ALL", "C.UTF-8");
    let output = command.output().expect("the program runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr, "", "{args:?}");
    let code = output.status.code().expect("the program ends by itself");
    format!("{}\n[exit code {code}]", String::from_utf8_lossy(&output.stdout))
}

/// Lint and audit of one fixture.
macro_rules! whole_output {
    ($name:ident, $file:literal) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(concat!(stringify!($name), "_lint"), output(&[$file]));
            insta::assert_snapshot!(concat!(stringify!($name), "_audit"), output(&["audit", $file]));
        }
    };
}

/// The trace of a call of one fixture.
macro_rules! whole_trace {
    ($name:ident, $place:literal, $code:literal) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), output(&["trace", $place, "--code", $code]));
        }
    };
}

whole_trace!(trace_of_a_callback, "fixtures/pending/else-chain.html:26", "8000");
whole_trace!(trace_of_a_promise, "fixtures/pending/rejected-to-a-consumer.ts:5", "8000");
whole_trace!(trace_of_an_unknown_call, "fixtures/pending/unknown-condition-on-result.js:6", "8000");
whole_trace!(trace_of_a_table, "fixtures/pending/table-with-fallback.ts:12", "other");

whole_output!(sample_page, "fixtures/sample/click-to-pay.html");
whole_output!(unguarded_caller, "fixtures/guard/one-caller-unguarded.js");
whole_output!(wide_characters, "fixtures/pages/wide-characters.html");
whole_output!(minified_fault, "fixtures/sites/minified-fault.js");
