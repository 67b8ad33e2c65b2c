import type { CallTerm, Location } from '../syntax/ast.js';
import { operatorName } from '../syntax/operators.js';
import { INFIX } from './signature.js';

const SEPARATOR = '$';
const GENERATED = '$c';

/** Creates names that no source can contain, unique within a rule. */
export class NameSource {
  /** Created on demand, since most rules do not have such names. */
  private counts: Map<string, number> | undefined;

  /** Returns a name for a value that the compiler moves elsewhere. */
  generated(): string {
    return `${GENERATED}${this.count(GENERATED)}`;
  }

  /** Returns a name such as `x$1` for `x`; wildcards are already unique. */
  renamed(name: string): string {
    const base = originalName(name);
    return base === '_' ? `${SEPARATOR}_${this.count('_')}` : `${base}${SEPARATOR}${this.count(base)}`;
  }

  private count(key: string): number {
    this.counts ??= new Map();
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count;
  }
}

export function isGenerated(name: string): boolean {
  return name.startsWith(GENERATED);
}

/** Returns whether OPA's compiler generated the name (`ast.Var.IsGenerated`). Some tools write the compiler's output as source. */
export function isMadeUp(name: string): boolean {
  return name.startsWith('__local');
}

export function isWildcard(name: string): boolean {
  return name.startsWith(SEPARATOR) && !isGenerated(name);
}

/** Returns the name as written in the source: `x` for `x$1`, `_` for a wildcard. */
export function originalName(name: string): string {
  if (name.startsWith(SEPARATOR)) {
    return '_';
  }
  const end = name.indexOf(SEPARATOR);
  return end === -1 ? name : name.slice(0, end);
}

/** Returns true for `data` and `input`. After declarations are resolved, no local variable has these names. */
export function isRootDocument(name: string): boolean {
  return name === 'data' || name === 'input';
}

/** Returns the first part of the operator's name, unless the source uses a symbol (`a + b` is not a call to a function named `plus`). */
export function calledName(term: CallTerm): string | undefined {
  if (INFIX.has(term.operator) && !term.loc.text.startsWith(`${term.operator}(`)) {
    return undefined;
  }
  const end = term.operator.search(/[.[]/);
  return end === -1 ? term.operator : term.operator.slice(0, end);
}

/** Returns the operator that calls the function at this path, which starts with its root: `data.lib.f`. */
export function operatorOf(path: readonly string[], loc: Location): string {
  const [root = 'data', ...below] = path;
  const elements = below.map((value) => ({ kind: 'string', value, loc }) as const);
  return operatorName({ kind: 'var', name: root, loc }, elements) ?? '';
}
