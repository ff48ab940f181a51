//! Hand-made projects, findings and facts for the tests of the reports.

use std::sync::Arc;

use crate::analysis::*;
use crate::api::{CodeClass, Listed, OutcomeClass, PaymentApi, ResultCode};
use crate::diagnostic::{Category, Diagnostic, Related, Role, Severity};
use crate::ir::{FileId, Loc, Span};
use crate::project::{File, Project};
use crate::rules::{Fixable, Rule};
use crate::source::{Positions, StoredMap};
use crate::{Run, RunError, RunErrorKind};

/// A rule that exists only here.
pub(crate) static RULE: &Rule = &Rule {
    id: "sample-rule",
    summary: "A sample",
    severity: Severity::Error,
    category: Category::Correctness,
    fixable: Fixable::None,
    since: "0.1.0",
    texts: &[],
    page: "# sample-rule\n",
};

/// An API with four codes.
pub(crate) static API: PaymentApi = PaymentApi {
    id: "sample-bridge",
    title: "Sample bridge",
    modules: &[],
    calls: &[],
    params: &[],
    order_keys: &["tradeNO"],
    ready: None,
    result_field: "resultCode",
    only_where_compared: false,
    build: None,
    error_fields: &[],
    result_fields: &[],
    codes: &[
        code("9000", "paid", CodeClass::Success, false),
        code("8000", "in process", CodeClass::Pending, true),
        code("4000", "failed", CodeClass::Failure, false),
        code("6002", "网络错误", CodeClass::Network, false),
    ],
    sources: &[],
};

const fn code(code: &'static str, meaning: &'static str, class: CodeClass, undetermined: bool) -> ResultCode {
    ResultCode { code, meaning, class, undetermined, advice: "Ask.", listed: Listed::Everywhere, source: "sample" }
}

/// A project of files with these texts.
pub(crate) fn project(files: &[(&str, &str)]) -> Project {
    let file = |(path, text): &(&str, &str)| {
        let text: Arc<str> = Arc::from(*text);
        let positions = Positions::new(Arc::clone(&text), StoredMap::default());
        File {
            path: (*path).to_owned(),
            text,
            scripts: vec![],
            comments: vec![],
            problems: vec![],
            positions,
            reported: true,
            setup: false,
        }
    };
    Project { files: files.iter().map(file).collect(), ..Project::default() }
}

/// The first place of `needle` in a file.
pub(crate) fn find(project: &Project, file: u32, needle: &str) -> Loc {
    let start = project.files[file as usize].text.find(needle).expect("the needle is in the text");
    let span = Span::new(u32::try_from(start).expect("small"), u32::try_from(start + needle.len()).expect("small"));
    Loc::new(FileId(file), span)
}

/// A finding without related places.
pub(crate) fn diagnostic(primary: Loc, label: &str, message: &str) -> Diagnostic {
    Diagnostic {
        rule: RULE,
        severity: Severity::Error,
        primary,
        label: label.to_owned(),
        message: message.to_owned(),
        help: None,
        related: vec![],
    }
}

/// A place beside the primary one.
pub(crate) fn related(loc: Loc, role: Role, message: &str) -> Related {
    Related { loc, role, message: message.to_owned() }
}

/// A run with these findings.
pub(crate) fn run(project: Project, diagnostics: Vec<Diagnostic>) -> Run {
    Run { files: project.files.len(), project, diagnostics, ..Run::default() }
}

/// Wide characters before the finding.
pub(crate) fn wide_run() -> Run {
    let project = project(&[("wide.js", "// pay\nvar s = \"支付😀\"; debugger\n")]);
    let finding = diagnostic(find(&project, 0, "debugger"), "here", "a message");
    run(project, vec![finding])
}

/// A finding whose effect stands in another file.
pub(crate) fn two_file_run() -> Run {
    let project = project(&[
        ("other.js", "export function fail() {\n  toast('支付失败');\n}\n"),
        ("pay.js", "import { fail } from './other.js';\nAlipayJSBridge.call('tradePay', { tradeNO }, fail);\n"),
    ]);
    let mut finding = diagnostic(find(&project, 1, "fail);"), "handed on here", "8000 reaches `toast('支付失败')`");
    finding.primary.span.end -= 2;
    finding.help = Some("Ask your server.".to_owned());
    finding.related = vec![
        related(find(&project, 1, "AlipayJSBridge.call('tradePay', { tradeNO }, fail)"), Role::Site, "the payment"),
        related(find(&project, 0, "toast('支付失败')"), Role::Effect, "the customer reads this"),
    ];
    run(project, vec![finding])
}

