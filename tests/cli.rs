//! What users may rely on when they run the program: exit codes, messages, formats, and what bad input does.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use tempfile::TempDir;

/// A payment that nothing guards: one finding at error level, `missing-ready-guard`.
const UNGUARDED: &str = "AlipayJSBridge.call('tradePay', { tradeNO: '2026112422001' }, function () {});\n";

/// A payment without a fault.
const GUARDED: &str = "\
function ready(callback) {
  if (window.AlipayJSBridge) callback();
  else document.addEventListener('AlipayJSBridgeReady', callback, false);
}
ready(function () {
  AlipayJSBridge.call('tradePay', { tradeNO: '2026112422001' }, function (result) { console.log(result.resultCode); });
});
";

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A folder with these files.
fn tree(files: &[(&str, &[u8])]) -> Outcome<TempDir> {
    let dir = tempfile::tempdir()?;
    for (path, bytes) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(dir.path()))?;
        fs::write(path, bytes)?;
    }
    Ok(dir)
}

/// The program in a folder. The time limit is for input that would keep it waiting for ever.
fn paylint(dir: &Path, args: &[&str]) -> Command {
    let mut command = cargo_bin_cmd!("paylint");
    command.current_dir(dir).args(args).timeout(Duration::from_secs(60));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

/// How one run ended.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn run(dir: &Path, args: &[&str]) -> Outcome<Ran> {
    finished(paylint(dir, args))
}

fn finished(mut command: Command) -> Outcome<Ran> {
    let output = command.output()?;
    Ok(Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}

impl Ran {
    fn json(&self) -> Outcome<Value> {
        Ok(serde_json::from_str(&self.stdout)?)
    }

    /// File and rule of each finding.
    fn findings(&self) -> Outcome<Vec<(String, String)>> {
        let document = self.json()?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let findings = document["findings"].as_array().cloned().unwrap_or_default();
        Ok(findings.iter().map(|f| (text(&f["file"]), text(&f["rule"]))).collect())
    }
}

fn pair(file: &str, rule: &str) -> (String, String) {
    (file.to_owned(), rule.to_owned())
}

fn faults(schema: &str, document: &Value) -> Outcome<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(schema);
    let schema = jsonschema::validator_for(&serde_json::from_str(&fs::read_to_string(path)?)?)?;
    Ok(schema.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect())
}

#[test]
fn nothing_found_is_exit_code_0() -> Outcome {
    let dir = tree(&[("pay.js", GUARDED.as_bytes())])?;
    let ran = run(dir.path(), &[])?;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(ran.stdout, "no problems found (1 file looked at)\n");
    Ok(())
}

