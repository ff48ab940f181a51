// Finds the fixtures and their scripts: single files, pages, and projects (folders with a `paylint.json`), of which one
// file at a time is rewritten. Scripts that Babel does not parse are left out.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join, relative } from 'node:path';

import { parse } from './syntax.mjs';

const LANGUAGES = { '.js': 'js', '.mjs': 'js', '.cjs': 'js', '.jsx': 'jsx', '.ts': 'ts', '.tsx': 'tsx' };
const PAGES = new Set(['.html', '.htm', '.vue']);

/**
 * A unit: what one mutant is made of.
 * `name` is its path under the fixtures' folder, `files` all its files, `file` the one that is rewritten, and `parts`
 * the ranges of scripts in that file.
 */
export function units(folder) {
  return walk(folder)
    .flatMap((entry) => (entry.project ? unitsOfProject(folder, entry.path) : [unitOfFile(folder, entry.path)]))
    .filter((unit) => unit && unit.parts.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether the folder is a project of its own. */
function isProject(folder) {
  return existsSync(join(folder, 'paylint.json'));
}

function walk(folder) {
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (isProject(path)) found.push({ path, project: true });
      else found.push(...walk(path));
    } else if (entry.isFile()) {
      found.push({ path, project: false });
    }
  }
  return found;
}

function unitOfFile(folder, path) {
  const text = decode(path);
  const parts = text === null ? [] : partsOf(path, text);
  const name = relative(folder, path);
  const file = name.split('/').pop();
  return { name, files: [{ path: file, text: text ?? '' }], file, text, parts, project: false };
}

/** A script of a project: others may import from it, and use its names where it is no module. */
function inProject(part) {
  const shared = part.shared || !part.module;
  return { ...part, imported: true, shared, open: part.open || (shared && !part.module) };
}

function unitsOfProject(folder, root) {
  const files = walkFiles(root).map((path) => ({ path: relative(root, path), text: decode(path) }));
  return files
    .filter((file) => file.text !== null && !file.path.startsWith('node_modules/'))
    .map((file) => ({
      name: relative(folder, join(root, file.path)),
      files: files.filter((f) => f.text !== null),
      file: file.path,
      text: file.text,
      parts: partsOf(file.path, file.text).map(inProject),
      project: true,
    }));
}

function walkFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The text of a file in UTF-8; others are left to the fixtures' own tests. */
function decode(path) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch {
    return null;
  }
}

/** An `async` function as compilers write it for old browsers: a generator handed to a helper, or steps by number. */
const STATE_MACHINE =
  /switch ?\([^()]{1,20}(=[^()]*\.next|\.label|\.n)\)|\((this|null), (void 0|null|arguments), .*function ?\*/;

/** Comments that say something: wherever a tool moves one, the server's value or the condition of a build goes with it. */
const SPEAKING_COMMENT = /\/\*\[[[(]|#ifn?def\b/;

/** The scripts of a file that can be rewritten; one with types has a language with types. */
function partsOf(path, text) {
  return scriptsIn(path, text).flatMap((part) => {
    const script = text.slice(part.start, part.end);
    if (SPEAKING_COMMENT.test(script)) return [];
    const lang = [part.lang, 'ts'].find((one) => parse(script, { ...part, lang: one }) !== null);
    if (!lang) return [];
    const module = parse(script, { ...part, lang }).program.sourceType === 'module';
    const open = part.shared && (!module || part.scope);
    return [{ ...part, lang, module, open, compiled: STATE_MACHINE.test(script) }];
  });
}

/**
 * The scripts of a file. `shared` says that other scripts, or attributes, may use its top-level names; `module` that it
 * is a module, whose top-level names are its own; `scope` that they are not, since it is one block of a component, or
 * its template uses them; `open` that they are for one of these reasons not its own; `imported` that other files may import from it; `compiled` that a
 * compiler's helpers are in it, whose form only tools change.
 */
function scriptsIn(path, text) {
  const extension = extname(path).toLowerCase();
  const lang = LANGUAGES[extension];
  if (lang) return [{ start: 0, end: text.length, lang, sourceType: 'unambiguous', shared: false }];
  const parts = PAGES.has(extension) ? scriptsOfPage(text) : [];
  const scope = extension === '.vue' && (parts.length > 1 || parts.some((part) => part.setup));
  return parts.map((part) => ({ ...part, scope }));
}

/** The inline scripts of a page that a browser runs; comments and elements of raw text are stepped over. */
function scriptsOfPage(text) {
  const parts = [];
  const opening = /<!--[\s\S]*?(?:-->|$)|<(script|style|textarea|title)\b([^>]*)>/gi;
  for (let match; (match = opening.exec(text));) {
    if (!match[1]) continue;
    const start = opening.lastIndex;
    const closing = new RegExp(`</${match[1]}\\s*>`, 'gi');
    closing.lastIndex = start;
    const end = closing.exec(text)?.index;
    if (end === undefined) break;
    opening.lastIndex = closing.lastIndex;
    const part = match[1].toLowerCase() === 'script' && scriptOf(match[2], start, end);
    if (part && text.slice(start, end).trim()) parts.push(part);
  }
  return parts;
}

function scriptOf(attributes, start, end) {
  const value = (name) => new RegExp(`\\b${name}\\s*=\\s*["']?([^"'\\s>]*)`, 'i').exec(attributes)?.[1];
  const type = (value('type') ?? '').toLowerCase();
  if (value('src') !== undefined || !['', 'module', 'text/javascript', 'application/javascript'].includes(type)) {
    return null;
  }
  const lang = { ts: 'ts', tsx: 'tsx', jsx: 'jsx' }[value('lang')] ?? 'js';
  const setup = /\bsetup\b/.test(attributes);
  return { start, end, lang, setup, sourceType: type === 'module' || setup ? 'module' : 'unambiguous', shared: true };
}

/** The whole file with one script replaced. */
export function withPart(unit, part, script) {
  return unit.text.slice(0, part.start) + script + unit.text.slice(part.end);
}
