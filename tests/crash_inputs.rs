//! Inputs that make parsers and analysers overflow their stack, run out of memory or take for ever: each construct that
//! can nest or form chains, ten times and a million times. Ten times is code like any other; what passes a limit is one
//! `file-skipped`, which names the limit and its option. An overflow or a hang would end the whole test program.

use paylint::limits::{Limit, Limits};
use paylint::{Options, Run, Stdin};

/// A payment that nothing guards: one finding where it is judged.
const PAYMENT: &str = "\n;AlipayJSBridge.call('tradePay', { tradeNO: window.no }, function (r) {});\n";

const MILLION: usize = 1_000_000;

/// Repetitions of what may stand behind each other without end: enough to show that its cost does not grow faster.
const MANY: usize = 200_000;

fn run(path: &str, bytes: impl Into<Vec<u8>>, limits: Limits) -> Run {
    let stdin = Some(Stdin { path: path.to_owned(), bytes: bytes.into() });
    let run = paylint::run(&Options { stdin, isolated: true, limits, ..Options::default() });
    assert_eq!(run.errors, []);
    run
}

fn rules(run: &Run) -> Vec<&str> {
    run.diagnostics.iter().map(|d| d.rule.id).collect()
}

/// What code that repeats a construct must come to.
#[derive(Clone, Copy)]
enum Past {
    /// It passes this limit.
    Limit(Limit),
    /// It passes none, and the payment behind it is judged.
    Nothing,
}

/// A construct: what stands before all, what opens it, what is innermost, what closes it, what stands behind all.
struct Construct {
    path: &'static str,
    parts: [&'static str; 5],
}

impl Construct {
    fn times(&self, times: usize) -> Run {
        let [head, open, inside, close, tail] = self.parts;
        let text = format!("{head}{}{inside}{}{tail}{PAYMENT}", open.repeat(times), close.repeat(times));
        run(self.path, text, Limits::default())
    }

    fn is_judged_ten_times(&self) {
        assert_eq!(rules(&self.times(10)), ["missing-ready-guard"]);
    }

