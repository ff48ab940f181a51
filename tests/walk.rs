//! Which files a run looks at, from outside: lists of paths, many paths, links, names, and what can't be read.

use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use tempfile::TempDir;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// One finding in each file that holds it.
const PAYMENT: &str = "AlipayJSBridge.call('tradePay', { tradeNO: window.no }, function () {});\n";

/// A project whose files each hold a payment.
fn tree(files: &[&str]) -> Outcome<TempDir> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("paylint.json"), "{}")?;
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        fs::write(path, PAYMENT)?;
    }
    Ok(folder)
}

/// How a run ended: its exit code, the files with findings, the errors as `path: message`.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    files: Vec<String>,
    errors: Vec<String>,
    looked_at: u64,
}

fn run(folder: &Path, args: &[&str], stdin: &[u8]) -> Outcome<Ran> {
    let mut command = cargo_bin_cmd!("paylint");
    command.current_dir(folder).arg("--format=json").args(args).write_stdin(stdin).timeout(Duration::from_secs(120));
    let output = command.output()?;
    let document: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))?;
    let list = |name: &str| document[name].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Ran {
        code: output.status.code(),
        files: list("findings").iter().map(|finding| text(&finding["file"])).collect(),
        errors: list("errors").iter().map(|e| format!("{}: {}", text(&e["file"]), text(&e["message"]))).collect(),
        looked_at: document["summary"]["files"].as_u64().unwrap_or_default(),
    })
}

#[test]
fn a_list_names_paths_in_a_file_or_on_standard_input() -> Outcome {
    let folder = tree(&["a.js", "b c.js", "d/e.js", "支付.js"])?;
    let list = "a.js\nb c.js\r\nd\n\n支付.js\n";
    fs::write(folder.path().join("list.txt"), list)?;
    let expected = ["a.js", "b c.js", "d/e.js", "支付.js"];
    for (args, stdin) in [(["--files-from", "list.txt"], ""), (["--files-from", "-"], list)] {
        let ran = run(folder.path(), &args, stdin.as_bytes())?;
        assert_eq!((ran.code, ran.files, ran.errors.len()), (Some(1), expected.map(str::to_owned).to_vec(), 0));
    }
    let ran = run(folder.path(), &["--files-from=-"], b"a.js\0d/e.js\0")?;
    assert_eq!(ran.files, ["a.js", "d/e.js"]);
    let ran = run(folder.path(), &["--files-from=-", "d"], b"a.js")?;
    assert_eq!(ran.files, ["a.js", "d/e.js"], "paths beside a list count, too");
    Ok(())
}

#[test]
fn a_list_of_what_has_changed_may_name_anything_that_is_there() -> Outcome {
    let folder = tree(&["a.js"])?;
    fs::write(folder.path().join("README.md"), "")?;
    let ran = run(folder.path(), &["--files-from=-"], b"README.md\ngone.png\na.js\n")?;
    assert_eq!((ran.code, ran.files.len(), ran.errors.len()), (Some(1), 1, 0));
    let ran = run(folder.path(), &["--files-from=-"], b"gone.js\na.js\n")?;
    assert_eq!((ran.code, ran.files.len()), (Some(2), 1));
    assert_eq!(ran.errors, ["gone.js: there is no such file or folder"]);
    Ok(())
}

#[test]
fn an_empty_list_names_nothing_and_not_the_current_folder() -> Outcome {
    let folder = tree(&["a.js"])?;
    for list in ["", "\n\n", "README.md\n"] {
        let ran = run(folder.path(), &["--files-from=-"], list.as_bytes())?;
        assert_eq!((ran.code, ran.files.len(), ran.looked_at), (Some(0), 0, 0), "{list:?}");
    }
    Ok(())
}

#[test]
fn a_list_that_is_missing_or_in_the_way_is_exit_code_2() -> Outcome {
    let folder = tree(&["a.js"])?;
    for (args, said) in [
        (&["--files-from", "none.txt"][..], "the list of paths, none.txt, can't be read"),
        (&["--files-from", "-", "--stdin-filename", "a.js", "-"], "both a list of paths"),
    ] {
        let output = cargo_bin_cmd!("paylint").current_dir(folder.path()).args(args).write_stdin("").output()?;
        let stderr = String::from_utf8(output.stderr)?;
        assert!(output.status.code() == Some(2) && stderr.contains(said), "{stderr}");
    }
    Ok(())
}

#[test]
fn ten_thousand_paths_on_the_command_line_and_in_a_list() -> Outcome {
    let folder = tree(&["a.js"])?;
    let names: Vec<String> = (0..10_000).map(|n| format!("f{n}.js")).collect();
    for name in &names {
        fs::write(folder.path().join(name), "go()")?;
    }
    fs::write(folder.path().join("f77.js"), PAYMENT)?;
    let args: Vec<&str> = names.iter().map(String::as_str).collect();
    let ran = run(folder.path(), &args, b"")?;
    assert_eq!((ran.files, ran.looked_at), (vec!["f77.js".to_owned()], 10_000));
    let ran = run(folder.path(), &["--files-from=-"], names.join("\n").as_bytes())?;
    assert_eq!((ran.files, ran.looked_at), (vec!["f77.js".to_owned()], 10_000));
    let missing: Vec<String> = (0..10_000).map(|n| format!("gone{n}.js")).collect();
    let args: Vec<&str> = missing.iter().map(String::as_str).collect();
    assert_eq!(run(folder.path(), &args, b"")?.errors.len(), 10_000);
    Ok(())
}

