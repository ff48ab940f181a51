//! The program: hands the arguments to the library and its answer to the shell.

use std::process::ExitCode;

fn main() -> ExitCode {
    paylint::cli::main(std::env::args_os()).into()
}
