// Conditions said in another way: negations, De Morgan, operands swapped, tests kept in variables.

import { freshName, generate, holds, isCondition, namesModule, negated, paths, t, textOf } from '../../lib/syntax.mjs';

const EQUALITY = ['===', '!==', '==', '!='];

const isLiteral = (node) => t.isNumericLiteral(node) || textOf(node) !== null;

export const swapBranches = {
  name: 'swap-branches',
  about: 'the two arms of a condition change places under its negation',
  find: (tree) =>
    paths(tree, 'IfStatement|ConditionalExpression', (path) => path.node.alternate).map((path) => () => {
      const { test, consequent, alternate } = path.node;
      path.node.test = negated(test);
      path.node.consequent = t.isIfStatement(alternate) ? t.blockStatement([alternate]) : alternate;
      path.node.alternate = consequent;
    }),
};

export const deMorgan = {
  name: 'de-morgan',
  about: '`a && b` as a condition becomes `!(!a || !b)`, and the other way round',
  find: (tree) =>
    paths(tree, 'LogicalExpression', (path) => path.node.operator !== '??' && isCondition(path)).map((path) => () => {
      const { operator, left, right } = path.node;
      const other = operator === '&&' ? '||' : '&&';
      path.replaceWith(t.unaryExpression('!', t.logicalExpression(other, negated(left), negated(right))));
    }),
};

export const negateEquality = {
  name: 'negate-equality',
  about: '`a === b` becomes `!(a !== b)`',
  find: (tree) =>
    paths(tree, 'BinaryExpression', (path) => EQUALITY.includes(path.node.operator)).map((path) => () => {
      path.replaceWith(t.unaryExpression('!', negated(path.node)));
      path.skip();
    }),
};

export const swapOperands = {
  name: 'swap-operands',
  about: 'the literal of an equality moves to the other side',
  together: true,
  find: (tree) =>
    paths(tree, 'BinaryExpression', (path) => {
      const { operator, left, right } = path.node;
      return EQUALITY.includes(operator) && isLiteral(left) !== isLiteral(right);
    }).map((path) => () => {
      const { left, right } = path.node;
      path.node.left = right;
      path.node.right = left;
    }),
};

export const doubleNegation = {
  name: 'double-negation',
  about: 'a condition `a` becomes `!!a`',
  find: (tree) =>
    paths(tree, 'IfStatement|ConditionalExpression').map((path) => () => {
      path.node.test = t.unaryExpression('!', t.unaryExpression('!', path.node.test));
    }),
};

export const testInVariable = {
  name: 'test-in-variable',
  about: 'the test of an `if` is kept in a variable before it',
  find: (tree) =>
    paths(tree, 'IfStatement', (path) => Array.isArray(path.container)).map((path) => () => {
      const name = freshName(tree, 'answer');
      path.insertBefore(t.variableDeclaration('const', [t.variableDeclarator(t.identifier(name), path.node.test)]));
      path.node.test = t.identifier(name);
    }),
};

/** The place of an expression that is evaluated first in its statement, so that it may be evaluated before it. */
function standsFirst(path) {
  const { parentPath: parent, key } = path;
  if (parent.isExpressionStatement()) return Array.isArray(parent.container);
  if (parent.isCallExpression() && key === 0 && path.listKey === 'arguments') {
    const { callee } = parent.node;
    const named = t.isIdentifier(callee) || (t.isMemberExpression(callee) && t.isIdentifier(callee.object));
    return named && !parent.node.optional && standsFirst(parent);
  }
  return false;
}

export const argumentInVariable = {
  name: 'argument-in-variable',
  about: 'the first argument of a call is kept in a variable before the statement',
  find: (tree) =>
    paths(tree, 'CallExpression', (call) => {
      const [first] = call.get('arguments');
      if (!first || first.isSpreadElement() || !standsFirst(first)) return false;
      // A callee that is a member of a name is read before its arguments: they must not change what the name holds.
      return !holds(first, 'AssignmentExpression|UpdateExpression|AwaitExpression|YieldExpression', { own: true });
    }).map((call) => () => {
      const [first] = call.get('arguments');
      const name = freshName(tree, 'given');
      const statement = call.getStatementParent();
      statement.insertBefore(t.variableDeclaration('const', [t.variableDeclarator(t.identifier(name), first.node)]));
      first.replaceWith(t.identifier(name));
    }),
};

