/** Kinds of tokens, named as OPA prints them ("unexpected plus token"). */
export type Keyword =
  | 'as'
  | 'contains'
  | 'default'
  | 'else'
  | 'every'
  | 'false'
  | 'if'
  | 'import'
  | 'in'
  | 'not'
  | 'null'
  | 'package'
  | 'some'
  | 'true'
  | 'with';

export type TokenKind =
  | Keyword
  | 'illegal'
  | 'eof'
  | 'identifier'
  | 'number'
  | 'string'
  | 'template-string-part'
  | 'template-string-end'
  | '['
  | ']'
  | '{'
  | '}'
  | '('
  | ')'
  | ','
  | ':'
  | ';'
  | '.'
  | 'assign'
  | 'eq'
  | 'equal'
  | 'neq'
  | 'lt'
  | 'gt'
  | 'lte'
  | 'gte'
  | 'plus'
  | 'minus'
  | 'mul'
  | 'div'
  | 'rem'
  | 'and'
  | 'or';

/** The keywords of Rego v1. Any of them can be a path element (`input.if`) or the head of a reference (`if.x := 1`). */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  (
    [
      'as',
      'contains',
      'default',
      'else',
      'every',
      'false',
      'if',
      'import',
      'in',
      'not',
      'null',
      'package',
      'some',
      'true',
      'with',
    ] as const
  ).map((word) => [word, word]),
);

export const isKeyword = (text: string): boolean => KEYWORDS.has(text);

export const isDecimal = (code: number): boolean => code >= 48 && code <= 57;

/** Returns whether a character is `a` to `z`, `A` to `Z`, or `_`. */
export const isLetter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;

/** A name starts with an ASCII letter or `_`. The digits after it can be from any script, as in OPA. */
export const isNamePart = (code: number): boolean =>
  isLetter(code) || isDecimal(code) || (code > 127 && /\p{Nd}/u.test(String.fromCharCode(code)));

/** Returns whether the text can follow a dot (`x.name`) without quotes. */
export const isName = (text: string): boolean => {
  if (text === '' || !isLetter(text.charCodeAt(0))) {
    return false;
  }
  for (let index = 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (!isLetter(code) && !isDecimal(code)) {
      return false;
    }
  }
  return true;
};
