import type { TaskHandler } from '../../kernel/threads/pool-messages';
import type { FlagDocument, FlagFault } from './contract/flag-document.types';
import { changeFaults, type DirectChange } from './domain/apply-change';
import { checkFlagIn, readDocument, readFlag } from './domain/read-document';

/** A check of a tenant's flags. Documents and changes are JSON strings, which are cheap to pass to a thread. */
export type FlagCheck =
  /** A document as received. */
  | { readonly kind: 'document'; readonly text: string }
  /** A flag as received, without a document. */
  | { readonly kind: 'flag'; readonly text: string }
  /** A flag as received, within the document that will contain it. */
  | { readonly kind: 'flag-in'; readonly text: string; readonly key: string; readonly document: string }
  /** A scheduled change. */
  | { readonly kind: 'change'; readonly text: string; readonly document: string };

/** Returns the faults; an empty list if there are no faults. */
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
