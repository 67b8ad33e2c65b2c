import { below } from '../../../kernel/json/json-pointer';
import type { FlagDefinition, FlagDocument, FlagFault } from '../contract/flag-document.types';
import type { FlagChange } from '../contract/flags-admin.types';
import { validateDocument } from './validate-document';

/** A change to one flag or to all flags. Excludes a revert, which needs the history. */
export type DirectChange = Exclude<FlagChange, { op: 'revert' }>;

/**
 * Returns the document after a change, or `null` if the document does not contain the flag that the change names. {@link changeFaults}
 * checks the result.
 */
export function applyChange(before: FlagDocument, change: DirectChange): FlagDocument | null {
  switch (change.op) {
    case 'replace':
      return change.document as FlagDocument;
    case 'put':
      return withFlag(before, change.key, change.flag as FlagDefinition);
    case 'delete':
      return Object.hasOwn(before.flags, change.key) ? withoutFlag(before, change.key) : null;
    case 'enable':
    case 'disable': {
      const flag = Object.hasOwn(before.flags, change.key) ? before.flags[change.key] : undefined;
      if (flag === undefined) return null;
      return withFlag(before, change.key, { ...flag, state: change.op === 'enable' ? 'ENABLED' : 'DISABLED' });
    }
  }
}

/** Returns the faults of a document after a change; pointers to its new parts are relative to the change. */
export function changeFaults(before: FlagDocument, change: DirectChange): readonly FlagFault[] {
  if (change.op === 'replace') return faultsOf(change.document, '', '/document');
  if (change.op !== 'put') return [];
  return faultsOf(applyChange(before, change), below('/flags', change.key), '/flag');
}

/** Returns a document with one flag added or replaced in place. Uses only own properties, regardless of their names. */
export function withFlag(document: FlagDocument, key: string, flag: FlagDefinition): FlagDocument {
  const entries = Object.entries(document.flags);
  const others = Object.hasOwn(document.flags, key)
    ? entries.map(([name, known]) => [name, name === key ? flag : known] as const)
    : [...entries, [key, flag] as const];
  return { ...document, flags: Object.fromEntries(others) };
}

export function withoutFlag(document: FlagDocument, key: string): FlagDocument {
  return { ...document, flags: Object.fromEntries(Object.entries(document.flags).filter(([name]) => name !== key)) };
}

/** @param own the pointer to the caller's part, reported as `place`. */
function faultsOf(document: unknown, own: string, place: string): readonly FlagFault[] {
  return validateDocument(document).map((fault) =>
    fault.pointer === own || fault.pointer.startsWith(`${own}/`)
      ? { ...fault, pointer: place + fault.pointer.slice(own.length) }
      : fault,
  );
}
