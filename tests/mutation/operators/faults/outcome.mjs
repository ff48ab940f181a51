// Faults of the outcome: for some code the customer is told something false. Which codes these are is decided by the
// reader, before and after; where it is not sure of both, the operator does not apply.

import { outcomes } from '../../lib/reader.mjs';
import { isCondition, negated, parse, paths, statementsOf, t, textOf } from '../../lib/syntax.mjs';
import { classOf } from '../../lib/texts.mjs';
import { falseFor } from '../../lib/verdicts.mjs';
import { nameOf } from '../../lib/payments.mjs';

const UNDETERMINED = ['8000', '6004'];

/** Rules that read the same table in other ways: whether they speak too is not this check's matter. */
const SAME_TABLE = ['failure-as-success', 'pending-not-distinguished', 'pending-ignored', 'unchecked-result-code'];

/**
 * What must change, `null` where the reader does not know or nothing becomes false: the cells that become faults, and
 * the rule's finding if it was silent. No cell may get better: such a mutant is no plain fault.
 */
function expectation({ unit, part, script, mutant, before }) {
  if (unit.parts.length > 1 || before.findings.includes('pending-as-failure')) return null;
  const sites = before.sites.map((site, index) => ({ ...site, index })).filter((site) => site.file === unit.file);
  const all = [...new Set(sites.flatMap(codesOf))];
  const [old, now] = [script, mutant].map((text) => outcomes(parse(text, part), all));
  if (old.length !== sites.length || now.length !== old.length || [...old, ...now].includes(null)) return null;
  const cells = [];
  const moved = [];
  for (const [i, site] of sites.entries()) {
    const differs = (code) => JSON.stringify(old[i].get(code)) !== JSON.stringify(now[i].get(code));
    moved.push(
      ...codesOf(site)
        .filter(differs)
        .map((code) => ({ site: site.index, code })),
    );
    const [was, is] = [old[i], now[i]].map((read) => falseFor(read).filter((code) => codesOf(site).includes(code)));
    const known = codesOf(site).filter((code) => site.cells[code].verdict === 'fault');
    if (known.join() !== was.join() || was.some((code) => !is.includes(code))) return null;
    cells.push(...is.filter((code) => !was.includes(code)).map((code) => ({ site: site.index, code })));
  }
  return cells.length > 0 ? expectationOf(cells, moved) : null;
}

/** The documented codes of a site. */
const codesOf = (site) => Object.keys(site.cells).filter((code) => code !== 'other');

function expectationOf(cells, moved) {
  const among = (list) => (change) => list.some(({ site, code }) => change.site === site && change.code === code);
  // What a code reaches now may be code that nobody can follow.
  const covered = (change) => change.from === 'ok' && (among(moved)(change) || change.code === 'other');
  return {
    findings: cells.some(({ code }) => UNDETERMINED.includes(code)) ? ['pending-as-failure'] : [],
    cells,
    besides: SAME_TABLE,
    allows: (change) => {
      if (change.kind !== 'cell') return false;
      return change.to === 'fault' ? among(cells)(change) : uncovered(change) || covered(change);
    },
  };
}

/** What a fault stands in place of may have been what nobody could follow. */
const uncovered = ({ from, to }) => from === 'undecided' && to === 'ok';

const fault = (name, about, find) => ({ name, about, expectation, find });

const is = (node, code) => textOf(node) === code || t.isNumericLiteral(node, { value: Number(code) });

/** Whether the test asks for the code alone: `a === '8000'`, or with `!==`. */
function asks(node, code, operators) {
  return (
    t.isBinaryExpression(node) && operators.includes(node.operator) && (is(node.left, code) || is(node.right, code))
  );
}

/** All ways in which a script names a code, taken away. */
const withoutCode = (code) => (tree) => [
  ...paths(tree, 'SwitchCase', ({ node }) => node.test && is(node.test, code)).map((path) => () => removeCase(path)),
  ...paths(tree, 'LogicalExpression', ({ node }) => sideThatAsks(node, code)).map((path) => () => {
    path.replaceWith(sideThatAsks(path.node, code) === 'left' ? path.node.right : path.node.left);
  }),
  ...paths(tree, 'ArrayExpression', ({ node }) => node.elements.some((e) => is(e, code))).map((path) => () => {
    path.node.elements = path.node.elements.filter((element) => !is(element, code));
  }),
  ...paths(tree, 'ArrayExpression', ({ node }) => node.elements.some((e) => isRow(e, code))).map((path) => () => {
    path.node.elements = path.node.elements.filter((element) => !isRow(element, code));
  }),
  ...paths(tree, 'ObjectProperty', ({ node }) => is(node.key, code)).map((path) => () => path.remove()),
  ...paths(tree, 'IfStatement|ConditionalExpression', ({ node }) => asks(node.test, code, ['===', '=='])).map(
    (path) => () => (path.node.alternate ? path.replaceWith(path.node.alternate) : path.remove()),
  ),
];

const isRow = (node, code) => t.isArrayExpression(node) && is(node.elements[0], code);

function sideThatAsks(node, code) {
  const operators = { '||': ['===', '=='], '&&': ['!==', '!='] }[node.operator] ?? [];
  return ['left', 'right'].find((side) => asks(node[side], code, operators));
}

/** Takes a case away; a label that shares its arm with the label before leaves the arm there. */
function removeCase(path) {
  const before = path.getSibling(path.key - 1);
  if (path.key > 0 && before.node.consequent.length === 0) before.node.consequent = path.node.consequent;
  path.remove();
}

export const case8000Deleted = fault('8000-deleted', 'the code does not know 8000 any more', withoutCode('8000'));

