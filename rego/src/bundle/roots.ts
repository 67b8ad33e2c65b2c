import { isJsonObject } from './merge-data.js';

/**
 * The paths below `data` that a bundle owns, such as `a/b`, without leading or trailing slashes; `''` is everything. Roots are compared by
 * segments: `a` owns `a/b` but not `ab`.
 */
export type Roots = readonly string[];

/** Removes leading and trailing slashes from a root in a manifest. */
export function trimRoot(root: string): string {
  return root.replace(/^\/+|\/+$/g, '');
}

function pathOf(root: string): readonly string[] {
  return root === '' ? [] : root.split('/');
}

/** Returns whether a path below `data` is the root or below it. Compares segments, since a name can contain a slash. */
function isWithin(root: string, path: readonly string[]): boolean {
  return pathOf(root).every((name, index) => path[index] === name);
}

/** Returns whether one of the roots owns a path below `data`. */
export function isWithinRoots(roots: Roots, path: readonly string[]): boolean {
  return roots.some((root) => isWithin(root, path));
}

/** Returns the pairs of roots in which one owns the other. If both arguments are the same list, each pair appears once. */
export function overlappingRoots(roots: Roots, others: Roots): readonly (readonly [string, string])[] {
  return roots.flatMap((root, index) =>
    (roots === others ? others.slice(index + 1) : others)
      .filter((other) => isWithin(root, pathOf(other)) || isWithin(other, pathOf(root)))
      .map((other) => [root, other] as const),
  );
}

/**
 * Returns the first place in a data document that is outside the roots, as `a/b`; `null` if the roots own everything. Searches the objects
 * on the way to a root. `membersOf` returns the members of an object in the caller's representation, and `null` for any other value.
 */
export function dataOutsideRoots(
  roots: Roots,
  data: unknown,
  membersOf: (value: unknown) => Iterable<readonly [string, unknown]> | null = membersOfJson,
): string | null {
  const waiting: { readonly path: readonly string[]; readonly value: unknown }[] = [{ path: [], value: data }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, value } = next;
    if (isWithinRoots(roots, path)) continue;
    const leadsToRoot = roots.some((root) => path.every((name, index) => pathOf(root)[index] === name));
    const members = leadsToRoot ? membersOf(value) : null;
    if (members === null) return path.join('/');
    for (const [name, member] of members) waiting.push({ path: [...path, name], value: member });
  }
  return null;
}

const membersOfJson = (value: unknown): Iterable<readonly [string, unknown]> | null =>
  isJsonObject(value) ? Object.entries(value) : null;
