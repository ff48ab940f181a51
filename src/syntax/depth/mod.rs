//! A bound on how deep a text nests, checked before it is parsed: the parser, the walk over its tree and the drop of
//! it are recursive, and an overflow of the stack ends the program.
//!
//! One pass over the bytes counts from above what can nest: brackets, and within a statement the tokens that open
//! another level without a bracket (`=`, `=>`, `?`, `new`, `!`, `if`, `else`, labels) or that make a chain longer
//! (`.`, `+`, calls). Where an expression or statement has surely ended, its counts start anew, so that real code,
//! bundles in one line included, stays far below the limits. It judges nothing else about the text.

mod jsx;
mod tokens;
mod words;

/// How many levels may be open at once.
const LEVELS: u32 = 2_000;

/// How many links the chains that are open at once may have.
const LINKS: u32 = 100_000;

/// How many arrow functions may be open at once that are the last part of a conditional: with types, the parser tries
/// each of them in two ways (`a ? (b) : c => d`), so that every level doubles its time.
const GUESSES: u32 = 8;

/// A text so short that it cannot pass the limits of depth by much: a bracket for each byte fits the stack.
const SHORT: usize = 12_000;

/// Labels are what takes time in such a text: each is compared with all around it.
const SHORT_COLONS: usize = 1_000;

/// A limit that a text passes, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Excess {
    /// Offset of the token that is too much.
    pub(super) offset: usize,
    /// The limit in words.
    pub(super) limit: &'static str,
}

/// The grammar that a text will be parsed by.
#[derive(Clone, Copy)]
pub(super) struct Grammar {
    /// `<` where an operand is due begins an element.
    pub(super) jsx: bool,
    /// There are types.
    pub(super) types: bool,
}

/// Whether `text` may be parsed.
pub(super) fn check(text: &str, grammar: Grammar) -> Result<(), Excess> {
    let is_short = || text.len() < SHORT && memchr::memchr_iter(b':', text.as_bytes()).count() < SHORT_COLONS;
    if !grammar.types && is_short() {
        return Ok(());
    }
    Scanner::new(text.as_bytes(), grammar).run()
}

/// What the text is inside of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Top,
    /// `( )` behind `if`, `for`, `while`, `with`, `switch`, `catch`.
    Control,
    Paren,
    Bracket,
    /// `{ }` that ends a statement.
    Block,
    /// `{ }` that is an operand: an object, the body of a function or class that is a value.
    Braces,
    /// `${ }`.
    Substitution,
    /// `<a …>`.
    JsxTag,
    /// Between `<a>` and `</a>`.
    JsxText,
}

/// What a `{` that is still to come belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pending {
    Nothing,
    /// A function or class that is a statement.
    Declaration,
    /// A function or class that is a value.
    Value,
}

/// What stands before the next token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Before {
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

/// A bracket (or the whole text), and what is open inside it.
#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: Kind,
    /// Levels that the expression at hand opens without brackets.
    prefixes: u32,
    /// Levels that statements open without brackets.
    statements: u32,
    /// `<` of types that are open.
    angles: u32,
    /// For the innermost 64 of them, a bit: whether it stands behind an operand.
    angles_behind: u64,
    /// Links of the chain at hand.
    links: u32,
    /// `?` whose `:` is to come.
    questions: u32,
    /// A `:` of a conditional has come, and no `=>` since.
    alternative: bool,
    /// Arrow functions that are the last part of a conditional.
    guesses: u32,
    /// `do` whose `while` is to come.
    dos: u32,
    pending: Pending,
}

impl Frame {
    const fn new(kind: Kind) -> Self {
        let pending = Pending::Nothing;
        Self {
            kind,
            prefixes: 0,
            statements: 0,
            angles: 0,
            angles_behind: 0,
            links: 0,
            questions: 0,
            alternative: false,
            guesses: 0,
            dos: 0,
            pending,
        }
    }

    const fn levels(&self) -> u32 {
        1 + self.prefixes + self.statements + self.angles
    }
}

/// The state of the pass.
struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    grammar: Grammar,
    /// The innermost bracket.
    top: Frame,
    /// Those around it.
    outer: Vec<Frame>,
    /// Levels, links and guesses of those around it.
    outer_levels: u32,
    outer_links: u32,
    outer_guesses: u32,
    before: Before,
    excess: Option<Excess>,
}

