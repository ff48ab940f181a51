//! One way to fill the holes of a script, and what it comes to.

use smallvec::{SmallVec, smallvec};

use super::lexer::{Lexer, Mode, is_name};
use super::plan::{Plan, TextHole};
use crate::source::{HoleKind, Role, blank_range, fill_name};

/// A place of the filled text that stands for something of the server.
#[derive(Clone, Debug)]
pub(in crate::syntax) struct Filled {
    pub(in crate::syntax) start: usize,
    pub(in crate::syntax) end: usize,
    /// How many bytes of it are the name that stands for the value.
    pub(in crate::syntax) length: usize,
    /// The hole as it is written: the same text stands for the same value.
    pub(in crate::syntax) hole: String,
}

/// A unit that was filled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    pub(super) id: usize,
    pub(super) start: usize,
    /// In how many ways it can be filled.
    pub(super) ways: u8,
}

/// A text with its holes filled.
#[derive(Default)]
pub(super) struct Masked {
    pub(super) text: String,
    pub(super) filled: Vec<Filled>,
    /// The units, in order of their places.
    pub(super) met: Vec<Met>,
    /// How many arms that group has which has the most, of those of which only one stands here.
    pub(super) arms: usize,
}

/// What may stand in the place of a hole or a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// Blanks.
    Blank,
    /// A name.
    Name,
    /// A name that is a statement.
    Statement,
    /// A name that is one of a list.
    Item,
    /// A number.
    Digits,
    /// The text itself: it is no hole.
    Code,
    /// The character that the server writes.
    Char(char),
    /// `if (?) { … } else { … }`.
    Branch,
    /// `(? … : …)`.
    Conditional,
    /// Blanks, and commas between the arms: they are parts of a list.
    Items,
    /// Only the arm of this number.
    Arm(usize),
    /// A name for the whole of it.
    WholeName,
    /// Blanks for the whole of it.
    WholeBlank,
}

/// A group in a string with more holes is not taken for one value.
const MOST_IN_TEXT: usize = 64;

type Ways = SmallVec<[Way; 8]>;

/// Fills the holes of `text` as `choices` has it; `as_code`: what may be code is code; `shift`: where only one arm of a
/// group can stand, it is not the chosen one but so many behind it.
pub(super) fn mask(text: &str, plan: &Plan, choices: &[u8], as_code: bool, shift: usize) -> Masked {
    let groups = vec![None; plan.groups.len()];
    let lexer = Lexer::new(text);
    let masked = Masked { text: String::with_capacity(text.len()), ..Masked::default() };
    let mut masker = Masker { text, plan, choices, as_code, shift, lexer, copied: 0, masked, groups };
    masker.run();
    masker.masked
}

struct Masker<'p> {
    text: &'p str,
    plan: &'p Plan,
    choices: &'p [u8],
    as_code: bool,
    shift: usize,
    lexer: Lexer<'p>,
    /// How much of the text is in `masked`.
    copied: usize,
    masked: Masked,
    /// How each group that was met is filled.
    groups: Vec<Option<Way>>,
}

