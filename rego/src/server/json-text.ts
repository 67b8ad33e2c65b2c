const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/** Escapes in a JSON text what Go's encoder escapes: `<`, `>`, `&` and the line separators, which stand in strings only. */
const escapeAsGo = (json: string): string =>
  json.replace(GO_ESCAPES, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** JSON data as Go's `encoding/json` writes it. */
export function goJson(data: unknown, indent = 0): string {
  return escapeAsGo(JSON.stringify(data, null, indent));
}

const OPENING = new Set(['{', '[']);
const CLOSING = new Set(['}', ']']);
const INDENT = '  ';

/** Lays out a compact JSON text as Go's `MarshalIndent` does. Numbers stay as they are. */
export function indentJson(json: string): string {
  const parts: string[] = [];
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^"{}[\],:]+/g)) {
    const last = parts.at(-1);
    if (OPENING.has(token)) {
      depth++;
      parts.push(token, `\n${INDENT.repeat(depth)}`);
    } else if (CLOSING.has(token)) {
      depth--;
      // An empty object or array stays on its line.
      const before = parts.at(-2);
      if (last?.startsWith('\n') === true && before !== undefined && OPENING.has(before)) parts.pop();
      else parts.push(`\n${INDENT.repeat(depth)}`);
      parts.push(token);
    } else if (token === ',') parts.push(`,\n${INDENT.repeat(depth)}`);
    else parts.push(token === ':' ? ': ' : token);
  }
  return parts.join('');
}

/** A member of an answer: its name, and its value as JSON text; left out when that is `undefined`. */
export type JsonMember = readonly [name: string, json: string | undefined];

/** An object of these members in their order, with the line break that OPA ends an answer with. */
export function jsonAnswer(members: readonly JsonMember[], pretty: boolean): string {
  const json = `{${members.flatMap(([name, value]) => (value === undefined ? [] : [`"${name}":${value}`])).join(',')}}`;
  return `${pretty ? indentJson(json) : json}\n`;
}
