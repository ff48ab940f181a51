//! The expressions of `grammar.txt`, read once.

/// What kind of value an expression gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ty {
    Text,
    Number,
    Truth,
    Any,
    Unknown,
    Object,
    Array,
    Map,
    Set,
    Function,
    Nothing,
    Regex,
}

/// What fills a hole of a form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hole {
    /// An expression.
    Of(Ty),
    /// A small whole number.
    Index,
    /// A property's name.
    Key,
    /// A name of the enumeration.
    Member,
    /// A function with so many parameters.
    Function(usize),
    /// One that gives a truth value.
    Predicate,
}

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(String),
    /// What fills it, and the check of the real run around it.
    Hole(Hole, Option<&'static str>),
}

/// One form of expression.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) gives: Ty,
    pub(crate) pieces: Vec<Piece>,
}

/// All forms.
pub(crate) struct Grammar {
    pub(crate) forms: Vec<Form>,
}

impl Grammar {
    pub(crate) fn read() -> Self {
        let lines = include_str!("grammar.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self { forms: lines.map(form).collect() }
    }

    /// Forms that give a kind of value.
    pub(crate) fn giving(&self, ty: Ty) -> Vec<&Form> {
        self.forms.iter().filter(|form| form.gives == ty).collect()
    }
}

fn form(line: &str) -> Form {
    let parts: Vec<&str> = line.splitn(3, " | ").collect();
    let [name, gives, text] = parts[..] else { panic!("grammar.txt: {line}") };
    let gives = gives.chars().next().and_then(ty).unwrap_or_else(|| panic!("grammar.txt: {line}"));
    Form { name: name.to_owned(), gives, pieces: pieces(text) }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut plain = String::new();
    while let Some(at) = rest.find('{') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let hole = rest.find('}').and_then(|end| Some((hole(&rest[..end])?, end)));
        match hole {
            Some((hole, end)) => {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(hole);
                rest = &rest[end + 1..];
            }
            None => plain.push('{'),
        }
    }
    plain.push_str(rest);
    pieces.push(Piece::Text(plain));
    pieces
}

fn hole(inside: &str) -> Option<Piece> {
    let (guard, name) = match inside.split_once(':') {
        Some(("g", name)) => (Some("G"), name),
        Some(("c", name)) => (Some("C"), name),
        Some(("s", name)) => (Some("S"), name),
        Some(("o", name)) => (Some("O"), name),
        Some(("n", name)) => (Some("D"), name),
        Some(_) => return None,
        None => (None, inside),
    };
    let hole = match name {
        "i" => Hole::Index,
        "k" => Hole::Key,
        "e" => Hole::Member,
        "f0" => Hole::Function(0),
        "f1" => Hole::Function(1),
        "f2" => Hole::Function(2),
        "p1" => Hole::Predicate,
        _ if name.len() == 1 => Hole::Of(ty(name.chars().next()?)?),
        _ => return None,
    };
    Some(Piece::Hole(hole, guard))
}

fn ty(letter: char) -> Option<Ty> {
    Some(match letter {
        'S' => Ty::Text,
        'N' => Ty::Number,
        'B' => Ty::Truth,
        'X' => Ty::Any,
        'U' => Ty::Unknown,
        'O' => Ty::Object,
        'A' => Ty::Array,
        'M' => Ty::Map,
        'T' => Ty::Set,
        'F' => Ty::Function,
        'L' => Ty::Nothing,
        'R' => Ty::Regex,
        _ => return None,
    })
}
