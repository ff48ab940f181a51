// Branches in another shape: `if`, `switch`, ternary, look-up table, early return and else.

import {
  blockOf,
  declares,
  holds,
  isPlain,
  leaves,
  paths,
  same,
  statementsOf,
  stepOver,
  t,
  textOf,
  usesOwnContext,
} from '../../lib/syntax.mjs';

/** The subject and the arms of `if (a === 'x') … else if (a === 'y') … else …`; `null` if it has another form. */
function chainOf(node, length = 2) {
  const arms = [];
  let subject = null;
  let rest = node;
  for (; t.isIfStatement(rest); rest = rest.alternate) {
    const values = valuesOf(rest.test);
    if (!values || (subject && !same(subject, values.subject))) return null;
    subject ??= values.subject;
    arms.push({ texts: values.texts, body: rest.consequent });
  }
  return arms.length >= length ? { subject, arms, rest } : null;
}

function valuesOf(test) {
  if (t.isLogicalExpression(test, { operator: '||' })) {
    const [left, right] = [valuesOf(test.left), valuesOf(test.right)];
    const alike = left && right && same(left.subject, right.subject);
    return alike ? { subject: left.subject, texts: [...left.texts, ...right.texts] } : null;
  }
  if (!t.isBinaryExpression(test, { operator: '===' })) return null;
  const [subject, literal] = textOf(test.right) === null ? [test.right, test.left] : [test.left, test.right];
  const text = textOf(literal);
  return text !== null && isPlain(subject) ? { subject, texts: [text] } : null;
}

/** Whether a `break` or a `continue` in the arm means something around it. */
const breaks = (path) => holds(path, 'BreakStatement|ContinueStatement', { own: true });

export const ifToSwitch = {
  name: 'if-to-switch',
  about: 'a chain of strict comparisons becomes a `switch`',
  find: (tree) =>
    paths(tree, 'IfStatement', (path) => path.key !== 'alternate' && chainOf(path.node, 1) && !breaks(path)).map(
      (path) => () => {
        const { subject, arms, rest } = chainOf(path.node, 1);
        const cases = arms.flatMap(({ texts, body }) =>
          texts.map((text, index) => {
            const last = index === texts.length - 1;
            return t.switchCase(t.stringLiteral(text), last ? [blockOf(body), t.breakStatement()] : []);
          }),
        );
        if (rest) cases.push(t.switchCase(null, [blockOf(rest)]));
        path.replaceWith(t.switchStatement(subject, cases));
      },
    ),
};

/** The arms of a `switch` of which each ends by itself; `null` where one falls into the next or declares a name. */
function armsOf(path) {
  const arms = [];
  let tests = [];
  const { cases } = path.node;
  for (const [index, { test, consequent }] of cases.entries()) {
    const last = index === cases.length - 1;
    if (!test && !last) return null;
    tests.push(test);
    if (consequent.length === 0 && !last) continue;
    const body = consequent.length === 1 && t.isBlockStatement(consequent[0]) ? consequent[0].body : consequent;
    const end = body.at(-1);
    const ends = t.isBreakStatement(end, { label: null }) || t.isReturnStatement(end) || t.isThrowStatement(end);
    if (!ends && !last) return null;
    const inner = t.isBreakStatement(end) ? body.slice(0, -1) : body;
    if (inner.some((s) => t.isFunctionDeclaration(s) || t.isClassDeclaration(s))) return null;
    arms.push({ tests: tests.includes(null) ? null : tests, body: inner });
    tests = [];
  }
  return arms;
}

/** Whether `break`s stand in a `switch` elsewhere than at the ends of its arms. */
function breaksInside(path) {
  let count = 0;
  path.traverse({
    BreakStatement(inner) {
      const owner = inner.findParent((p) => p.isLoop() || p.isSwitchStatement());
      if (owner === path || inner.node.label) count += 1;
    },
    Function: stepOver,
  });
  const atEnds = path.node.cases.filter(({ consequent }) => {
    const body = consequent.length === 1 && t.isBlockStatement(consequent[0]) ? consequent[0].body : consequent;
    return t.isBreakStatement(body.at(-1), { label: null });
  });
  return count !== atEnds.length;
}

const isSplittable = (path) => isPlain(path.node.discriminant) && !breaksInside(path) && armsOf(path) !== null;

