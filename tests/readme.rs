//! What README.md shows is what the program prints. A fenced block with a name after its language (```` ```js pay.js ````)
//! is a file; a block ```` ```console ```` holds commands after `$ ` with their output, and is run in a folder with the
//! files above it. `UPDATE_README=1 cargo test --test readme` writes the outputs anew; read what it changed.
#![cfg(unix)]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use paylint::levels::Level;
use paylint::rules::PAGES;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[test]
fn the_pictures_are_what_the_program_prints() -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path)?;
    let shown = with_real_outputs(&readme)?;
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, &shown)?;
        return Ok(());
    }
    for (index, (is, should)) in readme.lines().zip(shown.lines()).enumerate() {
        assert_eq!(is, should, "README.md:{}", index + 1);
    }
    assert_eq!(readme.lines().count(), shown.lines().count());
    Ok(())
}

#[test]
fn every_rule_has_a_picture_and_a_row_in_the_table() -> Outcome {
    let readme = readme()?;
    let outputs: Vec<&str> = blocks(&readme).into_iter().filter(|b| b.info == "console").map(|b| b.text).collect();
    for rule in PAGES {
        let severity = rule.severity.as_str();
        let head = format!("{severity}[{}]", rule.id);
        assert!(outputs.iter().any(|text| text.lines().any(|line| line == head)), "no picture of {}", rule.id);
        let level = Level::default_of(rule).as_str();
        let row = format!("| [{0}](rules/{0}.md) | {level} | {1} |", rule.id, rule.summary);
        assert!(readme.contains(&row), "the table lacks: {row}");
    }
    let rows = readme.matches("](rules/").count();
    assert_eq!(rows, PAGES.len(), "the table names a rule that does not exist");
    Ok(())
}

#[test]
fn linked_files_exist() -> Outcome {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(document))?;
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            let is_here = path.is_empty() || path.starts_with("https://") || Path::new(path).exists();
            assert!(is_here, "{document} links to {target}");
        }
    }
    Ok(())
}

#[test]
fn blocks_and_commands_are_told_apart() {
    let text = "a\n```js x.js\nb\n```\n```console\n$ one\ntwo\n$ three\n```\n";
    let found: Vec<(&str, &str)> = blocks(text).into_iter().map(|b| (b.info, b.text)).collect();
    assert_eq!(found, [("js x.js", "b\n"), ("console", "$ one\ntwo\n$ three\n")]);
    assert_eq!(commands(found[1].1).collect::<Vec<_>>(), ["one", "three"]);
}

fn readme() -> Outcome<String> {
    Ok(fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"))?)
}

/// A fenced block.
struct Block<'t> {
    /// What follows the opening fence.
    info: &'t str,
    /// The lines between the fences.
    text: &'t str,
    /// Where that text begins.
    start: usize,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        if let Some(info) = line.strip_prefix("```") {
            open = match open {
                None => Some((info.trim(), next)),
                Some((info, start)) => {
                    found.push(Block { info, text: &text[start..at], start });
                    None
                }
            };
        }
        at = next;
    }
    found
}

fn commands(block: &str) -> impl Iterator<Item = &str> {
    block.lines().filter_map(|line| line.strip_prefix("$ "))
}

/// The document with the outputs that its commands have now.
fn with_real_outputs(readme: &str) -> Outcome<String> {
    let folder = tempfile::tempdir()?;
    let mut shown = String::new();
    let mut copied = 0;
    for block in blocks(readme) {
        if let Some((_, name)) = block.info.split_once(' ') {
            fs::write(folder.path().join(name), block.text)?;
        } else if block.info == "console" {
            shown.push_str(&readme[copied..block.start]);
            for command in commands(block.text) {
                shown.push_str(&format!("$ {command}\n{}", output_of(command, folder.path())?));
            }
            copied = block.start + block.text.len();
        }
    }
    shown.push_str(&readme[copied..]);
    Ok(shown)
}

/// What a reader of the document sees who types this.
fn output_of(command: &str, folder: &Path) -> Outcome<String> {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_paylint"));
    let mut search: Vec<PathBuf> = program.parent().map(Path::to_path_buf).into_iter().collect();
    search.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder).env("PATH", std::env::join_paths(search)?).env("NO_COLOR", "1");
    let output = shell.env_remove("CLICOLOR_FORCE").stdin(Stdio::null()).output()?;
    Ok(String::from_utf8([output.stdout, output.stderr].concat())?)
}
