import { endsTerm, type FormatPlaces, type FormatToken } from './format-tokens.js';
import { FormatWriter } from './format-writer.js';
import type { TokenKind } from './tokens.js';

const OPENING: ReadonlySet<TokenKind> = new Set(['(', '[', '{']);
const CLOSING: ReadonlySet<TokenKind> = new Set([')', ']', '}']);
const NO_SPACE_BEFORE: ReadonlySet<TokenKind> = new Set([',', ';', ':', '.', ')', ']', '}']);

/** Formats the tokens of a module as `opa fmt` does. Changes only spaces, line breaks, `;` and commas before a closing bracket. */
export class FormatPrinter {
  private readonly writer = new FormatWriter();
  /** The index of the closing bracket for each opening bracket. */
  private readonly closes = new Map<number, number>();
  private readonly expressions: ReadonlySet<number>;
  /** True in the head of a rule, where a space can precede a bracket that belongs to the name, and `=` means `:=`. */
  private inHead = false;

  constructor(
    private readonly tokens: readonly FormatToken[],
    private readonly places: FormatPlaces,
  ) {
    this.expressions = places.expressions;
    const open: number[] = [];
    tokens.forEach(({ kind }, index) => {
      if (OPENING.has(kind)) {
        open.push(index);
      } else if (CLOSING.has(kind)) {
        this.closes.set(open.pop() ?? index, index);
      }
    });
  }

  print(): string {
    const indexOf = new Map(this.tokens.map(({ offset }, index) => [offset, index]));
    const starts = this.places.statements.map((offset) => indexOf.get(offset) ?? 0);
    const end = this.tokens.length - 1;
    starts.forEach((start, order) => {
      this.statement(start, starts[order + 1] ?? end, starts[order - 1]);
    });
    this.writer.startLine(this.token(end), 0, false, false);
    return this.writer.text();
  }

  private token(index: number): FormatToken {
    const token = this.tokens[index];
    if (token === undefined) {
      throw new Error(`token ${index} of ${this.tokens.length} does not exist`);
    }
    return token;
  }

  private statement(start: number, end: number, previous: number | undefined): void {
    const token = this.token(start);
    const isImport = this.places.imports.has(token.offset);
    const followsImport = previous !== undefined && this.places.imports.has(this.token(previous).offset);
    this.writer.startLine(token, 0, previous === undefined, previous !== undefined && !(isImport && followsImport));
    this.inHead = !isImport && previous !== undefined;
    this.flow(start, end, 0, true);
    this.inHead = false;
  }

  /** Writes tokens from `start` up to `end`, one after another. `fresh`: the line for the first token has already been started. */
  private flow(start: number, end: number, indent: number, fresh: boolean): void {
    let index = start;
    while (index < end) {
      const token = this.token(index);
      const isFirst = index === start;
      this.separate(index, isFirst, indent, fresh);
      if (this.places.elses.has(token.offset)) {
        this.inHead = true;
      }
      if (OPENING.has(token.kind)) {
        index = this.bracket(index, indent);
        continue;
      }
      this.writer.write(this.inHead && token.kind === 'eq' ? ':=' : token.text);
      if (token.kind === 'if' || token.kind === 'eq' || token.kind === 'assign') {
        this.inHead = this.inHead && this.token(index - 1).kind === '.';
      }
      index++;
    }
  }

  /** Writes the separator before a token: a space, nothing, or comments and a line break. */
  private separate(index: number, isFirst: boolean, indent: number, fresh: boolean): void {
    const token = this.token(index);
    if (isFirst && fresh) {
      return;
    }
    const isElse = this.places.elses.has(token.offset);
    if (isElse && (token.newlines > 0 || token.comments.length > 0 || this.token(index - 1).kind !== '}')) {
      // As in `opa fmt`, an `else` that does not directly follow a brace gets a blank line.
      this.writer.startLine(token, indent, false, true);
      return;
    }
    if (token.comments.length > 0) {
      this.writer.comments(token.comments, indent + 1);
      this.writer.line(indent + 1);
      return;
    }
    if (isFirst) {
      return;
    }
    if (token.kind === 'with' && token.newlines > 0 && this.token(index - 1).kind !== '.') {
      this.writer.line(indent + 1);
    } else if (this.needsBlank(index)) {
      this.writer.write(' ');
    }
  }

  private needsBlank(index: number): boolean {
    const before = this.token(index - 1);
    return !(
      NO_SPACE_BEFORE.has(this.token(index).kind) ||
      OPENING.has(before.kind) ||
      before.kind === '.' ||
      this.isAttached(index)
    );
  }

  /** Returns whether an opening bracket belongs to the term before it: an index, or arguments. */
  private isAttached(index: number): boolean {
    const token = this.token(index);
    if (!OPENING.has(token.kind) || token.kind === '{' || index === 0) {
      return false;
    }
    const before = this.token(index - 1);
    return endsTerm(before) && (!token.spaceBefore || (this.inHead && before.kind === 'identifier'));
  }

