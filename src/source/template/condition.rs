//! What a server decides an arm by, as far as its text tells: which conditions are the same, which are the opposite of
//! each other, which compare one thing with different values, and what `and`, `or` and `not` make of them. Of all else
//! nothing is known: it may hold or not.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// A condition: it holds where all literals of one of its ways do.
#[derive(Clone, Debug)]
pub(super) struct Condition(Vec<Vec<Literal>>);

/// A part of a condition, or its opposite.
#[derive(Clone, Copy, Debug)]
struct Literal {
    atom: usize,
    holds: bool,
}

/// The parts of all conditions of a file.
#[derive(Default)]
pub(super) struct Atoms<'t> {
    known: FxHashMap<String, usize>,
    /// By atom: what is compared in it.
    subjects: Vec<Option<usize>>,
    subjects_known: FxHashMap<String, usize>,
    /// By what was read before, with its subject.
    read: FxHashMap<(&'t str, &'t str), Condition>,
}

impl<'t> Atoms<'t> {
    /// Reads the condition of a tag; `subject` is the tag before it whose cases it and its neighbours are.
    pub(super) fn read(&mut self, tag: &'t str, subject: Option<&'t str>) -> Condition {
        let key = (tag, subject.unwrap_or_default());
        if let Some(known) = self.read.get(&key) {
            return known.clone();
        }
        let (word, text) = expression_of(tag);
        let condition = match (word, subject) {
            (Word::Case, Some(subject)) => {
                let atom = self.atom(subject, Some(&squeezed(text)));
                Condition(vec![vec![Literal { atom, holds: true }]])
            }
            _ => self.any_of(text, word != Word::Unless),
        };
        self.read.insert(key, condition.clone());
        condition
    }

    fn any_of(&mut self, text: &str, holds: bool) -> Condition {
        let ways: Vec<Vec<Literal>> = parts(bare(text), "||", "or")
            .into_iter()
            .map(|way| parts(bare(way), "&&", "and").into_iter().map(|part| self.literal(part)).collect())
            .collect();
        if holds { Condition(ways) } else { opposite(&ways) }
    }

    fn literal(&mut self, text: &str) -> Literal {
        let (mut text, mut holds) = (bare(text), true);
        while let Some(rest) = text.strip_prefix('!').or_else(|| after_word(text, "not")) {
            text = bare(rest);
            holds = !holds;
        }
        for (sign, equal) in [("!==", false), ("===", true), ("!=", false), ("==", true), ("<>", false)] {
            if let Some((left, right)) = text.split_once(sign) {
                return self.comparison(left, right, holds == equal);
            }
        }
        for (word, equal) in [(" eq ", true), (" ne ", false), (" neq ", false), (" = ", true)] {
            if let Some((left, right)) = text.split_once(word) {
                return self.comparison(left, right, holds == equal);
            }
        }
        for (word, equal) in [("eq", true), ("ne", false)] {
            if let Some((left, right)) = after_word(text, word).and_then(|rest| rest.trim().split_once(' ')) {
                return self.comparison(left, right, holds == equal);
            }
        }
        if let Some((left, rest)) = text.split_once(".equals(")
            && let Some(right) = rest.strip_suffix(')')
        {
            return self.comparison(left, right, holds);
        }
        Literal { atom: self.atom(text, None), holds }
    }

    fn comparison(&mut self, left: &str, right: &str, holds: bool) -> Literal {
        let (left, right) = (squeezed(left), squeezed(right));
        // `"a".equals(x)` says what `x.equals("a")` does.
        let (subject, value) = if is_constant(&left) { (right, left) } else { (left, right) };
        let atom = match is_constant(&value) {
            true => self.atom(&subject, Some(&value)),
            false => self.atom(&format!("{subject}=={value}"), None),
        };
        Literal { atom, holds }
    }

    fn atom(&mut self, subject: &str, value: Option<&str>) -> usize {
        let subject = squeezed(subject);
        let next = self.subjects.len();
        // Tags may have taken one of the quotes.
        let value = value.map(|value| value.trim_matches('\''));
        let name = format!("{subject}=={}", value.unwrap_or_default());
        let atom = *self.known.entry(name).or_insert(next);
        if atom == next {
            let subject = value.map(|_| {
                let next = self.subjects_known.len();
                *self.subjects_known.entry(subject).or_insert(next)
            });
            self.subjects.push(subject);
        }
        atom
    }
}

