//! The only folder that names the parser: parse, take comments, lower to `ir`, drop the tree.
//!
//! The parser, its visitors and the drop of its trees are recursive; all of it happens on a thread with a
//! large stack (`on_large_stack`), behind a bound on depth (`depth`) that is checked before parsing.

mod depth;
#[cfg(test)]
mod dump;
mod lower;
mod parse;
mod recover;
mod scan;
mod stack;

pub use stack::{WORKER_STACK, on_large_stack};

use crate::ir::{Script, ScriptKind, Span};
use crate::source::RawScript;
use lower::Lowering;
use parse::Source;

/// What became of one script.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The script; empty where nothing could be read.
    pub script: Script,
    /// Its comments, by place.
    pub comments: Vec<Comment>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A comment's text, without its marks.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The whole of it, marks included.
    pub span: Span,
    /// Between its marks.
    pub text: String,
}

/// Something in a file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem.
    pub kind: ProblemKind,
    /// What the parser said, or which limit was passed.
    pub message: String,
    /// Where; on one line.
    pub span: Span,
}

/// Kinds of problems of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// The parser could not read it; the rest was analysed.
    ParseError,
    /// It passes a limit and was not analysed.
    Skipped,
}

/// Reads one script of a file: `text` is the whole decoded file, `source` says which part of it is the script.
///
/// It must be called on a thread with a stack of `WORKER_STACK` bytes. It never fails: what could not be read
/// is in `problems`, and the rest was lowered.
#[must_use]
pub fn parse(text: &str, source: &RawScript) -> Parsed {
    let source_text = match &source.decoded {
        Some(decoded) => Source::decoded(decoded),
        None => Source::part_of(text, source.span),
    };
    let read = || read(&source_text, source);
    // The parser is a large program by others, and a panic of it must not take the other files down.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_else(|_| {
        let message = "the parser failed on this script".to_owned();
        Parsed::skipped(Problem { kind: ProblemKind::Skipped, message, span: source_text.first_line() }, source)
    })
}

fn read(text: &Source<'_>, source: &RawScript) -> Parsed {
    let recovered = match recover::parse_with_masks(text, source) {
        Ok(recovered) => recovered,
        Err(problem) => return Parsed::skipped(problem, source),
    };
    let tree = recovered.tree;
    let lowering = Lowering { text: recovered.masked.as_deref().unwrap_or(text.text), source: text };
    let mut script = lower::lower(&tree.program, lowering, source.kind == Some(ScriptKind::Handler));
    script.span = source.span;
    Parsed { script, comments: tree.comments(text), problems: recovered.problems }
}

impl Parsed {
    /// A script that could not be read at all.
    fn skipped(problem: Problem, source: &RawScript) -> Self {
        let script = Script { kind: source.kind.unwrap_or_default(), span: source.span, ..Script::default() };
        Self { script: lower::with_empty_body(script), comments: Vec::new(), problems: vec![problem] }
    }
}

#[cfg(test)]
mod tests {
    use super::dump::{bindings, js, parse_js, ts};
    #[test]
    fn probe() {
        for t in ["var a = 1, b; a.b['c'](x, ...y)", "function f(a, {b, c = 1, ...d}, [e,,...g] = []) { return arguments }",
          "({a, b: [c]} = d)", "for (const {a} of x) f(a)", "for (x.y in z);", "a?.b.c(1)?.[d]; (a?.b).c; a?.b()", "if (x) y; else if (z) w; else { q }",
          "class A extends B { #p = 1; static s = () => 2; constructor(a) { super(a); } get x() { return this.#p } static { f() } [k]() {} }",
          "switch (a) { case 1: case '2': f(); break; default: let q = 1; g(q) }",
          "try { a() } catch ({message}) { b(message) } finally { c() }",
          "x = <div a='1' {...p}>hi {y}<B.C/></div>", "tag`a${b}c`; `x${y}`; `z`",
          "import a, {b as c, default as e} from 'm'; import * as n from 'n'; import 's'; export {c as d}; export * from 'q'; export * as r from 't'; export default function foo() {}; export const {z} = a",
          "{ function g() {} } g(); if (1) { function h() {} } else { function h() {} } h()",
          "var f = function g() { g }, h = async x => await x; x.y = function() {}",
          "l: for (let i = 0, j; i < 1; i++) { continue l }",
          "<!-- hi\nundefined; NaN; void 0; typeof q; 12n; /a/g",
        ] { println!("JS {t}\n   {}", js(t)); }
        for t in ["enum A { X, Y = 5, Z, W = 'w', V = A.X | 4 }", "namespace N { export const a = 1; const b = 2; export function f() { return b } }",
          "declare const my: any; my.tradePay(<any>x as Foo, y!)", "class P { constructor(private x: number, public y = 2) { g() } }",
          "import x = require('y'); export = x;", "import type {A} from 'b'; import {type C, D} from 'e'; a?.b!.c; (window as any).AlipayJSBridge!.call('x')",
          "@dec() class Q { @prop() p; @m() f(@arg() a) {} }", "function f(this: Foo, a?: string): void; function f(this: Foo, a?: string) {}" ] {
          println!("TS {t}\n   {}", ts(t)); }
        println!("{}", bindings("var a = 1; a = 2; a += 3; function f(p) { a++; return p + a } let q; class K {} q = K; try {} catch (e) { e }"));
        let p = parse_js("var a = 1;\nfoo(a;\nbar();\nfunction x() {\n  if (a == 1 {\n    b();\n  }\n}\nbaz()");
        println!("{:?} {}", p.problems, super::dump::dump(&p.script));
    }
}
