// The mutation check: makes mutants of the fixtures, lets paylint judge them in batches, and tells how many verdicts
// changed as they should. README.md says how to run it and how to add an operator.

import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { changes, unexpected, unwanted } from './lib/compare.mjs';
import { units as unitsIn } from './lib/fixtures.mjs';
import { HELP, options } from './lib/options.mjs';
import { judge } from './lib/paylint.mjs';
import { alone, chained, faulty } from './lib/plan.mjs';
import { hash } from './lib/random.mjs';
import { Report } from './lib/report.mjs';
import { faults } from './operators/faults.mjs';
import { preserving } from './operators/preserving.mjs';
import { FOLLOWS } from './operators/preserving/modules.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');

/** Mutants that paylint judges in one run. */
const BATCH = 400;

/** The share of faults that must be found. */
const KILLED = 0.98;

/** Chains that a whole run makes, however many mutants of one operator there are. */
const CHAINS = 3000;

/** A chain that applies nowhere is given up after so many tries without a new mutant. */
const PATIENCE = 5000;

async function main() {
  const chosen = options(process.argv.slice(2));
  if (chosen.help) return (console.log(HELP), 0);
  if (chosen.list) return (list(), 0);
  const binary = resolve(process.env.PAYLINT ?? join(ROOT, 'target/debug/paylint'));
  const folders = chosen.fixtures ? [resolve(chosen.fixtures)] : [join(ROOT, 'fixtures'), join(HERE, 'seeds')];
  const units = folders.flatMap(unitsIn).filter((unit) => chosen.unit.test(unit.name));
  const digests = await judge(
    binary,
    units.map((unit) => unit.files),
  );
  const check = new Check(binary, units, digests, await usable(binary));
  await check.run(chosen);
  check.report.print(console.log);
  return verdict(check.report, chosen);
}

function list() {
  for (const operator of [...faults, ...preserving]) console.log(`${operator.name.padEnd(28)} ${operator.about}`);
}

/** The operators whose mutants can mean the same to the program. */
async function usable(binary) {
  const [{ sites }] = await judge(binary, [FOLLOWS]);
  const follows = sites[0]?.ready === 'ready';
  if (!follows) console.log('paylint does not follow imports: operators that make modules are left out');
  return preserving.filter((operator) => follows || !operator.needsModules);
}

function verdict(report, chosen) {
  const { fault, preserving: kept } = report.totals;
  const killed = fault.made === 0 || fault.right / fault.made >= KILLED;
  const same = kept.made - kept.right - report.knownCount <= (kept.made * chosen.tolerate) / 100;
  const stale = chosen.whole ? report.stale : [];
  for (const { unit, operator } of stale) console.log(`no longer so, in lib/known.mjs: ${unit}: ${operator}`);
  return killed && same && stale.length === 0 && report.problems.length === 0 ? 0 : 1;
}

class Check {
  constructor(binary, units, digests, preserving) {
    this.binary = binary;
    this.preserving = preserving;
    this.units = units;
    this.digests = new Map(units.map((unit, index) => [unit, digests[index]]));
    this.report = new Report(relative(process.cwd(), join(ROOT, 'target/mutation')) || '.');
    this.seen = new Set();
    this.batch = [];
    this.judged = Promise.resolve();
  }

  async run({ sample, seed, target, only }) {
    const [bad, good] = [faults, this.preserving].map((all) => all.filter((operator) => only.test(operator.name)));
    const sampled = sample > 0;
    const share = (part) => (sampled ? Math.ceil(sample * part) : Infinity);
    await this.take(faulty(this.units, bad, this.preserving, this.digests, seed, sampled), share(0.3));
    await this.take(alone(this.units, good, seed, sampled), share(0.4));
    const missing = sampled ? sample - this.made('fault') - this.made('preserving') : target - this.made('preserving');
    const chains = sampled || target === 0 ? missing : Math.max(missing, CHAINS);
    await this.take(chained(this.units, good, seed), chains);
    await this.flush();
    await this.judged;
  }

  made(kind) {
    return this.counts?.[kind] ?? 0;
  }

  /** Takes mutants from a source until there are `limit` new ones. */
  async take(source, limit) {
    let [taken, idle] = [0, 0];
    for await (const job of source) {
      if (taken >= limit || idle > PATIENCE) break;
      idle += 1;
      if (!job.mutant) this.report.idle(job);
      else if (this.isNew(job)) {
        [taken, idle] = [taken + 1, 0];
        await this.enqueue(job);
      }
    }
  }

  /** Whether no mutant of the same unit has the same text. */
  isNew({ unit, mutant }) {
    const text = mutant.files.find((file) => file.path === unit.file).text;
    const key = `${unit.name}/${hash(text)}/${text.length}`;
    if (this.seen.has(key) || text === unit.text) return false;
    this.seen.add(key);
    return true;
  }

  async enqueue(job) {
    this.counts = { ...this.counts, [job.kind]: this.made(job.kind) + 1 };
    if (job.mutant.problem) return this.report.add(job, [job.mutant.problem]);
    this.batch.push(job);
    if (this.batch.length >= BATCH) await this.flush();
  }

  /** Lets paylint judge the batch while the next one is made. */
  async flush() {
    const jobs = this.batch;
    this.batch = [];
    await this.judged;
    if (jobs.length === 0) return;
    if (process.stderr.isTTY) process.stderr.write(`\r${this.report.made} mutants judged`);
    this.judged = judge(
      this.binary,
      jobs.map((job) => job.mutant.files),
    ).then((digests) => {
      jobs.forEach((job, index) => this.report.add(job, this.wrong(job, digests[index])));
    });
  }

  wrong({ kind, unit, mutant }, after) {
    const before = this.digests.get(unit);
    if (kind === 'fault') return unexpected(changes(before, after), mutant.expect, mutant.allows);
    return unwanted(before, after, mutant.allows);
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 2;
  },
);