    fn a_million_times(&self, past: Past) {
        let run = self.times(if matches!(past, Past::Nothing) { MANY } else { MILLION });
        match past {
            Past::Limit(limit) => {
                assert_eq!(rules(&run), ["file-skipped"]);
                let option = format!("`--limit {}={}`", limit.name(), Limits::default().get(limit));
                assert!(run.diagnostics[0].message.contains(&option), "{}", run.diagnostics[0].message);
            }
            Past::Nothing => assert_eq!(rules(&run), ["missing-ready-guard"]),
        }
    }
}

macro_rules! constructs {
    ($($name:ident: $path:literal, $parts:expr, $past:expr;)*) => {$(
        mod $name {
            use super::*;

            const CONSTRUCT: Construct = Construct { path: $path, parts: $parts };

            #[test]
            fn ten_times() {
                CONSTRUCT.is_judged_ten_times();
            }

            #[test]
            fn a_million_times() {
                CONSTRUCT.a_million_times($past);
            }
        }
    )*};
}

const NESTING: Past = Past::Limit(Limit::Nesting);
const CHAIN: Past = Past::Limit(Limit::Chain);

constructs! {
    parentheses: "a.js", ["x=", "(", "a", ")", ";"], NESTING;
    arrays: "a.js", ["x=", "[", "a", "]", ";"], NESTING;
    objects: "a.js", ["x=", "{a:", "1", "}", ";"], NESTING;
    spreads: "a.js", ["x=", "[...", "a", "]", ";"], NESTING;
    blocks: "a.js", ["", "{", "a()", "}", ""], NESTING;
    functions: "a.js", ["", "function f(){", "a()", "}", ""], NESTING;
    function_expressions: "a.js", ["", "(function(){", "a()", "})();", ""], NESTING;
    arrows: "a.js", ["x=", "a=>", "b", "", ";"], NESTING;
    arrows_with_bodies: "a.js", ["x=", "()=>{", "b()", "}", ";"], NESTING;
    arrows_in_parentheses: "a.js", ["x=", "(a)=>(", "b", ")", ";"], NESTING;
    default_parameters: "a.js", ["x=", "(a=", "b", ")=>1", ";"], NESTING;
    generators: "a.js", ["function*g(){", "yield ", "a", "", "}"], NESTING;
    templates: "a.js", ["x=", "`${", "a", "}`", ";"], NESTING;
    elements: "a.jsx", ["x=", "<a>", "b", "</a>", ";"], NESTING;
    fragments: "a.jsx", ["x=", "<>", "b", "</>", ";"], NESTING;
    attributes_with_elements: "a.jsx", ["x=", "<a b={", "c", "}/>", ";"], NESTING;
    conditionals: "a.js", ["x=", "a?b:", "c", "", ";"], NESTING;
    conditionals_in_the_middle: "a.js", ["x=", "a?", "c", ":b", ";"], NESTING;
    negations: "a.js", ["x=", "!", "a", "", ";"], NESTING;
    minus_signs: "a.js", ["x=", "- ", "a", "", ";"], NESTING;
    typeofs: "a.js", ["x=", "typeof ", "a", "", ";"], NESTING;
    voids: "a.js", ["x=", "void ", "a", "", ";"], NESTING;
    deletes: "a.js", ["x=", "delete ", "a.b", "", ";"], NESTING;
    awaits: "a.mjs", ["x=", "await ", "a", "", ";"], NESTING;
    news: "a.js", ["x=", "new ", "a", "", ";"], NESTING;
    powers: "a.js", ["x=", "a**", "b", "", ";"], NESTING;
    assignments: "a.js", ["x=", "a=", "b", "", ";"], NESTING;
    imports: "a.js", ["x=", "import(", "a", ")", ";"], NESTING;
    computed_members: "a.js", ["x=", "a[", "b", "]", ";"], NESTING;
    arguments: "a.js", ["x=", "f(", "b", ")", ";"], NESTING;
    else_ifs: "a.js", ["", "if(a)b;else ", "c;", "", ""], NESTING;
    else_ifs_with_blocks: "a.js", ["if(a){b()}", "else if(a){b()}", "else{}", "", ""], NESTING;
    ifs: "a.js", ["", "if(a)", "b();", "", ""], NESTING;
    fors: "a.js", ["", "for(;y[z];)", "b();", "", ""], NESTING;
    for_ins: "a.js", ["", "for(x in a)", "b();", "", ""], NESTING;
    whiles: "a.js", ["", "while(y[z])", "b();", "", ""], NESTING;
    do_whiles: "a.js", ["", "do{", "b()", "}while(y[z]);", ""], NESTING;
    withs: "a.js", ["", "with(a)", "b();", "", ""], NESTING;
    tries: "a.js", ["", "try{", "b()", "}catch(e){}", ""], NESTING;
    switches: "a.js", ["", "switch(a){case 1:", "b()", "}", ""], NESTING;
    classes: "a.js", ["", "class A{m(){", "b()", "}}", ""], NESTING;
    class_fields: "a.js", ["x=", "class{a=", "b", "}", ";"], NESTING;
    parents_of_classes: "a.js", ["x=", "class extends ", "A", "{}", ";"], NESTING;
    getters: "a.js", ["x=", "{get a(){return ", "1", "}}", ";"], NESTING;
    array_patterns: "a.js", ["var ", "[", "a", "]", "=z;"], NESTING;
    object_patterns: "a.js", ["var ", "{a:", "b", "}", "=z;"], NESTING;
    type_arguments: "a.ts", ["type X=", "A<", "B", ">", ";"], NESTING;
    function_types: "a.ts", ["type X=", "()=>", "B", "", ";"], NESTING;
    conditional_types: "a.ts", ["type X=", "A extends B?C:", "D", "", ";"], NESTING;
    object_types: "a.ts", ["type X=", "{a:", "A", "}", ";"], NESTING;
    tuple_types: "a.ts", ["type X=", "[", "A", "]", ";"], NESTING;
    types_in_parentheses: "a.ts", ["type X=", "(", "A", ")", ";"], NESTING;
    keyofs: "a.ts", ["type X=", "keyof ", "A", "", ";"], NESTING;
    indexed_types: "a.ts", ["type X=", "A[", "B", "]", ";"], NESTING;
    casts: "a.ts", ["x=", "<T>", "a", "", ";"], NESTING;
    namespaces: "a.ts", ["", "namespace A{", "", "}", ""], NESTING;

    members: "a.js", ["x=", "a.", "b", "", ";"], CHAIN;
    optional_members: "a.js", ["x=", "a?.", "b", "", ";"], CHAIN;
    sums: "a.js", ["x=", "a+", "b", "", ";"], CHAIN;
    texts: "a.js", ["x=", "'a'+", "b", "", ";"], CHAIN;
    ands: "a.js", ["x=", "a&&", "b", "", ";"], CHAIN;
    nullish: "a.js", ["x=", "a??", "b", "", ";"], CHAIN;
    calls: "a.js", ["x=a", "()", "", "", ";"], CHAIN;
    calls_of_members: "a.js", ["x=a", ".then(f)", "", "", ";"], CHAIN;
    indices: "a.js", ["x=a", "[0]", "", "", ";"], CHAIN;
    tagged_templates: "a.js", ["x=a", "``", "", "", ";"], CHAIN;
    comparisons: "a.js", ["x=a", "<b", "", "", ";"], CHAIN;
    unions: "a.ts", ["type X=", "A|", "B", "", ";"], CHAIN;
    array_types: "a.ts", ["type X=A", "[]", "", "", ";"], CHAIN;
    as_types: "a.ts", ["x=a", " as any", "", "", ";"], CHAIN;
    non_null: "a.ts", ["x=a", "!", "", "", ";"], CHAIN;

    sequences: "a.js", ["x=(", "a,", "b", "", ");"], Past::Nothing;
    elements_of_an_array: "a.js", ["x=[", "a,", "", "", "];"], Past::Nothing;
    statements: "a.js", ["", "a;", "", "", ""], Past::Nothing;
    empty_statements: "a.js", ["", ";", "", "", ""], Past::Nothing;
    lines: "a.js", ["", "\n", "", "", ""], Past::Nothing;
    comments: "a.js", ["", "/**/", "", "", ""], Past::Nothing;
    decorators: "a.ts", ["", "@a ", "class X{}", "", ""], Past::Nothing;
    children: "a.jsx", ["x=<a>", "<b/>", "", "", "</a>;"], Past::Nothing;
    html_comments: "a.js", ["", "<!--", "\n", "", ""], Past::Nothing;
}

/// The program, with a payment before and one behind.
fn between_payments(text: &str) -> Run {
    run("a.js", format!("{PAYMENT}{text}{PAYMENT}"), Limits::default())
}

mod known_bombs {
    use super::*;

