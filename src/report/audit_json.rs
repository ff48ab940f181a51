//! `paylint audit --format json`: every call site as one versioned document, described by
//! `schemas/audit-1.schema.json`.

use std::io::{self, Write};

use serde::Serialize;

use super::document::{ErrorEntry, Place, SCHEMA_VERSION, Tool, errors, write_json};
use super::outcomes::{Tally, certainty_name};
use super::unread;
use crate::Run;
use crate::analysis::{self as facts, TradeNoState};
use crate::api::{CodeClass, PaymentApi};
use crate::project::Project;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    sites: Vec<Site<'a>>,
    unread: Vec<Evidence<'a>>,
    errors: Vec<ErrorEntry<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    sites: usize,
    cells: usize,
    decided: usize,
    faults: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Site<'a> {
    api: Api,
    callee: &'a str,
    function: Option<&'a str>,
    #[serde(flatten)]
    place: Place<'a>,
    touch: Touch<'a>,
    links: Vec<Evidence<'a>>,
    ready: Ready<'a>,
    trade_no: TradeNo<'a>,
    callbacks: Vec<Place<'a>>,
    waiters: Vec<Place<'a>>,
    outcomes: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
pub(super) struct Touch<'a> {
    callee: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
pub(super) struct Api {
    id: &'static str,
    title: &'static str,
}

impl Api {
    pub(super) const fn of(api: &PaymentApi) -> Self {
        Self { id: api.id, title: api.title }
    }
}

#[derive(Serialize)]
struct Ready<'a> {
    state: &'static str,
    evidence: Vec<Evidence<'a>>,
    route: Vec<Evidence<'a>>,
}

#[derive(Serialize)]
struct Evidence<'a> {
    what: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct TradeNo<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'a> {
    code: Option<&'static str>,
    meaning: Option<&'static str>,
    class: Option<&'static str>,
    undetermined: bool,
    verdict: Verdict<'a>,
    effects: Vec<Effect<'a>>,
    undecided: Vec<Undecided<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum Verdict<'a> {
    Ok,
    Fault { effect: usize },
    Undecided(Undecided<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Effect<'a> {
    class: &'static str,
    channel: &'static str,
    spelling: &'a str,
    text: Option<&'a str>,
    certainty: &'static str,
    carries_result: bool,
    #[serde(flatten)]
    place: Place<'a>,
    condition: Option<Condition<'a>>,
    arm: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Condition<'a> {
    spelling: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Undecided<'a> {
    reason: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
}

/// Writes what is known of every call site.
///
/// # Errors
/// What the writer says.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    write_json(&document(run), out)
}

fn document(run: &Run) -> Document<'_> {
    let tally = Tally::of(run);
    let sites = run.facts.iter().flat_map(|(_, facts)| &facts.sites);
    Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::this(),
        sites: sites.map(|s| site(&run.project, s)).collect(),
        unread: unread(run)
            .map(|d| Evidence { what: &d.message, place: Place::new(&run.project, d.primary) })
            .collect(),
        errors: errors(run),
        summary: Summary {
            files: run.files,
            sites: tally.sites,
            cells: tally.cells,
            decided: tally.decided(),
            faults: tally.faults,
        },
    }
}

fn site<'a>(project: &'a Project, site: &'a facts::Site) -> Site<'a> {
    Site {
        api: Api::of(site.api),
        callee: &site.spelling,
        function: site.function.as_deref(),
        place: Place::new(project, site.call),
        touch: Touch { callee: &site.touch.spelling, place: Place::new(project, site.touch.call) },
        links: site.links.iter().map(|e| evidence(project, e)).collect(),
        ready: Ready {
            state: site.ready.state.as_str(),
            evidence: site.ready.evidence.iter().map(|e| evidence(project, e)).collect(),
            route: site.ready.route.iter().map(|e| evidence(project, e)).collect(),
        },
        trade_no: trade_no(project, &site.trade_no),
        callbacks: site.callbacks.iter().map(|loc| Place::new(project, *loc)).collect(),
        waiters: site.waiters.iter().map(|loc| Place::new(project, *loc)).collect(),
        outcomes: site.outcomes.iter().map(|o| outcome(project, site, o)).collect(),
    }
}

fn evidence<'a>(project: &'a Project, evidence: &'a facts::Evidence) -> Evidence<'a> {
    Evidence { what: &evidence.what, place: Place::new(project, evidence.loc) }
}

fn trade_no<'a>(project: &'a Project, fact: &'a facts::TradeNo) -> TradeNo<'a> {
    let place = Place::new(project, fact.loc);
    let base = TradeNo { state: fact.state.as_str(), key: None, value: None, expected: None, reason: None, place };
    match &fact.state {
        TradeNoState::Given { key, value } | TradeNoState::Empty { key, value } => {
            TradeNo { key: Some(key), value: Some(value), ..base }
        }
        TradeNoState::Misspelt { found, expected } => TradeNo { key: Some(found), expected: Some(expected), ..base },
        TradeNoState::NotAnObject { value } => TradeNo { value: Some(value), ..base },
        TradeNoState::Opaque { reason } => TradeNo { reason: Some(reason.as_str()), ..base },
        TradeNoState::Absent => base,
    }
}

