/** Returns true when a JSON value has more than this number of levels. Does not read deeper levels. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isDeeperThan(levels - 1, member));
}

/** The maximum number of levels of an external value: a webhook's response, or a skill's result. */
export const VALUE_LEVELS = 100;
