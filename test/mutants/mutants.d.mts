/** A small fault that the tests must notice. */
export interface Mutant {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The spec that must fail. */
  readonly spec: string;
  readonly rule: string;
}

export function readMutants(): readonly Mutant[];
export function faultOf(mutant: Mutant): string | null;
