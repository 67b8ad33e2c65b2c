import { isJsonObject } from './merge-data.js';

/**
 * The paths below `data` that a bundle owns, as `a/b`, without slashes at the ends; `''` is everything.
 * Compared by segments: `a` owns `a/b` and not `ab`.
 */
export type Roots = readonly string[];

/** A root as a manifest writes it, without the slashes at its ends. */
export function trimRoot(root: string): string {
  return root.replace(/^\/+|\/+$/g, '');
}

function pathOf(root: string): readonly string[] {
  return root === '' ? [] : root.split('/');
}

/** Tells whether a path below `data` is the root, or below it. By segments: a name may hold a slash. */
function isWithin(root: string, path: readonly string[]): boolean {
  return pathOf(root).every((name, index) => path[index] === name);
}

/** Tells whether one of the roots owns a path below `data`. */
export function isWithinRoots(roots: Roots, path: readonly string[]): boolean {
  return roots.some((root) => isWithin(root, path));
}

/** Pairs of roots of which one owns the other. Given one list twice, it finds each pair in it once. */
export function overlappingRoots(roots: Roots, others: Roots): readonly (readonly [string, string])[] {
  return roots.flatMap((root, index) =>
    (roots === others ? others.slice(index + 1) : others)
      .filter((other) => isWithin(root, pathOf(other)) || isWithin(other, pathOf(root)))
      .map((other) => [root, other] as const),
  );
}

/**
 * The first place of a data document outside the roots, as `a/b`; `null` when everything is within. Objects on the way to
 * a root are looked into. `membersOf`: the members of an object in a form of the caller's; `null` for all else.
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
