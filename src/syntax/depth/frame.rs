//! What is open inside one bracket.

/// What a bracket counts behind a `<` that may be of types: the parser reads what is inside again for each that is around it.
const ANGLED: u32 = 10;

/// What the text is inside of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Top,
    /// `( )` behind `if`, `for`, `while`, `with`, `switch`, `catch`.
    Control,
    Paren,
    Bracket,
    /// `{ }` that ends a statement.
    Block,
    /// `{ }` that is an operand: an object, the body of a function or class that is a value.
    Braces,
    /// `${ }`.
    Substitution,
    /// `<a …>`.
    JsxTag,
    /// Between `<a>` and `</a>`.
    JsxText,
}

/// What a `{` that is still to come belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pending {
    Nothing,
    /// A function or class that is a statement.
    Declaration,
    /// A function or class that is a value.
    Value,
    /// An interface.
    Interface,
}

/// A bracket (or the whole text), and what is open inside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) kind: Kind,
    /// Levels that the expression at hand opens without brackets.
    pub(super) prefixes: u32,
    /// Levels that statements open without brackets.
    pub(super) statements: u32,
    /// `<` of types that are open.
    pub(super) angles: u32,
    /// For the innermost 64 of them, a bit: whether it stands behind an operand.
    pub(super) angles_behind: u64,
    /// Links of the chain at hand.
    pub(super) links: u32,
    /// `?` whose `:` is to come.
    pub(super) questions: u32,
    /// A `:` of a conditional has come, and no `=>` since.
    pub(super) alternative: bool,
    /// Arrow functions that are the last part of a conditional.
    pub(super) guesses: u32,
    /// The expression at hand has `<A>` where an operand is due: a cast, or the parameters of an arrow function's types.
    pub(super) cast: bool,
    /// `do` whose `while` is to come.
    pub(super) dos: u32,
    pub(super) pending: Pending,
    /// It is the body of an interface, or an object's type in one: `void` has no operand.
    pub(super) in_interface: bool,
}

impl Frame {
    pub(super) const fn new(kind: Kind) -> Self {
        let pending = Pending::Nothing;
        Self {
            kind,
            prefixes: 0,
            statements: 0,
            angles: 0,
            angles_behind: 0,
            links: 0,
            questions: 0,
            alternative: false,
            guesses: 0,
            cast: false,
            dos: 0,
            pending,
            in_interface: false,
        }
    }

    pub(super) const fn levels(&self) -> u32 {
        let weight = if self.angles > 0 { ANGLED } else { 1 };
        weight + self.prefixes + self.statements + self.angles
    }

    /// In how many ways besides the first the parser may try what is inside.
    pub(super) const fn tries(&self) -> u32 {
        self.guesses + self.cast as u32
    }
}
