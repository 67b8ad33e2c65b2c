import type { FlagDefinition, FlagDocument, FlagFault } from '../contract/flag-document.types';
import type { FlagChange } from '../contract/flags-admin.types';
import { below, isObject } from './json-object';
import { validateDocument } from './validate-document';

/** The document after a change, or why it cannot be made; `null`: what it names is not there. */
export type Changed = { readonly document: FlagDocument } | { readonly faults: readonly FlagFault[] } | null;

/** A change of one flag or of all, but for a revert, which needs the history. Pointers of faults are into the change. */
export function applyChange(before: FlagDocument, change: Exclude<FlagChange, { op: 'revert' }>): Changed {
  switch (change.op) {
    case 'replace':
      return checked(change.document, '', '/document');
    case 'put':
      return checked(withFlag(before, change.key, change.flag as FlagDefinition), below('/flags', change.key), '/flag');
    case 'delete':
      return Object.hasOwn(before.flags, change.key) ? { document: withoutFlag(before, change.key) } : null;
    case 'enable':
    case 'disable': {
      const flag = Object.hasOwn(before.flags, change.key) ? before.flags[change.key] : undefined;
      if (flag === undefined) return null;
      return {
        document: withFlag(before, change.key, { ...flag, state: change.op === 'enable' ? 'ENABLED' : 'DISABLED' }),
      };
    }
  }
}

/** A document with one flag made or replaced, in its place. Own members alone, whatever they are called. */
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

/** Holds what came to be to the format. @param own pointer of the part that is the caller's, told as `place`. */
function checked(document: unknown, own: string, place: string): Changed {
  const faults = validateDocument(document);
  if (faults.length === 0 && isObject(document)) return { document: document as unknown as FlagDocument };
  return {
    faults: faults.map((fault) =>
      fault.pointer === own || fault.pointer.startsWith(`${own}/`)
        ? { ...fault, pointer: place + fault.pointer.slice(own.length) }
        : fault,
    ),
  };
}
