//! Where a script's text is inside of a string, a comment or a pattern: as much of JavaScript's lexical grammar as the
//! holes need.

/// What a place is inside of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Nothing: code.
    Code,
    /// A string in these quotes.
    Text(u8),
    /// A template literal.
    Literal,
    /// A comment that the line ends; where it begins.
    Line(usize),
    /// A comment; where it begins.
    Block(usize),
    /// A regular expression, perhaps in a class.
    Pattern {
        /// In `[…]`.
        class: bool,
    },
}

/// A walk over a script's text.
pub(super) struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) mode: Mode,
    /// The last byte of code that is no blank, and where it stands; 0 at the beginning.
    pub(super) last: u8,
    last_at: usize,
    /// Braces that are open in each `${` of a template literal.
    literals: Vec<u32>,
}

/// A pattern ends on its line, and not far away.
const LONGEST_PATTERN: usize = 1_000;

impl<'t> Lexer<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, mode: Mode::Code, last: 0, last_at: 0, literals: Vec::new() }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Passes one byte, or what can only be passed together, but not `limit`.
    pub(super) fn step(&mut self, limit: usize) {
        let Some(byte) = self.byte(self.at) else { return };
        let next = self.byte(self.at + 1).filter(|_| self.at + 1 < limit);
        let mut width = 1;
        match self.mode {
            Mode::Code => width = self.code(byte, next),
            Mode::Text(_) | Mode::Literal | Mode::Pattern { .. } if byte == b'\\' => {
                width = 1 + usize::from(next.is_some());
            }
            Mode::Text(quote) if byte == quote => self.ends_with(byte),
            Mode::Text(_) if matches!(byte, b'\n' | b'\r') => self.ends_with(b'"'),
            Mode::Literal if byte == b'`' => self.ends_with(byte),
            Mode::Literal if byte == b'$' && next == Some(b'{') => {
                self.literals.push(0);
                self.mode = Mode::Code;
                self.note(b'{');
                width = 2;
            }
            Mode::Line(_) if matches!(byte, b'\n' | b'\r') => self.mode = Mode::Code,
            Mode::Block(_) if byte == b'*' && next == Some(b'/') => {
                self.mode = Mode::Code;
                width = 2;
            }
            Mode::Pattern { .. } if matches!(byte, b'\n' | b'\r') => self.mode = Mode::Code,
            Mode::Pattern { class: false } if byte == b'/' => self.ends_with(b'"'),
            Mode::Pattern { class: false } if byte == b'[' => self.mode = Mode::Pattern { class: true },
            Mode::Pattern { class: true } if byte == b']' => self.mode = Mode::Pattern { class: false },
            _ => {}
        }
        self.at += width;
    }

    fn ends_with(&mut self, byte: u8) {
        self.mode = Mode::Code;
        self.note(byte);
    }

    /// Notes code of which `byte` is the last.
    pub(super) fn note(&mut self, byte: u8) {
        self.last = byte;
        self.last_at = self.at;
    }

    fn code(&mut self, byte: u8, next: Option<u8>) -> usize {
        match (byte, next) {
            (b'"' | b'\'', _) => self.mode = Mode::Text(byte),
            (b'`', _) => self.mode = Mode::Literal,
            (b'/', Some(b'/')) => self.mode = Mode::Line(self.at),
            (b'/', Some(b'*')) => {
                self.mode = Mode::Block(self.at);
                return 2;
            }
            (b'<', Some(b'!')) if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"<!--")) => {
                self.mode = Mode::Line(self.at);
            }
            (b'/', _) if self.pattern_begins() => self.mode = Mode::Pattern { class: false },
            (b'{', _) => {
                if let Some(open) = self.literals.last_mut() {
                    *open += 1;
                }
                self.note(byte);
            }
            (b'}', _) => match self.literals.last_mut() {
                Some(0) => {
                    self.literals.pop();
                    self.mode = Mode::Literal;
                }
                Some(open) => {
                    *open -= 1;
                    self.note(byte);
                }
                None => self.note(byte),
            },
            _ if byte.is_ascii_whitespace() => {}
            _ => self.note(byte),
        }
        1
    }

    /// Whether a `/` here begins a pattern: no operand stands before it, and another follows.
    fn pattern_begins(&self) -> bool {
        let after_operand = match self.last {
            b')' | b']' | b'}' | b'"' | b'\'' | b'`' => true,
            byte if is_name(byte) => !self.is_after_keyword(),
            _ => false,
        };
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let rest = rest.get(..rest.len().min(LONGEST_PATTERN)).unwrap_or_default();
        let line = rest.get(..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())).unwrap_or_default();
        !after_operand && memchr::memchr(b'/', line).is_some()
    }

    /// Whether the last word is one behind which an operand follows.
    pub(super) fn is_after_keyword(&self) -> bool {
        let before = self.text.get(..self.last_at + 1).unwrap_or_default();
        let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$').next();
        is_name(self.last)
            && matches!(
                word.unwrap_or_default(),
                "return"
                    | "typeof"
                    | "case"
                    | "do"
                    | "else"
                    | "in"
                    | "of"
                    | "void"
                    | "delete"
                    | "throw"
                    | "new"
                    | "await"
            )
    }

    /// Whether a line ends between the last code and a place.
    pub(super) fn begins_a_line(&self, at: usize) -> bool {
        self.bytes.get(self.last_at..at).is_some_and(|between| memchr::memchr(b'\n', between).is_some())
    }
}

/// Whether a byte may stand in a name.
pub(super) const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..)
}
