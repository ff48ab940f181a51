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
mod template;

pub use stack::on_large_stack;

use crate::ir::{Script, Span};
use crate::limits::Budget;
use crate::source::{RawScript, without_fillers};
use lower::Lowering;
use parse::Source;

/// What became of one script.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The script; empty where nothing could be read.
    pub script: Script,
    /// What it may be instead, where a server leaves one of several arms that cannot stand together.
    pub variants: Vec<Script>,
    /// Its comments that name this program, by place: others say nothing to it.
    pub comments: Vec<Comment>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// How many tokens it has, about.
    pub tokens: u64,
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
/// It must be called on a thread with a stack of `Limits::stack`. It never fails: what could not be read is in
/// `problems`, and the rest was lowered.
///
/// # Panics
/// Where lowering itself is wrong. A panic of the parser is a problem of the script.
#[must_use]
pub fn parse(text: &str, source: &RawScript, budget: &Budget) -> Parsed {
    let source_text = match (&source.decoded, &source.masked) {
        (Some(decoded), _) => Source::decoded(decoded),
        (None, Some(masked)) => Source::masked(masked, source.span),
        (None, None) => Source::part_of(text, source.span),
    };
    let Some(template) = &source.template else { return read(&source_text, source, &[], budget) };
    let completed = match guarded(|| template::complete(&source_text, source, template, budget)) {
        Some(completed) => completed,
        None => return Parsed::skipped(parser_failed(&source_text), source),
    };
    let mut all = completed.iter().map(|c| read(&source_text.with_text(&c.text), source, &c.filled, budget));
    let mut parsed = all.next().unwrap_or_default();
    for variant in all {
        parsed.tokens += variant.tokens;
        parsed.variants.push(variant.script);
    }
    for problem in &mut parsed.problems {
        problem.message = without_fillers(&problem.message);
    }
    parsed
}

/// Reads a script whose holes are filled.
fn read(text: &Source<'_>, source: &RawScript, filled: &[template::Filled], budget: &Budget) -> Parsed {
    let recovered = guarded(|| recover::parse_with_masks(text, source, budget));
    let recovered = match recovered.unwrap_or_else(|| Err(parser_failed(text))) {
        Ok(recovered) => recovered,
        Err(problem) => return Parsed::skipped(problem, source),
    };
    let tree = recovered.tree;
    let lowering = Lowering { text: recovered.masked.as_deref().unwrap_or(text.text), source: text, filled };
    let script = lower::lower(&tree.program, lowering, source);
    let comments = tree.comments(text);
    Parsed { script, variants: Vec::new(), comments, problems: recovered.problems, tokens: tree.tokens }
}

/// What the parser makes; none where it panics: it is a large program by others, and must not take the other scripts down.
fn guarded<T>(parse: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(parse)).ok()
}

fn parser_failed(text: &Source<'_>) -> Problem {
    let message = "the parser failed on this script".to_owned();
    Problem { kind: ProblemKind::Skipped, message, span: text.first_line() }
}

