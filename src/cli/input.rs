//! From the paths on the command line, and from standard input, to what the library analyses.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::CliError;
use super::args::InputArgs;
use crate::report::escape::visible;
use crate::{Options, Stdin};

/// More is not read from standard input; the largest bundles are a tenth of it.
const STDIN_LIMIT: u64 = 256 << 20;

/// What to analyse. Reads standard input to its end where `-` is among the paths.
pub(super) fn options(args: &InputArgs) -> Result<Options, CliError> {
    let (dashes, mut paths): (Vec<PathBuf>, Vec<PathBuf>) =
        args.paths.iter().cloned().partition(|p| p == Path::new("-"));
    let stdin = match (dashes.len(), &args.stdin_filename) {
        (0, None) => None,
        (1, Some(name)) if name.trim().is_empty() => {
            return Err(usage("--stdin-filename needs a name such as pay.js: its ending says how to read the text"));
        }
        (1, Some(name)) => Some(Stdin { path: name.clone(), bytes: read_stdin()? }),
        (0, Some(name)) => {
            let tip = format!("write `paylint --stdin-filename {} -`", visible(name));
            return Err(usage(&format!("--stdin-filename is given, but `-` is not among the paths; {tip}")));
        }
        (_, None) => {
            return Err(usage("standard input needs a name; write `paylint --stdin-filename pay.js -`"));
        }
        (_, Some(_)) => return Err(usage("`-` (standard input) can be given only once")),
    };
    if paths.is_empty() && stdin.is_none() {
        paths.push(PathBuf::from("."));
    }
    Ok(Options { paths, stdin, isolated: args.isolated, ..Options::default() })
}

fn usage(text: &str) -> CliError {
    CliError::Usage(text.to_owned())
}

fn read_stdin() -> Result<Vec<u8>, CliError> {
    let what = "standard input can't be read";
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(STDIN_LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|source| CliError::Io { what, source })?;
    if bytes.len() as u64 > STDIN_LIMIT {
        return Err(CliError::Usage(format!("standard input is larger than {} MiB", STDIN_LIMIT >> 20)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(paths: &[&str], name: Option<&str>) -> InputArgs {
        InputArgs {
            paths: paths.iter().map(PathBuf::from).collect(),
            stdin_filename: name.map(str::to_owned),
            isolated: false,
        }
    }

    fn complaint(paths: &[&str], name: Option<&str>) -> String {
        options(&args(paths, name)).map(|_| ()).expect_err("a misuse").to_string()
    }

    #[test]
    fn the_current_folder_is_the_default() {
        let options = options(&args(&[], None)).expect("no paths are fine");
        assert_eq!(options.paths, [PathBuf::from(".")]);
        assert!(options.stdin.is_none());
    }

    #[test]
    fn standard_input_and_its_name_come_together() {
        assert!(complaint(&["-"], None).contains("standard input needs a name"));
        assert!(complaint(&["a.js"], Some("pay.js")).contains("`paylint --stdin-filename pay.js -`"));
        assert!(complaint(&["-", "-"], Some("pay.js")).contains("only once"));
        assert!(complaint(&["-"], Some(" ")).contains("needs a name"));
    }
}
