import type { PolicySource } from '@coresdk/rego/node';
import { isReservedPath, packagePath } from './package-path';

/**
 * Returns the modules that decide for a tenant: its bundle's modules, and those of the base policy whose package the bundle does not
 * define. A package is replaced as a whole, by its path; `authz.extra` in the bundle does not replace the base's `authz`. Reserved packages
 * always come from the base: uploads that define them are refused, and any that exist are ignored. The result contains no tests, because a
 * package's test does not define the package.
 * @param bundle the tenant's modules; empty for a tenant without a bundle, whose policy is only the base policy.
 */
export function effectiveSources(
  base: readonly PolicySource[],
  bundle: readonly PolicySource[],
): readonly PolicySource[] {
  const own = bundle.filter(({ text }) => !isReservedPath(packagePath(text) ?? []));
  const defined = new Set(own.map(packageKey));
  return [...base.filter((source) => !defined.has(packageKey(source))), ...own];
}

/**
 * Returns the base document below `data` for {@link effectiveSources}: the bundle's data, and the base policy's data under other top-level
 * names. Reserved names come from the base.
 */
export function effectiveData(
  base: Readonly<Record<string, unknown>>,
  bundle: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const own = Object.entries(bundle).filter(([name]) => !isReservedPath([name]));
  return Object.fromEntries([...Object.entries(base), ...own]);
}

/**
 * Returns a string that is unique to the package. A module without a package declaration, which does not compile, does not replace any
 * package.
 */
function packageKey(source: PolicySource): string {
  const path = packagePath(source.text);
  return path === null ? `invalid:${source.path}` : JSON.stringify(path);
}
