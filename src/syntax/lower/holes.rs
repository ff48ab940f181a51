//! What a server puts into a script: tokens that meet a hole become values that nobody at hand knows.

use swc_common::Spanned;
use swc_ecma_ast::{Ident, Lit};

use super::Lowerer;
use crate::ir::{Expr, ExprId, PropertyKey, Span};
use crate::source::is_filler;
use crate::syntax::template::Filled;

impl<'a> Lowerer<'a> {
    /// What of a token is a server's.
    fn filled_in(&self, span: swc_common::Span) -> &'a [Filled] {
        let filled = self.lowering.filled;
        if filled.is_empty() {
            return filled;
        }
        let (start, end) = (self.lowering.source.offset(span.lo), self.lowering.source.offset(span.hi));
        let first = filled.partition_point(|part| part.end <= start);
        let rest = filled.get(first..).unwrap_or_default();
        rest.get(..rest.partition_point(|part| part.start < end)).unwrap_or_default()
    }

    /// Whether something of a token is a server's.
    pub(super) fn meets_hole(&self, span: swc_common::Span) -> bool {
        !self.filled_in(span).is_empty()
    }

    fn hole(&mut self, text: &str, span: Span) -> ExprId {
        let name = self.name(text);
        self.push(Expr::Hole(name), span)
    }

    /// What a name stands for that meets a hole; none where it does not, or where the script declares it with the same
    /// hole in it.
    pub(super) fn hole_of_ident(&mut self, ident: &Ident) -> Option<ExprId> {
        let first = self.filled_in(ident.span).first()?;
        let is_whole = ident.sym.chars().all(is_filler);
        let name = self.name(&ident.sym);
        if ident.sym.contains(is_filler) && self.visible[name.index()].is_some() {
            return None;
        }
        let span = self.span(ident.span);
        let text = if is_whole || !ident.sym.contains(is_filler) { &first.hole } else { &*ident.sym };
        Some(self.hole(text, span))
    }

    /// What a literal stands for that meets a hole.
    pub(super) fn hole_of_literal(&mut self, literal: &Lit) -> Option<ExprId> {
        let first = self.filled_in(literal.span()).first()?;
        let value = match literal {
            Lit::Str(text) => return Some(self.text(&text.value.to_string_lossy(), text.span)),
            Lit::JSXText(text) => return Some(self.text(&text.value.to_string_lossy(), text.span)),
            _ => &first.hole,
        };
        let span = self.span(literal.span());
        Some(self.hole(value, span))
    }

    /// A text, of which parts may be a server's.
    pub(super) fn text(&mut self, text: &str, token: swc_common::Span) -> ExprId {
        let span = self.span(token);
        let filled = self.filled_in(token);
        match filled {
            [] => return self.string(text, span),
            [only] if text.len() == only.length && text.chars().all(is_filler) => return self.hole(&only.hole, span),
            _ => {}
        }
        let mark = self.exprs.len();
        self.parts_with_holes(text, token);
        let parts = self.exprs_since(mark);
        self.push(Expr::Template(parts), span)
    }

    /// Adds the parts of a text to the list of expressions under construction.
    pub(super) fn parts_with_holes(&mut self, text: &str, token: swc_common::Span) {
        let span = self.span(token);
        let mut rest = text;
        for part in self.filled_in(token) {
            let start = rest.find(is_filler).unwrap_or(rest.len());
            if start > 0 {
                let known = self.string(rest.get(..start).unwrap_or_default(), span);
                self.exprs.push(known);
            }
            let hole = self.hole(&part.hole, span);
            self.exprs.push(hole);
            rest = rest.get(start + part.length..).unwrap_or_default();
        }
        if !rest.is_empty() {
            let known = self.string(rest, span);
            self.exprs.push(known);
        }
    }

    /// The key of a property that a server writes, or a part of it.
    pub(super) fn hole_key(&mut self, token: swc_common::Span) -> (PropertyKey, Span) {
        let span = self.span(token);
        let hole = self.filled_in(token).first().map(|part| part.hole.clone()).unwrap_or_default();
        let value = self.hole(&hole, span);
        (PropertyKey::Computed(value), span)
    }
}
