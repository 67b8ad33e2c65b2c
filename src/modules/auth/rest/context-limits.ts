/** Limits for the `context` of a request, because every policy of the tenant might have to read it. */
export const CONTEXT_LIMITS = { maxMembers: 100, maxValues: 2000, maxLevels: 16 } as const;

/**
 * Returns whether a context is within {@link CONTEXT_LIMITS}. Members and elements count as values at every level, and the context itself
 * is the first level. Iterates without recursion, and stops at the first value beyond a limit.
 */
export function isModest(context: unknown): boolean {
  if (!isObject(context)) return true;
  const { maxMembers, maxValues, maxLevels } = CONTEXT_LIMITS;
  if (Object.keys(context).length > maxMembers) return false;
  let values = 0;
  let level: readonly object[] = [context];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxLevels) return false;
    const inner: object[] = [];
    for (const object of level) {
      const members: readonly unknown[] = Array.isArray(object) ? object : Object.values(object);
      values += members.length;
      if (values > maxValues) return false;
      for (const member of members) if (isObject(member)) inner.push(member);
    }
    level = inner;
  }
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
