import type { FormatComment, FormatToken } from './format-tokens.js';

/** Collects lines and tracks the state of the current one. */
export class FormatWriter {
  private readonly pieces: string[] = [];
  private atLineStart = true;
  private isEmpty = true;

  write(text: string): void {
    this.pieces.push(text);
    this.atLineStart = false;
    this.isEmpty = false;
  }

  line(indent: number): void {
    if (!this.isEmpty) {
      this.pieces.push('\n');
    }
    this.pieces.push('\t'.repeat(indent));
    this.atLineStart = true;
  }

  /**
   * Starts a line for a token, with the comments before it. A comment at the end of a line stays there; the others get separate lines.
   * Keeps the author's blank lines: at most one at a time, and none at the start if `blanks` is 'inner'.
   */
  startLine(token: FormatToken, indent: number, isFirst: boolean, forceBlank = false): void {
    let first = isFirst;
    let force = forceBlank;
    for (const comment of token.comments) {
      if (comment.newlines === 0 && !this.atLineStart) {
        this.write(` ${comment.text}`);
        continue;
      }
      this.lineAfter(comment, indent, first, force);
      this.write(comment.text);
      first = false;
      force = false;
    }
    if (token.kind !== 'eof') {
      this.lineAfter(token, indent, first, force);
    }
  }

  /** Writes the comments before a closing bracket, which gets its own line. */
  closeLine(token: FormatToken, indent: number): void {
    this.comments(token.comments, indent + 1);
    this.line(indent);
  }

  /** Writes comments in the middle of an expression, which continues on the next line. */
  comments(comments: readonly FormatComment[], indent: number): void {
    for (const comment of comments) {
      if (comment.newlines === 0 && !this.atLineStart) {
        this.write(` ${comment.text}`);
      } else {
        this.line(indent);
        this.write(comment.text);
      }
    }
  }

  text(): string {
    return this.isEmpty ? '' : `${this.pieces.join('')}\n`;
  }

  private lineAfter(
    { newlines }: { readonly newlines: number },
    indent: number,
    isFirst: boolean,
    force: boolean,
  ): void {
    if (force || (newlines > 1 && !isFirst)) {
      this.pieces.push(this.isEmpty ? '' : '\n');
    }
    this.line(indent);
  }
}
