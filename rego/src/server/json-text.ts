const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/** Escapes the same characters as Go's encoder: `<`, `>`, `&` and the line separators, which occur only in strings. */
const escapeAsGo = (json: string): string =>
  json.replace(GO_ESCAPES, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Serializes JSON data like Go's `encoding/json`. */
export function goJson(data: unknown, indent = 0): string {
  return escapeAsGo(JSON.stringify(data, null, indent));
}

const INDENT = '  ';
const EMPTY = new Set(['{}', '[]']);

/** Indents compact JSON text as Go's `MarshalIndent` does, in one pass. Numbers are unchanged. */
export function indentJson(json: string): string {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  const put = (end: number, more: string): void => {
    parts.push(json.slice(start, end), more);
    start = end;
  };
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') at = endOfString(json, at);
    else if (char === ':') put(at + 1, ' ');
    else if (char === ',') put(at + 1, lineBreak(depth));
    else if (char === '{' || char === '[') {
      // An empty object or array stays on one line.
      if (EMPTY.has(json.slice(at, at + 2))) at++;
      else put(at + 1, lineBreak(++depth));
    } else if (char === '}' || char === ']') put(at, lineBreak(--depth));
  }
  parts.push(json.slice(start));
  return parts.join('');
}

const lineBreak = (depth: number): string => `\n${INDENT.repeat(depth)}`;

/**
 * Returns the position of the closing quotation mark of the string that begins at `start`, or the length of the text if it is not closed.
 */
export function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return json.length;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The warning in a response to `POST /v1/data` without an input. */
export const INPUT_WARNING = goJson({
  code: 'api_usage_warning',
  message: "'input' key missing from the request",
});

/** A member of a response: its name, and its value as JSON text. A member with an `undefined` value is omitted. */
export type JsonMember = readonly [name: string, json: string | undefined];

/** Returns an object with these members in this order, followed by a line break as in OPA's responses. */
export function jsonAnswer(members: readonly JsonMember[], pretty: boolean): string {
  const json = `{${members.flatMap(([name, value]) => (value === undefined ? [] : [`"${name}":${value}`])).join(',')}}`;
  return `${pretty ? indentJson(json) : json}\n`;
}
