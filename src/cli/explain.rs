//! `paylint explain RULE|CODE`: a rule's page, or what a result code means to each payment API.

use std::io::{self, Write};

use super::args::ExplainArgs;
use super::{CliError, ExitStatus, output, suggest};
use crate::api::{APIS, CodeClass, PaymentApi, ResultCode};
use crate::report::escape::visible;
use crate::report::{Paint, markdown};
use crate::rules::{PAGES, Rule};

/// Prints the page of a rule or of a result code.
pub(super) fn run(args: &ExplainArgs) -> Result<ExitStatus, CliError> {
    let topic = args.topic.trim();
    let look = output::look(args.color.color);
    if let Some(rule) = Rule::find(topic) {
        output::print(|out| markdown::write(rule.page, look, out))?;
        return Ok(ExitStatus::Clean);
    }
    let meanings = meanings(APIS, topic);
    if meanings.is_empty() {
        return Err(CliError::Usage(unknown(topic)));
    }
    output::print(|out| write_code(topic, &meanings, Paint::new(look.color), out))?;
    Ok(ExitStatus::Clean)
}

/// What a code says, and the titles of the APIs that say so.
type Meaning<'a> = (&'a ResultCode, Vec<&'a str>);

/// The meanings of a code; APIs that agree on it stand together.
fn meanings<'a>(apis: &'a [PaymentApi], code: &str) -> Vec<Meaning<'a>> {
    let mut meanings: Vec<Meaning<'a>> = Vec::new();
    for api in apis {
        let Some(entry) = api.codes.iter().find(|c| c.code == code) else { continue };
        match meanings.iter_mut().find(|(known, _)| same_meaning(known, entry)) {
            Some((_, titles)) => titles.push(api.title),
            None => meanings.push((entry, vec![api.title])),
        }
    }
    meanings
}

fn same_meaning(a: &ResultCode, b: &ResultCode) -> bool {
    (a.meaning, a.class, a.may_have_paid, a.advice, a.legacy)
        == (b.meaning, b.class, b.may_have_paid, b.advice, b.legacy)
}

fn write_code(code: &str, meanings: &[Meaning<'_>], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for (entry, titles) in meanings {
        let legacy = if entry.legacy { " (older documentation only)" } else { "" };
        writeln!(out, "{}", paint.bold(&format!("{code}: {}{legacy}", entry.meaning)))?;
        writeln!(out)?;
        writeln!(out, "  given by    {}", titles.join(", "))?;
        writeln!(out, "  means       {}", class_in_words(entry.class, entry.may_have_paid))?;
        writeln!(out, "  what to do  {}", entry.advice)?;
        writeln!(out, "  source      {}", entry.source)?;
        writeln!(out)?;
    }
    let codes: Vec<&str> = known_codes().collect();
    writeln!(out, "Result codes: {}", codes.join(", "))
}

fn class_in_words(class: CodeClass, may_have_paid: bool) -> String {
    let class = match class {
        CodeClass::Success => "success",
        CodeClass::Pending => "pending",
        CodeClass::Unknown => "unknown",
        CodeClass::Failure => "failure",
        CodeClass::Cancelled => "cancelled",
        CodeClass::Network => "network error",
        CodeClass::NotAllowed => "not allowed",
    };
    if may_have_paid { format!("{class}: the customer may have paid") } else { class.to_owned() }
}

/// Every code of every API once, in the order of the tables.
fn known_codes() -> impl Iterator<Item = &'static str> {
    let all: Vec<&'static str> = APIS.iter().flat_map(|api| api.codes).map(|c| c.code).collect();
    let firsts: Vec<&'static str> =
        all.iter().enumerate().filter(|(i, code)| !all.iter().take(*i).any(|c| c == *code)).map(|(_, c)| *c).collect();
    firsts.into_iter()
}

fn unknown(topic: &str) -> String {
    let near = suggest::nearest(topic, PAGES.iter().map(|rule| rule.id).chain(known_codes()));
    let tip = suggest::question(&near).unwrap_or_else(|| {
        let codes: Vec<&str> = known_codes().collect();
        format!("`paylint rules` lists the rules; the result codes are {}", codes.join(", "))
    });
    format!("no rule or result code is called `{}`\n  tip: {tip}", visible(topic))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: ResultCode = ResultCode {
        code: "8000",
        meaning: "in process",
        class: CodeClass::Pending,
        may_have_paid: true,
        advice: "Ask your server.",
        legacy: false,
        source: "https://example.org/codes",
    };

    const fn api(title: &'static str, codes: &'static [ResultCode]) -> PaymentApi {
        PaymentApi {
            id: title,
            title,
            modules: &[],
            calls: &[],
            params: &[],
            order_keys: &[],
            ready: None,
            result_field: "resultCode",
            error_fields: &[],
            result_fields: &[],
            codes,
            sources: &[],
        }
    }

    #[test]
    fn apis_that_agree_stand_together() {
        const OTHER: ResultCode = ResultCode { meaning: "pending", ..CODE };
        let apis = [api("Bridge", &[CODE]), api("Kit", &[OTHER]), api("Mini", &[CODE]), api("None", &[])];
        let found = meanings(&apis, "8000");
        let titles: Vec<_> = found.iter().map(|(code, titles)| (code.meaning, titles.clone())).collect();
        assert_eq!(titles, [("in process", vec!["Bridge", "Mini"]), ("pending", vec!["Kit"])]);
    }

    #[test]
    fn a_code_says_what_to_do() {
        let mut out = Vec::new();
        write_code("8000", &[(&CODE, vec!["Bridge"])], Paint::new(false), &mut out).expect("a vector takes all");
        let text = String::from_utf8(out).expect("text");
        assert!(text.starts_with("8000: in process\n"), "{text}");
        assert!(text.contains("  means       pending: the customer may have paid\n"), "{text}");
        assert!(text.contains("  what to do  Ask your server.\n"), "{text}");
    }

    #[test]
    fn an_unknown_topic_is_shown_without_its_control_characters() {
        let text = unknown("\u{1b}[31mx");
        assert!(text.contains("<U+001B>[31mx"), "{text}");
        assert!(text.contains("`paylint rules` lists the rules"), "{text}");
    }
}
