import type { Bindings } from './bindings.js';
import { equalTerms } from './compare-terms.js';
import { isGround, type PTerm, type RefTerm } from './terms.js';
import { walkTerms } from './walk-terms.js';

type Parts = readonly PTerm[];

interface UnknownVariable {
  readonly name: string;
  readonly bindings: Bindings;
}

/**
 * The unknowns (OPA, topdown/save.go): references that the caller named, and variables whose value is an unknown. The references never
 * change. The variables are pushed and popped with the expressions that made them unknown.
 */
export class SaveSet {
  private readonly variables: UnknownVariable[] = [];

  constructor(private readonly refs: readonly Parts[]) {}

  push(name: string, bindings: Bindings): void {
    this.variables.push({ name, bindings });
  }

  /** Removes the last `count` variables. */
  pop(count: number): void {
    this.variables.length -= count;
  }

  /** Returns whether a variable or reference is unknown. A reference is unknown if it is above or below an unknown one. */
  contains(term: PTerm, bindings: Bindings | undefined): boolean {
    if (term.kind === 'var') {
      return this.containsVariable(term.name, bindings);
    }
    return (
      term.kind === 'ref' &&
      (this.refs.some((ref) => isPrefix(ref, term.parts) || isPrefix(term.parts, ref)) ||
        this.containsHead(term, bindings))
    );
  }

  /** Returns whether a term is or contains an unknown variable, directly or through the values of its variables. */
  containsRecursive(term: PTerm, bindings: Bindings): boolean {
    let found = false;
    walkTerms([term], (part) => {
      if (!found && part.kind === 'var') {
        const applied = bindings.apply(part);
        found =
          applied.term === part
            ? this.contains(part, bindings)
            : applied.term.kind === 'var'
              ? this.contains(applied.term, applied.bindings)
              : this.containsRecursive(applied.term, applied.bindings);
      }
      return found;
    });
    return found;
  }

  /** Like `contains`, but also returns true for a reference that can become unknown once its variables have values. */
  containsOverlapping(term: PTerm, bindings: Bindings | undefined): boolean {
    if (term.kind !== 'ref') {
      return this.contains(term, bindings);
    }
    return this.refs.some((ref) => mayOverlap(ref, term.parts)) || this.containsHead(term, bindings);
  }

  /** Returns whether there is an unknown at the path or above it. */
  covers(path: Parts): boolean {
    return this.refs.some((ref) => isPrefix(ref, path));
  }

  /** Returns the keys of unknowns directly below a path. */
  keysBelow(path: Parts): readonly PTerm[] {
    const keys: PTerm[] = [];
    for (const ref of this.refs) {
      const key = ref[path.length];
      if (key !== undefined && isGround(key) && isPrefix(path, ref) && !keys.some((known) => equalTerms(known, key))) {
        keys.push(key);
      }
    }
    return keys;
  }

  /** Returns the names that the unknown variables will have in the result. */
  names(): Set<string> {
    const names = new Set<string>();
    for (const { name, bindings } of this.variables) {
      const plugged = bindings.plug({ kind: 'var', name }, true);
      if (plugged.kind === 'var') {
        names.add(plugged.name);
      }
    }
    return names;
  }

  private containsHead({ parts: [head] }: RefTerm, bindings: Bindings | undefined): boolean {
    return head?.kind === 'var' && this.containsVariable(head.name, bindings);
  }

  private containsVariable(name: string, bindings: Bindings | undefined): boolean {
    return this.variables.some((known) => known.name === name && known.bindings === bindings);
  }
}

/** Returns whether a path starts with these parts. */
export function isPrefix(prefix: Parts, path: Parts): boolean {
  return (
    prefix.length <= path.length &&
    prefix.every((part, at) => {
      const other = path[at];
      return other !== undefined && equalTerms(part, other);
    })
  );
}

/** Returns whether two references can overlap. An unknown part can be any key. */
function mayOverlap(ref: Parts, other: Parts): boolean {
  const [head] = ref;
  const [otherHead] = other;
  if (head === undefined || otherHead === undefined || !equalTerms(head, otherHead)) {
    return head === undefined || otherHead === undefined;
  }
  for (let at = 1; at < Math.min(ref.length, other.length); at++) {
    const a = ref[at];
    const b = other[at];
    if (a !== undefined && b !== undefined && isGround(a) && isGround(b) && !equalTerms(a, b)) {
      return false;
    }
  }
  return true;
}