export const switchToIf = {
  name: 'switch-to-if',
  about: 'a `switch` becomes a chain of strict comparisons',
  find: (tree) =>
    paths(tree, 'SwitchStatement', (path) => isSplittable(path) && armsOf(path).length > 0).map((path) => () => {
      const { discriminant } = path.node;
      const chain = armsOf(path).reduceRight((rest, { tests, body }) => {
        if (!tests) return t.blockStatement(body);
        const comparisons = tests.map((test) => t.binaryExpression('===', t.cloneNode(discriminant), test));
        const test = comparisons.reduce((a, b) => t.logicalExpression('||', a, b));
        return t.ifStatement(test, t.blockStatement(body), rest);
      }, null);
      path.replaceWith(chain);
    }),
};

const expressionOf = (node) => {
  const [only, ...more] = statementsOf(node);
  return more.length === 0 && t.isExpressionStatement(only) ? only.expression : null;
};

export const ifToTernary = {
  name: 'if-to-ternary',
  about: '`if (a) f(); else g();` becomes `a ? f() : g();`',
  find: (tree) =>
    paths(tree, 'IfStatement', (path) => expressionOf(path.node.consequent) && expressionOf(path.node.alternate)).map(
      (path) => () => {
        const { test, consequent, alternate } = path.node;
        const choice = t.conditionalExpression(test, expressionOf(consequent), expressionOf(alternate));
        path.replaceWith(t.expressionStatement(choice));
      },
    ),
};

export const ternaryToIf = {
  name: 'ternary-to-if',
  about: 'a ternary that is a statement, or what is returned, becomes an `if`',
  find: (tree) =>
    paths(tree, 'ExpressionStatement|ReturnStatement', (path) => {
      return t.isConditionalExpression(path.node.expression ?? path.node.argument);
    }).map((path) => () => {
      const { test, consequent, alternate } = path.node.expression ?? path.node.argument;
      const wrap = path.isReturnStatement() ? t.returnStatement : t.expressionStatement;
      path.replaceWith(t.ifStatement(test, t.blockStatement([wrap(consequent)]), t.blockStatement([wrap(alternate)])));
    }),
};

export const ternaryArgumentToIf = {
  name: 'ternary-argument-to-if',
  about: '`f(a ? x : y);` becomes `if (a) f(x); else f(y);`',
  find: (tree) =>
    paths(tree, 'ExpressionStatement', (path) => {
      const call = path.node.expression;
      if (!t.isCallExpression(call) || call.arguments.length === 0) return false;
      // What is evaluated before the ternary is names only, so that the test may come first.
      return t.isConditionalExpression(call.arguments[0]) && isPlain(call.callee);
    }).map((path) => () => {
      const call = path.node.expression;
      const { test, consequent, alternate } = call.arguments[0];
      const arm = (value) => {
        const copy = t.cloneNode(call);
        copy.arguments[0] = value;
        return t.blockStatement([t.expressionStatement(copy)]);
      };
      path.replaceWith(t.ifStatement(test, arm(consequent), arm(alternate)));
    }),
};

/** `a === 'x' ? X : a === 'y' ? Y : Z` where all results are texts. */
function textTable(node) {
  const rows = [];
  let subject = null;
  let rest = node;
  for (; t.isConditionalExpression(rest); rest = rest.alternate) {
    const values = valuesOf(rest.test);
    if (!values || textOf(rest.consequent) === null || (subject && !same(subject, values.subject))) return null;
    subject ??= values.subject;
    rows.push(...values.texts.map((text) => [text, rest.consequent]));
  }
  return subject && textOf(rest) !== null ? { subject, rows, rest } : null;
}

export const ternaryToTable = {
  name: 'ternary-to-table',
  about: 'a ternary of texts becomes a look-up in a `Map` or an object, with the last text as what else it gives',
  find: (tree, { random }) =>
    paths(tree, 'ConditionalExpression', (path) => textTable(path.node)).map((path) => () => {
      const { subject, rows, rest } = textTable(path.node);
      const found = random() < 0.5 ? lookUpInMap(rows, subject) : lookUpInObject(rows, subject);
      path.replaceWith(t.logicalExpression(random() < 0.5 ? '||' : '??', found, rest));
    }),
};

function lookUpInMap(rows, subject) {
  const pairs = rows.map(([text, value]) => t.arrayExpression([t.stringLiteral(text), t.cloneNode(value)]));
  const map = t.newExpression(t.identifier('Map'), [t.arrayExpression(pairs)]);
  return t.callExpression(t.memberExpression(map, t.identifier('get')), [subject]);
}

