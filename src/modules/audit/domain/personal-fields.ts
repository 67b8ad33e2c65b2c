import type { KeyObject } from 'node:crypto';
import { isId } from '../../../kernel/ids/ids';
import { decrypt, encrypt } from '../../../kernel/sealing/aes-gcm';
import type { AuditEvent } from '../contract/audit.types';
import type { PersonalFields, SealedFields } from './record';

/** What of an event is about a person, and who that is. */
export interface PersonalPart {
  /** As the event names them. */
  readonly person: string;
  readonly fields: PersonalFields;
  /** The event without it. */
  readonly rest: AuditEvent;
}

/**
 * What of an event must only be kept under a person's key: a user's address, what {@link AuditEvent.personal} says, and
 * the name of a user that another system gave. An id of ours is a random name that tells of nobody once the account and
 * the key are gone, so it stays readable: who did something is what the log is for.
 * @returns `null` when there is nothing of the kind.
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

/** What {@link sealFields} sealed. Throws when the key is another's, or the bytes are another record's. */
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
