import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors/app-error';
import { canonicalJson } from '../../kernel/json/canonical-json';
import type { AuditEvent, AuditReceipt } from './contract/audit.types';
import { openFields, personalPart } from './domain/personal-fields';
import type { PersonalFields } from './domain/record';
import { PersonKeys } from './person-keys';
import { RecordsRepository, type StoredRecord } from './storage/records.repository';

/** Matches values masked by encryption, which produces a different string each time. */
const ENCRYPTED = /\benc_[\w-]+/g;

/** Distinguishes a repeated event from a different event that has the same key. */
@Injectable()
export class RepeatedEvents {
  constructor(
    private readonly records: RecordsRepository,
    private readonly persons: PersonKeys,
  ) {}

  /**
   * Asserts that an event matches the record with its id: actor, action, resource and outcome. The request can differ. Fields sealed for a
   * person who was erased, and records that retention dropped, cannot be compared, so they count as equal.
   * @param isWhole true if time, app and address must match too; otherwise they are taken from the call. Errors: `unprocessable` when the
   * event differs.
   */
  async assertSame(event: AuditEvent, { sequenceId }: AuditReceipt, isWhole: boolean): Promise<void> {
    const stored = await this.records.at(event.tenantId, sequenceId);
    if (stored === null) return;
    const part = personalPart(event);
    const isSame =
      isAlike(saidBy(part?.rest ?? event, isWhole), saidBy(stored.event, isWhole)) &&
      (await this.isSameSealed(stored, part?.fields ?? {}, isWhole));
    if (!isSame) {
      throw new AppError('unprocessable', 'A different event has this idempotency key or event id; use a new one.');
    }
  }

  private async isSameSealed(
    { event, sealed }: StoredRecord,
    fields: PersonalFields,
    isWhole: boolean,
  ): Promise<boolean> {
    if (sealed === null) return isAlike(sealedOf(fields, isWhole), {});
    const key = (await this.persons.named(event.tenantId, [sealed.person])).get(sealed.person);
    if (key === undefined) return true;
    return isAlike(sealedOf(fields, isWhole), sealedOf(openFields(sealed.bytes, key, event), isWhole));
  }
}

function isAlike(one: object, other: object): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

function saidBy(event: AuditEvent, isWhole: boolean): object {
  const { actorType, actorId, action, resourceType, resourceId, outcome, reason, metadata, appId, ip, tsMs } = event;
  // A complete event does not name the service that forwarded it.
  const recorded = isWhole ? { ...metadata, emittedBy: '' } : metadata;
  const text = canonicalJson(recorded).replaceAll(ENCRYPTED, 'enc_');
  const said = { actorType, actorId, action, resourceType, resourceId, outcome, reason, text };
  return isWhole ? { ...said, appId, ip, tsMs } : said;
}

/**
 * Returns the sealed fields of an event. Includes the address only if the caller specified it, because otherwise it is the address of the
 * call.
 */
function sealedOf({ ip, ...said }: PersonalFields, isWhole: boolean): object {
  return isWhole && ip !== undefined ? { ...said, ip } : said;
}