export const literalInConstant = {
  name: 'literal-in-constant',
  about: 'a text becomes a constant at the top of the script',
  find: (tree) =>
    paths(tree, 'StringLiteral', (path) => {
      const { parentPath: parent, key } = path;
      if (parent.isImportDeclaration() || parent.isExportDeclaration() || parent.isJSXAttribute()) return false;
      if (parent.isDirectiveLiteral() || parent.isTSLiteralType() || parent.isImportAttribute()) return false;
      if ((parent.isProperty() || parent.isMethod()) && key === 'key') return false;
      if (parent.isTSAsExpression() || parent.isTSExternalModuleReference() || namesModule(path)) return false;
      return !path.findParent((p) => p.isTSType() || p.isTSEnumDeclaration() || p.isTSModuleDeclaration());
    }).map((path) => () => {
      const name = freshName(tree, 'TEXT');
      const declared = t.variableDeclarator(t.identifier(name), t.stringLiteral(path.node.value));
      path.replaceWith(t.identifier(name));
      const { body } = tree.program;
      const place = body.findIndex((statement) => !t.isImportDeclaration(statement));
      body.splice(Math.max(place, 0), 0, t.variableDeclaration('const', [declared]));
    }),
  // A constant at the top of one script of a page is a name of all of them.
  fits: (part) => !part.open,
};

export const assignInCondition = {
  name: 'condition-to-short-circuit',
  about: '`if (a) f();` becomes `a && f();`',
  find: (tree) =>
    paths(tree, 'IfStatement', (path) => {
      const arm = t.isBlockStatement(path.node.consequent) ? path.node.consequent.body : [path.node.consequent];
      return !path.node.alternate && arm.length === 1 && t.isExpressionStatement(arm[0]) && path.key !== 'alternate';
    }).map((path) => () => {
      const { test, consequent } = path.node;
      const [statement] = t.isBlockStatement(consequent) ? consequent.body : [consequent];
      path.replaceWith(t.expressionStatement(t.logicalExpression('&&', test, statement.expression)));
    }),
};

export const shortCircuitToCondition = {
  name: 'short-circuit-to-condition',
  about: '`a && f();` becomes `if (a) { f(); }`, `a || f();` becomes `if (!a) { f(); }`',
  find: (tree) =>
    paths(tree, 'ExpressionStatement', (path) => {
      const { expression } = path.node;
      return t.isLogicalExpression(expression) && expression.operator !== '??';
    }).map((path) => () => {
      const { operator, left, right } = path.node.expression;
      const test = operator === '&&' ? left : negated(left);
      path.replaceWith(t.ifStatement(test, t.blockStatement([t.expressionStatement(right)])));
    }),
};

export const equalityToList = {
  name: 'equality-to-list',
  about: "`a === 'x' || a === 'y'` becomes `['x', 'y'].includes(a)`",
  find: (tree) =>
    paths(tree, 'LogicalExpression', (path) => alternatives(path.node) !== null).map((path) => () => {
      const { subject, values } = alternatives(path.node);
      const list = t.arrayExpression(values.map((value) => t.stringLiteral(value)));
      path.replaceWith(t.callExpression(t.memberExpression(list, t.identifier('includes')), [subject]));
    }),
};

/** The subject and the texts of `a === 'x' || a === 'y'`, where `a` is a name. */
function alternatives(node) {
  if (!t.isLogicalExpression(node, { operator: '||' })) return null;
  const [left, right] = [comparison(node.left), comparison(node.right)];
  if (!left || !right || generate(left.subject) !== generate(right.subject)) return null;
  return { subject: left.subject, values: [...left.values, ...right.values] };
}

function comparison(node) {
  if (!t.isBinaryExpression(node, { operator: '===' })) return alternatives(node);
  const value = textOf(node.right);
  const plain = t.isIdentifier(node.left) || t.isMemberExpression(node.left, { computed: false });
  return value !== null && plain ? { subject: node.left, values: [value] } : null;
}
