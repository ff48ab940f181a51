//! Payment programs made of bytes, and what they say when they are run: an interpreter of the little language that they
//! are written in. Property tests and the fuzz target of the evaluator compare paylint's tables with it.

pub(crate) mod judge;
pub(crate) mod print;
pub(crate) mod run;

use arbitrary::{Result, Unstructured};

/// The result codes that programs compare with; the API documents most of them.
pub(crate) const CODES: [&str; 8] = ["9000", "8000", "4000", "6001", "6002", "6004", "4999", ""];

/// What a program shows: a failure, a success, a state that is not known yet.
pub(crate) const TEXTS: [&str; 3] = ["支付失败", "支付成功", "处理中，请稍候"];

/// How many conditions have nothing to do with the result: all of their values are tried.
pub(crate) const UNKNOWNS: u8 = 3;

const LOCALS: u8 = 4;
const DEEPEST: u8 = 4;

/// A program: functions, the first of which receives the result code; each calls only those behind it.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) functions: Vec<Function>,
}

#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// What each of its local names begins with.
    pub(crate) locals: Vec<Expr>,
    pub(crate) body: Vec<Stmt>,
}

#[derive(Clone, Debug)]
pub(crate) enum Stmt {
    /// Shows one of `TEXTS`.
    Say(u8),
    Set(u8, Expr),
    If(Expr, Vec<Stmt>, Option<Vec<Stmt>>),
    /// Cases in order, the default last; each ends with `break` or goes on.
    Switch(Expr, Vec<(Option<u8>, Vec<Stmt>, bool)>),
    /// So many rounds.
    Loop(u8, Vec<Stmt>),
    /// `try` with a `catch`: what may be thrown in it is a text.
    Try(Vec<Stmt>, Vec<Stmt>),
    Throw,
    /// `setTimeout`.
    Later(Vec<Stmt>),
    Call(u8, Expr),
    Return(Option<Expr>),
}

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    /// The parameter: the result code in the first function.
    Code,
    Text(u8),
    /// The same as a number.
    Number(u8),
    Bool(bool),
    Local(u8),
    /// A property of the window: true or false, in conditions only.
    Unknown(u8),
    Equal {
        left: Box<Expr>,
        right: Box<Expr>,
        strict: bool,
        negated: bool,
    },
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Whether a list of codes has it.
    Includes(Vec<u8>, Box<Expr>),
    /// Two texts behind each other.
    Join(Box<Expr>, Box<Expr>),
    Call(u8, Box<Expr>),
}

/// Makes programs of bytes.
struct Maker<'u, 'b> {
    bytes: &'u mut Unstructured<'b>,
    /// The function that is being made, and how many there are.
    function: u8,
    functions: u8,
    /// Whether `throw` is caught where it stands.
    is_caught: bool,
}

impl Program {
    /// The program that bytes stand for; any bytes do.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut bytes = Unstructured::new(bytes);
        // Where the bytes end, every choice is the first one.
        Self::make(&mut bytes).unwrap_or_else(|_| Self { functions: Vec::new() })
    }

    fn make(bytes: &mut Unstructured<'_>) -> Result<Self> {
        let functions = bytes.int_in_range(1..=4)?;
        let mut made = Vec::new();
        for function in 0..functions {
            let mut maker = Maker { bytes, function, functions, is_caught: false };
            let mut locals = Vec::new();
            for _ in 0..LOCALS {
                locals.push(maker.leaf()?);
            }
            let body = maker.block(0)?;
            made.push(Function { locals, body });
        }
        Ok(Self { functions: made })
    }
}

impl Maker<'_, '_> {
    fn pick(&mut self, count: u8) -> Result<u8> {
        self.bytes.int_in_range(0..=count - 1)
    }

    fn block(&mut self, depth: u8) -> Result<Vec<Stmt>> {
        let count = self.pick(if depth == 0 { 6 } else { 4 })?;
        (0..count).map(|_| self.stmt(depth + 1)).collect()
    }

