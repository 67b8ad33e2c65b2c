import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { WRITTEN_PAGE } from '../reference/command-line.mjs';
import { filesUnder, stampOf } from './build.mjs';
import { runQuietly } from './process.mjs';
import { StepError, printLine, secondsSince, show } from './report.mjs';

const output = 'dist/docs';
const stampFile = 'dist/.docs-built-from';

/** Sources in `src` that the reference pages describe. */
const DESCRIBED = [
  /^src\/cli\//,
  /^src\/kernel\/(config|errors)\//,
  /\.config\.ts$/,
  // The schema of configuration files consists of these.
  /^src\/modules\/.*(\.types|-requests)\.ts$/,
  /\/openapi\.json$/,
  /^src\/roles\/(hosting|settings)\.ts$/,
  /metrics|\.module\.ts$|^src\/kernel\/(grpc|tasks|telemetry|threads)\//,
];

/** Returns whether dist/docs was built from the current sources. Compares sizes and times, which takes a few milliseconds. */
export function isDocsBuilt() {
  return existsSync(`${output}/index.html`) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === docsStamp();
}

/** Writes the reference pages, then builds the site. Needs dist/. */
export async function buildDocs(node) {
  const start = performance.now();
  rmSync(stampFile, { force: true });
  const stamp = docsStamp();
  for (const args of [['scripts/docs-reference.mjs'], ['node_modules/vitepress/bin/vitepress.js', 'build', 'docs']]) {
    const { code, output: said } = await runQuietly(node, args);
    if (code === 0 && !/\bwarn(ing)?\b/i.test(said)) continue;
    show(said);
    throw new StepError('could not build the documentation; see above');
  }
  writeFileSync(stampFile, stamp);
  printLine(`built ${output}/ in ${secondsSince(start)}`);
}

/** If there is no documentation, starts a process that builds it and takes only the processor time that nobody else needs. */
export function buildDocsInBackground() {
  if (existsSync(`${output}/index.html`)) return;
  const child = spawn(process.execPath, ['scripts/run.mjs', 'docs:build'], { stdio: 'ignore', detached: true });
  child.on('error', () => printLine('could not build the documentation; run "npm run build"'));
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  child.unref();
  printLine('building the documentation in the background; /docs shows it in a minute or two');
}

function docsStamp() {
  const written = filesUnder('docs').filter(
    (path) =>
      !path.startsWith('docs/.vitepress/generated/') && (!path.startsWith('docs/reference/') || path === WRITTEN_PAGE),
  );
  const described = filesUnder('src').filter((path) => DESCRIBED.some((pattern) => pattern.test(path)));
  const generators = [...filesUnder('scripts/reference'), 'scripts/docs-reference.mjs'];
  return stampOf([...written, ...described, ...filesUnder('proto'), ...generators, 'package-lock.json'].sort());
}