impl Masker<'_> {
    fn run(&mut self) {
        for index in 0..self.plan.holes.len() {
            let hole = self.plan.holes[index];
            if hole.start < self.lexer.at {
                continue;
            }
            while self.lexer.at < hole.start {
                self.lexer.step(hole.start);
            }
            self.fill(index, hole);
        }
        self.masked.text.push_str(self.text.get(self.copied..).unwrap_or_default());
    }

    fn fill(&mut self, index: usize, hole: TextHole) {
        match &self.plan.roles[index] {
            Role::Alone => {
                let ways = self.ways_of_hole(hole);
                let way = self.choose(index, hole.start, &ways);
                self.fill_alone(hole, way);
            }
            // In a string it is likely no directive: `$('#end')`. What may be code is code.
            Role::Stray if matches!(self.lexer.mode, Mode::Text(_) | Mode::Literal) => {}
            Role::Stray if !hole.sure && !self.plan.is_template => {}
            Role::Stray => self.replace(hole.start, hole.end, None, ""),
            Role::Arm { group, arm } => {
                let (group, arm) = (*group, *arm);
                let way = match self.groups[group] {
                    Some(way) => way,
                    None => {
                        let ways = self.ways_of_group(group, hole);
                        let way = self.choose(self.plan.unit_of(group), hole.start, &ways);
                        self.groups[group] = Some(way);
                        way
                    }
                };
                self.fill_tag(group, arm, hole, way);
            }
            Role::End(groups) => {
                let way = groups.first().and_then(|group| self.groups[*group]).unwrap_or(Way::Blank);
                let also = |group: &&usize| self.groups[**group] == Some(Way::Branch);
                let braces = groups.iter().filter(also).count();
                self.fill_end(groups.first().copied(), hole, way, braces);
            }
        }
    }

    fn choose(&mut self, id: usize, start: usize, ways: &[Way]) -> Way {
        let chosen = usize::from(self.choices.get(id).copied().unwrap_or_default());
        self.masked.met.push(Met { id, start, ways: ways.len() as u8 });
        ways.get(chosen).or(ways.last()).copied().unwrap_or(Way::Blank)
    }

    fn ways_of_hole(&self, hole: TextHole) -> Ways {
        let in_code = match self.lexer.mode {
            Mode::Code => true,
            Mode::Line(_) | Mode::Block(_) => return smallvec![Way::Blank],
            Mode::Text(_) | Mode::Literal | Mode::Pattern { .. } => false,
        };
        let mut ways: Ways = match hole.kind {
            HoleKind::Text(character) => smallvec![Way::Char(character)],
            HoleKind::Void if hole.end - hole.start == 1 => smallvec![Way::Blank],
            HoleKind::Void if in_code => smallvec![Way::Blank, Way::Name],
            _ if !in_code => smallvec![Way::Name],
            _ if self.is_statement(hole) => smallvec![Way::Statement, Way::Item, Way::Name, Way::Blank],
            _ => smallvec![Way::Name, Way::Digits, Way::Item, Way::Statement, Way::Blank],
        };
        if self.lexer.mode == Mode::Literal && !self.plan.is_template && !hole.sure {
            // `${x}` is JavaScript's own there.
            ways.insert(0, Way::Code);
        }
        if in_code && !hole.sure {
            if self.as_code { ways.insert(0, Way::Code) } else { ways.push(Way::Code) }
        }
        ways
    }

    /// Whether a hole in code seems to be a statement of its own.
    fn is_statement(&self, hole: TextHole) -> bool {
        let begins = matches!(self.lexer.last, 0 | b';' | b'{' | b'}') || self.lexer.begins_a_line(hole.start);
        let rest = self.text.get(hole.end..).unwrap_or_default();
        let next = rest.trim_start().bytes().next();
        let adjoins = rest.bytes().next().is_some_and(is_name);
        begins
            && !adjoins
            && !matches!(self.lexer.last, b',' | b'(' | b'[' | b'=' | b':' | b'?' | b'+' | b'&' | b'|' | b'.')
            && match next {
                None => true,
                Some(b'}') => self.lexer.last != b'{',
                Some(byte) => is_name(byte) || matches!(byte, b'<' | b'@' | b'#'),
            }
    }

    fn ways_of_group(&self, group: usize, hole: TextHole) -> Ways {
        let arms = self.plan.groups[group].tags.len().saturating_sub(1).min(4);
        let in_code = match self.lexer.mode {
            Mode::Code => true,
            Mode::Line(_) | Mode::Block(_) => self.whole_comment(hole).is_some(),
            Mode::Text(_) | Mode::Literal | Mode::Pattern { .. } => false,
        };
        let mut ways: Ways = match self.lexer.mode {
            Mode::Text(quote) if self.stays_in_text(group, quote) => smallvec![Way::WholeName],
            Mode::Literal if self.stays_in_text(group, b'`') => smallvec![Way::WholeName],
            Mode::Code => match self.lexer.last {
                b'=' | b'?' | b'+' | b'-' | b'*' | b'&' | b'|' | b'!' | b'<' | b'>' => {
                    smallvec![Way::Conditional, Way::Blank, Way::Branch]
                }
                b'(' | b'[' | b',' => smallvec![Way::Blank, Way::Conditional, Way::Branch],
                _ if self.lexer.is_after_keyword() => smallvec![Way::Conditional, Way::Branch, Way::Blank],
                _ => smallvec![Way::Branch, Way::Blank, Way::Conditional],
            },
            _ if in_code => smallvec![Way::Branch, Way::Blank],
            // Of a string that ends between them, tags are parts.
            _ => smallvec![Way::Blank],
        };
        if self.lexer.mode == Mode::Code && matches!(self.lexer.last, b'{' | b'(' | b'[' | b',') {
            ways.push(Way::Items);
        }
        if !matches!(ways.as_slice(), [Way::WholeName]) {
            ways.extend((0..arms).map(Way::Arm));
        }
        if in_code {
            ways.extend([Way::WholeName, Way::WholeBlank]);
            if !hole.sure {
                if self.as_code { ways.insert(0, Way::Code) } else { ways.push(Way::Code) }
            }
        }
        ways
    }

    /// Whether the string that a group begins in goes on behind it.
    fn stays_in_text(&self, group: usize, quote: u8) -> bool {
        let Some((first, last)) = self.plan.ends_of(group) else { return false };
        let mut at = first.start;
        let inside = self.plan.holes.partition_point(|hole| hole.start < first.start);
        let inside = self.plan.holes.get(inside..).unwrap_or_default();
        if inside.get(MOST_IN_TEXT).is_some_and(|hole| hole.end <= last.end) {
            return false;
        }
        for hole in inside.iter().take_while(|hole| hole.end <= last.end) {
            let between = self.text.get(at..hole.start).unwrap_or_default().as_bytes();
            let ends = |byte: &u8| *byte == quote || (*byte == b'\n' && quote != b'`');
            if between.iter().any(ends) {
                return false;
            }
            at = hole.end;
        }
        true
    }

    /// The whole of a comment that holds nothing but the hole at hand.
    fn whole_comment(&self, hole: TextHole) -> Option<(usize, usize)> {
        let (start, is_line) = match self.lexer.mode {
            Mode::Line(start) => (start, true),
            Mode::Block(start) => (start, false),
            _ => return None,
        };
        // Only blanks beside the hole are looked at: a comment may hold many.
        let (before, rest) = (self.text.get(start + 2..hole.start)?, self.text.get(hole.end..)?);
        let after = rest.trim_start_matches(|c: char| c.is_whitespace() && !(is_line && matches!(c, '\n' | '\r')));
        let ends = if is_line { after.is_empty() || after.starts_with(['\n', '\r']) } else { after.starts_with("*/") };
        let end = self.text.len() - after.len() + if is_line { 0 } else { 2 };
        (ends && before.trim_end().is_empty() && start >= self.copied).then_some((start, end))
    }

    fn fill_alone(&mut self, hole: TextHole, way: Way) {
        match way {
            Way::Code => {}
            Way::Name => self.name(hole.start, hole.end, ""),
            Way::Statement => self.name(hole.start, hole.end, ";"),
            Way::Item => self.name(hole.start, hole.end, ","),
            Way::Digits => {
                let digits = "1".repeat(hole.end - hole.start);
                self.replace(hole.start, hole.end, Some(0..hole.end - hole.start), &digits);
                self.lexer.note(b'1');
            }
            Way::Char(character) => {
                let mut text = [0; 4];
                self.replace(hole.start, hole.end, None, character.encode_utf8(&mut text));
                if self.lexer.mode == Mode::Code && character.is_ascii() {
                    self.lexer.note(character as u8);
                }
            }
            _ => self.replace(hole.start, hole.end, None, ""),
        }
    }

    /// Puts a name in the place of a part of the text.
    fn name(&mut self, start: usize, end: usize, tail: &str) {
        let in_text = matches!(self.lexer.mode, Mode::Text(_));
        // A server may swallow a line end, or write what is no line end: in a string it would be a mistake.
        let before_line_end = in_text && self.text.get(end..).is_some_and(|rest| rest.starts_with(['\n', '\r']));
        let tail = if before_line_end { "\\" } else { tail };
        let room = end - start;
        let tail = if room >= tail.len() + 2 { tail } else { "" };
        let length = room - tail.len();
        let hole = self.text.get(start..end).unwrap_or_default();
        let filling = fill_name(hole, length) + tail;
        self.replace(start, end, Some(0..length), &filling);
        if before_line_end {
            let width = if self.text.get(end..).is_some_and(|rest| rest.starts_with("\r\n")) { 2 } else { 1 };
            self.lexer.at += width;
        }
        if self.lexer.mode == Mode::Code {
            self.lexer.note(tail.bytes().next().unwrap_or(b'a'));
        }
    }

    /// Puts `filling`, and blanks for the rest, in the place of a part of the text; `value` is the part of it that
    /// stands for something of the server.
    fn replace(&mut self, start: usize, end: usize, value: Option<std::ops::Range<usize>>, filling: &str) {
        self.masked.text.push_str(self.text.get(self.copied..start).unwrap_or_default());
        self.masked.text.push_str(filling);
        let rest = self.text.get(start + filling.len()..end);
        match rest {
            Some(rest) => self.masked.text.push_str(&blank_range(rest)),
            None => self.masked.text.push_str(&" ".repeat((end - start).saturating_sub(filling.len()))),
        }
        if let Some(value) = value {
            let hole = self.text.get(start..end).unwrap_or_default().to_owned();
            let length = value.len();
            self.masked.filled.push(Filled { start: start + value.start, end: start + value.end, length, hole });
        }
        self.copied = end;
        self.lexer.at = end;
    }

    fn fill_tag(&mut self, group: usize, arm: usize, hole: TextHole, way: Way) {
        let is_first = arm == 0;
        let has_condition = !matches!(hole.kind, HoleKind::Else);
        match way {
            Way::Code => {}
            Way::WholeName | Way::WholeBlank => {
                let Some((first, last)) = self.plan.ends_of(group) else { return };
                match way {
                    Way::WholeName => self.name(first.start, last.end, ""),
                    _ => self.replace(first.start, last.end, None, ""),
                }
            }
            Way::Items if !is_first => self.directive(hole, ","),
            Way::Arm(chosen) => {
                let arms = self.plan.groups[group].arms;
                self.masked.arms = self.masked.arms.max(arms);
                let chosen = (chosen + self.shift) % arms.max(1);
                let next = self.plan.end_of_arm(group, arm).map_or(hole.end, |next| next.start);
                self.replace(hole.start, if arm == chosen { hole.end } else { next }, None, "");
            }
            Way::Branch => {
                let opens = match (is_first, has_condition) {
                    (true, _) => "if(!_){",
                    (false, true) if self.room_of(hole) >= "}else if(_){".len() => "}else if(_){",
                    (false, true) => "}if(_){",
                    (false, false) => "}else{",
                };
                self.directive(hole, opens);
                self.lexer.note(b'{');
            }
            Way::Conditional => {
                let text = match (is_first, has_condition) {
                    (true, _) => "(!_?",
                    (false, true) => ":_?",
                    (false, false) => ":",
                };
                self.directive(hole, text);
                self.lexer.note(b'?');
            }
            _ if !matches!(self.lexer.mode, Mode::Code | Mode::Line(_) | Mode::Block(_)) => {
                self.name(hole.start, hole.end, "");
            }
            _ => self.replace(hole.start, hole.end, None, ""),
        }
    }

    fn fill_end(&mut self, group: Option<usize>, hole: TextHole, way: Way, braces: usize) {
        match way {
            Way::Code => {}
            Way::Branch => {
                self.directive(hole, &"}".repeat(braces));
                self.lexer.note(b'}');
            }
            Way::Conditional => {
                let tags = group.and_then(|group| self.plan.groups.get(group)).map(|group| group.tags.as_slice());
                let is_complete = tags.is_some_and(|tags| {
                    tags.iter().any(|tag| self.plan.holes.get(*tag).is_some_and(|hole| hole.kind == HoleKind::Else))
                });
                self.directive(hole, if is_complete { ")" } else { ":0)" });
                self.lexer.note(b')');
            }
            _ if !matches!(self.lexer.mode, Mode::Code | Mode::Line(_) | Mode::Block(_)) => {
                self.name(hole.start, hole.end, "");
            }
            _ => self.replace(hole.start, hole.end, None, ""),
        }
    }

    /// How many bytes a directive has, with a blank behind it.
    fn room_of(&self, hole: TextHole) -> usize {
        let blank = self.text.as_bytes().get(hole.end).is_some_and(u8::is_ascii_whitespace);
        hole.end - hole.start + usize::from(blank)
    }

    /// Puts code in the place of a directive: of the comment around it, where that holds nothing else, and of the blanks
    /// behind it, where it is too short.
    fn directive(&mut self, hole: TextHole, code: &str) {
        let (start, mut end) = match self.whole_comment(hole) {
            Some(comment) => {
                self.lexer.mode = Mode::Code;
                comment
            }
            None => (hole.start, hole.end),
        };
        let bytes = self.text.as_bytes();
        while end - start < code.len() && bytes.get(end).is_some_and(u8::is_ascii_whitespace) {
            end += 1;
        }
        if end - start < code.len() {
            self.replace(start, end, None, "");
            return;
        }
        let value = code.find(['_', '0']).map(|at| at..at + 1);
        self.replace(start, end, value, code);
        if let Some(filled) = self.masked.filled.last_mut().filter(|filled| filled.start >= start) {
            filled.hole = self.text.get(hole.start..hole.end).unwrap_or_default().to_owned();
        }
    }
}
