import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import { filesUnder, isTest, stampOf } from './build.mjs';
import { optionalPackages } from './bundler-plugins.mjs';
import { optionsFor, writeChanged } from './bundler.mjs';
import { root } from './process.mjs';

/** Settings of the build. */
const settings = [
  'package-lock.json',
  ...['bundler', 'bundler-plugins', 'packages-bundle'].map((name) => `scripts/steps/${name}.mjs`),
];

/** Matches the names of the packages that are developed in this repository. */
const developedHere = /^@coresdk\//;

/** Leaves packages out of the files that share the bundles of packages. */
const options = { packages: 'external', metafile: true, supported: { 'dynamic-import': false } };

/** Makes `require` in a file of the product load packages from their bundles. Threads that need no packages read neither bundle. */
const banner = `
const __load = require;
let __packages;
require = Object.assign((name) => {
  if (__load('node:module').isBuiltin(name)) return __load(name);
  if (${developedHere}.test(name)) return __load(__bundle + '/own-packages.js')[name]();
  __packages ??= __load(__bundle + '/packages.js');
  return Object.hasOwn(__packages, name) ? __packages[name]() : __load(name);
}, __load);`;

/**
 * Opens the two bundles of packages that the files of the product share: one of the installed packages, and one of the packages developed
 * here. Each changes only with its packages and the imports of them, so a rebuild of the product takes a second instead of nine, and V8 does
 * not compile the installed packages again.
 * @param output the folder of the bundle whose files share the packages.
 */
export function openPackages(output) {
  const updateOwn = openOwnPackages(output);
  const file = `${output}/packages.js`;
  const stampFile = `${output}/.packages-built-from`;
  return {
    options,
    plugins: [leaveOutOwn],
    banner,
    /**
     * Builds a bundle again if its packages have changed, or the product imports others.
     * @returns the files of both bundles, the faults of the packages developed here, and whether these packages have changed.
     */
    async update({ outputs }) {
      const imports = importsOf(outputs);
      const own = await updateOwn(imports.filter((name) => developedHere.test(name)));
      const names = [...new Set([...imports, ...own.imports])].filter((name) => !developedHere.test(name)).sort();
      const stamp = `${stampOf(settings)}\n${names.join('\n')}`;
      const files = [file, stampFile, ...own.files];
      if ([file, stampFile].every(existsSync) && readFileSync(stampFile, 'utf8') === stamp) return { ...own, files };
      writeChanged(await buildPackages(names, output));
      writeFileSync(stampFile, stamp);
      return { ...own, files };
    },
  };
}

/**
 * Opens the bundle of the packages developed here.
 * @returns a function that builds the bundle with these packages. It returns the written files, the names of the packages that they load,
 * the faults, and whether the bundle has changed.
 */
function openOwnPackages(output) {
  const written = new Map();
  let stamp;
  let state = { files: [], imports: [] };
  return async (names) => {
    const sources = filesUnder('rego/src').filter((path) => !isTest(path));
    const now = `${stampOf(sources.sort())}\n${names.join('\n')}`;
    if (now === stamp) return { ...state, faults: [], isChanged: false };
    const { build } = await import('esbuild');
    const shared = { ...optionsFor(output, banner), ...options };
    const result = await build({ ...shared, ...fileOf(names, `${output}/own-packages.js`) }).catch((error) => error);
    if (result.errors.length > 0) return { ...state, faults: result.errors, isChanged: false };
    const files = result.outputFiles.map(({ path }) => relative(root, path));
    state = { files, imports: importsOf(result.metafile.outputs) };
    stamp = now;
    return { ...state, faults: [], isChanged: writeChanged(result.outputFiles, written) > 0 };
  };
}

/** Leaves the packages developed here out of the files of the product: for esbuild, they are files of this repository. */
const leaveOutOwn = {
  name: 'packages developed here',
  setup({ onResolve }) {
    onResolve({ filter: developedHere }, ({ path }) => ({ path, external: true }));
  },
};

/** Returns the sorted names of all packages that the files of a bundle load. */
function importsOf(outputs) {
  const imports = Object.values(outputs).flatMap((one) => one.imports.map(({ path }) => path));
  return [...new Set(imports)].filter((path) => !isBuiltin(path)).sort();
}

/** Builds the bundle of the installed packages. */
async function buildPackages(names, output) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...optionsFor(output),
    ...fileOf(names, `${output}/packages.js`),
    // Node would read it at each start, which takes half a second.
    sourcemap: false,
    plugins: [asImports, optionalPackages],
  });
  return outputFiles;
}

/** Returns settings of esbuild for a file that has a function for each package, which returns the package. */
function fileOf(names, outfile) {
  const lines = names.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)}),`);
  const contents = `module.exports = {\n${lines.join('\n')}\n};`;
  return { stdin: { contents, resolveDir: root, sourcefile: 'packages.js' }, outdir: undefined, outfile };
}

/** Finds packages as `import` does, because the product imports them. */
const asImports = {
  name: 'packages as imports',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind }) => {
      if (importer !== 'packages.js' || kind !== 'require-call') return undefined;
      const found = await resolve(path, { resolveDir, kind: 'import-statement' });
      return found.errors.length === 0 ? found : undefined;
    });
  },
};
