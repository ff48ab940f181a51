//! What names hold in a run on paper: one line for each thing that real runs have shown to be otherwise than it was
//! thought (`tests/differential`).

#![expect(clippy::expect_used, reason = "a test whose ground is missing can only fail")]

use paylint::analysis::Watched;
use paylint::eval::{Shape, UnknownKind};
use paylint::{Options, Stdin};

/// The run of a callback for 9000; `res` is its result.
fn run(body: &str) -> (String, Watched) {
    let text = format!("AlipayJSBridge.call('tradePay', {{ tradeNO: 'n' }}, function (res) {{ {body} }});");
    let stdin = Stdin { path: "values.js".into(), bytes: text.clone().into_bytes() };
    let options = Options { stdin: Some(stdin), isolated: true, ..Options::default() };
    let watched = paylint::watch(&options).expect("a program that can be read");
    let run = watched.into_iter().find(|w| w.code == Some("9000")).expect("a payment");
    (text, run)
}

/// What the name `x` may hold where it is read last; none where that is not reached.
fn held(body: &str) -> Option<String> {
    let (text, run) = run(body);
    let end = text.rfind("x;").expect("x is read");
    let seen = &run.runs[0].seen;
    let (_, values) = seen.iter().find(|(loc, _)| loc.span.start as usize == end)?;
    let all: Vec<String> = values.iter().map(|shapes| spelled(shapes)).collect();
    Some(all.join(" / "))
}

fn spelled(shapes: &[Shape]) -> String {
    shapes.iter().map(shape).collect::<Vec<_>>().join("|")
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Undefined => "undefined".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Bool(b) => b.to_string(),
        Shape::Number(n) => n.to_string(),
        Shape::Text(text) => format!("'{text}'"),
        Shape::Function => "function".to_owned(),
        Shape::Deep => "…".to_owned(),
        Shape::Object { fields, open, .. } => {
            let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{key}: {}", spelled(value))).collect();
            format!("{{{}{}}}", fields.join(", "), if *open { ", …" } else { "" })
        }
        Shape::Unknown { kind, truth } => {
            let kind = match kind {
                UnknownKind::Any => "?",
                UnknownKind::Truth => "?truth",
                _ => "?text",
            };
            format!("{kind}{}", truth.map_or("", |t| if t { " that holds" } else { " that does not hold" }))
        }
    }
}

#[test]
fn values_are_those_of_javascript() {
    let cases = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/values.txt")).expect("the cases");
    let cases = cases.lines().filter_map(|line| line.split_once(" => "));
    let mut wrong = Vec::new();
    for (body, expected) in cases {
        let body = if body.contains("x; }") { body.to_owned() } else { format!("{body} x;") };
        let held = held(&body).unwrap_or_else(|| "nothing".to_owned());
        if held != expected {
            wrong.push(format!("{body} holds {held}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_may_not_happen_is_not_certain() {
    let cases = [
        ("if (window.u) { } else { if (window.v) { return; } }", false),
        ("function check() { if (window.u) throw 1; } check();", false),
        ("for (const e of window.list) { throw 1; }", false),
        ("[1].map(() => { if (window.u) throw 1; });", false),
        ("[...(function* () { yield 1; throw 1; })()];", false),
        ("if (window.u) return; [1].every(() => { switch (res.resultCode) { case '9000': } });", false),
        ("'9000'.replace(res.memo, () => { throw 1; });", false),
        ("window.list.forEach(() => { throw 1; });", false),
        ("Array.from(window.list, () => { throw 1; });", false),
        ("try { if (window.u) throw 1; } catch (e) { }", true),
        ("function f() { if (window.u) return 1; return 2; } f();", true),
        ("out: { if (window.u) break out; }", true),
    ];
    for (before, certain) in cases {
        let (text, run) = run(&format!("{before} alert('end');"));
        let at = text.rfind("alert").expect("the effect");
        let effect = run.runs[0].effects.iter().find(|e| e.loc.span.start as usize == at).expect("it is found");
        assert_eq!(effect.certain, certain, "{before}");
    }
}

#[test]
fn what_stands_behind_a_condition_is_not_certain() {
    let bodies = [
        "let x = window.u; x &&= alert('end');",
        "window.u ?? alert('end');",
        "let { memo = alert('end') } = res;",
        "if (window.u && alert('end')) { }",
        "try { if (window.u) throw 1; if (window.v) throw 2; } catch (e) { alert('end'); }",
        "try { for (const e of window.list) { if (e) throw 1; } } catch (e) { alert('end'); }",
        "window.u?.(alert('end'));",
        "Promise.resolve().then(() => { if (window.u) throw 1; }).then(() => alert('end'));",
        "new Promise((r) => { if (window.u) throw 1; if (window.v) throw 2; }).catch(() => alert('end'));",
        "Promise.resolve().then(() => { if (window.u) throw 1; if (window.v) throw 2; }).catch(() => alert('end'));",
        "async function f() { if (window.u) throw 1; } f().then(() => alert('end'));",
        "async function f() { if (window.u) return 1; throw 2; } f().catch(() => alert('end'));",
        "async function f() { try { if (window.u) return; throw 1; } finally { } } f().catch(() => alert('end'));",
        "async function f() { for (const e of window.list) throw 1; } f().then(() => alert('end'));",
        "[1].concat([2]).some((e) => { if (e === 2) alert('end'); return window.u; });",
        "if (window.u || alert('end')) { }",
        "switch (true) { case window.u === 1: break; case alert('end'): }",
        "for (const e of [1, 2]) { if (window.u) break; for (const i of window.list) { } alert('end'); }",
        "for (const e of [1, 2]) { if (window.u) break; switch (e) { case 1: break; } alert('end'); }",
        "for (const e of [1, 2]) { if (window.u) continue; for (const i of window.list) { } alert('end'); }",
    ];
    for body in bodies {
        let (text, run) = run(body);
        let is_alert = |start: u32| text[start as usize..].starts_with("alert");
        let alerts = run.runs[0].effects.iter().filter(|e| is_alert(e.loc.span.start));
        let certain: Vec<bool> = alerts.map(|e| e.certain).collect();
        assert!(!certain.is_empty() && certain.iter().all(|certain| !certain), "{body}: {certain:?}");
    }
}