/** An object without a prototype: no text but those of the table finds anything in it. */
function lookUpInObject(rows, subject) {
  const properties = rows.map(([text, value]) => t.objectProperty(t.stringLiteral(text), t.cloneNode(value)));
  const prototype = t.objectProperty(t.identifier('__proto__'), t.nullLiteral());
  return t.memberExpression(t.objectExpression([prototype, ...properties]), subject, true);
}

/** Whether the arm can be the body of an arrow function without meaning anything else. */
const isBody = (path) =>
  !path.node || (!leaves(path) && !declares(path) && !holds(path, 'VariableDeclaration') && !usesArguments(path));

function usesArguments(path) {
  let found = false;
  path.traverse({
    Identifier(inner) {
      if (inner.node.name === 'arguments') found = true;
    },
  });
  return found;
}

export const ifToTableOfFunctions = {
  name: 'if-to-table-of-functions',
  about: 'a chain of strict comparisons becomes a table of functions, one of which is called',
  find: (tree) =>
    paths(tree, 'IfStatement', (path) => {
      if (path.key === 'alternate' || !chainOf(path.node, 1)) return false;
      for (let arm = path; arm.isIfStatement(); arm = arm.get('alternate')) {
        if (!isBody(arm.get('consequent'))) return false;
        if (!arm.get('alternate').isIfStatement() && !isBody(arm.get('alternate'))) return false;
      }
      return true;
    }).map((path) => () => {
      const { subject, arms, rest } = chainOf(path.node, 1);
      const rows = arms.flatMap(({ texts, body }) =>
        texts.map((text) => [text, t.arrowFunctionExpression([], blockOf(t.cloneNode(body)))]),
      );
      const otherwise = t.arrowFunctionExpression([], rest ? blockOf(rest) : t.blockStatement([]));
      const found = t.logicalExpression('||', lookUpInObject(rows, subject), otherwise);
      path.replaceWith(t.expressionStatement(t.callExpression(found, [])));
    }),
};

const endsByReturn = (node) => t.isReturnStatement(statementsOf(node).at(-1));

/** The statements after the path, if none of them is seen from before. */
function following(path) {
  if (!Array.isArray(path.container)) return null;
  const rest = path.getAllNextSiblings();
  return rest.length > 0 && !rest.some(declares) ? rest : null;
}

export const earlyReturnToElse = {
  name: 'early-return-to-else',
  about: 'what follows an arm that returns moves into the other arm',
  find: (tree) =>
    paths(tree, 'IfStatement', (path) => {
      return !path.node.alternate && endsByReturn(path.node.consequent) && following(path);
    }).map((path) => () => {
      const rest = following(path);
      path.node.alternate = t.blockStatement(rest.map((sibling) => sibling.node));
      rest.forEach((sibling) => sibling.remove());
    }),
};

export const elseToEarlyReturn = {
  name: 'else-to-early-return',
  about: 'the first arm of the last `if` of a function returns, and the other arm follows it',
  find: (tree) =>
    paths(tree, 'IfStatement', (path) => {
      const { alternate } = path.node;
      const last = path.parentPath.isBlockStatement() && path.parentPath.parentPath.isFunction();
      const end = last && path.key === path.container.length - 1;
      return end && alternate && !statementsOf(alternate).some((s) => t.isVariableDeclaration(s) || t.isDeclaration(s));
    }).map((path) => () => {
      const { consequent, alternate } = path.node;
      const body = endsByReturn(consequent)
        ? statementsOf(consequent)
        : [...statementsOf(consequent), t.returnStatement()];
      path.node.consequent = t.blockStatement(body);
      path.node.alternate = null;
      path.insertAfter(statementsOf(alternate));
    }),
};

export const blocksAndLabels = {
  name: 'wrap-in-block',
  about: 'a statement is put into a block of its own',
  find: (tree, { random }) =>
    paths(tree, 'ExpressionStatement|IfStatement|SwitchStatement', (path) => {
      return Array.isArray(path.container) && path.listKey === 'body' && !path.parentPath.isClassBody();
    }).map((path) => () => {
      const block = t.blockStatement([path.node]);
      const once = t.doWhileStatement(t.booleanLiteral(false), block);
      const free = !breaks(path) && !path.isIfStatement() && random() < 0.3;
      path.replaceWith(free ? once : block);
    }),
};
