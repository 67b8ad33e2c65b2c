import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { filesUnder, stampOf } from './build.mjs';
import { runQuietly } from './process.mjs';
import { Problem, say, secondsSince, show } from './report.mjs';

/** The package `@cpod/sdk`; the image is built without it. */
const folder = 'sdk';
const stampFile = 'sdk/dist/.built-from';

/** Both module systems: what tsc is given besides, and what tells Node which of them the files are. */
const formats = [
  { name: 'esm', args: [], type: 'module' },
  { name: 'cjs', args: ['--module', 'commonjs', '--moduleResolution', 'bundler'], type: 'commonjs' },
];

/** Whether sdk/dist/ was made from the sources as they are, or there is none to make. */
export function isSdkBuilt() {
  if (!existsSync(folder)) return true;
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sdkStamp();
}

/** Writes sdk/dist/esm and sdk/dist/cjs, each with its types, which `npm run check` checks. Both at once: two processes. */
export async function buildSdk(node) {
  const start = performance.now();
  rmSync('sdk/dist', { recursive: true, force: true });
  const stamp = sdkStamp();
  const runs = formats.map(({ name, args }) =>
    runQuietly(node, [
      'node_modules/typescript/bin/tsc',
      ...['-p', 'sdk/tsconfig.build.json', '--outDir', `sdk/dist/${name}`],
      ...args,
    ]),
  );
  for (const { code, output } of await Promise.all(runs)) {
    if (code === 0) continue;
    show(output);
    throw new Problem('the build of the SDK failed, see above');
  }
  for (const { name, type } of formats) {
    mkdirSync(`sdk/dist/${name}`, { recursive: true });
    writeFileSync(`sdk/dist/${name}/package.json`, `${JSON.stringify({ type, sideEffects: false })}\n`);
  }
  writeFileSync(stampFile, stamp);
  say(`built sdk/dist/ in ${secondsSince(start)}`);
}

function sdkStamp() {
  const settings = ['tsconfig.json', 'sdk/tsconfig.json', 'sdk/tsconfig.build.json', 'package-lock.json'];
  return stampOf([...settings, ...filesUnder('sdk/src').sort()]);
}
