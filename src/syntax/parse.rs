//! One run of the parser: its configuration, the text it is given, and what it hands back. It lowers nothing.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use swc_common::comments::SingleThreadedComments;
use swc_common::{BytePos, Spanned};
use swc_ecma_ast::{EsVersion, Program};
use swc_ecma_parser::error::{Error, SyntaxError};
use swc_ecma_parser::{EsSyntax, Lexer, Parser, StringInput, Syntax, TsSyntax};

use super::{Comment, depth};
use crate::ir::{ScriptKind, Span};
use crate::limits::Budget;
use crate::source::{DecodedAttribute, Language};

/// Comments without this word say nothing to this program.
const DIRECTIVE: &str = "paylint";

/// The marks of HTML that begin comments of one line in a script.
const HTML_OPEN: &str = "<!--";
const HTML_CLOSE: &str = "-->";

/// The text of a script, and how its offsets become offsets of the file.
pub(super) struct Source<'a> {
    /// What is parsed.
    pub(super) text: &'a str,
    /// Where it begins in the file.
    start: u32,
    /// For each byte of the text, the offset in the file, where they don't simply follow `start`.
    offsets: Option<&'a [u32]>,
}

impl<'a> Source<'a> {
    /// A part of a file, some of it blanked out.
    pub(super) fn masked(text: &'a str, span: Span) -> Self {
        Self { text, start: span.start, offsets: None }
    }

    /// A part of a file.
    pub(super) fn part_of(text: &'a str, span: Span) -> Self {
        let part = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        Self { text: part, start: span.start, offsets: None }
    }

    /// An attribute's value.
    pub(super) fn decoded(value: &'a DecodedAttribute) -> Self {
        let start = value.offsets.first().copied().unwrap_or_default();
        Self { text: &value.text, start, offsets: Some(&value.offsets) }
    }

    /// The same place with another text of the same length.
    pub(super) const fn with_text<'b>(&self, text: &'b str) -> Source<'b>
    where
        'a: 'b,
    {
        Source { text, start: self.start, offsets: self.offsets }
    }

    /// The offset in the text of an offset of the file.
    pub(super) fn offset_of(&self, in_file: u32) -> usize {
        match self.offsets {
            Some(offsets) => offsets.partition_point(|offset| *offset < in_file),
            None => in_file.saturating_sub(self.start) as usize,
        }
    }

    /// The parser's position of the first byte; 0 would be its mark for "nowhere".
    pub(super) const fn low(&self) -> u32 {
        if self.offsets.is_some() { 1 } else { self.start + 1 }
    }

    /// The offset in the text of one of the parser's positions.
    pub(super) const fn offset(&self, position: BytePos) -> usize {
        position.0.saturating_sub(self.low()) as usize
    }

    /// The file's range for a range of offsets in the text. Code that is made of attributes has them in another order than
    /// the file perhaps: its condition may stand behind what it calls.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let (start, end) = (self.in_file(start), self.in_file(end.max(start)));
        Span::new(start.min(end), start.max(end))
    }

    /// The file's range for one of the parser's.
    pub(super) fn place(&self, span: swc_common::Span) -> Span {
        self.span(self.offset(span.lo), self.offset(span.hi))
    }

    /// The first line of the text, without the blanks around it.
    pub(super) fn first_line(&self) -> Span {
        let line = self.text.trim_start();
        let start = self.text.len() - line.len();
        self.span(start, start + line.lines().next().unwrap_or_default().trim_end().len())
    }

    fn in_file(&self, offset: usize) -> u32 {
        match self.offsets {
            Some(offsets) => offsets.get(offset).or(offsets.last()).copied().unwrap_or(self.start),
            None => self.start + offset as u32,
        }
    }
}

/// What the parser made of a text.
pub(super) struct Tree {
    /// Its tree.
    pub(super) program: Program,
    /// The comments, by place; none where no comment can matter.
    comments: Vec<swc_common::comments::Comment>,
    /// What the parser complained of and yet read.
    pub(super) recovered: Vec<Error>,
    /// How many tokens the text has, about.
    pub(super) tokens: u64,
}

