//! From the parser's tree to `ir`: one walk in the order of the source, one match per kind of node.
//!
//! Names are resolved on the way: each scope declares its names before anything in it is lowered (`hoist` finds
//! them), so a reference is looked up once, in a table of what every name means at that point. Left-deep chains
//! are lowered by a loop (`chains`), all else by recursion that the bound on depth keeps on the stack.

mod assignments;
mod chains;
mod classes;
mod enums;
mod expressions;
mod functions;
mod hoist;
mod holes;
mod jsx;
mod literals;
mod loops;
mod modules;
mod namespaces;
mod objects;
mod operators;
mod patterns;
mod rest;
mod scopes;
mod statements;
mod template;

use std::sync::{Arc, LazyLock};

use rustc_hash::{FxHashMap, FxHashSet};
use swc_ecma_ast::Program;

use super::parse::Source;
use super::template::Filled;
use crate::ir::{
    Argument, BindingId, Case, Expr, ExprId, FnId, FnKind, Function, List, NameId, Property, Script, ScriptKind, Span,
    Stmt, StmtId, Write,
};
use crate::source::RawScript;

/// The text that a tree was made of.
pub(super) struct Lowering<'a> {
    /// As it was parsed.
    pub(super) text: &'a str,
    /// As it is in the file.
    pub(super) source: &'a Source<'a>,
    /// What in it is a server's, in order.
    pub(super) filled: &'a [Filled],
}

/// Lowers the tree of a script.
pub(super) fn lower(program: &Program, lowering: Lowering<'_>, source: &RawScript) -> Script {
    let mut lowerer = Lowerer::new(lowering);
    lowerer.script.span = source.span;
    let kind = source.kind.unwrap_or_default();
    match program {
        Program::Script(script) => {
            let kind = if kind.is_handler() { kind } else { ScriptKind::Classic };
            lowerer.classic(&script.body, kind, script.span, &source.locals);
        }
        Program::Module(module) => lowerer.module(&module.body, module.span),
    }
    let script = lowerer.finish();
    if kind == ScriptKind::Template { template::with_context(script) } else { script }
}

/// Gives a script without a tree the empty body that every script has.
pub(super) fn with_empty_body(mut script: Script) -> Script {
    let kind = if script.kind.is_handler() { FnKind::Handler } else { FnKind::Script };
    script.functions.push(Function { kind, ..blank_function(script.span, kind) });
    script
}

fn blank_function(span: Span, kind: FnKind) -> Function {
    Function {
        name: None,
        span,
        kind,
        is_async: false,
        is_generator: false,
        params: List::default(),
        body: List::default(),
        hoisted: List::default(),
        self_binding: None,
        arguments: None,
        parent: None,
        exprs: (0, 0),
    }
}

/// A function that is being lowered.
struct Frame {
    id: FnId,
    kind: FnKind,
    /// Strict code: functions in blocks stay there.
    strict: bool,
    /// The first binding of its own scope; its own name, outside that scope, comes before.
    first_binding: u32,
    /// How far the table of names goes back when it is left.
    undo: usize,
    hoisted: Vec<(BindingId, FnId)>,
    /// Functions in blocks whose name is the whole function's.
    from_blocks: FxHashSet<BindingId>,
}

/// The state of one walk.
struct Lowerer<'a> {
    lowering: Lowering<'a>,
    script: Script,
    name_ids: FxHashMap<Arc<str>, NameId>,
    /// By name: what it means at this point of the walk.
    visible: Vec<Option<BindingId>>,
    /// What to put back into `visible` when scopes are left.
    undo: Vec<(NameId, Option<BindingId>)>,
    frames: Vec<Frame>,
    /// In order of the source; sorted by binding at the end.
    writes: Vec<(BindingId, Write)>,
    /// A function's own binding in its block, and the one of the same name in the function around.
    twins: FxHashMap<BindingId, BindingId>,
    // Lists under construction, one above the other.
    stmts: Vec<StmtId>,
    exprs: Vec<ExprId>,
    arguments: Vec<Argument>,
    properties: Vec<Property>,
    cases: Vec<Case>,
}

/// Names that lowering itself asks for: the first of every script, in the order of `word`'s ids. Most scripts are
/// the few characters of a handler, so they are made once for all.
static WORDS: LazyLock<[Arc<str>; 7]> =
    LazyLock::new(|| ["", "undefined", "NaN", "Infinity", "arguments", "jsx", "default"].map(Arc::from));

/// The ids of `WORDS`.
mod word {
    use crate::ir::NameId;

    pub(super) const EMPTY: NameId = NameId(0);
    pub(super) const UNDEFINED: NameId = NameId(1);
    pub(super) const NOT_A_NUMBER: NameId = NameId(2);
    pub(super) const INFINITY: NameId = NameId(3);
    pub(super) const ARGUMENTS: NameId = NameId(4);
    pub(super) const JSX: NameId = NameId(5);
    pub(super) const DEFAULT: NameId = NameId(6);
}

/// Measured on small files; long ones repeat their names.
const BYTES_PER_NAME: usize = 32;
const MANY_NAMES: usize = 4_096;

