//! `paylint audit` for people: one section for each call site with its guard, its order and its outcome table.

use std::io::{self, Write};

use super::escape::{known, visible};
use super::outcomes::{Row, Tally, certainty_in_words, reason_in_words, rows, unfollowed, why_opaque};
use super::table::{cell, cut, width};
use super::{Look, Paint, counted, incomplete, unread};
use crate::Run;
use crate::analysis::{Effect, Evidence, Outcome, ReadyFact, ReadyState, Site, TradeNo, TradeNoState, Verdict};
use crate::api::{APIS, PaymentApi};
use crate::ir::{FileId, Loc};
use crate::project::Project;

/// Columns of a code's meaning; longer ones are cut.
const MEANING: usize = 40;
/// Columns of a spelling; longer ones are cut.
const SPELLING: usize = 72;
/// Columns of a function's name; longer ones are cut.
const NAME: usize = 40;
/// Columns of a field's value, and of what stands at the right of the table; what does not fit goes on below.
const FIELD: usize = 110;
/// Functions that receive the result which are listed; more are counted.
const LISTED: usize = 5;
/// Columns of an effect's class.
const CLASS: usize = "navigates".len();

/// Writes a section for each call site, what could not be judged, and a summary.
///
/// # Errors
/// What the writer says.
pub fn write(run: &Run, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let sites = run.facts.iter().flat_map(|(_, facts)| &facts.sites);
    for (index, site) in sites.enumerate() {
        let page = Page { project: &run.project, home: site.call.file, look, paint: Paint::new(look.color) };
        page.write_site(index + 1, site, out)?;
        writeln!(out)?;
    }
    let paint = Paint::new(look.color);
    write_unread(run, paint, out)?;
    write_summary(run, paint, out)
}

fn write_unread(run: &Run, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in unread(run) {
        let file = run.project.file(diagnostic.primary.file);
        let point = file.positions.point(diagnostic.primary.span.start);
        let place = format!("{}:{}:{}", visible(&file.path), point.line.0, point.column.0);
        writeln!(out, "{} {place}: {}", paint.yellow("not judged whole:"), visible(&diagnostic.message))?;
    }
    if unread(run).next().is_some() { writeln!(out) } else { Ok(()) }
}

fn write_summary(run: &Run, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let tally = Tally::of(run);
    let looked_at = format!("({} looked at)", counted(run.files, "file"));
    if run.files == 0 {
        return writeln!(out, "nothing was checked {looked_at}{}", incomplete(run));
    }
    if tally.sites == 0 {
        return writeln!(out, "no payment call found {looked_at}{}", incomplete(run));
    }
    let files = run.facts.iter().filter(|(_, facts)| !facts.sites.is_empty()).count();
    let (calls, files) = (counted(tally.sites, "payment call"), counted(files, "file"));
    writeln!(out, "{calls} in {files} {looked_at}{}", incomplete(run))?;
    let faults = match tally.faults {
        0 => paint.green("no fault"),
        count => paint.red_bold(&counted(count, "fault")),
    };
    let undecided = match tally.undecided {
        0 => String::new(),
        count => format!(", {} undecided", paint.yellow(&count.to_string())),
    };
    writeln!(out, "outcomes: {} of {} decided{undecided}; {faults}", tally.decided(), tally.cells)
}

/// What a site's section needs at hand.
struct Page<'a> {
    project: &'a Project,
    /// The site's file: places in it need no path.
    home: FileId,
    look: Look,
    paint: Paint,
}

