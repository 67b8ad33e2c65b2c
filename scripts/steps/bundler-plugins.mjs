import { readFileSync, statSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import swcOptions from '../swc-options.cjs';
import { root } from './process.mjs';

/** Commands that need large parts of the product. Others do not read their files. */
export const isLargeCommand = (path) =>
  /\/(backup|conformance|doctor|policy|skills|workflows)\/\w+\.command\.[jt]s$/.test(path);

/** Leaves large commands in files of their own. */
export const separateCommands = {
  name: 'separate commands',
  setup({ onResolve }) {
    onResolve({ filter: /\.command\.js$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && isLargeCommand(path) ? { path, external: true } : undefined,
    );
  },
};

/** Leaves imports of packages that are not installed to run time: Nest has imports for every transport that it supports. */
export const optionalPackages = {
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
export async function compileDecorators() {
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
