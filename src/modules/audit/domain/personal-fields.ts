import type { KeyObject } from 'node:crypto';
import { isId } from '../../../kernel/ids/ids';
import { decrypt, encrypt } from '../../../kernel/sealing/aes-gcm';
import type { AuditEvent } from '../contract/audit.types';
import type { PersonalFields, SealedFields } from './record';

/** The part of an event that describes a person, and that person's id. */
export interface PersonalPart {
  /** The person's id in the event. */
  readonly person: string;
  readonly fields: PersonalFields;
  /** The event without the personal part. */
  readonly rest: AuditEvent;
}

/**
 * Returns the part of an event that must be sealed with a person's key: a user's address, the fields of {@link AuditEvent.personal}, and
 * user ids from other systems. This product's ids stay readable, because the log must show the actor. They are random, and do not identify
 * anyone after the account and the key are deleted.
 * @returns `null` when there is no such part.
 */
export function personalPart(event: AuditEvent): PersonalPart | null {
  const isUser = event.actorType === 'user' && event.actorId !== '';
  const isForeign = isUser && !isId('usr', event.actorId);
  const { personal } = event;
  if (!isForeign && personal === null && !(isUser && event.ip !== null)) return null;
  const fields: PersonalFields = {
    ...(isForeign ? { actorId: event.actorId } : {}),
    ...(event.ip === null ? {} : { ip: event.ip }),
    ...(personal === null ? {} : { personal }),
  };
  return {
    person: event.actorId,
    fields,
    rest: { ...event, actorId: isForeign ? '' : event.actorId, ip: null, personal: null },
  };
}

/** Seals fields with a person's key for one record. They cannot be opened in a different record. */
export function sealFields(
  fields: PersonalFields,
  { name, key }: { readonly name: string; readonly key: KeyObject },
  { tenantId, id }: Pick<AuditEvent, 'tenantId' | 'id'>,
): SealedFields {
  return { person: name, bytes: encrypt(key, Buffer.from(JSON.stringify(fields)), belongsTo(tenantId, id)) };
}

/**
 * Opens fields that {@link sealFields} sealed. Throws when the key belongs to a different person or the bytes are from a different record.
 */
export function openFields(
  bytes: Buffer,
  key: KeyObject,
  { tenantId, id }: Pick<AuditEvent, 'tenantId' | 'id'>,
): PersonalFields {
  return JSON.parse(decrypt(key, bytes, belongsTo(tenantId, id)).toString('utf8')) as PersonalFields;
}

function belongsTo(tenantId: string, id: string): Buffer {
  return Buffer.from(JSON.stringify(['audit', tenantId, id]));
}
