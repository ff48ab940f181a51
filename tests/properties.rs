//! What holds for any input: places lead back to the bytes, scripts are parts of their files, and the look of a program
//! (blanks, comments, the names of its own) changes nothing that is said of it. Generated programs are judged as they
//! run.

mod generated;

use encoding_rs::{BIG5, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8};
use std::path::Path;

use paylint::ir::ScriptKind;
use paylint::source::{FileKind, Line, Positions, blank_range, decode, fill_name, scripts_of};
use paylint::{Options, Run, Stdin};
use proptest::prelude::*;

use generated::Program;
use generated::judge::{judged_as_it_runs, said};
use generated::print::{Between, Style};

/// Texts with all kinds of line ends, and characters of one to four bytes.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("\t".to_owned()),
        "[ -~]{1,8}",
        "[支付成功失败確認]{1,4}",
        "[éß€😀𠮷]{1,3}",
        "[a-z]{900,1100}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// The offset of a line and column, as an editor goes there.
fn offset_of(positions: &Positions, line: u32, column: u32) -> Option<usize> {
    let span = positions.line_span(Line(line))?;
    let text = positions.text().get(span.start as usize..span.end as usize)?;
    let mut units = 1;
    for (at, character) in text.char_indices() {
        if units == column {
            return Some(span.start as usize + at);
        }
        units += character.len_utf16() as u32;
    }
    (units == column).then_some(span.end as usize)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn positions_lead_back_to_their_offsets(text in text()) {
        let decoded = decode(text.clone().into_bytes()).expect("no NUL bytes");
        prop_assert_eq!(&*decoded.text, text.as_str());
        let positions = Positions::new(decoded.text, decoded.stored);
        for (offset, character) in text.char_indices() {
            let point = positions.point(offset as u32);
            prop_assert_eq!(positions.stored(offset as u32).0, offset as u64);
            // Between the two characters of a line end no cursor can stand.
            let is_between = character == '\n' && text[..offset].ends_with('\r');
            let expected = if is_between { offset - 1 } else { offset };
            prop_assert_eq!(offset_of(&positions, point.line.0, point.column.0), Some(expected));
        }
    }

    #[test]
    fn stored_offsets_are_those_of_the_file_in_every_encoding(text in text(), choice in 0..8_usize) {
        let declared = |encoding: &'static Encoding| {
            let text = format!("/* charset={} */ {}", encoding.name(), text.replace('\u{2028}', " "));
            let (bytes, ..) = encoding.encode(&text);
            bytes.into_owned()
        };
        let (bytes, encoding): (Vec<u8>, &'static Encoding) = match choice {
            0 => (text.clone().into_bytes(), UTF_8),
            1 => ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), UTF_8),
            2 => ([0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(), encoding_rs::UTF_16LE),
            3 => ([0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(), encoding_rs::UTF_16BE),
            4 => (declared(GBK), GBK),
            5 => (declared(GB18030), GB18030),
            6 => (declared(BIG5), BIG5),
            _ => (declared(SHIFT_JIS), SHIFT_JIS),
        };
        let decoded = decode(bytes.clone()).expect("no NUL bytes");
        // What is all ASCII, or happens to be UTF-8, is taken as such.
        let encoding = Encoding::for_label(decoded.encoding.as_bytes()).filter(|e| *e == UTF_8).unwrap_or(encoding);
        prop_assert_eq!(decoded.encoding, encoding.name());
        let positions = Positions::new(decoded.text.clone(), decoded.stored);
        for (start, character) in decoded.text.char_indices() {
            let end = start + character.len_utf8();
            let (from, to) = (positions.stored(start as u32).0 as usize, positions.stored(end as u32).0 as usize);
            let (stored, _) = encoding.decode_without_bom_handling(&bytes[from..to]);
            prop_assert_eq!(&*stored, &decoded.text[start..end]);
        }
    }

    #[test]
    fn scripts_are_parts_of_their_files(pieces in prop::collection::vec(markup(), 0..30)) {
        let page = pieces.concat();
        for name in ["a.html", "a.vue", "a.js", "a.axml", "a.jsp", "a.php", "a.ftl", "a.vm", "a.ejs", "a.twig", "a.hbs", "a.tpl"] {
            let kind = FileKind::of(Path::new(name)).expect("a kind that is read");
            let mut before = 0;
            for script in scripts_of(kind, &page).inline {
                let (start, end) = (script.span.start, script.span.end);
                prop_assert!(start <= end && page.get(start as usize..end as usize).is_some());
                prop_assert!(start >= before || script.kind == Some(ScriptKind::Handler), "in the order of the page");
                before = before.max(start);
                let holes = script.template.map(|template| template.holes).unwrap_or_default();
                prop_assert!(holes.is_sorted_by(|a, b| a.span.end <= b.span.start));
                for hole in holes {
                    let inside = page.get(hole.span.start as usize..hole.span.end as usize);
                    prop_assert!(script.span.contains(hole.span) && inside.is_some_and(|text| !text.is_empty()));
                    let inside = inside.unwrap_or_default();
                    prop_assert_eq!(fill_name(inside, inside.len()).len(), inside.len());
                    prop_assert_eq!(blank_range(inside).len(), inside.len());
                }
                if let Some(decoded) = script.decoded {
                    prop_assert_eq!(decoded.offsets.len(), decoded.text.len() + 1);
                    prop_assert!(decoded.offsets.is_sorted() && decoded.offsets.last() == Some(&end));
                    prop_assert!(decoded.offsets.iter().all(|at| (start..=end).contains(at)));
                }
            }
        }
    }

    #[test]
    fn blanks_comments_and_names_change_no_finding(bytes in program_bytes(), style in style()) {
        let program = Program::of(&bytes);
        let plain = program.print(&Style { between: vec![Between::Blank], renamed: false });
        let other = program.print(&style);
        prop_assert_eq!(said(&plain), said(&other), "{}\n{}", plain.text, other.text);
    }

    #[test]
    fn what_is_shown_for_each_code_is_in_the_table(bytes in program_bytes()) {
        let program = Program::of(&bytes);
        let text = program.print(&Style { between: vec![Between::Blank], renamed: false });
        if let Err(why) = judged_as_it_runs(&program, &text) {
            return Err(TestCaseError::fail(format!("{why}\n{}", text.text)));
        }
    }

    #[test]
    fn any_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..400), name in 0..6_usize) {
        let name = ["a.js", "a.ts", "a.tsx", "a.jsx", "a.html", "a.vue"][name];
        let bytes = [bytes.as_slice(), b"\nmy.tradePay()"].concat();
        prop_assert_eq!(run(name, bytes).errors, []);
    }
}

