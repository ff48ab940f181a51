//! What to do with a text that the parser refuses: other grammars first, then the text without the statements that
//! are wrong. A statement is blanked out length for length, so that all other places stay what they are.

use swc_common::Spanned;
use swc_ecma_parser::Syntax;
use swc_ecma_parser::error::Error;

use super::parse::{
    Failure, Source, Tree, attempt, grammars, is_refused_by_browsers, is_unclosed, place_of, start_of_failing_statement,
};
use super::scan::{end_of_comment, on_one_line};
use super::{Problem, ProblemKind};
use crate::limits::Budget;
use crate::source::RawScript;

/// How many statements of one script are blanked out before the rest of it is given up.
const MASKS: usize = 16;

/// A script is read twice for each: of a large one fewer are blanked out, so that all of it together has about so many
/// bytes.
const MASKED_BYTES: usize = 64 << 20;

/// How many of the parser's lesser complaints about one script are reported.
const COMPLAINTS: usize = 16;

/// A tree of what could be read.
pub(super) struct Recovered {
    /// The tree.
    pub(super) tree: Tree,
    /// The text that the tree is of, where it isn't the script's own.
    pub(super) masked: Option<String>,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
}

/// Why a text has no tree of its own.
enum Mistake {
    /// The parser stopped.
    Wrong(Error),
    /// The parser closed a block at the end of the text, where it was still open.
    Unclosed(Error),
}

impl Mistake {
    fn error(&self) -> &Error {
        match self {
            Self::Wrong(error) | Self::Unclosed(error) => error,
        }
    }

    fn reason(&self) -> String {
        match self {
            Self::Wrong(error) => error.kind().msg().into_owned(),
            Self::Unclosed(_) => "Expected '}' before the end of the script".to_owned(),
        }
    }

    fn problem(&self, text: &Source<'_>) -> Problem {
        parse_error(self.reason(), text, extent(self.error(), text))
    }
}

/// Parses a script, blanking out top-level statements that are wrong.
pub(super) fn parse_with_masks(text: &Source<'_>, source: &RawScript, budget: &Budget) -> Result<Recovered, Problem> {
    let mut furthest: Option<(Syntax, Mistake)> = None;
    for &syntax in grammars(source.language) {
        let mistake = match attempt(text.text, text, source.kind, syntax, budget) {
            Ok(tree) => match unclosed(&tree, text) {
                None => return Ok(Recovered { problems: complaints(&tree, text, syntax), tree, masked: None }),
                Some(mistake) => mistake,
            },
            Err(Failure::TooDeep(excess)) if furthest.is_none() => return Err(too_deep(&excess, text, budget)),
            Err(Failure::TooDeep(_)) => continue,
            Err(Failure::Wrong(error)) => Mistake::Wrong(error),
        };
        let place = place_of(mistake.error(), text);
        if furthest.as_ref().is_none_or(|(_, known)| place_of(known.error(), text) < place) {
            furthest = Some((syntax, mistake));
        }
    }
    match furthest {
        Some((syntax, mistake)) => without_wrong_statements(text, source, (syntax, mistake), budget),
        None => Err(parse_error("the parser gave no reason".to_owned(), text, (0, 0))),
    }
}

fn without_wrong_statements(
    text: &Source<'_>,
    source: &RawScript,
    (syntax, mut mistake): (Syntax, Mistake),
    budget: &Budget,
) -> Result<Recovered, Problem> {
    let mut masked = text.text.to_owned();
    let mut problems = Vec::new();
    let mut last_end = None;
    let masks = (MASKED_BYTES / text.text.len().max(1)).clamp(1, MASKS);
    for round in 0..=masks {
        let start = start_of_failing_statement(&masked, text, source.kind, syntax);
        let end = match end_of_mistake(&masked, start, &mistake, text) {
            Some(_) if round == masks => masked.len(),
            Some(end) => end,
            None => break,
        };
        if !continues(&masked, last_end, start) {
            problems.push(mistake.problem(text));
        }
        last_end = Some(end);
        blank_out(&mut masked, start, end);
        match attempt(&masked, text, source.kind, syntax, budget) {
            Ok(tree) => match unclosed(&tree, text) {
                None => return Ok(with_complaints(tree, masked, problems, text, syntax)),
                Some(next) => mistake = next,
            },
            Err(Failure::Wrong(next)) => mistake = Mistake::Wrong(next),
            Err(Failure::TooDeep(excess)) => return Err(too_deep(&excess, text, budget)),
        }
    }
    match attempt(&masked, text, source.kind, syntax, budget) {
        Ok(tree) => Ok(with_complaints(tree, masked, problems, text, syntax)),
        Err(_) => Err(mistake.problem(text)),
    }
}

