//! Which renderings a page has, and which scripts each of them has.

use super::{Engine, scripts_of_page, scripts_of_template};
use crate::source::{Alternatives, PageScripts, RawScript};

/// The texts of the scripts of each rendering, parted by `|`, in no order.
fn renderings(page: &PageScripts, text: &str) -> Vec<String> {
    let of = |number: usize| {
        let there = page.inline.iter().filter(|script| script.alternatives.has(number));
        let mut there: Vec<_> = there.collect();
        there.sort_by_key(|script| script.span.start);
        let code = |script: &RawScript| {
            let text = script.masked.clone().or_else(|| script.span.of(text).map(str::to_owned));
            text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        there.into_iter().map(code).collect::<Vec<_>>().join("|")
    };
    let mut all: Vec<String> = (0..page.renderings.max(1)).map(of).collect();
    all.sort();
    all
}

fn check(cases: &[(Engine, &str, &[&str])]) {
    for (engine, text, expected) in cases {
        assert_eq!(renderings(&scripts_of_template(*engine, text), text), *expected, "{text}");
    }
}

#[test]
fn an_arm_is_there_or_another() {
    check(&[
        (Engine::Jsp, "<script>a</script><c:if test='${x}'><script>b</script></c:if>", &["a", "a|b"]),
        (
            Engine::FreeMarker,
            "<#if x><script>a</script><#elseif y><script>b</script><#else><script>c</script></#if>",
            &["a", "b", "c"],
        ),
        (Engine::Php, "<?php if ($x): ?><p onclick='a'><?php else: ?><p onclick='b'><?php endif; ?>", &["a", "b"]),
        (
            Engine::Jinja,
            "{% if x %}<script>a</script>{% if y %}<script>b</script>{% endif %}{% endif %}<p onclick='c'>",
            &["a|b|c", "a|c", "c"],
        ),
        (Engine::Blade, "@foreach ($a as $b)<script>a</script>@endforeach", &["", "a"]),
        (
            Engine::Razor,
            "@if (x) {\n <script>a</script>\n} else {\n var y = 1;\n <p><i onclick='b'>}</i></p>\n <script>c</script>\n}\n<script>d</script>",
            &["a|d", "b|c|d"],
        ),
    ]);
}

#[test]
fn conditions_that_know_of_each_other_hold_together_or_not_at_all() {
    check(&[
        (
            Engine::FreeMarker,
            "<#if x><script>a</script></#if><#if !x><script>b</script></#if><#if x><script>c</script></#if>",
            &["a|c", "b"],
        ),
        (
            Engine::Jsp,
            "<c:if test=\"${t == 'a'}\"><script>a</script></c:if><c:if test=\"${t eq 'b'}\"><script>b</script></c:if>",
            &["", "a", "b"],
        ),
        (
            Engine::Jsp,
            "<% if (\"a\".equals(t)) { %><script>a</script><% } %><% if (t.equals(\"b\")) { %><script>b</script><% } %>",
            &["", "a", "b"],
        ),
        (
            Engine::Jinja,
            "{% if x %}<script>a</script>{% endif %}{% if x and y %}<script>b</script>{% endif %}",
            &["", "a", "a|b"],
        ),
        (
            Engine::Jinja,
            "{% if x or y %}<script>a</script>{% endif %}{% if not x %}<script>b</script>{% endif %}",
            &["a", "a|b", "b"],
        ),
        (
            Engine::FreeMarker,
            "<#switch t><#case 1><script>a</script><#break><#case 2><script>b</script></#switch><#if t == 3></#if>",
            &["", "a", "b"],
        ),
        (
            Engine::FreeMarker,
            "<script>a<#if x>b<#else>c</#if><#if y>d</#if></script><script>e<#if !x>f</#if></script>",
            &["a b <#if y>d</#if>|e", "a c <#if y>d</#if>|e f"],
        ),
        // What decides of elements decides within scripts, too.
        (
            Engine::FreeMarker,
            "<#if x><script>a</script></#if><script>b<#if x>c<#else>d</#if>e<#if y>f</#if></script>",
            &["a|b c e<#if y>f</#if>", "b d e<#if y>f</#if>"],
        ),
    ]);
}

#[test]
fn what_begins_in_one_script_may_end_in_another() {
    check(&[
        (Engine::FreeMarker, "<script>a <#if x>b</script><script>c<#else>d</#if> e</script>", &["a b|c e", "a d e"]),
        (
            Engine::Php,
            "<?php if ($x) { ?><script><?php } else { ?><script type=text/x><?php } ?>a</script>",
            &["", "a"],
        ),
    ]);
}

#[test]
fn a_condition_within_one_script_makes_no_rendering() {
    for text in [
        "<script>a <#if x>b<#else>c</#if></script><script><#if y>d</#if></script>",
        "<p onclick='<#if x>a</#if>b'><script>c</script>",
        "<#if x><p>a</p></#if><script>b</script>",
        "<#if x><script>a</script>",
    ] {
        assert_eq!(scripts_of_template(Engine::FreeMarker, text).renderings, 0, "{text}");
    }
}

#[test]
fn attributes_of_thymeleaf_make_renderings_of_a_page() {
    let text = "<script th:if=\"${x}\">a</script><div th:unless=\"${x}\"><div><script>b</script></div></div>\
                <script>c '{{#if x}}'</script><script>d '{{/if}}'</script>";
    let expected = ["a|c '{{#if x}}'|d '{{/if}}'", "b|c '{{#if x}}'|d '{{/if}}'"];
    assert_eq!(renderings(&scripts_of_page(text), text), expected);
}

#[test]
fn scripts_that_are_loaded_are_loaded_in_some_renderings() {
    let page =
        scripts_of_template(Engine::Jinja, "{% if x %}<script src=a.js></script>{% endif %}<script src=b.js></script>");
    let [a, b] = page.loaded.as_slice() else { panic!("{:?}", page.loaded) };
    assert_eq!((page.renderings, b.alternatives.is_all()), (2, true));
    assert_ne!(a.alternatives.has(0), a.alternatives.has(1));
}

#[test]
fn each_two_arms_meet_and_each_is_alone() {
    let text: String = (0..20).map(|n| format!("<#if a{n}><script>{n}</script></#if>")).collect();
    let page = scripts_of_template(Engine::FreeMarker, &text);
    let [first, last] = [&page.inline[0], &page.inline[19]].map(|script| script.alternatives);
    let seen = |a: bool, b: bool| (0..page.renderings).any(|n| (first.has(n), last.has(n)) == (a, b));
    assert!([(true, true), (true, false), (false, true), (false, false)].into_iter().all(|(a, b)| seen(a, b)));
    let text: String = (0..200).map(|n| format!("<#if a{n}><script>{n}</script></#if>")).collect();
    assert_eq!(scripts_of_template(Engine::FreeMarker, &text).renderings, Alternatives::MOST);
}
