// What a program does not mean: its layout, its comments, and blocks that never run.

import { generate, parse, paths, t, traverse } from '../../lib/syntax.mjs';
import { pick } from '../../lib/random.mjs';

const LAYOUTS = [
  { compact: true },
  { concise: true },
  { minified: true },
  { comments: false },
  { jsescOption: { quotes: 'single' } },
  { jsescOption: { quotes: 'double', minimal: true }, comments: false },
  { jsescOption: { minimal: false } },
];

export const reformat = {
  name: 'reformat',
  tool: true,
  about: 'other white space, other quotes, escapes, no comments',
  rewrite(text, { part, random }) {
    const tree = parse(text, part);
    const options = pick(random, LAYOUTS);
    traverse(tree, {
      // Without what the source said, texts are written with the quotes and escapes of the layout.
      StringLiteral(path) {
        if (!path.parentPath.isJSXAttribute()) path.node.extra = undefined;
      },
    });
    return generate(tree, options);
  },
};

export const lineEnds = {
  name: 'line-ends',
  tool: true,
  about: 'lines end as on Windows, and are indented by tabs',
  rewrite(text, { part }) {
    const tree = parse(text, part);
    let plain = true;
    traverse(tree, {
      TemplateElement({ node }) {
        plain &&= !node.value.raw.includes('\n');
      },
      JSXText() {
        plain = false;
      },
    });
    if (!plain) return null;
    return text.replace(/\r?\n/g, '\r\n').replace(/^ {2,}/gm, (spaces) => '\t'.repeat(spaces.length / 2));
  },
};

const call = (name, text) => t.expressionStatement(t.callExpression(t.identifier(name), [t.stringLiteral(text)]));

/** Blocks that never run, and statements that do nothing, whatever stands in them. */
const DEAD = [
  () => t.ifStatement(t.booleanLiteral(false), t.blockStatement([call('alert', '支付失败')])),
  () => t.ifStatement(t.numericLiteral(0), t.blockStatement([call('alert', '支付成功')])),
  () => t.ifStatement(t.unaryExpression('!', t.numericLiteral(1)), t.blockStatement([call('confirm', '支付处理中')])),
  () => t.whileStatement(t.booleanLiteral(false), t.blockStatement([call('alert', '支付失败')])),
  () => t.ifStatement(t.booleanLiteral(true), t.blockStatement([]), t.blockStatement([call('alert', '支付失败')])),
  () => t.expressionStatement(t.logicalExpression('&&', t.booleanLiteral(false), call('alert', '支付失败').expression)),
  () => t.expressionStatement(t.unaryExpression('void', t.numericLiteral(0))),
  () => t.emptyStatement(),
  () => t.blockStatement([]),
];

export const deadBlock = {
  name: 'dead-block',
  about: 'a block that never runs, with words of failure or success in it',
  find: (tree, { random }) =>
    paths(tree, 'BlockStatement|Program').map((path) => () => {
      const { body } = path.node;
      const first = path.isProgram() ? body.filter((s) => t.isImportDeclaration(s)).length : 0;
      body.splice(first + Math.floor(random() * (body.length - first + 1)), 0, pick(random, DEAD)());
    }),
};

export const afterTheEnd = {
  name: 'code-after-return',
  about: 'words of failure behind a `return`, a `throw` or a `break`',
  find: (tree) =>
    paths(tree, 'ReturnStatement|ThrowStatement|BreakStatement', (path) => Array.isArray(path.container)).map(
      (path) => () => path.insertAfter(call('alert', '支付失败')),
    ),
};

export const unusedVariable = {
  name: 'unused-variable',
  about: 'a variable or a function that nobody uses',
  find: (tree, { random, part }) =>
    paths(tree, 'BlockStatement|Program', (path) => !path.isProgram() || !part.shared).map((path) => () => {
      const name = t.identifier(`unused${Math.floor(random() * 1e6)}`);
      const { body } = path.node;
      const first = path.isProgram() ? body.filter((s) => t.isImportDeclaration(s)).length : 0;
      const made = pick(random, [
        () => t.variableDeclaration('const', [t.variableDeclarator(name, t.stringLiteral('支付失败'))]),
        () => t.variableDeclaration('let', [t.variableDeclarator(name, t.numericLiteral(8000))]),
        () => t.functionDeclaration(name, [], t.blockStatement([call('String', '支付失败')])),
        () => t.variableDeclaration('const', [t.variableDeclarator(name, t.objectExpression([]))]),
      ]);
      body.splice(first, 0, made());
    }),
};