impl Tree {
    /// The comments that name this program, by place in the file.
    pub(super) fn comments(&self, source: &Source<'_>) -> Vec<Comment> {
        let directives = self.comments.iter().filter(|comment| comment.text.contains(DIRECTIVE));
        directives.map(|c| Comment { span: source.place(c.span), text: c.text.to_string() }).collect()
    }
}

/// Why a text has no tree.
pub(super) enum Failure {
    /// It is too deep to be parsed.
    TooDeep(depth::Excess),
    /// It is wrong.
    Wrong(Error),
}

/// The grammars to try, the likeliest first.
pub(super) fn grammars(language: Language) -> &'static [Syntax] {
    const SCRIPT: Syntax = Syntax::Es(EsSyntax {
        jsx: true,
        fn_bind: false,
        decorators: true,
        decorators_before_export: true,
        export_default_from: true,
        import_attributes: true,
        allow_super_outside_method: true,
        allow_return_outside_function: true,
        auto_accessors: true,
        explicit_resource_management: true,
    });
    const fn types(tsx: bool) -> Syntax {
        Syntax::Typescript(TsSyntax {
            tsx,
            decorators: true,
            dts: false,
            no_early_errors: false,
            disallow_ambiguous_jsx_like: false,
        })
    }
    match language {
        Language::JavaScript => &const { [SCRIPT, types(true), types(false)] },
        Language::TypeScript => &const { [types(false), types(true)] },
        Language::Tsx => &const { [types(true), types(false)] },
    }
}

/// Runs the parser once over `text`, which is `source`'s or as long as it.
pub(super) fn attempt(
    text: &str,
    source: &Source<'_>,
    kind: Option<ScriptKind>,
    syntax: Syntax,
    budget: &Budget,
) -> Result<Tree, Failure> {
    let grammar = depth::Grammar { jsx: syntax.jsx(), types: syntax.typescript() };
    let tokens = depth::check(text, grammar, budget).map_err(Failure::TooDeep)?;
    let tree = Tree { tokens, ..run(text, source, kind, syntax)? };
    match as_line_comments(text, source, &tree.comments) {
        Some(text) => Ok(Tree { tokens, ..run(&text, source, kind, syntax)? }),
        None => Ok(tree),
    }
}

/// The text with `//` in the place of HTML's comment marks; none where there are none.
///
/// The parser takes a name that follows `<!--` or `-->` for one that begins with the whole comment.
fn as_line_comments(text: &str, source: &Source<'_>, comments: &[swc_common::comments::Comment]) -> Option<String> {
    let mut edited: Option<String> = None;
    for comment in comments {
        let start = source.offset(comment.span.lo);
        // The parser's comment begins behind the `<`, or behind the whole `-->`.
        for (mark, before, line) in [(HTML_OPEN, 1, "//--"), (HTML_CLOSE, 3, "// ")] {
            let range = start.wrapping_sub(before)..start.wrapping_sub(before).wrapping_add(mark.len());
            if text.get(range.clone()) == Some(mark) {
                edited.get_or_insert_with(|| text.to_owned()).replace_range(range, line);
            }
        }
    }
    edited
}

fn run(text: &str, source: &Source<'_>, kind: Option<ScriptKind>, syntax: Syntax) -> Result<Tree, Failure> {
    let comments = may_have_comments(text).then(SingleThreadedComments::default);
    let mut parser = parser(text, source, syntax, comments.as_ref());
    let program = match kind {
        None => parser.parse_program(),
        Some(ScriptKind::Module) => parser.parse_module().map(Program::Module),
        Some(ScriptKind::Classic | ScriptKind::Handler | ScriptKind::Template) => {
            parser.parse_script().map(Program::Script)
        }
    };
    let recovered = parser.take_errors();
    drop(parser);
    let program = program.map_err(Failure::Wrong)?;
    Ok(Tree { program, comments: comments.as_ref().map(in_order).unwrap_or_default(), recovered, tokens: 0 })
}