fn with_complaints(
    tree: Tree,
    masked: String,
    mut problems: Vec<Problem>,
    text: &Source<'_>,
    syntax: Syntax,
) -> Recovered {
    problems.extend(complaints(&tree, text, syntax));
    problems.sort_by_key(|problem| problem.span);
    problems.dedup_by_key(|problem| problem.span);
    Recovered { tree, masked: Some(masked), problems }
}

fn unclosed(tree: &Tree, text: &Source<'_>) -> Option<Mistake> {
    tree.recovered.iter().find(|error| is_unclosed(error, text)).cloned().map(Mistake::Unclosed)
}

/// Where the statement at `start` that has a mistake ends. None where a block is not closed, and nothing shows that
/// it should have been before the end of the text: the parser's tree is the best there is.
fn end_of_mistake(text: &str, start: usize, mistake: &Mistake, source: &Source<'_>) -> Option<usize> {
    if let Mistake::Wrong(error) = mistake {
        return Some(end_of_statement(text, start, place_of(error, source)));
    }
    let is_indented = |line: usize| width_of_indent(text, line) > indent_at(text, start);
    let second_line = text.get(start..)?.find('\n').map(|end| start + end + 1)?;
    let end = end_of_statement(text, start, start);
    (is_indented(second_line) && end < text.len()).then_some(end)
}

/// Whether a wrong statement at `start` follows the one before so closely that both are one mistake.
fn continues(text: &str, last_end: Option<usize>, start: usize) -> bool {
    last_end.is_some_and(|end| text.get(end..start).is_none_or(|between| between.trim().is_empty()))
}

fn complaints(tree: &Tree, text: &Source<'_>, syntax: Syntax) -> Vec<Problem> {
    // With types some of them are about declarations that no browser sees.
    let refused = tree.recovered.iter().filter(|error| !syntax.typescript() && is_refused_by_browsers(error));
    let mut problems: Vec<Problem> = refused
        .take(COMPLAINTS)
        .map(|error| parse_error(error.kind().msg().into_owned(), text, extent(error, text)))
        .chain(unclosed(tree, text).map(|mistake| mistake.problem(text)))
        .collect();
    problems.dedup_by_key(|problem| problem.span);
    problems
}

fn too_deep(excess: &super::depth::Excess, text: &Source<'_>, budget: &Budget) -> Problem {
    let (start, end) = on_one_line(text.text, excess.offset, (excess.offset + 1).min(text.text.len()));
    Problem { kind: ProblemKind::Skipped, message: budget.limits().passed(excess.limit), span: text.span(start, end) }
}

fn extent(error: &Error, text: &Source<'_>) -> (usize, usize) {
    (place_of(error, text), text.offset(error.span().hi).min(text.text.len()))
}

fn parse_error(message: String, text: &Source<'_>, (start, end): (usize, usize)) -> Problem {
    let (mut start, mut end) = on_one_line(text.text, start, end);
    if start == end {
        // The end of the text has nothing to show: its last character has.
        let before = text.text.get(..start).unwrap_or_default().trim_end();
        end = before.len();
        start = before.char_indices().next_back().map_or(0, |(at, _)| at);
    }
    Problem { kind: ProblemKind::ParseError, message, span: text.span(start, end) }
}

fn blank_out(text: &mut String, start: usize, end: usize) {
    let blanks: String = text.get(start..end).unwrap_or_default().bytes().map(blank).collect();
    if text.is_char_boundary(start) && text.is_char_boundary(end) {
        text.replace_range(start..end, &blanks);
    }
}