    fn stmt(&mut self, depth: u8) -> Result<Stmt> {
        if depth >= DEEPEST {
            return Ok(Stmt::Say(self.pick(3)?));
        }
        Ok(match self.pick(14)? {
            0..=2 => Stmt::Say(self.pick(3)?),
            3 | 4 => Stmt::Set(self.pick(LOCALS)?, self.value(depth)?),
            5..=7 => {
                let test = self.test(depth)?;
                let then = self.block(depth)?;
                let otherwise = if self.bytes.arbitrary()? { Some(self.block(depth)?) } else { None };
                Stmt::If(test, then, otherwise)
            }
            8 => {
                let value = self.value(depth)?;
                let mut cases = Vec::new();
                for code in 0..self.pick(4)? {
                    cases.push((Some((code * 3) % 8), self.block(depth)?, self.bytes.arbitrary()?));
                }
                if self.bytes.arbitrary()? {
                    cases.push((None, self.block(depth)?, true));
                }
                Stmt::Switch(value, cases)
            }
            9 => Stmt::Loop(self.pick(4)?, self.block(depth)?),
            10 => {
                let around = std::mem::replace(&mut self.is_caught, true);
                let body = self.block(depth)?;
                self.is_caught = around;
                Stmt::Try(body, self.block(depth)?)
            }
            11 if self.is_caught => Stmt::Throw,
            12 => {
                let around = std::mem::replace(&mut self.is_caught, false);
                let body = self.block(depth)?;
                self.is_caught = around;
                Stmt::Later(body)
            }
            13 => {
                let value = if self.bytes.arbitrary()? { Some(self.value(depth)?) } else { None };
                Stmt::Return(value)
            }
            _ => match self.callee()? {
                Some(function) => Stmt::Call(function, self.value(depth)?),
                None => Stmt::Say(self.pick(3)?),
            },
        })
    }

    fn callee(&mut self) -> Result<Option<u8>> {
        let behind = self.functions - self.function - 1;
        Ok(if behind == 0 { None } else { Some(self.function + 1 + self.pick(behind)?) })
    }

    /// What is tested: unknown conditions too.
    fn test(&mut self, depth: u8) -> Result<Expr> {
        let next = depth + 1;
        Ok(match self.pick(8)? {
            0 => Expr::Unknown(self.pick(UNKNOWNS)?),
            1 if depth < DEEPEST => Expr::Not(Box::new(self.test(next)?)),
            2 if depth < DEEPEST => Expr::And(Box::new(self.test(next)?), Box::new(self.test(next)?)),
            3 if depth < DEEPEST => Expr::Or(Box::new(self.test(next)?), Box::new(self.test(next)?)),
            _ => self.comparison(next)?,
        })
    }

    fn comparison(&mut self, depth: u8) -> Result<Expr> {
        if self.bytes.ratio(1, 4)? {
            let codes = (0..self.pick(4)?).map(|code| (code * 5 + 1) % 8).collect();
            return Ok(Expr::Includes(codes, Box::new(self.value(depth)?)));
        }
        Ok(Expr::Equal {
            left: Box::new(self.value(depth)?),
            right: Box::new(self.leaf()?),
            strict: self.bytes.arbitrary()?,
            negated: self.bytes.arbitrary()?,
        })
    }

    /// A value without unknown parts.
    fn value(&mut self, depth: u8) -> Result<Expr> {
        if depth >= DEEPEST {
            return self.leaf();
        }
        let next = depth + 1;
        Ok(match self.pick(9)? {
            0 => Expr::Conditional(
                Box::new(self.comparison(next)?),
                Box::new(self.value(next)?),
                Box::new(self.value(next)?),
            ),
            1 => Expr::Join(Box::new(Expr::Text(self.pick(8)?)), Box::new(self.leaf()?)),
            2 => self.comparison(next)?,
            3 => match self.callee()? {
                Some(function) => Expr::Call(function, Box::new(self.value(next)?)),
                None => self.leaf()?,
            },
            _ => self.leaf()?,
        })
    }

    fn leaf(&mut self) -> Result<Expr> {
        Ok(match self.pick(6)? {
            0..=2 => Expr::Code,
            3 => Expr::Text(self.pick(8)?),
            4 => Expr::Local(self.pick(LOCALS)?),
            _ if self.bytes.arbitrary()? => Expr::Number(self.pick(7)?),
            _ => Expr::Bool(self.bytes.arbitrary()?),
        })
    }
}
