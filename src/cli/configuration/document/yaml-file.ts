import { isAlias, isMap, isScalar, isSeq, LineCounter, type Document, parseDocument, type YAMLMap } from 'yaml';
import { type Fault, type Place, pointerOf } from './fault';

/** The deepest nesting that a file can have. The platform accepts less in every value. */
const MAX_DEPTH = 100;

type Path = readonly (string | number)[];

/** A configuration file, with the place of each member. */
export interface YamlFile {
  readonly path: string;
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** Returns the place of the member at a path, or of the nearest member above it. */
  readonly placeOf: (path: Path) => Place;
}

/**
 * Reads YAML 1.2 or JSON. Reports syntax errors, unknown tags, names that occur twice in an object or are not strings, deep nesting, and
 * aliases, which can expand to gigabytes. The library's check for duplicate names is not used, because it takes quadratic time.
 */
export function readYaml(path: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: false, strict: true });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line, column: col };
  };
  const faults = syntaxFaults(document, at);
  if (faults.length === 0) addNodeFaults(document.contents, [], at, faults);
  const value: unknown = faults.length === 0 ? document.toJS() : null;
  return { path, value, faults, placeOf: (members) => at(offsetOf(document, members)) };
}

/** Returns the faults of the syntax. A text that exhausts the parser's stack has one fault instead of one for each level. */
function syntaxFaults({ errors, warnings }: Document, at: (offset: number) => Place): Fault[] {
  const deep = errors.find(({ message }) => message.startsWith('Maximum call stack'));
  if (deep !== undefined) return [tooDeep(at(deep.pos[0]), '')];
  return [...errors, ...warnings].map(({ message, pos }) => ({
    place: at(pos[0]),
    pointer: '',
    message: message.split('\n')[0] ?? '',
  }));
}

function tooDeep(place: Place, pointer: string): Fault {
  return { place, pointer, message: `is nested more than ${MAX_DEPTH} levels deep` };
}

/** Adds the faults of a node and of the nodes below it. @param node an alias, a map, a list, a scalar or nothing. */
function addNodeFaults(node: unknown, path: Path, at: (offset: number) => Place, faults: Fault[]): void {
  const place = at((node as { readonly range?: readonly number[] | null } | null)?.range?.[0] ?? 0);
  if (path.length > MAX_DEPTH) faults.push(tooDeep(place, pointerOf(path.slice(0, 3))));
  else if (isAlias(node)) faults.push({ place, pointer: pointerOf(path), message: 'must not be an alias' });
  else if (isSeq(node)) node.items.forEach((item, index) => addNodeFaults(item, [...path, index], at, faults));
  else if (isMap(node)) addMapFaults(node, path, at, faults);
}

function addMapFaults(map: YAMLMap, path: Path, at: (offset: number) => Place, faults: Fault[]): void {
  const names = new Set<string>();
  for (const { key, value } of map.items) {
    const place = at(isScalar(key) ? (key.range?.[0] ?? 0) : (map.range?.[0] ?? 0));
    if (!isScalar(key)) {
      faults.push({ place, pointer: pointerOf(path), message: 'must have plain strings as the names of its members' });
      continue;
    }
    const name = String(key.value);
    const message = nameFault(key.value, key.source, names);
    if (message !== null) faults.push({ place, pointer: pointerOf([...path, name]), message });
    names.add(name);
    addNodeFaults(value, [...path, name], at, faults);
  }
}

/** Returns the fault of the name of a member; `null` if there is none. @param source the name as the file spells it. */
function nameFault(name: unknown, source: string | undefined, earlier: ReadonlySet<string>): string | null {
  if (typeof name !== 'string') {
    return `must be in quotes, because YAML does not read ${source ?? 'an empty name'} as a string`;
  }
  // Validation drops a member with this name without an error.
  if (name === '__proto__') return 'is a reserved name';
  return earlier.has(name) ? 'is defined twice' : null;
}

/** Returns the offset of the name of a member, or of an item of a list. */
function offsetOf({ contents }: Document, path: Path): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined || !isScalar(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      const range = (node as { readonly range?: readonly number[] | null } | undefined)?.range;
      if (range?.[0] === undefined) return offset;
      offset = range[0];
    } else return offset;
  }
  return offset;
}
