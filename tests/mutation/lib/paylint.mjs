// Runs paylint over a batch of programs, one folder each, and reads from its documents what a mutant must or must not
// change. Positions are left out: a rewritten program has others.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Classes of effects that say nothing to the customer, or that code which is not at hand was reached. How much of both is
 * seen depends on how a program is written; where it matters, the verdict is another.
 */
const UNSTABLE = new Set(['neutral', 'opaque']);

/** How many milliseconds a batch may take: a program on which paylint hangs ends the check. */
const PATIENCE = 300_000;

/** The rules that say that a program, or a part of it, was not judged. */
const UNREAD = new Set(['parse-error', 'file-skipped']);

/**
 * The digests of programs, in their order. Each program is a list of `{ path, text }`; it gets a folder and an empty
 * `paylint.json`, so that it is a project root and sees none of the others.
 */
export async function judge(binary, programs) {
  const folder = mkdtempSync(join(tmpdir(), 'paylint-mutation-'));
  try {
    programs.forEach((files, index) => write(join(folder, String(index)), files));
    const options = { cwd: folder, maxBuffer: 1 << 30, timeout: PATIENCE };
    const [lint, audit] = await Promise.all([
      run(binary, ['--format', 'json', '--fail-on', 'never', '.'], options),
      run(binary, ['audit', '--format', 'json', '.'], options),
    ]);
    return digests(programs.length, JSON.parse(lint.stdout), JSON.parse(audit.stdout));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes a program's files under a folder. */
export function write(folder, files) {
  for (const { path, text } of [{ path: 'paylint.json', text: '{}\n' }, ...files]) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

function digests(count, lint, audit) {
  const errors = [...lint.errors, ...audit.errors];
  if (errors.length > 0) throw new Error(`paylint failed: ${JSON.stringify(errors[0])}`);
  const result = Array.from({ length: count }, () => ({ unread: 0, findings: [], sites: [] }));
  const of = (file) => result[Number(file.split('/', 1)[0])];
  for (const finding of lint.findings) {
    const digest = of(finding.file);
    if (UNREAD.has(finding.rule)) digest.unread += 1;
    else digest.findings.push(finding.rule);
  }
  // An audit begins with what is gravest: here sites are told apart by their places, first by those that touch the API,
  // since a call of a wrapper is a payment of its own only where its arguments are paid.
  for (const site of [...audit.sites].sort(byPlace)) of(site.file).sites.push(siteDigest(site));
  result.forEach((digest) => digest.findings.sort());
  return result;
}

function byPlace(a, b) {
  const places = (site) => [site.touch, site].flatMap(({ file, bytes }) => [file, bytes.start, bytes.end]);
  const [ours, theirs] = [places(a), places(b)];
  const at = ours.findIndex((part, index) => part !== theirs[index]);
  return at < 0 ? 0 : ours[at] < theirs[at] ? -1 : 1;
}

function siteDigest(site) {
  const cells = {};
  for (const outcome of site.outcomes) {
    const classes = outcome.effects.map((effect) => effect.class).filter((name) => !UNSTABLE.has(name));
    cells[outcome.code ?? 'other'] = {
      verdict: outcome.verdict.state,
      classes: [...new Set(classes)].sort().join(' '),
    };
  }
  const file = site.file.slice(site.file.indexOf('/') + 1);
  const call = `${site.file}:${site.bytes.start}`;
  return { file, call, api: site.api.id, ready: site.ready.state, tradeNo: site.tradeNo.state, cells };
}

/** A site in one line, for comparing and for people. */
export function siteLine(site) {
  const cells = Object.entries(site.cells).map(([code, cell]) => `${code}=${cell.verdict}(${cell.classes})`);
  return [site.api, site.ready, site.tradeNo, ...cells].join(' | ');
}
