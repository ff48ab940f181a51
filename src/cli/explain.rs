//! `paylint explain RULE|CODE`: a rule's page, or what a result code means to each payment API.

use std::io::{self, Write};

use super::args::ExplainArgs;
use super::{CliError, ExitStatus, output, suggest};
use crate::api::{APIS, CodeClass, Listed, PaymentApi, ResultCode};
use crate::report::escape::visible;
use crate::report::table::cell;
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

/// What a code says, and the APIs that say so with the entry of each.
struct Meaning<'a> {
    entry: &'a ResultCode,
    apis: Vec<(&'a str, &'a ResultCode)>,
}

/// The meanings of a code; APIs that agree on it stand together.
fn meanings<'a>(apis: &'a [PaymentApi], code: &str) -> Vec<Meaning<'a>> {
    let mut meanings: Vec<Meaning<'a>> = Vec::new();
    for api in apis {
        let Some(entry) = api.codes.iter().find(|c| c.code == code) else { continue };
        match meanings.iter_mut().find(|known| same_meaning(known.entry, entry)) {
            Some(known) => known.apis.push((api.title, entry)),
            None => meanings.push(Meaning { entry, apis: vec![(api.title, entry)] }),
        }
    }
    meanings
}

fn same_meaning(a: &ResultCode, b: &ResultCode) -> bool {
    (a.meaning, a.class, a.undetermined, a.advice, a.listed) == (b.meaning, b.class, b.undetermined, b.advice, b.listed)
}

fn write_code(code: &str, meanings: &[Meaning<'_>], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for Meaning { entry, apis } in meanings {
        writeln!(out, "{}", paint.bold(&format!("{code}: {}", entry.meaning)))?;
        writeln!(out)?;
        write_field("means", [class_in_words(entry.class, entry.undetermined)], out)?;
        write_field("listed", listed_in_words(entry.listed), out)?;
        write_field("what to do", [entry.advice], out)?;
        write_field("rules", rules_about(entry), out)?;
        write_field("given by", apis.iter().map(|(title, _)| title), out)?;
        write_field("sources", sources(apis), out)?;
        writeln!(out)?;
    }
    let codes: Vec<&str> = known_codes().collect();
    writeln!(out, "Result codes: {}", codes.join(", "))
}

/// A field, each of its values on a line of its own.
fn write_field<T: AsRef<str>>(name: &str, values: impl IntoIterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    for (index, value) in values.into_iter().enumerate() {
        let name = if index == 0 { name } else { "" };
        writeln!(out, "  {}  {}", cell(name, "what to do".len()), value.as_ref())?;
    }
    Ok(())
}

/// Each source once, in the order of the APIs.
fn sources<'a>(apis: &[(&str, &'a ResultCode)]) -> Vec<&'a str> {
    let mut sources: Vec<&str> = Vec::new();
    for source in apis.iter().flat_map(|(_, entry)| entry.source.split("; ")) {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

fn class_in_words(class: CodeClass, undetermined: bool) -> String {
    let class = match class {
        CodeClass::Success => "success",
        CodeClass::Pending => "pending",
        CodeClass::Unknown => "unknown",
        CodeClass::Failure => "failure",
        CodeClass::Cancelled => "cancelled",
        CodeClass::Network => "network error",
        CodeClass::NotAllowed => "not allowed",
    };
    if undetermined { format!("{class}: nobody knows yet, the customer may have paid") } else { class.to_owned() }
}

/// The rules that watch what becomes of a code.
fn rules_about(code: &ResultCode) -> &'static [&'static str] {
    match code.class {
        _ if code.undetermined => &["pending-as-failure", "pending-not-distinguished", "pending-ignored"],
        CodeClass::Failure | CodeClass::Cancelled | CodeClass::Network
            if APIS.iter().any(|api| api.leads_its_class(code)) =>
        {
            &["unchecked-result-code", "failure-as-success"]
        }
        _ => &[],
    }
}

/// Which of the vendor's pages name a code; none where all do.
const fn listed_in_words(listed: Listed) -> Option<&'static str> {
    match listed {
        Listed::Everywhere => None,
        Listed::NotInOlderPages => Some("by the vendor's pages of today; older ones lack it"),
        Listed::OnlyInOlderPages => Some("only by older pages of the vendor; those of today lack it"),
        Listed::NotInAllPages => Some("not by all of the vendor's pages"),
    }
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
        undetermined: true,
        advice: "Ask your server.",
        listed: Listed::Everywhere,
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
            only_where_compared: false,
            build: None,
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
        let titles: Vec<(&str, Vec<&str>)> =
            found.iter().map(|m| (m.entry.meaning, m.apis.iter().map(|(title, _)| *title).collect())).collect();
        assert_eq!(titles, [("in process", vec!["Bridge", "Mini"]), ("pending", vec!["Kit"])]);
    }

    fn shown(apis: &[PaymentApi], code: &str) -> String {
        let mut out = Vec::new();
        write_code(code, &meanings(apis, code), Paint::new(false), &mut out).expect("a vector takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_code_says_what_to_do() {
        let text = shown(&[api("Bridge", &[CODE]), api("Mini", &[CODE])], "8000");
        assert!(text.starts_with("8000: in process\n"), "{text}");
        assert!(text.contains("  means       pending: nobody knows yet, the customer may have paid\n"), "{text}");
        assert!(text.contains("  what to do  Ask your server.\n"), "{text}");
        assert!(text.contains("  given by    Bridge\n              Mini\n"), "{text}");
        assert!(text.contains("  sources     https://example.org/codes\n\n"), "{text}");
        assert!(!text.contains("listed"), "{text}");
    }

    #[test]
    fn a_code_says_which_pages_name_it() {
        assert!(shown(APIS, "6004").contains("  listed      by the vendor's pages of today; older ones lack it\n"));
        assert!(shown(APIS, "7001").contains("  listed      only by older pages of the vendor"));
        // Of the APIs that give 99 only the mini-program's pages disagree.
        assert_eq!(shown(APIS, "99").matches("  listed      not by all of the vendor's pages\n").count(), 1);
        assert!(!shown(APIS, "9000").contains("listed"));
    }

    #[test]
    fn an_unknown_topic_is_shown_without_its_control_characters() {
        let text = unknown("\u{1b}[31mx");
        assert!(text.contains("<U+001B>[31mx"), "{text}");
        assert!(text.contains("`paylint rules` lists the rules"), "{text}");
    }

    #[test]
    fn the_rules_about_a_code_exist() {
        for entry in APIS.iter().flat_map(|api| api.codes) {
            for id in rules_about(entry) {
                assert!(Rule::find(id).is_some(), "{id}");
            }
        }
    }
}
