//! What the evaluator's bounds cut off is unknown: no verdict is guessed, and every run ends. Each program here would
//! tell a customer something false for a code of unknown outcome if it were not for what stands past a bound.

#![expect(clippy::expect_used, reason = "a test whose ground is missing can only fail")]

use paylint::analysis::{Outcome, Verdict};
use paylint::{Options, Run, Stdin};

/// Runs a program; `//CALL` in it is a payment whose callback is `done(code)`.
fn run(program: &str) -> Run {
    let call = "ap.tradePay({ tradeNO: window.no }, function (r) { done(r.resultCode); });";
    let bytes = program.replace("//CALL", call).into_bytes();
    let run = paylint::run(&Options {
        stdin: Some(Stdin { path: "bounds.js".into(), bytes }),
        isolated: true,
        ..Options::default()
    });
    assert_eq!(run.errors.iter().map(|e| &*e.message).collect::<Vec<_>>(), Vec::<&str>::new());
    run
}

/// The cell of a code at the only call.
fn cell(run: &Run, code: &str) -> Outcome {
    let (_, facts) = run.facts.first().expect("a file with a call");
    let site = facts.sites.first().expect("a call");
    site.outcomes.iter().find(|o| o.code == Some(code)).expect("a cell for the code").clone()
}

/// Asserts that a program's verdict for 8000 is not decided, and that nothing is reported.
fn assert_undecided(program: &str) -> String {
    let run = run(program);
    let outcome = cell(&run, "8000");
    let findings: Vec<&str> = run.diagnostics.iter().map(|d| &*d.message).collect();
    assert_eq!(findings, Vec::<&str>::new(), "{program}");
    match outcome.verdict {
        Verdict::Undecided(why) => why.reason.as_str().to_owned(),
        other => panic!("{other:?} with {:?} for {program}", outcome.effects),
    }
}

/// Asserts that a program within the bound has a fault for 8000: the bound is what the other program is about.
fn assert_fault(program: &str) {
    let verdict = cell(&run(program), "8000").verdict;
    assert!(matches!(verdict, Verdict::Fault(_)), "{verdict:?} for {program}");
}

const END: &str = "if (code !== '9000') alert('支付失败');";

#[test]
fn rounds_of_a_loop_that_is_decided() {
    let program = |rounds: u32, last: u32| {
        format!(
            "function done(code) {{ for (var i = 0; i < {rounds}; i++) {{ \
             if (i === {last} && code === '8000') {{ alert('处理中'); return; }} }} {END} }} //CALL"
        )
    };
    assert_eq!(assert_undecided(&program(100, 90)), "fuel");
    assert_fault(&program(60, 70));
}

#[test]
fn rounds_of_a_loop_that_is_not_decided() {
    let program = format!(
        "function done(code) {{ for (var i = 0; i < window.n; i++) {{ \
         if (window.list[i] === code) {{ alert('处理中'); return; }} }} {END} }} //CALL"
    );
    assert_undecided(&program);
}

#[test]
fn fuel_of_one_run() {
    let program = |rounds: u32| {
        format!(
            "function done(code) {{ for (var i = 0; i < {rounds}; i++) {{ for (var j = 0; j < {rounds}; j++) {{ \
             for (var k = 0; k < {rounds}; k++) {{ x = i + j * k; }} }} }} \
             if (code === '8000') {{ alert('处理中'); return; }} {END} }} //CALL"
        )
    };
    assert_eq!(assert_undecided(&program(60)), "fuel");
}

#[test]
fn an_endless_loop_ends() {
    for head in ["while (true)", "for (;;)", "do"] {
        let tail = if head == "do" { " while (1);" } else { "" };
        let program = format!("function done(code) {{ var n = 0; {head} {{ n++; }}{tail} {END} }} //CALL");
        assert_undecided(&program);
    }
}

#[test]
fn depth_of_calls() {
    let chain = |links: u32| {
        let mut text = String::new();
        for i in 0..links {
            text.push_str(&format!("function f{i}(c) {{ return f{}(c); }}\n", i + 1));
        }
        format!(
            "{text} function f{links}(c) {{ return c === '8000'; }}\n\
             function done(code) {{ if (f0(code)) {{ alert('处理中'); return; }} {END} }} //CALL"
        )
    };
    assert_eq!(assert_undecided(&chain(2_000)), "fuel");
    let shallow = run(&chain(50));
    assert_eq!(cell(&shallow, "8000").verdict, Verdict::Ok);
}

#[test]
fn recursion() {
    let program = format!(
        "function down(n, code) {{ return n === 0 ? code === '8000' : down(n - 1, code); }}\n\
         function done(code) {{ if (down(9, code)) {{ alert('处理中'); return; }} {END} }} //CALL"
    );
    assert_undecided(&program);
    let mutual = format!(
        "function a(code) {{ return b(code); }} function b(code) {{ return a(code); }}\n\
         function done(code) {{ if (a(code)) {{ alert('处理中'); return; }} {END} }} //CALL"
    );
    assert_undecided(&mutual);
}

#[test]
fn repeated_calls_with_the_same_arguments() {
    let program = format!(
        "var i = 0, list = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, '8000'];\n\
         function next() {{ return list[i++]; }}\n\
         function done(code) {{ i = 0; {} if (next() === code) {{ alert('处理中'); return; }} {END} }} //CALL",
        "next();".repeat(10)
    );
    assert_undecided(&program);
}

