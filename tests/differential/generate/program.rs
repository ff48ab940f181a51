//! Whole programs: declarations, functions, and a payment in one of the ways in which people write it.

use super::Generator;
use crate::grammar::Ty;
use crate::parts;
use crate::tree::{Kind, Node, Part};

/// What the forms of the grammar refer to.
const PRELUDE: &[&str] = &[
    "class Base { #s; static count = 2; constructor(v) { this.v = v; this.#s = v; } get twice() { return [this.v, this.v]; } \
     get() { return this.v; } secret() { return this.#s; } #h() { return this.v; } hidden() { return this.#h(); } \
     name() { return 'base'; } static make(v) { return new this(v); } }",
    "class Sub extends Base { extra = 'e'; constructor(v) { super(v); } name() { return 'sub'; } \
     up() { return super.name() + 's'; } }",
    "function Old(v) { this.v = v; } Old.prototype.read = function () { return this.v; };",
    "class Failure extends Error { constructor(m) { super(m); this.name = 'Failure'; } }",
    "var Color; (function (Color) { Color[Color['Red'] = 0] = 'Red'; Color[Color['Blue'] = 1] = 'Blue'; })(Color || (Color = {}));",
    "const TABLE = { '9000': '成功', '8000': '处理中', abc: 1 };",
    "const ACTIONS = { '9000': (p) => ['ok', p], '8000'(p) { return p; }, other() { return null; } };",
    "function tag(s, ...v) { return s[0] + v.length; }",
];

/// So many operators are taken in turn in each program.
const CHECKS: usize = 3;

