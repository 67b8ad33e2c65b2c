/** `npm run mutants:generated -- [--only REGEXP]`; see ../README.md. */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { root } from '../../../scripts/steps/process.mjs';
import { secondsSince } from '../../../scripts/steps/report.mjs';
import { INTERRUPTED, readLists, readPattern } from '../command.mjs';
import areas from './areas.cjs';

const USAGE = `npm run mutants:generated -- [--only REGEXP]

  --only  only files whose path matches this regular expression`;

/** Lists of accepted mutants that no spec needs to kill, each with the reason. */
const ACCEPTED = path.join(import.meta.dirname, 'accepted');
const NOTICED = new Set(['Killed', 'Timeout']);
const UNNOTICED = new Set(['Survived', 'NoCoverage']);

/** Has Stryker create the mutants of these files and run the specs that reach each mutant. Returns the result of each mutant. */
function mutate(files) {
  const tempDirName = mkdtempSync(path.join(tmpdir(), 'coresdk-mutants-'));
  process.on('exit', () => rmSync(tempDirName, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(INTERRUPTED));
  const stryker = new Stryker({
    mutate: files,
    // The text of a message is not a rule.
    mutator: { excludedMutations: ['StringLiteral'] },
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    jest: { projectType: 'custom', configFile: 'test/mutants/generated/jest.config.cjs' },
    coverageAnalysis: 'perTest',
    concurrency: availableParallelism(),
    ignorePatterns: ['/dist', '/docs', '/deploy', '/sdk', '/migrations'],
    tempDirName,
    reporters: ['progress-append-only'],
    logLevel: 'warn',
    warnings: { slow: false },
  });
  return stryker.runMutationTest();
}

/** Describes a survivor by its text, as the list does, because line numbers change. Stryker counts lines and columns from 1. */
function describe({ fileName, status, location: { start, end }, replacement }) {
  const lines = readFileSync(fileName, 'utf8').split('\n').slice(start.line - 1, end.line);
  const at = lines[0].trim();
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return {
    file: path.relative(root, fileName),
    line: start.line,
    isReached: status !== 'NoCoverage',
    at,
    find: lines.join('\n'),
    replace: replacement,
  };
}

const keyOf = ({ file, at, find, replace }) => JSON.stringify([file, at, find, replace]);

const pattern = readPattern(USAGE);
process.chdir(root);
const globs = areas.map(({ folder, files = '**/*' }) => `${folder}/${files}.ts`);
const files = globSync(globs, { exclude: ['**/*.spec.ts', '**/*.int-spec.ts'] }).filter((file) => pattern.test(file));
const start = performance.now();
const results = await mutate(files);
const survivors = results.filter(({ status }) => UNNOTICED.has(status)).map(describe);
const accepted = readLists(ACCEPTED).flatMap(({ file, mutants }) => mutants.map((mutant) => ({ file, ...mutant })));
const isAccepted = new Set(accepted.map(keyOf));
const hasSurvived = new Set(survivors.map(keyOf));
const unexplained = survivors.filter((survivor) => !isAccepted.has(keyOf(survivor)));
const outOfDate = accepted.filter((mutant) => pattern.test(mutant.file) && !hasSurvived.has(keyOf(mutant)));

for (const { file, line, isReached, ...mutant } of unexplained) {
  console.log(`SURVIVED ${file}:${line}${isReached ? '' : ' (no spec reaches it)'}\n  ${JSON.stringify(mutant)}`);
}
for (const { file, ...mutant } of outOfDate) console.log(`OUT OF DATE ${file}\n  ${JSON.stringify(mutant)}`);
const killed = results.filter(({ status }) => NOTICED.has(status)).length;
console.log(
  `${killed} of ${killed + survivors.length} generated mutants killed, ${survivors.length - unexplained.length} accepted, ` +
    `${unexplained.length} survived, ${outOfDate.length} out of date (${secondsSince(start)})`,
);
process.exitCode = unexplained.length + outOfDate.length === 0 && killed > 0 ? 0 : 1;
