//! Makes a program that shows a disagreement as small as it gets: statements are dropped, blocks take the place of what
//! they stand in, expressions that of those around them, and literals that of expressions.

use std::time::{Duration, Instant};

use crate::tree::{Kind, Node, Part};

/// No program is cut for longer.
const LIMIT: Duration = Duration::from_secs(60);
const LITERALS: &[&str] = &["0", "''", "undefined", "1"];

/// The smallest program found that is still `wrong`.
pub(crate) fn shrink(program: &Node, mut wrong: impl FnMut(&Node) -> bool) -> Node {
    let started = Instant::now();
    let mut best = program.clone();
    loop {
        let before = best.size();
        let mut index = 0;
        // Places are numbered anew after each cut, so that the same number is the next one.
        while let Some(path) = paths(&best).get(index).cloned() {
            if started.elapsed() > LIMIT {
                return best;
            }
            let smaller = candidates(&best, &path).into_iter().find(|c| c.size() < best.size() && wrong(c));
            match smaller {
                Some(smaller) => best = smaller,
                None => index += 1,
            }
        }
        if best.size() == before {
            return best;
        }
    }
}

/// Paths to all nodes, the outermost first.
fn paths(program: &Node) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    let mut next = 0;
    while let Some(path) = all.get(next).cloned() {
        next += 1;
        let Some(node) = at(program, &path) else { continue };
        for (index, part) in node.parts.iter().enumerate() {
            if matches!(part, Part::Node(_)) {
                all.push(path.iter().copied().chain([index]).collect());
            }
        }
    }
    all
}

fn at<'n>(node: &'n Node, path: &[usize]) -> Option<&'n Node> {
    let Some((first, rest)) = path.split_first() else { return Some(node) };
    match node.parts.get(*first)? {
        Part::Node(child) => at(child, rest),
        _ => None,
    }
}

/// Programs that are smaller at a place.
fn candidates(program: &Node, path: &[usize]) -> Vec<Node> {
    let Some(node) = at(program, path) else { return Vec::new() };
    let replaced = |with: Node| {
        let mut copy = program.clone();
        if let Some(place) = copy.at_mut(path) {
            *place = with;
        }
        copy
    };
    match node.kind {
        Kind::List => {
            let len = node.parts.len();
            let mut cuts: Vec<(usize, usize)> = Vec::new();
            let mut size = len;
            while size > 0 {
                cuts.extend((0..len).step_by(size).map(|from| (from, (from + size).min(len))));
                size /= 2;
            }
            let cut = cuts.into_iter().map(|(from, to)| {
                let mut copy = node.clone();
                copy.parts.drain(from..to);
                replaced(copy)
            });
            let opened = (0..len).filter_map(|index| opened(node, index).map(&replaced));
            cut.chain(opened).collect()
        }
        _ if node.is_expression() => {
            let mut list: Vec<Node> = LITERALS.iter().map(|l| replaced(Node::atom(*l))).collect();
            list.extend(inner(node).into_iter().map(|n| replaced(n.clone())));
            list
        }
        _ => Vec::new(),
    }
}

/// A list in which the statements of a statement's blocks take its place.
fn opened(list: &Node, index: usize) -> Option<Node> {
    let Part::Node(statement) = &list.parts[index] else { return None };
    let inside: Vec<Part> =
        statement.children().filter(|c| c.kind == Kind::List).flat_map(|c| c.parts.clone()).collect();
    if inside.is_empty() {
        return None;
    }
    let mut copy = list.clone();
    copy.parts.splice(index..=index, inside);
    Some(copy)
}

/// Expressions inside an expression, the outermost first.
fn inner(node: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    for child in node.children() {
        if child.is_expression() {
            found.push(child);
        } else {
            found.extend(inner(child));
        }
    }
    found
}