impl Generator<'_> {
    pub(super) fn whole(&mut self) -> Node {
        let mut list: Vec<Node> = PRELUDE.iter().map(|text| Node::new(Kind::Stmt, "", parts![*text])).collect();
        for _ in 0..self.random.below(3) {
            let helper = self.helper();
            list.push(helper);
        }
        for _ in 0..self.random.below(3) {
            let (name, ty) =
                (self.fresh("t"), *self.random.pick(&[Ty::Text, Ty::Number, Ty::Object, Ty::Array, Ty::Nothing]));
            let value = self.leaf(ty);
            let keyword = *self.random.pick(&["const", "let"]);
            list.push(Node::new(Kind::Stmt, "", parts![format!("{keyword} {name} = "), value, ";"]));
            let ty = if ty == Ty::Nothing { Ty::Any } else { ty };
            self.declare(&name, ty, keyword == "let");
        }
        let payment = self.payment();
        list.extend(payment);
        Node::new(Kind::Stmt, "", vec![Part::Text("'use strict';".to_owned()), Part::Node(Node::list(list))])
    }

    /// A function that everything may call.
    fn helper(&mut self) -> Node {
        let name = self.fresh("h");
        let (a, b) = (self.fresh("p"), self.fresh("p"));
        let kept = std::mem::replace(&mut self.budget, 3);
        let body = self.in_function(false, |g| {
            g.declare(&a, Ty::Any, true);
            g.declare(&b, Ty::Any, true);
            let mut body = vec![Node::probe(&a)];
            body.extend(g.statements(2));
            let value = g.expr(Ty::Any, 1);
            body.push(Node::new(Kind::Stmt, "", parts!["return ", value, ";"]));
            Node::list(body)
        });
        self.budget = kept;
        self.helpers.push(name.clone());
        let head = format!("function {name}({a}, {b}) {{");
        Node::new(Kind::Stmt, "", vec![head.into(), Part::Hidden("F();".to_owned()), body.into(), "}".into()])
    }

    /// What is done with the result, in a function with the parameter `res`.
    fn handling(&mut self, is_async: bool) -> Node {
        self.in_function(is_async, |g| {
            let mut body = Vec::new();
            g.vars.push(super::Var { name: "res".to_owned(), ty: Ty::Object, writable: false });
            let bind = *g.random.pick(&[
                "const code = res.resultCode;",
                "const { resultCode: code = 'x', memo } = res;",
                "let code = res && res.resultCode;",
                "var code = res['resultCode'];",
                "",
            ]);
            body.push(Node::probe("res"));
            if !bind.is_empty() {
                body.extend([Node::new(Kind::Stmt, "", parts![bind]), Node::probe("code")]);
                g.declare("code", Ty::Text, false);
            }
            if bind.contains("memo") {
                body.push(Node::probe("memo"));
                g.declare("memo", Ty::Unknown, false);
            }
            for turn in 0..CHECKS {
                body.extend(g.numbered_check(g.number * CHECKS + turn));
            }
            body.extend(g.numbered_form(g.number));
            let count = 3 + g.random.below(6);
            body.extend(g.statements(count));
            let effect = g.effect();
            body.push(effect);
            body.extend(g.a_probe());
            Node::list(body)
        })
    }

    fn payment(&mut self) -> Vec<Node> {
        let form = self.random.below(10);
        let is_async = matches!(form, 6 | 8) || self.random.chance(10);
        let word = if is_async { "async " } else { "" };
        let body = self.handling(is_async);
        let settles = is_async || form == 7;
        let body = if settles { engine_errors_end_the_run(body) } else { body };
        let given = "{ tradeNO: 'n' }";
        let one = |parts: Vec<Part>| vec![Node::new(Kind::Stmt, "payment", parts)];
        match form {
            0 | 1 => one(parts![format!("AlipayJSBridge.call('tradePay', {given}, {word}function (res) {{"), body, "});"]),
            2 => one(parts![format!("my.tradePay({{ tradeNO: 'n', complete: {word}(res) => {{"), body, "} });"]),
            3 => one(parts![format!("my.tradePay({{ tradeNO: 'n', {word}complete(res) {{"), body, "} });"]),
            4 => vec![
                Node::new(Kind::Stmt, "", parts![format!("{word}function done(res) {{"), body, "}"]),
                Node::new(Kind::Stmt, "payment", parts![format!("AlipayJSBridge.call('tradePay', {given}, done);")]),
            ],
            5 => one(parts![
                format!("function pay() {{ AlipayJSBridge.call('tradePay', {given}, {word}function (res) {{"),
                body,
                "}); }",
                Part::Hidden("pay();".to_owned()),
            ]
            .into_iter()
            .collect()),
            6 => one(vec![
                format!("async function pay() {{ const res = await my.tradePay({given});").into(),
                body.into(),
                "}".into(),
                Part::Hidden("pay();".to_owned()),
            ]),
            7 => one(parts![format!("my.tradePay({given}).then({word}(res) => {{"), body, "});"]),
            8 => one(vec![
                format!(
                    "async function pay() {{ const res = await new Promise((resolve) => AlipayJSBridge.call('tradePay', {given}, resolve));"
                )
                .into(),
                body.into(),
                "} pay();".into(),
            ]),
            _ => one(parts![
                format!("const page = {{ {word}done(res) {{"),
                body,
                format!("}}, pay() {{ AlipayJSBridge.call('tradePay', {given}, this.done.bind(this)); }} }}; page.pay();"),
            ]),
        }
    }

    /// A function inside, called once or twice.
    pub(super) fn local_function(&mut self) -> Vec<Node> {
        let (name, param) = (self.fresh("f"), self.fresh("p"));
        let (gives, is_async) = (self.random.chance(70), false);
        let body = self.in_function(is_async, |g| {
            g.declare(&param, Ty::Any, true);
            let mut body = vec![Node::probe(&param)];
            let count = 1 + g.random.below(3);
            body.extend(g.statements(count));
            if gives {
                let value = g.expr(Ty::Any, 1);
                body.push(Node::new(Kind::Stmt, "", parts!["return ", value, ";"]));
            }
            Node::list(body)
        });
        let head = format!("function {name}({param}) {{");
        let mut nodes = vec![Node::new(
            Kind::Stmt,
            "function declaration",
            vec![head.into(), Part::Hidden("F();".to_owned()), body.into(), "}".into()],
        )];
        for _ in 0..1 + self.random.below(2) {
            let (out, argument) = (self.fresh("v"), self.expr(Ty::Any, 1));
            nodes.push(Node::new(
                Kind::Stmt,
                "call of a local",
                parts![format!("const {out} = {name}("), argument, ");"],
            ));
            nodes.push(Node::probe(&out));
            self.declare(&out, Ty::Any, false);
        }
        nodes
    }

    /// A closure with state of its own.
    pub(super) fn counter(&mut self) -> Vec<Node> {
        let (made, out) = (self.fresh("v"), self.fresh("v"));
        let (first, count) = (self.expr(Ty::Number, 0), 1 + self.random.below(3));
        let mut nodes =
            vec![Node::new(Kind::Stmt, "closure", parts![format!("const {made} = ((n) => () => n++)("), first, ");"])];
        for _ in 0..count {
            nodes.push(Node::new(Kind::Stmt, "", parts![format!("{made}();")]));
        }
        nodes.push(Node::new(Kind::Stmt, "", parts![format!("const {out} = {made}();")]));
        nodes.push(Node::probe(&out));
        self.declare(&out, Ty::Number, false);
        nodes
    }

    /// A timer, or a server's answer.
    pub(super) fn later(&mut self) -> Node {
        let param = self.fresh("p");
        let body = self.in_function(false, |g| {
            g.declare(&param, Ty::Unknown, false);
            let mut list = g.a_probe();
            let count = 1 + g.random.below(2);
            list.extend(g.statements(count));
            Node::list(list)
        });
        if self.random.chance(60) {
            let body = Node::new(Kind::Stmt, "", parts![format!("let {param};"), body]);
            return Node::new(Kind::Stmt, "setTimeout", parts!["setTimeout(() => {", body, "}, 0);"]);
        }
        let function = Node::new(Kind::Atom, "", parts![format!("({param}) => {{"), body, "}"]);
        let url = Node::atom("'/q'");
        let call = Node::new(
            Kind::Effect("Q"),
            "request with callback",
            parts!["my.request({ url: ", url, ", success: ", function, " })"],
        );
        Node::new(Kind::Stmt, "", parts![call, ";"])
    }

    /// What a promise is settled with: no object that changes while nobody waits for it.
    fn settled_with(&mut self) -> Node {
        if self.detached { self.constant() } else { self.leaf(Ty::Any) }
    }

    /// Promises: made, settled, waited for.
    pub(super) fn promise(&mut self) -> Vec<Node> {
        let (value, name, out) = (self.settled_with(), self.fresh("p"), self.fresh("v"));
        let body = |g: &mut Self, is_async: bool| {
            g.in_function(is_async, |g| {
                g.declare(&name, Ty::Any, true);
                let mut list = vec![Node::probe(&name)];
                let count = 1 + g.random.below(2);
                list.extend(g.statements(count));
                engine_errors_end_the_run(Node::list(list))
            })
        };
        let caught = || Part::Hidden(format!("A({name});"));
        let made = match self.random.below(5) {
            0 => parts!["Promise.resolve(", value, ")"],
            1 => parts!["new Promise((resolve) => resolve(", value, "))"],
            2 => parts!["Promise.reject(", value, ")"],
            3 => {
                let (test, other) = (self.expr(Ty::Any, 1), self.settled_with());
                parts![
                    "new Promise((resolve, reject) => { if (",
                    test,
                    ") resolve(",
                    value,
                    "); else reject(",
                    other,
                    "); })"
                ]
            }
            _ => parts!["(async () => ", value, ")()"],
        };
        let made = Node::new(Kind::Atom, "promise", made);
        let mut forms = match (self.detached, self.waits) {
            (true, _) => vec![4],
            (_, true) => vec![0, 1, 2],
            _ => vec![0, 1, 2, 3, 8],
        };
        if self.waits && self.in_async {
            forms.extend([5, 6, 7]);
        }
        match *self.random.pick(&forms) {
            0 => {
                let inside = body(self, false);
                vec![Node::new(Kind::Stmt, "then", parts![made, format!(".then(({name}) => {{"), inside, "});"])]
            }
            1 => {
                let inside = body(self, false);
                let head = format!(".catch(({name}) => {{");
                vec![Node::new(
                    Kind::Stmt,
                    "catch",
                    vec![made.into(), head.into(), caught(), inside.into(), "});".into()],
                )]
            }
            2 => {
                let (first, second) = (body(self, false), body(self, false));
                let parts = vec![
                    made.into(),
                    format!(".then(({name}) => {{").into(),
                    first.into(),
                    format!("}}, ({name}) => {{").into(),
                    caught(),
                    second.into(),
                    "});".into(),
                ];
                vec![Node::new(Kind::Stmt, "then with two", parts)]
            }
            3 => {
                let (mapped, inside) = (self.callback(1, Ty::Any), body(self, false));
                let parts =
                    parts![made, ".then(", mapped, format!(").then(({name}) => {{"), inside, "}).finally(() => {});"];
                vec![Node::new(Kind::Stmt, "chain of then", parts)]
            }
            4 => {
                // On paper it runs to its end at once: what it shares with its caller must stay the same.
                let kept = self.vars.clone();
                let steady = |name: &str| name.starts_with('v') || name.starts_with('t');
                let shared = |v: &super::Var| {
                    !v.writable && steady(&v.name) && matches!(v.ty, Ty::Text | Ty::Number | Ty::Truth | Ty::Unknown)
                };
                self.vars.retain(shared);
                let inside = body(self, true);
                self.vars = kept;
                let parts = parts![format!("(async () => {{ let {name} = await "), made, ";", inside, "})();"];
                vec![Node::new(Kind::Stmt, "async function", parts)]
            }
            5 => {
                self.declare(&out, Ty::Any, true);
                vec![
                    Node::new(Kind::Stmt, "await", parts![format!("let {out} = await "), made, ";"]),
                    Node::probe(&out),
                ]
            }
            7 => {
                let inside = self.in_function(true, |g| {
                    let mut list = g.a_probe();
                    let count = 1 + g.random.below(3);
                    list.extend(g.statements(count));
                    engine_errors_end_the_run(Node::list(list))
                });
                let given = self.expr(Ty::Any, 0);
                self.declare(&out, Ty::Any, true);
                let parts = parts![format!("let {out} = await (async () => {{"), inside, "return ", given, "; })();"];
                vec![Node::new(Kind::Stmt, "await of a function", parts), Node::probe(&out)]
            }
            8 => {
                let (first, second, third) = (body(self, false), body(self, false), body(self, false));
                let parts = vec![
                    made.into(),
                    format!(".then(({name}) => {{").into(),
                    first.into(),
                    format!("}}).catch(({name}) => {{").into(),
                    caught(),
                    second.into(),
                    format!("}}).then(({name}) => {{").into(),
                    third.into(),
                    "});".into(),
                ];
                vec![Node::new(Kind::Stmt, "then, catch, then", parts)]
            }
            _ => {
                let other = self.expr(Ty::Any, 0);
                let (what, ty) = *self.random.pick(&[
                    ("Promise.all", Ty::Array),
                    ("Promise.all", Ty::Array),
                    ("Promise.allSettled", Ty::Array),
                    ("Promise.race", Ty::Any),
                    ("Promise.any", Ty::Any),
                ]);
                self.declare(&out, ty, true);
                let all = parts![format!("let {out} = await {what}(["), made, ", ", other, "]);"];
                vec![Node::new(Kind::Stmt, what, all), Node::probe(&out)]
            }
        }
    }
}

/// Statements whose errors of the engine's own end the real run at once, not only when nobody has caught them.
fn engine_errors_end_the_run(statements: Node) -> Node {
    let hidden = |text: &str| Part::Hidden(text.to_owned());
    let parts = vec![hidden("try {"), statements.into(), hidden("} catch (error) { A(error); throw error; }")];
    Node::new(Kind::Stmt, "", parts)
}
