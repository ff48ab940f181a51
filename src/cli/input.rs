//! From the paths on the command line, and from standard input, to what the library analyses.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::CliError;
use super::args::InputArgs;
use crate::limits::{Limit, Limits};
use crate::report::escape::visible;
use crate::source::{FileKind, decode};
use crate::{Options, Stdin};

/// A longer list of paths is not read.
const LONGEST_LIST: u64 = 256 << 20;

/// What to analyse. Reads standard input to its end where `-` is among the paths.
pub(super) fn options(args: &InputArgs) -> Result<Options, CliError> {
    let limits = args.limits.limits();
    let (dashes, mut paths): (Vec<PathBuf>, Vec<PathBuf>) =
        args.paths.iter().cloned().partition(|p| p == Path::new("-"));
    if args.files_from.as_deref() == Some(Path::new("-")) && !dashes.is_empty() {
        return Err(usage("standard input can't be both a list of paths (--files-from) and a text to judge (`-`)"));
    }
    let stdin = match (dashes.len(), &args.stdin_filename) {
        (0, None) => None,
        (1, Some(name)) if name.trim().is_empty() => {
            return Err(usage("--stdin-filename needs a name such as pay.js: its ending says how to read the text"));
        }
        (1, Some(name)) => Some(Stdin { path: name.clone(), bytes: read_stdin(&limits)? }),
        (0, Some(name)) => {
            let tip = format!("write `paylint --stdin-filename {} -`", visible(name));
            return Err(usage(&format!("--stdin-filename is given, but `-` is not among the paths; {tip}")));
        }
        (_, None) => {
            return Err(usage("standard input needs a name; write `paylint --stdin-filename pay.js -`"));
        }
        (_, Some(_)) => return Err(usage("`-` (standard input) can be given only once")),
    };
    if let Some(list) = &args.files_from {
        paths.extend(listed(list)?);
    } else if paths.is_empty() && stdin.is_none() {
        paths.push(PathBuf::from("."));
    }
    Ok(Options { paths, stdin, isolated: args.isolated, limits, ..Options::default() })
}

fn usage(text: &str) -> CliError {
    CliError::Usage(text.to_owned())
}

/// What an editor holds; one byte more than the limit of size shows that it is passed.
fn read_stdin(limits: &Limits) -> Result<Vec<u8>, CliError> {
    read(io::stdin().lock(), limits.get(Limit::FileSize))
        .map_err(|source| CliError::Io { what: "standard input can't be read", source })
}

fn read(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The paths in a list, without files of kinds that are not read: lists of what has changed name everything.
fn listed(list: &Path) -> Result<Vec<PathBuf>, CliError> {
    let bytes = match list == Path::new("-") {
        true => read(io::stdin().lock(), LONGEST_LIST),
        false => File::open(list).and_then(|file| read(file, LONGEST_LIST)),
    };
    let name = visible(&list.to_string_lossy()).into_owned();
    let bytes = bytes.map_err(|error| CliError::Usage(format!("the list of paths, {name}, can't be read: {error}")))?;
    if bytes.len() as u64 > LONGEST_LIST {
        return Err(CliError::Usage(format!("the list of paths, {name}, is larger than {} MiB", LONGEST_LIST >> 20)));
    }
    let mut paths = paths_in(bytes);
    paths.retain(|path| FileKind::of(path).is_some() || path.is_dir());
    Ok(paths)
}

/// The paths in the text of a list: parted by NUL bytes where it has any, by line ends otherwise.
fn paths_in(bytes: Vec<u8>) -> Vec<PathBuf> {
    let bytes = match bytes.as_slice() {
        // What PowerShell writes.
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            decode(bytes).map(|list| list.text.as_bytes().to_vec()).unwrap_or_default()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => rest.to_vec(),
        _ => bytes,
    };
    let separator = if bytes.contains(&0) { 0 } else { b'\n' };
    let items = bytes.split(|byte| *byte == separator);
    let items = items.map(|item| if separator == 0 { item } else { item.strip_suffix(b"\r").unwrap_or(item) });
    items.filter(|item| !item.is_empty()).map(path_of).collect()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(paths: &[&str], name: Option<&str>) -> InputArgs {
        InputArgs {
            paths: paths.iter().map(PathBuf::from).collect(),
            stdin_filename: name.map(str::to_owned),
            ..InputArgs::default()
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

    #[test]
    fn lists_are_parted_by_lines_or_nul_bytes() {
        let paths = |bytes: &[u8]| -> Vec<String> {
            paths_in(bytes.to_vec()).iter().map(|path| path.to_string_lossy().into_owned()).collect()
        };
        assert_eq!(paths(b"a.js\nsrc/b c.ts\n"), ["a.js", "src/b c.ts"]);
        assert_eq!(paths(b"a.js\r\n\r\n b.js"), ["a.js", " b.js"]);
        assert_eq!(paths(b"a\nb.js\0c.js\r\0"), ["a\nb.js", "c.js\r"]);
        assert_eq!(paths("\u{feff}支付.js".as_bytes()), ["支付.js"]);
        let utf16: Vec<u8> = "\u{feff}支.js\r\nb.js\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(paths(&utf16), ["支.js", "b.js"]);
        assert_eq!(paths(b""), Vec::<String>::new());
    }
}