const fn blank(byte: u8) -> char {
    match byte {
        b'\n' => '\n',
        b'\r' => '\r',
        _ => ' ',
    }
}

/// Where the statement that begins at `start` and is wrong at `error` probably ends: at the bracket that closes it,
/// at a semicolon, or before a line that begins like a statement no deeper than it, whichever comes first.
fn end_of_statement(text: &str, start: usize, error: usize) -> usize {
    let bytes = text.as_bytes();
    let indent = indent_at(text, start);
    let mut depth = 0_i32;
    let mut templates_end = true;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                at = end_of_string(bytes, at);
                continue;
            }
            b'`' if templates_end => {
                let end = end_of_string(bytes, at);
                // A template that never ends hides nothing, and neither do those that begin in it.
                templates_end = end < bytes.len();
                at = if templates_end { end } else { at + 1 };
                continue;
            }
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                at = end_of_comment(bytes, at);
                continue;
            }
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth <= 0 && at >= error {
                    return with_closers(bytes, at + 1);
                }
            }
            b';' if depth <= 0 && at >= error => return at + 1,
            b'\n' if begins_a_statement(text, at + 1, indent) && is_past(text, at + 1, error) => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Whether the line at `line` is behind the mistake, or the mistake is the very token that it begins with.
fn is_past(text: &str, line: usize, error: usize) -> bool {
    line > error || line + width_of_indent(text, line) == error
}

fn begins_a_statement(text: &str, line: usize, indent: usize) -> bool {
    let width = width_of_indent(text, line);
    let rest = text.get(line + width..).unwrap_or_default();
    let word = rest.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').next().unwrap_or_default();
    width <= indent && !word.is_empty() && !matches!(word, "else" | "catch" | "finally" | "while" | "from")
}

fn indent_at(text: &str, at: usize) -> usize {
    let line = text.get(..at).unwrap_or_default().rfind('\n').map_or(0, |end| end + 1);
    width_of_indent(text, line)
}

