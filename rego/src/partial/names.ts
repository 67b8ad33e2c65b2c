import { isWildcard } from '../compile/names.js';

/** Matches names in the style of OPA's compiler, as they appear in its results. */
const LOCAL = /^__local/u;

export function isLocal(name: string): boolean {
  return LOCAL.test(name);
}

/** Creates the names for rule variables in results. A name is unique in combination with the number of its bindings. */
export class LocalNames {
  private next = 0;
  private readonly ofQuery = new Set<string>();

  /** Returns a name that no source contains. */
  generated(): string {
    return `__local${this.next++}__`;
  }

  /** Reserves a name that the query uses, so that no rule's variable gets the same name when a number is appended. */
  reserve(name: string): void {
    this.ofQuery.add(name);
  }

  /** Returns a function that renames the variables of one rule or query. `keep` returns whether a name stays as is. */
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

  /** Returns whether a rule's variable can keep its name: with a number appended, the name must not equal a name that the query uses. */
  canStay(name: string): boolean {
    return (
      !/\d$/u.test(name) &&
      ![...this.ofQuery].some((other) => other.startsWith(name) && /^\d+$/u.test(other.slice(name.length)))
    );
  }
}
