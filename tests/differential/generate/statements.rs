//! Statements: what is assigned is probed at once, and every arm begins with a probe.

use super::Generator;
use super::operators::ASSIGNING;
use crate::grammar::Ty;
use crate::parts;
use crate::tree::{Kind, Node, Part};

const CODES: &[&str] = &["'9000'", "'8000'", "'6001'", "'4000'", "9000", "8000", "'abc'", "true"];

fn stmt(what: &str, parts: Vec<Part>) -> Node {
    Node::new(Kind::Stmt, what, parts)
}

/// What the real run counts, so that it ends.
fn tick() -> Part {
    Part::Hidden("F();".to_owned())
}

impl Generator<'_> {
    /// About so many statements.
    pub(super) fn statements(&mut self, count: usize) -> Vec<Node> {
        let mut list = Vec::new();
        for _ in 0..count {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            list.extend(self.statement());
        }
        list
    }

    /// Statements in braces, with a probe first.
    pub(super) fn block(&mut self) -> Node {
        let count = 1 + self.random.below(3);
        self.scoped(|g| {
            let mut list = g.a_probe();
            list.extend(g.statements(count));
            Node::list(list)
        })
    }

    /// A probe of some name in scope.
    pub(super) fn a_probe(&mut self) -> Vec<Node> {
        self.name_of(Ty::Any).map(|name| Node::probe(&name)).into_iter().collect()
    }

    fn statement(&mut self) -> Vec<Node> {
        match self.random.below(34) {
            0..=7 => self.declaration(),
            8..=10 => self.assignment(),
            11 => self.member_assignment(),
            12..=14 => vec![self.condition()],
            15 | 16 => vec![self.switch()],
            17 | 18 => self.a_loop(),
            19 => vec![self.labelled()],
            20 | 21 => vec![self.try_statement()],
            22 => self.leave(),
            23 | 24 => vec![self.effect()],
            25 => self.destructuring(),
            26 => self.local_function(),
            27 if !self.waits => vec![self.later()],
            28 | 29 => self.promise(),
            30 => self.counter(),
            31 => self.update(),
            32 => self.a_probe(),
            _ => self.operator_check(),
        }
    }

    fn declaration(&mut self) -> Vec<Node> {
        let types = [
            Ty::Text,
            Ty::Number,
            Ty::Truth,
            Ty::Any,
            Ty::Object,
            Ty::Array,
            Ty::Unknown,
            Ty::Any,
            Ty::Map,
            Ty::Set,
            Ty::Text,
        ];
        let ty = *self.random.pick(&types);
        let value = self.expr(ty, 2);
        let name = self.fresh("v");
        let keyword = *self.random.pick(&["let", "let", "const", "const", "const", "let", "var"]);
        let is_hoisted = keyword == "var" && self.in_function;
        // A `var` of a block is there behind it, whether the block was run or not.
        let ty = if is_hoisted { Ty::Any } else { ty };
        self.declare(&name, ty, keyword != "const");
        if is_hoisted {
            self.hoisted.extend(self.vars.last().cloned());
        }
        vec![stmt(keyword, parts![format!("{keyword} {name} = "), value, ";"]), Node::probe(&name)]
    }

    fn assignment(&mut self) -> Vec<Node> {
        let Some(var) = self.writable() else { return self.declaration() };
        let value = self.expr(var.ty, 2);
        vec![stmt("assignment", parts![format!("{} = ", var.name), value, ";"]), Node::probe(&var.name)]
    }

    /// `x op= value` on operands of chosen kinds.
    fn operator_check(&mut self) -> Vec<Node> {
        let (a, b) = (*self.random.pick(super::KINDS), *self.random.pick(super::KINDS));
        let op = *self.random.pick(ASSIGNING);
        let (first, value) = (self.operand(a, 1), self.operand(b, 1));
        let name = self.fresh("v");
        self.declare(&name, Ty::Any, true);
        vec![
            stmt("let", parts![format!("let {name} = "), first, ";"]),
            stmt(&format!("{a} {op} {b}"), parts![format!("{name} {op} "), value, ";"]),
            Node::probe(&name),
        ]
    }

    fn update(&mut self) -> Vec<Node> {
        let Some(name) = self.vars.iter().rev().find(|v| v.writable && v.ty == Ty::Number).map(|v| v.name.clone())
        else {
            return self.declaration();
        };
        let form = *self.random.pick(&["++", "--"]);
        let other = self.fresh("v");
        let text = if self.random.chance(50) { format!("{form}{name}") } else { format!("{name}{form}") };
        self.declare(&other, Ty::Number, true);
        vec![stmt("update", parts![format!("let {other} = {text};")]), Node::probe(&name), Node::probe(&other)]
    }

    fn member_assignment(&mut self) -> Vec<Node> {
        let array = self.random.chance(30);
        let Some(name) = self.name_of(if array { Ty::Array } else { Ty::Object }) else { return self.declaration() };
        let value = self.expr(Ty::Any, 1);
        let written = match (array, self.random.below(6)) {
            (true, n) => stmt("element assignment", parts![format!("{name}[{}] = ", n % 3), value, ";"]),
            (_, 0) if self.random.chance(50) => stmt("delete", parts![format!("delete {name}.a;")]),
            (_, 0) => {
                let key = self.expr(Ty::Text, 1);
                stmt("computed delete", parts![format!("delete {name}["), key, "];"])
            }
            (_, 1) => {
                let key = self.expr(Ty::Text, 1);
                stmt("computed assignment", parts![format!("{name}["), key, "] = ", value, ";"])
            }
            (_, 2) => {
                let op = *self.random.pick(ASSIGNING);
                stmt("compound member assignment", parts![format!("{name}.a {op} "), value, ";"])
            }
            (_, 3) => stmt("Object.assign", parts![format!("Object.assign({name}, {{ b: "), value, " });"]),
            _ => stmt(
                "member assignment",
                parts![format!("{name}.{} = ", self.random.pick(&["a", "b", "k"])), value, ";"],
            ),
        };
        vec![written, Node::probe(&name)]
    }

    /// What decides: a comparison with a code, or anything.
    fn test(&mut self) -> Node {
        if self.random.chance(35) {
            let code = self.code();
            let (op, with) = (*self.random.pick(&["===", "==", "!==", "!="]), *self.random.pick(CODES));
            return Node::new(Kind::Expr, "comparison of the code", parts![code, format!(" {op} {with}")]);
        }
        let ty = *self.random.pick(&[Ty::Truth, Ty::Any, Ty::Unknown, Ty::Truth]);
        self.expr(ty, 2)
    }

    /// The result code, however it is asked for.
    pub(super) fn code(&mut self) -> Node {
        let names: Vec<String> =
            self.vars.iter().map(|v| v.name.clone()).filter(|n| n == "code" || n == "res").collect();
        if names.is_empty() {
            return self.expr(Ty::Text, 1);
        }
        let forms: &[&str] = match self.random.pick(&names).as_str() {
            "code" => &["code", "+code", "Number(code)", "String(code)", "`${code}`", "parseInt(code, 10)"],
            _ => &["res.resultCode", "res['resultCode']", "res?.resultCode", "+res.resultCode"],
        };
        let form = *self.random.pick(forms);
        Node::new(Kind::Expr, "", parts![form])
    }

    fn condition(&mut self) -> Node {
        let test = self.test();
        let then = self.block();
        let mut parts = parts!["if (", test, ") {", then, "}"];
        match self.random.below(4) {
            0 => {}
            1 => {
                let (again, second, third) = (self.test(), self.block(), self.block());
                parts.extend(parts![" else if (", again, ") {", second, "} else {", third, "}"]);
            }
            _ => {
                let otherwise = self.block();
                parts.extend(parts![" else {", otherwise, "}"]);
            }
        }
        stmt("if", parts)
    }

    fn switch(&mut self) -> Node {
        let on_true = self.random.chance(20);
        let value = if on_true {
            Node::atom("true")
        } else if self.random.chance(60) {
            self.code()
        } else {
            self.expr(Ty::Any, 1)
        };
        let mut parts = parts!["switch (", value, ") {"];
        let count = 1 + self.random.below(4);
        let default_at = self.random.below(count + 2);
        self.breakable += 1;
        for index in 0..=count {
            let head = if index == default_at {
                parts!["\ndefault: {"]
            } else if index == count {
                continue;
            } else if on_true {
                let test = self.test();
                parts!["\ncase ", test, ": {"]
            } else if self.random.chance(70) {
                parts![format!("\ncase {}: {{", self.random.pick(CODES))]
            } else {
                let test = self.expr(Ty::Any, 1);
                parts!["\ncase ", test, ": {"]
            };
            parts.extend(head);
            // Without a `break` the next case runs, too.
            let body = self.block();
            parts.extend(parts![body, if self.random.chance(65) { "} break;" } else { "}" }]);
        }
        self.breakable -= 1;
        parts.extend(parts!["\n}"]);
        stmt(if on_true { "switch (true)" } else { "switch" }, parts)
    }

    /// The body of a loop, which counts in the real run.
    fn round(&mut self) -> Vec<Part> {
        self.breakable += 1;
        self.loops += 1;
        let body = self.block();
        self.breakable -= 1;
        self.loops -= 1;
        vec![Part::Text("{".to_owned()), tick(), Part::Node(body), Part::Text("}".to_owned())]
    }

    fn a_loop(&mut self) -> Vec<Node> {
        self.scoped(|g| {
            let each = g.fresh("e");
            let rounds = 1 + g.random.below(4);
            match g.random.below(8) {
                0 => {
                    g.declare(&each, Ty::Number, false);
                    let mut parts = parts![format!("for (let {each} = 0; {each} < {rounds}; {each}++) ")];
                    parts.extend(g.round());
                    vec![stmt("for", parts)]
                }
                1 => {
                    let list = g.expr(Ty::Array, 1);
                    g.declare(&each, Ty::Any, true);
                    let mut parts = parts![format!("for (let {each} of "), list, ") "];
                    parts.extend(g.round());
                    vec![stmt("for of", parts)]
                }
                2 => {
                    let table = g.expr(Ty::Object, 1);
                    g.declare(&each, Ty::Text, false);
                    let mut parts = parts![format!("for (const {each} in "), table, ") "];
                    parts.extend(g.round());
                    vec![stmt("for in", parts)]
                }
                3 => {
                    // Nobody on paper knows how often.
                    let list = Node::new(Kind::Guard("L"), "", parts![g.unknown()]);
                    g.declare(&each, Ty::Any, false);
                    let mut parts = parts![format!("for (const {each} of "), list, ") "];
                    parts.extend(g.round());
                    vec![stmt("for of unknown", parts)]
                }
                4 => {
                    g.declare(&each, Ty::Number, false);
                    let mut parts = parts![format!("while ({each}++ < {rounds}) ")];
                    parts.extend(g.round());
                    vec![stmt("let", parts![format!("let {each} = 0;")]), stmt("while", parts)]
                }
                5 => {
                    g.declare(&each, Ty::Number, false);
                    let mut parts = parts!["do "];
                    parts.extend(g.round());
                    parts.extend(parts![format!(" while (++{each} < {rounds});")]);
                    vec![stmt("let", parts![format!("let {each} = 0;")]), stmt("do while", parts)]
                }
                6 => {
                    let pairs = g.expr(Ty::Map, 1);
                    let key = g.fresh("e");
                    g.declare(&each, Ty::Any, true);
                    g.declare(&key, Ty::Any, true);
                    let mut parts = parts![format!("for (let [{key}, {each}] of "), pairs, ") "];
                    parts.extend(g.round());
                    vec![stmt("for of Map", parts)]
                }
                _ => {
                    // As often as something that nobody knows says.
                    g.declare(&each, Ty::Number, false);
                    let (test, other) = (g.unknown(), g.expr(Ty::Any, 1));
                    let mut parts =
                        parts!["while (", test, " && ", other, format!(" && {each}++ < {}) ", rounds.min(2))];
                    parts.extend(g.round());
                    vec![stmt("let", parts![format!("let {each} = 0;")]), stmt("while unknown", parts)]
                }
            }
        })
    }

    fn labelled(&mut self) -> Node {
        let label = self.fresh("out");
        if self.random.chance(40) {
            return self.labelled_loop(label);
        }
        self.labels.push(label.clone());
        let body = self.block();
        self.labels.pop();
        stmt("labelled block", parts![format!("{label}: {{"), body, "}"])
    }

    /// A loop that loops in it may leave, or go on with.
    fn labelled_loop(&mut self, label: String) -> Node {
        let each = self.fresh("e");
        let list = self.expr(Ty::Array, 1);
        self.loop_labels.push(label.clone());
        let round = self.scoped(|g| {
            g.declare(&each, Ty::Any, true);
            let mut list = g.a_loop();
            list.push(stmt("", g.round()));
            Node::list(list)
        });
        self.loop_labels.pop();
        stmt("labelled loop", parts![format!("{label}: for (let {each} of "), list, ") {", round, "}"])
    }

    /// `return`, `break`, `continue`, `throw`, under a condition as a rule.
    fn leave(&mut self) -> Vec<Node> {
        let mut forms = Vec::new();
        let value = self.expr(Ty::Any, 1);
        if self.in_function {
            forms.push(stmt("return", parts!["return ", value.clone(), ";"]));
        }
        if self.breakable > 0 {
            forms.push(stmt("break", parts!["break;"]));
        }
        if self.loops > 0 {
            forms.push(stmt("continue", parts!["continue;"]));
        }
        if let Some(label) = self.loop_labels.last() {
            forms.push(stmt("continue label", parts![format!("continue {label};")]));
            forms.push(stmt("break label", parts![format!("break {label};")]));
        }
        if let Some(label) = self.labels.last() {
            forms.push(stmt("break label", parts![format!("break {label};")]));
        }
        forms.push(stmt("throw", parts!["throw new Error('支付');"]));
        forms.push(stmt("throw value", parts!["throw ", value, ";"]));
        let mut leaving = self.random.pick(&forms).clone();
        // Whether it is reached is known by a probe before it: behind it none is.
        let mut list = vec![stmt(&std::mem::take(&mut leaving.what), Vec::new())];
        list.extend(self.a_probe());
        list.push(leaving);
        if self.random.chance(10) {
            return list;
        }
        let test = self.test();
        vec![stmt("if", parts!["if (", test, ") {", Node::list(list), "}"])]
    }

    fn try_statement(&mut self) -> Node {
        let body = self.block();
        let mut parts = parts!["try {", body, "}"];
        let form = self.random.below(3);
        if form > 0 {
            let name = self.fresh("x");
            let handler = self.scoped(|g| {
                g.declare(&name, Ty::Any, true);
                let mut list = vec![Node::probe(&name)];
                list.extend(g.statements(2));
                Node::list(list)
            });
            parts.extend(vec![
                Part::Text(format!(" catch ({name}) {{")),
                Part::Hidden(format!("A({name});")),
                Part::Node(handler),
                Part::Text("}".to_owned()),
            ]);
        }
        if form == 0 {
            parts.push(Part::Hidden(" catch (error) { A(error); throw error; }".to_owned()));
        }
        if form != 1 {
            let last = self.block();
            parts.extend(parts![" finally {", last, "}"]);
        }
        stmt(["try finally", "try catch", "try catch finally"][form], parts)
    }

    /// Something that the customer, a server or code that is not at hand sees.
    pub(super) fn effect(&mut self) -> Node {
        let ty = *self.random.pick(&[Ty::Text, Ty::Text, Ty::Any]);
        let said = self.expr(ty, 1);
        let (stub, what, before, after) = *self.random.pick(&[
            ("E", "toast", "my.showToast({ content: ", " })"),
            ("E", "alert", "alert(", ")"),
            ("E", "navigation", "my.navigateTo({ url: ", " })"),
            ("E", "request", "my.request({ url: ", " })"),
            ("E", "unknown call", "notify(", ")"),
        ]);
        let call = Node::new(Kind::Effect(stub), what, parts![before, said, after]);
        stmt("", parts![call, ";"])
    }

    fn destructuring(&mut self) -> Vec<Node> {
        let (a, b) = (self.fresh("v"), self.fresh("v"));
        let default = self.expr(Ty::Any, 1);
        let (what, head, value) = match self.random.below(6) {
            0 => ("object destructuring", format!("let {{ a: {a}, b: {b} = "), self.expr(Ty::Object, 1)),
            1 => ("array destructuring", format!("let [{a}, {b} = "), self.expr(Ty::Array, 1)),
            2 => ("computed destructuring", format!("let {{ ['k']: {a}, b: {b} = "), self.expr(Ty::Object, 1)),
            3 => {
                ("nested destructuring", format!("let {{ k: {{ a: {a} }} = {{}}, b: {b} = "), self.expr(Ty::Object, 0))
            }
            4 => {
                let from = Node::new(Kind::Guard("G"), "", parts![self.unknown()]);
                ("destructuring of unknown", format!("let {{ a: {a}, b: {b} = "), from)
            }
            _ => ("skipping destructuring", format!("let [, {a}, {b} = "), self.expr(Ty::Array, 1)),
        };
        let nested = what == "nested destructuring";
        let value = if nested { Node::new(Kind::Expr, "", parts!["{ k: ", value, " }"]) } else { value };
        let close = if head.contains("let [") { "] = " } else { " } = " };
        let mut nodes = vec![stmt(what, parts![head, default, close, value, ";"])];
        if self.random.chance(25) {
            let (list, rest) = (self.expr(Ty::Array, 1), self.fresh("v"));
            nodes.push(stmt("array rest", parts![format!("let [, ...{rest}] = "), list, ";"]));
            nodes.push(Node::probe(&rest));
            self.declare(&rest, Ty::Array, true);
        } else if self.random.chance(25) {
            let (object, rest) = (self.expr(Ty::Object, 1), self.fresh("v"));
            nodes.push(stmt("object rest", parts![format!("let {{ a: {rest}a, ...{rest} }} = "), object, ";"]));
            nodes.push(Node::probe(&rest));
            self.declare(&rest, Ty::Object, true);
        } else if self.random.chance(15) {
            nodes.push(stmt("swap", parts![format!("[{a}, {b}] = [{b}, {a}];")]));
        }
        nodes.extend([Node::probe(&a), Node::probe(&b)]);
        self.declare(&a, Ty::Any, true);
        self.declare(&b, Ty::Any, true);
        nodes
    }
}
