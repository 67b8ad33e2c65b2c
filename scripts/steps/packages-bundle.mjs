import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { stampOf } from './build.mjs';
import { optionalPackages } from './bundler-plugins.mjs';
import { optionsFor, writeChanged } from './bundler.mjs';
import { root } from './process.mjs';

/** Settings of the build. */
const settings = [
  'package-lock.json',
  ...['bundler', 'bundler-plugins', 'packages-bundle'].map((name) => `scripts/steps/${name}.mjs`),
];

/**
 * Opens a bundle of all packages that the product imports, which the files of a bundle share. It changes only with the installed packages
 * and the imports of them, so a rebuild of the product takes a second instead of nine, and V8 does not compile the packages again.
 * @param output the folder of the bundle whose files share the packages.
 */
export function openPackages(output) {
  const file = `${output}/packages.js`;
  const stampFile = `${output}/.packages-built-from`;
  return {
    /** Leaves packages out of the files of the product. */
    options: { packages: 'external', metafile: true, supported: { 'dynamic-import': false } },
    /** Makes `require` in a file of the product load packages from this bundle. Threads that need no packages do not read it. */
    banner: `
const __load = require;
let __packages;
require = Object.assign((name) => {
  if (__load('node:module').isBuiltin(name)) return __load(name);
  __packages ??= __load(__bundle + '/packages.js');
  return Object.hasOwn(__packages, name) ? __packages[name]() : __load(name);
}, __load);`,
    /** Builds the bundle again if the product imports other packages, or other versions. @returns its files. */
    async update({ outputs }) {
      const names = packagesIn(outputs);
      const stamp = `${stampOf(settings)}\n${names.join('\n')}`;
      const files = [file, stampFile];
      if (files.every(existsSync) && readFileSync(stampFile, 'utf8') === stamp) return files;
      writeChanged(await buildPackages(names, output));
      writeFileSync(stampFile, stamp);
      return files;
    },
  };
}

/** Returns the sorted names of all packages that the files of a bundle load. */
function packagesIn(outputs) {
  const imports = Object.values(outputs).flatMap((one) => one.imports.map(({ path }) => path));
  return [...new Set(imports)].filter((path) => !isBuiltin(path)).sort();
}

/** Builds a module that has a function for each package, which returns the package. */
async function buildPackages(names, output) {
  const { build } = await import('esbuild');
  const lines = names.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)}),`);
  const { outputFiles } = await build({
    ...optionsFor(output),
    stdin: { contents: `module.exports = {\n${lines.join('\n')}\n};`, resolveDir: root, sourcefile: 'packages.js' },
    // Node would read it at each start, which takes half a second.
    sourcemap: false,
    outdir: undefined,
    outfile: `${output}/packages.js`,
    plugins: [asImports, optionalPackages],
  });
  return outputFiles;
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