#[test]
fn a_finding_is_exit_code_1() -> Outcome {
    let dir = tree(&[("pay.js", UNGUARDED.as_bytes())])?;
    let ran = run(dir.path(), &["pay.js"])?;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    assert!(ran.stdout.starts_with("error[missing-ready-guard]\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("[pay.js:1:1]"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("1 error in 1 file (1 file looked at)\n"), "{}", ran.stdout);
    Ok(())
}

#[test]
fn the_failing_level_decides_on_the_exit_code() -> Outcome {
    let dir = tree(&[("error.js", UNGUARDED.as_bytes()), ("warning.js", b"AlipayJSBridge.call('tradePay', {;\n")])?;
    let code = |args: &[&str]| run(dir.path(), args).map(|ran| ran.code);
    assert_eq!(code(&["error.js", "--fail-on", "never"])?, Some(0));
    assert_eq!(code(&["warning.js"])?, Some(0));
    assert_eq!(code(&["warning.js", "--fail-on", "warning"])?, Some(1));
    Ok(())
}

#[test]
fn a_path_that_does_not_exist_is_exit_code_2_and_the_rest_is_reported() -> Outcome {
    let dir = tree(&[("pay.js", UNGUARDED.as_bytes())])?;
    let ran = run(dir.path(), &["--format", "json", "nowhere.js", "pay.js"])?;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.starts_with("error: nowhere.js: "), "{}", ran.stderr);
    assert_eq!(ran.findings()?, [pair("pay.js", "missing-ready-guard")]);
    let document = ran.json()?;
    assert_eq!(document["errors"][0]["kind"], "unreadable-path");
    assert_eq!(document["errors"][0]["file"], "nowhere.js");
    assert_eq!(document["errors"].as_array().map(Vec::len), Some(1));
    Ok(())
}

#[test]
fn a_misspelt_command_is_a_path_with_a_tip() -> Outcome {
    let dir = tree(&[])?;
    let ran = run(dir.path(), &["adit"])?;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("did you mean the command `paylint audit`?"), "{}", ran.stderr);
    let ran = run(dir.path(), &["--color", "never", "audit"])?;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("a command stands first: `paylint audit …`"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn a_folder_named_like_a_command_is_reached_with_a_dot() -> Outcome {
    let dir = tree(&[("audit/pay.js", UNGUARDED.as_bytes())])?;
    let ran = run(dir.path(), &["--format", "json", "./audit"])?;
    assert_eq!(ran.findings()?, [pair("audit/pay.js", "missing-ready-guard")]);
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_named_and_the_rest_is_reported() -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tree(&[("pay.js", UNGUARDED.as_bytes()), ("closed/pay.js", UNGUARDED.as_bytes())])?;
    let closed = dir.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000))?;
    let stays_open = fs::read_dir(&closed).is_ok();
    let ran = run(dir.path(), &["--format", "json"]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755))?;
    let ran = ran?;
    // The superuser reads what nobody may read.
    let (code, files): (_, &[&str]) = if stays_open { (1, &["closed/pay.js", "pay.js"]) } else { (2, &["pay.js"]) };
    assert_eq!(ran.code, Some(code), "{}", ran.stderr);
    assert_eq!(ran.stderr.contains("closed"), !stays_open, "{}", ran.stderr);
    let found = ran.findings()?;
    assert_eq!(found.iter().map(|(file, _)| file.as_str()).collect::<Vec<_>>(), files);
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_fifo_is_refused_when_named_and_passed_over_in_a_folder() -> Outcome {
    let dir = tree(&[("pay.js", UNGUARDED.as_bytes())])?;
    let made = std::process::Command::new("mkfifo").arg(dir.path().join("pipe.js")).status()?;
    assert!(made.success());
    let named = run(dir.path(), &["pipe.js", "pay.js"])?;
    assert_eq!(named.code, Some(2));
    assert!(named.stderr.starts_with("error: pipe.js: "), "{}", named.stderr);
    assert!(named.stdout.contains("missing-ready-guard"), "{}", named.stdout);
    let walked = run(dir.path(), &["--format", "json"])?;
    assert_eq!(walked.findings()?, [pair("pay.js", "missing-ready-guard")]);
    Ok(())
}

#[test]
fn an_empty_file_is_clean() -> Outcome {
    let dir = tree(&[("empty.js", b""), ("empty.html", b"")])?;
    let ran = run(dir.path(), &[])?;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "no problems found (2 files looked at)\n"));
    Ok(())
}

#[test]
fn a_file_that_is_not_utf8_stops_nobody() -> Outcome {
    let mut bytes = UNGUARDED.as_bytes().to_vec();
    bytes.extend_from_slice(b"// \xff\xfe\x80\xc3(\n");
    let dir = tree(&[("latin.js", &bytes), ("pay.js", UNGUARDED.as_bytes())])?;
    let ran = run(dir.path(), &["--format", "json"])?;
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.findings()?.contains(&pair("latin.js", "missing-ready-guard")), "{}", ran.stdout);
    assert!(ran.findings()?.contains(&pair("pay.js", "missing-ready-guard")), "{}", ran.stdout);
    Ok(())
}

