import type { TaskHandler } from '../../kernel/threads/pool-messages';
import type { FlagDocument, FlagFault } from './contract/flag-document.types';
import { changeFaults, type DirectChange } from './domain/apply-change';
import { checkFlagIn, readDocument, readFlag } from './domain/read-document';

/** Something of a tenant's flags to check. Documents and changes are JSON text, which crosses to a thread in no time. */
export type FlagCheck =
  /** A document as it was sent. */
  | { readonly kind: 'document'; readonly text: string }
  /** A flag as it was sent, by itself. */
  | { readonly kind: 'flag'; readonly text: string }
  /** A flag as it was sent, in the document that it comes into. */
  | { readonly kind: 'flag-in'; readonly text: string; readonly key: string; readonly document: string }
  /** A change to come. */
  | { readonly kind: 'change'; readonly text: string; readonly document: string };

/** Returns the faults; empty when there is none. */
export function checkFlags(check: FlagCheck): readonly FlagFault[] {
  const { kind, text } = check;
  if (kind === 'document') return readDocument(text).faults ?? [];
  if (kind === 'flag') return readFlag(text).faults ?? [];
  const document = JSON.parse(check.document) as FlagDocument;
  if (kind === 'change') return changeFaults(document, JSON.parse(text) as DirectChange);
  const flag = readFlag(text);
  return flag.faults ?? checkFlagIn(document, check.key, flag.value, text).faults ?? [];
}

/** Checks flags in a thread. */
const handler: TaskHandler<FlagCheck, readonly FlagFault[]> = (check) => checkFlags(check);

export default handler;
