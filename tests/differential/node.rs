//! Node.js, which runs programs: one process for thousands of them.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::tree::Printed;

/// Which program, and in how many ways its unknowns are filled.
pub(crate) struct Job<'a> {
    pub(crate) program: &'a Printed,
    pub(crate) seed: u64,
    pub(crate) codes: &'a [String],
    pub(crate) fills: usize,
}

/// What became of a program.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    /// Why it could not be compiled.
    pub(crate) error: Option<String>,
    #[serde(default)]
    pub(crate) runs: Vec<RealRun>,
}

/// One run.
#[derive(Debug, Deserialize)]
pub(crate) struct RealRun {
    /// Which code.
    pub(crate) code: usize,
    /// Which of the values of the unknowns.
    pub(crate) fill: usize,
    /// Why it was ended before its end; after that nothing was recorded.
    pub(crate) ended: Option<String>,
    /// By probe: what was there.
    pub(crate) values: Vec<(u32, Vec<Value>)>,
    /// Effects in order, with what they were given.
    pub(crate) effects: Vec<(u32, Vec<Value>)>,
}

pub(crate) struct Node {
    child: Child,
    lines: Option<mpsc::Sender<String>>,
    writer: Option<JoinHandle<()>>,
    answers: BufReader<ChildStdout>,
}

impl Node {
    /// Starts it; none where there is none.
    pub(crate) fn start() -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/runner.js");
        let mut child = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let (input, output) = (child.stdin.take()?, child.stdout.take()?);
        let (lines, waiting) = mpsc::channel();
        let writer = std::thread::spawn(move || write_all(input, &waiting));
        Some(Self { child, lines: Some(lines), writer: Some(writer), answers: BufReader::new(output) })
    }

    /// Hands a program over; its answer comes in its turn.
    pub(crate) fn send(&self, job: &Job<'_>) {
        let line = json!({ "source": job.program.node, "seed": job.seed % 0x7FFF_FFFF, "codes": job.codes, "fills": job.fills });
        if let Some(lines) = &self.lines {
            lines.send(line.to_string()).expect("Node.js takes programs");
        }
    }

    /// The next answer.
    pub(crate) fn receive(&mut self) -> Answer {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("Node.js answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("Node.js answers {line:?}: {error}"))
    }
}

fn write_all(mut input: ChildStdin, lines: &mpsc::Receiver<String>) {
    for line in lines {
        if writeln!(input, "{line}").is_err() {
            return;
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.lines = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
        let _ = self.child.wait();
    }
}
