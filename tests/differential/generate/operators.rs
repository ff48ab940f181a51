//! Operators on operands of every kind.

use super::Generator;
use crate::grammar::Ty;
use crate::parts;
use crate::tree::{Kind, Node};

/// Kinds of operands.
pub(crate) const KINDS: &[&str] = &["string", "number", "null", "undefined", "boolean", "object", "unknown"];

/// Operators with two operands, and what they give.
const BINARY: &[(&str, Ty)] = &[
    ("===", Ty::Truth),
    ("!==", Ty::Truth),
    ("==", Ty::Truth),
    ("!=", Ty::Truth),
    ("<", Ty::Truth),
    ("<=", Ty::Truth),
    (">", Ty::Truth),
    (">=", Ty::Truth),
    ("+", Ty::Any),
    ("-", Ty::Number),
    ("*", Ty::Number),
    ("/", Ty::Number),
    ("%", Ty::Number),
    ("**", Ty::Number),
    ("<<", Ty::Number),
    (">>", Ty::Number),
    (">>>", Ty::Number),
    ("&", Ty::Number),
    ("|", Ty::Number),
    ("^", Ty::Number),
    ("&&", Ty::Any),
    ("||", Ty::Any),
    ("??", Ty::Any),
];

/// Operators with two operands of which the second must be an object.
const ON_OBJECTS: &[&str] = &["in", "instanceof"];
const UNARY: &[(&str, Ty)] = &[
    ("!", Ty::Truth),
    ("-", Ty::Number),
    ("+", Ty::Number),
    ("~", Ty::Number),
    ("typeof ", Ty::Text),
    ("void ", Ty::Nothing),
];
/// Operators that assign.
pub(crate) const ASSIGNING: &[&str] =
    &["+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=", "??="];

/// An operator and the kinds of what it works on.
struct Check {
    op: &'static str,
    kinds: (&'static str, Option<&'static str>),
}

/// Every operator with every kind of operand.
fn checks() -> Vec<Check> {
    let mut all = Vec::new();
    let two = BINARY.iter().map(|(op, _)| *op).chain(ASSIGNING.iter().copied());
    for op in two {
        all.extend(KINDS.iter().flat_map(|a| KINDS.iter().map(move |b| Check { op, kinds: (a, Some(b)) })));
    }
    for op in ON_OBJECTS.iter().copied() {
        let objects = ["object", "unknown"];
        all.extend(KINDS.iter().flat_map(|a| objects.map(|b| Check { op, kinds: (a, Some(b)) })));
    }
    for (op, _) in UNARY.iter().copied() {
        all.extend(KINDS.iter().map(|a| Check { op, kinds: (a, None) }));
    }
    all
}

impl Check {
    /// As the table of what was covered names it.
    fn name(&self) -> String {
        match self.kinds {
            (a, Some(b)) => format!("{a} {} {b}", self.op),
            (a, None) => format!("{} {a}", self.op.trim()),
        }
    }
}

/// The names of all checks.
pub(crate) fn all_pairs() -> Vec<String> {
    checks().iter().map(Check::name).collect()
}

