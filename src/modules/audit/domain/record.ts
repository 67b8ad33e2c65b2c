import type { AuditEvent } from '../contract/audit.types';
import { canonicalJson, canonicalText } from '../../../kernel/json/canonical-json';

/** Fields of a person that a record has as ciphertext alone. */
export interface SealedFields {
  /** `psn-…`: the key that opens them. */
  readonly person: string;
  /** AES-256-GCM of a JSON object with {@link PersonalFields}. */
  readonly bytes: Buffer;
}

/** The fields that are sealed under a person's key, without null and empty members. */
export interface PersonalFields {
  readonly actorId?: string;
  readonly ip?: string;
  readonly personal?: Readonly<Record<string, unknown>>;
}

/** An event in its place in a log. */
export interface ChainedRecord {
  /** Without what is sealed. */
  readonly event: AuditEvent;
  readonly sealed: SealedFields | null;
  /** From 0, the genesis record, on; the index of its leaf. */
  readonly sequence: number;
  /** SHA-256 of the record before. */
  readonly previousHash: Buffer;
}

/**
 * The canonical form of a record (RFC 8785): what is hashed, signed for and exported. Members that are absent or sealed are
 * null. Written out member by member, already sorted, for it is made for every event; its spec holds it to
 * {@link canonicalJson}.
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
