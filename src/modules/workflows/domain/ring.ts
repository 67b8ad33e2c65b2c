/** Returns the names of the workflows that each workflow calls, by workflow name. Unknown workflows are left out. */
export type CalledBy = (names: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;

/**
 * Returns the cycle through which a workflow would run itself, or `null` when there is no cycle. The names of its workflows begin with the
 * first one that is called and end with the workflow itself. The function runs one query per level, and never queries the same
 * workflow twice.
 */
export async function ringOf(name: string, calls: readonly string[], calledBy: CalledBy): Promise<string[] | null> {
  const cameBy = new Map<string, string | null>(calls.map((one) => [one, null]));
  for (let level = [...cameBy.keys()]; level.length > 0;) {
    if (cameBy.has(name)) return wayTo(name, cameBy);
    const next: string[] = [];
    for (const [caller, called] of await calledBy(level)) {
      for (const one of called) {
        if (cameBy.has(one)) continue;
        cameBy.set(one, caller);
        next.push(one);
      }
    }
    level = next;
  }
  return null;
}

function wayTo(name: string, cameBy: ReadonlyMap<string, string | null>): string[] {
  const way: string[] = [];
  for (let at: string | null = name; at !== null; at = cameBy.get(at) ?? null) way.unshift(at);
  return way;
}
