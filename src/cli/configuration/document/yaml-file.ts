import { isMap, isScalar, isSeq, LineCounter, type Document, parseDocument, visit, type YAMLMap } from 'yaml';
import { type Fault, type Place, pointerOf } from './fault';

/** A configuration file, with the place of each member. */
export interface YamlFile {
  readonly path: string;
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** Returns the place of the member at a path, or of the nearest member above it. */
  readonly placeOf: (path: readonly (string | number)[]) => Place;
}

/**
 * Reads YAML 1.2 or JSON. Reports syntax errors, names that occur twice in an object, and aliases, which can expand to gigabytes. The
 * library's check for duplicate names is not used, because it takes quadratic time.
 */
export function readYaml(path: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: false, strict: true });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line, column: col };
  };
  const faults: Fault[] = document.errors.map(({ message, pos }) => ({
    place: at(pos[0]),
    pointer: '',
    message: message.split('\n')[0] ?? '',
  }));
  if (faults.length === 0) faults.push(...nodeFaults(document, at));
  const value: unknown = faults.length === 0 ? document.toJS() : null;
  return { path, value, faults, placeOf: (members) => at(offsetOf(document, members)) };
}

function nodeFaults(document: Document, at: (offset: number) => Place): readonly Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Alias: (_key, node) => {
      faults.push({ place: at(node.range?.[0] ?? 0), pointer: '', message: 'aliases are not allowed' });
    },
    Map: (_key, map) => {
      faults.push(...nameFaults(map, at));
    },
  });
  return faults;
}

function nameFaults(map: YAMLMap, at: (offset: number) => Place): readonly Fault[] {
  const faults: Fault[] = [];
  const names = new Set<string>();
  for (const { key } of map.items) {
    const place = at(isScalar(key) ? (key.range?.[0] ?? 0) : (map.range?.[0] ?? 0));
    const name = isScalar(key) ? String(key.value) : null;
    if (name === null) faults.push({ place, pointer: '', message: 'the name of a member must be a plain string' });
    else if (names.has(name)) faults.push({ place, pointer: pointerOf([name]), message: 'is defined twice' });
    else names.add(name);
  }
  return faults;
}

/** Returns the offset of the name of a member, or of an item of a list. */
function offsetOf({ contents }: Document, path: readonly (string | number)[]): number {
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
