// Faults of the ready guard: each leaves a way to the bridge on which nobody has waited, or tested, for it.

import { generate, negated, paths, statementsOf, t, textOf } from '../../lib/syntax.mjs';
import { nameOf, paymentCalls } from '../../lib/payments.mjs';

const EVENT = 'AlipayJSBridgeReady';
const BRIDGE = 'AlipayJSBridge';

/** What must happen: a finding of the rule. The other sites behind the same guard may be a little better off. */
const unguarded = {
  findings: ['missing-ready-guard'],
  allows: (change) => change.kind === 'ready' && ['unguarded', 'presence'].includes(change.to),
};

/** Whether the expression names the bridge, as a value or as a text. */
function namesBridge(node) {
  if (nameOf(node) === BRIDGE || textOf(node) === BRIDGE) return true;
  return (t.VISITOR_KEYS[node.type] ?? []).some((key) => {
    const child = node[key];
    return Array.isArray(child) ? child.some((c) => c && namesBridge(c)) : Boolean(child && namesBridge(child));
  });
}

/** Whether the test holds where the bridge is there (`true`), where it is missing (`false`), or nobody knows (`null`). */
export function polarity(test) {
  if (t.isUnaryExpression(test, { operator: '!' })) {
    const inner = polarity(test.argument);
    return inner === null ? null : !inner;
  }
  if (nameOf(test) === BRIDGE) return true;
  if (t.isTSAsExpression(test)) return polarity(test.expression);
  if (t.isLogicalExpression(test, { operator: '&&' })) {
    const sides = [polarity(test.left), polarity(test.right)];
    return sides.includes(true) && /\.call$/.test(`.${nameOf(test.right)}`) ? true : null;
  }
  if (!t.isBinaryExpression(test)) return null;
  const { operator, left, right } = test;
  const typeOf = [left, right].find((side) => t.isUnaryExpression(side, { operator: 'typeof' }));
  if (!typeOf || !namesBridge(typeOf) || ![left, right].some((side) => textOf(side) === 'undefined')) return null;
  return { '==': false, '===': false, '!=': true, '!==': true }[operator] ?? null;
}

/** Whether the node registers a listener of the bridge's event, wherever in it. */
function listens(node) {
  if (!node) return false;
  if (textOf(node) === EVENT) return true;
  return (t.VISITOR_KEYS[node.type] ?? []).some((key) => {
    const child = node[key];
    return Array.isArray(child) ? child.some((c) => c && listens(c)) : Boolean(child && listens(child));
  });
}

/**
 * The guards that test and wait: `path` of the condition, `present` (the arm that runs with the bridge), `absent` (the
 * one that registers the listener). An arm may be what follows an arm that returns.
 */
function guards(tree) {
  return paths(tree, 'IfStatement|ConditionalExpression').flatMap((path) => {
    const { test, consequent, alternate } = path.node;
    const holds = polarity(test);
    if (holds === null) return [];
    const returns = path.isIfStatement() && t.isReturnStatement(statementsOf(consequent).at(-1));
    if (alternate) {
      const [present, absent] = holds ? [consequent, alternate] : [alternate, consequent];
      return listens(absent) && !listens(present) ? [{ path, present, absent, returns: false }] : [];
    }
    return returns && !holds && listens(consequent) ? [{ path, present: null, absent: consequent, returns }] : [];
  });
}

/** How often the script tests for the bridge or waits for it, in whatever way. */
function guardWords(tree) {
  const tests = paths(tree, 'IfStatement|ConditionalExpression', ({ node }) => namesBridge(node.test)).length;
  const shorts = paths(tree, 'LogicalExpression', ({ node, parentPath }) => {
    return namesBridge(node.left) && !parentPath.isIfStatement() && !parentPath.isConditionalExpression();
  }).length;
  const optional = paths(tree, 'OptionalMemberExpression|OptionalCallExpression', ({ node }) =>
    namesBridge(node),
  ).length;
  return tests + shorts + optional + paths(tree, 'TryStatement').length;
}

/** What a file that only calls the bridge does not hold. */
const GUARDS = /AlipayJSBridge(?!\s*\.call\b)/;

/** The only guard of a script, so that without it nothing guards: `null` where there are others. */
function onlyGuard(tree, unit) {
  const found = guards(tree);
  const elsewhere =
    unit.parts.length > 1 || unit.files.some((file) => file.path !== unit.file && GUARDS.test(file.text));
  if (found.length !== 1 || elsewhere || guardWords(tree) !== 1 || paysInside(tree, found[0])) return null;
  return found[0];
}

/** Whether a payment call stands in the guard itself, and not in a function that it is given or calls. */
function paysInside(tree, { path }) {
  return paymentCalls(tree).some((call) => call.path.findParent((p) => p === path));
}

