//! Programs as trees: printed as they are for paylint, and with stubs and probes for Node.js. The shrinker cuts them.

/// A piece of a program.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The construct that it is, for the table of what was covered; empty for none.
    pub(crate) what: String,
    pub(crate) parts: Vec<Part>,
}

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// An expression that needs parentheses around it.
    Expr,
    /// One that needs none.
    Atom,
    /// A statement.
    Stmt,
    /// Statements, each of which may be left out.
    List,
    /// A statement that reads one name: both sides tell what it holds there.
    Probe,
    /// A call of an effect; Node.js calls this stub with a number and the children.
    Effect(&'static str),
    /// An expression that Node.js hands to this function, which ends the run where the code would go wrong: evaluating on
    /// paper takes values to be of the right types.
    Guard(&'static str),
}

#[derive(Clone, Debug)]
pub(crate) enum Part {
    Text(String),
    Node(Node),
    /// Seen by Node.js alone.
    Hidden(String),
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Node> for Part {
    fn from(node: Node) -> Self {
        Self::Node(node)
    }
}

/// The parts of a node.
#[macro_export]
macro_rules! parts {
    ($($part:expr),* $(,)?) => { vec![$($crate::tree::Part::from($part)),*] };
}

impl Node {
    pub(crate) fn new(kind: Kind, what: &str, parts: Vec<Part>) -> Self {
        Self { kind, what: what.to_owned(), parts }
    }

    /// A literal or a name.
    pub(crate) fn atom(text: impl Into<String>) -> Self {
        Self::new(Kind::Atom, "", vec![Part::Text(text.into())])
    }

    pub(crate) fn list(nodes: Vec<Self>) -> Self {
        Self::new(Kind::List, "", nodes.into_iter().map(Part::Node).collect())
    }

    pub(crate) fn probe(name: &str) -> Self {
        Self::new(Kind::Probe, "", parts![name])
    }

    pub(crate) const fn is_expression(&self) -> bool {
        matches!(self.kind, Kind::Expr | Kind::Atom | Kind::Effect(_) | Kind::Guard(_))
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = &Self> {
        self.parts.iter().filter_map(|part| if let Part::Node(node) = part { Some(node) } else { None })
    }

    /// How many nodes it has.
    pub(crate) fn size(&self) -> usize {
        1 + self.children().map(Self::size).sum::<usize>()
    }

    /// The node at a path of child indices.
    pub(crate) fn at_mut(&mut self, path: &[usize]) -> Option<&mut Self> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        match self.parts.get_mut(*first)? {
            Part::Node(node) => node.at_mut(rest),
            _ => None,
        }
    }
}

/// A program in both forms.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    /// As paylint reads it.
    pub(crate) plain: String,
    /// As Node.js runs it.
    pub(crate) node: String,
    /// By number of probe or effect: where it stands in `plain`.
    pub(crate) places: Vec<(u32, u32)>,
    /// Constructs, each with the number of the probe that follows it.
    pub(crate) constructs: Vec<(String, u32)>,
    waiting: Vec<String>,
}

impl Printed {
    pub(crate) fn of(program: &Node) -> Self {
        let mut printed = Self::default();
        printed.print(program, 0);
        printed
    }

    fn both(&mut self, text: &str) {
        self.plain.push_str(text);
        self.node.push_str(text);
    }

    fn number(&mut self) -> u32 {
        self.places.push((0, 0));
        self.places.len() as u32 - 1
    }

    fn line(&mut self, depth: usize) {
        self.both("\n");
        self.both(&"  ".repeat(depth));
    }

    fn print(&mut self, node: &Node, depth: usize) {
        if !node.what.is_empty() {
            self.waiting.push(node.what.clone());
        }
        match node.kind {
            Kind::Expr => {
                self.both("(");
                self.parts(node, depth);
                self.both(")");
            }
            Kind::Atom | Kind::Stmt => self.parts(node, depth),
            Kind::List => {
                for child in node.children() {
                    self.line(depth + 1);
                    self.print(child, depth + 1);
                }
                self.line(depth);
            }
            Kind::Probe => {
                let (id, start) = (self.number(), self.plain.len() as u32);
                self.node.push_str(&format!("V({id},"));
                self.parts(node, depth);
                self.node.push(')');
                self.places[id as usize] = (start, self.plain.len() as u32);
                self.both(";");
                let waiting = std::mem::take(&mut self.waiting);
                self.constructs.extend(waiting.into_iter().map(|what| (what, id)));
            }
            Kind::Effect(stub) => {
                let (id, start) = (self.number(), self.plain.len() as u32);
                self.node.push_str(&format!("{stub}({id}"));
                for part in &node.parts {
                    match part {
                        Part::Text(text) => self.plain.push_str(text),
                        Part::Node(child) => {
                            self.node.push(',');
                            self.print(child, depth);
                        }
                        Part::Hidden(_) => {}
                    }
                }
                self.node.push(')');
                self.places[id as usize] = (start, self.plain.len() as u32);
            }
            Kind::Guard(function) => {
                self.node.push_str(&format!("{function}("));
                self.parts(node, depth);
                self.node.push(')');
            }
        }
    }

    fn parts(&mut self, node: &Node, depth: usize) {
        for part in &node.parts {
            match part {
                Part::Text(text) => self.both(text),
                Part::Node(child) => self.print(child, depth),
                Part::Hidden(text) => self.node.push_str(text),
            }
        }
    }
}
