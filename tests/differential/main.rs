//! Programs by chance, run in Node.js and by the evaluator: what happens must be among what the evaluator thought
//! possible. `README.md` beside this file says how; `scripts/differential.sh` runs it.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a check whose ground is missing can only fail, and tells"
)]

mod check;
mod coverage;
mod generate;
mod grammar;
mod node;
mod random;
mod shrink;
mod tree;

use std::collections::BTreeSet;
use std::process::ExitCode;

use check::{Disagreement, Tally};
use coverage::Coverage;
use grammar::Grammar;
use node::{Answer, Job, Node as Process};
use random::Random;
use tree::{Node, Printed};

/// So many programs are told of while the check runs.
const PROGRESS: usize = 1000;
/// Programs that are under way at once.
const BATCH: usize = 64;
/// The documented codes of all APIs, and one that nobody documented.
const CODES: &[&str] = &["9000", "8000", "6004", "4000", "6001", "6002", "99", "undocumented"];
/// Ways in which the unknowns of each program are filled.
const FILLS: usize = 3;

struct Arguments {
    programs: usize,
    seed: u64,
    /// So many disagreements are made small and shown.
    show: usize,
    /// Only the program of this number, which is printed.
    only: Option<usize>,
}

impl Arguments {
    fn read() -> Result<Self, String> {
        let mut found = Self { programs: 300, seed: 1, show: 5, only: None };
        let mut given = std::env::args().skip(1);
        while let Some(name) = given.next() {
            let mut number =
                || given.next().and_then(|n| n.parse::<u64>().ok()).ok_or(format!("{name} takes a number"));
            match name.as_str() {
                "--programs" => found.programs = number()? as usize,
                "--seed" => found.seed = number()?,
                "--show" => found.show = number()? as usize,
                "--only" => found.only = Some(number()? as usize),
                // What `cargo test` hands to every test.
                _ => {}
            }
        }
        Ok(found)
    }
}

/// One program on its way.
struct Case {
    number: usize,
    seed: u64,
    tree: Node,
    printed: Printed,
}

struct Check {
    grammar: Grammar,
    process: Process,
    codes: Vec<String>,
    coverage: Coverage,
    tally: Tally,
    programs: usize,
    /// Programs that could not be compared.
    unusable: usize,
    wrong: Vec<(usize, u64, Node, Vec<Disagreement>)>,
}

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(message) => {
            println!("{message}");
            return ExitCode::from(2);
        }
    };
    let Some(process) = Process::start() else {
        println!("differential check: skipped, since Node.js is missing");
        return ExitCode::SUCCESS;
    };
    let mut check = Check {
        grammar: Grammar::read(),
        process,
        codes: CODES.iter().map(|c| (*c).to_owned()).collect(),
        coverage: Coverage::default(),
        tally: Tally::default(),
        programs: 0,
        unusable: 0,
        wrong: Vec::new(),
    };
    check.run(&arguments);
    check.report(&arguments)
}

impl Check {
    fn run(&mut self, arguments: &Arguments) {
        let mut seeds = Random::new(arguments.seed);
        let mut numbers = (0..arguments.programs).map(|number| (number, seeds.next() >> 16));
        loop {
            let wanted = |(number, _): &(usize, u64)| arguments.only.is_none_or(|only| only == *number);
            let batch: Vec<Case> =
                numbers.by_ref().filter(wanted).take(BATCH).map(|(n, seed)| self.make(n, seed)).collect();
            if batch.is_empty() {
                return;
            }
            for case in &batch {
                self.send(&case.printed, case.seed);
            }
            for case in batch {
                if arguments.only.is_some() {
                    println!("{}", case.printed.plain);
                }
                let answer = self.process.receive();
                self.judge(case, &answer);
            }
        }
    }

    fn make(&self, number: usize, seed: u64) -> Case {
        let tree = generate::program(&self.grammar, seed, number);
        Case { number, seed, printed: Printed::of(&tree), tree }
    }

    fn send(&self, program: &Printed, seed: u64) {
        self.process.send(&Job { program, seed, codes: &self.codes, fills: FILLS });
    }

    fn judge(&mut self, case: Case, answer: &Answer) {
        self.programs += 1;
        if self.programs.is_multiple_of(PROGRESS) {
            println!("{} programs, {} with disagreements", self.programs, self.wrong.len());
        }
        let reached: BTreeSet<u32> = answer.runs.iter().flat_map(|r| r.values.iter().map(|(id, _)| *id)).collect();
        self.coverage.add(&case.printed.constructs, &reached);
        if let Some(error) = &answer.error {
            println!("program {}: {error}", case.number);
        }
        let (tally, found) = compared(&case.printed, answer, &self.codes);
        self.unusable += usize::from(tally.runs == 0);
        self.tally.add(&tally);
        if !found.is_empty() {
            self.wrong.push((case.number, case.seed, case.tree, found));
        }
    }

    /// The disagreements of a program, run now.
    fn disagreements(&mut self, tree: &Node, seed: u64) -> (Printed, Vec<Disagreement>) {
        let printed = Printed::of(tree);
        self.send(&printed, seed);
        let answer = self.process.receive();
        let found = compared(&printed, &answer, &self.codes).1;
        (printed, found)
    }

    fn report(&mut self, arguments: &Arguments) -> ExitCode {
        let wrong = std::mem::take(&mut self.wrong);
        for (number, seed, tree, found) in wrong.iter().take(arguments.show) {
            let kind = &found[0].kind;
            let small = shrink::shrink(tree, |tree| self.disagreements(tree, *seed).1.iter().any(|d| d.kind == *kind));
            let (printed, found) = self.disagreements(&small, *seed);
            println!("\nprogram {number} of seed {}:\n{}", arguments.seed, printed.plain);
            for Disagreement { kind, code, text, story } in found.iter().take(2) {
                println!("{kind:?}, code {code}: `{text}`: {story}");
            }
        }
        println!("\n{}", self.coverage.table(&self.grammar));
        let Tally { whole, runs, values, exact, effects, certain, exhausted } = self.tally;
        println!(
            "programs: {} ({} could not be compared), real runs: {runs} ({whole} to their end)",
            self.programs, self.unusable
        );
        println!("value checks: {values} ({exact} of values that are fully known), bounds reached: {exhausted}");
        println!("effects that happened: {effects}; checks of certain effects: {certain}");
        println!("programs with disagreements: {}", wrong.len());
        if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn compared(program: &Printed, answer: &Answer, codes: &[String]) -> (Tally, Vec<Disagreement>) {
    if answer.error.is_some() {
        return Default::default();
    }
    match check::on_paper(program) {
        Ok(paper) => check::compare(program, &paper, answer, codes),
        Err(message) => {
            let failed =
                Disagreement { kind: check::Kind::Failed, code: String::new(), text: String::new(), story: message };
            (Tally::default(), vec![failed])
        }
    }
}
