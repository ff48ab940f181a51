//! `--show-files`: each file of the paths is listed once, with what becomes of it, and nothing fails by that.

use std::fs;
use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// What the program prints in a folder, and its exit code.
fn listed(folder: &Path, args: &[&str]) -> (String, Option<i32>) {
    let output =
        cargo_bin_cmd!("paylint").current_dir(folder).arg("--show-files").args(args).output().expect("it runs");
    (String::from_utf8(output.stdout).expect("UTF-8"), output.status.code())
}

const PAGE: &str = "Page({ pay(e) { my.tradePay({ tradeNO: e.currentTarget.dataset.no }); } });\n";

#[test]
fn every_file_is_listed_with_what_becomes_of_it() {
    let deep = format!("my.tradePay({}1{});", "[".repeat(9_000), "]".repeat(9_000));
    let folder = folder(&[
        (".gitignore", "dist/\n"),
        ("app.json", r#"{ "pages": ["pages/pay/pay", "pages/gone/gone", "pages/odd/odd"] }"#),
        ("mini.project.json", r#"{ "miniprogramRoot": "./client" }"#),
        ("app.js", "App({});"),
        ("deep.js", &deep),
        ("broken.js", "my.tradePay({ tradeNO: no });\nlet = ;\n"),
        ("dist/pages/pay/pay.js", PAGE),
        ("node_modules/x/index.js", PAGE),
        ("pages/pay/pay.js", PAGE),
        ("pages/pay/pay.axml", "<view onTap='pay' data-no=''/>"),
        ("pages/pay/pay.json", "{}"),
        ("pages/pay/pay.acss", ""),
        ("pages/pay/pay.wxml", "<view bindtap='pay'/>"),
        ("pages/odd/odd.jsx", ""),
        ("pages/odd/odd.axml", "<view/>"),
    ]);
    let (text, code) = listed(folder.path(), &[]);
    assert_eq!(code, Some(0), "{text}");
    let expected = "\
.gitignore: not entered, hidden: its name begins with a dot
app.js: no payment in it, it names no payment, and no module that leads to one
app.json: configuration, says which pages a mini-program has
broken.js: analysed, but for 1 place that is no code
client/app.json: missing, mini.project.json says that it is there
deep.js: skipped, ";
    assert!(text.starts_with(expected), "{text}");
    let expected = "\
dist/: ignored, by a .gitignore or .ignore file
mini.project.json: configuration, says where a mini-program lies
node_modules/: not entered, read only where it is imported
pages/gone/gone: missing, listed in app.json, but it has no script
pages/odd/odd: missing, listed in app.json; a page's script ends with .js or .ts, and not as odd.jsx
pages/odd/odd.axml: no payment in it, its script leads to no payment
pages/odd/odd.jsx: no payment in it, it names no payment, and no module that leads to one
pages/pay/pay.acss: not read, not a kind of file that is read
pages/pay/pay.axml: analysed, as the markup of its script
pages/pay/pay.js: analysed
pages/pay/pay.json: configuration, says which components a page uses
pages/pay/pay.wxml: not read, a mini-program's of another container

3 analysed, 3 no payment in it, 3 configuration, 1 ignored, 2 not entered, 2 not read, 1 skipped, 3 missing
";
    assert!(text.ends_with(expected), "{text}");
    assert_eq!(listed(folder.path(), &[]).0, text, "twice the same");
}

#[test]
fn only_what_is_named_is_listed() {
    let folder = folder(&[("app.json", "{}"), ("pay.js", PAGE), ("pay.axml", "<view onTap='pay'/>"), ("a/b.js", "")]);
    let (text, code) = listed(folder.path(), &["pay.axml"]);
    assert_eq!((text.as_str(), code), ("pay.axml: analysed, as the markup of its script\n\n1 analysed\n", Some(0)));
    let (text, _) = listed(folder.path(), &["a", "--format", "json"]);
    assert!(text.contains("\"file\": \"a/b.js\"") && !text.contains("pay.js"), "{text}");
}

#[test]
fn a_path_that_is_not_there_fails_as_everywhere() {
    let folder = folder(&[("pay.js", PAGE)]);
    let (text, code) = listed(folder.path(), &["gone", "pay.js"]);
    assert_eq!((text.as_str(), code), ("pay.js: analysed\n\n1 analysed\n", Some(2)));
}