fn markup() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("<script>".to_owned()),
        Just("</script>".to_owned()),
        Just("<script type=module lang=ts>".to_owned()),
        Just("<script src='a.js'>".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<p onclick=\"pay(&quot;支&quot;)\">".to_owned()),
        Just("<a href='javascript:f(%22)'>".to_owned()),
        Just("<template><div @click='a'>".to_owned()),
        Just("<textarea>".to_owned()),
        Just("<%= 支 %>".to_owned()),
        Just("<?php if ($a): ?>".to_owned()),
        Just("{{ a \"}}\" }}".to_owned()),
        Just("${a}".to_owned()),
        Just("{% if a %}".to_owned()),
        Just("<#if a>".to_owned()),
        Just("#if($a)".to_owned()),
        text(),
        "[<>/=\"'&;!? \0-]{1,6}",
    ]
}

fn program_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 20..300)
}

fn style() -> impl Strategy<Value = Style> {
    let between = prop_oneof![
        Just(Between::Nothing),
        Just(Between::Blank),
        Just(Between::LineEnd),
        Just(Between::Comment),
        Just(Between::LineComment),
    ];
    let between = prop::collection::vec(between, 1..20);
    (between, any::<bool>()).prop_map(|(between, renamed)| Style { between, renamed })
}

fn run(path: &str, bytes: Vec<u8>) -> Run {
    let stdin = Some(Stdin { path: path.to_owned(), bytes });
    paylint::run(&Options { stdin, isolated: true, ..Options::default() })
}
