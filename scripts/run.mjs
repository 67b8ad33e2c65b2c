/**
 * Runs every npm script: `node scripts/run.mjs <command> [arguments]`.
 *
 * Installs the packages in package-lock.json if they are missing, builds if dist/ is stale, and then becomes the actual
 * program on Node 24. Needs only Node and npm, so it works in a fresh checkout.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './steps/check.mjs';
import { build, isBuilt } from './steps/build.mjs';
import { bundle, isBundled, programs } from './steps/bundle.mjs';
import { buildDocs, buildDocsInBackground, isDocsBuilt } from './steps/docs.mjs';
import { buildPackage, isPackageBuilt } from './steps/build-package.mjs';
import { flakes } from './steps/flakes.mjs';
import { install, isInstalled } from './steps/install.mjs';
import { withLock } from './steps/lock.mjs';
import { assertNotWindows } from './steps/platforms.mjs';
import { assertPortsFree } from './steps/ports.mjs';
import { become, compiledCode, root, runQuietly } from './steps/process.mjs';
import { StepError, printLine, show } from './steps/report.mjs';
import { assertAbleToInstall, runtimeNode } from './steps/runtime.mjs';
import { serverFlags } from './steps/server-flags.mjs';
import { isOfUnitTests, test } from './steps/test.mjs';

/** The folder in which the user ran the command. */
const calledFrom = process.cwd();

/** The prerequisites of each command and the program that it runs; `serves` is the command that opens the ports of the product. */
const commands = {
  start: {
    serves: 'npm start',
    needsBundle: true,
    run(args) {
      // The product also runs with outdated documentation, or without documentation.
      buildDocsInBackground();
      return become([...serverFlags, programs.server, ...args], { variables: compiledCode });
    },
  },
  // Builds the bundle itself.
  dev: { serves: 'npm run dev', run: (args) => become(['scripts/dev.mjs', ...args]) },
  changeset: { run: (args) => become(['scripts/changeset.mjs', ...args]) },
  release: { needsBuild: true, needsSdk: true, run: (args) => become(['scripts/release.mjs', ...args]) },
  build: { needsBuild: true, needsBundle: true, needsSdk: true, needsDocs: true, run: () => 0 },
  // Reloads handwritten pages live; the reference pages stay unchanged.
  docs: { needsBuild: true, run: (args) => serveDocs(args) },
  'docs:reference': { needsBuild: true, run: () => become(['scripts/docs-reference.mjs']) },
  // A part of `check`.
  'docs:build': { needsBuild: true, needsDocs: true, run: () => 0 },
  test: { needsBuild: true, needsBundle: true, needsSdk: true, needsDocs: true, run: (args) => test(args) },
  flakes: { needsBuild: true, needsBundle: true, needsSdk: true, run: (args) => flakes(args) },
  // Unit tests run directly from source.
  'unit-tests': { run: (args) => test(args) },
  drill: { needsBuild: true, needsBundle: true, run: (args) => drill(args) },
  bench: {
    needsBuild: true,
    needsBundle: true,
    // Node warns that it has to guess the format of the TypeScript files that the bench imports from test/support.
    run: (args) => become(['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', 'test/bench/run.mjs', ...args]),
  },
  // Worker threads run from dist/, even in tests.
  mutants: { needsBuild: true, needsBundle: true, run: (args) => become(['test/mutants/run.mjs', ...args]) },
  'generated-mutants': { run: (args) => become(['test/mutants/generated/run.mjs', ...args]) },
  openapi: { needsBuild: true, run: () => describe() },
  proto: { run: (args) => become(['scripts/proto.mjs', ...args]) },
  prose: { run: (args) => become(['scripts/steps/prose.mjs', ...args]) },
  check: { run: () => check() },
  // Paths on the command line are relative to the user's current folder, not to the checkout.
  cli: {
    needsBundle: true,
    run: (args) => become([join(root, programs.cli), ...args], { folder: calledFrom, variables: compiledCode }),
  },
};

