//! How far the mentions of names reach: whether what an arm writes is read in that arm alone.

use crate::ir::{Expr, FnId, Ref, Script, Span, Stmt, Target};

/// How far the mentions of a name reach.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct NameRange {
    /// From the first to the last.
    span: Span,
    /// Whether they run in the order in which they are written: none stands in another function, or in one with a loop.
    in_order: bool,
}

impl NameRange {
    /// Those of all names of a script.
    pub(super) fn all(script: &Script) -> Vec<Self> {
        let mut ranges: Vec<Option<Self>> = vec![None; script.bindings.len()];
        let owners = script.owners();
        let looping = looping_functions(script, &owners);
        for ((expr, at), owner) in script.exprs.iter().zip(&script.expr_spans).zip(&owners) {
            let (Expr::Read(Ref::Binding(name))
            | Expr::Assign { target: Target::Name(Ref::Binding(name), _), .. }
            | Expr::Update { target: Target::Name(Ref::Binding(name), _), .. }) = *expr
            else {
                continue;
            };
            let in_order = script.binding(name).owner == *owner && !looping[owner.index()];
            if let Some(range) = ranges.get_mut(name.index()) {
                let known = range.get_or_insert(Self { span: *at, in_order });
                let span = Span { start: known.span.start.min(at.start), end: known.span.end.max(at.end) };
                *known = Self { span, in_order: known.in_order && in_order };
            }
        }
        let anywhere = Self { span: script.span, in_order: false };
        ranges.into_iter().map(|range| range.unwrap_or(anywhere)).collect()
    }

    /// Whether what is written in an arm is read in it alone.
    pub(super) const fn is_read_in(self, arm: Span) -> bool {
        (arm.start <= self.span.start || self.in_order) && self.span.end <= arm.end
    }
}

/// By function: whether it has a loop.
fn looping_functions(script: &Script, owners: &[FnId]) -> Vec<bool> {
    let mut looping = vec![false; script.functions.len()];
    for stmt in &script.stmts {
        let inside = match *stmt {
            Stmt::Loop { test, update, .. } => test.or(update),
            Stmt::ForEach { iterable, .. } => Some(iterable),
            _ => continue,
        };
        match inside {
            Some(expr) => looping[owners[expr.index()].index()] = true,
            // Nobody knows whose it is.
            None => looping.fill(true),
        }
    }
    looping
}