/// A script with room for what a text of this length usually becomes.
fn with_room(text_length: usize, names: usize) -> Script {
    let mut script = Script::default();
    script.names.reserve(names);
    // Measured on bundles: about one expression for ten bytes.
    script.exprs.reserve(text_length / 10);
    script.expr_spans.reserve(text_length / 10);
    script.stmts.reserve(text_length / 64);
    script.stmt_spans.reserve(text_length / 64);
    script.stmt_lists.reserve(text_length / 64);
    script.arguments.reserve(text_length / 64);
    script.bindings.reserve(text_length / 128);
    script
}

/// Moves what needs clearly less room than it has: to shrink it where it is gives no memory back.
fn give_up_room<T>(list: &mut Vec<T>) {
    if list.capacity() - list.len() > list.len() / 8 {
        let mut exact = Vec::with_capacity(list.len());
        exact.append(list);
        *list = exact;
    }
}

impl<'a> Lowerer<'a> {
    fn new(lowering: Lowering<'a>) -> Self {
        let text_length = lowering.text.len();
        let names = (text_length / BYTES_PER_NAME).min(MANY_NAMES) + WORDS.len();
        let mut lowerer = Self {
            lowering,
            script: with_room(text_length, names),
            name_ids: FxHashMap::with_capacity_and_hasher(names, Default::default()),
            visible: Vec::with_capacity(names),
            undo: Vec::new(),
            frames: Vec::new(),
            writes: Vec::new(),
            twins: FxHashMap::default(),
            stmts: Vec::new(),
            exprs: Vec::new(),
            arguments: Vec::new(),
            properties: Vec::new(),
            cases: Vec::new(),
        };
        for word in WORDS.iter() {
            lowerer.new_name(Arc::clone(word));
        }
        lowerer
    }

    /// Puts the writes where their bindings find them, and gives up spare room.
    fn finish(mut self) -> Script {
        self.writes.sort_by_key(|(binding, _)| *binding);
        self.script.writes.reserve_exact(self.writes.len());
        for run in self.writes.chunk_by(|(a, _), (b, _)| a == b) {
            let list = List::push_all(&mut self.script.writes, run.iter().map(|(_, write)| *write));
            if let Some(binding) = run.first().and_then(|(id, _)| self.script.bindings.get_mut(id.index())) {
                binding.writes = list;
            }
        }
        let script = &mut self.script;
        give_up_room(&mut script.exprs);
        give_up_room(&mut script.expr_spans);
        give_up_room(&mut script.stmts);
        give_up_room(&mut script.stmt_spans);
        give_up_room(&mut script.stmt_lists);
        give_up_room(&mut script.expr_lists);
        give_up_room(&mut script.arguments);
        give_up_room(&mut script.properties);
        give_up_room(&mut script.bindings);
        give_up_room(&mut script.functions);
        give_up_room(&mut script.names);
        self.script
    }

    // Nodes.

    fn name(&mut self, text: &str) -> NameId {
        if let Some(&id) = self.name_ids.get(text) {
            return id;
        }
        self.new_name(text.into())
    }

    fn new_name(&mut self, text: Arc<str>) -> NameId {
        let id = NameId(self.script.names.len() as u32);
        self.script.names.push(Arc::clone(&text));
        self.name_ids.insert(text, id);
        self.visible.push(None);
        id
    }

    fn span(&self, span: swc_common::Span) -> Span {
        self.lowering.source.place(span)
    }

    fn push(&mut self, expr: Expr, span: Span) -> ExprId {
        let id = ExprId(self.script.exprs.len() as u32);
        self.script.exprs.push(expr);
        self.script.expr_spans.push(span);
        id
    }

    fn string(&mut self, text: &str, span: Span) -> ExprId {
        let name = self.name(text);
        self.push(Expr::String(name), span)
    }

    /// Makes a statement and adds it to the list under construction.
    fn emit(&mut self, stmt: Stmt, span: Span) {
        let id = self.make(stmt, span);
        self.stmts.push(id);
    }

    /// Makes a statement without adding it to a list.
    fn make(&mut self, stmt: Stmt, span: Span) -> StmtId {
        let id = StmtId(self.script.stmts.len() as u32);
        self.script.stmts.push(stmt);
        self.script.stmt_spans.push(span);
        id
    }

    /// Ends the list of statements that was begun when `self.stmts` had `mark` elements.
    fn stmts_since(&mut self, mark: usize) -> List<StmtId> {
        List::push_all(&mut self.script.stmt_lists, self.stmts.drain(mark..))
    }

    fn exprs_since(&mut self, mark: usize) -> List<ExprId> {
        List::push_all(&mut self.script.expr_lists, self.exprs.drain(mark..))
    }

    fn arguments_since(&mut self, mark: usize) -> List<Argument> {
        List::push_all(&mut self.script.arguments, self.arguments.drain(mark..))
    }

    fn properties_since(&mut self, mark: usize) -> List<Property> {
        List::push_all(&mut self.script.properties, self.properties.drain(mark..))
    }

    fn write(&mut self, binding: BindingId, write: Write) {
        self.writes.push((binding, write));
    }
}
