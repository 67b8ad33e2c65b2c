import path from 'node:path';
import type { QuickJSRuntime } from 'quickjs-emscripten-core';

/** Marks imports that are not a path of the skill's own. No path begins with it. */
const FOREIGN = 'foreign:';

/**
 * Lets code import its own modules, by relative paths, and nothing else: there is no other source of modules.
 * @param modules by path.
 * @param outside name of the script that imports the main module by its whole path.
 */
export function loadModules(runtime: QuickJSRuntime, modules: Readonly<Record<string, string>>, outside: string): void {
  // A Map, so that it has no inherited property names.
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
  return `Only modules of the skill can be imported, by paths that begin with "./" or "../": "${name.slice(FOREIGN.length)}".`;
}