impl<'a> Scanner<'a> {
    fn new(bytes: &'a [u8], grammar: Grammar) -> Self {
        Self {
            bytes,
            at: 0,
            grammar,
            top: Frame::new(Kind::Top),
            outer: Vec::new(),
            outer_levels: 0,
            outer_links: 0,
            outer_guesses: 0,
            before: Before::Statement,
            excess: None,
        }
    }

    fn run(mut self) -> Result<(), Excess> {
        if self.bytes.starts_with(b"#!") {
            self.skip_line();
        }
        while self.at < self.bytes.len() {
            match self.top.kind {
                Kind::JsxText => self.jsx_text(),
                Kind::JsxTag => self.jsx_tag(),
                _ => self.token(),
            }
            if let Some(excess) = self.excess {
                return Err(excess);
            }
        }
        Ok(())
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn open(&mut self, kind: Kind) {
        self.outer_levels += self.top.levels();
        self.outer_links += self.top.links;
        self.outer_guesses += self.top.guesses;
        self.outer.push(self.top);
        self.top = Frame::new(kind);
        self.before = Before::Operator;
        self.limit_levels();
    }

    /// Leaves the innermost bracket.
    fn close(&mut self) {
        if let Some(frame) = self.outer.pop() {
            self.top = frame;
            self.outer_levels -= frame.levels();
            self.outer_links -= frame.links;
            self.outer_guesses -= frame.guesses;
        }
    }

    fn prefix(&mut self) {
        self.top.prefixes += 1;
        self.limit_levels();
    }

    fn nested_statement(&mut self) {
        self.top.statements += 1;
        self.limit_levels();
    }

    fn link(&mut self) {
        self.top.links += 1;
        if self.outer_links + self.top.links > LINKS {
            self.exceed("a chain of operators, members or calls has more than 100,000 links");
        }
    }

    /// `=>` comes.
    fn arrow(&mut self) {
        self.prefix();
        if std::mem::take(&mut self.top.alternative) && self.grammar.types {
            self.top.guesses += 1;
            if self.outer_guesses + self.top.guesses > GUESSES {
                self.exceed("conditionals that end with arrow functions nest more than 8 levels deep");
            }
        }
    }

    fn limit_levels(&mut self) {
        if self.outer_levels + self.top.levels() > LEVELS {
            self.exceed("the code nests more than 2,000 levels deep");
        }
    }

    fn exceed(&mut self, limit: &'static str) {
        self.excess = self.excess.or(Some(Excess { offset: self.at.min(self.bytes.len()), limit }));
    }

    /// An expression has ended at `,`.
    fn end_expression(&mut self) {
        self.top.prefixes = 0;
        self.top.links = 0;
        self.top.questions = 0;
        self.top.alternative = false;
        self.top.guesses = 0;
    }

    /// A statement has ended.
    fn end_statement(&mut self) {
        self.end_expression();
        self.top.statements = 0;
        self.top.angles = 0;
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }
}

#[cfg(test)]
mod tests {
    use super::{Grammar, check};

    const SCRIPT: Grammar = Grammar { jsx: true, types: false };
    const TYPES: Grammar = Grammar { jsx: false, types: true };

    fn refuses(text: &str) -> bool {
        check(text, SCRIPT).is_err()
    }

    fn repeated(head: &str, body: &str, tail: &str, times: usize) -> String {
        format!("{head}{}{tail}", body.repeat(times))
    }

    #[test]
    fn refuses_every_construct_that_nests() {
        let constructs = [
            "(",
            "[",
            "{",
            "!",
            "-",
            "+ +",
            "~",
            "new ",
            "typeof ",
            "void ",
            "delete ",
            "await ",
            "yield ",
            "a=",
            "a+=",
            "a=>",
            "async a=>",
            "(a)=>(",
            "(a=",
            "a?b:",
            "a?",
            "a**",
            "if(a)",
            "if(a);else ",
            "else if(a)b;",
            "for(;;)",
            "while(a)",
            "with(a)",
            "do ",
            "a:",
            "function(){return ",
            "function f(){",
            "class{a=",
            "class extends ",
            "{a:",
            "[{a:",
            "`${",
            "<a>",
            "<a b=",
            "<a b={",
            "import(",
            "switch(a){case 1:",
            "try{",
            "x={get a(){",
            "a={}.b=",
            "a=function(){}.b=",
            "a=class{}.b=",
            "a=/x/.b=",
            "a=`x`.b=",
            "if(a)b:",
            "a[b]=",
            "a()[b]=",
            "'x'[b]=",
            "({}).b=",
            "a.case=",
            "a.if=",
            "a?.b=",
            "x=a\n=",
            "a=/*;*/",
            "a='\\';'?",
        ];
        for construct in constructs {
            assert!(refuses(&repeated("x;", construct, "", 15_000)), "{construct} 15,000 times passed");
        }
    }

