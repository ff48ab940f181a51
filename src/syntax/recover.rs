//! What to do with a text that the parser refuses: other grammars first, then the text without the statements that
//! are wrong. A statement is blanked out length for length, so that all other places stay what they are.

use swc_common::Spanned;
use swc_ecma_parser::Syntax;
use swc_ecma_parser::error::Error;

use super::parse::{Failure, Source, Tree, attempt, grammars, is_refused_by_browsers, place_of, start_of_failing_statement};
use super::scan::{on_one_line, skip_trivia};
use super::{Problem, ProblemKind};
use crate::source::RawScript;

/// How many statements of one script are blanked out before the rest of it is given up.
const MASKS: usize = 16;

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

/// Parses a script, blanking out top-level statements that are wrong.
pub(super) fn parse_with_masks(text: &Source<'_>, source: &RawScript) -> Result<Recovered, Problem> {
    let mut furthest: Option<(Syntax, Error)> = None;
    for &syntax in grammars(source.language) {
        match attempt(text.text, text, source.kind, syntax) {
            Ok(tree) => return Ok(Recovered { problems: complaints(&tree, text), tree, masked: None }),
            Err(Failure::TooDeep(excess)) if furthest.is_none() => return Err(too_deep(&excess, text)),
            Err(Failure::TooDeep(_)) => {}
            Err(Failure::Wrong(error)) => {
                if furthest.as_ref().is_none_or(|(_, known)| place_of(known, text) < place_of(&error, text)) {
                    furthest = Some((syntax, error));
                }
            }
        }
    }
    match furthest {
        Some((syntax, error)) => without_wrong_statements(text, source, syntax, error),
        None => Err(parse_error("the parser gave no reason".to_owned(), text, (0, 0))),
    }
}

fn without_wrong_statements(
    text: &Source<'_>,
    source: &RawScript,
    syntax: Syntax,
    mut error: Error,
) -> Result<Recovered, Problem> {
    let mut masked = text.text.to_owned();
    let mut problems = Vec::new();
    let mut last_end = None;
    for round in 0..=MASKS {
        let place = place_of(&error, text);
        let start = start_of_failing_statement(&masked, text, source.kind, syntax);
        let end = if round == MASKS { masked.len() } else { end_of_statement(&masked, start, place) };
        if !continues(&masked, last_end, start) {
            problems.push(parse_error(error.kind().msg().into_owned(), text, extent(&error, text)));
        }
        last_end = Some(end);
        blank_out(&mut masked, start, end);
        match attempt(&masked, text, source.kind, syntax) {
            Ok(tree) => {
                problems.extend(complaints(&tree, text));
                problems.sort_by_key(|problem| problem.span);
                return Ok(Recovered { tree, masked: Some(masked), problems });
            }
            Err(Failure::Wrong(next)) => error = next,
            Err(Failure::TooDeep(excess)) => return Err(too_deep(&excess, text)),
        }
    }
    Err(parse_error(error.kind().msg().into_owned(), text, extent(&error, text)))
}

/// Whether a wrong statement at `start` follows the one before so closely that both are one mistake.
fn continues(text: &str, last_end: Option<usize>, start: usize) -> bool {
    last_end.is_some_and(|end| text.get(end..start).is_none_or(|between| between.trim().is_empty()))
}

fn complaints(tree: &Tree, text: &Source<'_>) -> Vec<Problem> {
    let refused = tree.recovered.iter().filter(|error| is_refused_by_browsers(error));
    let mut problems: Vec<Problem> = refused
        .take(COMPLAINTS)
        .map(|error| parse_error(error.kind().msg().into_owned(), text, extent(error, text)))
        .collect();
    problems.dedup();
    problems
}

fn too_deep(excess: &super::depth::Excess, text: &Source<'_>) -> Problem {
    let (start, end) = on_one_line(text.text, excess.offset, (excess.offset + 1).min(text.text.len()));
    let message = format!("skipped: {}", excess.limit);
    Problem { kind: ProblemKind::Skipped, message, span: text.span(start, end) }
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
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' | b'`' => {
                at = end_of_string(bytes, at);
                continue;
            }
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                let after = skip_trivia(text, at);
                // A line's end may be the statement's: it is looked at, comments before it are not.
                at = bytes[at..after].iter().position(|&b| b == b'\n').map_or(after, |line| at + line);
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

/// The offset behind a string; just behind its quote where it does not end.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' | b'\r' if quote != b'`' => break,
            _ if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    start + 1
}

fn with_closers(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b')' | b']' | b';' | b',' | b' ')) {
        at += 1;
    }
    at
}