impl Generator<'_> {
    /// The check of this number: an operator on operands of its kinds, and what it gives.
    pub(super) fn numbered_check(&mut self, number: usize) -> Vec<Node> {
        let all = checks();
        let Check { op, kinds: (a, b) } = all[number % all.len()];
        let what = all[number % all.len()].name();
        let name = self.fresh("v");
        let mut nodes = Vec::new();
        match b {
            Some(b) if ASSIGNING.contains(&op) => {
                let (first, value) = (self.operand(a, 1), self.operand(b, 1));
                nodes.push(Node::new(Kind::Stmt, "let", parts![format!("let {name} = "), first, ";"]));
                nodes.push(Node::new(Kind::Stmt, &what, parts![format!("{name} {op} "), value, ";"]));
            }
            Some(b) => {
                let value = self.operator(&what, op, a, b, 1);
                nodes.push(Node::new(Kind::Stmt, "let", parts![format!("let {name} = "), value, ";"]));
            }
            None => {
                let operand = self.operand(a, 1);
                let value = Node::new(Kind::Expr, &what, parts![op, operand]);
                nodes.push(Node::new(Kind::Stmt, "let", parts![format!("let {name} = "), value, ";"]));
            }
        }
        self.declare(&name, Ty::Any, true);
        nodes.push(Node::probe(&name));
        nodes
    }

    fn operator(&mut self, what: &str, op: &str, a: &str, b: &str, depth: usize) -> Node {
        let left = self.operand(a, depth);
        if !ON_OBJECTS.contains(&op) {
            let right = self.operand(b, depth);
            return Node::new(Kind::Expr, what, parts![left, format!(" {op} "), right]);
        }
        let right = if op == "in" { self.operand(b, depth) } else { self.constructor(b) };
        let right = Node::new(Kind::Guard(if op == "in" { "O" } else { "N" }), "", parts![right]);
        Node::new(Kind::Expr, what, parts![left, format!(" {op} "), right])
    }

    /// Some operator on operands of some kinds, and what it gives.
    pub(super) fn operation(&mut self, depth: usize) -> (Node, Ty) {
        let (a, b) = (*self.random.pick(KINDS), *self.random.pick(KINDS));
        match self.random.below(10) {
            0 => {
                let (op, gives) = *self.random.pick(UNARY);
                let name = format!("{} {a}", op.trim());
                let operand = self.operand(a, depth);
                (Node::new(Kind::Expr, &name, parts![op, operand]), gives)
            }
            1 => {
                let (op, b) = (*self.random.pick(ON_OBJECTS), *self.random.pick(&["object", "unknown"]));
                (self.operator(&format!("{a} {op} {b}"), op, a, b, depth), Ty::Truth)
            }
            _ => {
                let (op, gives) = *self.random.pick(BINARY);
                (self.operator(&format!("{a} {op} {b}"), op, a, b, depth), gives)
            }
        }
    }

    /// An operator that gives a kind of value; some other expression where none does.
    pub(super) fn operation_giving(&mut self, ty: Ty, depth: usize) -> Option<Node> {
        for _ in 0..6 {
            let (node, gives) = self.operation(depth);
            if gives == ty || ty == Ty::Any {
                return Some(node);
            }
        }
        None
    }

    fn constructor(&mut self, kind: &str) -> Node {
        if kind == "unknown" {
            return self.unknown();
        }
        let name = *self.random.pick(&["Array", "Object", "Error", "Map", "Base", "Sub", "Old", "RegExp"]);
        Node::atom(name)
    }

    /// An expression that is surely of a kind.
    pub(super) fn operand(&mut self, kind: &str, depth: usize) -> Node {
        let depth = depth.saturating_sub(1);
        match kind {
            "string" => self.expr(Ty::Text, depth),
            "number" => self.expr(Ty::Number, depth),
            "null" => Node::atom("null"),
            "undefined" => Node::atom(*self.random.pick(&["undefined", "undefined", "void 0"])).in_parentheses(),
            "boolean" => self.expr(Ty::Truth, depth),
            "object" => {
                let ty = *self.random.pick(&[Ty::Object, Ty::Array, Ty::Object, Ty::Function, Ty::Map]);
                self.expr(ty, depth)
            }
            _ => self.unknown(),
        }
    }

    /// Something that nobody at hand knows.
    pub(super) fn unknown(&mut self) -> Node {
        if self.random.chance(20)
            && let Some(name) = self.name_of(Ty::Unknown)
        {
            return Node::atom(name);
        }
        Node::atom(format!("u{}", self.random.below(8)))
    }
}

impl Node {
    fn in_parentheses(mut self) -> Self {
        self.kind = Kind::Expr;
        self
    }
}