impl Page<'_> {
    fn write_site(&self, number: usize, site: &Site, out: &mut dyn Write) -> io::Result<()> {
        let within = site
            .function
            .as_deref()
            .map(|f| format!(" in {}", cut(&visible(f), NAME, self.ellipsis())))
            .unwrap_or_default();
        let heading = format!("{number}. {}  {}{within}", self.full_place(site.call), self.shorten(&site.spelling));
        writeln!(out, "{}", self.paint.bold(&heading))?;
        self.write_field("API", site.api.title, out)?;
        if !site.links.is_empty() {
            let steps: Vec<String> = site.links.iter().map(|e| self.evidence(e)).collect();
            self.write_steps("through: ", &steps, out)?;
        }
        self.write_field("ready", &self.ready(site), out)?;
        for evidence in &site.ready.evidence {
            self.write_field("", &format!("by: {}", self.evidence(evidence)), out)?;
        }
        if !site.ready.route.is_empty() {
            let steps: Vec<String> = site.ready.route.iter().map(|e| self.evidence(e)).collect();
            self.write_steps("on the way: ", &steps, out)?;
        }
        self.write_field("order", &self.trade_no(&site.trade_no), out)?;
        self.write_field("result", &self.receivers(site), out)?;
        writeln!(out)?;
        self.write_table(site, out)
    }

    fn write_field(&self, name: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "   {}  {value}", self.paint.dim(&cell(name, "result".len())))
    }

    /// Steps of a way: on one line, or one below the other where they do not fit.
    fn write_steps(&self, head: &str, steps: &[String], out: &mut dyn Write) -> io::Result<()> {
        let one_line = format!("{head}{}", steps.join(self.arrow()));
        if self.columns(&one_line) <= FIELD {
            return self.write_field("", &one_line, out);
        }
        for (index, step) in steps.iter().enumerate() {
            let margin = if index == 0 { head.to_owned() } else { format!("{:>1$}", self.arrow(), head.len()) };
            self.write_field("", &format!("{margin}{step}"), out)?;
        }
        Ok(())
    }

    /// The cells that a line takes; colours take none.
    fn columns(&self, line: &str) -> usize {
        if self.look.color { width(&anstream::adapter::strip_str(line).to_string()) } else { width(line) }
    }

    const fn arrow(&self) -> &'static str {
        if self.look.unicode { " → " } else { " -> " }
    }

    const fn ellipsis(&self) -> &'static str {
        if self.look.unicode { "…" } else { "..." }
    }

    fn shorten(&self, spelling: &str) -> String {
        cut(&known(spelling, self.ellipsis()), SPELLING, self.ellipsis())
    }

    /// `line:column`, with the path where it is another file's.
    fn place(&self, loc: Loc) -> String {
        if loc.file != self.home {
            return self.full_place(loc);
        }
        let point = self.project.file(loc.file).positions.point(loc.span.start);
        format!("{}:{}", point.line.0, point.column.0)
    }

    fn full_place(&self, loc: Loc) -> String {
        let file = self.project.file(loc.file);
        let point = file.positions.point(loc.span.start);
        format!("{}:{}:{}", visible(&file.path), point.line.0, point.column.0)
    }

    /// A place in the margin of a text.
    fn at(&self, loc: Loc) -> String {
        self.paint.cyan(&format!("({})", self.place(loc)))
    }

    fn evidence(&self, evidence: &Evidence) -> String {
        format!("{} {}", self.shorten(&evidence.what), self.at(evidence.loc))
    }

    fn ready(&self, site: &Site) -> String {
        let fact: &ReadyFact = &site.ready;
        let name = fact.state.as_str();
        let painted = match fact.state {
            ReadyState::Unguarded | ReadyState::Optional => self.paint.red_bold(name),
            ReadyState::Presence | ReadyState::Event | ReadyState::Unknown => self.paint.yellow(name),
            ReadyState::Ready | ReadyState::NotNeeded => self.paint.green(name),
        };
        format!("{painted}: {}", ready_in_words(fact.state, site.api))
    }

    fn trade_no(&self, fact: &TradeNo) -> String {
        let at = self.at(fact.loc);
        let name = fact.state.as_str();
        let text = |value: &str| self.shorten(value);
        match &fact.state {
            TradeNoState::Given { key, value } => {
                format!("{}: {} = {} {at}", self.paint.green(name), text(key), text(value))
            }
            TradeNoState::Absent => format!("{}: no key that the API takes {at}", self.paint.red_bold(name)),
            TradeNoState::Misspelt { found, expected } => {
                format!("{}: {} must be {expected} {at}", self.paint.red_bold(name), text(found))
            }
            TradeNoState::Empty { key, value } => {
                format!("{}: {} = {} {at}", self.paint.red_bold(name), text(key), text(value))
            }
            TradeNoState::NotAnObject { value } => format!("{}: {} {at}", self.paint.red_bold(name), text(value)),
            TradeNoState::Opaque { reason } => {
                format!("{}: {} {at}", self.paint.yellow(name), reason_in_words(*reason))
            }
        }
    }

    fn receivers(&self, site: &Site) -> String {
        let noun = if site.callbacks.len() == 1 { "function" } else { "functions" };
        let received = self.listed(&format!("received by the {noun} at "), &site.callbacks);
        let waited = self.listed("taken from a promise at ", &site.waiters);
        match (received, waited) {
            (None, None) => "nobody receives it".to_owned(),
            (Some(one), None) | (None, Some(one)) => one,
            (Some(received), Some(waited)) => format!("{received}, {waited}"),
        }
    }

    /// Some places, the first of them listed; none where there are none.
    fn listed(&self, head: &str, places: &[Loc]) -> Option<String> {
        let shown: Vec<String> = places.iter().take(LISTED).map(|loc| self.at(*loc)).collect();
        let more = match places.len().saturating_sub(LISTED) {
            0 => String::new(),
            count => format!(" and {}", counted(count, "other")),
        };
        (!places.is_empty()).then(|| format!("{head}{}{more}", shown.join(", ")))
    }

    fn write_table(&self, site: &Site, out: &mut dyn Write) -> io::Result<()> {
        let rows = rows(site);
        let codes = || rows.iter().flat_map(|row| &row.codes);
        let code_width = codes().map(|(code, _)| width(code)).max().unwrap_or(0).max("CODE".len());
        let meaning_width =
            codes().map(|(_, meaning)| width(meaning)).max().unwrap_or(0).clamp("MEANING".len(), MEANING);
        let widths = [code_width, meaning_width, "undecided".len()];
        let heading = columns(["CODE", "MEANING", "VERDICT"], widths) + "WHAT THE CODE DOES";
        writeln!(out, "   {}", self.paint.dim(&heading))?;
        for row in &rows {
            self.write_row(row, widths, out)?;
        }
        Ok(())
    }

    /// The codes stand one below the other at the left, what they do at the right.
    fn write_row(&self, row: &Row<'_>, widths: [usize; 3], out: &mut dyn Write) -> io::Result<()> {
        let [_, meaning_width, verdict_width] = widths;
        let effects = self.what_it_does(row.outcome);
        for line in 0..row.codes.len().max(effects.len()) {
            let (code, meaning) = row.codes.get(line).copied().unwrap_or_default();
            let meaning = cut(meaning, meaning_width, self.ellipsis());
            let verdict =
                if line == 0 { self.verdict(&row.outcome.verdict, verdict_width) } else { " ".repeat(verdict_width) };
            let left = columns([code, &meaning, &verdict], widths);
            let right = effects.get(line).map(String::as_str).unwrap_or_default();
            writeln!(out, "{}", format!("   {left}{right}").trim_end())?;
        }
        Ok(())
    }

    /// The verdict's cell. It is filled up before it is painted: colours take no columns, but count as text.
    fn verdict(&self, verdict: &Verdict, columns: usize) -> String {
        match verdict {
            Verdict::Ok => self.paint.green(&cell("ok", columns)),
            Verdict::Fault(_) => self.paint.red_bold(&cell("FAULT", columns)),
            Verdict::Undecided(_) => self.paint.yellow(&cell("undecided", columns)),
        }
    }

    fn what_it_does(&self, outcome: &Outcome) -> Vec<String> {
        let mut lines = Vec::new();
        for (index, effect) in outcome.effects.iter().enumerate() {
            self.push_effect(effect, outcome, outcome.verdict == Verdict::Fault(index), &mut lines);
            let next = outcome.effects.get(index + 1).and_then(|e| e.condition.as_ref());
            if let Some(condition) = effect.condition.as_ref().filter(|c| Some(*c) != next) {
                let text = self.paint.dim(&format!("decided by {}", self.shorten(&condition.spelling)));
                lines.push(indented(&format!("{text} {}", self.at(condition.loc))));
            }
        }
        for why in unfollowed(outcome) {
            let class = cell("unclear", CLASS);
            lines.push(format!("{class}  {} {}", reason_in_words(why.reason), self.at(why.loc)));
        }
        if lines.is_empty() {
            lines.push("nothing".to_owned());
        }
        lines
    }

    /// An effect with its words, its place and what makes it uncertain; what does not fit goes on below.
    fn push_effect(&self, effect: &Effect, outcome: &Outcome, is_fault: bool, lines: &mut Vec<String>) {
        let class = cell(effect.class.as_str(), CLASS);
        let class = if is_fault { self.paint.red_bold(&class) } else { class };
        let mut line = format!("{class}  {}", self.shorten(&effect.spelling));
        let mut add = |line: &mut String, separator: &str, part: &str| {
            if self.columns(line) + width(separator) + self.columns(part) > FIELD {
                lines.push(std::mem::replace(line, indented(part)));
            } else {
                *line += &format!("{separator}{part}");
            }
        };
        if let Some(text) = effect.text.as_deref().filter(|text| !text.is_empty() && !effect.spelling.contains(*text)) {
            add(&mut line, ": ", &format!("\"{}\"", self.shorten(text)));
        }
        line += &format!(" {}", self.at(effect.loc));
        if let Some(reason) = why_opaque(outcome, effect) {
            add(&mut line, ", ", reason);
        }
        if let Some(words) = certainty_in_words(effect.certainty) {
            add(&mut line, ", ", words);
        }
        lines.push(line);
    }
}