    fn is_one_skip(text: &str) {
        assert_eq!(rules(&between_payments(text)), ["file-skipped"]);
    }

    #[test]
    fn two_hundred_thousand_else_ifs() {
        is_one_skip(&format!("if(a)b;{}", "else if(a)b;".repeat(200_000)));
    }

    #[test]
    fn three_million_sums() {
        is_one_skip(&format!("a{}", "+b".repeat(3_000_000)));
    }

    #[test]
    fn five_million_calls() {
        is_one_skip(&format!("a{}", "()".repeat(5_000_000)));
    }

    #[test]
    fn brackets_that_never_close() {
        for open in ["(", "[", "{", "`${", "f(function(){", "a?b:("] {
            is_one_skip(&open.repeat(MILLION));
        }
    }

    #[test]
    fn brackets_that_nothing_opened() {
        for close in [")", "]", "}"] {
            let run = between_payments(&close.repeat(MILLION));
            assert!(rules(&run).contains(&"missing-ready-guard"), "{close}");
        }
    }

    #[test]
    fn labels_of_one_name() {
        is_one_skip(&format!("{}b;", "a:".repeat(8_000)));
    }

    #[test]
    fn casts_and_comparisons_that_look_like_types() {
        for text in [format!("x={}a;", "<T>".repeat(8_000)), "a<(b ".repeat(8_000)] {
            let run = run("a.ts", format!("{text}{PAYMENT}"), Limits::default());
            assert_eq!(rules(&run), ["file-skipped"]);
        }
    }