#[test]
fn a_script_element_without_an_end_stops_nobody() -> Outcome {
    let page = format!("<!doctype html>\n<script>\n{UNGUARDED}");
    let dir = tree(&[("cut.html", page.as_bytes()), ("pay.js", UNGUARDED.as_bytes())])?;
    let ran = run(dir.path(), &["--format", "json"])?;
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let found = ran.findings()?;
    assert!(found.iter().any(|(file, _)| file == "cut.html"), "{}", ran.stdout);
    assert!(found.contains(&pair("pay.js", "missing-ready-guard")), "{}", ran.stdout);
    Ok(())
}

#[test]
fn a_syntax_error_is_one_finding_and_the_other_files_are_linted() -> Outcome {
    let dir = tree(&[("broken.js", b"AlipayJSBridge.call('tradePay', {;\n"), ("pay.js", UNGUARDED.as_bytes())])?;
    let ran = run(dir.path(), &["--format", "json"])?;
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.findings()?, [pair("broken.js", "parse-error"), pair("pay.js", "missing-ready-guard")]);
    let document = ran.json()?;
    assert_eq!(document["findings"][0]["severity"], "warning");
    assert_eq!(document["findings"][0]["range"]["start"]["line"], 1);
    assert_eq!(document["summary"]["errors"], 1);
    assert_eq!(document["summary"]["warnings"], 1);
    Ok(())
}

#[test]
fn standard_input_is_judged_under_its_name() -> Outcome {
    let dir = tree(&[])?;
    let mut command = paylint(dir.path(), &["--format", "json", "--stdin-filename", "src/pay.js", "-"]);
    command.write_stdin(UNGUARDED);
    let ran = finished(command)?;
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(ran.findings()?, [pair("src/pay.js", "missing-ready-guard")]);
    Ok(())
}

#[test]
fn standard_input_without_a_name_is_exit_code_2() -> Outcome {
    let dir = tree(&[])?;
    let ran = run(dir.path(), &["-"])?;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert_eq!(ran.stderr, "error: standard input needs a name; write `paylint --stdin-filename pay.js -`\n");
    Ok(())
}

