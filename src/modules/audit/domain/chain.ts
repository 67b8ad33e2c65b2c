import { sha256 } from '../../../kernel/ids/opaque-token';
import type { AuditEvent } from '../contract/audit.types';
import { canonicalRecord, type ChainedRecord, type SealedFields } from './record';
import { GrowingTree, leafHash } from './merkle-tree';

/** The hash that precedes the first record of a log. */
export const NO_HASH = Buffer.alloc(32);

/** The end of a log, which its next record continues. */
export interface Head {
  readonly tenantId: string;
  /** Number of records, which is also the sequence of the next record. */
  readonly size: number;
  /** SHA-256 of the newest record; {@link NO_HASH} before the first record. */
  readonly hash: Buffer;
  /** Roots of the tree's complete subtrees, largest first, 32 bytes each. */
  readonly frontier: Buffer;
}

/** An event with its sealed fields. */
export interface PreparedEvent {
  readonly event: AuditEvent;
  readonly sealed: SealedFields | null;
}

/** A record that is ready to be stored. */
export interface AppendedRecord extends ChainedRecord {
  /** SHA-256 of the record's canonical form. */
  readonly recordHash: Buffer;
  /** The leaf hash, then the roots of the subtrees that it completes, smallest first, 32 bytes each. */
  readonly nodes: Buffer;
}

/**
 * Continues a log with events in order. Each record gets the next sequence, the hash of the previous record, and a leaf in the tree (RFC
 * 9162), whose data is the record's canonical form.
 */
export function continueChain(
  head: Head,
  events: readonly PreparedEvent[],
): { readonly head: Head; readonly records: readonly AppendedRecord[] } {
  const tree = GrowingTree.continue(head.size, head.frontier);
  let previousHash = head.hash;
  const records = events.map(({ event, sealed }) => {
    const record: ChainedRecord = { event, sealed, sequence: tree.size, previousHash };
    const canonical = Buffer.from(canonicalRecord(record));
    const recordHash = sha256(canonical);
    const nodes = Buffer.concat(tree.append(leafHash(canonical)));
    previousHash = recordHash;
    return { ...record, recordHash, nodes };
  });
  return { head: { tenantId: head.tenantId, size: tree.size, hash: previousHash, frontier: tree.frontier }, records };
}