/// A cell of an outcome table.
pub(super) fn outcome<'a>(project: &'a Project, site: &facts::Site, outcome: &'a facts::Outcome) -> Outcome<'a> {
    let entry = outcome.code.and_then(|code| site.api.code(code));
    Outcome {
        code: outcome.code,
        meaning: entry.map(|c| c.meaning),
        class: entry.map(|c| class(c.class)),
        undetermined: entry.is_some_and(|c| c.undetermined),
        verdict: match &outcome.verdict {
            facts::Verdict::Ok => Verdict::Ok,
            facts::Verdict::Fault(effect) => Verdict::Fault { effect: *effect },
            facts::Verdict::Undecided(why) => Verdict::Undecided(undecided(project, why)),
        },
        effects: outcome.effects.iter().map(|e| effect(project, e)).collect(),
        undecided: outcome.undecided.iter().map(|u| undecided(project, u)).collect(),
    }
}

fn undecided<'a>(project: &'a Project, undecided: &facts::Undecided) -> Undecided<'a> {
    Undecided { reason: undecided.reason.as_str(), place: Place::new(project, undecided.loc) }
}

fn effect<'a>(project: &'a Project, effect: &'a facts::Effect) -> Effect<'a> {
    let condition = effect.condition.as_ref();
    Effect {
        class: effect.class.as_str(),
        channel: effect.channel.as_str(),
        spelling: &effect.spelling,
        text: effect.text.as_deref(),
        certainty: certainty_name(effect.certainty),
        carries_result: effect.carries_result,
        place: Place::new(project, effect.loc),
        condition: condition.map(|c| Condition { spelling: &c.spelling, place: Place::new(project, c.loc) }),
        arm: effect.arm.map(|loc| Place::new(project, loc)),
    }
}

const fn class(class: CodeClass) -> &'static str {
    match class {
        CodeClass::Success => "success",
        CodeClass::Pending => "pending",
        CodeClass::Unknown => "unknown",
        CodeClass::Failure => "failure",
        CodeClass::Cancelled => "cancelled",
        CodeClass::Network => "network",
        CodeClass::NotAllowed => "not-allowed",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::samples;

    fn written(run: &Run) -> Value {
        serde_json::from_str(&samples::text(|out| write(run, out))).expect("JSON")
    }

    #[test]
    fn a_table_has_a_row_for_each_code_and_one_for_others() {
        let document = written(&samples::audit_run());
        let site = &document["sites"][0];
        assert_eq!(site["tradeNo"]["key"], "tradeNO");
        let rows = site["outcomes"].as_array().expect("a list");
        let states: Vec<_> = rows.iter().map(|row| (&row["code"], &row["verdict"]["state"])).collect();
        let expected = [("9000", "ok"), ("8000", "fault"), ("4000", "ok"), ("6002", "ok")];
        let mut expected: Vec<_> = expected.iter().map(|(code, state)| (json!(code), json!(state))).collect();
        expected.push((Value::Null, json!("undecided")));
        assert_eq!(states, expected.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>());
        assert_eq!(rows[4]["verdict"]["reason"], "external-call");
        assert_eq!(document["summary"], json!({"files": 1, "sites": 1, "cells": 5, "decided": 4, "faults": 1}));
    }

    #[test]
    fn every_state_of_the_order_fits_the_schema() {
        use crate::analysis::Reason;
        let states = [
            TradeNoState::Absent,
            TradeNoState::Misspelt { found: "tradeNo".to_owned(), expected: "tradeNO" },
            TradeNoState::Empty { key: "tradeNO".to_owned(), value: "\"\"".to_owned() },
            TradeNoState::NotAnObject { value: "orderStr".to_owned() },
            TradeNoState::Opaque { reason: Reason::Template },
        ];
        for state in states {
            let mut run = samples::audit_run();
            run.facts[0].1.sites[0].trade_no.state = state;
            assert_fits(&written(&run));
        }
    }

    #[test]
    fn every_document_fits_the_schema() {
        for run in samples::runs() {
            assert_fits(&written(&run));
        }
    }

    #[test]
    fn the_schema_refuses_what_is_not_described() {
        let mut document = written(&samples::audit_run());
        document["sites"][0]["ready"]["state"] = json!("perhaps");
        let schema = samples::schema(include_str!("../../schemas/audit-1.schema.json"));
        assert!(!schema.is_valid(&document));
    }

    fn assert_fits(document: &Value) {
        let schema = samples::schema(include_str!("../../schemas/audit-1.schema.json"));
        let faults: Vec<String> = schema.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}\n{document:#}");
    }
}