#[test]
fn unknown_arguments_are_exit_code_2_with_a_tip() -> Outcome {
    let dir = tree(&[])?;
    let ran = run(dir.path(), &["--formt", "json"])?;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(
        ran.stderr.contains("unexpected argument '--formt'") && ran.stderr.contains("'--format'"),
        "{}",
        ran.stderr
    );
    let ran = run(dir.path(), &["--format", "jsn"])?;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("'json'"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn an_unknown_rule_is_exit_code_2_with_a_tip() -> Outcome {
    let dir = tree(&[])?;
    let ran = run(dir.path(), &["explain", "pending-as-failur"])?;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    let expected =
        "error: no rule or result code is called `pending-as-failur`\n  tip: did you mean `pending-as-failure`?\n";
    assert_eq!(ran.stderr, expected);
    Ok(())
}

#[test]
fn rules_and_codes_are_explained() -> Outcome {
    let dir = tree(&[])?;
    let listed = run(dir.path(), &["rules", "--format", "json"])?.json()?;
    assert_eq!(faults("rules-1.schema.json", &listed)?, [""; 0]);
    let rules: Vec<&str> = listed["rules"].as_array().into_iter().flatten().filter_map(|r| r["id"].as_str()).collect();
    for rule in ["missing-ready-guard", "missing-trade-no", "pending-as-failure"] {
        assert!(rules.contains(&rule), "{rules:?}");
    }
    for rule in rules {
        let ran = run(dir.path(), &["explain", rule])?;
        assert_eq!(ran.code, Some(0));
        assert!(ran.stdout.starts_with('#') && !ran.stdout.contains("\n---\n"), "{}", ran.stdout);
    }
    let code = run(dir.path(), &["explain", "8000"])?;
    assert_eq!(code.code, Some(0));
    assert!(code.stdout.contains("the customer may have paid"), "{}", code.stdout);
    Ok(())
}

#[test]
fn the_table_of_rules_is_for_people() -> Outcome {
    let dir = tree(&[])?;
    let ran = run(dir.path(), &["rules"])?;
    assert_eq!(ran.code, Some(0));
    assert!(ran.stdout.starts_with("RULE "), "{}", ran.stdout);
    assert!(ran.stdout.contains("\npending-as-failure "), "{}", ran.stdout);
    Ok(())
}

#[test]
fn help_and_version_are_answers() -> Outcome {
    let dir = tree(&[])?;
    for args in [["--help"].as_slice(), &["audit", "--help"], &["--version"]] {
        let ran = run(dir.path(), args)?;
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{args:?}");
        assert!(ran.stdout.contains("paylint"), "{args:?}");
    }
    Ok(())
}

#[test]
fn documents_fit_their_schemas_and_two_runs_agree() -> Outcome {
    let dir = tree(&[("a.js", UNGUARDED.as_bytes()), ("b/c.js", GUARDED.as_bytes()), ("broken.js", b"tradePay(;\n")])?;
    for (args, schema) in [
        (["--format", "json", "."].as_slice(), "paylint-1.schema.json"),
        (&["audit", "--format", "json", "."], "audit-1.schema.json"),
    ] {
        let first = run(dir.path(), args)?;
        assert_eq!(faults(schema, &first.json()?)?, [""; 0], "{schema}");
        assert_eq!(first.stdout, run(dir.path(), args)?.stdout);
    }
    Ok(())
}

#[test]
fn the_audit_shows_each_call_and_never_fails_for_what_it_shows() -> Outcome {
    let dir = tree(&[("a.js", UNGUARDED.as_bytes()), ("b.js", GUARDED.as_bytes())])?;
    let ran = run(dir.path(), &["audit"])?;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.contains("1. a.js:1:1  AlipayJSBridge.call"), "{}", ran.stdout);
    assert!(ran.stdout.contains("2. b.js:6:3  AlipayJSBridge.call"), "{}", ran.stdout);
    assert!(ran.stdout.contains("2 payment calls in 2 files (2 files looked at)\n"), "{}", ran.stdout);
    let document = run(dir.path(), &["audit", "--format", "json"])?.json()?;
    let states: Vec<_> = document["sites"].as_array().into_iter().flatten().map(|s| &s["ready"]["state"]).collect();
    assert_eq!(states, ["unguarded", "ready"]);
    Ok(())
}

#[test]
fn the_audit_tells_what_it_could_not_judge() -> Outcome {
    let dir = tree(&[("blob.js", b"my.tradePay({})\0"), ("draft.js", b"if (;\nmy.tradePay({})")])?;
    let shown = run(dir.path(), &["audit"])?.stdout;
    assert!(shown.contains("not judged whole: blob.js:1:1: this file was not judged: it is binary"), "{shown}");
    assert!(shown.contains("not judged whole: draft.js:1:5: this script could not be read whole"), "{shown}");
    let document = run(dir.path(), &["audit", "--format", "json"])?.json()?;
    let files: Vec<_> = document["unread"].as_array().into_iter().flatten().map(|entry| &entry["file"]).collect();
    assert_eq!(files, ["blob.js", "draft.js"]);
    Ok(())
}

#[test]
fn colours_are_used_when_asked_for() -> Outcome {
    let dir = tree(&[("pay.js", UNGUARDED.as_bytes())])?;
    assert!(!run(dir.path(), &[])?.stdout.contains('\u{1b}'));
    assert!(run(dir.path(), &["--color", "always"])?.stdout.contains('\u{1b}'));
    let mut command = paylint(dir.path(), &[]);
    command.env("CLICOLOR_FORCE", "1");
    assert!(finished(command)?.stdout.contains('\u{1b}'));
    Ok(())
}

/// The program with this in place of standard output: its exit code and what it says on standard error.
fn run_into(dir: &Path, stdout: impl Into<Stdio>) -> Outcome<(Option<i32>, String)> {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_paylint"));
    let mut child = command.current_dir(dir).stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped()).spawn()?;
    let mut stderr = String::new();
    if let Some(mut pipe) = child.stderr.take() {
        pipe.read_to_string(&mut stderr)?;
    }
    Ok((child.wait()?.code(), stderr))
}