    #[test]
    fn conditionals_whose_arrows_the_parser_guesses_at() {
        let run = run("a.ts", format!("x={}y;{PAYMENT}", "a?(b):c=>".repeat(40)), Limits::default());
        assert_eq!(rules(&run), ["file-skipped"]);
        assert!(run.diagnostics[0].message.contains("--limit arrows=8"));
    }

    #[test]
    fn brackets_behind_casts_that_may_be_arrow_functions() {
        for nested in ["<T>(", "<T>(a=", "(<T>a"] {
            let run = run("a.ts", format!("x={}y;{PAYMENT}", nested.repeat(40)), Limits::default());
            assert_eq!(rules(&run), ["file-skipped"]);
        }
    }

    #[test]
    fn brackets_in_the_arguments_of_types() {
        for nested in ["(A<B,", "A<(", "A<["] {
            let run = run("a.ts", format!("x={}y;{PAYMENT}", nested.repeat(400)), Limits::default());
            assert_eq!(rules(&run), ["file-skipped"]);
        }
    }
}

/// What lies just within the limits is read, followed and judged, in an unoptimised build too.
mod within_the_limits {
    use super::*;

    fn code_in_callback(code: &str) -> Run {
        let text = format!(
            "AlipayJSBridge.call('tradePay', {{ tradeNO: window.no }}, function (r) {{ {code}; \
             if (r.resultCode !== '9000') alert('支付失败'); }});"
        );
        run("a.js", text, Limits::default())
    }

    #[test]
    fn deep_code_around_a_payment_and_in_its_callback() {
        for (open, inside, close, levels) in [
            ("(", "a", ")", 1_900),
            ("[", "a", "]", 1_900),
            ("a={b:", "c", "}", 450),
            ("f(function(){", "a()", "})", 450),
            ("(a)=>(", "b", ")", 450),
            ("!", "a", "", 1_900),
            ("a?b:", "c", "", 900),
            ("`${", "a", "}`", 900),
            ("if(a)", "b()", "", 900),
            ("{", "a()", "}", 1_900),
            ("class{a=", "b", "}", 450),
        ] {
            let head = if open == "class{a=" { "x=" } else { "" };
            let code = format!("{head}{}{inside}{}", open.repeat(levels), close.repeat(levels));
            assert!(rules(&code_in_callback(&code)).contains(&"missing-ready-guard"), "{open}");
            let payment = "AlipayJSBridge.call('tradePay', { tradeNO: window.no }, g)";
            let around = format!("{head}{}{payment}{}", open.repeat(levels), close.repeat(levels));
            assert!(!rules(&between_payments(&around)).contains(&"file-skipped"), "{open}");
        }
    }

    #[test]
    fn long_chains() {
        for link in ["+b", ".b", "()", "[0]", "?.b", "``", "&&b", ".then(f)"] {
            let run = code_in_callback(&format!("x=a{}", link.repeat(45_000)));
            assert!(rules(&run).contains(&"missing-ready-guard"), "{link}");
        }
    }

    #[test]
    fn a_raised_limit_is_one_that_the_stack_holds() {
        let mut limits = Limits::default();
        limits.set(Limit::Nesting, 8_000);
        limits.set(Limit::Chain, 400_000);
        for text in [
            format!("x={}a{};", "(".repeat(7_900), ")".repeat(7_900)),
            format!("x={}a{};", "[".repeat(7_900), "]".repeat(7_900)),
            format!("x=a{};", "+b".repeat(390_000)),
        ] {
            let judged = run("a.js", format!("{text}{PAYMENT}"), limits);
            assert_eq!(rules(&judged), ["missing-ready-guard"]);
            assert_eq!(rules(&run("a.js", format!("{text}{PAYMENT}"), Limits::default())), ["file-skipped"]);
        }
    }

