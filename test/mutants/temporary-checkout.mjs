import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { transform } from '@swc/core';
import { root } from '../../scripts/steps/process.mjs';
import { copyCheckout } from '../support/copied-checkout.cjs';

/** The configuration also sets an environment variable for the folder in which runs cache compiled code, so that copies share the cache. */
const jestConfig = createRequire(import.meta.url)('../../jest.config.cjs');
const [, swcOptions] = Object.values(jestConfig.transform)[0];

/** The time limit of a run, per spec. A busy machine can take ten times as long as an idle machine. */
const LIMIT_PER_SPEC_MS = 300_000;
/** The number of times that a run is started until it reports. */
const STARTS = 3;

/** A copy of this checkout in which mutants are created, so that an interrupted run leaves nothing behind here. */
export class TemporaryCheckout {
  #folder = mkdtempSync(path.join(tmpdir(), 'coresdk-mutants-'));
  #child = null;
  isStopped = false;

  constructor() {
    copyCheckout(this.#folder);
  }

  /**
   * Changes a file and its compiled version in `dist`, from which worker threads run.
   * @returns a function that restores both.
   */
  async mutate({ file, find, replace }) {
    const before = readFileSync(path.join(root, file), 'utf8');
    const compiled = compiledFrom(file);
    const mutated = before.replace(find, () => replace);
    writeFileSync(path.join(this.#folder, file), mutated);
    try {
      const { code } = await transform(mutated, { ...swcOptions, filename: file, sourceMaps: false });
      writeFileSync(path.join(this.#folder, compiled), code);
    } catch {
      // The mutant does not compile. Running the spec reports this.
    }
    return () => {
      for (const name of [file, compiled]) {
        // The specs of a client need no build of it.
        if (existsSync(path.join(root, name))) cpSync(path.join(root, name), path.join(this.#folder, name));
      }
    };
  }

  /**
   * Runs specs with Jest.
   * @returns the number of failed tests, and the specs that did not pass, each with a line that explains why; `null` if
   *   the run did not end, or could not start.
   */
  async run(specs) {
    const report = path.join(this.#folder, '.mutants.json');
    const args = ['--json', `--outputFile=${report}`, '--silent', '--runTestsByPath', ...specs];
    // Without a report, Jest could not start the tests, for example because their database did not start.
    for (let tries = 0; tries < STARTS; tries += 1) {
      rmSync(report, { force: true });
      if (!(await this.#jest(args, specs.length * LIMIT_PER_SPEC_MS))) return null;
      if (existsSync(report)) break;
    }
    if (!existsSync(report)) return null;
    const { testResults, numFailedTests: failedTests } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = testResults.filter(({ status }) => status !== 'passed');
    const failures = failed.map(({ name, message }) => [path.relative(this.#folder, name), firstWords(message)]);
    return { failedTests, failures: new Map(failures) };
  }

  /** Stops the current run and prevents further runs. */
  stop() {
    this.isStopped = true;
    this.#child?.kill();
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** @returns whether Jest wrote its report within the limit. */
  #jest(args, limitMs) {
    const program = path.join(root, 'node_modules/jest/bin/jest.js');
    const child = spawn(process.execPath, [program, ...args], { cwd: this.#folder, stdio: 'ignore' });
    this.#child = child;
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    return new Promise((resolve) => {
      child.on('close', (code) => {
        clearTimeout(limit);
        resolve(code === 0 || code === 1);
      });
    });
  }
}

/** Returns the path to which the build writes a source file, as CommonJS. */
function compiledFrom(file) {
  const name = file.replace(/\.ts$/, '.js');
  const [, folder, rest] = /^(rego|sdk)\/src\/(.*)$/.exec(name) ?? [];
  return folder === undefined ? path.join('dist', name) : `${folder}/dist/cjs/${rest}`;
}

/** Returns the name of the first failure and the start of its message. */
function firstWords(message) {
  const lines = message.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(0, 2)
    .join(' ');
}