fn width_of_indent(text: &str, line: usize) -> usize {
    text.as_bytes().get(line..).unwrap_or_default().iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// The offset behind a string; where it does not end, that of the end of its line, or for a template of the text.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' | b'\r' if quote != b'`' => return at,
            _ if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn with_closers(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b')' | b']' | b';' | b',' | b' ')) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use crate::source::Language;
    use crate::syntax::dump::{dump, parse_as, parse_js};
    use crate::syntax::{Parsed, ProblemKind};

    fn recovered(text: &str) -> (String, Vec<String>) {
        let parsed = parse_js(text);
        (dump(&parsed.script), places(text, &parsed))
    }

    fn places(text: &str, parsed: &Parsed) -> Vec<String> {
        let place = |problem: &crate::syntax::Problem| {
            assert_eq!(problem.kind, ProblemKind::ParseError);
            format!("{} at {:?}", problem.message, &text[problem.span.start as usize..problem.span.end as usize])
        };
        parsed.problems.iter().map(place).collect()
    }

    #[test]
    fn a_missing_bracket_costs_one_statement() {
        let text = "before();\nfunction pay(r) {\n  if (r == 1 {\n    b();\n  }\n}\nafter();";
        assert_eq!(
            recovered(text),
            ("@before(); @after()".to_owned(), vec!["Expected ')', got '{' at \"{\"".to_owned()])
        );
        assert_eq!(recovered("a();\nfoo(b\nc();").0, "@a(); @c()");
        assert_eq!(recovered("a(); foo(b; c();").0, "@a(); @c()");
    }

    #[test]
    fn a_missing_brace_costs_one_function() {
        let text = "function a() {\n  if (x) {\n    b();\n}\nfunction c() {}\nc();";
        let (dumped, problems) = recovered(text);
        assert_eq!((dumped.as_str(), problems.len()), ("^c = function c() {}; c()", 1));
        let (dumped, problems) = recovered("a(function () {\n  b()");
        assert_eq!((dumped.as_str(), problems.len()), ("", 1));
        let (dumped, problems) = recovered("function a() {\n  if (x) {\n    b()");
        assert_eq!(dumped, "^a = function a() {if @x {@b()}}");
        assert_eq!(problems, ["Expected '}' before the end of the script at \")\""]);
    }

    #[test]
    fn quotes_without_end_are_passed_over() {
        for text in ["if(a)'\\'", "if(a)`\\`", "f(`${'`"] {
            assert!(!parse_js(&text.repeat(60_000)).problems.is_empty());
        }
    }

    #[test]
    fn several_mistakes_are_several_problems() {
        let (dumped, problems) = recovered("a(;\nb();\nvar 1;\nc();\n}\nd();");
        assert_eq!((dumped.as_str(), problems.len()), ("@b(); @c(); @d()", 3));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn blanking_out_keeps_lengths_lines_and_all_else(text in "[a(;\r\n支😀]{0,40}", from in 0..200_usize, to in 0..200_usize) {
            let (from, to) = (text.floor_char_boundary(from), text.floor_char_boundary(to));
            let (from, to) = (from.min(to), from.max(to));
            let mut masked = text.clone();
            super::blank_out(&mut masked, from, to);
            proptest::prop_assert_eq!(masked.len(), text.len());
            proptest::prop_assert_eq!((&masked[..from], &masked[to..]), (&text[..from], &text[to..]));
            for (was, is) in text.bytes().zip(masked.bytes()).skip(from).take(to - from) {
                let expected = if matches!(was, b'\r' | b'\n') { was } else { b' ' };
                proptest::prop_assert_eq!(is, expected);
            }
        }
    }

    #[test]
    fn places_stay_what_they_are() {
        let text = "f(甲;\r\ng(乙)";
        let script = parse_js(text).script;
        let call = script.expr_spans.last().copied().unwrap_or_default();
        assert_eq!(&text[call.start as usize..call.end as usize], "g(乙)");
    }

    #[test]
    fn an_unfinished_text_is_a_problem_at_its_end() {
        assert_eq!(recovered("a();\nb({c: [1,").1, ["Expression expected at \",\""]);
        assert_eq!(recovered("a(); `b").0, "@a()");
        let (dumped, problems) = recovered("a();\nb = 'c\nd()");
        assert_eq!((dumped.as_str(), problems.len()), ("@a(); (@b = \"c\"); @d()", 1));
    }

    #[test]
    fn too_many_mistakes_cost_the_rest() {
        let text = "ok();\n".to_owned() + &"a(;\nb();\n".repeat(40);
        let (dumped, problems) = recovered(&text);
        assert!(dumped.starts_with("@ok(); @b()"));
        assert_eq!(problems.len(), super::MASKS + 1);
    }

    #[test]
    fn types_in_a_script_are_no_mistake() {
        let parsed = parse_js("function f(a: string): ?number { return (a: any) }\nimport type {B} from 'b'");
        assert_eq!(parsed.problems.len(), 1, "Flow's own casts are");
        let parsed = parse_js("type A = {b: string};\nconst c: A = d as A;\nconst e = <p>{c.b}</p>");
        assert_eq!(
            (dump(&parsed.script).as_str(), parsed.problems),
            ("const c = @d; const e = @jsx(\"p\", {}, c.b)", vec![])
        );
        let parsed = parse_js("const c = <any>d;\nlet x: number = 1");
        assert_eq!((dump(&parsed.script).as_str(), parsed.problems), ("const c = @d; let x = 1", vec![]));
    }

    #[test]
    fn what_browsers_accept_is_no_mistake() {
        for text in [
            "with (a) b",
            "010; '\\01'",
            "delete a",
            "return 1",
            "var let = 1; let",
            "yield = 1; package = 2",
            "a: { break a }",
        ] {
            assert_eq!(parse_js(text).problems, [], "{text}");
        }
    }

    #[test]
    fn what_browsers_refuse_is_a_mistake() {
        for text in ["const a;", "break;", "a: a: b", "continue", "function f() { await g() }"] {
            let parsed = parse_js(text);
            assert_eq!(parsed.problems.len(), 1, "{text}");
        }
        assert_eq!(parse_as("declare namespace A { const a: string }", Language::TypeScript).problems, []);
    }
}
