import { compareStrings } from './compare';
import { checkDepth } from './depth';
import { formatNumber } from './number';
import type { RegoObject } from './object';
import { isArray } from './type-name';
import type { Value } from './value';

/** How Go's `json.MarshalIndent` lays out: every line but the first starts with `prefix`, then `indent` per level. */
export interface JsonLayout {
  readonly prefix: string;
  readonly indent: string;
}

// Go's encoding/json escapes what HTML and JavaScript could misread; JSON.stringify does the rest as Go does.
const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/**
 * The JSON text of a value as OPA's `json.marshal` writes it: numbers exact, sets as sorted arrays, members sorted by name, keys that are no
 * strings as their JSON text; `<`, `>`, `&`, U+2028 and U+2029 escaped.
 */
export function stringifyJson(value: Value, layout?: JsonLayout): string {
  const parts: string[] = [];
  write(value, layout, 0, parts);
  return parts.join('');
}

export function quoteJson(text: string): string {
  const quoted = JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
  return quoted.replace(GO_ESCAPES, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function write(value: Value, layout: JsonLayout | undefined, depth: number, parts: string[]): void {
  if (typeof value === 'string') {
    parts.push(quoteJson(value));
  } else if (typeof value === 'number') {
    parts.push(formatNumber(value));
  } else if (typeof value === 'boolean' || value === null) {
    parts.push(String(value));
  } else {
    writeComposite(value, layout, depth, parts);
  }
}

function writeComposite(
  value: Extract<Value, object>,
  layout: JsonLayout | undefined,
  depth: number,
  parts: string[],
): void {
  checkDepth(depth);
  if (isArray(value)) {
    writeItems(value, layout, depth, parts);
  } else if (value.kind === 'number') {
    parts.push(formatNumber(value));
  } else if (value.kind === 'set') {
    writeItems(value.sorted(), layout, depth, parts);
  } else {
    writeMembers(value, layout, depth, parts);
  }
}

function writeItems(items: readonly Value[], layout: JsonLayout | undefined, depth: number, parts: string[]): void {
  if (items.length === 0) {
    parts.push('[]');
    return;
  }
  let separator = `[${newLine(layout, depth + 1)}`;
  for (const item of items) {
    parts.push(separator);
    write(item, layout, depth + 1, parts);
    separator = `,${newLine(layout, depth + 1)}`;
  }
  parts.push(newLine(layout, depth), ']');
}

function writeMembers(object: RegoObject, layout: JsonLayout | undefined, depth: number, parts: string[]): void {
  const members = membersByName(object, depth);
  if (members.length === 0) {
    parts.push('{}');
    return;
  }
  let separator = `{${newLine(layout, depth + 1)}`;
  for (const [name, member] of members) {
    parts.push(separator, quoteJson(name), layout === undefined ? ':' : ': ');
    write(member, layout, depth + 1, parts);
    separator = `,${newLine(layout, depth + 1)}`;
  }
  parts.push(newLine(layout, depth), '}');
}

function newLine(layout: JsonLayout | undefined, depth: number): string {
  return layout === undefined ? '' : `\n${layout.prefix}${layout.indent.repeat(depth)}`;
}

/** Members by their name in JSON; of two with one name (`1` and `"1"`) the later in Rego's order counts. */
function membersByName(object: RegoObject, depth: number): readonly (readonly [string, Value])[] {
  const entries = object.entries();
  if (entries.every(([key]) => typeof key === 'string')) {
    return entries as readonly (readonly [string, Value])[];
  }
  const members = new Map<string, Value>();
  for (const [key, member] of entries) {
    members.set(nameOf(key, depth), member);
  }
  return [...members].sort(([a], [b]) => compareStrings(a, b));
}

function nameOf(key: Value, depth: number): string {
  if (typeof key === 'string') {
    return key;
  }
  const parts: string[] = [];
  write(key, undefined, depth + 1, parts);
  return parts.join('');
}
