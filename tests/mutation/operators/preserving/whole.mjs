// What tools make of a whole script: types taken out, three minifiers, ES5, CommonJS.

import { transformSync } from '@babel/core';
import presetEnv from '@babel/preset-env';
import presetReact from '@babel/preset-react';
import presetTypescript from '@babel/preset-typescript';
import { transform as esbuild } from 'esbuild';
import { minify as terser } from 'terser';
import uglify from 'uglify-js';

import { speakingNames } from '../../lib/names.mjs';
import { isCommonTypeScript, parse, paths, traverse } from '../../lib/syntax.mjs';
import { pick } from '../../lib/random.mjs';

/** The preset itself, however the package exports it. */
const preset = (module) => module.default ?? module;

/** The script without types and JSX; `null` where what is left is no module of either kind. */
function plain(text, part) {
  const { lang } = part;
  if (isCommonTypeScript(parse(text, part))) return null;
  const presets = [];
  if (lang === 'ts' || lang === 'tsx') presets.push([preset(presetTypescript), { onlyRemoveTypeImports: true }]);
  if (lang === 'jsx' || lang === 'tsx' || lang === 'js') presets.push([preset(presetReact), { runtime: 'classic' }]);
  return babel(text, { lang, presets });
}

function babel(text, { lang, presets, sourceType = 'unambiguous' }) {
  return transformSync(text, {
    filename: `script.${lang}`,
    babelrc: false,
    configFile: false,
    presets,
    sourceType,
    generatorOpts: { jsescOption: { minimal: true } },
  }).code;
}

const isModule = (tree) => tree.program.body.some((statement) => /^(Import|Export)/.test(statement.type));

/** What minifiers have to know: whether the names at the top are the script's own, and which others they leave alone. */
const facts = (text, part) => {
  const tree = parse(text, part);
  let reserved = [];
  traverse(tree, {
    Program(path) {
      reserved = speakingNames(path);
      path.stop();
    },
  });
  return { module: isModule(tree) && !part.open, open: isModule(tree) && part.open, reserved };
};

export const stripTypes = {
  name: 'strip-types',
  about: 'types and JSX are compiled away',
  rewrite: (text, { part }) => (part.lang === 'js' ? null : plain(text, part)),
};

/** How many functions of a script have a name that nothing mentions, and that a minifier may take away. */
function unmentionedFunctions(text, part, module) {
  let count = 0;
  traverse(parse(text, part), {
    Scope({ scope }) {
      if (scope.path.isProgram() && !module) return;
      for (const { path, kind, referenced } of Object.values(scope.bindings)) {
        const value = path.isVariableDeclarator() ? path.node.init : path.node;
        // A function expression knows its own name in a scope of its own.
        const named = kind !== 'local' && /^(Function|Arrow)/.test(value?.type ?? '');
        if (named && !referenced) count += 1;
      }
    },
  });
  return count;
}

/** With `merges`, calls in two arms may become one: the number of sites and findings may sink. */
const minifier = (name, about, minify) => ({
  name,
  about,
  merges: true,
  tool: true,
  async rewrite(text, { part, random }) {
    const script = plain(text, part);
    if (script === null) return null;
    const js = { ...part, lang: 'js' };
    const { module, open, reserved } = facts(script, js);
    // What nobody mentions may be what somebody calls, who is not shown.
    const unmentioned = unmentionedFunctions(script, js, module);
    const code = await minify(script, { module, open, reserved, keeps: unmentioned > 0, random });
    return code !== null && unmentionedFunctions(code, js, module) > unmentioned ? null : code;
  },
});

export const minifiedByTerser = minifier('terser', 'minified by terser', async (text, given) => {
  const { module, reserved, keeps, random } = given;
  const compress = pick(random, [{}, { passes: 2 }, { passes: 2, unsafe_arrows: false, ecma: 2020 }, false]);
  if (compress && keeps) compress.unused = false;
  const mangle = pick(random, [{ reserved }, { reserved }, false]);
  const options = { module, compress, mangle, ecma: 2020, format: { comments: false } };
  return (await terser(text, options)).code;
});

