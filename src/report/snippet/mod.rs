//! Source lines with labels, as `miette` draws them: windows of a file around the labels, long lines clipped,
//! hidden characters made visible.
//!
//! All windows of a report live in one made-up text, each at offsets of its own, so that a report can show
//! several files and several parts of one line. Building a window looks at its own lines only, never at the
//! file from its start: the cost of a label does not grow with the file.

mod layout;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::escape::{is_plain, push_visible, visible};
use super::table::cut;
use crate::ir::Loc;
use crate::project::Project;
use layout::{Anchor, Draft, View};

/// Cells from one tab stop to the next, in windows and in what `miette` draws.
pub(super) const TAB: usize = 4;

/// Cells of what is said at a place; longer texts are cut, since they begin as far to the right as the place stands.
const LABEL: usize = 60;

/// A place to show and what to say there.
pub(super) struct Mark {
    /// Where; of a place on several lines the first is shown.
    pub(super) loc: Loc,
    /// What is said at it.
    pub(super) text: String,
    /// Whether the window's heading gives this place.
    pub(super) primary: bool,
}

/// The windows of a report and the labels in them.
#[derive(Debug)]
pub(super) struct Snippets {
    windows: Vec<Window>,
    labels: Vec<LabeledSpan>,
}

/// Some lines of one file.
#[derive(Debug)]
struct Window {
    /// Where it begins in the made-up text.
    base: usize,
    name: String,
    /// From 0.
    first_line: usize,
    line_count: usize,
    text: String,
    /// For each label: its offset in `text`, and its line and column in the file, from 0.
    points: Vec<(usize, usize, usize)>,
}

impl Snippets {
    /// The windows that show these marks; that of the primary mark comes first, then the marks' own order.
    pub(super) fn new(project: &Project, marks: Vec<Mark>, ellipsis: &str) -> Self {
        let mut snippets = Self { windows: Vec::new(), labels: Vec::new() };
        for draft in layout::drafts(project, marks) {
            snippets.add(&draft, ellipsis);
        }
        snippets
    }

    /// The labels, at their offsets in the made-up text.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> {
        self.labels.iter().cloned()
    }

    fn add(&mut self, draft: &Draft<'_>, ellipsis: &str) {
        // One unit between windows, so that a label at the end of one is not at the start of the next.
        let base = self.windows.last().map_or(0, |w| w.base + w.text.len() + 1);
        let mut window = Window {
            base,
            name: visible(&draft.file.path).into_owned(),
            first_line: draft.views.first().map_or(0, |v| from_zero(v.line)),
            line_count: draft.views.len(),
            text: String::new(),
            points: Vec::new(),
        };
        for view in &draft.views {
            let spans = push_view(&mut window.text, &draft.file.text, view, ellipsis);
            for (anchor, (start, end)) in view.anchors.iter().zip(spans) {
                window.points.push((start, from_zero(anchor.line), from_zero(anchor.column)));
                self.labels.push(label(anchor, base + start, end - start, ellipsis));
            }
        }
        self.windows.push(window);
    }
}

fn from_zero(number: u32) -> usize {
    number.saturating_sub(1) as usize
}

fn label(anchor: &Anchor, offset: usize, length: usize, ellipsis: &str) -> LabeledSpan {
    let text = (!anchor.text.is_empty()).then(|| cut(&visible(&anchor.text), LABEL, ellipsis));
    let span = SourceSpan::from((offset, length));
    if anchor.primary { LabeledSpan::new_primary_with_span(text, span) } else { LabeledSpan::new_with_span(text, span) }
}

impl SourceCode for Snippets {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let window = self.windows.iter().rfind(|w| w.base <= start).ok_or(MietteError::OutOfBounds)?;
        if end > window.base + window.text.len() {
            // A span over two windows: they are drawn one after the other.
            return Err(MietteError::OutOfBounds);
        }
        // Without context it is asked for the heading: the label's own line and column.
        let point = window.points.iter().find(|(at, ..)| window.base + at == start);
        let (line, column) = match point {
            Some((_, line, column)) if context_lines_before == 0 && context_lines_after == 0 => (*line, *column),
            _ => (window.first_line, 0),
        };
        let whole = SourceSpan::from((window.base, window.text.len()));
        let name = window.name.clone();
        let data = window.text.as_bytes();
        Ok(Box::new(MietteSpanContents::new_named(name, data, whole, line, column, window.line_count)))
    }
}

/// Adds what is shown of a line and gives the places of its labels there.
fn push_view(out: &mut String, text: &str, view: &View, ellipsis: &str) -> Vec<(usize, usize)> {
    if view.cut_left {
        out.push_str(ellipsis);
    }
    let mut spans = Vec::with_capacity(view.anchors.len());
    let mut at = view.from;
    for anchor in &view.anchors {
        push_text(out, text, at, anchor.start);
        let start = out.len();
        push_text(out, text, anchor.start, anchor.end);
        spans.push((start, out.len()));
        at = anchor.end;
    }
    push_text(out, text, at, view.to);
    if view.cut_right {
        out.push_str(ellipsis);
    }
    out.push('\n');
    spans
}

fn push_text(out: &mut String, text: &str, from: usize, to: usize) {
    let text = text.get(from..to).unwrap_or_default();
    if is_plain(text) {
        return out.push_str(text);
    }
    for c in text.chars() {
        // Tabs stay: the drawing aligns them.
        if c == '\t' { out.push(c) } else { push_visible(out, c) }
    }
}

#[cfg(test)]
mod tests {
    use super::layout::{WIDTH, cells};
    use super::*;
    use crate::ir::FileId;
    use crate::report::samples::{find, project};

    fn mark(loc: Loc, text: &str, primary: bool) -> Mark {
        Mark { loc, text: text.to_owned(), primary }
    }

