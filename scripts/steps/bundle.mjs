import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { filesUnder, isCode, isTest, stampOf } from './build.mjs';
import { isLargeCommand } from './bundler-plugins.mjs';
import { openBundler } from './bundler.mjs';
import { StepError, printLine, secondsSince } from './report.mjs';

/** The folder of the programs that users run. Its subfolders are those of the sources. */
const output = 'dist/bundle';
const stampFile = `${output}/.built-from`;

/** Settings of the build. */
const settings = [
  ...['tsconfig.json', 'package-lock.json', 'scripts/swc-options.cjs'],
  ...['bundle', 'bundler', 'bundler-plugins'].map((name) => `scripts/steps/${name}.mjs`),
];

/** The programs and their bundles. */
export const programs = { server: `${output}/src/main.js`, cli: `${output}/src/cli/main.js` };

/** The source of the embedded database, which `npm run dev` loads. */
export const embeddedDatabase = 'src/kernel/database/embedded/embedded-postgres.ts';

/** Files that run in a thread of their own. A thread loads only its file. */
const isThread = (path) => /\.(handler|thread)\.ts$/.test(path);

/** Returns whether the bundle was built from the current sources. Compares sizes and times, which takes a few milliseconds. */
export function isBundled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourceStamp();
}

/**
 * Writes the server, the command line and the files of threads, each with everything that it imports, as one file each: a start reads 30
 * files instead of 3,000. The types are not checked; `npm run build` and `npm run check` do that.
 */
export async function bundle() {
  const start = performance.now();
  rmSync(stampFile, { force: true });
  const stamp = sourceStamp();
  const bundler = await openBundler({ output, entriesOf: () => [...serverEntries(), ...commandLineEntries()].sort() });
  const { faults } = await bundler.rebuild();
  await bundler.dispose();
  if (faults.length > 0) throw new StepError(`the build failed:\n${faults.join('\n')}`);
  writeFileSync(stampFile, stamp);
  printLine(`built ${output}/ in ${secondsSince(start)}`);
}

/** Returns the sources of the server, its threads and its migrations. */
export function serverEntries() {
  const threads = filesUnder('src').filter((path) => isThread(path) && !isTest(path));
  return ['src/main.ts', embeddedDatabase, ...threads, ...filesUnder('migrations').filter(isCode)].sort();
}

/** Returns the sources of the command line. Its commands also run the threads and migrations of the server. */
function commandLineEntries() {
  return ['src/cli/main.ts', ...filesUnder('src').filter((path) => isLargeCommand(path) && !isTest(path))];
}

function sourceStamp() {
  const sources = ['src', 'migrations', 'rego/src'].flatMap(filesUnder).filter((path) => !isTest(path));
  return stampOf([...settings, ...sources.sort()]);
}
