//! What a call pays: whether an order is given.

use super::explore::Reach;
use super::facts::{TradeNo, TradeNoState};
use super::spelling;
use crate::api::PaymentApi;
use crate::eval::{Atom, KeyEvent, ParamsEvent, Place, Reason, SiteEvent, Value, reads_parameters};
use crate::ir::{Expr, ExprId, PropertyKind};
use crate::project::Project;

/// Longer values are cut (in characters).
const MAX_VALUE: usize = 40;

/// What is known of the order that a site pays: what is wrong is so in every run that reached it.
pub(super) fn fact(project: &Project, reaches: &[Reach]) -> TradeNo {
    let facts = reaches.iter().map(|r| of_event(project, &r.event));
    let best = facts.reduce(|a, b| if rank(&b.state) > rank(&a.state) { b } else { a });
    best.unwrap_or_else(|| TradeNo {
        state: TradeNoState::Opaque { reason: Reason::Escaped },
        loc: spelling::loc(project, reaches[0].event.place),
    })
}

/// From what is surely wrong to what is given.
pub(super) fn rank(state: &TradeNoState) -> u8 {
    match state {
        TradeNoState::Misspelt { .. } => 0,
        TradeNoState::Empty { .. } => 1,
        TradeNoState::NotAnObject { .. } => 2,
        TradeNoState::Absent => 3,
        TradeNoState::Opaque { .. } => 4,
        TradeNoState::Given { .. } => 5,
    }
}

fn of_event(project: &Project, event: &SiteEvent) -> TradeNo {
    let whole = spelling::loc(project, place_of_params(project, event));
    match &event.params {
        ParamsEvent::Missing => TradeNo { state: TradeNoState::Absent, loc: whole },
        ParamsEvent::Unknown(reason, _) => TradeNo { state: TradeNoState::Opaque { reason: *reason }, loc: whole },
        ParamsEvent::NotAnObject(value) => {
            TradeNo { state: TradeNoState::NotAnObject { value: show(value) }, loc: whole }
        }
        ParamsEvent::Object { keys, open, .. } => {
            let (state, place) = of_keys(event.api, keys, open.map(|(reason, _)| reason));
            let caller = event.links.last().map(|link| spelling::loc(project, link.callee));
            let by_caller = place.is_some_and(|key| is_left_out_by_caller(project, event, &state, key));
            let own = place.map_or(whole, |p| spelling::loc(project, p));
            TradeNo { loc: caller.filter(|_| by_caller).unwrap_or(own), state }
        }
    }
}

/// What stands for the parameters as a whole. Where a wrapper forwards them, they are its caller's.
fn place_of_params(project: &Project, event: &SiteEvent) -> Place {
    let Some(link) = event.links.last() else { return event.params_place.unwrap_or(event.place) };
    match event.params {
        ParamsEvent::Object { made: Some(made), .. } if contains(link.place, made) => made,
        ParamsEvent::Object { made: Some(made), .. } if contains(event.place, made) => {
            let own = event.params_place.filter(|params| !passes_on(project, *params));
            own.unwrap_or(link.callee)
        }
        _ => link.callee,
    }
}

/// Whether parameters are put together from those of the function around: `{ ...params, success }`.
fn passes_on(project: &Project, params: Place) -> bool {
    let script = project.script(params.script);
    let given = |expr: ExprId| reads_parameters(script, expr);
    let is_name = |expr: ExprId| matches!(script.expr(expr), Expr::Read(_));
    let places = script.expr_spans.iter().zip(&script.exprs).filter(|(span, _)| **span == params.span);
    places.into_iter().any(|(_, expr)| match *expr {
        Expr::Object(list) => {
            list.of(&script.properties).iter().any(|p| p.kind == PropertyKind::Spread && given(p.value))
        }
        Expr::Call { arguments, .. } => script.args(arguments).iter().any(|a| is_name(a.value) && given(a.value)),
        _ => false,
    })
}

fn contains(outer: Place, inner: Place) -> bool {
    outer.script == inner.script && outer.span.contains(inner.span)
}

/// Whether a wrapper writes the key, and only its caller leaves the value out.
fn is_left_out_by_caller(project: &Project, event: &SiteEvent, state: &TradeNoState, key: Place) -> bool {
    let written = event.links.last().is_some_and(|link| contains(link.place, key));
    let script = project.script(key.script);
    let empty = matches!(state, TradeNoState::Empty { .. });
    empty
        && !event.links.is_empty()
        && !written
        && script.properties.iter().any(|p| p.key_span == key.span && reads_parameters(script, p.value))
}

fn of_keys(api: &PaymentApi, keys: &[KeyEvent], open: Option<Reason>) -> (TradeNoState, Option<Place>) {
    let wanted = |key: &KeyEvent| api.order_keys.contains(&&*key.key);
    let (empty, given): (Vec<&KeyEvent>, Vec<&KeyEvent>) =
        keys.iter().filter(|k| wanted(k)).partition(|k| is_empty(&k.value));
    if let Some(key) = given.first() {
        let state = TradeNoState::Given { key: key.key.to_string(), value: show(&key.value) };
        return (state, key.place);
    }
    if let Some(reason) = open {
        return (TradeNoState::Opaque { reason }, None);
    }
    if let Some((key, expected)) = keys.iter().find_map(|k| Some((k, misspelling(api, &k.key)?))) {
        return (TradeNoState::Misspelt { found: key.key.to_string(), expected }, key.place);
    }
    match empty.first() {
        Some(key) => (TradeNoState::Empty { key: key.key.to_string(), value: show(&key.value) }, key.place),
        None => (TradeNoState::Absent, None),
    }
}

/// Whether a value is surely nothing: `undefined`, `null` or an empty text, whichever way the code goes.
fn is_empty(value: &Value) -> bool {
    value.atoms.iter().all(|atom| match atom {
        Atom::Undefined | Atom::Null => true,
        Atom::Text(text) => text.trim().is_empty(),
        _ => false,
    })
}

/// The key that a misspelt one stands for.
fn misspelling(api: &PaymentApi, key: &str) -> Option<&'static str> {
    let order = |name: &str| api.order_keys.contains(&name);
    let params = api.params.iter().filter(|p| order(p.name) && p.name != key);
    let listed = params.clone().find(|p| p.misspellings.contains(&key));
    let other_case = || params.clone().find(|p| p.name.eq_ignore_ascii_case(key));
    listed.or_else(other_case).map(|p| p.name)
}

/// A value in a few words.
fn show(value: &Value) -> String {
    let words: Vec<String> = value.atoms.iter().map(show_atom).collect();
    let text = words.join(" or ");
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn show_atom(atom: &Atom) -> String {
    match atom {
        Atom::Undefined => "undefined".to_owned(),
        Atom::Null => "null".to_owned(),
        Atom::Bool(b) => b.to_string(),
        Atom::Number(n) => n.to_string(),
        Atom::Text(text) => format!("'{text}'"),
        Atom::Object(_) => "an object".to_owned(),
        Atom::Unknown(_) => "a value from elsewhere".to_owned(),
    }
}