#[test]
fn a_reader_that_leaves_is_no_failure() -> Outcome {
    let dir = tree(&[("pay.js", UNGUARDED.as_bytes())])?;
    let (reader, writer) = std::io::pipe()?;
    drop(reader);
    assert_eq!(run_into(dir.path(), writer)?, (Some(1), String::new()));
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_can_not_be_written_is_exit_code_2() -> Outcome {
    let dir = tree(&[("pay.js", UNGUARDED.as_bytes())])?;
    let full = fs::File::options().write(true).open("/dev/full")?;
    let (code, stderr) = run_into(dir.path(), full)?;
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("error: standard output can't be written: "), "{stderr}");
    Ok(())
}

#[test]
fn a_bundle_on_one_line_prints_lines_that_can_be_read() -> Outcome {
    let long = "a_name_that_no_minifier_has_shortened".repeat(4);
    let mut bundle = String::from("!function(){");
    for number in 0..30 {
        bundle.push_str(&format!(
            "function {long}{number}(e,o){{AlipayJSBridge.call(\"tradePay\",{{tradeNO:e.{long}}},function(t){{\
             \"9000\"==t.resultCode?{long}Toast(\"支付成功\"):\"6001\"==t.resultCode||o.{long}(t)?{long}(t,e):\
             (this.{long}=t.memo,{long}Toast(\"{}支付失败\"+{long}(e)+t.memo))}})}}",
            "很抱歉，".repeat(40)
        ));
        bundle.push_str(&format!("window.{long}{number}={long}{number};"));
    }
    bundle.push_str("}();");
    let dir = tree(&[("dist/app.js", bundle.as_bytes())])?;
    for args in [&["."][..], &["audit"]] {
        let ran = run(dir.path(), args)?;
        assert!(ran.stdout.lines().count() > 100, "{}", ran.stdout);
        for line in ran.stdout.lines() {
            assert!(line.chars().count() <= 200, "{} characters: {line}", line.chars().count());
        }
    }
    Ok(())
}