export const case6004Deleted = fault('6004-deleted', 'the code does not know 6004 any more', withoutCode('6004'));

export const case9000Deleted = fault('9000-deleted', 'the code does not know 9000 any more', withoutCode('9000'));

/** Texts that say one thing, replaced by ones that say another. */
const swapped = (from, texts) => (tree) =>
  paths(tree, 'StringLiteral|TemplateLiteral', ({ node, parentPath, key }) => {
    const isKey = parentPath.isObjectProperty() && key === 'key';
    const isName = parentPath.isImportDeclaration() || parentPath.isBinaryExpression();
    // Nobody reads the address of a request.
    const asks = parentPath.isCallExpression() && /^(get|post|request)$/.test(parentPath.node.callee.property?.name);
    return textOf(node) !== null && classOf([textOf(node)]) === from && !isKey && !isName && !asks;
  }).flatMap((path) => texts.map((text) => () => path.replaceWith(t.stringLiteral(text))));

export const pendingTextSwapped = fault(
  'pending-told-as-failed',
  'a text that says "not known yet" is replaced by one that says "failed"',
  swapped('pending', ['支付失败', '付款失败，请重新支付', 'Payment failed']),
);

export const failureTextSwapped = fault(
  'failed-told-as-paid',
  'a text that says "failed" is replaced by one that says "paid"',
  swapped('failure', ['支付成功', '付款成功', 'Payment successful']),
);

export const cancelledTextSwapped = fault(
  'cancelled-told-as-paid',
  'a text that says "cancelled" is replaced by one that says "paid"',
  swapped('cancelled', ['支付成功', 'Payment successful']),
);

export const successTextSwapped = fault(
  'paid-told-as-failed',
  'a text that says "paid" is replaced by one that says "failed"',
  swapped('success', ['支付失败', 'Payment failed']),
);

const failed = (text) => t.callExpression(t.identifier('alert'), [t.stringLiteral(text)]);

/** Calls and assignments that are statements; the reader finds those that 8000 or 6004 reach. */
export const effectReplaced = fault(
  'query-replaced',
  'what the code does instead of telling (a query, a page, a text) is replaced by "failed"',
  (tree) =>
    paths(tree, 'ExpressionStatement', ({ node }) => {
      return t.isCallExpression(node.expression) || t.isAssignmentExpression(node.expression);
    }).map((path) => () => path.get('expression').replaceWith(failed('支付失败'))),
);

/** The names under which a promise's executor is left for good and for bad. */
function sides(path) {
  const executor = path.findParent((p) => p.isFunction() && p.parentPath.isNewExpression());
  if (nameOf(executor?.parent.callee ?? {}) !== 'Promise') return null;
  const [resolve, reject] = executor.node.params;
  return t.isIdentifier(resolve) && t.isIdentifier(reject) ? { resolve: resolve.name, reject: reject.name } : null;
}

export const rejectForResolve = fault('reject-for-resolve', '`reject` stands where `resolve` stood', (tree) =>
  paths(tree, 'Identifier', (path) => {
    return sides(path)?.resolve === path.node.name && path.isReferencedIdentifier();
  }).map((path) => () => {
    const call = path.parentPath.isCallExpression() && path.key === 'callee' && path.parent;
    path.node.name = sides(path).reject;
    if (call) call.arguments = [t.newExpression(t.identifier('Error'), [t.stringLiteral('支付失败')])];
  }),
);

/** Codes as numbers, where nothing converts the text that comes. */
export const strictNumber = fault('strict-number', "`'9000'` becomes `9000` under a strict comparison", (tree) =>
  paths(tree, 'StringLiteral', ({ node, parentPath, key }) => {
    if (!/^\d{2,4}$/.test(node.value)) return false;
    const strict = parentPath.isBinaryExpression() && ['===', '!=='].includes(parentPath.node.operator);
    const listed = parentPath.isArrayExpression() && parentPath.parentPath.isMemberExpression();
    return strict || listed || (parentPath.isSwitchCase() && key === 'test');
  }).map((path) => () => path.replaceWith(t.numericLiteral(Number(path.node.value)))),
);

export const returnDeleted = fault('return-deleted', 'an arm does not return any more: what follows runs too', (tree) =>
  paths(tree, 'ReturnStatement', (path) => path.parentPath.isBlockStatement() || path.parentPath.isIfStatement()).map(
    (path) => () => {
      const { argument } = path.node;
      path.replaceWith(argument ? t.expressionStatement(argument) : t.emptyStatement());
    },
  ),
);

export const breakDeleted = fault('break-deleted', 'a case falls into the next one', (tree) =>
  paths(tree, 'BreakStatement', (path) =>
    path.findParent((p) => p.isLoop() || p.isSwitchStatement())?.isSwitchStatement(),
  ).map((path) => () => path.remove()),
);

export const testNegated = fault('test-negated', 'a test of the code is negated', (tree) =>
  paths(tree, 'IfStatement|ConditionalExpression').map((path) => () => {
    path.node.test = negated(path.node.test);
  }),
);

export const operatorSwapped = fault(
  'operator-swapped',
  '`||` stands for `&&` in a test of the code, or the other way round',
  (tree) =>
    paths(tree, 'LogicalExpression', (path) => path.node.operator !== '??' && isCondition(path)).map((path) => () => {
      path.node.operator = path.node.operator === '&&' ? '||' : '&&';
    }),
);

export const armDeleted = fault('arm-emptied', 'an arm of a condition does nothing and falls through', (tree) =>
  paths(tree, 'IfStatement', ({ node }) => statementsOf(node.consequent).length > 0).map((path) => () => {
    path.node.consequent = t.blockStatement([]);
  }),
);
