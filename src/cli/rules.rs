//! `paylint rules`: the list of all rules.

use std::io::{self, Write};

use serde::Serialize;

use super::args::{Format, RulesArgs};
use super::{CliError, ExitStatus, output};
use crate::levels::Level;
use crate::report::Paint;
use crate::report::document::{SCHEMA_VERSION, Tool, write_json};
use crate::report::table::{cell, width};
use crate::rules::{Fixable, PAGES, Rule};

/// Prints every rule with its severity, category and summary.
pub(super) fn run(args: &RulesArgs) -> Result<ExitStatus, CliError> {
    let paint = Paint::new(output::look(args.color.color).color);
    output::print(|out| match args.format {
        Format::Human => write_table(PAGES, paint, out),
        Format::Json => write_json(&document(PAGES), out),
    })?;
    Ok(ExitStatus::Clean)
}

const HEADINGS: [&str; 5] = ["RULE", "SEVERITY", "CATEGORY", "FIX", "WHAT IT FINDS"];

fn write_table(rules: &[Rule], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<[&str; 5]> = rules
        .iter()
        .map(|r| [r.id, Level::default_of(r).as_str(), r.category.as_str(), fixable(r.fixable), r.summary])
        .collect();
    let mut widths = HEADINGS.map(width);
    for row in &rows {
        for (known, text) in widths.iter_mut().zip(row) {
            *known = (*known).max(width(text));
        }
    }
    writeln!(out, "{}", paint.bold(&line(&HEADINGS, &widths)))?;
    for row in &rows {
        writeln!(out, "{}", line(row, &widths))?;
    }
    writeln!(out, "\n`paylint explain RULE` shows a rule's page.")?;
    writeln!(out, "`paylint -W RULE|CATEGORY` makes a rule warn; `-D` makes it an error, `-A` turns it off.")
}

fn line(cells: &[&str; 5], widths: &[usize; 5]) -> String {
    let padded: Vec<String> = cells.iter().zip(widths).map(|(text, width)| cell(text, *width)).collect();
    padded.join("  ").trim_end().to_owned()
}

const fn fixable(fixable: Fixable) -> &'static str {
    match fixable {
        Fixable::None => "none",
        Fixable::Safe => "safe",
        Fixable::Unsafe => "unsafe",
    }
}

/// `paylint rules --format json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleList<'a> {
    schema_version: u32,
    tool: Tool,
    rules: Vec<RuleEntry<'a>>,
}

#[derive(Serialize)]
struct RuleEntry<'a> {
    id: &'a str,
    severity: &'a str,
    category: &'a str,
    fixable: &'a str,
    since: &'a str,
    summary: &'a str,
    url: String,
}

fn document(rules: &[Rule]) -> RuleList<'_> {
    let rules = rules.iter().map(|r| RuleEntry {
        id: r.id,
        severity: Level::default_of(r).as_str(),
        category: r.category.as_str(),
        fixable: fixable(r.fixable),
        since: r.since,
        summary: r.summary,
        url: r.url(),
    });
    RuleList { schema_version: SCHEMA_VERSION, tool: Tool::this(), rules: rules.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::RULE;

    #[test]
    fn columns_are_aligned() {
        let mut out = Vec::new();
        write_table(&[sample("a", "第一"), sample("long-name", "second")], Paint::new(false), &mut out)
            .expect("written");
        let text = String::from_utf8(out).expect("text");
        let starts: Vec<_> = text.lines().take(3).map(|line| line.find("error").or(line.find("SEVERITY"))).collect();
        assert_eq!(starts, [Some(11); 3], "{text}");
    }

    fn sample(id: &'static str, summary: &'static str) -> Rule {
        Rule { id, summary, ..*RULE }
    }

    #[test]
    fn the_list_names_every_rule() {
        let json = serde_json::to_value(document(&[sample("a", "first")])).expect("JSON");
        assert_eq!(json["rules"][0]["id"], "a");
        assert_eq!(json["rules"][0]["fixable"], "none");
        assert_eq!(json["schemaVersion"], 1);
    }
}
