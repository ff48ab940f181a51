//! Projects of several files: what is said of a line does not depend on which paths were named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use paylint::{Options, Run, Stdin};

/// Folders with a `paylint.json`: each is a project of its own.
fn projects() -> Vec<PathBuf> {
    let marked = walkdir::WalkDir::new("fixtures").sort_by_file_name().into_iter().flatten();
    let folders =
        marked.filter(|e| e.file_name() == "paylint.json").filter_map(|e| e.path().parent().map(Path::to_owned));
    folders.collect()
}

fn run(paths: &[&Path]) -> Run {
    paylint::run(&Options { paths: paths.iter().map(|p| (*p).to_owned()).collect(), ..Options::default() })
}

/// Each finding of a file in words: rule, place, message.
fn findings(run: &Run, path: &str) -> BTreeSet<String> {
    let of_file = run.diagnostics.iter().filter(|d| run.project.file(d.primary.file).path == path);
    of_file.map(|d| format!("{} {:?} {} {:?}", d.rule.id, d.primary.span, d.message, d.help)).collect()
}

#[test]
fn a_verdict_does_not_depend_on_the_paths_that_are_named() {
    let projects = projects();
    assert!(!projects.is_empty(), "no projects");
    let mut found = 0;
    for project in &projects {
        let whole = run(&[project]);
        for file in &whole.project.files {
            let alone = run(&[Path::new(&file.path)]);
            let expected = findings(&whole, &file.path);
            found += expected.len();
            assert_eq!(findings(&alone, &file.path), expected, "{}", file.path);
            assert_eq!(alone.diagnostics.len(), expected.len(), "{}: other files are reported too", file.path);
        }
    }
    assert!(found > 0, "no project has a finding");
}

#[test]
fn standard_input_takes_the_place_of_its_file_in_its_project() {
    for project in projects() {
        let whole = run(&[&project]);
        for file in &whole.project.files {
            let bytes = std::fs::read(&file.path).expect("a fixture");
            let stdin = Some(Stdin { path: file.path.clone(), bytes });
            let typed = paylint::run(&Options { stdin, ..Options::default() });
            assert_eq!(findings(&typed, &file.path), findings(&whole, &file.path), "{}", file.path);
        }
    }
}

#[test]
fn standard_input_is_read_as_an_importer_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("package.json", "{}");
    write("pay.js", "export function start(no) { my.tradePay({ tradeNO: no, success() { my.navigateBack(); } }); }\n");
    write("page.js", "export const go = 1;\n");
    let typed = "import { start } from './pay';\nexport const go = () => start('');\n";
    let path = folder.path().join("page.js").to_string_lossy().into_owned();
    let stdin = Some(Stdin { path, bytes: typed.into() });
    let run = paylint::run(&Options { stdin, ..Options::default() });
    let found: Vec<&str> = run.diagnostics.iter().map(|d| d.rule.id).collect();
    assert_eq!(found, ["missing-trade-no"], "the file as it is stored imports nothing");
}

#[test]
fn a_project_in_another_is_judged_by_itself_from_wherever_it_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    };
    write("package.json", "{}");
    write("kit/paylint.json", "{}");
    write("kit/pay.js", "export function start(no) { AlipayJSBridge.call('tradePay', { tradeNO: no }, () => {}); }\n");
    write(
        "page.js",
        "import { start } from './kit/pay';\nexport const go = (o) => window.AlipayJSBridge && start(o.no);\n",
    );
    write(
        "both.js",
        "import { start } from './kit/pay';\nconst back = () => my.navigateBack();\n\
        export const go = (o) => window.AlipayJSBridge ? start(o.no) : my.tradePay({ tradeNO: o.no, success: back });\n",
    );
    let of = |path: &str| {
        let run = run(&[&folder.path().join(path)]);
        run.diagnostics.iter().filter(|d| d.rule.id == "missing-ready-guard").count()
    };
    assert_eq!((of(""), of("kit"), of("kit/pay.js"), of("page.js")), (1, 1, 1, 0));
}

