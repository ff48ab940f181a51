//! The lint's findings for people, drawn by `miette`: what happens to the customer, the code with labels, and
//! what to write instead.

use std::fmt;
use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};
use rayon::prelude::*;

use super::escape::visible;
use super::snippet::{Mark, Snippets, TAB};
use super::{Look, Paint, counted, incomplete};
use crate::Run;
use crate::diagnostic::{Diagnostic, Related, Severity};
use crate::ir::{FileId, Loc};
use crate::project::Project;

/// Columns in which messages are set.
const TEXT_WIDTH: usize = 100;
/// Findings that are drawn before they are written, on all cores.
const AT_ONCE: usize = 256;
/// Fewer are not worth starting threads.
const FEW: usize = 16;
/// Related places that are drawn; more are listed.
const DRAWN: usize = 8;
/// Related places that are listed beside those that are drawn; more are counted.
const LISTED: usize = 20;

/// Writes the findings of a run and a summary.
///
/// # Errors
/// What the writer says.
pub fn write(run: &Run, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let handler = handler(look);
    let drawn = |diagnostic: &Diagnostic| {
        let mut text = Vec::new();
        draw(run, diagnostic, &handler, look, &mut text).map(|()| text)
    };
    for part in run.diagnostics.chunks(AT_ONCE) {
        let texts: Vec<io::Result<Vec<u8>>> = match part {
            few if few.len() < FEW => few.iter().map(drawn).collect(),
            all => run.on_its_threads(|| all.par_iter().map(drawn).collect()),
        };
        for text in texts {
            out.write_all(&text?)?;
        }
    }
    writeln!(out, "{}", summary(run, Paint::new(look.color)))
}

/// Draws one finding.
fn draw(
    run: &Run,
    diagnostic: &Diagnostic,
    handler: &GraphicalReportHandler,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown = Shown::new(&run.project, diagnostic, look);
    let mut text = String::new();
    handler.render_report(&mut text, &shown).map_err(io::Error::other)?;
    // The drawing leaves spaces at line ends.
    for line in text.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    write_more(run, diagnostic, look, out)?;
    writeln!(out)
}

