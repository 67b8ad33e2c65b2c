import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { runQuietly } from './process.mjs';
import { StepError, printLine, secondsSince, show } from './report.mjs';

/** Compiled folders. Tests, benchmarks and scripts load single modules from dist/; the programs run from dist/bundle. */
const sourceFolders = ['src', 'migrations'];
const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
const entry = 'dist/src/main.js';
const stampFile = 'dist/.built-from';

export const isTest = (path) => path.endsWith('.spec.ts') || path.endsWith('.int-spec.ts');
export const isCode = (path) => path.endsWith('.ts');
export const isAsset = (path) => !isCode(path) && !path.endsWith('.md');

/** Returns whether dist/ was built from the current sources. Compares sizes and times, which takes a few milliseconds. */
export function isBuilt() {
  return existsSync(entry) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourceStamp();
}

/**
 * Runs `tsc` directly instead of `nest build`, which does the same work after a one-second startup. The build is incremental: a change
 * takes about as long as the type check of the files it affects.
 */
export async function build(node) {
  const start = performance.now();
  // If the output is missing, the incremental build record would make tsc skip writing it.
  rmSync(existsSync(entry) ? stampFile : 'dist/.tsbuildinfo', { force: true });
  const stamp = sourceStamp();
  const { code, output } = await runQuietly(node, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  if (code !== 0) {
    show(output);
    throw new StepError('the build failed; see above');
  }
  removeOrphans();
  copyAssets();
  writeFileSync(stampFile, stamp);
  printLine(`built dist/ in ${secondsSince(start)}`);
}

function sourceStamp() {
  const sources = sourceFolders.flatMap(filesUnder).filter((path) => !isTest(path));
  return stampOf([...settings, ...sources.sort()]);
}

/** Returns a hash that changes with the size or modification time of any of these files. */
export function stampOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Removes the output of deleted sources, which tsc keeps. Otherwise a deleted migration would still run. */
function removeOrphans() {
  for (const output of sourceFolders.flatMap((folder) => filesUnder(join('dist', folder)))) {
    const source = output.slice('dist/'.length);
    const code = source.replace(/\.js(\.map)?$/, '.ts');
    if (!existsSync(source) && !existsSync(code)) rmSync(output);
  }
}

function copyAssets() {
  for (const path of sourceFolders.flatMap(filesUnder).filter(isAsset)) {
    mkdirSync(dirname(join('dist', path)), { recursive: true });
    copyFileSync(path, join('dist', path));
  }
}

/** Returns all files in a folder and its subfolders; an empty list if the folder does not exist. */
export function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name));
}
