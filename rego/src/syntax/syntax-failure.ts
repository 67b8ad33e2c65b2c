import { RegoError } from '../errors.js';
import type { TokenKind } from './tokens.js';

export interface Fault {
  readonly message: string;
  readonly row: number;
  readonly col: number;
}

/**
 * Aborts an attempt to parse. It is not an `Error`: the parser guesses (`{` can open a set, an object, a comprehension or a body), and a
 * source with many wrong guesses would cost a stack trace each time.
 */
export class SyntaxFailure {
  /** The token at which the attempt ended; set where the failure is caught. */
  token: TokenKind | undefined;

  constructor(readonly faults: readonly Fault[]) {}

  toErrors(file: string): RegoError[] {
    return this.faults.map(({ message, row, col }) => new RegoError('rego_parse_error', message, { file, row, col }));
  }
}

export const raise = (failure: SyntaxFailure): never => {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- see SyntaxFailure: no stack trace is needed
  throw failure;
};

export interface ParseLimits {
  /** The nesting of brackets, calls and bodies. The resulting trees are at most twice as deep. */
  readonly maxNesting: number;
  readonly maxSourceBytes: number;
}

/** Only generated sources are nested deeper than 200 levels. Each level costs the parser about 2 KiB of stack. */
export const DEFAULT_PARSE_LIMITS: ParseLimits = { maxNesting: 200, maxSourceBytes: 1024 * 1024 };
