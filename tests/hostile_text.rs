//! Names of files, sources and arguments that somebody else chose can't steer a terminal, reorder or break a line, or
//! put a line of their own into what paylint prints, whatever the command and format.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::cargo::cargo_bin_cmd;
use paylint::report::escape::is_hidden;
use serde_json::Value;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// What would do harm if it were printed as it is: escape sequences of one and of two bytes, controls of direction,
/// line ends with what looks like a report of its own behind them, marks of XML, HTML and of CI's annotations.
const HOSTILE: [&str; 9] = [
    "a\u{1b}[2J\u{1b}]0;title\u{7}b",
    "a\u{9b}31m\u{9d}0;x\u{9c}b",
    "a\u{202e}\u{2066}gnp.js\u{2069}b",
    "a\nerror: forged\nb",
    "a\r::error file=x.js,line=1::forged\rb",
    "a\u{2028}error: forged\u{85}b",
    "a<img src=x onerror=alert(1)>\"'&]]>--><!--b",
    "a%0A::warning::forged%0D##[error]b",
    "a\u{200b}\u{feff}\u{e0041}\u{7f}\u{8}b",
];

fn program(hostile: &str) -> String {
    format!(
        "my.tradePay({{ tradeNO: window['{0}'], success: function (r) {{\n\
           if (r.resultCode !== '9000') {{ /* {1} */ my.alert({{ content: '支付失败{0}' }}); track('{0}'); }}\n\
         }} }});\n\
         AlipayJSBridge.call('tradePay', {{ '{0}': 1 }}, function (r) {{ location.href = '/fail?{0}'; }}); // {1}\n",
        hostile.replace(['\n', '\r', '\u{2028}', '\''], " "),
        hostile.replace(['\n', '\r', '\u{2028}'], " ").replace("*/", "")
    )
}

/// Runs the program; both outputs must be harmless.
fn run(folder: &Path, args: &[&str]) -> Outcome<(String, String)> {
    let mut command = cargo_bin_cmd!("paylint");
    let output =
        command.current_dir(folder).args(args).env("NO_COLOR", "1").timeout(Duration::from_secs(60)).output()?;
    let (stdout, stderr) = (String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?);
    for text in [&stdout, &stderr] {
        let hidden: BTreeSet<char> = text.chars().filter(|c| *c != '\n' && is_hidden(*c)).collect();
        assert!(hidden.is_empty(), "{args:?} printed {hidden:?}: {text:?}");
        for line in text.lines() {
            let line = line.trim_start();
            let is_forged = line.starts_with("error: forged") || line.starts_with("::") || line.starts_with("##[");
            assert!(!is_forged, "{args:?} printed a forged line: {text}");
        }
    }
    Ok((stdout, stderr))
}

/// The formats that a command knows, by what it says to one that it does not know.
fn formats(folder: &Path, command: &[&str]) -> Outcome<Vec<String>> {
    let (_, complaint) = run(folder, &[command, &["--format", "nonsense"]].concat())?;
    let listed = complaint.split("[possible values: ").nth(1).and_then(|rest| rest.split(']').next());
    let listed = listed.ok_or_else(|| format!("no formats are listed: {complaint}"))?;
    Ok(listed.split(", ").map(str::to_owned).collect())
}

/// A name for a file: without what no file system takes.
fn name(index: usize) -> String {
    format!("{}.js", HOSTILE[index].replace('/', ""))
}

#[cfg(unix)]
#[test]
fn names_of_files_and_their_texts_forge_nothing_in_any_format() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("paylint.json"), "{}")?;
    for (index, hostile) in HOSTILE.iter().enumerate() {
        fs::write(folder.path().join(name(index)), program(hostile))?;
    }
    for command in [&[][..], &["audit"]] {
        let formats = formats(folder.path(), command)?;
        assert!(formats.len() >= 2, "{formats:?}");
        for format in formats {
            let (shown, _) = run(folder.path(), &[command, &["--format", &format]].concat())?;
            assert!(shown.contains("forged"), "the names are shown: {shown}");
        }
    }
    for index in 0..HOSTILE.len() {
        let place = format!("{}:1", name(index));
        for format in formats(folder.path(), &["trace", "a.js:1"])? {
            let (shown, complaints) = run(folder.path(), &["trace", &place, "--format", &format])?;
            assert!(!shown.is_empty(), "{complaints}");
        }
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn documents_have_names_and_texts_as_they_are() -> Outcome {
    let folder = tempfile::tempdir()?;
    for (index, hostile) in HOSTILE.iter().enumerate() {
        fs::write(folder.path().join(name(index)), program(hostile))?;
    }
    let (document, _) = run(folder.path(), &["--format", "json"])?;
    let document: Value = serde_json::from_str(&document)?;
    let findings = document["findings"].as_array().ok_or("a list of findings")?;
    let files: BTreeSet<&str> = findings.iter().filter_map(|finding| finding["file"].as_str()).collect();
    let names: Vec<String> = (0..HOSTILE.len()).map(name).collect();
    assert_eq!(files, names.iter().map(String::as_str).collect());
    Ok(())
}

#[test]
fn arguments_forge_nothing() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("a.js"), program("x"))?;
    for hostile in HOSTILE {
        let option = format!("--{hostile}");
        let place = format!("{hostile}.js:1");
        let assigned = format!("{hostile}=1");
        for args in [
            &[hostile][..],
            &[&option],
            &["--format", hostile],
            &["--color", hostile],
            &["--fail-on", hostile],
            &["--limit", hostile],
            &["--limit", &assigned],
            &["--stdin-filename", hostile],
            &["--files-from", hostile],
            &["-W", hostile],
            &["explain", hostile],
            &["trace", &place],
            &["trace", hostile],
            &["trace", "a.js:1", "--code", hostile],
            &["audit", hostile],
        ] {
            run(folder.path(), args)?;
        }
    }
    Ok(())
}
