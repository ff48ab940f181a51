//! Generated programs through the evaluator: what is said of each result code is what happens when the program is run,
//! and another look of the same program changes nothing.

#![no_main]

#[path = "../../tests/generated/mod.rs"]
mod generated;
mod input;

use libfuzzer_sys::fuzz_target;

use generated::Program;
use generated::judge::{judged_as_it_runs, said};
use generated::print::{Between, Style};

fuzz_target!(|data: &[u8]| {
    input::catch_panics();
    let program = Program::of(data);
    let plain = program.print(&Style { between: vec![Between::Blank], renamed: false });
    if let Err(why) = judged_as_it_runs(&program, &plain) {
        panic!("{why}\n{}", plain.text);
    }
    let choices = [Between::Nothing, Between::Blank, Between::LineEnd, Between::Comment, Between::LineComment];
    let between = data.iter().take(16).map(|byte| choices[*byte as usize % choices.len()]).collect();
    let other = program.print(&Style { between, renamed: data.len() % 2 == 1 });
    assert_eq!(said(&plain), said(&other), "\n{}\n{}", plain.text, other.text);
});
