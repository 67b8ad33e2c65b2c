import { templateFault } from './template-fault.js';
import { tokenize, type TemplateToken } from './tokenize.js';

/** Literal text, or an action between `{{` and `}}`. */
export type Chunk =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly line: number; readonly tokens: readonly TemplateToken[] };

const OPEN = '{{';
const CLOSE = '}}';
const SPACE = /^[ \t\r\n]$/;

/** Splits a template into chunks. `{{- ` and ` -}}` trim the adjacent text; comments are dropped. */
export function readChunks(source: string): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let at = 0;
  let line = 1;
  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf(OPEN, at);
    const end = open === -1 ? source.length : open;
    const trimBefore = open !== -1 && source.charAt(open + 2) === '-' && SPACE.test(source.charAt(open + 3));
    const raw = source.slice(at, end);
    const left = trimNext ? raw.trimStart() : raw;
    const text = trimBefore ? left.trimEnd() : left;
    if (text !== '') {
      chunks.push({ kind: 'text', text });
    }
    line += countLines(raw);
    if (open === -1) {
      break;
    }
    const start = open + (trimBefore ? 4 : 2);
    const action = readAction(source, start, line);
    if (action.tokens !== undefined) {
      chunks.push({ kind: 'action', line, tokens: action.tokens });
    }
    line += countLines(source.slice(open, action.end));
    ({ end: at, trimsNext: trimNext } = action);
  }
  return chunks;
}

interface ReadAction {
  /** Undefined for a comment. */
  readonly tokens: readonly TemplateToken[] | undefined;
  readonly end: number;
  readonly trimsNext: boolean;
}

function readAction(source: string, start: number, line: number): ReadAction {
  if (source.startsWith('/*', start)) {
    const close = source.indexOf('*/', start + 2);
    if (close === -1) {
      throw templateFault(line, 'unclosed comment');
    }
    return { tokens: undefined, ...closeAction(source, close + 2, line, 'comment ends before closing delimiter') };
  }
  const { tokens, end } = tokenize(source, start, line);
  return { tokens, ...closeAction(source, end, line, 'unclosed action') };
}

function closeAction(
  source: string,
  at: number,
  line: number,
  fault: string,
): { readonly end: number; readonly trimsNext: boolean } {
  const trimsNext = SPACE.test(source.charAt(at)) && source.startsWith(`-${CLOSE}`, at + 1);
  const close = trimsNext ? at + 2 : at;
  if (!source.startsWith(CLOSE, close)) {
    throw templateFault(line, fault);
  }
  return { end: close + CLOSE.length, trimsNext };
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
