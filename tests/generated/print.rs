//! A generated program as JavaScript: the same tokens with other names, blanks and comments between them.

use super::{CODES, Expr, Function, Program, Stmt, TEXTS};

/// How a program is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Style {
    /// What goes between tokens, in turn; where there is nothing, only what must be.
    pub(crate) between: Vec<Between>,
    /// Local names and functions are called otherwise.
    pub(crate) renamed: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Between {
    Nothing,
    Blank,
    LineEnd,
    Comment,
    LineComment,
}

impl Between {
    const fn text(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Blank => " \t",
            Self::LineEnd => "\r\n  ",
            Self::Comment => "/* 支付失败 if (x) { */",
            Self::LineComment => "// my.alert('支付成功') */\n",
        }
    }
}

/// A program's text, and where its tokens begin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Byte offsets, in order.
    pub(crate) tokens: Vec<usize>,
    /// The tokens with which the calls begin that show something, in the order of the program.
    pub(crate) says: Vec<usize>,
}

impl Text {
    /// The token that begins at an offset.
    pub(crate) fn token_at(&self, offset: u32) -> Option<usize> {
        self.tokens.binary_search(&(offset as usize)).ok()
    }
}

struct Printer<'s> {
    style: &'s Style,
    out: Text,
}

impl Program {
    /// The program as it is written in a style.
    pub(crate) fn print(&self, style: &Style) -> Text {
        let mut printer = Printer { style, out: Text::default() };
        for (index, function) in self.functions.iter().enumerate() {
            printer.function(index as u8, function);
        }
        let call = "AlipayJSBridge . call ( 'tradePay' , { tradeNO : window . no } , function ( r ) {";
        printer.words(call);
        if !self.functions.is_empty() {
            printer.function_name(0);
            printer.words("( r . resultCode ) ;");
        }
        printer.words("} ) ;");
        printer.out
    }
}

