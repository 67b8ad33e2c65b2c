import type { CachedPolicy } from './cached-policy';

/** The maximum number of paths per policy. It is limited because callers of OPA's API choose the paths. */
const MAX_PATHS = 100;

/** The paths at which a policy that only worker threads compile has nothing, as far as an evaluation has shown. */
export class MissingPaths {
  private readonly paths = new WeakMap<CachedPolicy, Set<string>>();

  note(policy: CachedPolicy, path: string): void {
    const known = this.paths.get(policy) ?? new Set();
    if (known.size < MAX_PATHS) known.add(path);
    this.paths.set(policy, known);
  }

  has(policy: CachedPolicy, path: string): boolean {
    return this.paths.get(policy)?.has(path) === true;
  }
}