fn handler(look: Look) -> GraphicalReportHandler {
    let theme = GraphicalTheme {
        characters: if look.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: if look.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(TEXT_WIDTH)
        // Lines end between words alone: quoted code and Chinese texts are not torn apart.
        .with_word_separator(textwrap::WordSeparator::AsciiSpace)
        .with_context_lines(1)
        .tab_width(TAB)
        .with_urls(false)
        .without_syntax_highlighting()
        .without_cause_chain()
}

/// The places that are not drawn, and where to read on.
fn write_more(run: &Run, diagnostic: &Diagnostic, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(look.color);
    let rest = diagnostic.related.iter().skip(DRAWN).filter(|related| related.loc != diagnostic.primary);
    for related in rest.clone().take(LISTED) {
        writeln!(out, "  also: {}: {}", paint.cyan(&place(&run.project, related.loc)), visible(&related.message))?;
    }
    let uncounted = rest.count().saturating_sub(LISTED);
    if uncounted > 0 {
        writeln!(out, "  also: {}", counted(uncounted, "more place"))?;
    }
    writeln!(out, "{}", paint.dim(&format!("  more: paylint explain {}", diagnostic.rule.id)))
}

/// `path:line:column`.
fn place(project: &Project, loc: Loc) -> String {
    let file = project.file(loc.file);
    let point = file.positions.point(loc.span.start);
    format!("{}:{}:{}", visible(&file.path), point.line.0, point.column.0)
}

fn summary(run: &Run, paint: Paint) -> String {
    let of = |severity| run.diagnostics.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let looked_at = format!("({} looked at)", counted(run.files, "file"));
    let counts = match (errors, warnings) {
        (0, 0) if run.files == 0 => paint.yellow("nothing was checked"),
        (0, 0) => paint.green("no problems found"),
        (_, 0) => paint.red_bold(&counted(errors, "error")),
        (0, _) => paint.yellow(&counted(warnings, "warning")),
        _ => format!("{}, {}", paint.red_bold(&counted(errors, "error")), paint.yellow(&counted(warnings, "warning"))),
    };
    let files = match files_with_findings(run) {
        0 => String::new(),
        files => format!(" in {}", counted(files, "file")),
    };
    format!("{counts}{files} {looked_at}{}", incomplete(run))
}

fn files_with_findings(run: &Run) -> usize {
    let mut files: Vec<FileId> = run.diagnostics.iter().map(|d| d.primary.file).collect();
    files.sort_unstable();
    files.dedup();
    files.len()
}

/// A finding as `miette` wants it.
#[derive(Debug)]
struct Shown {
    code: String,
    message: String,
    severity: Severity,
    help: Option<String>,
    /// None for a finding about a file that was not read: there is nothing to show of it.
    snippets: Option<Snippets>,
}

impl Shown {
    fn new(project: &Project, diagnostic: &Diagnostic, look: Look) -> Self {
        let primary = Mark { loc: diagnostic.primary, text: diagnostic.label.clone(), primary: true };
        let related = diagnostic.related.iter().take(DRAWN).map(related_mark);
        let marks = std::iter::once(primary).chain(related).collect();
        let file = project.file(diagnostic.primary.file);
        let is_unread = file.text.is_empty() && diagnostic.related.is_empty();
        let about = if is_unread { format!("{}: ", visible(&file.path)) } else { String::new() };
        Self {
            code: format!("{}[{}]", diagnostic.severity.as_str(), diagnostic.rule.id),
            message: format!("{about}{}", visible(&diagnostic.message)),
            severity: diagnostic.severity,
            help: diagnostic.help.as_deref().map(visible_lines),
            snippets: (!is_unread).then(|| Snippets::new(project, marks, if look.unicode { "…" } else { "..." })),
        }
    }
}

fn related_mark(related: &Related) -> Mark {
    let text = if related.message.is_empty() { related.role.as_str() } else { &related.message };
    Mark { loc: related.loc, text: text.to_owned(), primary: false }
}

/// Help may have several lines.
fn visible_lines(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display + 'a>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippets.as_ref().map(|snippets| snippets as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippets = self.snippets.as_ref()?;
        Some(Box::new(snippets.labels()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Role;
    use crate::report::samples;

    const PLAIN: Look = Look { color: false, unicode: true };

    fn shown(run: &Run) -> String {
        samples::text(|out| write(run, PLAIN, out))
    }

    #[test]
    fn columns_and_underlines_are_right_under_wide_characters() {
        insta::assert_snapshot!(shown(&samples::wide_run()));
    }

    #[test]
    fn several_files_stand_one_after_the_other() {
        insta::assert_snapshot!(shown(&samples::two_file_run()));
    }

    #[test]
    fn a_one_line_bundle_shows_what_matters() {
        let text = format!(
            "{}AlipayJSBridge.call(\"tradePay\",t,function(e){{{}\"9000\"==e.resultCode?o():n(\"支付失败\")}}){}",
            "!function(){var a=1}();".repeat(300),
            "console.log(1);".repeat(40),
            ";a=2".repeat(2000)
        );
        let project = samples::project(&[("dist/app.min.js", &text)]);
        let mut finding = samples::diagnostic(
            samples::find(&project, 0, "n(\"支付失败\")"),
            "8000 ends here",
            "8000 reaches `n(\"支付失败\")`",
        );
        finding.related = vec![
            samples::related(
                samples::find(&project, 0, "AlipayJSBridge.call(\"tradePay\",t,"),
                Role::Site,
                "the payment",
            ),
            samples::related(samples::find(&project, 0, "\"9000\"==e.resultCode"), Role::Condition, "false for 8000"),
        ];
        insta::assert_snapshot!(shown(&samples::run(project, vec![finding])));
    }

    #[test]
    fn a_file_that_was_not_read_shows_no_code() {
        let project = samples::project(&[("blob.js", "")]);
        let start = Loc::new(FileId(0), crate::ir::Span::new(0, 0));
        let text = shown(&samples::run(project, vec![samples::diagnostic(start, "not judged", "it is binary")]));
        assert!(text.contains("  × blob.js: it is binary\n"), "{text}");
        assert!(!text.contains("not judged") && !text.contains('│'), "{text}");
    }

    #[test]
    fn tabs_line_ends_and_escape_sequences_do_no_harm() {
        let project =
            samples::project(&[("a\u{1b}[31m.js", "\tif (x) {\r\n\t\t\u{1b}]0;title\u{7}fail('支付')\r\n\t}\r\n")]);
        let finding =
            samples::diagnostic(samples::find(&project, 0, "fail('支付')"), "l\u{202e}abel", "says `\u{9b}2J`");
        let text = shown(&samples::run(project, vec![finding]));
        assert!(!text.chars().any(|c| c != '\n' && super::super::escape::is_hidden(c)), "{text:?}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn ascii_terminals_get_ascii_lines() {
        let text = samples::text(|out| write(&samples::two_file_run(), Look { color: false, unicode: false }, out));
        let drawn: String = text.replace("支付失败", "");
        assert!(drawn.is_ascii(), "{drawn}");
    }

    #[test]
    fn colours_are_there_only_when_asked_for() {
        assert!(!shown(&samples::two_file_run()).contains('\u{1b}'));
        let text = samples::text(|out| write(&samples::two_file_run(), Look { color: true, unicode: true }, out));
        assert!(text.contains("\u{1b}[31m"), "{text:?}");
    }

    #[test]
    fn many_related_places_are_listed_and_counted() {
        let lines: String = (0..40).map(|i| format!("pay{i:02}();\n")).collect();
        let project = samples::project(&[("a.js", &lines)]);
        let mut finding = samples::diagnostic(samples::find(&project, 0, "pay00"), "", "message");
        finding.related = (1..40)
            .map(|i| samples::related(samples::find(&project, 0, &format!("pay{i:02}")), Role::Site, "a site"))
            .collect();
        // What the finding points at already is not listed again.
        finding.related.push(samples::related(samples::find(&project, 0, "pay00"), Role::Effect, "an effect"));
        let text = shown(&samples::run(project, vec![finding]));
        assert!(text.contains("  also: a.js:10:1: a site\n"), "{text}");
        assert!(text.contains("  also: 11 more places\n"), "{text}");
    }

    /// Texts and places without rhyme or reason, the same in each run.
    #[test]
    fn any_place_of_any_text_can_be_drawn() {
        // Line ends stand last, so that every other text is a single line.
        const PIECES: &[&str] = &[
            "a",
            "支付",
            "😀",
            "\t",
            "\u{301}",
            "\u{202e}",
            "\u{1b}[0m",
            "x=1;x=1;",
            "\u{2028}",
            "",
            "\n",
            "\r\n",
            "\r",
        ];
        let mut seed = 1_u32;
        let mut random = |limit: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % limit
        };
        for round in 0..500 {
            let pieces = &PIECES[..PIECES.len() - 3 * (round % 2)];
            let text: String = (0..random(400)).map(|_| pieces[random(pieces.len())]).collect();
            let project = samples::project(&[("a.js", &text)]);
            let mut place = || {
                let (a, b) = (random(text.len() + 1), random(text.len() + 1));
                let offset = |at: usize| u32::try_from(text.floor_char_boundary(at)).expect("small");
                Loc::new(FileId(0), crate::ir::Span::new(offset(a.min(b)), offset(a.max(b))))
            };
            let mut finding = samples::diagnostic(place(), "the primary place", "message");
            finding.related = (0..4).map(|_| samples::related(place(), Role::Note, "")).collect();
            let text = shown(&samples::run(project, vec![finding]));
            assert!(text.contains("the primary place"), "{text}");
            assert!(!text.chars().any(|c| c != '\n' && super::super::escape::is_hidden(c)), "{text:?}");
        }
    }

    #[test]
    fn the_summary_counts() {
        let plain = Paint::new(false);
        assert_eq!(summary(&samples::wide_run(), plain), "1 error in 1 file (1 file looked at)");
        assert_eq!(
            summary(&samples::run(samples::project(&[]), vec![]), plain),
            "nothing was checked (0 files looked at)"
        );
        let mut run = samples::two_file_run();
        let mut warning = run.diagnostics[0].clone();
        warning.severity = Severity::Warning;
        run.diagnostics.push(warning);
        run.files = 57;
        assert_eq!(summary(&run, plain), "1 error, 1 warning in 1 file (57 files looked at)");
        let failed = "nothing was checked (0 files looked at); 2 errors of the run itself";
        assert_eq!(summary(&samples::failed_run(), plain), failed);
    }
}
