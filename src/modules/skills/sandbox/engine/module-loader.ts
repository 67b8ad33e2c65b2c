import path from 'node:path';
import type { QuickJSRuntime } from 'quickjs-emscripten-core';

/** The prefix for imports that are not paths of the skill's modules. No path begins with this prefix. */
const FOREIGN = 'foreign:';

/**
 * Lets code import the modules of its skill by relative paths. Modules cannot come from anywhere else.
 * @param modules the modules by path.
 * @param outside the name of the script that imports the main module by its complete path.
 */
export function loadModules(runtime: QuickJSRuntime, modules: Readonly<Record<string, string>>, outside: string): void {
  // A Map, because an object inherits property names.
  const known = new Map(Object.entries(modules));
  runtime.setModuleLoader(
    (name) => known.get(name) ?? { error: new Error(wordsFor(name)) },
    (base, asked) => {
      if (base === outside) return asked;
      return /^\.{1,2}\//.test(asked) ? path.posix.join(path.posix.dirname(base), asked) : FOREIGN + asked;
    },
  );
}

/** Returns the error message for a path without a module. */
export function noSuchModule(name: string): string {
  return `There is no module "${name}".`;
}

function wordsFor(name: string): string {
  if (!name.startsWith(FOREIGN)) return noSuchModule(name);
  return `Cannot import "${name.slice(FOREIGN.length)}". Import only the skill's own modules, with paths that begin with "./" or "../".`;
}
