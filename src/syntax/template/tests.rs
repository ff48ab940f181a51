//! What scripts with holes come to, for each family of syntaxes.

use crate::ir::Script;
use crate::limits::{Budget, Limits};
use crate::source::{Engine, FileKind, scripts_of, without_fillers};
use crate::syntax::dump::dump;
use crate::syntax::{Parsed, on_large_stack, parse};

/// The scripts of a file that can be read.
fn scripts(kind: FileKind, text: &str) -> Vec<Parsed> {
    let raws = scripts_of(kind, text).inline;
    let (limits, budget) = (Limits::default(), Budget::full(Limits::default()));
    on_large_stack(limits.stack(), || raws.iter().map(|raw| parse(text, raw, &budget)).collect()).expect("a thread")
}

/// A script within an element.
fn script(kind: FileKind, code: &str) -> String {
    let text = format!("<p>支付</p><script>{code}</script>");
    let parsed = scripts(kind, &text);
    let [parsed] = parsed.as_slice() else { return format!("{} scripts", parsed.len()) };
    check_places(&text, &parsed.script);
    let problems: Vec<&str> = parsed.problems.iter().map(|problem| problem.message.as_str()).collect();
    let all = std::iter::once(&parsed.script).chain(&parsed.variants);
    let dumped: Vec<String> = all.map(dump).collect();
    let found = if problems.is_empty() { dumped.join(" // ") } else { problems.join("; ") };
    without_fillers(&found)
}

/// Places are those of the file: on its characters, and in it.
fn check_places(text: &str, script: &Script) {
    for span in script.expr_spans.iter().chain(&script.stmt_spans) {
        assert!(span.of(text).is_some(), "{span:?} of {text}");
    }
}

fn check(engine: Engine, cases: &[(&str, &str)]) {
    let kind = FileKind::Template(engine);
    check_kind(kind, cases);
}

