import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { filesUnder, stampOf } from './build.mjs';
import { runQuietly } from './process.mjs';
import { StepError, printLine, secondsSince, show } from './report.mjs';

/** For each module system: extra arguments for tsc, and the `type` in package.json that tells Node the file format. */
const formats = [
  { name: 'esm', args: [], type: 'module' },
  { name: 'cjs', args: ['--module', 'commonjs', '--moduleResolution', 'bundler'], type: 'commonjs' },
];

const stampFileOf = (folder) => `${folder}/dist/.built-from`;

/** Returns whether a package's dist/ was built from its current sources; true for a package without sources. */
export function isPackageBuilt(folder) {
  if (!existsSync(`${folder}/src`)) return true;
  const stampFile = stampFileOf(folder);
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stampOfPackage(folder);
}

/** Writes dist/esm and dist/cjs of a package, each with its types, in two parallel processes. `npm run check` checks the types. */
export async function buildPackage(folder, node) {
  const start = performance.now();
  rmSync(`${folder}/dist`, { recursive: true, force: true });
  const stamp = stampOfPackage(folder);
  const runs = formats.map(({ name, args }) =>
    runQuietly(node, [
      'node_modules/typescript/bin/tsc',
      ...['-p', `${folder}/tsconfig.build.json`, '--outDir', `${folder}/dist/${name}`],
      ...args,
    ]),
  );
  for (const { code, output } of await Promise.all(runs)) {
    if (code === 0) continue;
    show(output);
    throw new StepError(`the build of ${folder}/ failed; see above`);
  }
  for (const { name, type } of formats) {
    mkdirSync(`${folder}/dist/${name}`, { recursive: true });
    writeFileSync(`${folder}/dist/${name}/package.json`, `${JSON.stringify({ type, sideEffects: false })}\n`);
  }
  // `npx` runs a command directly from its package in this repository.
  const { bin = {} } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  for (const file of Object.values(bin)) chmodSync(`${folder}/${file}`, 0o755);
  writeFileSync(stampFileOf(folder), stamp);
  printLine(`built ${folder}/dist/ in ${secondsSince(start)}`);
}

function stampOfPackage(folder) {
  const settings = ['tsconfig.json', `${folder}/tsconfig.json`, `${folder}/tsconfig.build.json`, 'package-lock.json'];
  return stampOf([...settings, ...filesUnder(`${folder}/src`).sort()]);
}
