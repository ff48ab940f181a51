//! Pages of servers made at random, judged as templates and as each page that the server may send: a fault that is
//! found in a template is one of some page. Most faults of the pages are found, too.

use std::collections::BTreeSet;

use paylint::{Options, Stdin};

/// Parts of pages: waiting for the bridge or not, telling of the result rightly or not, paying with this or that.
const PARTS: [&str; 14] = [
    "<script>function ready(f) { if (window.AlipayJSBridge) { f(); } else { document.addEventListener('AlipayJSBridgeReady', f); } }</script>",
    "<script>function ready(f) { f(); }</script>",
    "<script>function tell(r) { location.href = '/check?code=' + r.resultCode; }</script>",
    "<script>function tell(r) { if (r.resultCode == '9000') { location.href = '/ok'; } else { alert('支付失败'); } }</script>",
    "<script>function pay(no) { ready(function () { AlipayJSBridge.call('tradePay', { tradeNO: no }, tell); }); }</script>",
    "<script>function pay(way, no) { AlipayJSBridge.call('tradePay', { tradeNO: no }, tell); }</script>",
    "<script>function pay() { location.href = '/wap'; }</script>",
    "<script>AlipayJSBridge.call('tradePay', { tradeNO: '1' }, tell);</script>",
    "<script>document.addEventListener('AlipayJSBridgeReady', function () { pay('1'); });</script>",
    "<script>pay('1');</script>",
    "<script>var other = 1;</script>",
    "<a onclick=\"pay('1')\">",
    "<a onclick=\"pay(1, '1')\">",
    "<p></p>",
];

const CONDITIONS: [(&str, usize, bool); 5] =
    [("a", 0, true), ("!a", 0, false), ("b", 1, true), ("!b", 1, false), ("c", 2, true)];

/// A line of a page: what the server must decide for it to be there, and the text; tags are in no page.
struct Line {
    decided: Vec<(usize, bool)>,
    text: String,
    is_tag: bool,
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % bound
    }
}

fn add_lines(random: &mut Random, depth: usize, decided: &mut Vec<(usize, bool)>, lines: &mut Vec<Line>) {
    for _ in 0..1 + random.below(4) {
        if depth == 0 || random.below(3) > 0 {
            let text = PARTS[random.below(PARTS.len())].to_owned();
            lines.push(Line { decided: decided.clone(), text, is_tag: false });
            continue;
        }
        let (name, word, holds) = CONDITIONS[random.below(CONDITIONS.len())];
        let tag = |text: String| Line { decided: Vec::new(), text, is_tag: true };
        lines.push(tag(format!("<#if {name}>")));
        decided.push((word, holds));
        add_lines(random, depth - 1, decided, lines);
        decided.pop();
        if random.below(2) == 0 {
            lines.push(tag("<#else>".to_owned()));
            decided.push((word, !holds));
            add_lines(random, depth - 1, decided, lines);
            decided.pop();
        }
        lines.push(tag("</#if>".to_owned()));
    }
}

/// The rules and lines of the findings in a text.
fn findings(path: &str, text: String) -> BTreeSet<(&'static str, usize)> {
    let stdin = Some(Stdin { path: path.to_owned(), bytes: text.clone().into_bytes() });
    let run = paylint::run(&Options { stdin, isolated: true, ..Options::default() });
    assert_eq!(run.errors, [], "{text}");
    let line = |at: u32| text.get(..at as usize).unwrap_or_default().matches('\n').count();
    run.diagnostics.iter().map(|found| (found.rule.id, line(found.primary.span.start))).collect()
}

#[test]
fn a_fault_of_a_template_is_one_of_a_page() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let (mut found, mut real) = (0, 0);
    for _ in 0..250 {
        let mut lines = Vec::new();
        add_lines(&mut random, 2, &mut Vec::new(), &mut lines);
        let template: String = lines.iter().map(|line| format!("{}\n", line.text)).collect();
        let mut in_pages = BTreeSet::new();
        for decisions in 0..8 {
            let is_there = |line: &&Line| {
                !line.is_tag && line.decided.iter().all(|(word, holds)| (decisions >> word & 1 == 1) == *holds)
            };
            let text = |line: &Line| Some(line).filter(is_there).map(|line| line.text.clone()).unwrap_or_default();
            in_pages.extend(findings("page.html", lines.iter().map(|line| text(line) + "\n").collect()));
        }
        let in_template = findings("page.ftl", template.clone());
        assert!(in_template.is_subset(&in_pages), "{in_template:?} of {in_pages:?} in\n{template}");
        found += in_template.len();
        real += in_pages.len();
    }
    assert!(real > 100 && found * 10 > real * 9, "{found} of {real}");
}