/// What holds where none of the ways does; of several ways, where nothing of them does.
fn opposite(ways: &[Vec<Literal>]) -> Condition {
    let not = |literal: &Literal| Literal { holds: !literal.holds, ..*literal };
    match ways {
        [way] => Condition(way.iter().map(|literal| vec![not(literal)]).collect()),
        ways => Condition(vec![ways.iter().flatten().map(not).collect()]),
    }
}

/// What is assumed of the conditions of a page.
#[derive(Clone, Debug)]
pub(super) struct Assumed {
    atoms: Vec<Option<bool>>,
    /// By subject: the atom that says what it is.
    subjects: Vec<Option<usize>>,
}

impl Assumed {
    pub(super) fn nothing(atoms: &Atoms<'_>) -> Self {
        Self { atoms: vec![None; atoms.subjects.len()], subjects: vec![None; atoms.subjects_known.len()] }
    }

    /// Whether an atom holds, as far as that is known: of one that is compared with several values, only one does.
    fn known(&self, atom: usize, atoms: &Atoms<'_>) -> Option<bool> {
        let is_other = || {
            let subject = atoms.subjects.get(atom).copied().flatten()?;
            self.subjects.get(subject).copied().flatten().filter(|known| *known != atom)
        };
        self.atoms.get(atom).copied().flatten().or_else(|| is_other().map(|_| false))
    }

    /// Assumes a literal; false where the opposite is known.
    fn assume(&mut self, literal: Literal, atoms: &Atoms<'_>) -> bool {
        match self.known(literal.atom, atoms) {
            Some(known) => known == literal.holds,
            None => {
                self.atoms[literal.atom] = Some(literal.holds);
                if let Some(subject) = atoms.subjects.get(literal.atom).copied().flatten().filter(|_| literal.holds) {
                    self.subjects[subject] = Some(literal.atom);
                }
                true
            }
        }
    }

    /// Assumes that a condition holds; false where it cannot.
    pub(super) fn assume_holds(&mut self, condition: &Condition, atoms: &Atoms<'_>) -> bool {
        condition.0.iter().any(|way| self.assume_all(way, atoms))
    }

    /// Assumes all literals, or, where they contradict each other or what is known, none.
    fn assume_all(&mut self, way: &[Literal], atoms: &Atoms<'_>) -> bool {
        let mut news: SmallVec<[Literal; 4]> = SmallVec::new();
        for literal in way {
            let is_new = self.known(literal.atom, atoms).is_none();
            if !self.assume(*literal, atoms) {
                news.iter().for_each(|literal| self.forget(*literal, atoms));
                return false;
            }
            news.extend(is_new.then_some(*literal));
        }
        true
    }

    fn forget(&mut self, literal: Literal, atoms: &Atoms<'_>) {
        self.atoms[literal.atom] = None;
        if let Some(subject) = atoms.subjects.get(literal.atom).copied().flatten().filter(|_| literal.holds) {
            self.subjects[subject] = None;
        }
    }

    /// Assumes that a condition does not hold; false where it must.
    pub(super) fn assume_fails(&mut self, condition: &Condition, atoms: &Atoms<'_>) -> bool {
        condition.0.iter().all(|way| {
            let fails = |literal: &Literal| self.known(literal.atom, atoms) == Some(!literal.holds);
            way.iter().any(fails)
                || way.iter().any(|literal| self.assume(Literal { holds: !literal.holds, ..*literal }, atoms))
        })
    }

    /// Assumes of all that is not known that it holds, or that it does not.
    pub(super) fn assume_rest(&mut self, holds: bool, atoms: &Atoms<'_>) {
        for atom in 0..self.atoms.len() {
            self.assume(Literal { atom, holds }, atoms);
        }
    }

    /// Whether a condition holds, where everything is assumed; what is not counts as if it does not hold.
    pub(super) fn holds(&self, condition: &Condition, atoms: &Atoms<'_>) -> bool {
        let holds = |literal: &Literal| self.known(literal.atom, atoms).unwrap_or_default() == literal.holds;
        condition.0.iter().any(|way| way.iter().all(holds))
    }
}

impl Condition {
    /// What it depends on.
    pub(super) fn atoms(&self) -> impl Iterator<Item = usize> {
        self.0.iter().flatten().map(|literal| literal.atom)
    }
}