#[test]
fn what_is_named_together_is_judged_together_where_nothing_marks_a_project() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("pay.js", "export function start(no) { my.tradePay({ tradeNO: no, success() { my.navigateBack(); } }); }\n");
    write("page.js", "import { start } from './pay';\nexport const go = () => start('');\n");
    let rules = |paths: &[&Path]| -> Vec<&str> { run(paths).diagnostics.iter().map(|d| d.rule.id).collect() };
    let (pay, page) = (folder.path().join("pay.js"), folder.path().join("page.js"));
    assert_eq!(rules(&[folder.path()]), ["missing-trade-no"], "a folder");
    assert_eq!(rules(&[&pay, &page]), ["missing-trade-no"], "two files");
    assert!(rules(&[&page]).is_empty(), "a file alone knows no other");
    assert_eq!(run(&[&pay, &page]).project.files.len(), 2);
    write("tsconfig.json", "{}");
    assert_eq!(rules(&[&page]), ["missing-trade-no"], "a configuration marks a project");
}

#[test]
fn an_isolated_file_is_judged_as_it_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("package.json", "{}");
    write("pay.js", "export function pay(no) { AlipayJSBridge.call('tradePay', { tradeNO: no }, () => {}); }\n");
    write("page.js", "import { pay } from './pay';\nexport const go = (o) => window.AlipayJSBridge && pay(o.no);\n");
    let path = folder.path().join("pay.js");
    let count = |isolated| {
        let options = Options { paths: vec![path.clone()], isolated, ..Options::default() };
        paylint::run(&options).diagnostics.len()
    };
    assert_eq!(count(false), 0, "its only caller tests the bridge");
    assert_eq!(count(true), 1);
}

#[test]
#[cfg(unix)]
fn a_package_of_the_same_workspace_is_followed_where_it_is_installed() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    };
    write("paylint.json", "{}");
    write("packages/till/package.json", r#"{ "name": "@mall/till", "main": "src/index.js" }"#);
    write("packages/till/src/index.js", "export const pay = (params) => my.tradePay(params);\n");
    write("packages/shop/package.json", r#"{ "name": "@mall/shop" }"#);
    write(
        "packages/shop/cart.js",
        "import { pay } from '@mall/till';\nexport const go = (no) => pay({ tradeNo: no });\n",
    );
    let scope = folder.path().join("node_modules/@mall");
    std::fs::create_dir_all(&scope).expect("folders");
    std::os::unix::fs::symlink("../../packages/till", scope.join("till")).expect("a link");
    let whole = run(&[folder.path()]);
    let found: Vec<&str> = whole.diagnostics.iter().map(|d| &*whole.project.file(d.primary.file).path).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("packages/shop/cart.js"), "{found:?}");
}

#[test]
fn markup_counts_for_its_script_within_the_project() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("app.json", "{}");
    write(
        "pay.js",
        "Page({ pay(e) { my.tradePay({ tradeNO: e.currentTarget.dataset.no, success() { my.exit(); } }); } });\n",
    );
    write("pay.axml", "<button onTap=\"pay\" data-no=\"\" />\n");
    let of = |name: &str, isolated: bool| {
        let run = paylint::run(&Options { paths: vec![folder.path().join(name)], isolated, ..Options::default() });
        let sites = run.facts.iter().flat_map(|(_, facts)| &facts.sites);
        let calls: Vec<String> = sites.map(|site| run.project.file(site.call.file).path.clone()).collect();
        let ends: Vec<bool> = calls.iter().map(|path| path.ends_with(".axml")).collect();
        (run.diagnostics.iter().map(|d| d.rule.id).collect::<Vec<_>>(), ends)
    };
    assert_eq!(of("pay.axml", false), (vec!["missing-trade-no"], vec![true]));
    assert_eq!(of("pay.js", false), (vec![], vec![true]));
    assert_eq!(of("pay.js", true), (vec![], vec![false]), "nobody at hand calls it");
}

/// Modules that all pay and call the next, by name; what stands before the first one's calls, and behind them.
fn chain(length: usize, (before, after): (&str, &str)) -> Vec<(String, String)> {
    let body =
        "AlipayJSBridge.call('tradePay', { tradeNO: no }, r => { if (r.resultCode !== '9000') alert('支付失败') })";
    let module = |number: usize| {
        let next = number + 1;
        let (import, call) = match next {
            _ if next == length => (String::new(), String::new()),
            _ => (format!("import {{ pay{next} }} from './m{next}'"), format!("pay{next}(no);")),
        };
        let (before, after) = if number == 0 { (before, after) } else { ("", "") };
        let text = format!("{import}\nexport function pay{number}(no) {{ {before} {call} {body} {after} }}\n");
        (format!("m{number}.js"), text)
    };
    (0..length).map(module).collect()
}

