import { compareNames } from './compare.js';
import { chargeVisits, checkDepth } from './depth.js';
import { formatNumber } from './number.js';
import { CHUNK_LENGTH, endOfChunk } from './text-chunks.js';
import { TextWriter, type OnGrowth } from './text-writer.js';
import { isArray } from './type-name.js';
import type { RegoObject, Value } from './value.js';

/** The layout of Go's `json.MarshalIndent`: every line except the first starts with `prefix`, then `indent` per level. */
export interface JsonLayout {
  readonly prefix: string;
  readonly indent: string;
}

// Go's encoding/json escapes characters that HTML and JavaScript could misread; JSON.stringify escapes the rest as Go does.
const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/**
 * Returns the JSON text of a value as OPA's `json.marshal` writes it: exact numbers, sets as sorted arrays, members sorted by name, and
 * keys that are not strings as their JSON text. Escapes `<`, `>`, `&`, U+2028 and U+2029. `onGrowth` can throw to stop it before the text
 * is built.
 */
export function stringifyJson(value: Value, layout?: JsonLayout, onGrowth?: OnGrowth): string {
  const output = new JsonWriter(layout, onGrowth);
  write(value, output, 0);
  return output.finish();
}

/** A text writer that also writes the separators between the parts of a value. */
class JsonWriter extends TextWriter {
  private readonly lines: string[] = [];
  readonly colon: string;

  constructor(
    private readonly layout: JsonLayout | undefined,
    private readonly beforeGrowth: OnGrowth | undefined,
  ) {
    super(beforeGrowth);
    this.colon = layout === undefined ? ':' : ': ';
  }

  /**
   * Returns the start of a line at this depth, or an empty string if there is no layout. Indentation can be much longer than the content,
   * so it is charged first.
   */
  newLine(depth: number): string {
    if (this.layout === undefined) {
      return '';
    }
    const known = this.lines[depth];
    if (known !== undefined) {
      return known;
    }
    const { prefix, indent } = this.layout;
    this.beforeGrowth?.(prefix.length + indent.length * depth);
    return (this.lines[depth] = `\n${prefix}${indent.repeat(depth)}`);
  }
}

function writeText(text: string, output: JsonWriter): void {
  if (text.length <= CHUNK_LENGTH) {
    output.push(quoteJson(text));
    return;
  }
  output.push('"');
  for (let start = 0; start < text.length;) {
    const end = endOfChunk(text, start);
    output.push(quoteJson(text.slice(start, end)).slice(1, -1));
    start = end;
  }
  output.push('"');
}

export function quoteJson(text: string): string {
  const quoted = JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
  return quoted.replace(GO_ESCAPES, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function write(value: Value, output: JsonWriter, depth: number): void {
  if (typeof value === 'string') {
    writeText(value, output);
  } else if (typeof value === 'number') {
    output.push(formatNumber(value));
  } else if (typeof value === 'boolean' || value === null) {
    output.push(String(value));
  } else {
    writeComposite(value, output, depth);
  }
}

function writeComposite(value: Extract<Value, object>, output: JsonWriter, depth: number): void {
  checkDepth(depth);
  if (isArray(value)) {
    writeItems(value, output, depth);
  } else if (value.kind === 'number') {
    output.push(formatNumber(value));
  } else if (value.kind === 'set') {
    writeItems(value.sorted(), output, depth);
  } else {
    writeMembers(value, output, depth);
  }
}

function writeItems(items: readonly Value[], output: JsonWriter, depth: number): void {
  if (items.length === 0) {
    output.push('[]');
    return;
  }
  let separator = `[${output.newLine(depth + 1)}`;
  for (const item of items) {
    output.push(separator);
    write(item, output, depth + 1);
    separator = `,${output.newLine(depth + 1)}`;
  }
  output.push(`${output.newLine(depth)}]`);
}

function writeMembers(object: RegoObject, output: JsonWriter, depth: number): void {
  const members = membersByName(object, depth);
  if (members.length === 0) {
    output.push('{}');
    return;
  }
  let separator = `{${output.newLine(depth + 1)}`;
  for (const [name, member] of members) {
    output.push(separator);
    writeText(name, output);
    output.push(output.colon);
    write(member, output, depth + 1);
    separator = `,${output.newLine(depth + 1)}`;
  }
  output.push(`${output.newLine(depth)}}`);
}

/** Returns the members by their JSON names. If two have the same name (`1` and `"1"`), the later one in Rego's order wins. */
function membersByName(object: RegoObject, depth: number): readonly (readonly [string, Value])[] {
  const entries = object.entries();
  if (entries.every(([key]) => typeof key === 'string')) {
    return entries as readonly (readonly [string, Value])[];
  }
  const members = new Map<string, Value>();
  for (const [key, member] of entries) {
    chargeVisits(1);
    members.set(nameOf(key, depth), member);
  }
  return [...members].sort(([a], [b]) => compareNames(a, b));
}

function nameOf(key: Value, depth: number): string {
  if (typeof key === 'string') {
    return key;
  }
  if (typeof key === 'number') {
    return formatNumber(key);
  }
  const output = new JsonWriter(undefined, undefined);
  write(key, output, depth + 1);
  return output.finish();
}