/// The message of the only finding in a mini-program's result callback with this body.
fn only_message(body: &str) -> Outcome<String> {
    let code = format!("function pay(no) {{ my.tradePay({{ tradeNO: no, success(res) {{ {body} }} }}); }}\n");
    let dir = tree(&[("pay.js", code.as_bytes())])?;
    let document: Value = serde_json::from_str(&run(dir.path(), &["--format", "json", "pay.js"])?.stdout)?;
    assert_eq!(document["findings"].as_array().map(Vec::len), Some(1), "{document:#}");
    Ok(document["findings"][0]["message"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_finding_tells_the_words_that_the_call_does_not_show() -> Outcome {
    let hidden = only_message("const text = '支付失败'; if (res.resultCode !== '9000') alert(text);")?;
    assert!(hidden.contains("reach `alert(text)` (\"支付失败\"): a customer who may have paid is told"), "{hidden}");
    let shown = only_message("if (res.resultCode !== '9000') alert('支付失败');")?;
    assert!(shown.contains("reach `alert('支付失败')`: "), "{shown}");
    let partly = only_message("const url = '/pay/fail?no=' + no; if (res.resultCode !== '9000') location.href = url;")?;
    assert!(partly.contains(" (\"/pay/fail?no=…\"): a customer who may have paid is sent to"), "{partly}");
    Ok(())
}

#[test]
fn an_audit_tells_the_test_of_the_bridge_from_the_place_that_waits() -> Outcome {
    let page = b"function pay() { AlipayJSBridge.call('tradePay', { tradeNO: window.no }, () => location.reload()); }
function late() { AlipayJSBridge.call('tradePay', { tradeNO: window.no }, () => location.reload()); }
document.querySelector('#a').onclick = function () {
  if (!window.AlipayJSBridge) document.addEventListener('AlipayJSBridgeReady', late, false);
  else pay();
};
";
    let dir = tree(&[("pay.js", page.as_slice())])?;
    let shown = run(dir.path(), &["audit"])?.stdout;
    assert_eq!(shown.matches("the bridge is tested here (4:8)").count(), 2, "{shown}");
    assert_eq!(shown.matches("it is waited for here (4:31)").count(), 2, "{shown}");
    Ok(())
}

#[test]
fn a_finding_about_6004_alone_says_that_older_pages_lack_it() -> Outcome {
    let only = only_message(
        "if (res.resultCode === '8000') alert('支付处理中'); else if (res.resultCode !== '9000') alert('支付失败');",
    )?;
    assert!(only.contains("result code 6004 ") && only.contains(". Older vendor pages do not list 6004"), "{only}");
    let both = only_message("if (res.resultCode !== '9000') alert('支付失败');")?;
    assert!(!both.contains("Older"), "{both}");
    Ok(())
}

/// Nothing happens for a payment that is still open: a finding of the category `pedantic`.
const QUIET: &str = "ap.tradePay({ tradeNO: n }, (r) => { if (r.resultCode === '9000') location.href = '/done'; });\n";

/// The exit code, and what is found as `severity[rule]`.
fn found(dir: &Path, args: &[&str]) -> Outcome<(Option<i32>, Vec<String>)> {
    let ran = run(dir, &[&["--format", "json"], args].concat())?;
    let json: Value = serde_json::from_str(&ran.stdout)?;
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = json["findings"].as_array().cloned().unwrap_or_default();
    Ok((ran.code, findings.iter().map(|f| format!("{}[{}]", word(f, "severity"), word(f, "rule"))).collect()))
}

#[test]
fn pedantic_rules_speak_when_asked_for() -> Outcome {
    let dir = tree(&[("quiet.js", QUIET.as_bytes())])?;
    let one = |severity: &str| vec![format!("{severity}[pending-ignored]")];
    assert_eq!(found(dir.path(), &[])?, (Some(0), vec![]));
    assert_eq!(found(dir.path(), &["-W", "pedantic"])?, (Some(0), one("warning")));
    assert_eq!(found(dir.path(), &["--warn", "pending-ignored", "--fail-on", "warning"])?, (Some(1), one("warning")));
    assert_eq!(found(dir.path(), &["--deny=all"])?, (Some(1), one("error")));
    assert_eq!(found(dir.path(), &["-D", "pedantic", "-A", "pending-ignored"])?, (Some(0), vec![]));
    Ok(())
}

#[test]
fn a_rule_can_be_turned_off_or_down() -> Outcome {
    let dir = tree(&[("pay.js", UNGUARDED.as_bytes())])?;
    let warned = vec!["warning[missing-ready-guard]".to_owned()];
    assert_eq!(found(dir.path(), &["-A", "correctness"])?, (Some(0), vec![]));
    assert_eq!(found(dir.path(), &["-A", "correctness", "-W", "missing-ready-guard"])?, (Some(0), warned));
    Ok(())
}

#[test]
fn an_unknown_rule_or_category_is_exit_code_2() -> Outcome {
    let dir = tree(&[("pay.js", UNGUARDED.as_bytes())])?;
    let ran = run(dir.path(), &["--warn", "pedntic"])?;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("no rule or category is called `pedntic`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("did you mean `pedantic`?"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    Ok(())
}
