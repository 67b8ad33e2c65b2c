import type { Import, Module } from '../syntax/ast.js';

/** The paths that a module's global names refer to. Each starts with `data` or `input`. */
export type Globals = ReadonlyMap<string, readonly string[]>;

const LANGUAGE_ROOTS: ReadonlySet<string> = new Set(['rego', 'future']);

function importedName(imported: Import): string | undefined {
  return imported.alias ?? imported.path[imported.path.length - 1];
}

export function packageKey(module: Module): string {
  return JSON.stringify(module.package.path);
}

/** Returns the first names of all rules, by package: modules of one package see each other's rules. */
export function rulesByPackage(modules: readonly Module[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byPackage = new Map<string, Set<string>>();
  for (const module of modules) {
    const key = packageKey(module);
    const names = byPackage.get(key) ?? new Set<string>();
    byPackage.set(key, names);
    module.rules.forEach((rule) => names.add(rule.head.name.name));
  }
  return byPackage;
}

/** Returns the rules of the module's package and its imports; an import takes precedence (OPA `getGlobals`). */
export function globalsOf(module: Module, ruleNames: ReadonlySet<string>): Globals {
  const globals = new Map<string, readonly string[]>();
  for (const name of ruleNames) {
    globals.set(name, ['data', ...module.package.path, name]);
  }
  for (const imported of module.imports) {
    const name = importedName(imported);
    if (name !== undefined && !LANGUAGE_ROOTS.has(imported.path[0] ?? '')) {
      globals.set(name, imported.path);
    }
  }
  return globals;
}
