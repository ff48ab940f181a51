//! Decoding and the search for scripts in pages and components: every character has its place in the file as stored,
//! every script is a part of the text, and everything that is said of it lies within it.

#![no_main]

mod input;

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use paylint::ir::Span;
use paylint::limits::{Budget, Limits};
use paylint::source::{FileKind, Line, Positions, RawScript, blank_range, decode, fill_name, scripts_of};
use paylint::syntax::{on_large_stack, parse};

fuzz_target!(|data: &[u8]| {
    input::catch_panics();
    let Some((path, bytes)) = input::file(data) else { return };
    let Some(kind) = FileKind::of(Path::new(path)) else { return };
    let Ok(decoded) = decode(bytes.to_vec()) else { return };
    let text = decoded.text.clone();
    check_places(&Positions::new(decoded.text, decoded.stored), bytes.len() as u64);
    let page = scripts_of(kind, &text);
    assert!(page.loaded.iter().all(|loaded| text.is_char_boundary(loaded.at as usize)));
    // What markup and templates of components call is code that is made of their attributes.
    let is_made = matches!(kind, FileKind::Markup | FileKind::Component(_));
    for script in &page.inline {
        check_script(&text, script, is_made);
    }
    let limits = Limits::default();
    let parsed = on_large_stack(limits.stack(), || {
        page.inline.iter().map(|script| parse(&text, script, &Budget::full(limits))).collect::<Vec<_>>()
    });
    for (script, parsed) in page.inline.iter().zip(parsed.expect("a thread")) {
        let whole = Span::new(0, text.len() as u32);
        let bounds = if is_made && script.decoded.is_some() { whole } else { script.span };
        let inside = |span: Span| span.start <= span.end && bounds.contains(span);
        assert!(parsed.script.expr_spans.iter().chain(&parsed.script.stmt_spans).all(|span| inside(*span)));
        assert!(parsed.comments.iter().all(|comment| inside(comment.span)));
        assert!(parsed.problems.iter().all(|problem| inside(problem.span)), "{:?}", parsed.problems);
    }
});

/// Stored offsets grow with the text's, from its start to the end of the file, and each line is within its bounds.
fn check_places(positions: &Positions, stored: u64) {
    let text = positions.text();
    let mut last = 0;
    for (offset, _) in text.char_indices() {
        let at = positions.stored(offset as u32).0;
        assert!(at >= last && at < stored, "{at} behind {last} of {stored}");
        last = at;
        let point = positions.point(offset as u32);
        let line = positions.line_span(Line(point.line.0)).expect("a line of the text");
        assert!(line.start as usize <= offset && point.column.0 - 1 <= line.end - line.start);
    }
    assert_eq!(positions.stored(text.len() as u32).0, stored);
}

fn check_script(text: &str, script: &RawScript, is_made: bool) {
    let Span { start, end } = script.span;
    let mut free = start;
    for hole in script.template.iter().flat_map(|template| &template.holes) {
        let (from, to) = (hole.span.start, hole.span.end);
        assert!(free <= from && from < to && to <= end, "{from}..{to} behind {free} of {end}");
        let inside = text.get(from as usize..to as usize).expect("whole characters");
        assert_eq!(fill_name(inside, inside.len()).len(), inside.len());
        assert_eq!(blank_range(inside).len(), inside.len());
        free = to;
    }
    assert!(start <= end && text.get(start as usize..end as usize).is_some(), "{start}..{end}");
    let Some(decoded) = &script.decoded else { return };
    assert_eq!(decoded.offsets.len(), decoded.text.len() + 1);
    if is_made {
        let mut places = decoded.text.char_indices().map(|(at, _)| decoded.offsets[at]);
        assert!(places.all(|place| text.is_char_boundary(place as usize)));
        return;
    }
    assert!(decoded.offsets.is_sorted() && decoded.offsets.last() == Some(&end));
    for (at, character) in decoded.text.char_indices() {
        let place = decoded.offsets[at];
        assert!((start..end).contains(&place) && text.is_char_boundary(place as usize));
        // What no reference stands for is the file's own character.
        let stored = text[place as usize..].chars().next().expect("it is before the end");
        assert!(stored == character || matches!(stored, '&' | '%'), "{stored:?} for {character:?}");
    }
}
