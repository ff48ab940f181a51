//! Source lines with labels, as `miette` draws them: windows of a file around the labels, long lines clipped,
//! hidden characters made visible.
//!
//! All windows of a report live in one made-up text, each at offsets of its own, so that a report can show
//! several files and several parts of one line. Building a window looks at its own lines only, never at the
//! file from its start: the cost of a label does not grow with the file.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthChar as _;

use super::escape::{is_hidden, push_visible, visible};
use crate::ir::{FileId, Loc};
use crate::project::{File, Project};
use crate::source::Line;

/// Columns of a line that are shown.
const WIDTH: usize = 120;
/// A label that begins within these columns is shown with its line from the start.
const HEAD: usize = 80;
/// Columns before a label in the middle of a long line.
const LEAD: usize = 24;
/// Columns of a label that must fit beside another label's on the same clipped line.
const SHARE: usize = 16;
/// Labels at most this many lines apart share a window.
const GAP: u32 = 10;
/// Cells from one tab stop to the next, in windows and in what `miette` draws.
pub(super) const TAB: usize = 4;

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
        let mut drafts: Vec<Draft<'_>> = Vec::new();
        for (file, anchors) in by_file(project, marks) {
            drafts.extend(drafts_of(project.file(file), anchors));
        }
        drafts.sort_by_key(Draft::order);
        let mut snippets = Self { windows: Vec::new(), labels: Vec::new() };
        for draft in drafts {
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
                self.labels.push(label(anchor, base + start, end - start));
            }
        }
        self.windows.push(window);
    }
}

fn from_zero(number: u32) -> usize {
    number.saturating_sub(1) as usize
}

fn label(anchor: &Anchor, offset: usize, length: usize) -> LabeledSpan {
    let text = (!anchor.text.is_empty()).then(|| visible(&anchor.text).into_owned());
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

/// A mark on its line.
#[derive(Clone, Debug)]
struct Anchor {
    order: usize,
    line: u32,
    /// In UTF-16 units, from 1.
    column: u32,
    /// Offsets in the file's text, both on the line.
    start: usize,
    end: usize,
    text: String,
    primary: bool,
}

/// What is shown of a line.
#[derive(Debug)]
struct View {
    line: u32,
    /// Offsets in the file's text.
    from: usize,
    to: usize,
    cut_left: bool,
    cut_right: bool,
    /// By place, without overlap.
    anchors: Vec<Anchor>,
}

/// The views of a window to be.
struct Draft<'a> {
    file: &'a File,
    views: Vec<View>,
}

impl Draft<'_> {
    fn order(&self) -> (bool, usize) {
        let anchors = || self.views.iter().flat_map(|v| &v.anchors);
        (!anchors().any(|a| a.primary), anchors().map(|a| a.order).min().unwrap_or(usize::MAX))
    }
}

/// The marks of each file, by place.
fn by_file(project: &Project, marks: Vec<Mark>) -> Vec<(FileId, Vec<Anchor>)> {
    let mut files: Vec<(FileId, Vec<Anchor>)> = Vec::new();
    for (order, mark) in marks.into_iter().enumerate() {
        let id = mark.loc.file;
        let Some(anchor) = anchor(project.file(id), mark, order) else { continue };
        match files.iter_mut().find(|(known, _)| *known == id) {
            Some((_, anchors)) => anchors.push(anchor),
            None => files.push((id, vec![anchor])),
        }
    }
    for (_, anchors) in &mut files {
        anchors.sort_by_key(|a| (a.start, a.order));
    }
    files
}

fn anchor(file: &File, mark: Mark, order: usize) -> Option<Anchor> {
    let point = file.positions.point(mark.loc.span.start);
    let (line_start, line_end) = line_bounds(file, point.line.0)?;
    let text = &file.text;
    let start = text.floor_char_boundary(mark.loc.span.start as usize).clamp(line_start, line_end);
    let end = text.ceil_char_boundary(mark.loc.span.end as usize).clamp(start, line_end);
    let Mark { text, primary, .. } = mark;
    Some(Anchor { order, line: point.line.0, column: point.column.0, start, end, text, primary })
}

/// Where a line's text begins and ends, without its line end.
fn line_bounds(file: &File, line: u32) -> Option<(usize, usize)> {
    let span = file.positions.line_span(Line(line))?;
    let start = span.start as usize;
    let text = file.text.get(start..span.end as usize)?;
    Some((start, start + text.trim_end_matches(['\r', '\n']).len()))
}

/// The windows of one file. Lines shown from their start stand together where they are near; parts of long lines
/// stand alone.
fn drafts_of(file: &File, anchors: Vec<Anchor>) -> Vec<Draft<'_>> {
    let (near, alone): (Vec<View>, Vec<View>) = views_of(file, anchors).into_iter().partition(|v| !v.cut_left);
    let mut drafts: Vec<Draft<'_>> = alone.into_iter().map(|view| Draft { file, views: vec![view] }).collect();
    let mut group: Vec<View> = Vec::new();
    for view in near {
        if group.last().is_some_and(|last| view.line - last.line > GAP) {
            drafts.push(with_context(file, std::mem::take(&mut group)));
        }
        group.push(view);
    }
    if !group.is_empty() {
        drafts.push(with_context(file, group));
    }
    drafts
}