    #[test]
    fn each_limit_can_be_lowered() {
        let functions = "function f(){my.tradePay({tradeNO:window.no})}function g(){my.tradePay({tradeNO:window.no})}";
        for (limit, value, text) in [
            (Limit::FileSize, 10, ""),
            (Limit::Tokens, 20, ""),
            (Limit::Nesting, 5, "x=((((((a))))));"),
            (Limit::Chain, 5, "x=a+b+c+d+e+f+g;"),
            (Limit::Depth, 5, "function g(){x=[[[[[[[[my.tradePay({tradeNO:1})]]]]]]]]}"),
            (Limit::Fuel, 1, "for(i=0;i<60;i++){for(j=0;j<60;j++)x=i+j}"),
            (Limit::Steps, 1, functions),
            (Limit::Entries, 1, functions),
        ] {
            let mut limits = Limits::default();
            limits.set(limit, value);
            let run = run("a.js", format!("{text}{PAYMENT}"), limits);
            let skipped: Vec<&str> =
                run.diagnostics.iter().filter(|d| d.rule.id == "file-skipped").map(|d| &*d.message).collect();
            let option = format!("`--limit {}={value}`", limit.name());
            assert!(skipped.len() == 1 && skipped[0].contains(&option), "{option}: {skipped:?}");
        }
    }
}

mod pages {
    use super::*;

    fn page(text: &str) -> Run {
        run("a.html", format!("{text}<script>{PAYMENT}</script>"), Limits::default())
    }

    #[test]
    fn a_hundred_thousand_scripts() {
        assert_eq!(rules(&page(&"<script>var a = 1; f(a)</script>\n".repeat(100_000))), ["missing-ready-guard"]);
    }

    #[test]
    fn a_hundred_thousand_handlers() {
        assert_eq!(rules(&page(&"<a onclick='f(&quot;1&quot;)'>".repeat(100_000))), ["missing-ready-guard"]);
    }

    #[test]
    fn a_million_of_anything_that_is_no_script() {
        for piece in ["<div>", "<", "&amp;", "a", "\0", "</div>", "<br/>", "<p a=b>"] {
            let text = format!("{}{}>", "x".repeat(10_000), piece.repeat(MILLION));
            assert_eq!(rules(&page(&text)), ["missing-ready-guard"], "{piece}");
        }
    }

    #[test]
    fn a_hundred_thousand_references_in_one_handler() {
        for piece in ["&amp;", "&", "&a", "&quot"] {
            let run = page(&format!("<a onclick='f(`{}`)'>", piece.repeat(100_000)));
            assert_eq!(rules(&run), ["missing-ready-guard"], "{piece}");
        }
    }

    #[test]
    fn a_million_attributes() {
        for attribute in ["b=c ", "onclick=f() ", "b ", "b=\"c\" ", "b='c'"] {
            assert_eq!(rules(&page(&format!("<a {}>", attribute.repeat(MILLION)))), ["missing-ready-guard"]);
        }
    }

    #[test]
    fn scripts_that_never_close() {
        for text in ["<script>", "<script><!--<script>", "</script", "<!--"] {
            let run = page(&text.repeat(MILLION));
            assert!(run.diagnostics.len() <= 3, "{text}: {:?}", rules(&run));
        }
    }

    #[test]
    fn tokens_of_all_scripts_count_together() {
        let mut limits = Limits::default();
        limits.set(Limit::Tokens, 10_000);
        let script = format!("<script>{}</script>", "a();".repeat(1_500));
        assert_eq!(
            rules(&run("a.html", format!("{script}<script>{PAYMENT}</script>"), limits)),
            ["missing-ready-guard"]
        );
        let run = run("a.html", format!("{}<script>{PAYMENT}</script>", script.repeat(3)), limits);
        assert!(rules(&run).contains(&"file-skipped"));
        assert!(run.diagnostics.iter().all(|d| d.rule.id != "file-skipped" || d.message.contains("tokens=10000")));
    }
}

mod server_templates {
    use super::*;

    /// What begins a hole in some language, and does not end; what begins and ends one.
    const PIECES: [&str; 26] = [
        "<%",
        "<%=a%>",
        "<%--",
        "<?php ",
        "<?=a?>",
        "<?",
        "{{",
        "{{a}}",
        "{{{",
        "{%",
        "{% if a %}",
        "{#",
        "${",
        "${a}",
        "#{",
        "<#if a>",
        "<#--",
        "#if(a)",
        "#if(",
        "##",
        "@{",
        "@if(",
        "@(",
        "{if a}",
        "[[",
        "<c:if test='a'>",
    ];