#[test]
fn alternatives_of_a_value() {
    let cases: String = (0..12).map(|i| format!("case {i}: t = '支付失败{i}'; break; ")).collect();
    let program = format!(
        "function done(code) {{ var t = ''; switch (window.kind) {{ {cases} }} if (code !== '9000') alert(t); }} //CALL"
    );
    assert_undecided(&program);
}

#[test]
fn elements_that_a_method_goes_through() {
    let list = |length: u32| {
        let others: String = (0..length).map(|i| format!("'{i}', ")).collect();
        format!(
            "var waiting = [{others}'8000', '6004'];\n\
             function done(code) {{ if (waiting.some(function (c) {{ return c === code; }})) {{ return; }} {END} }} //CALL"
        )
    };
    assert_undecided(&list(80));
    assert_eq!(cell(&run(&list(10)), "8000").verdict, Verdict::Ok);
}

#[test]
fn a_long_text_and_a_long_pattern() {
    let long = "x".repeat(80);
    let text = format!(
        "function done(code) {{ if (/8000$/.test('{long}' + code)) {{ alert('处理中'); return; }} {END} }} //CALL"
    );
    assert_undecided(&text);
    let joined = format!(
        "function done(code) {{ var t = code; for (var i = 0; i < 13; i++) {{ t = t + t; }} \
         if (t.indexOf('8000') === 0) {{ alert('处理中'); return; }} {END} }} //CALL"
    );
    assert_undecided(&joined);
    let pattern = format!(
        "function done(code) {{ if (/^(8000{})$/.test(code)) {{ alert('处理中'); return; }} {END} }} //CALL",
        format!("|{long}").repeat(4)
    );
    assert_undecided(&pattern);
}

#[test]
fn a_pattern_that_backtracks() {
    let program = format!(
        "function done(code) {{ if (/^(a+)+$/.test('{}b' + code)) {{ alert('处理中'); return; }} {END} }} //CALL",
        "a".repeat(50)
    );
    assert_undecided(&program);
}

#[test]
fn prototypes_of_prototypes() {
    let mut classes = "class C0 { waits(c) { return c === '8000'; } }\n".to_owned();
    for i in 1..40 {
        classes.push_str(&format!("class C{i} extends C{} {{}}\n", i - 1));
    }
    let program = format!(
        "{classes} function done(code) {{ if (new C39().waits(code)) {{ alert('处理中'); return; }} {END} }} //CALL"
    );
    assert_undecided(&program);
}

#[test]
fn collections_that_grow_while_they_are_gone_through() {
    let program = |grow: &str| {
        format!(
            "function done(code) {{ const codes = new Set(['6004']); let open = false; \
             codes.forEach((c) => {{ {grow} if (c === code) open = true; }}); \
             if (open) {{ alert('处理中'); return; }} {END} }} //CALL"
        )
    };
    let verdict = cell(&run(&program("codes.add('8000');")), "8000").verdict;
    assert!(matches!(verdict, Verdict::Ok), "{verdict:?}");
    assert_fault(&program(""));
}

#[test]
fn objects_with_thousands_of_setters() {
    let setters: String = (0..20_000).map(|i| format!("set a{i}(v) {{ this.b = v; }},")).collect();
    let program = format!(
        "const o = {{ {setters} }}; function done(code) {{ o.a7 = code; if (o.b !== '9000') alert('支付失败'); }} //CALL"
    );
    assert_fault(&program);
}

#[test]
fn tasks_that_start_each_other() {
    let program = format!(
        "function ask(n, code) {{ setTimeout(function () {{ if (n > 50) {{ alert('处理中'); return; }} ask(n + 1, code); }}, 9); }}\n\
         function done(code) {{ if (code === '8000') {{ ask(0, code); return; }} {END} }} //CALL"
    );
    let outcome = cell(&run(&program), "8000");
    assert!(!matches!(outcome.verdict, Verdict::Fault(_)), "{:?}", outcome.verdict);
}

#[test]
fn branches_upon_branches() {
    let mut body = String::new();
    for i in 0..300 {
        body.push_str(&format!("if (window.a{i}) {{ x{i} = 1; }} else {{ y{i} = 2; }}\n"));
    }
    let program =
        format!("function done(code) {{ {body} if (code === '8000') {{ alert('处理中'); return; }} {END} }} //CALL");
    assert_eq!(cell(&run(&program), "8000").verdict, Verdict::Ok);
}

#[test]
fn a_runtime_that_only_lists_names_is_no_payment_that_was_missed() {
    let endless = "for (var i = 0; i < 60; i++) { for (var j = 0; j < 60; j++) { for (var k = 0; k < 60; k++) { x = i * j + k; } } }";
    let skipped = |inside: &str| {
        let run = run(&format!("{endless} function start() {{ {inside} }} window.start = start;"));
        run.diagnostics.iter().filter(|d| d.rule.id == "file-skipped").count()
    };
    assert_eq!(skipped("var table = { requestPayment: { name: 'tradePay' } }; go(table[window.what].name);"), 0);
    assert_eq!(skipped("var name = 'tradePay'; go(name);"), 1);
}

#[test]
fn names_that_hold_each_other() {
    let ring = "let a = b; var b = a; a = b; export { a }; export default b; my.tradePay({ tradeNO: window.no });";
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("paylint.json"), "{}").expect("a file");
    std::fs::write(folder.path().join("pay.js"), ring).expect("a file");
    let run = paylint::run(&Options { paths: vec![folder.path().to_owned()], ..Options::default() });
    assert_eq!((run.errors.len(), run.facts.len()), (0, 1));
}
