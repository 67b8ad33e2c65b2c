const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  /[{}[\]:,]|"(?:[^"\\\x00-\x1F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null/y;

/** The tokens that are permitted next. */
type State = 'value' | 'firstItem' | 'key' | 'firstKey' | 'colon' | 'after';

/**
 * Returns the row and column, counted from 1, at which the text stops being valid JSON. V8 reports the location only in some messages.
 * @param text text that `JSON.parse` refuses.
 */
export function jsonFaultPlace(text: string): { readonly row: number; readonly col: number } {
  const before = text.slice(0, faultOffset(text));
  const row = before.split('\n').length;
  return { row, col: before.length - before.lastIndexOf('\n') };
}

function faultOffset(text: string): number {
  const open: string[] = [];
  let state: State = 'value';
  for (let offset = 0; ;) {
    offset += matchAt(SPACE, text, offset).length;
    const token = matchAt(TOKEN, text, offset);
    const next: State | null = token === '' ? null : step(state, token, open);
    if (next === null) return offset;
    state = next;
    offset += token.length;
  }
}

/** Returns the state after a token, or `null` if the token is not permitted in this state. */
function step(state: State, token: string, open: string[]): State | null {
  switch (state) {
    case 'value':
    case 'firstItem':
      if (token === '{' || token === '[') {
        open.push(token);
        return token === '{' ? 'firstKey' : 'firstItem';
      }
      if (token === ']' && state === 'firstItem') return close(open);
      return /^[}\]:,]$/.test(token) ? null : 'after';
    case 'key':
    case 'firstKey':
      if (token === '}' && state === 'firstKey') return close(open);
      return token.startsWith('"') ? 'colon' : null;
    case 'colon':
      return token === ':' ? 'value' : null;
    case 'after':
      if (token === ',' && open.length > 0) return open.at(-1) === '{' ? 'key' : 'value';
      if (token === (open.at(-1) === '{' ? '}' : ']') && open.length > 0) return close(open);
      return null;
  }
}

function close(open: string[]): State {
  open.pop();
  return 'after';
}

function matchAt(pattern: RegExp, text: string, offset: number): string {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? '';
}