/// A run in which a path could not be read.
pub(crate) fn failed_run() -> Run {
    let error =
        |kind, path: Option<&str>| RunError { kind, path: path.map(str::to_owned), message: "no such file".to_owned() };
    let errors = vec![error(RunErrorKind::Path, Some("missing.js")), error(RunErrorKind::Internal, None)];
    Run { errors, ..run(project(&[]), vec![]) }
}

/// One call with a fault, an undecided cell and two codes that end alike.
pub(crate) fn audit_run() -> Run {
    let project = project(&[("pay.js", PAY)]);
    let at = |needle: &str| find(&project, 0, needle);
    let shows = |class, spelling: &str, condition: &str| {
        effect(class, Channel::Message, at(spelling), spelling, at(condition), condition)
    };
    let first = "r.resultCode === '9000'";
    let outcomes = vec![
        outcome(Some("9000"), vec![shows(OutcomeClass::Success, "toast('支付成功')", first)], Verdict::Ok),
        outcome(Some("8000"), vec![shows(OutcomeClass::Failure, "toast('支付失败')", first)], Verdict::Fault(0)),
        outcome(Some("4000"), vec![shows(OutcomeClass::Failure, "toast('支付失败')", first)], Verdict::Ok),
        outcome(Some("6002"), vec![shows(OutcomeClass::Failure, "toast('支付失败')", first)], Verdict::Ok),
        undecided(at("report(r)")),
    ];
    let site = Site {
        api: &API,
        call: at("AlipayJSBridge.call('tradePay'"),
        callee: at("AlipayJSBridge.call"),
        spelling: "AlipayJSBridge.call".to_owned(),
        function: Some("pay".to_owned()),
        touch: Touch {
            call: at("AlipayJSBridge.call('tradePay'"),
            callee: at("AlipayJSBridge.call"),
            spelling: "AlipayJSBridge.call".to_owned(),
        },
        links: Vec::new(),
        ready: ReadyFact {
            state: ReadyState::Presence,
            evidence: vec![Evidence { loc: at("window.AlipayJSBridge"), what: "the bridge is tested".to_owned() }],
            route: vec![Evidence { loc: at("pay()"), what: "called".to_owned() }],
            origin: None,
        },
        trade_no: TradeNo {
            state: TradeNoState::Given { key: "tradeNO".to_owned(), value: "order.no".to_owned() },
            loc: at("tradeNO: order.no"),
        },
        callbacks: vec![at("function (r)")],
        waiters: Vec::new(),
        outcomes,
    };
    Run { facts: vec![(FileId(0), FileFacts { sites: vec![site] })], ..run(project, vec![]) }
}

const PAY: &str = "\
function pay() {
  if (!window.AlipayJSBridge) return;
  AlipayJSBridge.call('tradePay', { tradeNO: order.no }, function (r) {
    if (r.resultCode === '9000') toast('支付成功');
    else toast('支付失败');
    report(r);
  });
}
";

fn effect(class: OutcomeClass, channel: Channel, loc: Loc, spelling: &str, at: Loc, condition: &str) -> Effect {
    Effect {
        class,
        channel,
        loc,
        spelling: spelling.to_owned(),
        text: None,
        condition: Some(Condition { loc: at, spelling: condition.to_owned(), code: 0, ways: Vec::new() }),
        arm: None,
        certainty: Certainty::Certain,
        path: vec![],
        open_arms: vec![],
        carries_result: false,
        claims_paid: false,
        by_chance: false,
        by_name: false,
        only_dumps: false,
        said: vec![],
    }
}

fn outcome(code: Option<&'static str>, effects: Vec<Effect>, verdict: Verdict) -> Outcome {
    Outcome { code, effects, undecided: vec![], ended: None, last_condition: None, verdict }
}

fn undecided(loc: Loc) -> Outcome {
    let why = Undecided { reason: Reason::ExternalCall, loc };
    let undecided = vec![why.clone()];
    Outcome {
        code: None,
        effects: vec![],
        undecided,
        ended: None,
        last_condition: None,
        verdict: Verdict::Undecided(why),
    }
}

/// Every sample.
pub(crate) fn runs() -> Vec<Run> {
    vec![wide_run(), two_file_run(), failed_run(), audit_run(), run(project(&[]), vec![])]
}

/// A schema, ready to judge documents.
pub(crate) fn schema(text: &str) -> jsonschema::Validator {
    let schema = serde_json::from_str(text).expect("the schema is JSON");
    if let Err(fault) = jsonschema::meta::validate(&schema) {
        panic!("the schema is not valid itself: {fault}");
    }
    jsonschema::validator_for(&schema).expect("the schema is a schema")
}

/// What a writer writes, as text.
pub(crate) fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}