    #[test]
    fn holes_without_end() {
        for name in [
            "a.html",
            "a.jsp",
            "a.php",
            "a.blade.php",
            "a.ftl",
            "a.vm",
            "a.ejs",
            "a.twig",
            "a.hbs",
            "a.tpl",
            "a.cshtml",
            "a.aspx",
        ] {
            for piece in PIECES {
                let many = piece.repeat(50_000);
                for text in [
                    format!("{many}<script>{PAYMENT}</script>"),
                    format!("<script>{PAYMENT}</script><script>{many}{PAYMENT}</script>"),
                    format!("<a title='{many}' onclick='f({many})'>"),
                ] {
                    assert!(run(name, text, Limits::default()).diagnostics.len() < 50_000, "{name}: {piece}");
                }
            }
        }
    }

    /// Conditions around elements, in a row and in each other: each may be a page of its own.
    #[test]
    fn conditions_around_scripts() {
        const CONDITIONS: [(&str, &str, &str); 8] = [
            ("a.ftl", "<#if aN><script>f(N)</script>", "</#if>"),
            ("a.jsp", "<c:if test=\"${t == 'N'}\"><p onclick='f(N)'>", "</c:if>"),
            (
                "a.php",
                "<?php if ($a && $bN || !$cN): ?><script src='N.js'></script><?php else: ?><script>N</script>",
                "<?php endif ?>",
            ),
            ("a.twig", "<script>f(N); {% if aN %}</script><script>g(N)", "{% endif %}</script>"),
            ("a.ftl", "<#if aN><script>f(N)</script><#elseif bN><script>g(N)</script>", "</#if>"),
            ("a.cshtml", "@if (aN) {\n<div><script>f(N)</script>\n", "</div>\n}\n"),
            ("a.html", "<div th:if='${aN}'><script>f(N)</script>", "</div>"),
            ("a.html", "<p th:case='N'><script>f(N)</script><div th:switch='${aN}'>", "</div>"),
        ];
        for (path, open, close) in CONDITIONS {
            let numbered = |number: usize| open.replace('N', &number.to_string());
            let opens: String = (0..1_000).map(numbered).collect();
            let in_a_row: String = (0..1_000).map(|number| numbered(number) + close).collect();
            for text in [in_a_row, opens.clone() + &close.repeat(1_000), opens] {
                let run = run(path, format!("<script>{PAYMENT}</script>{text}"), Limits::default());
                assert!(rules(&run).contains(&"missing-ready-guard"), "{path}: {open}");
            }
        }
    }
}

mod directives {
    use super::*;

    #[test]
    fn conditional_comments_in_each_other_and_on_one_line() {
        for (open, close) in [
            ("// #ifdef APP-PLUS\n", "// #endif\n"),
            ("/*#ifdef APP-PLUS*/", "/*#endif*/"),
            ("/*#else*/", ""),
            ("/*#ifdef APP-PLUS*/a;/*#endif*/", ""),
        ] {
            let text = format!("{}{PAYMENT}{}", open.repeat(MANY), close.repeat(MANY));
            assert_eq!(rules(&run("a.js", text, Limits::default())), ["missing-ready-guard"], "{open}");
        }
    }

    #[test]
    fn directives_of_servers_in_one_comment() {
        for (open, close) in [("/* ", " */"), ("/* ", ""), ("// ", "\n")] {
            let many = "{% if a %} {% endif %}".repeat(MANY);
            let text = format!("<script>{PAYMENT}</script><script>{open}{many}{close}</script>");
            assert!(rules(&run("a.twig", text, Limits::default())).contains(&"missing-ready-guard"), "{open}");
        }
    }

    #[test]
    fn arms_without_number() {
        let arms = "{% elif b %}f({".repeat(MANY);
        let text = format!("<script>{PAYMENT}</script><script>{{% if a %}}f({{{arms}{{% endif %}}x:1}});</script>");
        assert!(rules(&run("a.twig", text, Limits::default())).contains(&"missing-ready-guard"));
    }
}

mod components {
    use super::*;

