//! Expressions of a wanted kind: literals, names, operators, and the forms of the grammar.

use super::Generator;
use crate::grammar::{Hole, Piece, Ty};
use crate::parts;
use crate::tree::{Kind, Node, Part};

const TEXTS: &[&str] = &[
    "''", "'9000'", "'8000'", "'6001'", "'abc'", "'支付'", "'0'", "' 8 '", "'true'", "'a'", "'b'", "'1,2'", "'Red'",
    "'90'",
];
const NUMBERS: &[&str] = &["0", "1", "2", "-1", "9000", "8000", "0.5", "3", "NaN", "1e21", "10"];
const KEYS: &[&str] = &["a", "b", "k"];
const PATTERNS: &[&str] = &["/^9/", "/0+/g", "/(8)(0)?/", "/[a-z]/i", "/支付/", "/^$/", "/^(9000|8000)$/", "/\\d{2}/"];

impl Generator<'_> {
    /// An expression of a kind.
    pub(super) fn expr(&mut self, ty: Ty, depth: usize) -> Node {
        if ty == Ty::Any && !self.random.chance(30) {
            let any =
                [Ty::Text, Ty::Text, Ty::Number, Ty::Truth, Ty::Object, Ty::Array, Ty::Unknown, Ty::Nothing, Ty::Any];
            let ty = *self.random.pick(&any);
            return if ty == Ty::Any { self.leaf(ty) } else { self.expr(ty, depth) };
        }
        let roll = self.random.below(100);
        if depth == 0 || roll < 25 {
            return self.leaf(ty);
        }
        if roll < 50
            && let Some(node) = self.operation_giving(ty, depth)
        {
            return node;
        }
        self.form(ty, depth).unwrap_or_else(|| self.leaf(ty))
    }

    /// A literal, or a name.
    pub(super) fn leaf(&mut self, ty: Ty) -> Node {
        if self.random.chance(60)
            && let Some(name) = self.name_of(ty)
        {
            return Node::atom(name);
        }
        match ty {
            Ty::Text => Node::atom(*self.random.pick(TEXTS)),
            Ty::Number => Node::new(Kind::Expr, "", parts![*self.random.pick(NUMBERS)]),
            Ty::Truth => Node::atom(*self.random.pick(&["true", "false"])),
            Ty::Nothing => Node::atom(*self.random.pick(&["null", "undefined"])),
            Ty::Unknown => self.unknown(),
            Ty::Object => self.object_literal(),
            Ty::Array => {
                let (a, b) = (self.constant(), self.constant());
                let list = [parts!["[", a, ", ", b, "]"], parts!["[]"], parts!["[1]"], parts!["['9000', '8000']"]];
                Node::new(Kind::Atom, "", self.random.pick(&list).clone())
            }
            Ty::Map => Node::atom(*self.random.pick(&["new Map([['9000', 1], ['8000', 'x']])", "new Map()"])),
            Ty::Set => Node::atom(*self.random.pick(&["new Set(['9000', '8000'])", "new Set([1])"])),
            Ty::Function => self.function_value(),
            Ty::Regex => Node::atom(*self.random.pick(PATTERNS)),
            Ty::Any => self.constant(),
        }
    }

    /// A literal of some kind.
    pub(super) fn constant(&mut self) -> Node {
        let ty = *self.random.pick(&[Ty::Text, Ty::Number, Ty::Truth, Ty::Nothing, Ty::Text]);
        let kept = std::mem::take(&mut self.vars);
        let node = self.leaf(ty);
        self.vars = kept;
        node
    }

    fn object_literal(&mut self) -> Node {
        let (a, b) = (self.leaf(Ty::Any), self.constant());
        let forms = [
            parts!["{ a: ", a.clone(), ", b: ", b.clone(), " }"],
            parts!["{ k: ", b, " }"],
            parts!["{}"],
            parts!["{ '9000': 'ok', '8000': ", a, " }"],
        ];
        Node::new(Kind::Expr, "", self.random.pick(&forms).clone())
    }

    fn function_value(&mut self) -> Node {
        if !self.helpers.is_empty() && self.random.chance(50) {
            let helper = self.random.pick(&self.helpers).clone();
            return Node::atom(helper);
        }
        let count = self.random.below(3);
        self.callback(count, Ty::Any)
    }

    /// A form of the grammar.
    fn form(&mut self, ty: Ty, depth: usize) -> Option<Node> {
        let forms = self.grammar.giving(ty);
        if forms.is_empty() {
            return None;
        }
        let form = (*self.random.pick(&forms)).clone();
        Some(self.filled(&form.name, &form.pieces, depth - 1))
    }

    /// The form of this number, and a probe of what it gives.
    pub(super) fn numbered_form(&mut self, number: usize) -> Vec<Node> {
        let form = self.grammar.forms[number % self.grammar.forms.len()].clone();
        let name = self.fresh("v");
        let value = self.filled(&form.name, &form.pieces, 1);
        self.declare(&name, form.gives, true);
        vec![Node::new(Kind::Stmt, "let", parts![format!("let {name} = "), value, ";"]), Node::probe(&name)]
    }

    fn filled(&mut self, name: &str, pieces: &[Piece], depth: usize) -> Node {
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Text(text) => parts.push(Part::Text(text.clone())),
                Piece::Hole(hole, guard) => {
                    let node = self.fill(*hole, depth);
                    parts.push(Part::Node(match guard {
                        Some(guard) => Node::new(Kind::Guard(guard), "", parts![node]),
                        None => node,
                    }));
                }
            }
        }
        Node::new(Kind::Expr, name, parts)
    }

    fn fill(&mut self, hole: Hole, depth: usize) -> Node {
        match hole {
            Hole::Of(ty) => self.expr(ty, depth),
            Hole::Index => Node::atom(self.random.below(4).to_string()),
            Hole::Key => Node::atom(*self.random.pick(KEYS)),
            Hole::Member => Node::atom(*self.random.pick(&["Red", "Blue", "Green"])),
            Hole::Function(count) => self.callback(count, Ty::Any),
            Hole::Predicate => self.callback(1, Ty::Truth),
        }
    }

    /// A function that gives a kind of value; some have a body with statements.
    pub(super) fn callback(&mut self, count: usize, gives: Ty) -> Node {
        let names: Vec<String> = (0..count).map(|_| self.fresh("p")).collect();
        let params = names.join(", ");
        self.in_function(false, |g| {
            names.iter().for_each(|name| g.declare(name, Ty::Any, true));
            let deep = g.functions > 2;
            if deep || !g.random.chance(30) {
                let value = g.expr(gives, usize::from(!deep));
                return Node::new(Kind::Expr, "arrow", parts![format!("({params}) => "), value]);
            }
            let mut body = Vec::new();
            body.extend(names.iter().map(|name| Node::probe(name)));
            let count = 1 + g.random.below(2);
            body.extend(g.statements(count));
            let value = g.expr(gives, 1);
            body.push(Node::new(Kind::Stmt, "", parts!["return ", value, ";"]));
            let body = Node::list(body);
            let (head, what) = if g.random.chance(50) {
                (format!("({params}) => {{"), "arrow with body")
            } else {
                (format!("function ({params}) {{"), "function expression")
            };
            Node::new(
                Kind::Expr,
                what,
                vec![Part::Text(head), Part::Hidden("F();".to_owned()), Part::Node(body), Part::Text("}".to_owned())],
            )
        })
    }
}
