//! Where commands write: standard output, locked and buffered, and complaints on standard error.

use std::collections::HashSet;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};

use super::args::{Color, InputArgs};
use super::{CliError, suggest};
use crate::report::escape::visible;
use crate::report::{Look, Paint};
use crate::{Run, RunError, RunErrorKind};

/// Standard output while a command writes to it.
pub(super) type Output = BufWriter<StdoutLock<'static>>;

/// How output for people looks on standard output.
pub(super) fn look(color: Color) -> Look {
    Look { color: is_colored(color, &io::stdout()), unicode: draws_unicode() }
}

/// Lets `write` fill standard output. A reader that leaves early (`| head`) ends it quietly.
pub(super) fn print(write: impl FnOnce(&mut Output) -> io::Result<()>) -> Result<(), CliError> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer would only meet the same closed pipe when it is dropped.
            let _ = out.into_parts();
            Ok(())
        }
        Err(source) => {
            let _ = out.into_parts();
            Err(CliError::Io { what: "standard output can't be written", source })
        }
        Ok(()) => Ok(()),
    }
}

/// One complaint on standard error.
pub(super) fn complain(color: Color, text: &str) {
    let paint = Paint::new(is_colored(color, &io::stderr()));
    // Nothing can be told to a user whose standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{} {text}", paint.red_bold("error:"));
}

/// What went wrong in a run, on standard error.
pub(super) fn complain_of_run(color: Color, run: &Run, input: &InputArgs) {
    complain_of(color, &run.errors, input);
}

/// Errors of a run, on standard error.
pub(super) fn complain_of(color: Color, errors: &[RunError], input: &InputArgs) {
    let named: HashSet<&str> = input.paths.iter().filter_map(|path| path.to_str()).collect();
    for error in errors {
        let text = match &error.path {
            Some(path) => format!("{}: {}", visible(path), visible(&error.message)),
            None => visible(&error.message).into_owned(),
        };
        let text = match error.kind {
            RunErrorKind::Internal => format!("internal-error: {text}"),
            RunErrorKind::Path => text,
        };
        complain(color, &format!("{text}{}", hint(error, &named)));
    }
}

/// A path that isn't there and looks like a command was probably meant to be one.
fn hint(error: &RunError, named: &HashSet<&str>) -> String {
    let named = error.path.as_deref().filter(|path| named.contains(path));
    match (error.kind, named) {
        (RunErrorKind::Path, Some(path)) if suggest::COMMANDS.contains(&path) => {
            format!("\n  tip: a command stands first: `paylint {path} …`")
        }
        (RunErrorKind::Path, Some(path)) => {
            match suggest::nearest(path, suggest::COMMANDS.iter().copied()).as_slice() {
                [] => String::new(),
                [first, ..] => format!("\n  tip: did you mean the command `paylint {first}`?"),
            }
        }
        _ => String::new(),
    }
}

fn is_colored(color: Color, stream: &impl RawStream) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => AutoStream::choice(stream) != ColorChoice::Never,
    }
}

/// Lines are drawn in Unicode unless a person looks at a terminal that says it can't show it; what goes into a
/// file or a pipe is the same everywhere.
fn draws_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    !io::stdout().is_terminal() || locale_has_unicode(locale.as_deref())
}

fn locale_has_unicode(locale: Option<&str>) -> bool {
    let Some(locale) = locale else { return true };
    match locale.split_once('.') {
        Some((_, charset)) => charset.to_ascii_lowercase().starts_with("utf"),
        None => !matches!(locale, "C" | "POSIX"),
    }
}

#[cfg(test)]
mod tests {
    use super::locale_has_unicode;

    #[test]
    fn only_a_locale_that_says_so_lacks_unicode() {
        for locale in [None, Some("en_US.UTF-8"), Some("zh_CN.utf8"), Some("C.UTF-8"), Some("de_DE")] {
            assert!(locale_has_unicode(locale), "{locale:?}");
        }
        for locale in [Some("C"), Some("POSIX"), Some("zh_CN.GBK")] {
            assert!(!locale_has_unicode(locale), "{locale:?}");
        }
    }
}