    /// Each window's text, and what each label underlines.
    fn drawn(project: &Project, marks: Vec<Mark>) -> (Vec<String>, Vec<String>) {
        let snippets = Snippets::new(project, marks, "…");
        let windows = snippets.windows.iter().map(|w| w.text.clone()).collect();
        let underlined = snippets.labels.iter().map(|label| {
            let window = snippets.windows.iter().rfind(|w| w.base <= label.offset()).expect("a window");
            let start = label.offset() - window.base;
            window.text[start..start + label.len()].to_owned()
        });
        let underlined = underlined.collect();
        (windows, underlined)
    }

    #[test]
    fn near_labels_share_a_window_and_far_ones_do_not() {
        let text = format!("a1\nb1\nc1\n{}z1\n", "x\n".repeat(20));
        let project = project(&[("a.js", &text)]);
        let marks = vec![
            mark(find(&project, 0, "b1"), "", true),
            mark(find(&project, 0, "c1"), "", false),
            mark(find(&project, 0, "z1"), "", false),
        ];
        let (windows, underlined) = drawn(&project, marks);
        assert_eq!(windows, ["a1\nb1\nc1\nx\n", "x\nz1\n"]);
        assert_eq!(underlined, ["b1", "c1", "z1"]);
    }

    #[test]
    fn the_primary_window_comes_first() {
        let project = project(&[("a.js", "first\n"), ("b.js", "second\n")]);
        let (windows, _) = drawn(
            &project,
            vec![mark(find(&project, 0, "first"), "", false), mark(find(&project, 1, "second"), "", true)],
        );
        assert_eq!(windows, ["second\n", "first\n"]);
    }

    #[test]
    fn long_lines_are_clipped_around_each_label() {
        let text = format!("{}fail('支付失败'){}done(){}", "支付;".repeat(5000), ";x=1".repeat(5000), ";".repeat(5000));
        let project = project(&[("bundle.js", &text)]);
        let (windows, underlined) = drawn(
            &project,
            vec![mark(find(&project, 0, "fail('支付失败')"), "", true), mark(find(&project, 0, "done()"), "", false)],
        );
        assert_eq!(underlined, ["fail('支付失败')", "done()"]);
        for window in &windows {
            let width: usize = window.trim_end().chars().map(|c| cells(c, 0)).sum();
            assert!(window.starts_with('…') && window.ends_with("…\n") && width <= WIDTH + 2, "{window}");
        }
        assert_eq!(windows.len(), 2);
    }

    #[test]
    fn labels_near_each_other_on_a_long_line_share_its_window() {
        let text = format!("{}if(ok)done();else fail(){}", "x=1;".repeat(500), ";x=1".repeat(500));
        let project = project(&[("bundle.js", &text)]);
        let (windows, underlined) = drawn(
            &project,
            vec![mark(find(&project, 0, "fail()"), "", true), mark(find(&project, 0, "ok"), "", false)],
        );
        assert_eq!(windows.len(), 1);
        assert_eq!(underlined, ["ok", "fail()"]);
    }

    #[test]
    fn the_end_of_a_line_shares_it_with_other_labels() {
        let project = project(&[("a.js", "call(\nlast\n")]);
        let end_of_line = Loc::new(FileId(0), crate::ir::Span::new(5, 5));
        let marks = [find(&project, 0, "call"), end_of_line, find(&project, 0, "last")];
        let (windows, underlined) = drawn(&project, marks.map(|loc| mark(loc, "", false)).into());
        assert_eq!(windows, ["call(\nlast\n"]);
        assert_eq!(underlined, ["call", "", "last"]);
    }

    #[test]
    fn overlapping_labels_are_taken_apart() {
        let project = project(&[("a.js", "call(function () { fail() })\n")]);
        let whole = find(&project, 0, "call(function () { fail() })");
        let inner = find(&project, 0, "fail()");
        let (_, underlined) =
            drawn(&project, vec![mark(inner, "effect", true), mark(whole, "site", false), mark(inner, "arm", false)]);
        assert_eq!(underlined, ["call(function () { ", "fail()"]);
        let labels: Vec<_> =
            Snippets::new(&project, vec![mark(inner, "effect", false), mark(inner, "arm", true)], "…").labels;
        assert_eq!(labels[0].label(), Some("arm; effect"));
    }

    #[test]
    fn places_on_several_lines_show_the_first() {
        let project = project(&[("a.js", "call({\r\n  a: 1\r\n})\r\n")]);
        let (windows, underlined) = drawn(&project, vec![mark(find(&project, 0, "call({\r\n  a: 1\r\n})"), "", true)]);
        assert_eq!(windows, ["call({\n  a: 1\n"]);
        assert_eq!(underlined, ["call({"]);
    }

    #[test]
    fn hidden_characters_are_shown_and_labels_stay_right() {
        let project = project(&[("a.js", "x\u{1b}[2J \u{202e}fail()\tok\n")]);
        let (windows, underlined) = drawn(&project, vec![mark(find(&project, 0, "fail()"), "", true)]);
        assert_eq!(windows, ["x<U+001B>[2J <U+202E>fail()\tok\n"]);
        assert_eq!(underlined, ["fail()"]);
    }

    #[test]
    fn an_empty_file_and_its_end_can_be_labelled() {
        for text in ["", "a\n"] {
            let project = project(&[("a.js", text)]);
            let end = u32::try_from(text.len()).expect("small");
            let loc = Loc::new(FileId(0), crate::ir::Span::new(end, end));
            let (windows, underlined) = drawn(&project, vec![mark(loc, "here", true)]);
            assert_eq!(windows.concat(), format!("{text}\n"));
            assert_eq!(underlined, [""]);
        }
    }
}
