import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import swcOptions from '../swc-options.cjs';
import { filesUnder, isAsset, isCode, isTest, stampOf } from './build.mjs';
import { root } from './process.mjs';
import { StepError, printLine, secondsSince } from './report.mjs';

/** The folder of the programs that users run. Its subfolders are those of the sources. */
const output = 'dist/bundle';
const stampFile = `${output}/.built-from`;

/** Settings of the build. */
const settings = ['tsconfig.json', 'package-lock.json', 'scripts/steps/bundle.mjs', 'scripts/swc-options.cjs'];

/** The programs and their bundles. */
export const programs = { server: `${output}/src/main.js`, cli: `${output}/src/cli/main.js` };
const programEntries = ['src/main.ts', 'src/cli/main.ts', 'src/kernel/database/embedded/embedded-postgres.ts'];

/** Commands that need large parts of the product. Others do not read their files. */
const isLargeCommand = (path) =>
  /\/(backup|conformance|doctor|policy|skills|workflows)\/\w+\.command\.[jt]s$/.test(path);

/** Files that run in a thread of their own. A thread loads only its file. */
const isThread = (path) => /\.(handler|thread)\.ts$/.test(path);

/**
 * Packages that are loaded from node_modules: native code, packages that read files beside their own, packages that tracing must find as
 * Node loads them, and large packages that only some installations need.
 */
const external = [
  ...['@node-rs/argon2', '@jitl/*', '@grpc/*', 'grpc-health-check', '@embedded-postgres/*'],
  ...['@opentelemetry/*', 'pg', 'pg-*'],
  ...['@aws-sdk/*', 'ioredis', 'nodemailer', 'libphonenumber-js/*', 'xml-crypto', '@xmldom/xmldom'],
];

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
  markUnfinished();
  const stamp = sourceStamp();
  const bundler = await openBundler();
  const faults = await bundler.rebuild();
  await bundler.dispose();
  if (faults.length > 0) throw new StepError(`the build failed:\n${faults.join('\n')}`);
  writeFileSync(stampFile, stamp);
  printLine(`built ${output}/ in ${secondsSince(start)}`);
}

/**
 * Opens esbuild. Each `rebuild()` compiles the files that have changed since the one before and writes the bundle. It returns the faults
 * that it found, as `file:line: message`; if there are any, the bundle stays as it was.
 */
export async function openBundler() {
  // Loaded only when the packages are installed.
  const { context } = await import('esbuild');
  const decorators = await compileDecorators();
  let entryPoints = entriesOf();
  let esbuild = await context(options(entryPoints, decorators));
  /** The hash of each written file. */
  const written = new Map();
  return {
    async rebuild() {
      const now = entriesOf();
      if (!isDeepStrictEqual(now, entryPoints)) {
        await esbuild.dispose();
        entryPoints = now;
        esbuild = await context(options(entryPoints, decorators));
      }
      const { outputFiles, errors } = await esbuild.rebuild().catch((error) => error);
      if (errors.length > 0) return errors.map(({ location, text }) => `${location?.file}:${location?.line}: ${text}`);
      for (const { path, contents, hash } of outputFiles) {
        if (written.get(path) === hash) continue;
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, contents);
        written.set(path, hash);
      }
      keepOnly([...outputFiles.map(({ path }) => relative(root, path)), ...copyAssets(), stampFile]);
      return [];
    },
    dispose: () => esbuild.dispose(),
  };
}

/** Returns the sources from which a file of the bundle is made. */
function entriesOf() {
  const files = filesUnder('src').filter((path) => (isThread(path) || isLargeCommand(path)) && !isTest(path));
  return [...programEntries, ...files, ...filesUnder('migrations').filter(isCode)].sort();
}

/** Deletes files of earlier builds. A deleted migration would still run. */
function keepOnly(paths) {
  const kept = new Set(paths);
  for (const path of filesUnder(output)) if (!kept.has(path)) rmSync(path);
}

const options = (entryPoints, decorators) => ({
  absWorkingDir: root,
  entryPoints,
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
    js: `const __bundle = __dirname.slice(0, __dirname.lastIndexOf('/${output}') + ${output.length + 1}), __url = require('node:url').pathToFileURL(__filename).href;`,
  },
  define: { 'import.meta.url': '__url' },
  logLevel: 'silent',
  // esbuild would delete the previous files if a build fails.
  write: false,
  plugins: [separateCommands, optionalPackages, decorators],
});

/** Leaves large commands in files of their own. */
const separateCommands = {
  name: 'separate commands',
  setup({ onResolve }) {
    onResolve({ filter: /\.command\.js$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && isLargeCommand(path) ? { path, external: true } : undefined,
    );
  },
};

/** Leaves imports of packages that are not installed to run time: Nest has imports for every transport that it supports. */
const optionalPackages = {
  name: 'optional packages',
  setup({ onResolve, resolve }) {
    const isAsked = Symbol();
    onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === isAsked || kind === 'entry-point') return undefined;
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: isAsked });
      return found.errors.length === 0 ? found : { path, external: true };
    });
  },
};

/** Compiles the product's files with swc, because Nest needs the types of constructor parameters, which esbuild does not keep. */
async function compileDecorators() {
  const { transform } = await import('@swc/core');
  const compiled = new Map();
  return {
    name: 'decorators',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const name = relative(root, path);
        if (!name.startsWith('src/')) return undefined;
        const { mtimeMs } = statSync(path);
        const known = compiled.get(name);
        if (known?.mtimeMs === mtimeMs) return known.result;
        try {
          const { code } = await transform(readFileSync(path, 'utf8'), { ...swcOptions, filename: path });
          const result = { contents: withFolder(code, name), loader: 'js' };
          compiled.set(name, { mtimeMs, result });
          return result;
        } catch ({ message }) {
          return { errors: [faultOf(message, name)] };
        }
      });
    },
  };
}

/** Replaces the folder of a source file by the folder in the bundle that has the files beside it. */
function withFolder(code, name) {
  const inBundle = (path) => `(__bundle + ${JSON.stringify(`/${path}`)})`;
  return code
    .replace(/\b__dirname\b/g, inBundle(dirname(name)))
    .replace(/\b__filename\b/g, inBundle(name.replace(/ts$/, 'js')));
}

/** Returns an error of swc, whose message is a drawing with the position in its first lines, in the form that esbuild uses. */
function faultOf(message, file) {
  const [, text = message] = /^\s*x (.*)/m.exec(message) ?? [];
  const [, line = '1', column = '1'] = /:(\d+):(\d+)\]/.exec(message) ?? [];
  return { text, location: { file, line: Number(line), column: Number(column) - 1 } };
}

/** Copies the files that the product reads at run time, such as SQL functions and pages. @returns the copies. */
function copyAssets() {
  return filesUnder('src')
    .filter(isAsset)
    .map((path) => {
      const copy = join(output, path);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(path, copy);
      return copy;
    });
}

/** Makes the next command build the bundle again. */
export const markUnfinished = () => rmSync(stampFile, { force: true });

function sourceStamp() {
  const sources = ['src', 'migrations', 'rego/src'].flatMap(filesUnder).filter((path) => !isTest(path));
  return stampOf([...settings, ...sources.sort()]);
}
