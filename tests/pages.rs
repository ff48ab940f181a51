//! The examples on the rules' pages, run as programs: a bad one has exactly the findings that its marks name, a good one
//! has none, and no page does without.
//!
//! A mark is a comment `@finding` (the page's own rule) or `@finding other-rule` at the end of the line on which the
//! finding begins. The page of a rule about files may show its bad example as any fenced block, since a file that is
//! binary or nested too deep is not for printing; such a block is not run.

use paylint::diagnostic::Category;
use paylint::levels::{Level, Levels, Selector};
use paylint::rules::{PAGES, Rule};
use paylint::{Options, Run, Stdin};

/// Languages of fenced blocks that are programs; each is also the extension they are read under.
const LANGUAGES: &[&str] = &["js", "ts", "jsx", "tsx", "html"];

/// A program on a page.
struct Example<'p> {
    language: &'p str,
    /// The block's first line within the page's text, from 1.
    line: usize,
    text: String,
}

#[test]
fn bad_examples_have_the_findings_that_they_are_marked_with() {
    let mut complaints = Vec::new();
    for page in PAGES {
        let examples = examples(page.page, "Bad");
        let shows_other = page.category == Category::File && has_fenced_block(page.page, "Bad");
        if examples.is_empty() && !shows_other {
            complaints.push(format!("{}: no bad example", page.id));
        }
        for example in examples {
            let expected = marks(&example.text, page.id);
            if expected.is_empty() {
                complaints.push(format!("{}:{}: a bad example without a mark", page.id, example.line));
            }
            complaints.extend(disagreement(page, &example, &expected));
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn good_examples_have_no_finding() {
    let mut complaints = Vec::new();
    for page in PAGES {
        let examples = examples(page.page, "Good");
        if examples.is_empty() && page.category != Category::File {
            complaints.push(format!("{}: no good example", page.id));
        }
        for example in examples {
            complaints.extend(disagreement(page, &example, &[]));
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn marks_name_rules_that_exist() {
    for page in PAGES {
        for example in examples(page.page, "Bad") {
            for (line, rule) in marks(&example.text, page.id) {
                assert!(Rule::find(&rule).is_some(), "{}:{}: no rule `{rule}`", page.id, example.line + line);
            }
        }
    }
}

#[test]
fn examples_are_found_below_their_heading_only() {
    let page = "# T\n```js\na\n```\n## Bad\ntext\n```js\nb\n```\n### More\n```html\nc\n```\n```json\nd\n```\n## Good\n```ts\ne\n```\n";
    let texts = |heading| examples(page, heading).into_iter().map(|e| (e.language, e.line, e.text)).collect::<Vec<_>>();
    assert_eq!(texts("Bad"), [("js", 8, "b\n".to_owned()), ("html", 12, "c\n".to_owned())]);
    assert_eq!(texts("Good"), [("ts", 19, "e\n".to_owned())]);
    assert_eq!(texts("Ugly"), []);
    assert!(has_fenced_block("## Bad\n```text\nx\n```\n", "Bad"));
    assert!(!has_fenced_block("## Bad\n```text\n```\n## Good\n```text\nx\n```\n", "Bad"));
}

/// The programs in fenced blocks below `## heading`, up to the next heading of that level.
fn examples<'p>(page: &'p str, heading: &str) -> Vec<Example<'p>> {
    let mut blocks = blocks(page, heading);
    blocks.retain(|block| LANGUAGES.contains(&block.language));
    blocks
}

fn has_fenced_block(page: &str, heading: &str) -> bool {
    blocks(page, heading).iter().any(|block| !block.text.trim().is_empty())
}

/// All fenced blocks below `## heading`, up to the next heading of that level.
fn blocks<'p>(page: &'p str, heading: &str) -> Vec<Example<'p>> {
    let mut found: Vec<Example<'p>> = Vec::new();
    let (mut below, mut fenced, mut kept) = (false, false, false);
    for (index, line) in page.lines().enumerate() {
        if let Some(info) = line.strip_prefix("```") {
            fenced = !fenced;
            kept = fenced && below;
            if kept {
                found.push(Example { language: info.trim(), line: index + 2, text: String::new() });
            }
        } else if fenced {
            if let Some(example) = found.last_mut().filter(|_| kept) {
                example.text.push_str(line);
                example.text.push('\n');
            }
        } else if let Some(title) = line.strip_prefix("## ") {
            below = title.trim() == heading;
        }
    }
    found
}

/// Lines, from 1, and rules of the marks in an example, in its order.
fn marks(text: &str, own_rule: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for mark in line.split("@finding").skip(1) {
            let named = mark.split_whitespace().next().filter(|w| w.starts_with(|c: char| c.is_ascii_lowercase()));
            found.push((index + 1, named.unwrap_or(own_rule).to_owned()));
        }
    }
    found.sort();
    found
}

/// What a run says of an example in place of what it should, if they differ.
fn disagreement(page: &Rule, example: &Example<'_>, expected: &[(usize, String)]) -> Option<String> {
    let run = run(page, example);
    let mut got: Vec<(usize, String)> =
        run.diagnostics.iter().map(|d| (line_of(&example.text, d.primary.span.start), d.rule.id.to_owned())).collect();
    got.sort();
    let failed: Vec<&str> = run.errors.iter().map(|e| e.message.as_str()).collect();
    (got != expected || !failed.is_empty()).then(|| {
        let (expected, got) = (shown(expected, example.line), shown(&got, example.line));
        format!("{}:{}: expected [{expected}], got [{got}] {}", page.id, example.line, failed.join("; "))
    })
}

/// Lines as the page counts them, and rules.
fn shown(findings: &[(usize, String)], first_line: usize) -> String {
    let each: Vec<String> = findings.iter().map(|(line, rule)| format!("{}: {rule}", first_line + line - 1)).collect();
    each.join(", ")
}

/// Runs an example as a user of the page's rule would: with that rule on.
fn run(page: &Rule, example: &Example<'_>) -> Run {
    let path = format!("example.{}", example.language);
    let bytes = example.text.clone().into_bytes();
    let mut levels = Levels::default();
    if let (Category::Pedantic, Some(own)) = (page.category, Selector::find(page.id)) {
        levels.set(own, Level::Warning);
    }
    paylint::run(&Options { stdin: Some(Stdin { path, bytes }), isolated: true, levels, ..Options::default() })
}

fn line_of(text: &str, offset: u32) -> usize {
    text.get(..offset as usize).unwrap_or_default().matches('\n').count() + 1
}
