//! Which lines, and which parts of long lines, are shown around the labels of a report.

use unicode_width::UnicodeWidthChar as _;

use super::super::escape::is_hidden;
use super::{Mark, TAB};
use crate::ir::FileId;
use crate::project::{File, Project};
use crate::source::Line;

/// Columns of a line that are shown.
pub(super) const WIDTH: usize = 120;
/// A label that begins within these columns is shown with its line from the start.
const HEAD: usize = 80;
/// Columns before a label in the middle of a long line.
const LEAD: usize = 24;
/// Columns of a label that must fit beside another label's on the same clipped line.
const SHARE: usize = 16;
/// Labels at most this many lines apart share a window.
const GAP: u32 = 10;
/// A mark on its line.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    pub(super) order: usize,
    pub(super) line: u32,
    /// In UTF-16 units, from 1.
    pub(super) column: u32,
    /// Offsets in the file's text, both on the line.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
    pub(super) primary: bool,
}

/// What is shown of a line.
#[derive(Debug)]
pub(super) struct View {
    pub(super) line: u32,
    /// Offsets in the file's text.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) cut_left: bool,
    pub(super) cut_right: bool,
    /// By place, without overlap.
    pub(super) anchors: Vec<Anchor>,
}

/// The views of a window to be.
pub(super) struct Draft<'a> {
    pub(super) file: &'a File,
    pub(super) views: Vec<View>,
}

impl Draft<'_> {
    fn order(&self) -> (bool, usize) {
        let anchors = || self.views.iter().flat_map(|v| &v.anchors);
        (!anchors().any(|a| a.primary), anchors().map(|a| a.order).min().unwrap_or(usize::MAX))
    }
}

/// What to show for these marks: the window of the primary mark first, then in the order of the marks.
pub(super) fn drafts(project: &Project, marks: Vec<Mark>) -> Vec<Draft<'_>> {
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for (file, anchors) in by_file(project, marks) {
        drafts.extend(drafts_of(project.file(file), anchors));
    }
    drafts.sort_by_key(Draft::order);
    drafts
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
    let begins = anchor.start < view.to || (anchor.start == view.to && !view.cut_right);
    begins && advance(text, anchor.start, anchor.end, SHARE) <= view.to
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
pub(super) fn cells(c: char, column: usize) -> usize {
    match c {
        '\t' => TAB - column % TAB,
        c if is_hidden(c) => "<U+0000>".len() + usize::from(u32::from(c) > 0xffff),
        c => c.width().unwrap_or(0),
    }
}
