import type { AuditEvent } from '../contract/audit.types';
import { canonicalJson, canonicalText } from '../../../kernel/json/canonical-json';

/** A person's fields, which a record contains only as ciphertext. */
export interface SealedFields {
  /** `psn-…`: the name of the key that opens them. */
  readonly person: string;
  /** A JSON object with {@link PersonalFields}, encrypted with AES-256-GCM. */
  readonly bytes: Buffer;
}

/** The fields that are sealed with a person's key, excluding null and empty members. */
export interface PersonalFields {
  readonly actorId?: string;
  readonly ip?: string;
  readonly personal?: Readonly<Record<string, unknown>>;
}

/** An event at its position in a log. */
export interface ChainedRecord {
  /** The event without its sealed fields. */
  readonly event: AuditEvent;
  readonly sealed: SealedFields | null;
  /** Starts at 0 with the genesis record; also the index of the leaf. */
  readonly sequence: number;
  /** SHA-256 of the previous record. */
  readonly previousHash: Buffer;
}

/**
 * Returns the canonical form of a record (RFC 8785), which is hashed, signed and exported. Absent and sealed members are null. For speed,
 * the function writes the members one by one in sorted order; its spec compares the result with {@link canonicalJson}.
 */
export function canonicalRecord({ event, sealed, sequence, previousHash }: ChainedRecord): string {
  const { metadata } = event;
  return (
    `{"action":${canonicalText(event.action)},"actorId":${orNull(event.actorId === '' && sealed ? null : event.actorId)}` +
    `,"actorType":${canonicalText(event.actorType)},"appId":${orNull(event.appId)},"id":${canonicalText(event.id)}` +
    `,"ip":${orNull(event.ip)},"metadata":${canonicalJson(metadata)},"outcome":${canonicalText(event.outcome)}` +
    `,"person":${orNull(sealed?.person ?? null)},"policyRevision":${orNull(event.policyRevision)}` +
    `,"previousHash":"${previousHash.toString('hex')}","reason":${canonicalText(event.reason)}` +
    `,"requestId":${canonicalText(event.requestId)},"resourceId":${canonicalText(event.resourceId)}` +
    `,"resourceType":${canonicalText(event.resourceType)}` +
    `,"sealed":${sealed === null ? 'null' : `"${sealed.bytes.toString('base64')}"`},"sequenceId":${sequence}` +
    `,"tenantId":${canonicalText(event.tenantId)},"ts":"${new Date(event.tsMs).toISOString()}","v":1}`
  );
}

function orNull(text: string | null): string {
  return text === null ? 'null' : canonicalText(text);
}
