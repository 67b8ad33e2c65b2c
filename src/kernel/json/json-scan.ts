import { below } from './json-pointer';

/** A fault in a JSON document. */
export interface JsonTextFault {
  /** UTF-16 units from the start. */
  readonly offset: number;
  readonly pointer: string;
  readonly code: 'invalid_json' | 'duplicate_member' | 'too_deep';
  readonly message: string;
}

interface Level {
  readonly isArray: boolean;
  /** Member names seen so far in an object. */
  readonly names: Set<string>;
  /** The member being read. */
  member: string | number;
}

const BLANK = /[ \t\n\r]*/y;
const TEXT = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Reads JSON text once, without recursion, and returns its first fault (RFC 8259). Stricter than `JSON.parse`, which silently uses the last
 * of two members with the same name and has no depth limit.
 * @param onValue called with the position of each value, before the value is read.
 * @returns `null` if the text is valid JSON.
 */
export function scanJson(
  text: string,
  maxDepth: number,
  onValue?: (pointer: () => string, offset: number) => void,
): JsonTextFault | null {
  return new JsonScanner(text, maxDepth, onValue).scan();
}

class JsonScanner {
  private at = 0;
  private readonly levels: Level[] = [];
  private readonly pointer = (): string => this.levels.reduce((path, { member }) => below(path, member), '');

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
    private readonly onValue?: (pointer: () => string, offset: number) => void,
  ) {}

  scan(): JsonTextFault | null {
    // A byte order mark is not JSON (RFC 8259 §8.1), but editors write it.
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    let fault = this.value();
    while (fault === null && this.levels.length > 0) fault = this.next();
    if (fault !== null) return fault;
    this.take(BLANK);
    return this.at === this.text.length ? null : this.broken('Unexpected text after the end of the JSON.');
  }

  /** Reads a whole scalar value or, for an array or object, the opening bracket and the first member. */
  private value(): JsonTextFault | null {
    this.take(BLANK);
    this.onValue?.(this.pointer, this.at);
    const char = this.text[this.at];
    if (char === '{' || char === '[') return this.open(char === '[');
    if (char === '"')
      return this.take(TEXT) === '' ? this.broken('The string is not closed or has an invalid escape.') : null;
    return this.take(SCALAR) === ''
      ? this.broken(char === undefined ? 'The JSON ends too early.' : 'A value is expected here.')
      : null;
  }

  private open(isArray: boolean): JsonTextFault | null {
    if (this.levels.length === this.maxDepth) {
      return this.fault('too_deep', `The JSON is nested deeper than ${this.maxDepth} levels.`);
    }
    this.at += 1;
    this.take(BLANK);
    if (this.text[this.at] === (isArray ? ']' : '}')) {
      this.at += 1;
      return null;
    }
    this.levels.push({ isArray, names: new Set(), member: isArray ? 0 : '' });
    return isArray ? this.value() : this.member();
  }

  private member(): JsonTextFault | null {
    const level = this.levels.at(-1);
    this.take(BLANK);
    const began = this.at;
    const quoted = this.take(TEXT);
    if (level === undefined || quoted === '') return this.broken('A member name in double quotes is expected here.');
    const name = JSON.parse(quoted) as string;
    level.member = name;
    if (level.names.has(name)) {
      this.at = began;
      return this.fault('duplicate_member', 'A member with this name already exists.');
    }
    level.names.add(name);
    this.take(BLANK);
    if (this.text[this.at] !== ':') return this.broken('A colon is expected here.');
    this.at += 1;
    return this.value();
  }

  /** Reads the tokens after a value in an array or object: a comma and the next member, or the end. */
  private next(): JsonTextFault | null {
    const level = this.levels.at(-1);
    if (level === undefined) return null;
    this.take(BLANK);
    const char = this.text[this.at];
    if (char === (level.isArray ? ']' : '}')) {
      this.at += 1;
      this.levels.pop();
      return null;
    }
    if (char !== ',') {
      return this.broken(`A comma or ${level.isArray ? ']' : '}'} is expected here.`);
    }
    this.at += 1;
    if (!level.isArray) return this.member();
    if (typeof level.member === 'number') level.member += 1;
    return this.value();
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private broken(message: string): JsonTextFault {
    return this.fault('invalid_json', message);
  }

  private fault(code: JsonTextFault['code'], message: string): JsonTextFault {
    return { offset: this.at, pointer: this.pointer(), code, message };
  }
}

/** Returns the line and column of a position in a string, both starting at 1. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let begin = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    begin = at + 1;
  }
  return { line, column: offset - begin + 1 };
}

/** Returns the start positions of the values at the given pointers. Pointers without a value are omitted. */
export function placesOf(text: string, pointers: ReadonlySet<string>, maxDepth: number): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  if (pointers.size === 0) return places;
  scanJson(text, maxDepth, (pointer, offset) => {
    if (places.size === pointers.size) return;
    const path = pointer();
    if (pointers.has(path)) places.set(path, offset);
  });
  return places;
}
