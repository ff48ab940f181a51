//! The state of the pass: how deep it is in the text, and what came last. It counts, and compares with the bounds.

use super::frame::{Frame, Kind};
use super::{Bounds, Excess, Grammar};
use crate::limits::Limit;

/// What stands before the next token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Before {
    /// A statement begins.
    Statement,
    /// `;`: a statement begins, unless it is `else`.
    Semicolon,
    /// `}` of a block: likewise.
    BlockEnd,
    /// An operator or prefix: an operand is due.
    Operator,
    /// `:`.
    Colon,
    /// An operand has ended.
    Operand,
    /// `>`, which closes a type's arguments or compares: an operand has ended, or is due.
    Angle {
        /// The offset behind it.
        end: usize,
    },
    /// `.`: a name is due.
    Dot,
    /// `if` and its like: the brackets are a statement's head.
    Control,
}

/// The state of the pass.
pub(super) struct Scanner<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) grammar: Grammar,
    bounds: Bounds,
    pub(super) tokens: u32,
    /// The innermost bracket.
    pub(super) top: Frame,
    /// Those around it.
    outer: Vec<Frame>,
    /// Levels, links and tries of those around it.
    outer_levels: u32,
    outer_links: u32,
    outer_tries: u32,
    pub(super) before: Before,
    excess: Option<Excess>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8], grammar: Grammar, bounds: Bounds) -> Self {
        Self {
            bytes,
            at: 0,
            grammar,
            bounds,
            tokens: 0,
            top: Frame::new(Kind::Top),
            outer: Vec::new(),
            outer_levels: 0,
            outer_links: 0,
            outer_tries: 0,
            before: Before::Statement,
            excess: None,
        }
    }

    pub(super) fn run(mut self) -> Result<u64, Excess> {
        if self.bytes.starts_with(b"#!") {
            self.skip_line();
        }
        while self.at < self.bytes.len() {
            match self.top.kind {
                Kind::JsxText => self.jsx_text(),
                Kind::JsxTag => self.jsx_tag(),
                _ => self.token(),
            }
            if self.tokens > self.bounds.tokens {
                self.exceed(Limit::Tokens);
            }
            if let Some(excess) = self.excess {
                return Err(excess);
            }
        }
        Ok(u64::from(self.tokens))
    }

    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(super) fn open(&mut self, kind: Kind) {
        self.outer_levels += self.top.levels();
        self.outer_links += self.top.links;
        self.outer_tries += self.top.tries();
        self.outer.push(self.top);
        // The tree of what brackets hold takes more memory than other tokens.
        self.tokens += 2;
        self.top = Frame::new(kind);
        self.before = Before::Operator;
        self.limit_levels();
        self.limit_tries();
    }

    /// Leaves the innermost bracket.
    pub(super) fn close(&mut self) {
        if let Some(frame) = self.outer.pop() {
            self.top = frame;
            self.outer_levels -= frame.levels();
            self.outer_links -= frame.links;
            self.outer_tries -= frame.tries();
        }
    }

    pub(super) fn prefix(&mut self) {
        self.top.prefixes += 1;
        self.limit_levels();
    }

    pub(super) fn nested_statement(&mut self) {
        self.top.statements += 1;
        self.limit_levels();
    }

    pub(super) fn link(&mut self) {
        self.top.links += 1;
        if self.outer_links + self.top.links > self.bounds.links {
            self.exceed(Limit::Chain);
        }
    }

    /// `=>` comes.
    pub(super) fn arrow(&mut self) {
        self.prefix();
        if std::mem::take(&mut self.top.alternative) && self.grammar.types {
            self.top.guesses += 1;
            self.limit_tries();
        }
    }

    /// `<` of types comes where an operand is due.
    pub(super) fn cast(&mut self) {
        self.top.cast = true;
    }

    fn limit_tries(&mut self) {
        if self.outer_tries + self.top.guesses > self.bounds.tries {
            self.exceed(Limit::Arrows);
        }
    }

    pub(super) fn limit_levels(&mut self) {
        if self.outer_levels + self.top.levels() > self.bounds.levels {
            self.exceed(Limit::Nesting);
        }
    }

    fn exceed(&mut self, limit: Limit) {
        self.excess = self.excess.or(Some(Excess { offset: self.at.min(self.bytes.len()), limit }));
    }

    /// An expression has ended at `,`.
    pub(super) fn end_expression(&mut self) {
        self.top.prefixes = 0;
        self.top.links = 0;
        self.top.questions = 0;
        self.top.alternative = false;
        self.top.guesses = 0;
        self.top.cast = false;
    }

    /// A statement has ended.
    pub(super) fn end_statement(&mut self) {
        self.end_expression();
        self.top.statements = 0;
        self.top.angles = 0;
    }

    pub(super) fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }
}