fn views_of(file: &File, anchors: Vec<Anchor>) -> Vec<View> {
    let mut views: Vec<View> = Vec::new();
    for anchor in anchors {
        let shared = views.last_mut().filter(|v| v.line == anchor.line && has_room(&file.text, v, &anchor));
        match shared {
            Some(view) => view.anchors.push(anchor),
            None => views.extend(view_of(file, anchor)),
        }
    }
    for view in &mut views {
        separate(view);
    }
    views
}

fn has_room(text: &str, view: &View, anchor: &Anchor) -> bool {
    anchor.start < view.to && advance(text, anchor.start, anchor.end, SHARE) <= view.to
}

/// The part of a line that shows this label.
fn view_of(file: &File, anchor: Anchor) -> Option<View> {
    let (line_start, line_end) = line_bounds(file, anchor.line)?;
    let text = &file.text;
    let is_in_head = advance(text, line_start, anchor.start, HEAD) == anchor.start;
    let from = if is_in_head { line_start } else { retreat(text, line_start, anchor.start, LEAD) };
    let to = advance(text, from, line_end, WIDTH);
    let (cut_left, cut_right) = (from > line_start, to < line_end);
    Some(View { line: anchor.line, from, to, cut_left, cut_right, anchors: vec![anchor] })
}

/// Labels of one line must not overlap: of two that begin together one is made, and a label ends where the next
/// one begins.
fn separate(view: &mut View) {
    let mut apart: Vec<Anchor> = Vec::with_capacity(view.anchors.len());
    for mut anchor in view.anchors.drain(..) {
        anchor.end = anchor.end.min(view.to);
        match apart.last_mut() {
            Some(last) if last.start == anchor.start => merge(last, anchor),
            Some(last) => {
                last.end = last.end.min(anchor.start);
                apart.push(anchor);
            }
            None => apart.push(anchor),
        }
    }
    view.anchors = apart;
}

fn merge(into: &mut Anchor, other: Anchor) {
    if other.primary && !other.text.is_empty() && other.text != into.text {
        into.text = format!("{}; {}", other.text, into.text);
    } else if other.text != into.text && !other.text.is_empty() {
        into.text = format!("{}; {}", into.text, other.text);
    }
    into.end = if other.primary { other.end } else { into.end.min(other.end).max(into.start) };
    into.primary |= other.primary;
    into.order = into.order.min(other.order);
}

/// All lines from the one before the first label to the one after the last; blank ones at the edges are left out.
fn with_context(file: &File, labelled: Vec<View>) -> Draft<'_> {
    let (Some(first), Some(last)) = (labelled.first().map(|v| v.line), labelled.last().map(|v| v.line)) else {
        return Draft { file, views: labelled };
    };
    let mut views = Vec::with_capacity((last - first + 3) as usize);
    let mut labelled = labelled.into_iter().peekable();
    for line in first.saturating_sub(1).max(1)..=last.saturating_add(1) {
        let is_edge = line < first || line > last;
        match labelled.next_if(|v| v.line == line) {
            Some(view) => views.push(view),
            None => views.extend(plain_view(file, line).filter(|v| !is_edge || !is_blank(file, v))),
        }
    }
    Draft { file, views }
}

fn plain_view(file: &File, line: u32) -> Option<View> {
    let (from, end) = line_bounds(file, line)?;
    let to = advance(&file.text, from, end, WIDTH);
    Some(View { line, from, to, cut_left: false, cut_right: to < end, anchors: vec![] })
}

fn is_blank(file: &File, view: &View) -> bool {
    file.text.get(view.from..view.to).is_none_or(|text| text.trim().is_empty())
}

/// The offset that lies `columns` cells after `from`, or `end` if that comes first.
fn advance(text: &str, from: usize, end: usize, columns: usize) -> usize {
    let mut column = 0;
    for (at, c) in text.get(from..end).unwrap_or_default().char_indices() {
        column += cells(c, column);
        if column > columns {
            return from + at;
        }
    }
    end
}

/// The offset that lies `columns` cells before `from`, or `start` if that comes first.
fn retreat(text: &str, start: usize, from: usize, columns: usize) -> usize {
    let mut column = 0;
    for (at, c) in text.get(start..from).unwrap_or_default().char_indices().rev() {
        column += cells(c, 0);
        if column > columns {
            return start + at + c.len_utf8();
        }
    }
    start
}

/// The cells that a character takes as it is shown.
fn cells(c: char, column: usize) -> usize {
    match c {
        '\t' => TAB - column % TAB,
        c if is_hidden(c) => "<U+0000>".len() + usize::from(u32::from(c) > 0xffff),
        c => c.width().unwrap_or(0),
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
    for c in text.get(from..to).unwrap_or_default().chars() {
        // Tabs stay: the drawing aligns them.
        if c == '\t' { out.push(c) } else { push_visible(out, c) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
