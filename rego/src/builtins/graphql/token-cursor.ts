import type { Budget } from '../../evaluate/budget.js';
import { quoteGo } from '../../values/print.js';
import { GraphqlFault, type GraphqlPosition } from './graphql-fault.js';
import { GraphqlLexer, type Token, type TokenKind } from './lexer.js';

const MAX_NESTING = 200;
/** Validation compares names with each other to suggest a correction. */
const MAX_NAME_LENGTH = 255;

/** Reads tokens one by one with one token of lookahead. Throws faults with gqlparser's messages. */
export class TokenCursor {
  private readonly lexer: GraphqlLexer;
  private peeked: Token | undefined;
  private depth = 0;
  /** The last token read. */
  previous: Token | undefined;

  constructor(
    source: string,
    private readonly budget: Budget,
  ) {
    this.lexer = new GraphqlLexer(source);
  }

  peek(): Token {
    if (this.peeked === undefined) {
      this.budget.step();
      this.peeked = this.lexer.next();
    }
    return this.peeked;
  }

  get position(): GraphqlPosition {
    return this.peek().position;
  }

  next(): Token {
    const token = this.peek();
    if (token.fault !== undefined) {
      throw token.fault;
    }
    this.peeked = undefined;
    this.previous = token;
    return token;
  }

  isAt(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  isAtKeyword(word: string): boolean {
    return this.isAt('Name') && this.peek().value === word;
  }

  skip(kind: TokenKind): boolean {
    if (!this.isAt(kind)) {
      return false;
    }
    this.next();
    return true;
  }

  expect(kind: TokenKind): Token {
    if (!this.isAt(kind)) {
      throw this.fault(`Expected ${kind}, found ${this.peek().kind}`);
    }
    return this.next();
  }

  expectKeyword(word: string): Token {
    if (!this.isAtKeyword(word)) {
      throw this.fault(`Expected "${word}", found ${describe(this.peek())}`);
    }
    return this.next();
  }

  name(): string {
    const { value } = this.expect('Name');
    if (value.length > MAX_NAME_LENGTH) {
      throw this.fault(`a name can have at most ${MAX_NAME_LENGTH} characters`);
    }
    return value;
  }

  /** Reads the items between `open` and `close`, if there are any. Returns no items if the current token is not `open`. */
  many<T>(open: TokenKind, close: TokenKind, read: () => T): T[] {
    return this.list(open, close, read, false);
  }

  /** Works like `many`, but requires at least one item. */
  some<T>(open: TokenKind, close: TokenKind, read: () => T): T[] {
    return this.list(open, close, read, true);
  }

  private list<T>(open: TokenKind, close: TokenKind, read: () => T, required: boolean): T[] {
    const items: T[] = [];
    if (!this.skip(open)) {
      return items;
    }
    this.nested(() => {
      while (!this.isAt(close)) {
        items.push(read());
      }
    });
    if (required && items.length === 0) {
      throw this.fault(`expected at least one definition, found ${this.peek().kind}`);
    }
    this.next();
    return items;
  }

  /** Runs a recursive parser within the nesting limit. */
  nested<T>(run: () => T): T {
    this.depth++;
    if (this.depth > MAX_NESTING) {
      throw this.fault(`nests more than ${MAX_NESTING} levels deep`);
    }
    const result = run();
    this.depth--;
    return result;
  }

  unexpected(token = this.peek()): GraphqlFault {
    return new GraphqlFault(`Unexpected ${describe(token)}`, token.position);
  }

  private fault(message: string): GraphqlFault {
    return new GraphqlFault(message, this.position);
  }
}

function describe({ kind, value }: Token): string {
  return value === '' ? kind : `${kind} ${quoteGo(value)}`;
}
