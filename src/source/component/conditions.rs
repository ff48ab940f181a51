//! Under which conditions a template shows an element, and with it what binds an event: `v-if` of it and of those around
//! it, `v-else`, `:disabled`.

use super::tags::{Attribute, Tag};
use crate::api::PLATFORM;
use crate::ir::Span;

/// Elements that HTML closes by itself.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// More conditions of one element are not kept: the innermost count.
const MAX_CONDITIONS: usize = 16;
/// Deeper elements are taken for children of those around, and no further is looked for what an end tag closes.
const MAX_DEPTH: usize = 256;

/// A condition where it is written, and whether it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition {
    /// Its code.
    pub span: Span,
    /// Whether the element is there if it holds, or if it does not.
    pub holds: bool,
}

/// The elements around the tag that is being read.
#[derive(Default)]
pub(super) struct Around {
    open: Vec<Open>,
    /// The conditions before a `v-else` among elements at the top.
    chain: Vec<Span>,
}

struct Open {
    name: String,
    conditions: Vec<Condition>,
    /// The conditions before a `v-else` among its children.
    chain: Vec<Span>,
}

impl Around {
    /// Goes on to a tag; answers the conditions of the element that begins with it.
    pub(super) fn go_on(&mut self, tag: &Tag) -> Vec<Condition> {
        if tag.closing {
            let near = self.open.iter().rev().position(|open| open.name == tag.name);
            if let Some(above) = near {
                self.open.truncate(self.open.len() - above - 1);
            }
            return Vec::new();
        }
        let own = own_conditions(tag, self.open.last_mut().map_or(&mut self.chain, |open| &mut open.chain));
        let outer = self.open.last().map(|open| open.conditions.as_slice()).unwrap_or_default();
        let mut all: Vec<Condition> = outer.iter().copied().chain(own).collect();
        all.drain(..all.len().saturating_sub(MAX_CONDITIONS));
        let is_void = !tag.capital && VOID.contains(&tag.name.as_str());
        if !tag.self_closing && !is_void && self.open.len() < MAX_DEPTH {
            self.open.push(Open { name: tag.name.clone(), conditions: all.clone(), chain: Vec::new() });
        }
        let disabling = tag.attributes.iter().filter(|a| PLATFORM.template_disabling.contains(&a.name.as_str()));
        let disabling = disabling.filter_map(|a| a.span).take(MAX_CONDITIONS);
        all.extend(disabling.map(|span| Condition { span, holds: false }));
        all
    }
}

/// What an element adds to the conditions of those around it; `chain` has those of its elder siblings.
fn own_conditions(tag: &Tag, chain: &mut Vec<Span>) -> Vec<Condition> {
    let find = |names: &[&str]| tag.attributes.iter().find(|a: &&Attribute| names.contains(&a.name.as_str()));
    let (first, next, last) = (
        find(PLATFORM.template_conditions).and_then(|a| a.span),
        find(PLATFORM.template_other_conditions).and_then(|a| a.span),
        find(PLATFORM.template_otherwise),
    );
    let mut own = Vec::new();
    if next.is_some() || last.is_some() {
        let from = chain.len().saturating_sub(MAX_CONDITIONS);
        own.extend(chain[from..].iter().map(|span| Condition { span: *span, holds: false }));
    } else {
        chain.clear();
    }
    for span in first.into_iter().chain(next) {
        own.push(Condition { span, holds: true });
        chain.push(span);
    }
    own
}
