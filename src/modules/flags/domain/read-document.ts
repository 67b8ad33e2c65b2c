import { FLAG_LIMITS, type FlagDefinition, type FlagDocument, type FlagFault } from '../contract/flag-document.types';
import { withFlag } from './apply-change';
import { lineAndColumn, placesOf, scanJson } from '../../../kernel/json/json-scan';
import { validateDocument } from './validate-document';

/** The value, or the faults for which the value is rejected. */
export type Read<T> = { readonly value: T; readonly faults: null } | { readonly faults: readonly FlagFault[] };

/** Parses and checks a flag document. Each fault has a line and a column. */
export function readDocument(text: string): Read<FlagDocument> {
  const parsed = parse(text);
  if (parsed.faults !== null) return parsed;
  const faults = validateDocument(parsed.value);
  if (faults.length > 0) return { faults: placed(faults, text) };
  // The validation guarantees the type.
  return { value: parsed.value as FlagDocument, faults: null };
}

/** Parses one flag; it is checked later within its document. */
export function readFlag(text: string): Read<unknown> {
  return parse(text);
}

/** Checks a flag as a member of a document; pointers and lines refer to the flag's own JSON. */
export function checkFlagIn(document: FlagDocument, key: string, flag: unknown, text: string): Read<FlagDocument> {
  const changed = withFlag(document, key, flag as FlagDefinition);
  const faults = validateDocument(changed);
  if (faults.length === 0) return { value: changed, faults: null };
  const prefix = `/flags/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = faults.map((fault) =>
    fault.pointer === prefix || fault.pointer.startsWith(`${prefix}/`)
      ? { ...fault, pointer: fault.pointer.slice(prefix.length) }
      : fault,
  );
  return { faults: placed(own, text) };
}

function parse(text: string): Read<unknown> {
  const { maxBytes, maxDepth } = FLAG_LIMITS;
  if (Buffer.byteLength(text) > maxBytes) {
    return { faults: [{ pointer: '', code: 'too_large', message: `Flags have at most ${maxBytes} bytes as JSON.` }] };
  }
  const fault = scanJson(text, maxDepth);
  if (fault) {
    const { pointer, code, message, offset } = fault;
    return { faults: [{ pointer, code, message, ...lineAndColumn(text, offset) }] };
  }
  return { value: parseChecked(text), faults: null };
}

/** Parses flags' JSON that has already been checked. */
export function parseChecked(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ''));
}

/** Adds the line of the pointer, or of its nearest existing parent, to faults. */
function placed(faults: readonly FlagFault[], text: string): readonly FlagFault[] {
  const wanted = new Set(faults.flatMap(({ pointer }) => withParents(pointer)));
  const places = placesOf(text, wanted, FLAG_LIMITS.maxDepth);
  return faults.map((fault) => {
    const nearest = withParents(fault.pointer).find((pointer) => places.has(pointer));
    const offset = nearest === undefined ? undefined : places.get(nearest);
    return offset === undefined ? fault : { ...fault, ...lineAndColumn(text, offset) };
  });
}

/** Returns a pointer and its parents, the deepest first. */
function withParents(pointer: string): readonly string[] {
  const parts = pointer.split('/').slice(1);
  return Array.from({ length: parts.length + 1 }, (_, index) =>
    parts
      .slice(0, parts.length - index)
      .map((part) => `/${part}`)
      .join(''),
  );
}
