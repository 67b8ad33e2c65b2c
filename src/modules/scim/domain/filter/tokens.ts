import { ScimError, shown } from '../../contract/scim-error';

/**
 * Maximum length of a filter. It equals the maximum length of a query, and is far greater than the length of any filter that a provider
 * sends.
 */
const MAX_CHARS = 8_192;

export type Token =
  | { readonly kind: '(' | ')' | '[' | ']' | 'end'; readonly at: number; readonly text: string }
  /** A word: a path, an operator, or a value without quotes. `isAfterBracket` is true if it directly follows a `]`. */
  | { readonly kind: 'word'; readonly at: number; readonly text: string; readonly isAfterBracket: boolean }
  | { readonly kind: 'string'; readonly at: number; readonly text: string; readonly value: string };

const BLANK = /[ \t]*/y;
const WORD = /[^\s()[\]"\\]+/y;
/** A JSON string (RFC 7159 §7). */
const STRING = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Returns the tokens of a filter, or of a path that contains a filter. Errors: `invalidFilter`. */
export function tokensOf(text: string): readonly Token[] {
  if (text.length > MAX_CHARS)
    throw new ScimError('invalidFilter', `A filter can have at most ${MAX_CHARS} characters.`);
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    const start = at + (match(BLANK, text, at)?.length ?? 0);
    const isAdjacent = start === at;
    at = start;
    const char = text.charAt(at);
    if (char === '') return [...tokens, { kind: 'end', at, text: '' }];
    if (char === '(' || char === ')' || char === '[' || char === ']') {
      tokens.push({ kind: char, at, text: char });
      at += 1;
    } else if (char === '"') {
      const quoted = match(STRING, text, at);
      if (quoted === null) throw new ScimError('invalidFilter', `The string at position ${at + 1} is not closed.`);
      tokens.push({ kind: 'string', at, text: quoted, value: JSON.parse(quoted) as string });
      at += quoted.length;
    } else {
      const word = match(WORD, text, at);
      if (word === null) {
        throw new ScimError('invalidFilter', `Unexpected "${shown(char)}" at position ${at + 1} of the filter.`);
      }
      tokens.push({ kind: 'word', at, text: word, isAfterBracket: isAdjacent && tokens.at(-1)?.kind === ']' });
      at += word.length;
    }
  }
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