    fn component(template: &str) -> Run {
        let script = format!("export default {{ methods: {{ pay() {{ {PAYMENT} }} }} }}");
        run("a.vue", format!("<template>{template}</template>\n<script>{script}</script>"), Limits::default())
    }

    #[test]
    fn handlers_without_number() {
        let attributes = |attribute: &str| format!("<a {}/>", attribute.repeat(MANY / 4));
        let row = |n: usize| format!("<a v-for='x{n} in y' @b='pay(x{n})'/>");
        for template in [
            "<a @b='pay()'/>".repeat(MANY / 4),
            attributes("@b='pay()' "),
            attributes(":disabled='c' @b='pay()' "),
            format!("<p v-if='{}d'>{}</p>", "c&&".repeat(MANY / 4), "<a @b='pay()'/>".repeat(MANY / 4)),
            (0..MANY / 4).map(row).collect(),
        ] {
            assert_eq!(rules(&component(&template)), ["missing-ready-guard"], "{}", &template[..40]);
        }
    }

    #[test]
    fn methods_without_number() {
        let methods: String = (0..10_000).map(|n| format!("a{n}() {{ this.pay() }},")).collect();
        let text = format!("Page({{ {methods} pay() {{ {PAYMENT} }} }})");
        assert_eq!(rules(&run("a.js", text, Limits::default())), ["missing-ready-guard"]);
    }

    #[test]
    fn properties_without_number() {
        let keys = |code: fn(usize) -> String| (0..MANY / 4).map(code).collect::<String>();
        let object = format!("var o={{{}}};", keys(|n| format!("a{n}:1,")));
        for text in [
            format!("{object}if(window.a)o.b=1;if(window.c)o.d=2;"),
            format!("{object}{}", keys(|n| format!("x=o.a{n};"))),
            format!("var o={{}};{}", keys(|n| format!("o.a{n}=1;"))),
        ] {
            assert_eq!(rules(&run("a.js", format!("{text}{PAYMENT}"), Limits::default())), ["missing-ready-guard"]);
        }
    }

    #[test]
    fn names_of_a_scope_without_number() {
        let names: String = (0..MANY / 4).map(|n| format!("const a{n} = {n};")).collect();
        let used: String = (0..MANY / 4).map(|n| format!("b{n},")).collect();
        let template = format!("<a @b='pay({used})'/>{}", "<a @b='pay()'/>".repeat(1_000));
        let text =
            format!("<template>{template}</template>\n<script setup>{names}function pay() {{ {PAYMENT} }}</script>");
        assert_eq!(rules(&run("a.vue", text, Limits::default())), ["missing-ready-guard"]);
    }

    #[test]
    fn blocks_for_platforms_and_with_interpolations() {
        for blocks in ["<a mode='ali'>b</a><c>d</c>", "<template>{{<}}</template>"] {
            let text = format!("{}<script>{PAYMENT}</script>", blocks.repeat(MANY));
            assert_eq!(rules(&run("a.vue", text, Limits::default())), ["missing-ready-guard"], "{blocks}");
        }
    }

    #[test]
    fn tags_without_end_and_blocks_without_number() {
        for (open, close) in [("<a ", ""), ("<template><b>", ""), ("<template><b/></template>", ""), ("<i>", "</i>")] {
            let text = format!("<script>{PAYMENT}</script>{}{}", open.repeat(MANY), close.repeat(MANY));
            assert_eq!(rules(&run("a.vue", text, Limits::default())), ["missing-ready-guard"], "{open}");
        }
        let text = format!("<script>{PAYMENT}</script>{}", "<script ".repeat(MANY));
        assert_eq!(rules(&run("a.svelte", text, Limits::default())), ["missing-ready-guard"]);
    }