  /** Writes the contents of a bracket. Returns the index after its closing bracket. */
  private bracket(open: number, indent: number): number {
    const close = this.closes.get(open) ?? open;
    const wasInHead = this.inHead;
    this.inHead = false;
    const pipe = this.pipeOf(open, close);
    if (this.isBlock(open)) {
      this.block(open, close, indent);
    } else if (pipe !== undefined && this.isBroken(pipe, close, this.expressionStarts(pipe, close))) {
      this.brokenComprehension(open, pipe, close, indent);
    } else {
      this.items(open, close, indent, pipe !== undefined);
    }
    this.inHead = wasInHead;
    return close + 1;
  }

  private isBlock(open: number): boolean {
    const first = this.tokens[open + 1];
    // A set does not contain body expressions, whereas the first expression of a body starts right after the brace.
    return (
      this.token(open).kind === '{' && first !== undefined && this.expressions.has(first.offset) && first.kind !== '}'
    );
  }

  private block(open: number, close: number, indent: number): void {
    this.writer.write('{');
    this.expressionLines(open, close, indent + 1);
    this.writer.closeLine(this.token(close), indent);
    this.writer.write('}');
  }

  private brokenComprehension(open: number, pipe: number, close: number, indent: number): void {
    this.writer.write(this.token(open).text);
    this.flow(open + 1, pipe, indent, false);
    this.writer.comments(this.token(pipe).comments, indent + 1);
    if (this.token(pipe).comments.length > 0) {
      this.writer.line(indent + 1);
    } else {
      this.writer.write(' ');
    }
    this.writer.write('|');
    this.expressionLines(pipe, close, indent + 1);
    this.writer.closeLine(this.token(close), indent);
    this.writer.write(this.token(close).text);
  }

  /** Writes the expressions between two tokens, each on its own line. */
  private expressionLines(from: number, close: number, indent: number): void {
    const starts = this.expressionStarts(from, close);
    starts.forEach((start, order) => {
      this.writer.startLine(this.token(start), indent, order === 0);
      const next = starts[order + 1] ?? close;
      const end = this.token(next - 1).kind === ';' ? next - 1 : next;
      this.flow(start, end, indent, true);
    });
  }

  private expressionStarts(from: number, close: number): number[] {
    return this.topLevel(from, close).filter((index) => this.expressions.has(this.token(index).offset));
  }

  /**
   * Returns the indexes between two brackets, outside any inner brackets. For each inner pair of brackets, includes only the opening
   * bracket.
   */
  private topLevel(from: number, close: number): number[] {
    const indexes: number[] = [];
    for (let index = from + 1; index < close; index++) {
      indexes.push(index);
      index = this.closes.get(index) ?? index;
    }
    return indexes;
  }

  /** Returns the `|` of a comprehension: an expression starts right after it. */
  private pipeOf(open: number, close: number): number | undefined {
    return this.topLevel(open, close).find(
      (index) => this.token(index).kind === 'or' && this.expressions.has(this.token(index + 1).offset),
    );
  }

  private isBroken(open: number, close: number, starts: readonly number[]): boolean {
    const isOnNewLine = (index: number): boolean =>
      this.token(index).newlines > 0 || this.token(index).comments.length > 0;
    return open + 1 < close ? starts.some(isOnNewLine) || isOnNewLine(close) : isOnNewLine(close);
  }

  /** Writes elements, entries or arguments, either on separate lines as the author did, or all on one line. */
  private items(open: number, close: number, indent: number, isComprehension: boolean): void {
    const { kind, text } = this.token(open);
    const isList = !isComprehension && (kind === '{' || (kind === '[') !== this.isAttached(open));
    const starts = this.itemStarts(open, close);
    this.writer.write(text);
    if (!isList || !this.isBroken(open, close, starts)) {
      this.flow(open + 1, close, indent, false);
      this.closeInline(close, indent);
      return;
    }
    starts.forEach((start, order) => {
      this.itemStart(start, indent + 1, order === 0);
      this.flow(start, starts[order + 1] ?? close, indent + 1, true);
    });
    if (starts.length > 0 && this.token(close - 1).kind !== ',') {
      this.writer.write(',');
    }
    this.writer.closeLine(this.token(close), indent);
    this.writer.write(this.token(close).text);
  }

  private closeInline(close: number, indent: number): void {
    const { comments, text } = this.token(close);
    this.writer.comments(comments, indent + 1);
    if (comments.length > 0) {
      this.writer.line(indent);
    }
    this.writer.write(text);
  }

  private itemStart(start: number, indent: number, isFirst: boolean): void {
    const token = this.token(start);
    if (isFirst || token.newlines > 0 || token.comments.length > 0) {
      this.writer.startLine(token, indent, isFirst);
    } else {
      this.writer.write(' ');
    }
  }

  private itemStarts(open: number, close: number): number[] {
    const commas = this.topLevel(open, close).filter((index) => this.token(index).kind === ',');
    return [open, ...commas].map((index) => index + 1).filter((index) => index < close);
  }
}
