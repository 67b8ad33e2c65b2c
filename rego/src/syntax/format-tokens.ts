import type { Module, Rule } from './ast.js';
import { Lexer } from './lexer.js';
import { isKeyword, type TokenKind } from './tokens.js';
import { visitBodies, visitTerms } from './visit.js';

export interface FormatComment {
  readonly text: string;
  /** The number of line breaks before the comment. */
  readonly newlines: number;
}

/** A token and the comments before it. A number with its sign is one token, and so is an entire template string. */
export interface FormatToken {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
  /** The number of line breaks between the token and the previous token or comment. */
  readonly newlines: number;
  readonly spaceBefore: boolean;
  readonly comments: readonly FormatComment[];
}

/** Places in a module that determine line breaks, as offsets in its text. */
export interface FormatPlaces {
  /** The starts of the package, imports and rules, in order. */
  readonly statements: readonly number[];
  readonly imports: ReadonlySet<number>;
  readonly elses: ReadonlySet<number>;
  readonly expressions: ReadonlySet<number>;
  /** The start and the end of each number. */
  readonly numbers: ReadonlyMap<number, number>;
}

/** Returns all tokens of a source that can be parsed. The last token marks the end of the source. */
export const readTokens = (file: string, source: string, numbers: FormatPlaces['numbers']): FormatToken[] => {
  const lexer = new Lexer(file, source);
  const tokens: FormatToken[] = [];
  let seenComments = 0;
  let previousEnd = 0;
  for (let kind: TokenKind | undefined; kind !== 'eof';) {
    lexer.next();
    kind = lexer.kind;
    const offset = lexer.start;
    const { spaceBefore } = lexer;
    const own = lexer.comments.slice(seenComments);
    seenComments = lexer.comments.length;
    let from = previousEnd;
    const comments = own.map(({ loc }) => {
      const newlines = countNewlines(source, from, loc.offset);
      from = loc.offset + loc.text.length;
      return { text: loc.text, newlines };
    });
    const newlines = countNewlines(source, from, offset);
    readWhole(lexer, numbers.get(offset));
    // Comments in a template string are part of its text.
    seenComments = lexer.comments.length;
    previousEnd = lexer.end;
    const text = source.slice(offset, lexer.end);
    const shown = numbers.has(offset) ? text.replace(/\s/gu, '') : text;
    tokens.push({ kind: numbers.has(offset) ? 'number' : kind, text: shown, offset, newlines, spaceBefore, comments });
  }
  return moveCommentsBehindSeparators(tokens);
};

/** Advances to the last token of a number or template string. */
const readWhole = (lexer: Lexer, numberEnd: number | undefined): void => {
  while (numberEnd !== undefined && lexer.end < numberEnd) {
    lexer.next();
  }
  const { kind: first } = lexer;
  if (first !== 'template-string-part') {
    return;
  }
  // Template strings can be nested. For each open string, stores its kind (raw or not) and the number of open braces in it.
  const open = [{ raw: lexer.raw, braces: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const kind = nextKind(lexer);
    if (kind === '{') {
      top.braces++;
    } else if (kind === '}' && top.braces > 0) {
      top.braces--;
    } else if (kind === '}') {
      lexer.continueTemplate(top.raw);
      if (lexer.kind === 'template-string-end') {
        open.pop();
      }
    } else if (kind === 'template-string-part') {
      open.push({ raw: lexer.raw, braces: 0 });
    }
  }
};

const nextKind = (lexer: Lexer): TokenKind => {
  lexer.next();
  return lexer.kind;
};

const countNewlines = (source: string, from: number, to: number): number => {
  let count = 0;
  for (let index = source.indexOf('\n', from); index >= 0 && index < to; index = source.indexOf('\n', index + 1)) {
    count++;
  }
  return count;
};

/** Moves comments after separators: `a # why` + line break + `, b` becomes `a, # why` + line break + `b`, which reads better. */
const moveCommentsBehindSeparators = (tokens: readonly FormatToken[]): FormatToken[] => {
  const moved: FormatToken[] = [];
  let comments: readonly FormatComment[] = [];
  let newlines = 0;
  for (const token of tokens) {
    const all = [...comments, ...token.comments];
    const allNewlines = Math.max(newlines, token.newlines);
    const isSeparator = token.kind === ',' || token.kind === ';';
    comments = isSeparator ? all : [];
    newlines = isSeparator ? allNewlines : 0;
    moved.push(
      isSeparator ? { ...token, comments: [], newlines: 0 } : { ...token, comments: all, newlines: allNewlines },
    );
  }
  return moved;
};

export const readPlaces = (module: Module): FormatPlaces => {
  const { package: own, imports, rules } = module;
  // Chained bodies are separate rules in the tree, but part of the first rule in the text.
  const starts = rules.filter(({ loc }) => !loc.text.startsWith('{')).map(({ loc }) => loc.offset);
  const importStarts = imports.map(({ loc }) => loc.offset);
  const expressions = new Set<number>();
  visitBodies(rules, (body) => body.forEach(({ loc }) => expressions.add(loc.offset)));
  const numbers = new Map<number, number>();
  visitTerms(rules, (term) => {
    if (term.kind === 'number') {
      numbers.set(term.loc.offset, term.loc.offset + term.loc.text.length);
    }
  });
  const statements = [own.loc.offset, ...importStarts, ...starts].toSorted((left, right) => left - right);
  return { statements, imports: new Set(importStarts), elses: elseStarts(rules), expressions, numbers };
};

const elseStarts = (rules: readonly Rule[]): Set<number> => {
  const starts = new Set<number>();
  for (const rule of rules) {
    for (let link = rule.else; link !== undefined; link = link.else) {
      starts.add(link.loc.offset);
    }
  }
  return starts;
};

/** Returns whether a token can end a term, so that a bracket directly after it belongs to the term. */
export const endsTerm = ({ kind }: FormatToken): boolean =>
  kind === 'identifier' || kind === ')' || kind === ']' || kind === '}' || isKeyword(kind);