impl Printer<'_> {
    fn token(&mut self, token: &str) {
        let at = self.out.tokens.len();
        let between = match self.style.between.as_slice() {
            [] => Between::Nothing,
            choices => choices[at % choices.len()],
        };
        // A line end behind these words would end the statement.
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
        let last = self.out.text.chars().last();
        let sticks = last.is_some_and(is_word) && token.starts_with(is_word);
        if ["return", "throw"].iter().any(|word| self.out.text.ends_with(word)) {
            self.out.text.push(' ');
        } else {
            self.out.text.push_str(between.text());
            let is_apart = !matches!(between, Between::Nothing);
            self.out.text.push_str(if sticks && !is_apart { " " } else { "" });
        }
        self.out.tokens.push(self.out.text.len());
        self.out.text.push_str(token);
    }

    fn words(&mut self, tokens: &str) {
        tokens.split(' ').for_each(|token| self.token(token));
    }

    fn function_name(&mut self, function: u8) {
        let name = if self.style.renamed { format!("q{function}z") } else { format!("f{function}") };
        self.token(&name);
    }

    fn local(&mut self, local: u8) {
        let name = if self.style.renamed { format!("$k{local}") } else { format!("v{local}") };
        self.token(&name);
    }

    fn parameter(&mut self) {
        self.token(if self.style.renamed { "_m" } else { "c" });
    }

    fn function(&mut self, index: u8, function: &Function) {
        self.token("function");
        self.function_name(index);
        self.token("(");
        self.parameter();
        self.words(") {");
        for (local, value) in function.locals.iter().enumerate() {
            self.token("var");
            self.local(local as u8);
            self.token("=");
            self.expr(value);
            self.token(";");
        }
        self.stmts(&function.body);
        self.token("}");
    }

    fn block(&mut self, stmts: &[Stmt]) {
        self.token("{");
        self.stmts(stmts);
        self.token("}");
    }

    fn stmts(&mut self, stmts: &[Stmt]) {
        stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Say(text) => {
                self.out.says.push(self.out.tokens.len());
                self.words("my . alert ( { content :");
                self.token(&format!("'{}'", TEXTS[*text as usize % TEXTS.len()]));
                self.words("} ) ;");
            }
            Stmt::Set(local, value) => {
                self.local(*local);
                self.token("=");
                self.expr(value);
                self.token(";");
            }
            Stmt::If(test, then, otherwise) => {
                self.words("if (");
                self.expr(test);
                self.token(")");
                self.block(then);
                if let Some(otherwise) = otherwise {
                    self.token("else");
                    self.block(otherwise);
                }
            }
            Stmt::Switch(value, cases) => self.switch(value, cases),
            Stmt::Loop(rounds, body) => {
                self.words("for ( let i = 0 ; i <");
                self.token(&rounds.to_string());
                self.words("; i++ )");
                self.block(body);
            }
            Stmt::Try(body, handler) => {
                self.token("try");
                self.block(body);
                self.words("catch ( e )");
                self.block(handler);
            }
            Stmt::Throw => self.words("throw 'no' ;"),
            Stmt::Later(body) => {
                self.words("setTimeout ( function ( )");
                self.block(body);
                self.words(", 10 ) ;");
            }
            Stmt::Call(function, value) => {
                self.call(*function, value);
                self.token(";");
            }
            Stmt::Return(value) => {
                self.token("return");
                value.iter().for_each(|value| self.expr(value));
                self.token(";");
            }
        }
    }

    fn switch(&mut self, value: &Expr, cases: &[(Option<u8>, Vec<Stmt>, bool)]) {
        self.words("switch (");
        self.expr(value);
        self.words(") {");
        for (code, body, ends) in cases {
            match code {
                Some(code) => {
                    self.token("case");
                    self.expr(&Expr::Text(*code));
                }
                None => self.token("default"),
            }
            self.token(":");
            self.stmts(body);
            if *ends {
                self.words("break ;");
            }
        }
        self.token("}");
    }

    fn call(&mut self, function: u8, value: &Expr) {
        self.function_name(function);
        self.token("(");
        self.expr(value);
        self.token(")");
    }

    fn binary(&mut self, left: &Expr, operator: &str, right: &Expr) {
        self.token("(");
        self.expr(left);
        self.token(operator);
        self.expr(right);
        self.token(")");
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Code => self.parameter(),
            Expr::Text(code) => self.token(&format!("'{}'", CODES[*code as usize % CODES.len()])),
            Expr::Number(code) => self.token(CODES[*code as usize % (CODES.len() - 1)]),
            Expr::Bool(value) => self.token(if *value { "true" } else { "false" }),
            Expr::Local(local) => self.local(*local),
            Expr::Unknown(unknown) => {
                self.words("window .");
                self.token(&format!("u{unknown}"));
            }
            Expr::Equal { left, right, strict, negated } => {
                let operator = match (strict, negated) {
                    (true, false) => "===",
                    (true, true) => "!==",
                    (false, false) => "==",
                    (false, true) => "!=",
                };
                self.binary(left, operator, right);
            }
            Expr::Not(value) => {
                self.words("! (");
                self.expr(value);
                self.token(")");
            }
            Expr::And(left, right) => self.binary(left, "&&", right),
            Expr::Or(left, right) => self.binary(left, "||", right),
            Expr::Conditional(test, then, otherwise) => {
                self.token("(");
                self.expr(test);
                self.token("?");
                self.expr(then);
                self.token(":");
                self.expr(otherwise);
                self.token(")");
            }
            Expr::Includes(codes, value) => {
                self.token("[");
                for code in codes {
                    self.expr(&Expr::Text(*code));
                    self.token(",");
                }
                self.words("] . includes (");
                self.expr(value);
                self.token(")");
            }
            Expr::Join(left, right) => self.binary(left, "+", right),
            Expr::Call(function, value) => self.call(*function, value),
        }
    }
}
