import type { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';

/** The replacement of a call (`with f as …`). */
export type Mock =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'function'; readonly path: string }
  | { readonly kind: 'builtin'; readonly name: string };

export type Mocks = ReadonlyMap<string, Mock>;

/** The documents of an evaluation: `input`, base data, and their replacements by `with`. Each `with` opens a scope with fresh memos. */
export class Scope {
  /** The memos of a scope that a `with` opened. The outermost scope keeps them in the `Memo` itself. */
  readonly memos: Map<object, unknown> | undefined;
  readonly touched: { clear(): void }[] = [];

  constructor(
    readonly outer: Scope | undefined,
    readonly input: Value | undefined,
    readonly data: RegoObject,
    /** Replaced paths below `data`. Rules at or below them are not evaluated. */
    readonly replaced: readonly (readonly string[])[] | undefined,
    readonly mocks: Mocks | undefined,
  ) {
    this.memos = outer === undefined ? undefined : new Map();
  }

  /** Returns whether the document at this path is (part of) a replacement. */
  covers(path: readonly string[]): boolean {
    return this.replaced !== undefined && this.replaced.some((target) => isPrefix(target, path));
  }
}

/**
 * A result that lives as long as its scope. The result for the outermost scope, which most evaluations never leave, is stored in a field.
 */
export class Memo<T> {
  private scope: Scope | undefined;
  private value: T | undefined;

  get(scope: Scope): T | undefined {
    if (scope.memos === undefined) {
      return this.scope === scope ? this.value : undefined;
    }
    return scope.memos.get(this) as T | undefined;
  }

  set(scope: Scope, value: T): void {
    if (scope.memos !== undefined) {
      scope.memos.set(this, value);
      return;
    }
    if (this.scope !== scope) {
      this.scope = scope;
      scope.touched.push(this);
    }
    this.value = value;
  }

  /** Clears the result after an evaluation, so that it does not retain any input. */
  clear(): void {
    this.scope = undefined;
    this.value = undefined;
  }
}

function isPrefix(prefix: readonly string[], path: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((part, position) => part === path[position]);
}
