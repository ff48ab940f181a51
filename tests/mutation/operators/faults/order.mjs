// Faults of the order's number: the key is wrong, missing or without a value. Nothing else may change.

import { t, textOf } from '../../lib/syntax.mjs';
import { nameOf, paymentCalls } from '../../lib/payments.mjs';

/** Spellings that are found beside such calls. */
const SPELLINGS = ['tradeNo', 'trade_no', 'tradeNumber'];

const KEYS = ['tradeNO', 'orderStr', 'paymentUrl'];

/** The property that names the order in each call that is given one, if its parameters are all written in it. */
function orders(tree, { before, unit }) {
  const calls = paymentCalls(tree);
  const sites = before.sites.filter((site) => site.file === unit.file);
  // Calls that nobody reaches, or that are judged elsewhere, make it unsure which site is which.
  if (calls.length !== sites.length) return [];
  return calls.flatMap(({ params }, index) => {
    if (sites[index].tradeNo !== 'given' || !params?.isObjectExpression()) return [];
    const properties = params.get('properties');
    if (properties.some((p) => p.isSpreadElement() || (p.node.computed && textOf(p.node.key) === null))) return [];
    const named = properties.filter((p) => KEYS.includes(keyOf(p.node)));
    if (properties.some((p) => SPELLINGS.includes(keyOf(p.node)))) return [];
    const [only, ...more] = named;
    if (!only?.isObjectProperty() || more.length > 0 || isEmpty(only.node.value) || isAnswer(only.get('value')))
      return [];
    return named;
  });
}

/**
 * Whether the order is what a call that was waited for gave: that the call asks a server, and waits for no bridge, is
 * known by that alone.
 */
function isAnswer(value) {
  let root = value;
  while (root.isMemberExpression()) root = root.get('object');
  const given = root.isIdentifier() && root.scope.getBinding(root.node.name);
  if (!given) return false;
  return given.path.isVariableDeclarator() && given.path.get('init').isAwaitExpression();
}

const keyOf = (property) => textOf(property.key) ?? nameOf(property.key);

/** Whether the key is there already and has nothing under it. */
const isEmpty = (value) => textOf(value) === '' || t.isNullLiteral(value) || nameOf(value) === 'undefined';

/** A site that was given an order, and is not any more. */
const lost = (to) => ({
  findings: ['missing-trade-no'],
  allows: (change) => change.kind === 'tradeNo' && change.from === 'given' && change.to === to,
});

const fault = (name, about, to, variants) => ({
  name,
  about,
  expect: lost(to),
  find: (tree, context) => orders(tree, context).flatMap((path) => variants(path).map((change) => () => change(path))),
});

const renamedTo = (spelling) => (path) => {
  path.node.key = t.identifier(spelling);
  path.node.computed = false;
  path.node.shorthand = false;
};

export const keyRenamed = fault('key-renamed', 'the key is spelt as the server spells it', 'misspelt', (path) =>
  keyOf(path.node) === 'tradeNO' ? SPELLINGS.map(renamedTo) : [],
);

export const keyDeleted = fault('key-deleted', 'the key is gone', 'absent', () => [(path) => path.remove()]);

const valued = (value) => (path) => {
  path.node.value = value();
  path.node.shorthand = false;
};

export const keyEmptied = fault('key-emptied', 'the key has nothing under it', 'empty', () => [
  valued(() => t.stringLiteral('')),
  valued(() => t.nullLiteral()),
  valued(() => t.identifier('undefined')),
  valued(() => t.unaryExpression('void', t.numericLiteral(0))),
]);
