//! The pass over ordinary code: one token at a time.

use super::frame::{Kind, Pending};
use super::scanner::{Before, Scanner};
use crate::syntax::scan::end_of_comment;

impl Scanner<'_> {
    /// Looks at one token, comment or blank.
    pub(super) fn token(&mut self) {
        match self.peek(0) {
            b' ' | b'\t' | b'\n' | b'\r' => {
                self.at += 1;
                while self.peek(0) == b' ' {
                    self.at += 1;
                }
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'\\' | b'#' | 0x80..=0xff => self.word(),
            b'0'..=b'9' => self.number(),
            quote @ (b'"' | b'\'') => self.string(quote),
            b'`' => self.template(),
            b'(' => self.open_paren(),
            b'[' => self.open_after_operand(Kind::Bracket),
            b'{' => self.open_brace(),
            b')' => self.close_paren(),
            b']' => self.close_as(&[Kind::Bracket], Before::Operand),
            b'}' => self.close_brace(),
            b';' => {
                self.end_expression();
                self.top.angles = 0;
                self.step(1, Before::Semicolon);
            }
            b',' => {
                self.settle_before_operator();
                self.end_expression();
                self.step(1, Before::Operator);
            }
            b'.' => self.dot(),
            b'?' => self.question(),
            b':' => self.colon(),
            b'/' => self.slash(),
            b'<' => self.less(),
            b'>' => self.greater(),
            b'=' => self.equals(),
            b'!' => self.bang(),
            b'+' | b'-' => self.plus_or_minus(),
            b'*' | b'%' | b'&' | b'|' | b'^' => self.operator(),
            b'~' => {
                self.settle_before_operator();
                self.prefix();
                self.step(1, Before::Operator);
            }
            b'@' => {
                self.settle_before_operand();
                self.step(1, Before::Statement);
            }
            _ => self.at += 1,
        }
    }

    pub(super) fn step(&mut self, length: usize, before: Before) {
        self.at += length;
        self.tokens += 1;
        self.before = before;
    }

    /// An operand or word that continues nothing comes: whatever ended before it, ended as a statement.
    pub(super) fn settle_before_operand(&mut self) {
        match self.before {
            Before::Operand | Before::Semicolon | Before::BlockEnd => self.end_statement(),
            Before::Angle { end } => self.settle_behind_angle(end),
            _ => {}
        }
    }

    /// An operand behind `>` may be compared with what is before, unless a line has ended between them; and even then
    /// the parser may see it so, whereupon the chain goes on.
    fn settle_behind_angle(&mut self, end: usize) {
        let between = self.bytes.get(end..self.at).unwrap_or_default();
        if self.top.questions == 0 && memchr::memchr2(b'\n', b'\r', between).is_some() {
            let links = self.top.links;
            self.end_statement();
            self.top.links = links;
        }
    }

    /// An operator or bracket comes, which may continue an operand: only `;` has surely ended a statement.
    fn settle_before_operator(&mut self) {
        if self.before == Before::Semicolon {
            self.end_statement();
        }
    }

    pub(super) fn is_operand(&self) -> bool {
        matches!(self.before, Before::Operand | Before::BlockEnd | Before::Angle { .. })
    }

    /// Whether a statement can begin here.
    pub(super) fn is_statement_start(&self) -> bool {
        match self.before {
            Before::Statement | Before::Semicolon | Before::BlockEnd | Before::Operand => true,
            Before::Colon => self.is_statement_colon(),
            Before::Angle { .. } | Before::Operator | Before::Dot | Before::Control => false,
        }
    }

    /// Whether a `:` was that of a label or case.
    fn is_statement_colon(&self) -> bool {
        matches!(self.top.kind, Kind::Top | Kind::Block) && self.top.questions == 0
    }

    fn number(&mut self) {
        self.settle_before_operand();
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_')).count();
        self.step(length, Before::Operand);
    }

    fn string(&mut self, quote: u8) {
        self.settle_before_operand();
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let length = rest.iter().take_while(|&&b| b != quote && !matches!(b, b'\\' | b'\n' | b'\r')).count();
            match rest.get(length) {
                Some(b'\\') => {
                    // A line that goes on after its end may end with two characters.
                    let crlf = rest.get(length + 1..length + 3) == Some(b"\r\n");
                    self.at += length + if crlf { 3 } else { 2 };
                }
                _ => return self.step(length + 1, Before::Operand),
            }
        }
    }

    fn template(&mut self) {
        if self.is_operand() {
            self.link();
        } else {
            self.settle_before_operator();
        }
        self.at += 1;
        self.template_text();
    }

    /// From within a template to its end or its next substitution.
    fn template_text(&mut self) {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(length) = memchr::memchr3(b'`', b'$', b'\\', rest) else {
                return self.step(rest.len(), Before::Operand);
            };
            self.at += length;
            match (self.peek(0), self.peek(1)) {
                (b'`', _) => return self.step(1, Before::Operand),
                (b'$', b'{') => {
                    self.open(Kind::Substitution);
                    return self.step(2, Before::Operator);
                }
                (b'$', _) => self.at += 1,
                _ => self.at += 2,
            }
        }
    }

    fn open_paren(&mut self) {
        if self.before == Before::Control {
            self.open(Kind::Control);
            return self.step(1, Before::Operator);
        }
        self.open_after_operand(Kind::Paren);
    }

    fn open_after_operand(&mut self, kind: Kind) {
        if self.is_operand() || self.before == Before::Dot {
            self.link();
        } else {
            self.settle_before_operator();
        }
        self.open(kind);
        self.step(1, Before::Operator);
    }

    fn open_brace(&mut self) {
        let is_body = self.is_operand();
        let value = match self.top.pending {
            Pending::Value if self.before != Before::Colon => true,
            Pending::Declaration | Pending::Interface if self.before != Before::Colon => false,
            _ => !is_body && !self.is_statement_start(),
        };
        let mut in_interface = self.top.in_interface;
        if self.top.pending != Pending::Nothing && self.before != Before::Colon {
            in_interface |= self.top.pending == Pending::Interface;
            self.top.pending = Pending::Nothing;
        } else if is_body || self.before == Before::Semicolon {
            // Behind an operand only the body of something can follow, or a block on a new line.
            self.settle_before_block();
        }
        self.open(if value { Kind::Braces } else { Kind::Block });
        self.top.in_interface = in_interface;
        self.step(1, Before::Statement);
    }

    fn settle_before_block(&mut self) {
        if matches!(self.before, Before::BlockEnd | Before::Semicolon) {
            self.end_statement();
        }
    }

    fn close_paren(&mut self) {
        let after = if self.top.kind == Kind::Control { Before::Statement } else { Before::Operand };
        self.close_as(&[Kind::Paren, Kind::Control], after);
    }

    /// Closes a bracket; one that does not fit is the parser's to complain of.
    fn close_as(&mut self, kinds: &[Kind], after: Before) {
        if kinds.contains(&self.top.kind) {
            self.close();
            self.step(1, after);
        } else {
            self.step(1, Before::Operand);
        }
    }

    fn close_brace(&mut self) {
        let kind = self.top.kind;
        if kind == Kind::Substitution {
            self.close();
            self.at += 1;
            return self.template_text();
        }
        let after = if kind == Kind::Braces { Before::Operand } else { Before::BlockEnd };
        self.close_as(&[Kind::Block, Kind::Braces], after);
    }

    fn dot(&mut self) {
        if self.peek(1) == b'.' && self.peek(2) == b'.' {
            self.settle_before_operator();
            return self.step(3, Before::Operator);
        }
        if self.peek(1).is_ascii_digit() && !self.is_operand() {
            return self.number();
        }
        self.link();
        self.step(1, Before::Dot);
    }

    fn question(&mut self) {
        match (self.peek(1), self.peek(2)) {
            (b'.', next) if !next.is_ascii_digit() => {
                self.link();
                self.step(2, Before::Dot);
            }
            (b'?', b'=') => {
                self.prefix();
                self.step(3, Before::Operator);
            }
            (b'?', _) => {
                self.link();
                self.step(2, Before::Operator);
            }
            // Of a member or parameter that may be missing: a conditional has an operand in between.
            (b':', _) => {
                self.prefix();
                self.step(2, Before::Colon);
            }
            _ => {
                self.top.questions += 1;
                self.prefix();
                self.step(1, Before::Operator);
            }
        }
    }

    fn colon(&mut self) {
        if self.top.questions > 0 {
            self.top.questions -= 1;
            self.top.alternative = true;
            return self.step(1, Before::Operator);
        }
        self.prefix();
        self.step(1, Before::Colon);
    }

    fn slash(&mut self) {
        match self.peek(1) {
            b'/' | b'*' => self.at = end_of_comment(self.bytes, self.at),
            _ if self.before == Before::Operand => self.operator(),
            _ => self.regex(),
        }
    }

    fn regex(&mut self) {
        self.settle_before_operand();
        let mut class = false;
        self.at += 1;
        loop {
            match self.peek(0) {
                b'\\' => self.at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => return self.step(1, Before::Operand),
                b'\n' | b'\r' => return self.before = Before::Operand,
                0 if self.at >= self.bytes.len() => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn less(&mut self) {
        if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"<!--")) {
            return self.skip_line();
        }
        if !self.is_operand() && self.grammar.jsx && self.begins_element() {
            self.settle_before_operator();
            self.open(Kind::JsxTag);
            return self.step(1, Before::Operator);
        }
        let behind_operand = matches!(self.before, Before::Operand | Before::BlockEnd);
        if self.grammar.types && self.peek(1) != b'=' {
            self.top.angles += 1;
            self.top.angles_behind = self.top.angles_behind << 1 | u64::from(behind_operand);
            self.limit_levels();
        }
        if behind_operand {
            self.operator();
        } else {
            self.settle_before_operator();
            self.prefix();
            if self.grammar.types {
                self.cast();
            }
            self.step(1, Before::Operator);
        }
    }

    fn greater(&mut self) {
        if self.top.angles == 0 {
            return self.operator();
        }
        // The end of a type's arguments (`A<B>`) may be an operand's, that of a cast (`<A>b`) is not.
        let behind_operand = self.top.angles_behind & 1 == 1;
        self.top.angles -= 1;
        self.top.angles_behind >>= 1;
        self.link();
        let end = self.at + 1;
        self.step(1, if behind_operand { Before::Angle { end } } else { Before::Operator });
    }

    fn equals(&mut self) {
        match self.peek(1) {
            b'=' => {
                self.link();
                let length = if self.peek(2) == b'=' { 3 } else { 2 };
                self.step(length, Before::Operator);
            }
            b'>' => {
                self.arrow();
                self.step(2, Before::Operator);
            }
            _ => {
                self.prefix();
                self.step(1, Before::Operator);
            }
        }
    }

    fn bang(&mut self) {
        if self.peek(1) == b'=' {
            self.link();
            return self.step(2, Before::Operator);
        }
        if self.before == Before::Operand {
            // TypeScript's `a!`; on a new line it begins a statement, which its operand will tell.
            self.link();
            return self.at += 1;
        }
        self.settle_before_operator();
        self.prefix();
        self.step(1, Before::Operator);
    }

    fn plus_or_minus(&mut self) {
        let byte = self.peek(0);
        if byte == b'-' && self.peek(1) == b'-' && self.peek(2) == b'>' && self.begins_line() {
            return self.skip_line();
        }
        if self.peek(1) == byte {
            if self.before == Before::Operand {
                return self.at += 2;
            }
            self.settle_before_operator();
            self.prefix();
            return self.step(2, Before::Operator);
        }
        if self.is_operand() {
            return self.operator();
        }
        self.settle_before_operator();
        self.prefix();
        self.step(1, Before::Operator);
    }

    fn begins_line(&self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        let last = before.iter().rev().find(|b| !matches!(b, b' ' | b'\t'));
        matches!(last, None | Some(b'\n' | b'\r' | b'/'))
    }

    /// A binary operator or assignment: `*`, `<<`, `&&=`, `**`.
    fn operator(&mut self) {
        let byte = self.peek(0);
        let mut length = 1;
        while length < 4 && self.peek(length) == byte && byte != b'/' {
            length += 1;
        }
        let nests_right = byte == b'*' && length == 2;
        if self.peek(length) == b'=' && !matches!((byte, length), (b'<' | b'>', 1)) {
            length += 1;
            self.prefix();
        } else if nests_right {
            self.prefix();
        } else {
            self.link();
        }
        self.step(length, Before::Operator);
    }
}