/// A line that belongs to the effect above it.
fn indented(text: &str) -> String {
    format!("{}{text}", " ".repeat(CLASS + 2))
}

fn columns(cells: [&str; 3], widths: [usize; 3]) -> String {
    let padded = cells.iter().zip(widths).map(|(text, width)| cell(text, width) + "  ");
    padded.collect()
}

fn ready_in_words(state: ReadyState, api: &PaymentApi) -> &'static str {
    match state {
        ReadyState::Unguarded => "nothing makes sure that the bridge is there",
        ReadyState::Optional => "without the bridge the payment silently never starts",
        ReadyState::Presence => "the bridge is tested, but nobody waits for it",
        ReadyState::Event => "waited for, but not tested first: the event may be over",
        ReadyState::Ready => "the bridge is tested and waited for",
        ReadyState::NotNeeded if waits_by_itself(api) => "the library waits for the bridge by itself",
        ReadyState::NotNeeded => "there is nothing to wait for",
        ReadyState::Unknown => "it depends on code that is not at hand",
    }
}

/// Whether an API stands on an injected object and waits for it: its own `ready` is known to.
fn waits_by_itself(api: &PaymentApi) -> bool {
    let object = |path: &'static str| path.split('.').next();
    let mut waits = APIS.iter().filter_map(|a| a.ready.as_ref()).flat_map(|ready| ready.waits);
    waits.any(|wait| api.calls.iter().any(|call| object(call.callee) == object(wait)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Certainty, FileFacts};
    use crate::report::escape::is_hidden;
    use crate::report::samples;

    const PLAIN: Look = Look { color: false, unicode: true };

    fn shown(run: &Run) -> String {
        samples::text(|out| write(run, PLAIN, out))
    }

    #[test]
    fn a_site_is_one_page() {
        insta::assert_snapshot!(shown(&samples::audit_run()));
    }

    #[test]
    fn colours_change_no_column() {
        let colored = samples::text(|out| write(&samples::audit_run(), Look { color: true, ..PLAIN }, out));
        assert!(colored.contains("\u{1b}[1;31mFAULT    \u{1b}[0m"), "{colored:?}");
        let stripped = anstream::adapter::strip_str(&colored).to_string();
        assert_eq!(stripped, shown(&samples::audit_run()));
    }

    #[test]
    fn an_uncertain_effect_says_so_and_its_text_is_shown() {
        let mut run = samples::audit_run();
        let effect = &mut run.facts[0].1.sites[0].outcomes[0].effects[0];
        effect.certainty = Certainty::UserChoice;
        effect.spelling = "toast(message)".to_owned();
        effect.text = Some("支付成功".to_owned());
        let text = shown(&run);
        assert!(
            text.contains("success    toast(message): \"支付成功\" (4:34), if the customer chooses so\n"),
            "{text}"
        );
    }

    #[test]
    fn no_line_is_longer_than_a_screen() {
        let mut run = samples::audit_run();
        let site = &mut run.facts[0].1.sites[0];
        let long = "支付n(t,e)&&".repeat(20);
        site.function = Some(long.clone());
        site.spelling.clone_from(&long);
        site.ready.route = vec![Evidence { what: long.clone(), ..site.ready.route[0].clone() }; 4];
        site.callbacks = vec![site.callbacks[0]; 40];
        let effect = &mut site.outcomes[0].effects[0];
        (effect.spelling, effect.text) = (long.clone(), Some(format!("{long}!")));
        effect.certainty = Certainty::Undecided;
        effect.condition.as_mut().expect("a condition").spelling = long;
        let text = shown(&run);
        for line in text.lines() {
            assert!(width(line) <= 160, "{} columns: {line}", width(line));
        }
        assert!(text.contains("            → 支付n"), "{text}");
        assert!(text.contains(" and 35 others\n"), "{text}");
    }

    #[test]
    fn what_needs_no_waiting_says_why() {
        let words = |id: &str| {
            let api = APIS.iter().find(|api| api.id == id).expect("the API is there");
            ready_in_words(ReadyState::NotNeeded, api)
        };
        assert_eq!(words("alipay-h5-library"), "the library waits for the bridge by itself");
        assert_eq!(words("alipay-mini-program"), "there is nothing to wait for");
        assert_eq!(words("taro"), "there is nothing to wait for");
    }

    #[test]
    fn hidden_characters_of_files_are_shown() {
        let mut run = samples::audit_run();
        let site = &mut run.facts[0].1.sites[0];
        site.spelling = "a\u{1b}[2J".to_owned();
        site.function = Some("f\u{202e}".to_owned());
        site.outcomes[1].effects[0].spelling = "toast('\u{7}')".to_owned();
        let text = shown(&run);
        assert!(!text.chars().any(|c| c != '\n' && is_hidden(c)), "{text:?}");
    }

    #[test]
    fn no_call_is_one_line() {
        let mut run = samples::run(samples::project(&[]), vec![]);
        run.facts = vec![(FileId(0), FileFacts::default())];
        assert_eq!(shown(&run), "nothing was checked (0 files looked at)\n");
        run.files = 57;
        assert_eq!(shown(&run), "no payment call found (57 files looked at)\n");
    }
}