    #[test]
    fn attributes_without_number() {
        let attributes: String = (0..MANY).map(|i| format!(" data-a{i}='1'")).collect();
        let bound: String = (0..2_000).map(|i| format!(" on-a{i}='tradePay'")).collect();
        run("a.axml", format!("<view onTap='tradePay'{bound}{attributes}/>"), Limits::default());
        let text = format!("<template><a @b='c'{attributes}/></template><script>{PAYMENT}</script>");
        assert_eq!(rules(&run("a.vue", text, Limits::default())), ["missing-ready-guard"]);
    }
}

mod bytes {
    use super::*;

    #[test]
    fn nul_bytes_near_the_start_are_a_binary_file() {
        let run = run("a.js", format!("\0\0{PAYMENT}"), Limits::default());
        assert_eq!(rules(&run), ["file-skipped"]);
    }

    #[test]
    fn nul_bytes_in_a_text_are_text() {
        let run = run("a.js", format!("{}x='\0';{PAYMENT}", " ".repeat(10_000)), Limits::default());
        assert_eq!(rules(&run), ["missing-ready-guard"]);
    }

    #[test]
    fn lone_surrogates_in_code_and_in_bytes() {
        let escaped = format!("x='\\ud800';y={{'\\udc00':1}};if(x==='\\ud83d\\ude00'[0])alert(x);{PAYMENT}");
        assert_eq!(rules(&run("a.js", escaped, Limits::default())), ["missing-ready-guard"]);
        let utf8 = [b"x='\xED\xA0\x80';".as_slice(), PAYMENT.as_bytes()].concat();
        assert_eq!(rules(&run("a.js", utf8, Limits::default())), ["missing-ready-guard"]);
        let units = [0xFEFF, u16::from(b'x'), u16::from(b'='), u16::from(b'\''), 0xD800, u16::from(b'\'')];
        let utf16: Vec<u8> = units.into_iter().chain(PAYMENT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(rules(&run("a.js", utf16, Limits::default())), ["missing-ready-guard"]);
    }

    #[test]
    fn invalid_utf8_and_bytes_without_sense() {
        let invalid = [b"x='\xFF\xFE\xC0\x80\xF5';".as_slice(), PAYMENT.as_bytes()].concat();
        assert_eq!(rules(&run("a.js", invalid, Limits::default())), ["missing-ready-guard"]);
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for path in ["a.js", "a.ts", "a.tsx", "a.html", "a.vue"] {
            let noise = (0..200_000).map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 24) as u8 | 1
            });
            let bytes: Vec<u8> = noise.chain(PAYMENT.bytes()).collect();
            assert!(run(path, bytes, Limits::default()).diagnostics.len() < 100_000);
        }
    }

    #[test]
    fn every_cut_of_a_program_is_read() {
        let program = format!("{PAYMENT}if (a) {{ `x${{b}}` }} else {{ /[/]/.test('支') }} // end\n<a b={{c}}/>");
        for end in 0..program.len() {
            run("a.jsx", &program.as_bytes()[..end], Limits::default());
        }
    }
}

#[test]
fn what_is_skipped_stops_no_other_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("paylint.json", "{}");
    write("a.js", PAYMENT);
    write("deep.js", &format!("{}{PAYMENT}", "(".repeat(20_000)));
    write("large.js", &format!("{}{PAYMENT}", " ".repeat(100_000)));
    write("binary.js", &format!("\0{PAYMENT}"));
    write("z.js", PAYMENT);
    let mut limits = Limits::default();
    limits.set(Limit::FileSize, 50_000);
    let run = paylint::run(&Options { paths: vec![folder.path().to_owned()], limits, ..Options::default() });
    assert_eq!(run.errors, []);
    let file = |d: &paylint::diagnostic::Diagnostic| {
        let path = &run.project.file(d.primary.file).path;
        (path.rsplit('/').next().unwrap_or_default().to_owned(), d.rule.id)
    };
    let found: Vec<(String, &str)> = run.diagnostics.iter().map(file).collect();
    let expected = [
        ("a.js", "missing-ready-guard"),
        ("binary.js", "file-skipped"),
        ("deep.js", "file-skipped"),
        ("large.js", "file-skipped"),
        ("z.js", "missing-ready-guard"),
    ];
    assert_eq!(found, expected.map(|(file, rule)| (file.to_owned(), rule)));
}