#[test]
fn extensions_count_in_any_case_and_a_path_given_twice_once() -> Outcome {
    let folder = tree(&["A.JS", "b.HtMl.js", "d/c.Mjs"])?;
    let ran = run(folder.path(), &[".", "A.JS", "./A.JS", "d", "d/../A.JS"], b"")?;
    assert_eq!((ran.files, ran.looked_at), (["A.JS", "b.HtMl.js", "d/c.Mjs"].map(str::to_owned).to_vec(), 3));
    Ok(())
}

#[test]
fn names_as_long_as_names_may_be() -> Outcome {
    let name = format!("{}.js", "n".repeat(252));
    let folder = tree(&[&name, &format!("{}/a.js", ["d"; 1_000].join("/"))])?;
    let ran = run(folder.path(), &["."], b"")?;
    assert_eq!((ran.code, ran.files.len(), ran.errors.len()), (Some(1), 2, 0));
    let ran = run(folder.path(), &[&"x".repeat(5_000)], b"")?;
    assert_eq!((ran.code, ran.errors.len()), (Some(2), 1));
    Ok(())
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    #[test]
    fn links_that_lead_in_circles_end() -> Outcome {
        let folder = tree(&["a.js", "d/b.js"])?;
        symlink(".", folder.path().join("here"))?;
        symlink("..", folder.path().join("d/up"))?;
        symlink("itself.js", folder.path().join("itself.js"))?;
        symlink("two.js", folder.path().join("one.js"))?;
        symlink("one.js", folder.path().join("two.js"))?;
        let ran = run(folder.path(), &["."], b"")?;
        assert_eq!((ran.code, ran.files, ran.errors.len()), (Some(1), vec!["a.js".into(), "d/b.js".into()], 0));
        let ran = run(folder.path(), &["here", "d/up/d", "a.js"], b"")?;
        assert_eq!((ran.code, ran.looked_at), (Some(1), 2), "{ran:?}");
        let ran = run(folder.path(), &["itself.js", "one.js"], b"")?;
        assert_eq!((ran.code, ran.errors.len()), (Some(2), 2));
        Ok(())
    }

    #[test]
    fn folders_too_deep_for_a_path_are_errors_and_stop_nobody() -> Outcome {
        let folder = tree(&["z.js"])?;
        let part = "d".repeat(200);
        let script = format!(
            "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do mkdir {part} && cd -P {part} || exit 1; done; echo 'tradePay' >x.js"
        );
        assert!(Command::new("sh").arg("-c").arg(script).current_dir(folder.path()).status()?.success());
        let ran = run(folder.path(), &["."], b"")?;
        assert_eq!((ran.code, ran.files, ran.errors.len()), (Some(2), vec!["z.js".to_owned()], 1));
        assert!(ran.errors[0].contains("it cannot be read: file name too long"), "{}", ran.errors[0]);
        Ok(())
    }

    #[test]
    fn names_that_are_not_utf8_are_read_and_shown() -> Outcome {
        let folder = tree(&["a.js"])?;
        let name = std::ffi::OsStr::from_bytes(b"b\xFFd\xE6.js");
        fs::write(folder.path().join(name), PAYMENT)?;
        let expected = ["a.js", "b\u{FFFD}d\u{FFFD}.js"].map(str::to_owned).to_vec();
        assert_eq!(run(folder.path(), &["."], b"")?.files, expected);
        assert_eq!(run(folder.path(), &["--files-from=-"], b"b\xFFd\xE6.js\na.js")?.files, expected);
        let output = cargo_bin_cmd!("paylint").current_dir(folder.path()).arg("--format=json").arg(name).output()?;
        assert_eq!(output.status.code(), Some(1));
        Ok(())
    }

    #[test]
    fn pipes_sockets_and_devices_are_never_waited_for() -> Outcome {
        let folder = tree(&["a.js"])?;
        assert!(Command::new("mkfifo").arg(folder.path().join("pipe.js")).status()?.success());
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket.js"))?;
        symlink("/dev/zero", folder.path().join("zero.js"))?;
        let ran = run(folder.path(), &["."], b"")?;
        assert_eq!(ran.files, ["a.js"]);
        let ran = run(folder.path(), &["pipe.js", "socket.js", "zero.js", "a.js"], b"")?;
        assert_eq!((ran.code, ran.files, ran.errors.len()), (Some(2), vec!["a.js".to_owned()], 3));
        Ok(())
    }
}