    #[test]
    fn refuses_types_that_nest() {
        for construct in [
            "A<",
            "<T>",
            "keyof ",
            "A extends B?C:",
            "()=>",
            "readonly ",
            "a<(b ",
            "(A<B,",
            "A<b,",
            "<a>\n",
            "a?f<b>\n",
        ] {
            let text = repeated("type X = ", construct, "", 10_000);
            assert!(check(&text, TYPES).is_err(), "{construct} 10,000 times passed");
        }
    }

    #[test]
    fn refuses_what_the_parser_would_guess_at_without_end() {
        for construct in [
            "a?(b):c=>",
            "a?(b):(c):T=>",
            "a?(b):c=>{return ",
            "a?(b):c=>(",
            "a?async(b):c=>",
            "a?(b)?(c):d=>",
            "a?(b):c?(d):e=>",
        ] {
            let text = repeated("x=", construct, "", 12);
            assert!(check(&text, TYPES).is_err(), "{construct} 12 times passed");
            assert_eq!(check(&text, SCRIPT), Ok(()), "{construct} without types");
        }
        for passing in [
            "interface A{a?:(b:c)=>void\nd?(e:f):g\nh:()=>void\n}\n",
            "const a=b?(c):(d)=>e\n",
            "f(a?b:c=>d),",
            "x={a:b?c=>d:e=>f,g:(h)=>i};",
        ] {
            assert_eq!(check(&passing.repeat(500), TYPES), Ok(()), "{passing} many times");
        }
    }

    #[test]
    fn refuses_comparisons_that_look_like_types() {
        for link in ["/x/<a>declare ", "<a>b", "b<a>\n"] {
            let text = repeated("x=a", link, "", 120_000);
            assert!(check(&text, TYPES).is_err(), "{link} 120,000 times passed");
        }
    }

    #[test]
    fn refuses_long_chains() {
        for link in ["+b", ".b", "()", "[0]", "?.b", "``", " in b", "/b", "||b", "<b", "==b", "(a)", ".b()"] {
            assert!(refuses(&repeated("a", link, ";", 110_000)), "{link} 110,000 times passed");
            assert!(!refuses(&repeated("a", link, ";", 45_000)), "{link} 45,000 times did not pass");
        }
    }

    #[test]
    fn finds_nesting_behind_what_looks_like_a_string() {
        let bomb = "[".repeat(15_000);
        for head in
            ["x=<p>Don't</p>;", "x=<p>`</p>;", "x=<p>/*</p>;", "x=a/b;'/';", "x=/['\"`]/;", "if(a)/'/.b;", "//'\n"]
        {
            assert!(refuses(&format!("{head}{bomb}")), "behind {head}");
        }
    }

    #[test]
    fn lets_pass_what_only_looks_deep() {
        let passing = [
            "'(((',",
            "\"{\"+",
            "`((`;",
            "/[(]/.test(a);",
            "/* ((( */",
            "// (((\n",
            "a={b:1,c:2};",
            "var a=1,b=2;",
            "a?b:c,",
            "if(a)b;else c;",
            "if(a){b}else if(c){d}",
            "a=b\n",
            "const f=(a)=>b;",
            "f(function(){});",
            "x=1\ny=2\n",
            "a=<p>it's ( {b} <br/></p>;",
            "import a from 'b'\n",
            "export const a=1\n",
            "foo(a)\nbar(b)\n",
            "while(a){b}",
            "for(a=0;a<b;a++)c;",
            "do{a}while(b);",
            "function f(){}",
            "class A{}",
            "a<b,",
            "!a,",
            "new A,",
            "(a,b),",
            "a:b;",
            "try{a}catch(b){}",
            "switch(a){case 1:b}",
            "x.y=z;",
            "<p>a</p>,",
        ];
        for text in passing {
            let limit = if text.contains("else if") { 1_500 } else { 30_000 };
            assert_eq!(check(&text.repeat(limit), SCRIPT), Ok(()), "{text} many times");
        }
        assert_eq!(check(&repeated("switch(a){", "case 1:", "}", 30_000), SCRIPT), Ok(()));
    }

    #[test]
    fn names_the_limit_and_the_place() {
        let excess = check(&repeated("", "(", "", 15_000), SCRIPT).expect_err("too deep");
        assert_eq!((excess.offset, excess.limit), (1_999, "the code nests more than 2,000 levels deep"));
    }
}