/** The name by which a function may be called: its own, its method's, that of what it is given to. */
function nameOfFunction({ node, parent }) {
  const holder = node.id ?? node.key ?? (t.isVariableDeclarator(parent) ? parent.id : (parent.key ?? parent.left));
  return t.isMemberExpression(holder) ? holder.property.name : holder?.name;
}

/** Whether the arm without the bridge comes back to the test. */
function testsAgain({ path, absent }) {
  const owner = path.getFunctionParent();
  const name = owner && nameOfFunction(owner);
  return Boolean(name) && new RegExp(`\\b${name}\\b`).test(generate(absent));
}

const fault = (name, about, change) => ({
  name,
  about,
  expect: unguarded,
  /** Only where all sites are ready: a guard that does not count cannot be missed. */
  fits: (before) => before.sites.length > 0 && before.sites.every((site) => site.ready === 'ready'),
  find(tree, { unit }) {
    const guard = onlyGuard(tree, unit);
    const changes = guard ? change(guard, tree) : [];
    return changes.filter(Boolean);
  },
});

export const guardRemoved = fault(
  'guard-removed',
  'the test goes, and the arm for a bridge that is there stays',
  (guard) => [
    guard.present && (() => guard.path.replaceWith(guard.present)),
    guard.returns && (() => guard.path.remove()),
  ],
);

export const guardNegated = fault(
  'guard-negated',
  'the test is negated: the bridge is used where it is missing',
  ({ path }) => [
    () => {
      path.node.test = negated(path.node.test);
    },
  ],
);

/** Events that come whether or not the bridge is there. */
const OTHERS = ['DOMContentLoaded', 'load', 'WeixinJSBridgeReady', 'AlipayJSBridgeready', 'deviceready'];

export const otherEvent = fault('other-event', 'the listener is registered for another event', (guard, tree) =>
  (testsAgain(guard) ? [] : OTHERS).map((event) => () => {
    for (const path of paths(tree, 'StringLiteral', (p) => p.node.value.replace(/^on/, '') === EVENT)) {
      path.replaceWith(t.stringLiteral(path.node.value.replace(EVENT, event)));
    }
  }),
);

export const earlyReturnDeleted = fault(
  'guard-return-deleted',
  'the arm without the bridge registers its listener and goes on into the call',
  (guard) => [
    guard.returns &&
      (() => {
        const body = statementsOf(guard.absent);
        const last = body.pop();
        if (last.argument) body.push(t.expressionStatement(last.argument));
        guard.path.node.consequent = t.blockStatement(body);
      }),
  ],
);

export const bothArms = fault(
  'called-in-both-arms',
  'the arm without the bridge registers its listener, and calls at once too',
  (guard) => [
    guard.present &&
      (() => {
        const copy = t.cloneNode(guard.present);
        const missing = negated(testOf(guard));
        if (guard.path.isIfStatement()) {
          const waits = t.ifStatement(missing, t.blockStatement(statementsOf(guard.absent)));
          guard.path.replaceWithMultiple([waits, ...statementsOf(copy)]);
        } else {
          const waits = t.logicalExpression('&&', missing, guard.absent);
          guard.path.replaceWith(t.sequenceExpression([waits, copy]));
        }
      }),
  ],
);

/** The test as it holds where the bridge is there. */
const testOf = ({ path }) => (polarity(path.node.test) ? path.node.test : negated(path.node.test));

/** The functions of the script that take a callback and hold the guard. */
function helperCalls(tree, guard) {
  const helper = guard.path.getFunctionParent();
  const name = helper && (helper.node.id?.name ?? nameOf(helper.parent.id ?? {}));
  const takes = helper?.node.params.length === 1 && t.isIdentifier(helper.node.params[0]);
  if (!name || !takes) return [];
  return paths(tree, 'CallExpression', (path) => {
    const [given, ...more] = path.get('arguments');
    const made = given?.isFunction() && given.node.params.length === 0 && !given.node.async;
    return (
      t.isIdentifier(path.node.callee, { name }) && made && more.length === 0 && path.parentPath.isExpressionStatement()
    );
  });
}

export const helperDropsCallback = fault(
  'beside-the-helper',
  'the helper is given an empty function, and what it should have been given runs beside it',
  (guard, tree) =>
    helperCalls(tree, guard).map((path) => () => {
      const [given] = path.node.arguments;
      path.node.arguments = [t.arrowFunctionExpression([], t.blockStatement([]))];
      path.parentPath.insertAfter(t.expressionStatement(t.callExpression(given, [])));
    }),
);

export const helperCallsAtOnce = fault(
  'called-instead-of-handed',
  'the callback is called where it should be handed to the helper',
  (guard, tree) =>
    helperCalls(tree, guard).map((path) => () => {
      const [given] = path.node.arguments;
      path.node.arguments = [t.callExpression(given, [])];
    }),
);
