//! The walk over a text that finds its holes, and what all families need: searches whose cost adds up to no more than a
//! few walks over the text.

use rustc_hash::FxHashSet;

use super::dialect::Dialects;
use super::{
    Hole, HoleKind, blade, expression, freemarker, jinja, markup, mustache, php, razor, scriptlet, smarty, velocity,
};
use crate::ir::Span;

/// Expressions and tags that go on for longer are none.
pub(super) const LONGEST: usize = 4_096;

/// How many bytes for each byte of the text may be looked at without being part of a hole.
const VAIN: usize = 16;

/// A walk under way.
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) dialects: Dialects,
    pub(super) holes: Vec<Hole>,
    /// For each mark that was searched for: from where, and where it was found.
    searches: Vec<(&'static str, usize, Option<usize>)>,
    /// How many bytes may yet be looked at in vain.
    patience: usize,
    /// The prefixes of tags that the file declares.
    pub(super) prefixes: FxHashSet<&'t str>,
    /// Names that begin with `$` and are the script's own.
    pub(super) declared: FxHashSet<&'t str>,
    /// Blocks of Razor code that are open.
    pub(super) razor: razor::Blocks,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str, dialects: Dialects) -> Self {
        let patience = text.len().saturating_mul(VAIN) + LONGEST;
        let bytes = text.as_bytes();
        Self {
            text,
            bytes,
            dialects,
            holes: Vec::new(),
            searches: Vec::new(),
            patience,
            prefixes: FxHashSet::default(),
            declared: FxHashSet::default(),
            razor: razor::Blocks::default(),
        }
    }

    pub(super) fn run(mut self) -> Vec<Hole> {
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            at = self.hole_at(byte, at).filter(|end| *end > at).unwrap_or(at + 1);
        }
        self.holes
    }

    /// Reads what may begin with `byte` at `at`; answers where it ends.
    fn hole_at(&mut self, byte: u8, at: usize) -> Option<usize> {
        match byte {
            b'<' => self.angle(at),
            b'$' if self.has(Dialects::VELOCITY) => velocity::reference(self, at),
            b'$' if self.has(Dialects::DOLLAR) => expression::braced(self, at),
            b'#' => self.hash(at),
            b'{' => self.brace(at),
            b'@' if self.has(Dialects::RAZOR) => razor::at_sign(self, at),
            b'@' if self.has(Dialects::BLADE) => blade::directive(self, at),
            b'[' if self.has(Dialects::THYMELEAF) => expression::inlined(self, at),
            b'[' if self.has(Dialects::FREEMARKER) => freemarker::square(self, at),
            b'/' if self.has(Dialects::THYMELEAF) => expression::natural(self, at),
            b'+' if self.has(Dialects::THYMELEAF) => expression::end_of_added(self, at),
            b'\\' if self.has(Dialects::DOLLAR) => expression::escaped(self, at),
            b'>' | b'\n' if self.has(Dialects::RAZOR) => razor::end(self, at),
            _ => None,
        }
    }

    fn angle(&mut self, at: usize) -> Option<usize> {
        match self.byte(at + 1)? {
            b'%' if self.has(Dialects::SCRIPTLET) || self.has(Dialects::RUBY) => scriptlet::scriptlet(self, at),
            b'?' if self.has(Dialects::PHP) => php::tag(self, at),
            b'#' | b'@' if self.has(Dialects::FREEMARKER) => freemarker::angle(self, at),
            b'/' if self.has(Dialects::FREEMARKER) && matches!(self.byte(at + 2), Some(b'#' | b'@')) => {
                freemarker::angle(self, at)
            }
            b'/' if self.has(Dialects::RAZOR) => razor::closing_text(self, at),
            b'{' if self.has(Dialects::SMARTY) => smarty::wrapped(self, at),
            _ if self.has(Dialects::TAGS) => markup::tag(self, at)
                .or_else(|| self.has(Dialects::SMARTY).then(|| smarty::element(self, at)).flatten()),
            _ if self.has(Dialects::SMARTY) => smarty::element(self, at),
            _ => None,
        }
    }

    fn hash(&mut self, at: usize) -> Option<usize> {
        match self.byte(at + 1)? {
            b'{' if self.has(Dialects::HASH) => expression::braced(self, at),
            _ if self.has(Dialects::VELOCITY) || self.has(Dialects::ENJOY) => velocity::directive(self, at),
            _ => None,
        }
    }

    fn brace(&mut self, at: usize) -> Option<usize> {
        match self.byte(at + 1)? {
            b'{' if self.has(Dialects::BLADE) => blade::braces(self, at),
            b'!' if self.has(Dialects::BLADE) => blade::braces(self, at),
            b'{' if self.has(Dialects::JINJA) && !self.has(Dialects::MUSTACHE) => jinja::value(self, at),
            b'{' if self.has(Dialects::MUSTACHE) => mustache::tag(self, at),
            b'%' | b'#' if self.has(Dialects::JINJA) => jinja::tag(self, at),
            _ if self.has(Dialects::SMARTY) => smarty::tag(self, at),
            _ => None,
        }
    }

    pub(super) const fn has(&self, some: Dialects) -> bool {
        self.dialects.has(some)
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|before| self.byte(before))
    }

    pub(super) fn starts(&self, at: usize, mark: &str) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(mark.as_bytes()))
    }

    pub(super) fn part(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The name at a place: ASCII letters, digits and `_`.
    pub(super) fn word(&self, at: usize) -> &'t str {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        self.part(at, at + length)
    }

    pub(super) fn skip_blanks(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
    }

    /// Notes a hole that can be nothing else.
    pub(super) fn sure(&mut self, start: usize, end: usize, kind: HoleKind) -> Option<usize> {
        self.push(start, end, kind, true)
    }

    /// Notes a hole that may be code where the file is no template.
    pub(super) fn likely(&mut self, start: usize, end: usize, kind: HoleKind) -> Option<usize> {
        self.push(start, end, kind, false)
    }

    fn push(&mut self, start: usize, end: usize, kind: HoleKind, sure: bool) -> Option<usize> {
        let fits = self.text.is_char_boundary(start) && self.text.is_char_boundary(end) && start < end;
        if fits {
            self.patience = self.patience.saturating_add(end - start);
            self.holes.push(Hole { span: Span::new(start as u32, end as u32), kind, sure });
        }
        fits.then_some(end)
    }

    /// Where `mark` is first found from `from` on. Each byte is searched about once for each mark.
    pub(super) fn find(&mut self, from: usize, mark: &'static str) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        let known = self.searches.iter_mut().find(|(known, ..)| *known == mark);
        if let Some((_, start, found)) = &known
            && *start <= from
            && found.is_none_or(|found| found >= from)
        {
            return *found;
        }
        let found = memchr::memmem::find(rest, mark.as_bytes()).map(|at| from + at);
        match known {
            Some(known) => *known = (mark, from, found),
            None => self.searches.push((mark, from, found)),
        }
        found
    }

    /// The end of what begins with the bracket at `open`, behind the bracket that closes it; texts in quotes are passed
    /// over. None where it does not end within reason.
    pub(super) fn balanced(&mut self, open: usize) -> Option<usize> {
        let first = self.byte(open)?;
        let closer = closer_of(first)?;
        self.walk(open, |walk, byte| match byte {
            _ if byte == first => {
                walk.depth += 1;
                false
            }
            _ if byte == closer => {
                walk.depth -= 1;
                walk.depth == 0
            }
            _ => false,
        })
    }

    /// The end of a tag that `closer` ends outside of brackets and texts, behind it.
    pub(super) fn tag_end(&mut self, start: usize, closer: u8) -> Option<usize> {
        self.walk(start, |walk, byte| match byte {
            _ if byte == closer && walk.depth <= 0 => true,
            b'(' | b'[' | b'{' => {
                walk.depth += 1;
                false
            }
            b')' | b']' | b'}' => {
                walk.depth -= 1;
                false
            }
            _ => false,
        })
    }

    fn walk(&mut self, start: usize, mut ends: impl FnMut(&mut Walk, u8) -> bool) -> Option<usize> {
        let window = self.bytes.get(start..self.bytes.len().min(start + self.reach()))?;
        let mut walk = Walk { depth: 0 };
        // Up to where a quote is known to be an apostrophe, so that none is looked at twice in vain.
        let mut plain = [0; 2];
        let mut at = 0;
        while let Some(&byte) = window.get(at) {
            if matches!(byte, b'"' | b'\'') {
                let plain = &mut plain[usize::from(byte == b'"')];
                if at < *plain {
                    at += 1;
                    continue;
                }
                match end_of_text(window, at) {
                    Ok(end) => at = end,
                    Err(end) => *plain = end,
                }
                continue;
            }
            if ends(&mut walk, byte) {
                // What becomes a hole gives it back: what begins here may be none, and another walk begin within it.
                self.looked_in_vain(at + 1);
                return Some(start + at + 1);
            }
            at += 1;
        }
        self.looked_in_vain(window.len());
        None
    }

    /// How far the end of a tag is looked for.
    pub(super) fn reach(&self) -> usize {
        LONGEST.min(self.patience)
    }

    /// How many bytes may yet be looked at in vain.
    pub(super) const fn patience(&self) -> usize {
        self.patience
    }

    /// So many bytes held no end.
    pub(super) fn looked_in_vain(&mut self, bytes: usize) {
        self.patience = self.patience.saturating_sub(bytes);
    }
}

/// What a walk to the end of something knows.
struct Walk {
    depth: i32,
}

const fn closer_of(opener: u8) -> Option<u8> {
    match opener {
        b'(' => Some(b')'),
        b'[' => Some(b']'),
        b'{' => Some(b'}'),
        _ => None,
    }
}

/// Behind the text in quotes at `start`; or where the line ends on which it does not.
fn end_of_text(bytes: &[u8], start: usize) -> Result<usize, usize> {
    let quote = bytes.get(start).copied();
    let mut at = start + 1;
    loop {
        match bytes.get(at).copied() {
            None | Some(b'\n') => return Err(at.max(start + 1)),
            Some(b'\\') => at += 2,
            byte if byte == quote => return Ok(at + 1),
            Some(_) => at += 1,
        }
    }
}
