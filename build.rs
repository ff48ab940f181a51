//! Turns the documents under `rules/` into constants of the crate, and fails with one sentence where one is wrong.

#[path = "build/mod.rs"]
mod documents;

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build");
    if let Err(problem) = write() {
        println!("cargo::error={problem}");
    }
}

fn write() -> Result<(), Box<dyn std::error::Error>> {
    let generated = documents::generate(Path::new("rules"))?;
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    std::fs::write(Path::new(&out).join("data.rs"), generated.data)?;
    std::fs::write(Path::new(&out).join("pages.rs"), generated.pages)?;
    Ok(())
}
