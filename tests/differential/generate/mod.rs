//! Programs by chance: a payment whose callback does something with its result, in the constructs that the evaluator
//! claims to know.

mod expressions;
mod operators;
mod program;
mod statements;

pub(crate) use operators::{KINDS, all_pairs};

use crate::grammar::{Grammar, Ty};
use crate::random::Random;
use crate::tree::Node;

/// A name in scope.
#[derive(Clone, Debug)]
pub(crate) struct Var {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    /// Whether it may be written.
    pub(crate) writable: bool,
}

/// What makes one program.
pub(crate) struct Generator<'g> {
    grammar: &'g Grammar,
    /// Which program it is.
    number: usize,
    pub(crate) random: Random,
    vars: Vec<Var>,
    names: u32,
    /// How many more statements it may have, about.
    budget: usize,
    /// Loops and labelled blocks around the current statement that `break` may leave, within the function.
    breakable: usize,
    /// Loops around it.
    loops: usize,
    labels: Vec<String>,
    /// Names that `var` declares in the function: they are there in all of it from then on.
    hoisted: Vec<Var>,
    /// Labels of loops around it.
    loop_labels: Vec<String>,
    /// Whether `return` may stand here, `await` may.
    in_function: bool,
    in_async: bool,
    /// Functions that call nothing generated, so that they come to an end.
    helpers: Vec<String>,
    /// Whether anything waits: what does so lets timers run first on paper, so that a program has one or the other.
    waits: bool,
    /// Whether its `async` functions are waited for by nobody: on paper these let reactions to promises run too early.
    detached: bool,
    /// How deep functions are nested in each other.
    functions: usize,
}

/// The program of a number: chance makes most of it; operators and forms of expressions are taken in turn.
pub(crate) fn program(grammar: &Grammar, seed: u64, number: usize) -> Node {
    let mut generator = Generator {
        grammar,
        number,
        random: Random::new(seed),
        vars: Vec::new(),
        names: 0,
        budget: 0,
        breakable: 0,
        loops: 0,
        labels: Vec::new(),
        hoisted: Vec::new(),
        loop_labels: Vec::new(),
        in_function: false,
        in_async: false,
        helpers: Vec::new(),
        waits: false,
        detached: false,
        functions: 0,
    };
    generator.waits = generator.random.chance(40);
    generator.detached = generator.waits && generator.random.chance(25);
    generator.budget = 5 + generator.random.below(14);
    generator.whole()
}

impl Generator<'_> {
    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn declare(&mut self, name: &str, ty: Ty, writable: bool) {
        self.vars.push(Var { name: name.to_owned(), ty, writable });
    }

    /// Runs with names that are gone afterwards.
    fn scoped<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let kept = self.vars.len();
        let value = inside(self);
        self.vars.truncate(kept);
        let lost = self.hoisted.iter().filter(|var| self.vars.iter().all(|known| known.name != var.name));
        let lost: Vec<Var> = lost.cloned().collect();
        self.vars.extend(lost);
        value
    }

    /// The same inside a function: what leaves loops and functions around it may not stand there.
    fn in_function<T>(&mut self, is_async: bool, inside: impl FnOnce(&mut Self) -> T) -> T {
        let labels = (std::mem::take(&mut self.labels), std::mem::take(&mut self.loop_labels));
        let kept = (self.breakable, self.loops, self.in_function, self.in_async);
        (self.breakable, self.loops, self.in_function, self.in_async) = (0, 0, true, is_async);
        self.functions += 1;
        let (names, hoisted) = (self.vars.clone(), std::mem::take(&mut self.hoisted));
        let value = self.scoped(inside);
        (self.vars, self.hoisted) = (names, hoisted);
        self.functions -= 1;
        (self.breakable, self.loops, self.in_function, self.in_async) = kept;
        (self.labels, self.loop_labels) = labels;
        value
    }

    /// A name of some kind in scope.
    fn name_of(&mut self, ty: Ty) -> Option<String> {
        let fits = |var: &&Var| ty == Ty::Any || var.ty == ty;
        let names: Vec<&String> = self.vars.iter().filter(fits).map(|var| &var.name).collect();
        if names.is_empty() { None } else { Some((*self.random.pick(&names)).clone()) }
    }

    /// A name that may be written.
    fn writable(&mut self) -> Option<Var> {
        let vars: Vec<&Var> = self.vars.iter().filter(|var| var.writable).collect();
        if vars.is_empty() { None } else { Some((*self.random.pick(&vars)).clone()) }
    }
}