impl Atoms<'_> {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.subjects.len()
    }
}

/// What a tag says of its expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    If,
    Unless,
    /// It is a value with which something before is compared.
    Case,
}

/// Attributes that hold a tag's condition.
const ATTRIBUTES: [(&str, Word); 5] = [
    ("test", Word::If),
    ("condition", Word::If),
    ("th:if", Word::If),
    ("th:unless", Word::Unless),
    ("th:case", Word::Case),
];

/// The expression of a tag.
fn expression_of(tag: &str) -> (Word, &str) {
    for (name, word) in ATTRIBUTES {
        if let Some(value) = attribute(tag, name) {
            return (word, value);
        }
    }
    if tag.starts_with("{{^") {
        return (Word::Unless, bare(tag));
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = tag.trim_start_matches(|c| !is_name(c));
    while !rest.is_empty() {
        let (name, after) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
        let word = match name {
            "if" | "If" | "IF" | "elseif" | "elseIf" | "ElseIf" | "elsif" | "elif" => Word::If,
            "unless" => Word::Unless,
            // Blade has a word for those who are not signed in.
            "guest" => return (Word::Unless, "auth"),
            "case" | "Case" | "when" => Word::Case,
            _ => {
                rest = after.trim_start_matches(|c| !is_name(c));
                continue;
            }
        };
        return (word, bare(after));
    }
    (Word::If, bare(tag))
}

/// The value of a tag's attribute: the quotes within its expression are the other ones, or it is a braced expression.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = rest.rfind(quote).filter(|end| *end > 0)?;
    // Of several attributes the first counts.
    let value = rest.get(1..end)?;
    let end = value.find(&format!("{quote} ")).filter(|_| !value.starts_with(['$', '#'])).unwrap_or(value.len());
    value.get(..end)
}

/// An expression without the marks of the tag around it, and without brackets around all of it.
fn bare(text: &str) -> &str {
    let is_mark = |c: char| c.is_whitespace() || "<>%?{}[]#@:$;~-*/&^".contains(c);
    let mut text = text.trim_matches(is_mark);
    if let Some(rest) = text.strip_suffix("Then").or_else(|| text.strip_suffix("then")) {
        text = rest.trim_end();
    }
    while let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        if !is_balanced(inner) {
            break;
        }
        text = inner.trim_matches(is_mark);
    }
    text
}

fn is_balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    text.bytes().all(|byte| {
        depth += i32::from(byte == b'(') - i32::from(byte == b')');
        depth >= 0
    }) && depth == 0
}

fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    text.strip_prefix(word).filter(|rest| rest.starts_with(|c: char| c.is_whitespace() || c == '('))
}

/// The parts of a text between signs or words, outside of brackets and quotes.
fn parts<'t>(text: &'t str, sign: &str, word: &str) -> Vec<&'t str> {
    let bytes = text.as_bytes();
    let (mut found, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let is_blank = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_whitespace);
        let is_word = |rest: &[u8]| rest.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word.as_bytes()));
        let length = match () {
            () if quote.is_some() || depth > 0 => 0,
            () if rest.starts_with(sign.as_bytes()) => sign.len(),
            () if at > 0 && is_blank(at - 1) && is_word(rest) && is_blank(at + word.len()) => word.len(),
            () => 0,
        };
        if length > 0 {
            found.push(text.get(start..at).unwrap_or_default());
            at += length;
            start = at;
            continue;
        }
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            (b'(' | b'[', None) => depth += 1,
            (b')' | b']', None) => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    found.push(text.get(start..).unwrap_or_default());
    found
}

/// An expression as it is compared: without blanks between signs, the marks of variables, and differences of quotes.
fn squeezed(text: &str) -> String {
    let text = text.trim().trim_matches(|c: char| matches!(c, '{' | '}' | '$' | '(' | ')') || c.is_whitespace());
    let mut squeezed = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars().filter(|c| *c != '$') {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        let parts_words = squeezed.ends_with(|c: char| c.is_alphanumeric()) && c.is_alphanumeric();
        if std::mem::take(&mut blank) && parts_words {
            squeezed.push(' ');
        }
        squeezed.push(if c == '"' { '\'' } else { c });
    }
    squeezed
}

/// Whether a text is a constant: in quotes, of which tags may have taken one, or a number.
fn is_constant(text: &str) -> bool {
    text.starts_with('\'') || text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
}
