import { isWildcard } from '../compile/names.js';

/** A name that Rego's compiler would make, as in OPA's results. */
const LOCAL = /^__local/u;

export function isLocal(name: string): boolean {
  return LOCAL.test(name);
}

/** Makes the names that the variables of rules have in results: unique together with the number of their bindings. */
export class LocalNames {
  private next = 0;
  private readonly ofQuery = new Set<string>();

  /** A name that no source has. */
  generated(): string {
    return `__local${this.next++}__`;
  }

  /** The names of a query stay, so names of rules must not become the same by a number behind them. */
  reserve(name: string): void {
    this.ofQuery.add(name);
  }

  /** A renaming of the variables of one rule or query. `keep`: whether its own names stay as they are. */
  renaming(keep: (name: string) => boolean): (name: string) => string {
    const known = new Map<string, string>();
    return (name) => {
      let renamed = known.get(name);
      if (renamed === undefined) {
        renamed = this.renamed(name, keep);
        known.set(name, renamed);
      }
      return renamed;
    };
  }

  private renamed(name: string, keep: (name: string) => boolean): string {
    if (isWildcard(name)) {
      return `$${this.next++}_`;
    }
    return !name.includes('$') && !isLocal(name) && keep(name) ? name : this.generated();
  }

  /** Returns whether a name of a rule can stay: it cannot become that of another variable by a number behind it. */
  canStay(name: string): boolean {
    return (
      !/\d$/u.test(name) &&
      ![...this.ofQuery].some((other) => other.startsWith(name) && /^\d+$/u.test(other.slice(name.length)))
    );
  }
}
