/** Returns true when a JSON value has more than this number of levels. It reads no deeper. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isDeeperThan(levels - 1, member));
}

/** The maximum number of levels of a value from outside: the response of a webhook, or the result of a skill. */
export const VALUE_LEVELS = 100;