#[test]
fn payments_of_a_chain_of_modules_are_judged_by_its_beginning_however_long_it_is() {
    let guarded = ("document.addEventListener('AlipayJSBridgeReady', () => {", "})");
    for (length, around, expected) in [
        (4, guarded, vec!["pending-as-failure"]),
        (40, guarded, vec!["pending-as-failure"]),
        (4, ("", ""), vec!["missing-ready-guard", "pending-as-failure"]),
        (40, ("", ""), vec!["missing-ready-guard", "pending-as-failure"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in chain(length, around) {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let run = run(&[folder.path()]);
        assert!(run.errors.is_empty(), "{:?}", run.errors);
        assert_eq!(run.project.files.len(), length);
        for file in &run.project.files {
            let of_file = run.diagnostics.iter().filter(|d| run.project.file(d.primary.file).path == file.path);
            let mut rules: Vec<&str> = of_file.map(|d| d.rule.id).collect();
            rules.sort_unstable();
            assert_eq!(rules, expected, "{} of {length}", file.path);
        }
    }
}

#[test]
fn what_a_large_bundle_puts_on_components_is_for_its_own_code() {
    let plugin = "import Vue from 'vue'
        Vue.prototype.$pay = no => my.tradePay({ tradeNO: no, success: r => { if (r.resultCode !== '9000') fail() } })";
    let page = "export default { methods: { start() { this.$pay('') } } }";
    for (size, expected) in [(0, vec!["missing-trade-no", "pending-as-failure"]), (600_000, vec!["pending-as-failure"])]
    {
        let folder = tempfile::tempdir().unwrap();
        let bundle = format!("{plugin}\n//{}\n", "x".repeat(size));
        std::fs::write(folder.path().join("plugin.js"), bundle).unwrap();
        std::fs::write(folder.path().join("page.js"), page).unwrap();
        let found: Vec<&str> = run(&[folder.path()]).diagnostics.iter().map(|d| d.rule.id).collect();
        assert_eq!(found, expected, "with {size} bytes more");
    }
}

/// A copy of a library as a project may have one: what it does is more than a run may follow.
fn copy_of_jquery() -> String {
    let methods: String = (0..400)
        .map(|n| format!("$.fn.m{n}=function(a){{for(var i in a)this.m{}(a[i]);return this}};", n / 2))
        .collect();
    let made = "var $=w.$=w.jQuery=function(s){return new $.fn.init(s)};$.fn=$.prototype={};$.fn.init=function(){}";
    let call = "$.ajax=function(o){for(var i=0;i<o.n;i++)$.fn['m'+i](o)};$.fn.text=function(t){$.fn.m9(t)}";
    format!("/*! jQuery v9.9.9 | (c) */\n!function(w){{{made};{methods}{call}}}(window);\n")
}

#[test]
fn what_a_copy_of_a_library_does_is_known_by_its_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("paylint.json", "{}");
    write("jquery-9.9.9.min.js", &copy_of_jquery());
    let script = "function ready(go) { if (window.AlipayJSBridge) go(); else document.addEventListener('AlipayJSBridgeReady', go); }
        $.ajax({ url: '/order', success: function (order) { ready(function () {
          AlipayJSBridge.call('tradePay', { tradeNO: order.no }, function (result) {
            if (result.resultCode === '9000') location.href = '/done'; else $('#told').text('支付失败');
          });
        }); } });";
    let rules = |page: &str| {
        write("pay.html", page);
        let run = run(&[&folder.path().join("pay.html")]);
        run.diagnostics.iter().map(|d| (d.rule.id.to_owned(), d.message.clone())).collect::<Vec<_>>()
    };
    let inline = |src: &str| format!("<script src='{src}'></script><script>{script}</script>");
    let expected = rules(&inline("https://cdn.example.com/jquery.js"));
    assert_eq!(expected.iter().map(|(rule, _)| rule.as_str()).collect::<Vec<_>>(), ["pending-as-failure"]);
    assert_eq!(rules(&inline("jquery-9.9.9.min.js")), expected);
    let (_, code) = copy_of_jquery().split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a comment");
    write("own.js", &code);
    assert_ne!(rules(&inline("own.js")), expected, "the copy says nothing by itself");
}
