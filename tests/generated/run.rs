//! What a generated program shows for one code: it is run as JavaScript says, value by value.

use std::collections::{BTreeSet, VecDeque};

use super::{CODES, Expr, Program, Stmt, TEXTS, UNKNOWNS};

/// More is never run: loops within loops that call functions with loops.
const STEPS: u32 = 200_000;

#[derive(Clone, PartialEq, Debug)]
enum Value {
    Undefined,
    Bool(bool),
    Number(f64),
    Text(String),
}

/// How a statement ended.
enum End {
    Normal,
    Return(Value),
    Throw,
}

/// What a program showed, as `Text::says` counts it.
pub(crate) struct Shown {
    pub(crate) says: BTreeSet<usize>,
    /// Whether the run was given up: nothing is known then.
    pub(crate) is_cut: bool,
    /// Whether unknown conditions were tested: what depends on several of them is not told apart.
    pub(crate) may_vary: bool,
}

/// An activation of a function: timers outlive it.
#[derive(Clone, Copy)]
struct Frame {
    function: usize,
    index: usize,
}

struct Runner<'p> {
    program: &'p Program,
    /// The values of the unknown conditions, bit by bit.
    unknowns: u8,
    /// The parameter and the local names of each activation.
    frames: Vec<(Value, Vec<Value>)>,
    later: VecDeque<(&'p [Stmt], Frame, usize)>,
    steps: u32,
    says: BTreeSet<usize>,
    /// Whether an unknown condition was tested.
    may_vary: bool,
}

impl Program {
    /// What is shown for a code, whatever the unknown conditions are.
    pub(crate) fn shown_for(&self, code: &str) -> Shown {
        let mut all = Shown { says: BTreeSet::new(), is_cut: false, may_vary: false };
        for unknowns in 0..1 << UNKNOWNS {
            let mut runner = Runner {
                program: self,
                unknowns,
                frames: Vec::new(),
                later: VecDeque::new(),
                steps: 0,
                says: BTreeSet::new(),
                may_vary: false,
            };
            if !self.functions.is_empty() {
                runner.call(0, Value::Text(code.to_owned()));
            }
            while let Some((body, frame, number)) = runner.later.pop_front() {
                let mut number = number;
                runner.block(body, frame, &mut number);
            }
            all.says.append(&mut runner.says);
            all.is_cut |= runner.steps >= STEPS;
            all.may_vary |= runner.may_vary;
        }
        all
    }
}

/// How many calls that show something stand in these statements.
fn says_in(stmts: &[Stmt]) -> usize {
    let one = |stmt: &Stmt| match stmt {
        Stmt::Say(_) => 1,
        Stmt::If(_, then, otherwise) => says_in(then) + otherwise.as_deref().map_or(0, says_in),
        Stmt::Switch(_, cases) => cases.iter().map(|(_, body, _)| says_in(body)).sum(),
        Stmt::Loop(_, body) | Stmt::Later(body) => says_in(body),
        Stmt::Try(body, handler) => says_in(body) + says_in(handler),
        Stmt::Set(..) | Stmt::Throw | Stmt::Call(..) | Stmt::Return(_) => 0,
    };
    stmts.iter().map(one).sum()
}

impl<'p> Runner<'p> {
    fn call(&mut self, function: usize, argument: Value) -> Value {
        self.steps += 1;
        let Some(source) = self.program.functions.get(function).filter(|_| self.steps < STEPS) else {
            return Value::Undefined;
        };
        let frame = Frame { function, index: self.frames.len() };
        self.frames.push((argument, Vec::new()));
        for value in &source.locals {
            let value = self.expr(value, frame);
            self.frames[frame.index].1.push(value);
        }
        let before = self.program.functions[..frame.function].iter();
        let mut number = before.map(|function| says_in(&function.body)).sum();
        match self.block(&source.body, frame, &mut number) {
            End::Return(value) => value,
            End::Normal | End::Throw => Value::Undefined,
        }
    }

    /// Runs statements; `number` counts what is shown, in the order of the text, whether it is run or not.
    fn block(&mut self, stmts: &'p [Stmt], frame: Frame, number: &mut usize) -> End {
        let mut end = End::Normal;
        for stmt in stmts {
            let here = *number;
            *number += says_in(std::slice::from_ref(stmt));
            if matches!(end, End::Normal) {
                self.steps += 1;
                end = if self.steps < STEPS { self.stmt(stmt, frame, here) } else { End::Return(Value::Undefined) };
            }
        }
        end
    }