export const minifiedByUglify = minifier('uglify-js', 'minified by uglify-js', (text, given) => {
  const { module, reserved, keeps, random } = given;
  const compress = pick(random, [{}, { passes: 2 }, { sequences: false }, false]);
  if (compress && keeps) compress.unused = false;
  const options = { module, compress, mangle: { reserved } };
  const { code, error } = uglify.minify(text, options);
  // uglify-js does not know all of the language's newer forms.
  return error ? null : code;
});

export const minifiedByEsbuild = minifier(
  'esbuild',
  'minified by esbuild',
  async (text, { module, open, reserved, keeps, random }) => {
    // Of a module it takes all names for the module's own.
    if (keeps || open) return null;
    const parts = pick(random, [
      { minify: true },
      { minifySyntax: true },
      { minifyWhitespace: true, minifySyntax: true },
      { minify: true, target: 'es2022' },
    ]);
    // esbuild cannot be told to leave single names alone.
    const options =
      reserved.length > 0 ? { ...parts, minify: false, minifySyntax: true, minifyWhitespace: true } : parts;
    const format = module ? 'esm' : undefined;
    const { code } = await esbuild(text, { loader: 'js', charset: 'utf8', format, ...options, legalComments: 'none' });
    return code;
  },
);

const ES5 = { targets: { ie: '11' }, modules: false };

const isAsync = (text, part) => {
  const tree = parse(text, part);
  return topLevelAwait(tree) || paths(tree, 'Function', ({ node }) => node.async || node.generator).length > 0;
};

export const es5 = {
  name: 'es5',
  about: 'down-levelled to ES5 by Babel',
  rewrite(text, { part }) {
    const script = plain(text, part);
    if (script === null || isAsync(script, { ...part, lang: 'js' })) return null;
    return babel(script, { lang: 'js', presets: [[preset(presetEnv), ES5]], sourceType: part.sourceType });
  },
};

export const es5Async = {
  name: 'es5-async',
  about:
    'down-levelled to ES5 by Babel, with `async` as a state machine, which may hide what happens but invents nothing',
  weaker: true,
  rewrite(text, { part }) {
    const script = plain(text, part);
    if (script === null) return null;
    const tree = parse(script, { ...part, lang: 'js' });
    if (!isAsync(script, { ...part, lang: 'js' }) || topLevelAwait(tree)) return null;
    return babel(script, { lang: 'js', presets: [[preset(presetEnv), ES5]], sourceType: part.sourceType });
  },
};

export const commonJs = {
  name: 'commonjs',
  about: 'ES imports and exports become `require` and `exports`',
  rewrite(text, { part, unit }) {
    const script = plain(text, part);
    if (script === null) return null;
    const tree = parse(script, { ...part, lang: 'js' });
    if (part.shared || unit.file.endsWith('.mjs') || !isModule(tree) || topLevelAwait(tree)) return null;
    // All of a module that is called is a function of a CommonJS module: what Babel makes of it cannot be called.
    if (callsNamespace(tree) || takesNamesOfDefault(unit)) return null;
    const options = { targets: { chrome: '110' }, modules: 'commonjs' };
    return babel(script, { lang: 'js', presets: [[preset(presetEnv), options]], sourceType: 'module' });
  },
};

const callsNamespace = (tree) =>
  paths(tree, 'ImportNamespaceSpecifier', (path) => {
    const { referencePaths } = path.scope.getBinding(path.node.local.name);
    return referencePaths.some(({ parentPath, key }) => parentPath.isCallExpression() && key === 'callee');
  }).length > 0;

// Of a module that exports its default alone, what Babel makes of it has no other name; other compilers' has.
function takesNamesOfDefault({ files }) {
  const hasDefaultAlone = ({ text }) => /^export default/m.test(text) && !/^export (?!default)/m.test(text);
  const modules = files.filter(hasDefaultAlone).map(({ path }) => path.split('/').pop().replace(/\.\w+$/, ''));
  const taken = modules.map((name) => new RegExp(`import \\{[^}]*\\} from '[^']*/${name}'`));
  return files.some(({ text }) => taken.some((pattern) => pattern.test(text)));
}

const topLevelAwait = (tree) => paths(tree, 'AwaitExpression', (path) => !path.getFunctionParent()).length > 0;
