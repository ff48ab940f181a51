//! A bound on how deep a text nests, checked before it is parsed: the parser, the walk over its tree and the drop of
//! it are recursive, and an overflow of the stack ends the program.
//!
//! One pass over the bytes counts from above what can nest: brackets, and within a statement the tokens that open
//! another level without a bracket (`=`, `=>`, `?`, `new`, `!`, `if`, `else`, labels) or that make a chain longer
//! (`.`, `+`, calls). Where an expression or statement has surely ended, its counts start anew, so that real code,
//! bundles in one line included, stays far below the limits. It judges nothing else about the text.
//!
//! `scanner` counts and compares with the bounds, bracket by bracket (`frame`); `tokens`, `words` and `jsx` read the text
//! and say what opens and ends.

mod frame;
mod jsx;
mod scanner;
mod tokens;
mod words;

use self::scanner::Scanner;
use crate::limits::{Budget, Limit};

/// A limit that a text passes, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Excess {
    /// Offset of the token that is too much.
    pub(super) offset: usize,
    /// The limit.
    pub(super) limit: Limit,
}

/// What one text may have.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Levels that may be open at once.
    levels: u32,
    /// Links that the chains which are open at once may have.
    links: u32,
    /// What may be open at once that the parser, with types, tries in two ways, so that every level doubles its time: an
    /// arrow function that is the last part of a conditional (`a ? (b) : c => d`), brackets behind `<A>` (`<A>(b)`).
    tries: u32,
    tokens: u32,
}

impl Bounds {
    fn of(budget: &Budget) -> Self {
        let limits = budget.limits();
        Self {
            levels: limits.count(Limit::Nesting),
            links: limits.count(Limit::Chain),
            tries: limits.count(Limit::Arrows),
            tokens: u32::try_from(budget.tokens()).unwrap_or(u32::MAX),
        }
    }

    /// Whether a text is so short that it cannot pass the bounds by much: a level for each byte fits the stack. Labels
    /// are what takes time in such a text, since each is compared with all around it.
    fn are_kept_by(self, text: &str) -> bool {
        let short = self.levels.saturating_mul(6).min(self.links).min(self.tokens) as usize;
        let colons = || memchr::memchr_iter(b':', text.as_bytes()).count();
        text.len() < short && colons() < self.levels as usize / 2
    }
}

/// The grammar that a text will be parsed by.
#[derive(Clone, Copy)]
pub(super) struct Grammar {
    /// `<` where an operand is due begins an element.
    pub(super) jsx: bool,
    /// There are types.
    pub(super) types: bool,
}

/// Whether `text` may be parsed; how many tokens it has, about.
pub(super) fn check(text: &str, grammar: Grammar, budget: &Budget) -> Result<u64, Excess> {
    let bounds = Bounds::of(budget);
    if !grammar.types && bounds.are_kept_by(text) {
        return Ok(text.len() as u64 / 2);
    }
    Scanner::new(text.as_bytes(), grammar, bounds).run()
}

#[cfg(test)]
mod tests {
    use super::{Excess, Grammar};
    use crate::limits::{Budget, Limit, Limits};

    const SCRIPT: Grammar = Grammar { jsx: true, types: false };
    const TYPES: Grammar = Grammar { jsx: false, types: true };

    fn check(text: &str, grammar: Grammar) -> Result<(), Excess> {
        super::check(text, grammar, &Budget::full(Limits::default())).map(drop)
    }

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
            "a=>void\n",
            "interface A{[b=>void\n",
            "interface A{b(c=d=>void\n",
            "interface\nA{b=>void\n",
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
            "<T>(",
            "<T>(a=",
            "(<T>a",
            "<T>[",
            "<T>f(",
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
            "const a=<T,>(b:T)=>{return <c>(d)};",
            "a=<b>(c)+<d>(e);",
            "f(<a>(b),<c>(d)),",
        ] {
            assert_eq!(check(&passing.repeat(500), TYPES), Ok(()), "{passing} many times");
        }
        for member in ["a?: (b: c) => void\n", "a(): void\n", "a: { b?: () => void\n c?: () => void }\n"] {
            let text = repeated("export interface A<T> extends B<T> {\n", member, "}", 2_000);
            assert_eq!(check(&text, TYPES), Ok(()), "{member} many times");
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
        assert_eq!((excess.offset, excess.limit), (1_999, Limit::Nesting));
    }
}
