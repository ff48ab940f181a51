//! Names and keywords in the pass over the bytes.

use super::frame::{Kind, Pending};
use super::scanner::{Before, Scanner};

impl Scanner<'_> {
    pub(super) fn word(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let mut length = 1;
        while rest.get(length).is_some_and(|&b| IS_WORD_BYTE[b as usize]) {
            length += 1;
        }
        let word = &rest[..length];
        if self.before == Before::Dot || word[0] == b'#' {
            return self.step(length, Before::Operand);
        }
        let class = match class_of(word) {
            Class::Prefix if self.top.in_interface && word == b"void" => Class::Name,
            class => class,
        };
        match class {
            Class::Interface => {
                let begins = self.is_statement_start();
                self.settle_before_operand();
                self.step(length, Before::Operand);
                if begins && self.grammar.types && self.is_name_behind_blanks() {
                    self.top.pending = Pending::Interface;
                }
            }
            Class::Name => {
                self.settle_before_operand();
                self.step(length, Before::Operand);
            }
            Class::Infix => self.infix(length),
            Class::Prefix => {
                self.settle_before_operand();
                self.prefix();
                self.step(length, Before::Operator);
            }
            Class::Extends => {
                self.prefix();
                self.step(length, Before::Operator);
            }
            Class::Opening | Class::Modifier => self.declaration(length, class),
            Class::Begins | Class::Leaves => self.leaf(length, class),
            Class::Control
            | Class::While
            | Class::Do
            | Class::Else
            | Class::Continuing
            | Class::Catch
            | Class::Case => {
                self.statement_word(length, class);
            }
        }
    }

    /// Whether a name follows on the same line.
    fn is_name_behind_blanks(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        blanks > 0 && rest.get(blanks).is_some_and(|byte| is_word_byte(*byte))
    }

    /// `function`, `class`, and what may stand before them.
    fn declaration(&mut self, length: usize, class: Class) {
        let begins = self.is_statement_start();
        self.settle_before_operand();
        self.prefix();
        if matches!(class, Class::Opening) {
            self.top.pending = if begins { Pending::Declaration } else { Pending::Value };
        }
        let stays = begins && matches!(class, Class::Modifier);
        self.step(length, if stays { Before::Statement } else { Before::Operator });
    }

    fn leaf(&mut self, length: usize, class: Class) {
        self.settle_before_operand();
        if matches!(class, Class::Leaves) {
            // These are never operands: whatever stood before has ended, or the text is wrong.
            self.end_expression();
        }
        self.step(length, Before::Operator);
    }

    /// Words of statements that have statements in them.
    fn statement_word(&mut self, length: usize, class: Class) {
        match class {
            Class::While if self.top.dos > 0 => {
                self.top.dos -= 1;
                self.step(length, Before::Control);
            }
            Class::Do => {
                self.settle_before_operand();
                self.top.dos += 1;
                self.nested_statement();
                self.step(length, Before::Statement);
            }
            Class::Else => {
                self.end_expression();
                self.nested_statement();
                self.step(length, Before::Statement);
            }
            Class::Continuing => self.step(length, Before::Statement),
            Class::Catch => self.step(length, Before::Control),
            Class::Case => {
                if self.top.kind == Kind::Block {
                    self.end_statement();
                }
                self.step(length, Before::Operator);
            }
            _ => self.control(length),
        }
    }

    fn infix(&mut self, length: usize) {
        if self.is_operand() {
            self.link();
            self.step(length, Before::Operator);
        } else {
            self.settle_before_operand();
            self.step(length, Before::Operand);
        }
    }

    fn control(&mut self, length: usize) {
        // `else if` is one level, which `else` has counted.
        let after_else = self.at >= 4 && self.bytes[..self.at].trim_ascii_end().ends_with(b"else");
        self.settle_before_operand();
        if !after_else {
            self.nested_statement();
        }
        self.step(length, Before::Control);
    }
}

/// `is_word_byte` as a table: most bytes of a text are in words.
static IS_WORD_BYTE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = is_word_byte(byte as u8);
        byte += 1;
    }
    table
};

pub(super) const fn is_word_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | b'\\' | 0x80..)
}

/// What a word does to the depth.
#[derive(Clone, Copy)]
enum Class {
    /// It is an operand.
    Name,
    /// An operator between operands; elsewhere a name.
    Infix,
    /// Its operand nests in it.
    Prefix,
    /// A function or class, whose body follows.
    Opening,
    /// It may stand before a declaration.
    Modifier,
    /// An interface may follow.
    Interface,
    Extends,
    /// Its brackets are a statement's head.
    Control,
    While,
    Do,
    Else,
    /// A part of the statement before.
    Continuing,
    Catch,
    Case,
    /// It begins a statement, or is a name.
    Begins,
    /// It begins a statement that has no statements in it.
    Leaves,
}

fn class_of(word: &[u8]) -> Class {
    let may_be_keyword = matches!(word, [b'a'..=b'y', b'a'..=b'z', ..]) && word.len() <= 10;
    if !may_be_keyword {
        return Class::Name;
    }
    match word {
        b"in" | b"of" | b"as" | b"is" | b"instanceof" | b"satisfies" => Class::Infix,
        b"new" | b"typeof" | b"void" | b"delete" | b"await" | b"yield" | b"keyof" | b"infer" | b"readonly"
        | b"unique" | b"asserts" => Class::Prefix,
        b"function" | b"class" => Class::Opening,
        b"interface" => Class::Interface,
        b"async" | b"export" | b"abstract" | b"declare" => Class::Modifier,
        b"extends" | b"implements" => Class::Extends,
        b"if" | b"for" | b"with" | b"switch" => Class::Control,
        b"while" => Class::While,
        b"do" => Class::Do,
        b"else" => Class::Else,
        b"try" | b"finally" => Class::Continuing,
        b"catch" => Class::Catch,
        b"case" | b"default" => Class::Case,
        b"return" | b"throw" | b"var" | b"const" | b"break" | b"continue" => Class::Leaves,
        b"let" | b"import" => Class::Begins,
        _ => Class::Name,
    }
}