impl Parsed {
    /// A script that could not be read at all.
    fn skipped(problem: Problem, source: &RawScript) -> Self {
        let script = Script { kind: source.kind.unwrap_or_default(), span: source.span, ..Script::default() };
        Self { script: lower::with_empty_body(script), problems: vec![problem], ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::dump::{dump, js, parse_as, parse_js, ts};
    use super::{Parsed, ProblemKind, on_large_stack, parse};
    use crate::ir::{Script, ScriptKind, Span};
    use crate::limits::{Budget, Limits};
    use crate::source::{DecodedAttribute, Language, RawScript};

    fn parse_part(text: &str, part: &str, kind: ScriptKind) -> Parsed {
        let start = text.find(part).expect("the part is in the text") as u32;
        let span = Span::new(start, start + part.len() as u32);
        let source = RawScript::new(span, Some(kind), Language::JavaScript);
        on_large_stack(Limits::default().stack(), || parse(text, &source, &Budget::full(Limits::default())))
            .expect("a thread")
    }

    #[test]
    fn places_are_places_in_the_file() {
        let page = "<p>中文</p><script>var a = 1 // paylint\n</script>";
        let parsed = parse_part(page, "var a = 1 // paylint\n", ScriptKind::Classic);
        let at = |span: Span| &page[span.start as usize..span.end as usize];
        assert_eq!(at(parsed.script.expr_spans[0]), "1");
        assert_eq!(at(parsed.script.bindings[0].span), "a");
        assert_eq!((at(parsed.comments[0].span), parsed.comments[0].text.as_str()), ("// paylint", " paylint"));
        let wrong = parse_part("<script>a(;</script>", "a(;", ScriptKind::Classic);
        assert_eq!(wrong.problems[0].span, Span::new(10, 11));
    }

    #[test]
    fn a_handler_keeps_its_names_and_may_return() {
        let parsed = parse_part(
            "<a onclick='var a = 1; return pay(a, arguments)'>",
            "var a = 1; return pay(a, arguments)",
            ScriptKind::Handler,
        );
        assert_eq!(parsed.problems, []);
        assert_eq!(dump(&parsed.script), "var a = 1; return @pay(a, arguments)");
        assert_eq!((parsed.script.kind, parsed.script.globals.len()), (ScriptKind::Handler, 0));
    }

    #[test]
    fn a_decoded_attribute_keeps_its_places() {
        let page = "<a onclick='f(&quot;x&quot;, y)'>";
        let text = "f(\"x\", y)".to_owned();
        let offsets = vec![12, 13, 14, 20, 21, 27, 28, 29, 30, 31];
        let decoded = Some(DecodedAttribute { text, offsets });
        let source = RawScript::new(Span::new(12, 31), Some(ScriptKind::Handler), Language::JavaScript);
        let source = RawScript { decoded, ..source };
        let script =
            on_large_stack(Limits::default().stack(), || parse(page, &source, &Budget::full(Limits::default())));
        let script = script.expect("a thread").script;
        let spans: Vec<&str> = script.expr_spans.iter().map(|s| &page[s.start as usize..s.end as usize]).collect();
        assert_eq!(spans, ["f", "&quot;x&quot;", "y", "f(&quot;x&quot;, y)"]);
    }

    #[test]
    fn html_comments_and_a_hashbang_are_comments() {
        assert_eq!(js("<!-- a\nb(c)\n--> d\ne <!-- f"), "@b(@c); @e");
        assert_eq!(js("#!/usr/bin/env node\nlet a = '<!--'"), "let a = \"<!--\"");
        let parsed = parse_js("<!-- paylint\nb");
        assert_eq!((parsed.comments.len(), parsed.comments[0].span), (1, Span::new(0, 12)));
        assert_eq!(parsed.script.expr_spans[0], Span::new(13, 14));
    }

    #[test]
    fn comments_come_in_order_and_once() {
        let text = "/* paylint a */ f(/* paylint b */ c /* paylint d */); // paylint e\n// paylint g\n// other\n\
                    if (h) { /* paylint i */ }";
        let comments = parse_js(text).comments;
        let texts: Vec<&str> =
            comments.iter().filter_map(|comment| comment.text.trim().strip_prefix("paylint ")).collect();
        assert_eq!((texts, comments.len()), (vec!["a", "b", "d", "e", "g", "i"], 6));
        assert_eq!(parse_js("// paylint").comments.len(), 1);
    }

    #[test]
    fn an_empty_script_has_a_body() {
        for text in ["", "  \n", "// a"] {
            let parsed = parse_js(text);
            assert_eq!((parsed.problems.len(), parsed.script.functions.len()), (0, 1), "{text:?}");
        }
    }

    fn is_skipped(text: &str, language: Language) -> bool {
        let parsed = parse_as(text, language);
        let skipped = parsed.problems.iter().any(|problem| problem.kind == ProblemKind::Skipped);
        assert!(!skipped || (parsed.script.functions.len() == 1 && parsed.script.exprs.is_empty()));
        skipped
    }

    #[test]
    fn bombs_are_skipped() {
        let bombs = [
            "+b".repeat(3_000_000),
            "()".repeat(5_000_000),
            "else if(a)b;".repeat(200_000),
            "a:".repeat(10_000),
            "(".repeat(1_000_000),
            "[{a:".repeat(10_000),
            "=>a".repeat(10_000),
            "?.b".repeat(2_000_000),
        ];
        for bomb in bombs {
            let head = if bomb.starts_with("else") { "if(a)b;" } else { "a" };
            assert!(is_skipped(&format!("{head}{bomb}"), Language::JavaScript), "{}", &bomb[..4]);
        }
        assert!(is_skipped(&"<T>".repeat(10_000), Language::TypeScript));
    }

    #[test]
    fn what_is_just_below_the_limits_fits_the_stack() {
        let nested = [
            ("(", "a", ")"),
            ("[", "a", "]"),
            ("a={b:", "c", "}"),
            ("(a)=>(", "b", ")"),
            ("!", "a", ""),
            ("a=", "b", ""),
            ("a?b:", "c", ""),
            ("new ", "a", ""),
            ("if(a)", "b", ""),
            ("{", "a", "}"),
            ("`${", "a", "}`"),
            ("a:", "b", ""),
            ("<a>", "b", "</a>"),
            ("f(function(){", "a", "})"),
            ("class{a=", "b", "}"),
            ("for(;;)", "a", ""),
        ];
        for (open, inside, close) in nested {
            let levels = if open.len() > 2 { 450 } else { 1_900 };
            let head = if open == "class{a=" { "x=" } else { "" };
            let text = format!("{head}{}{inside}{}", open.repeat(levels), close.repeat(levels));
            assert!(!is_skipped(&text, Language::JavaScript), "{open}");
        }
        for link in ["+b", ".b", "()", "[0]", "?.b", "``", "&&b", ".then(f)"] {
            let text = format!("a{};after()", link.repeat(45_000));
            let parsed = parse_as(&text, Language::JavaScript);
            assert_eq!(parsed.problems, [], "{link}");
        }
        assert_eq!(parse_js(&format!("if(a)b;{}", "else if(a)b;".repeat(1_900))).problems, []);
    }

    /// Texts that are too short to be looked through before they are parsed.
    #[test]
    fn what_is_short_fits_the_stack_whatever_it_is() {
        let nested =
            ["(", "[", "a={b:", "(a)=>(", "!", "a=", "a?b:", "new ", "if(a)", "{", "`${", "<a>", "f(function(){"];
        for open in nested.iter().chain(&["class{a=", "for(;;)", "x=>", "+b", ".b", "()", "a:", "else if(a)b;"]) {
            let close = match *open {
                "(" | "(a)=>(" => ")",
                "[" => "]",
                "a={b:" | "{" => "}",
                "`${" => "}`",
                "<a>" => "</a>",
                "f(function(){" => "})",
                _ => "",
            };
            let levels = 11_980 / (open.len() + close.len());
            let text = format!("x=a\n{}b{}", open.repeat(levels), close.repeat(levels));
            assert!(!parse_js(&text).script.functions.is_empty(), "{open}");
            parse_js(&open.repeat(levels));
        }
    }

    /// Pieces of a minified bundle, joined by commas within one statement.
    fn bundle(bytes: usize) -> String {
        let module = "function(e,t,n){\"use strict\";var r=n(1),o=n.n(r),i=t&&!e?r.a:o.b;n.d(t,\"a\",(function(){return i})),\
                      Object.defineProperty(t,\"b\",{value:!0,get:()=>`x${e}`}),t.c=e=>{for(var n=0;n<e.length;n++)if(e[n]<3)return r(e[n])\
                      ;else if(/[(/]'/.test(e))throw new Error(\"(\"+e+\")\");try{e()}catch(t){}switch(e){case 1:case 2:break;default:n=e?1:t?2:3}\
                      class a extends o{constructor(){super(...arguments),this.x=1}}return void 0!==a?{k:[1,2,3],...e}:null}}";
        let mut text =
            "!function(e){var t={};function n(r){return t[r]||(t[r]={},e[r].call(t[r],n)),t[r]}n(0)}([".to_owned();
        while text.len() < bytes {
            text.push_str(module);
            text.push(',');
        }
        text + "function(){}]);"
    }

    #[test]
    fn a_bundle_in_one_line_is_read() {
        let text = bundle(1 << 20);
        let parsed = parse_js(&text);
        assert_eq!(parsed.problems, []);
        assert!(parsed.script.functions.len() > 10_000);
        let flat = format!(
            "var a0=f(){};",
            (1..60_000).map(|i| format!(",a{i}=a{}?!0:b=>new c(b.d+{i})", i - 1)).collect::<String>()
        );
        assert_eq!(parse_js(&flat).problems, []);
    }

    #[test]
    fn sources_without_semicolons_are_read() {
        let text = "const a = require('a')\nexports.b = a.b ? 1 : c => !c\nif (a) b = typeof c\nelse d()\nfoo(a)\n"
            .repeat(5_000);
        let parsed = parse_js(&text);
        assert_eq!(parsed.problems, []);
        let text = "interface A {\n  b: Array<string>\n  c?: Map<string, () => void>\n}\nlet d: A | null = <A>e\n"
            .repeat(5_000);
        assert_eq!(parse_as(&text, Language::TypeScript).problems, []);
    }

    #[test]
    fn a_script_can_go_to_another_thread() {
        fn is_send<T: Send + Sync>() {}
        is_send::<Parsed>();
        assert_eq!(ts("let a: string = 'b'"), "let a = \"b\"");
    }

    #[test]
    fn spans_of_code_that_is_made_of_attributes_begin_before_they_end() {
        let text = "<template><b @click=\"pay\" v-if=\"ok\" /></template><script>export default {}</script>";
        let kind = crate::source::FileKind::of(std::path::Path::new("a.vue")).unwrap();
        let budget = Budget::full(Limits::default());
        let page = crate::source::scripts_of(kind, text);
        let scripts: Vec<Script> = page.inline.iter().map(|raw| parse(text, raw, &budget).script).collect();
        let spans = || scripts.iter().flat_map(|script| script.expr_spans.iter().chain(&script.stmt_spans));
        assert!(spans().any(|span| span.of(text).is_some_and(|part| part.starts_with("pay"))), "the handler");
        for span in spans() {
            assert!(span.of(text).is_some(), "{span:?}");
        }
    }
}
