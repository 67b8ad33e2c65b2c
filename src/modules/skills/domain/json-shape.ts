/**
 * Returns the nesting depth of a JSON text: 0 for a scalar. It only counts brackets, without recursion, so it is safe to call before any
 * code that walks the value. The text must be JSON.
 */
export function jsonLevels(text: string): number {
  let levels = 0;
  let deepest = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (isText) {
      if (char === BACKSLASH) at += 1;
      else if (char === QUOTE) isText = false;
    } else if (char === QUOTE) isText = true;
    else if (char === OPEN_ARRAY || char === OPEN_OBJECT) deepest = Math.max(deepest, (levels += 1));
    else if (char === CLOSE_ARRAY || char === CLOSE_OBJECT) levels -= 1;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Returns the JSON text of a value that was parsed from JSON; `null` when the text is too large or nested too deeply. */
export function boundedJson(value: unknown, most: { readonly bytes: number; readonly levels: number }): string | null {
  let text: string;
  try {
    text = JSON.stringify(value) ?? 'null';
  } catch {
    return null;
  }
  return Buffer.byteLength(text) > most.bytes || jsonLevels(text) > most.levels ? null : text;
}
