import type { Location, VarTerm } from '../syntax/ast.js';
import type { ErrorList } from './error-list.js';
import { isWildcard, type NameSource, originalName } from './names.js';

type Origin = 'argument' | 'seen' | 'assigned' | 'declared';

export interface Declared {
  /** A name that no other variable of the rule has. */
  readonly name: string;
  readonly origin: Origin;
  readonly loc: Location;
}

/** The names of one body. */
type Frame = Map<string, Declared>;

const CLASHES: Readonly<Record<Origin, (name: string) => string>> = {
  argument: (name) => `arg ${name} redeclared`,
  seen: (name) => `var ${name} referenced above`,
  assigned: (name) => `var ${name} assigned above`,
  declared: (name) => `var ${name} declared above`,
};

/** The names that the bodies of a rule have declared so far, with the innermost body last. */
export class NameFrames {
  /** Most bodies do not declare anything. A body gets its frame with its first declaration. */
  private readonly frames: (Frame | undefined)[] = [undefined];

  constructor(
    private readonly names: NameSource,
    private readonly errors: ErrorList,
  ) {}

  /** Runs `work` inside a new body. */
  inside<T>(work: () => T): T {
    this.frames.push(undefined);
    try {
      return work();
    } finally {
      this.frames.pop();
    }
  }

  lookup(name: string): Declared | undefined {
    for (let depth = this.frames.length - 1; depth >= 0; depth--) {
      const declared = this.frames[depth]?.get(name);
      if (declared !== undefined) {
        return declared;
      }
    }
    return undefined;
  }

  /** Marks an undeclared variable. The variable must not be declared later in the same body. */
  see(term: VarTerm): void {
    this.top().set(term.name, { name: term.name, origin: 'seen', loc: term.loc });
  }

  /** Declares an argument. An argument can appear twice; both occurrences must then have the same value. */
  declareArgument(term: VarTerm): void {
    if (!this.top().has(term.name)) {
      this.insert(term, 'argument', term.loc);
    }
  }

  /** Declares a variable and returns its new name. Reports a conflict at `loc`. */
  declare(term: VarTerm, origin: Origin, loc: Location): string {
    const clash = this.top().get(term.name);
    if (clash !== undefined) {
      this.errors.add('rego_compile_error', CLASHES[clash.origin](originalName(term.name)), loc);
      return clash.name;
    }
    return this.insert(term, origin, loc);
  }

  /** Returns the names that the innermost body declares with `some` or `every`. */
  declaredHere(): readonly (readonly [string, Declared])[] {
    const frame = this.frames[this.frames.length - 1];
    return frame === undefined
      ? []
      : [...frame].filter(([name, { origin }]) => origin === 'declared' && !isWildcard(name));
  }

  private insert(term: VarTerm, origin: Origin, loc: Location): string {
    const name = isWildcard(term.name) ? term.name : this.names.renamed(term.name);
    this.top().set(term.name, { name, origin, loc });
    return name;
  }

  private top(): Frame {
    return (this.frames[this.frames.length - 1] ??= new Map<string, Declared>());
  }
}