    fn stmt(&mut self, stmt: &'p Stmt, frame: Frame, mut number: usize) -> End {
        match stmt {
            Stmt::Say(text) => {
                debug_assert!((*text as usize) < TEXTS.len());
                self.says.insert(number);
                End::Normal
            }
            Stmt::Set(local, value) => {
                let value = self.expr(value, frame);
                self.frames[frame.index].1[*local as usize] = value;
                End::Normal
            }
            Stmt::If(test, then, otherwise) => {
                if self.expr(test, frame).is_true() {
                    return self.block(then, frame, &mut number);
                }
                number += says_in(then);
                otherwise.as_deref().map_or(End::Normal, |otherwise| self.block(otherwise, frame, &mut number))
            }
            Stmt::Switch(value, cases) => {
                let value = self.expr(value, frame);
                let is_here = |case: &(Option<u8>, Vec<Stmt>, bool)| {
                    case.0.is_some_and(|code| value == Value::Text(CODES[code as usize % CODES.len()].to_owned()))
                };
                let start = cases.iter().position(is_here).or_else(|| cases.iter().position(|case| case.0.is_none()));
                for (index, (_, body, ends)) in cases.iter().enumerate() {
                    if start.is_none_or(|start| index < start) {
                        number += says_in(body);
                        continue;
                    }
                    match self.block(body, frame, &mut number) {
                        End::Normal if *ends => return End::Normal,
                        End::Normal => {}
                        end => return end,
                    }
                }
                End::Normal
            }
            Stmt::Loop(rounds, body) => {
                for _ in 0..*rounds {
                    let mut number = number;
                    match self.block(body, frame, &mut number) {
                        End::Normal => {}
                        end => return end,
                    }
                }
                End::Normal
            }
            Stmt::Try(body, handler) => {
                let mut in_handler = number + says_in(body);
                match self.block(body, frame, &mut number) {
                    End::Throw => self.block(handler, frame, &mut in_handler),
                    end => end,
                }
            }
            Stmt::Throw => End::Throw,
            Stmt::Later(body) => {
                self.later.push_back((body, frame, number));
                End::Normal
            }
            Stmt::Call(function, value) => {
                let value = self.expr(value, frame);
                self.call(*function as usize, value);
                End::Normal
            }
            Stmt::Return(value) => {
                End::Return(value.as_ref().map_or(Value::Undefined, |value| self.expr(value, frame)))
            }
        }
    }

    fn expr(&mut self, expr: &'p Expr, frame: Frame) -> Value {
        match expr {
            Expr::Code => self.frames[frame.index].0.clone(),
            Expr::Text(code) => Value::Text(CODES[*code as usize % CODES.len()].to_owned()),
            Expr::Number(code) => Value::Number(number_of(CODES[*code as usize % (CODES.len() - 1)])),
            Expr::Bool(value) => Value::Bool(*value),
            // A name that is declared further down is undefined before.
            Expr::Local(local) => self.frames[frame.index].1.get(*local as usize).cloned().unwrap_or(Value::Undefined),
            Expr::Unknown(unknown) => {
                self.may_vary = true;
                Value::Bool(self.unknowns >> unknown & 1 == 1)
            }
            Expr::Equal { left, right, strict, negated } => {
                let (left, right) = (self.expr(left, frame), self.expr(right, frame));
                let equal = if *strict { left == right } else { left.equals(&right) };
                Value::Bool(equal != *negated)
            }
            Expr::Not(value) => Value::Bool(!self.expr(value, frame).is_true()),
            Expr::And(left, right) => match self.expr(left, frame) {
                left if left.is_true() => self.expr(right, frame),
                left => left,
            },
            Expr::Or(left, right) => match self.expr(left, frame) {
                left if left.is_true() => left,
                _ => self.expr(right, frame),
            },
            Expr::Conditional(test, then, otherwise) => {
                let is_true = self.expr(test, frame).is_true();
                self.expr(if is_true { then } else { otherwise }, frame)
            }
            Expr::Includes(codes, value) => {
                let value = self.expr(value, frame);
                let is_it = |code: &u8| value == Value::Text(CODES[*code as usize % CODES.len()].to_owned());
                Value::Bool(codes.iter().any(is_it))
            }
            Expr::Join(left, right) => {
                let (left, right) = (self.expr(left, frame), self.expr(right, frame));
                Value::Text(left.text() + &right.text())
            }
            Expr::Call(function, value) => {
                let value = self.expr(value, frame);
                self.call(*function as usize, value)
            }
        }
    }
}

impl Value {
    fn is_true(&self) -> bool {
        match self {
            Self::Undefined => false,
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
        }
    }

    /// `==`.
    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) => true,
            (Self::Undefined, _) | (_, Self::Undefined) => false,
            (Self::Text(a), Self::Text(b)) => a == b,
            (a, b) => a.number() == b.number(),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Undefined => f64::NAN,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(number) => *number,
            Self::Text(text) => number_of(text),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Undefined => "undefined".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// What a text of digits, or none, is as a number.
fn number_of(text: &str) -> f64 {
    if text.is_empty() { 0.0 } else { text.parse().unwrap_or(f64::NAN) }
}