/**
 * Installs and builds if needed. If there is nothing to do, which is the usual case, it takes a few milliseconds and
 * does not acquire the lock.
 */
async function prepare(name, { needsBuild, needsBundle, needsSdk, needsDocs }) {
  const builds = [
    // Modules in dist/ import the engine from its package, so the engine is compiled first.
    { isNeeded: needsBuild, isBuilt: () => isPackageBuilt('rego'), build: (node) => buildPackage('rego', node) },
    { isNeeded: needsBuild, isBuilt, build },
    { isNeeded: needsBundle, isBuilt: isBundled, build: bundle },
    { isNeeded: needsSdk, isBuilt: () => isPackageBuilt('sdk'), build: (node) => buildPackage('sdk', node) },
    // Its types refer to those of the SDK, which is compiled first.
    {
      isNeeded: needsSdk,
      isBuilt: () => isPackageBuilt('sdk-react'),
      build: (node) => buildPackage('sdk-react', node),
    },
    { isNeeded: needsDocs, isBuilt: isDocsBuilt, build: buildDocs },
  ].filter(({ isNeeded }) => isNeeded);
  const isReady = () => isInstalled() && builds.every((one) => one.isBuilt());
  if (isReady()) {
    if (name === 'build') printLine('dist/ is up to date');
    return;
  }
  await withLock(async () => {
    if (!isInstalled()) await install();
    if (builds.some((one) => !one.isBuilt())) printLine('building');
    for (const one of builds) if (!one.isBuilt()) await one.build(runtimeNode());
  });
}

/** Writes the OpenAPI documents and the files of the SDKs that are generated from them. */
async function describe() {
  const node = runtimeNode();
  const steps = [
    [node, 'dist/src/roles/openapi/openapi.js'],
    [node, 'scripts/sdk-types.mjs'],
    ['python3', 'sdk-python/scripts/generate.py'],
  ];
  for (const [program, file] of steps) {
    const { code, output } = await runQuietly(program, [file]);
    if (program === 'python3' && code === 127) {
      printLine(`python3 is missing, so sdk-python is unchanged. Where Python is installed, run: python3 ${file}`);
      return 0;
    }
    show(output);
    if (code !== 0) return code;
  }
  return 0;
}

/** Serves the documentation and reloads a page when its source changes. */
async function serveDocs(args) {
  const { code, output } = await runQuietly(runtimeNode(), ['scripts/docs-reference.mjs']);
  show(output);
  return code === 0 ? become(['node_modules/vitepress/bin/vitepress.js', 'dev', 'docs', ...args]) : code;
}

/** Runs the drill with this name at full length. The remaining arguments are for Jest. */
function drill([name = '', ...args]) {
  const drills = readdirSync('test/drills')
    .filter((file) => file.endsWith('.drill-spec.ts'))
    .map((file) => file.slice(0, -'.drill-spec.ts'.length));
  if (!drills.includes(name)) throw new StepError(`Unknown drill "${name}". Use one of: ${drills.join(', ')}.`);
  const config = ['--config', 'test/drills/jest.config.cjs', '--runTestsByPath', `test/drills/${name}.drill-spec.ts`];
  return become(['node_modules/jest/bin/jest.js', ...config, ...args]);
}

async function main([name, ...args]) {
  assertNotWindows();
  process.chdir(root);
  if (name === 'test' && isOfUnitTests(args)) name = 'unit-tests';
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (!command) throw new StepError(`Usage: node scripts/run.mjs <${Object.keys(commands).join('|')}> [arguments]`);
  if (!existsSync('package-lock.json'))
    throw new StepError('package-lock.json is missing. Check out the complete repository.');
  assertAbleToInstall();
  if (command.serves) await assertPortsFree(command.serves);
  await prepare(name, command);
  return command.run(args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  printLine(error.message);
  process.exitCode = 1;
}
