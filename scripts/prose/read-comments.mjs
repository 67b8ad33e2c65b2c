import { hideCode, Segment } from './segment.mjs';

const DIRECTIVE =
  /^\s*(?:eslint(?:-(?:disable|enable)\S*)?|prettier-ignore\S*|@ts-\S+|#region|#endregion|!|biome-ignore|buf:lint:ignore)\b[^]*?(?:-- |$)/;

/**
 * Returns the paragraphs of a comment without its markers. Empty lines, list items, keys of Rego metadata and tags such as
 * `@param` begin a paragraph. Code blocks and `@example` are omitted.
 * @param lines the lines of the comment without their markers, each with its offset in the file
 */
export function commentParagraphs(lines, kind) {
  const segments = [];
  let paragraph;
  let isCode = false;
  const begin = (isTagged = false) =>
    (paragraph = segments[segments.push(new Segment(kind, { isFirst: segments.length === 0 && !isTagged })) - 1]);
  for (const { text, start } of lines) {
    if (/^\s*(?:```|~~~)/.test(text)) isCode = !isCode;
    else if (isCode || text.trim() === '' || text.trim() === 'METADATA') paragraph = undefined;
    else if (DIRECTIVE.test(text)) {
      const [directive] = DIRECTIVE.exec(text);
      if (directive.length < text.length) begin().add(text.slice(directive.length), start + directive.length);
      paragraph = undefined;
    } else addLine(text, start);
  }
  for (const segment of segments) segment.text = hideCode(segment.text);
  return segments;

  function addLine(text, start) {
    // Prose follows `@returns`, `@param name` and `@throws {Type}`, even in the middle of a line.
    let index = 0;
    for (const part of text.split(/(?<!\S)(?=@(?:returns?|param|throws|remarks|see|deprecated)\b)/)) {
      const from = start + index;
      index += part.length;
      if (part.trim() === '') continue;
      const tag = /^\s*@(?:(?:param|throws)\s+(?:\{[^}]*\}\s*)?[\w.[\]]*|\w+)\s*-?\s*/.exec(part)?.[0] ?? '';
      const item = /^\s*(?:[-*+]|\d+\.|(?:title|description|scope|entrypoint|custom):)\s+/.exec(part)?.[0] ?? '';
      const mark = tag || item || /^\s*/.exec(part)[0];
      if (tag !== '' || item !== '' || paragraph === undefined) begin(tag !== '');
      if (/^\s*@(?:example|type|typedef|template|satisfies|import|internal)\b/.test(part)) {
        segments.pop();
        paragraph = undefined;
        return;
      }
      paragraph.add(part.slice(mark.length), from + mark.length);
    }
  }
}

/** Returns the lines of a block comment without the asterisks. */
export function blockLines(source, pos, end) {
  const body = source.slice(pos, end).replace(/\*\/$/, '  ');
  const lines = [];
  let start = pos;
  for (const line of body.split('\n')) {
    const mark = start === pos ? /^\/\*+/.exec(line)[0] : (/^\s*\*?(?!\*)/.exec(line)?.[0] ?? '');
    lines.push({ text: line.slice(mark.length), start: start + mark.length });
    start += line.length + 1;
  }
  return lines;
}

/** Comment markers by file extension. */
const MARKERS = {
  sql: '--',
  proto: '//',
  rego: '#',
  yml: '#',
  yaml: '#',
  sh: '#',
  py: '#',
};

/** Returns the comments of a file in a language with line comments. Consecutive lines are one comment. */
export function readLineComments(source, ending, offset = 0) {
  const marker = MARKERS[ending];
  const segments = [];
  let lines = [];
  let start = offset;
  const flush = () => {
    segments.push(...commentParagraphs(lines, 'comment'));
    lines = [];
  };
  for (const line of source.split('\n')) {
    const at = markerIn(line, marker);
    const isWholeLine = at >= 0 && line.slice(0, at).trim() === '';
    if (!isWholeLine) flush();
    if (at >= 0 && !line.startsWith('#!')) {
      const text = line.slice(at).replace(/^(?:\/\/+|--+|#+)/, blank);
      lines.push({ text, start: start + at });
      if (!isWholeLine) flush();
    }
    start += line.length + 1;
  }
  flush();
  return segments;
}

const blank = (part) => ' '.repeat(part.length);

/** Returns the index of a comment marker outside quotes and after white space, or -1. */
function markerIn(line, marker) {
  for (let at = line.indexOf(marker); at >= 0; at = line.indexOf(marker, at + 1)) {
    const before = line.slice(0, at);
    const isQuoted = ['"', "'", '`'].some((quote) => before.split(quote).length % 2 === 0);
    if ((before === '' || /[\s;,{}]$/.test(before)) && (!isQuoted || before.trim() === '')) return at;
  }
  return -1;
}