fn check_kind(kind: FileKind, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(code, expected)| (code, script(kind, code), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(code, found, expected)| format!("{code}\n  found    {found}\n  expected {expected}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn holes_of_jsp() {
    check(
        Engine::Jsp,
        &[
            ("f('${a.b}')", "@f(‹${a.b}›)"),
            ("f(\"x${a}y<%= b(\"q\") %>\")", "@f(`\"x\", ‹${a}›, \"y\", ‹<%= b(\"q\") %>›`)"),
            ("var n = ${n}, m = <%=m%>;", "var n = ‹${n}›; var m = ‹<%=m%>›"),
            ("f(`a\\${b}`)", "@f(`\"a \", @b`)"),
            ("<c:if test=\"${a > 1}\">f();</c:if>g()", "if Not(‹<c:if test=\"${a > 1}\">›) {@f()}; @g()"),
            (
                "<c:choose><c:when test='${a}'>f()</c:when><c:when test='${b}'>g()</c:when><c:otherwise>h()</c:otherwise></c:choose>",
                "if Not(‹<c:when test='${a}'>›) {@f()} else if ‹<c:when test='${b}'>› {@g()} else {@h()}",
            ),
            (
                "<% if (a > b) { %>f()<% } else if (c) { %>g()<% } else { %>h()<% } %>k()",
                "if Not(‹<% if (a > b) { %>›) {@f()} else if ‹<% } else if (c) { %>› {@g()} else {@h()}; @k()",
            ),
            (
                "<% for (int i = 0; i < n; i++) { if (x) { %>f(<%= i %>)<% } } %>",
                "if Not(‹<% for (int i = 0; i < n; i++) { if (x) { %>›) {@f(‹<%= i %>›)}",
            ),
            ("var a = <c:out value=\"${x}\"/>; // <%-- no --%>\nf()", "var a = ‹<c:out value=\"${x}\"/>›; @f()"),
            ("pay_${id}(); function pay_${id}() { g() }", "^pay_… = function pay_…() {@g()}; pay_…()"),
            ("var a = {b: 1, <c:if test='${x}'>tradeNO: '${y}',</c:if> c: 2}", "var a = {b: 1, tradeNO: ‹${y}›, c: 2}"),
            (
                "var a = <c:if test='${x}'>1</c:if><c:if test='${y}'>2</c:if>;",
                "var a = (Not(‹<c:if test='${x}'>›) ? 1 : ‹</c:if>›)((Not(‹<c:if test='${y}'>›) ? 2 : ‹</c:if>›))",
            ),
            (
                "f({<% if (a) { %>tradeNO: 'x'<% } else { %>orderStr: 'y'<% } %>})",
                "@f({tradeNO: \"x\", orderStr: \"y\"})",
            ),
            ("<s:if test='x'>f()</s:if><s:else>g()</s:else>", "if Not(‹<s:if test='x'>›) {@f()} else {@g()}"),
            ("f('a<s:property value='x'/>b')", "@f(`\"a\", ‹<s:property value='x'/>›, \"b\"`)"),
            ("<%@ include file=\"a.jspf\" %>f()", "@f()"),
            ("//<c:if test='${x}'>\nf()\n//</c:if>\ng()", "if Not(‹<c:if test='${x}'>›) {@f()}; @g()"),
            ("var u = '<c:if test=\"${x}\">a</c:if>b'", "var u = `‹<c:if test=\"${x}\">a</c:if>›, \"b\"`"),
        ],
    );
}

#[test]
fn holes_of_php() {
    check(
        Engine::Php,
        &[
            ("f('<?php echo $a; ?>')", "@f(‹<?php echo $a; ?>›)"),
            ("f(\"<?= $a ?>\n\")", "@f(‹<?= $a ?>›)"),
            (
                "<?php if ($a): ?>f()<?php elseif ($b): ?>g()<?php else: ?>h()<?php endif; ?>",
                "if Not(‹<?php if ($a): ?>›) {@f()} else if ‹<?php elseif ($b): ?>› {@g()} else {@h()}",
            ),
            (
                "<?php foreach ($a as $b) { ?>f(<?=$b?>);<?php } ?>g()",
                "if Not(‹<?php foreach ($a as $b) { ?>›) {@f(‹<?=$b?>›)}; @g()",
            ),
            ("<?php include 'a.php' ?>\nf()", "‹<?php include 'a.php' ?>›; @f()"),
            ("<?php include 'a.php' ?> f()", "‹<?php include 'a.php' ?>›; @f()"),
            ("var a = <?php echo json_encode(\"?>\") ?>;", "var a = ‹<?php echo json_encode(\"?>\") ?>›"),
            ("<?php $x = 1; // }\n?>f()", "@f()"),
            ("f(<?=$n?>.00)", "@f(‹<?=$n?>›)"),
            (
                "var a = \"<?php if ($x) { echo 1; } else { echo 2; } ?>\"",
                "var a = ‹<?php if ($x) { echo 1; } else { echo 2; } ?>›",
            ),
            ("<?php echo $script ?>", "‹<?php echo $script ?>›"),
            ("f(<?php if($a){ ?>1<?php }else{ ?>2<?php } ?>)", "@f((Not(‹<?php if($a){ ?>›) ? 1 : 2))"),
            (
                "if (a) { <?php if($a){ ?>f();} else {g();<?php } ?> }",
                "if @a {if Not(‹<?php if($a){ ?>›) {@f()} else {@g()}}",
            ),
        ],
    );
}

#[test]
fn holes_of_freemarker() {
    check(
        Engine::FreeMarker,
        &[
            (
                "<#if a gt 1>f()<#elseif b>g()<#else>h()</#if>",
                "if Not(‹<#if a gt 1>›) {@f()}; if ‹<#elseif b>› {@g()} else {@h()}",
            ),
            (
                "<#if a>f([<#list xs as x>x,<#sep>y,</#list>])<#else>g()</#if>",
                "if Not(‹<#if a>›) {@f([@x, @y])} else {@g()}",
            ),
            ("<#list xs as x>f('${x}');</#list>", "if Not(‹<#list xs as x>›) {@f(‹${x}›)}"),
            ("[#if a]f()[#else]g()[/#if]", "if Not(‹[#if a]›) {@f()} else {@g()}"),
            ("<#-- f() --><#assign a = 1>g()", "@g()"),
            ("var a = ${(b!\"}\")?string};", "var a = ‹${(b!\"}\")?string}›"),
            ("<#switch a><#case 1>f()<#break><#default>g()</#switch>", "if Not(‹<#case 1>›) {@f()} else {@g()}"),
            (
                "<#if a>function f() {<#elseif b>function g() {<#else>function h() {</#if> k() }",
                "^f = function f() {@k()} // ^g = function g() {@k()} // ^h = function h() {@k()}",
            ),
            ("f({<#include 'a'> g() {}})", "@f({...‹<#include 'a'>›, g: (method g() {})})"),
            ("<@m.a b=1/>\nf()", "‹<@m.a b=1/>›; @f()"),
            ("var u = \"<#if a>x<#else>y</#if>\";", "var u = ‹<#if a>x<#else>y</#if>›"),
            ("var u = <#if a>'x'<#else>'y'</#if>;", "var u = (Not(‹<#if a>›) ? \"x\" : \"y\")"),
            ("var u = <#if a>'x'</#if>;", "var u = (Not(‹<#if a>›) ? \"x\" : ‹</#if>›)"),
            ("var u = <#if a>'x';f()<#else>'y'</#if>;", "var u = \"x\"; @f() // var u = \"y\""),
            ("var xs = [<#list ys as y>{a: '${y}'}<#sep>,</#sep></#list>];", "var xs = [{a: ‹${y}›}]"),
        ],
    );
}

#[test]
fn holes_of_velocity() {
    check(
        Engine::Velocity,
        &[
            ("f('$!{a.b}', \"$c.d('x')\", $!e)", "@f(‹$!{a.b}›, ‹$c.d('x')›, ‹$!e›)"),
            (
                "#if($a)f()#elseif($b)\ng()#else\nh()#end",
                "if Not(‹#if($a)›) {@f()} else if ‹#elseif($b)› {@g()} else {@h()}",
            ),
            ("#foreach($a in $b)\nf('$a');\n#end\ng()", "if Not(‹#foreach($a in $b)›) {@f(‹$a›)}; @g()"),
            ("#set($a = 1)\n## f()\ng()", "@g()"),
            (
                "$('#id').on('click', function () { $.ajax({}) })",
                "@$(\"#id\").on(\"click\", (function() {@$.ajax({})}))",
            ),
            (
                "var $b = $('#b'); $b.on('x', function () { f() })",
                "var $b = @$(\"#b\"); $b.on(\"x\", (function() {@f()}))",
            ),
            ("f('#end', '#fff')", "@f(\"#end\", \"#fff\")"),
        ],
    );
}

#[test]
fn holes_of_ejs_and_erb() {
    check(
        Engine::Ejs,
        &[
            (
                "<% if (a) { %>f('<%= b %>')<% } else { -%>g(<%- c %>)<%_ } _%>",
                "if Not(‹<% if (a) { %>›) {@f(‹<%= b %>›)} else {@g(‹<%- c %>›)}",
            ),
            (
                "<% xs.forEach(function (x) { %>f(<%= x %>);<% }) %><%# f() %>",
                "if Not(‹<% xs.forEach(function (x) { %>›) {@f(‹<%= x %>›)}",
            ),
        ],
    );
    check(
        Engine::Erb,
        &[
            (
                "<% if a? -%>f('<%= b %>')<% elsif c %>g()<%- else -%>h()<% end %>",
                "if Not(‹<% if a? -%>›) {@f(‹<%= b %>›)} else if ‹<% elsif c %>› {@g()} else {@h()}",
            ),
            (
                "<% xs.each do |x| %>f(<%= raw x.to_json %>);<% end %>",
                "if Not(‹<% xs.each do |x| %>›) {@f(‹<%= raw x.to_json %>›)}",
            ),
        ],
    );
}

#[test]
fn holes_of_jinja_and_its_kin() {
    check(
        Engine::Jinja,
        &[
            (
                "{% if a > 1 %}f('{{ b|e }}'){% elif c %}g(){% else %}h(){% endif %}",
                "if Not(‹{% if a > 1 %}›) {@f(‹{{ b|e }}›)} else if ‹{% elif c %}› {@g()} else {@h()}",
            ),
            (
                "{% for a in b %}f({{ a|tojson }});{% else %}g(){% endfor %}",
                "if Not(‹{% for a in b %}›) {@f(‹{{ a|tojson }}›)} else {@g()}",
            ),
            ("{# f() #}{% load static %}{% block js %}g('{% url 'x' %}'){% endblock %}", "@g(‹{% url 'x' %}›)"),
            ("{% raw %}var a = {b: {c: 1}}; f('{{ x }}'){% endraw %}", "var a = {b: {c: 1}}; @f(\"{{ x }}\")"),
            ("{% comment %}f(){% endcomment %}g()", "@g()"),
            ("{% case a %}{% when 1 %}f(){% else %}g(){% endcase %}", "if Not(‹{% when 1 %}›) {@f()} else {@g()}"),
            ("var a = {% if b %}'x'{% else %}'y'{% endif %};", "var a = (Not(‹{% if b %}›) ? \"x\" : \"y\")"),
            ("{{ form.media }}\nf()", "‹{{ form.media }}›; @f()"),
            ("var {{ name }} = 1; f({{ name }})", "var … = 1; @f(…)"),
        ],
    );
    check(
        Engine::Mustache,
        &[
            (
                "{{#if a}}f('{{b}}'){{else if c}}g(){{else}}h(){{/if}}",
                "if Not(‹{{#if a}}›) {@f(‹{{b}}›)} else if ‹{{else if c}}› {@g()} else {@h()}",
            ),
            (
                "{{#each a}}f({{{json this}}});{{/each}}{{!-- f() --}}{{! g() }}h()",
                "if Not(‹{{#each a}}›) {@f(‹{{{json this}}}›)}; @h()",
            ),
            ("{{^a}}f(){{/a}}", "@f()"),
            ("var a = {{#if b}}1{{else}}2{{/if}};", "var a = (Not(‹{{#if b}}›) ? 1 : 2)"),
        ],
    );
    check(
        Engine::Tpl,
        &[
            ("{{if .A}}f('{{.B}}'){{else}}g(){{end}}", "if Not(‹{{if .A}}›) {@f(‹{{.B}}›)} else {@g()}"),
            (
                "{{range $i, $x := .Xs}}f({{$x}});{{end}}{{/* f() */}}g()",
                "if Not(‹{{range $i, $x := .Xs}}›) {@f(‹{{$x}}›)}; @g()",
            ),
            (
                "{if $a}f('{$b}');{elseif $c}g();{else}h();{/if}",
                "if Not(‹{if $a}›) {@f(‹{$b}›)}; if ‹{elseif $c}› {@g()} else {@h()}",
            ),
            (
                "{literal}var a = {b: 1};{/literal}f({$c|json_encode nofilter})",
                "var a = {b: 1}; @f(‹{$c|json_encode nofilter}›)",
            ),
            ("{foreach $a as $b}f('{$b.c}');{/foreach}{* f() *}", "if Not(‹{foreach $a as $b}›) {@f(‹{$b.c}›)}"),
            ("function f() {ldelim} g('{$x}') {rdelim}", "^f = function f() {@g(‹{$x}›)}"),
            ("f('{:url(\"a\")}')", "@f(‹{:url(\"a\")}›)"),
            (
                "<if condition=\"$a eq 1\">f();<else/>g();</if>",
                "if Not(‹<if condition=\"$a eq 1\">›) {@f()} else {@g()}",
            ),
        ],
    );
}

#[test]
fn holes_of_razor_and_asp() {
    check(
        Engine::Razor,
        &[
            ("f('@Model.A', @(b + 1), \"@Url.Action(\"x\")\")", "@f(‹@Model.A›, ‹@(b + 1)›, ‹@Url.Action(\"x\")›)"),
            (
                "@if (a) { <text>f();</text> } else if (c) { <text>h();</text> } else { <text>g();</text> }k()",
                "if Not(‹@if (a) { <text>›) {@f()} else if ‹</text> } else if (c) { <text>› {@h()} else {@g()}; @k()",
            ),
            ("@if (a)\n{\n  @:f('@b');\n  @:g();\n}\nh()", "if Not(‹@if (a)\n{\n  @:›) {@f(‹@b›); @g()}; @h()"),
            ("@foreach (var x in xs) { <text>f(@x);</text> }", "if Not(‹@foreach (var x in xs) { <text>›) {@f(‹@x›)}"),
            (
                "var a = @Html.Raw(Json.Encode(Model)); @* f() *@ @{ var y = \"}\"; }",
                "var a = ‹@Html.Raw(Json.Encode(Model))›",
            ),
            ("f('a@b.com')", "@f(\"a@b.com\")"),
        ],
    );
    check(
        Engine::Asp,
        &[
            (
                "<% If a = 1 Then %>f('<%= b %>')<% Else %>g()<% End If %>",
                "if Not(‹<% If a = 1 Then %>›) {@f(‹<%= b %>›)} else {@g()}",
            ),
            ("<% if (a) { %>f(<%: b %>)<% } %><%-- f() --%>", "if Not(‹<% if (a) { %>›) {@f(‹<%: b %>›)}"),
        ],
    );
}

#[test]
fn holes_of_blade() {
    check(
        Engine::Blade,
        &[
            ("f('{{ $a }}', {!! $b !!}, @json($c))", "@f(‹{{ $a }}›, ‹{!! $b !!}›, ‹@json($c)›)"),
            (
                "@if($a)\nf()\n@elseif($b)\ng()\n@else\nh()\n@endif",
                "if Not(‹@if($a)›) {@f()} else if ‹@elseif($b)› {@g()} else {@h()}",
            ),
            (
                "@foreach($a as $b)\nf({{ $b }});\n@endforeach\n{{-- f() --}}",
                "if Not(‹@foreach($a as $b)›) {@f(‹{{ $b }}›)}",
            ),
            ("f('@{{ x }}', 'a@else.com')", "@f(\" {{ x }}\", \"a@else.com\")"),
            ("@php $a = 1; @endphp f()", "@f()"),
        ],
    );
}

#[test]
fn holes_of_pages() {
    check_kind(
        FileKind::Page,
        &[
            ("f(`${a}`); if (b) {{ g() }}", "@f(`@a`); if @b {{@g()}}"),
            ("f('{{ a }}', \"${b}\", '[[${c}]]')", "@f(‹{{ a }}›, ‹${b}›, ‹[[${c}]]›)"),
            ("var a = /*[[${b}]]*/ ''; f(a)", "var a = ‹/*[[${b}]]*/ ''›; @f(a)"),
            ("f({a: /*[[${b}]]*/ 'x', c: [[${d}]]})", "@f({a: ‹/*[[${b}]]*/ 'x'›, c: ‹[[${d}]]›})"),
            ("/*[# th:if=\"${a}\"]*/\nf();\n/*[/]*/\ng()", "if Not(‹/*[# th:if=\"${a}\"]*/›) {@f()}; @g()"),
            ("var a = {{ b }}; f(a)", "var a = ‹{{ b }}›; @f(a)"),
            ("{% if a %}f(){% else %}g(){% endif %}", "if Not(‹{% if a %}›) {@f()} else {@g()}"),
            ("{{if .A}}f(){{else}}g(){{end}}", "if Not(‹{{if .A}}›) {@f()} else {@g()}"),
            ("var a = ${b}; f('${c}')", "var a = ‹${b}›; @f(‹${c}›)"),
            ("<?php if ($a) { ?>f()<?php } ?>", "if Not(‹<?php if ($a) { ?>›) {@f()}"),
            ("var a = #(b); #if(c) f(); #else g(); #end", "var a = ‹#(b)›; if Not(‹#if(c)›) {@f()} else {@g()}"),
            ("if (a) { f({$b}) } {if $c}g(){/if}", "if @a {@f(‹{$b}›)}; if Not(‹{if $c}›) {@g()}"),
            ("a(;", "Expression expected"),
            ("if(a){if(b){f()}else{g()}}", "if @a {if @b {@f()} else {@g()}}"),
        ],
    );
}

#[test]
fn parts_of_scripts() {
    let of = |text: &str| {
        let parsed = scripts(FileKind::Template(Engine::Tpl), text);
        parsed.iter().map(|parsed| dump(&parsed.script)).collect::<Vec<_>>()
    };
    assert_eq!(of("f('{$a}');\n{if $b}g();{/if}\n"), ["@f(‹{$a}›); if Not(‹{if $b}›) {@g()}"]);
}
