import type { Location, Term } from './ast.js';
import { Lexer, type LexerState } from './lexer.js';
import { type ParseLimits, raise, SyntaxFailure } from './syntax-failure.js';
import { isKeyword, type TokenKind } from './tokens.js';

/** The start of a node. */
export interface Mark {
  readonly row: number;
  readonly col: number;
  readonly offset: number;
}

/** Copies a list without the spare capacity that `push` allocates: 16 elements, although most lists in a tree have only one or two. */
export const exactly = <T>(list: readonly T[]): readonly T[] => list.slice();

interface CursorState {
  readonly lexer: LexerState;
  readonly wildcards: number;
}

type Remembered =
  { readonly term: Term; readonly height: number; readonly after: CursorState } | { readonly failure: SyntaxFailure };

/**
 * The state that all parts of the parser share: the current token, errors, backtracking after a wrong guess, and the depth limits. Guesses
 * can be nested (`[x | [y | …`), so a bracketed term that is read while guessing is cached by its offset and never read twice: the parser
 * stays linear.
 */
export abstract class TokenCursor {
  protected readonly lexer: Lexer;
  /** The depth of the tree of the term or body that was read last. */
  protected height = 0;
  private depth = 0;
  private guesses = 0;
  private wildcards = 0;
  private readonly remembered = new Map<number, Remembered>();
  /** Many nodes start at the same token and share one mark. */
  private lastMark: Mark = { row: 0, col: 0, offset: -1 };
  private lastLocation: Location | undefined;
  private lastLocationEnd = -1;

  constructor(
    file: string,
    source: string,
    private readonly limits: ParseLimits,
  ) {
    this.lexer = new Lexer(file, source);
  }

  protected get kind(): TokenKind {
    return this.lexer.kind;
  }

  protected at(kind: TokenKind): boolean {
    return this.lexer.kind === kind;
  }

  protected next(): void {
    this.lexer.next();
  }

  protected mark(): Mark {
    const { row, col, start } = this.lexer;
    if (this.lastMark.offset !== start) {
      this.lastMark = { row, col, offset: start };
    }
    return this.lastMark;
  }

  /** Returns the location from a mark to the end of the token before the current one. */
  protected locate({ row, col, offset }: Mark, end = this.lexer.previousEnd): Location {
    if (this.lastLocation?.offset !== offset || this.lastLocationEnd !== end) {
      const { file, source } = this.lexer;
      this.lastLocation = { file, row, col, offset, text: source.slice(offset, Math.max(offset, end)) };
      this.lastLocationEnd = end;
    }
    return this.lastLocation;
  }

  protected failAt({ row, col }: Pick<Mark, 'row' | 'col'>, message: string): never {
    return raise(new SyntaxFailure([{ message, row, col }]));
  }

  protected fail(message: string): never {
    return this.lexer.fail(message);
  }

  /** Reports that the current token is not allowed here. */
  protected unexpected(note = ''): never {
    return this.fail(this.unexpectedMessage(note));
  }

  protected unexpectedMessage(note: string): string {
    if (this.kind === 'illegal') {
      return 'illegal token';
    }
    const noun = isKeyword(this.kind) ? 'keyword' : 'token';
    return `unexpected ${this.kind} ${noun}${note === '' ? '' : `: ${note}`}`;
  }

  /** Adds a note to errors. Like OPA, reports the error first, and then the expected syntax. */
  protected wanted<T>(note: string, parse: () => T): T {
    try {
      return parse();
    } catch (caught) {
      // If such constructs are nested, one note is enough.
      if (!(caught instanceof SyntaxFailure) || caught.faults.length > 1) {
        throw caught;
      }
      const { row, col } = this.lexer;
      return raise(new SyntaxFailure([...caught.faults, { message: this.unexpectedMessage(note), row, col }]));
    }
  }

  protected save(): CursorState {
    return { lexer: this.lexer.save(), wildcards: this.wildcards };
  }

  protected restore(state: CursorState): void {
    this.lexer.restore(state.lexer);
    this.wildcards = state.wildcards;
  }

  /** Tries to parse. If that fails, the cursor returns to its previous position. */
  protected attempt<T>(parse: () => T): T | SyntaxFailure {
    this.guesses++;
    try {
      return this.attemptOnce(parse);
    } finally {
      this.guesses--;
    }
  }

  /** Tries to parse a construct that cannot be nested in itself, so there is nothing to cache. */
  protected attemptOnce<T>(parse: () => T): T | SyntaxFailure {
    const before = this.save();
    const { depth } = this;
    try {
      return parse();
    } catch (caught) {
      if (!(caught instanceof SyntaxFailure)) {
        throw caught;
      }
      caught.token ??= this.kind;
      this.restore(before);
      this.depth = depth;
      return caught;
    }
  }

  /** Reads a bracketed term, or reuses the one from an earlier guess. */
  protected remember(parse: () => Term): Term {
    if (this.guesses === 0) {
      return parse();
    }
    const offset = this.lexer.start;
    const known = this.remembered.get(offset);
    if (known !== undefined) {
      return this.recall(known);
    }
    try {
      const term = parse();
      this.remembered.set(offset, { term, height: this.height, after: this.save() });
      return term;
    } catch (caught) {
      if (caught instanceof SyntaxFailure) {
        caught.token ??= this.kind;
        this.remembered.set(offset, { failure: caught });
      }
      throw caught;
    }
  }

  /** Runs `parse` one level deeper. */
  protected nested<T>(parse: () => T): T {
    this.depth++;
    if (this.depth > this.limits.maxNesting) {
      this.fail('max parsing recursion depth exceeded');
    }
    const result = parse();
    this.depth--;
    return result;
  }

  /** Sets the height of the term that was just read. Operators without brackets (`1 + 1 + …`) also make trees deep. */
  protected grow(height: number): void {
    this.height = height;
    if (height > 2 * this.limits.maxNesting) {
      this.fail('max parsing recursion depth exceeded');
    }
  }

  protected get maxNesting(): number {
    return this.limits.maxNesting;
  }

  protected wildcard(): string {
    return `$${this.wildcards++}`;
  }

  private recall(known: Remembered): Term {
    if ('failure' in known) {
      return raise(known.failure);
    }
    this.restore(known.after);
    this.height = known.height;
    return known.term;
  }
}