/// Whether there may be comments that matter: the parser copies each, so it is asked to only then.
fn may_have_comments(text: &str) -> bool {
    static MARKS: LazyLock<[Finder<'static>; 3]> =
        LazyLock::new(|| [DIRECTIVE, HTML_OPEN, HTML_CLOSE].map(Finder::new));
    MARKS.iter().any(|mark| mark.find(text.as_bytes()).is_some())
}

/// The offset in the text where the top-level statement begins that the parser cannot read.
pub(super) fn start_of_failing_statement(
    text: &str,
    source: &Source<'_>,
    kind: Option<ScriptKind>,
    syntax: Syntax,
) -> usize {
    let mut parser = parser(text, source, syntax, None);
    let _ = parser.parse_shebang();
    if kind.is_none_or(|kind| kind == ScriptKind::Module) {
        parser.allow_module_syntax();
    }
    let mut start = 0;
    loop {
        let before = source.offset(parser.cur_pos());
        if before < start || before >= text.len() {
            return start;
        }
        start = before;
        let read = match kind {
            None | Some(ScriptKind::Module) => parser.parse_module_item().map(drop),
            Some(ScriptKind::Classic | ScriptKind::Handler | ScriptKind::Template) => {
                parser.parse_stmt_list_item().map(drop)
            }
        };
        if read.is_err() || source.offset(parser.cur_pos()) == before {
            return start;
        }
    }
}

fn parser<'a>(
    text: &'a str,
    source: &Source<'_>,
    syntax: Syntax,
    comments: Option<&'a SingleThreadedComments>,
) -> Parser<Lexer<'a>> {
    let low = source.low();
    let input = StringInput::new(text, BytePos(low), BytePos(low + text.len() as u32));
    let comments = comments.map(|comments| comments as &dyn swc_common::comments::Comments);
    Parser::new_from(Lexer::new(syntax, EsVersion::latest(), input, comments))
}

fn in_order(comments: &SingleThreadedComments) -> Vec<swc_common::comments::Comment> {
    let (leading, trailing) = comments.borrow_all();
    let mut all: Vec<_> = leading.values().chain(trailing.values()).flatten().cloned().collect();
    all.sort_unstable_by_key(|comment| comment.span);
    // The parser may hang one comment both behind the token before it and before the token after it.
    all.dedup_by_key(|comment| comment.span);
    all
}

/// Whether a browser refuses a script for this complaint. Where that depends on what only the page knows (strict
/// mode, script or module), the answer is no.
pub(super) fn is_refused_by_browsers(error: &Error) -> bool {
    use SyntaxError as E;
    matches!(
        error.kind(),
        E::ConstDeclarationsRequireInitialization
            | E::TS1003
            | E::TS1005
            | E::TS1105
            | E::TS1107
            | E::TS1109
            | E::TS1115
            | E::TS1116
            | E::TS1123
            | E::TS1185
            | E::DuplicateLabel(_)
            | E::ExpectedIdent
            | E::InvalidPat
            | E::InvalidExpr
            | E::CommaAfterRestElement
            | E::NonLastRestParam
            | E::NullishCoalescingWithLogicalOp
            | E::UnterminatedStrLit
            | E::UnterminatedBlockComment
            | E::InvalidUnicodeEscape
            | E::InvalidIdentChar
            | E::AwaitInFunction
            | E::DuplicateConstructor
            | E::DuplicatedRegExpFlags(_)
            | E::AssignProperty
            | E::TaggedTplInOptChain
            | E::TooManyVarInForInHead
            | E::ReservedWordInObjShorthandOrPat
    )
}

/// Whether one of the complaints about a tree is that a block is still open at the end of the text.
pub(super) fn is_unclosed(error: &Error, source: &Source<'_>) -> bool {
    matches!(error.kind(), SyntaxError::Expected(token, _) if token == "}")
        && place_of(error, source) >= source.text.trim_end().len()
}

/// Where the parser stopped, as an offset in the text.
pub(super) fn place_of(error: &Error, source: &Source<'_>) -> usize {
    source.offset(error.span().lo).min(source.text.len())
}
