import type { KeyObject } from 'node:crypto';
import { isId } from '../../../kernel/ids/ids';
import { decrypt, encrypt } from '../../../kernel/sealing/aes-gcm';
import type { AuditEvent } from '../contract/audit.types';
import type { PersonalFields, SealedFields } from './record';

/** The part of an event that is about a person, and that person. */
export interface PersonalPart {
  /** As the event names them. */
  readonly person: string;
  readonly fields: PersonalFields;
  /** The event without it. */
  readonly rest: AuditEvent;
}

/**
 * Returns the part of an event that must only be kept under a person's key: a user's address, the fields of
 * {@link AuditEvent.personal}, and the name of a user that another system gave. Our own ids stay readable: they are
 * random, identify nobody once the account and the key are gone, and the log must show who did something.
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

/** Seals fields under a person's key, for one record: in another they do not open. */
export function sealFields(
  fields: PersonalFields,
  { name, key }: { readonly name: string; readonly key: KeyObject },
  { tenantId, id }: Pick<AuditEvent, 'tenantId' | 'id'>,
): SealedFields {
  return { person: name, bytes: encrypt(key, Buffer.from(JSON.stringify(fields)), belongsTo(tenantId, id)) };
}

/** Opens what {@link sealFields} sealed. Throws when the key is another person's, or the bytes are another record's. */
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
