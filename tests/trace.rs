//! What users may rely on when they run `paylint trace`: which calls and codes are traced, what each kind of step says,
//! and what a wrong place or code ends in.

use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use tempfile::TempDir;

/// Fails for 8000 and 6004.
const FAULTY: &str = "\
function pay(order) {
  my.tradePay({
    tradeNO: order.tradeNO,
    success: (res) => {
      if (res.resultCode === '9000') my.navigateBack();
      else my.showToast({ content: '支付失败' });
    },
  });
}
";

/// Two calls on one line, without a fault.
const TWO: &str = "\
const a = (no) => my.tradePay({ tradeNO: no }); const b = (no) => ap.tradePay({ tradeNO: no }, (r) => {});
";

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn tree(files: &[(&str, &str)]) -> Outcome<TempDir> {
    let dir = tempfile::tempdir()?;
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(dir.path()))?;
        fs::write(path, text)?;
    }
    Ok(dir)
}

fn trace(dir: &Path, args: &[&str]) -> Outcome<Ran> {
    let mut command = cargo_bin_cmd!("paylint");
    command.current_dir(dir).arg("trace").args(args).timeout(Duration::from_secs(60)).env("NO_COLOR", "1");
    let output = command.output()?;
    Ok(Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}

/// The trace of the call in a file with this text, for one code.
fn shown(text: &str, line: u32, code: &str) -> Outcome<String> {
    let dir = tree(&[("pay.js", text)])?;
    let ran = trace(dir.path(), &[&format!("pay.js:{line}"), "--code", code])?;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
    Ok(ran.stdout)
}

/// The trace of a result callback with this body, for 8000.
fn callback(body: &str) -> Outcome<String> {
    shown(&format!("function pay(no) {{ ap.tradePay({{ tradeNO: no }}, (res) => {{ {body} }}); }}\n"), 1, "8000")
}

#[test]
fn every_code_at_fault_is_traced_unless_one_is_named() -> Outcome {
    let dir = tree(&[("pay.js", FAULTY)])?;
    let codes = |args: &[&str]| -> Outcome<Vec<Value>> {
        let ran = trace(dir.path(), &[&["pay.js:2", "--format", "json"], args].concat())?;
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        let document: Value = serde_json::from_str(&ran.stdout)?;
        Ok(document["traces"].as_array().into_iter().flatten().map(|t| t["code"].clone()).collect())
    };
    assert_eq!(codes(&[])?, ["8000", "6004"]);
    assert_eq!(codes(&["--code", "9000"])?, ["9000"]);
    assert_eq!(codes(&["--code", "other"])?, [Value::Null]);
    let clean = tree(&[("two.js", TWO)])?;
    let ran = trace(clean.path(), &["two.js:1"])?;
    assert_eq!(ran.stdout.matches("   code     8000: still processing\n").count(), 2, "{}", ran.stdout);
    Ok(())
}

#[test]
fn a_column_picks_one_of_several_calls() -> Outcome {
    let dir = tree(&[("two.js", TWO)])?;
    let headings = |place: &str| -> Outcome<Vec<String>> {
        let lines = trace(dir.path(), &[place])?.stdout;
        Ok(lines.lines().filter(|l| l.contains("radePay in ")).map(str::to_owned).collect())
    };
    let (first, second) = ("two.js:1:19  my.tradePay in a", "two.js:1:67  ap.tradePay in b");
    assert_eq!(headings("two.js:1")?, [first, second]);
    assert_eq!(headings("two.js:1:19")?, [first]);
    assert_eq!(headings("./two.js:1:70")?, [second]);
    Ok(())
}

#[test]
fn a_line_within_a_call_names_it() -> Outcome {
    let dir = tree(&[("pay.js", FAULTY)])?;
    let within = trace(dir.path(), &["pay.js:6"])?;
    assert_eq!(within.stdout, trace(dir.path(), &["pay.js:2"])?.stdout);
    Ok(())
}

#[test]
fn a_line_without_a_call_lists_the_calls_of_the_file() -> Outcome {
    let dir = tree(&[("pay.js", FAULTY)])?;
    for (place, complaint) in [
        ("pay.js:1", "error: no payment call stands at pay.js:1\n"),
        ("pay.js:9", "error: no payment call stands at pay.js:9\n"),
        ("pay.js:2:1", "error: no payment call stands at pay.js:2:1\n"),
        ("pay.js", "error: `pay.js` has no line\n"),
    ] {
        let ran = trace(dir.path(), &[place])?;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{place}");
        assert!(ran.stderr.starts_with(complaint), "{}", ran.stderr);
        assert!(
            ran.stderr.ends_with("\n  payment calls in pay.js:\n    pay.js:2:3  my.tradePay in pay\n"),
            "{}",
            ran.stderr
        );
    }
    Ok(())
}

#[test]
fn a_file_without_calls_a_folder_and_no_file_are_told_apart() -> Outcome {
    let dir = tree(&[("src/none.js", "let a = 1;\n"), ("src/read.txt", "my.tradePay({})\n")])?;
    for (place, complaint) in [
        ("src/none.js:1", "error: no payment call was found in src/none.js\n"),
        ("src", "error: `src` is a folder\n"),
        ("src:3", "error: `src` is a folder\n"),
        ("gone.js:3", "error: gone.js: "),
        ("src/read.txt:1", "error: src/read.txt: "),
    ] {
        let ran = trace(dir.path(), &[place])?;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{place}");
        assert!(ran.stderr.starts_with(complaint), "{place}: {}", ran.stderr);
    }
    Ok(())
}

#[test]
fn an_unknown_code_lists_those_of_the_api() -> Outcome {
    let dir = tree(&[("pay.js", FAULTY)])?;
    let ran = trace(dir.path(), &["pay.js:2", "--code", "800"])?;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(
        ran.stderr.contains("is called `800`\n  tip: did you mean `8000`? the result codes are 9000, "),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.ends_with(", and `other` for any else\n"), "{}", ran.stderr);
    let ran = trace(dir.path(), &["pay.js:2", "--code", "\u{1b}[2J"])?;
    assert!(ran.stderr.contains("`<U+001B>[2J`"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn a_condition_tells_its_operands_and_where_it_leads() -> Outcome {
    let text = shown(FAULTY, 2, "8000")?;
    assert!(text.contains("pay.js:5:11    res.resultCode === '9000' does not hold: on to 6:7\n"), "{text}");
    assert!(text.contains("                   res.resultCode is '8000'\n"), "{text}");
    assert!(text.contains("pay.js:6:12    effect (failure): my.showToast({ content: '支付失败' })\n"), "{text}");
    assert!(text.contains("   verdict  FAULT: my.showToast({ content: '支付失败' }) tells failure (6:12)\n"), "{text}");
    assert!(text.contains("   finding  error[pending-as-failure] at pay.js:6:7: "), "{text}");
    let paid = shown(FAULTY, 2, "9000")?;
    assert!(
        paid.contains("res.resultCode === '9000' holds: on to 5:38\n") && paid.contains("   verdict  ok\n"),
        "{paid}"
    );
    assert!(!paid.contains("finding"), "{paid}");
    Ok(())
}

#[test]
fn a_condition_that_is_put_together_tells_each_part() -> Outcome {
    let text = callback("if (!(res.resultCode === '9000' || res.resultCode === '8000')) alert('支付失败');")?;
    let parts = ["res.resultCode === '9000' does not hold\n", "res.resultCode === '8000' holds, so !(res.resultCode"];
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
    let switched = callback("switch (true) { case res.resultCode === '9000': break; default: alert('支付失败'); }")?;
    assert!(switched.contains("res.resultCode === '9000' does not hold"), "{switched}");
    assert!(switched.contains("res.resultCode is '8000'"), "{switched}");
    Ok(())
}

#[test]
fn both_arms_are_told_with_the_reason_and_deeper_by_one() -> Outcome {
    let text = callback("if (window.isVip(res)) alert('支付失败'); else alert('处理中'); alert('支付成功');")?;
    let expected = [
        "  window.isVip(res) may hold or not: both arms are followed\n",
        "      window.isVip(res) is what `isVip()` returned, not at hand\n",
        "  if window.isVip(res) holds, at 1:",
        "    effect (failure): alert('支付失败')\n",
        "  if window.isVip(res) does not hold, at 1:",
        "    effect (pending): alert('处理中')\n",
        "  effect (success): alert('支付成功')\n",
    ];
    let mut rest = text.as_str();
    for part in expected {
        let at = rest.find(part).ok_or_else(|| format!("{part:?} is missing, or out of order: {text}"))?;
        rest = &rest[at + part.len() - 1..];
    }
    Ok(())
}

#[test]
fn calls_are_told_with_arguments_and_what_they_return() -> Outcome {
    let text =
        callback("const f = (code, n) => code === '9000'; if (f(res.resultCode, 3)) return; alert('支付失败');")?;
    assert!(text.contains("calls f(code = '8000', n = 3)\n"), "{text}");
    assert!(text.contains("f returns false\n"), "{text}");
    Ok(())
}

#[test]
fn a_rejected_promise_is_followed_to_its_handler() -> Outcome {
    let text = shown(
        "function pay(no) {\n  return new Promise((resolve, reject) => my.tradePay({ tradeNO: no, success: (r) => {\n    \
         r.resultCode === '9000' ? resolve() : reject(new Error('支付失败'));\n  } }));\n}\n\
         pay('1').then(() => my.navigateBack()).catch((e) => alert(e.message));\n",
        2,
        "8000",
    )?;
    assert!(text.contains("the promise is rejected with Error('支付失败')\n"), "{text}");
    assert!(text.contains("the promise's reaction runs: the function at 6:46 (e = Error('支付失败'))\n"), "{text}");
    assert!(text.contains("effect (failure): alert(e.message)\n"), "{text}");
    assert!(!text.contains("my.navigateBack()\n"), "{text}");
    Ok(())
}

#[test]
fn a_caught_throw_is_followed_to_its_catch() -> Outcome {
    let text =
        callback("try { if (res.resultCode !== '9000') throw new Error('x'); } catch (e) { alert('支付失败'); }")?;
    let (thrown, caught) = (text.find("throws Error('x')\n"), text.find("is caught: Error('x')\n"));
    assert!(thrown.is_some() && thrown < caught, "{text}");
    Ok(())
}

#[test]
fn a_look_up_tells_its_key_and_what_it_finds() -> Outcome {
    let text = callback("const T = { '8000': '处理中' }; alert(T[res.resultCode] || '支付失败');")?;
    assert!(text.contains("T[res.resultCode] finds '处理中' under '8000'\n"), "{text}");
    Ok(())
}

#[test]
fn each_way_to_a_call_is_a_run_of_its_own() -> Outcome {
    let text = shown(
        "var done; function start() { AlipayJSBridge.call('tradePay', { tradeNO: window.no }, done); }\n\
         done = (r) => { if (r.resultCode !== '9000') alert('支付失败'); }; start();\n\
         done = (r) => { switch (r.resultCode) { case '9000': case window.code: return; default: alert('处理中'); } }; start();\n",
        1,
        "8000",
    )?;
    let (first, second) = text.split_once("   way 2 of 2\n").ok_or("two ways")?;
    assert!(first.contains("   way 1 of 2\npay.js:2:64  calls start\n"), "{text}");
    assert!(first.contains("effect (failure): alert('支付失败')\n") && !first.contains("处理中"), "{text}");
    assert!(second.contains("switch (r.resultCode): it is '8000': several cases may take it\n"), "{text}");
    assert!(second.contains("if it is `case window.code:`, at 3:54:\n"), "{text}");
    assert!(second.contains("  effect (pending): alert('处理中')\n"), "{text}");
    Ok(())
}

#[test]
fn a_run_without_end_is_cut_and_says_so() -> Outcome {
    let loops = ["i", "j", "k"].map(|v| format!("for (let {v} = 0; {v} < 60; {v}++) "));
    let text = callback(&format!("{} if (!({})) return;", loops.concat(), ["res"; 12].join(" && ")))?;
    assert!(text.contains("  there are more steps than are shown\n"), "{}", text.len());
    assert!(text.contains("  the run is too long or too deep to follow, and ends here\n"), "{}", text.len());
    assert!(text.contains("   verdict  undecided: too long or too deep to follow"), "{}", text.len());
    Ok(())
}

#[test]
fn nothing_in_a_file_steers_the_terminal_or_the_layout() -> Outcome {
    let long = "支付".repeat(200);
    let text = callback(&format!(
        "const t = '\\u001b[2J\\u202e{long}'; if (res['{long}'] === t) alert(t); else fail(`\u{202e}{long}`, t);"
    ))?;
    for line in text.lines() {
        assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line:?}");
        assert!(line.chars().count() <= 200, "{line}");
    }
    Ok(())
}

#[test]
fn two_runs_agree() -> Outcome {
    let dir = tree(&[("pay.js", FAULTY)])?;
    for format in ["human", "json"] {
        let run = || trace(dir.path(), &["pay.js:2", "--format", format]).map(|ran| ran.stdout);
        assert_eq!(run()?, run()?);
    }
    Ok(())
}
