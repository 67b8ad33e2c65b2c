import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors/app-error';
import { canonicalJson } from '../../kernel/json/canonical-json';
import type { AuditEvent, AuditReceipt } from './contract/audit.types';
import { personalPart } from './domain/personal-fields';
import { PersonKeys } from './person-keys';
import { RecordsRepository } from './storage/records.repository';

/** Values that a tenant has masked by encrypting are another text each time. */
const ENCRYPTED = /\benc_[\w-]+/g;

/** Tells an event that is sent again under its key from another event under that key. */
@Injectable()
export class RepeatedEvents {
  constructor(
    private readonly records: RecordsRepository,
    private readonly persons: PersonKeys,
  ) {}

  /**
   * That an event says what the record of its id says: who did what, on what, with what end. When, and by which call, may
   * differ. Errors: `unprocessable` when it says something else. One that retention has dropped is taken for the same.
   */
  async assertSame(event: AuditEvent, { sequenceId }: AuditReceipt): Promise<void> {
    const { tenantId } = event;
    const stored = await this.records.at(tenantId, sequenceId);
    if (stored === null) return;
    const part = personalPart(event);
    const { person } = part ?? {};
    const name =
      person === undefined ? null : (await this.persons.obtain(tenantId, new Set([person]))).get(person)?.name;
    const said = [saidBy(part?.rest ?? event), name ?? null];
    if (canonicalJson(said) === canonicalJson([saidBy(stored.event), stored.sealed?.person ?? null])) return;
    throw new AppError('unprocessable', 'This idempotency key stands for another event: use a new one.');
  }
}

function saidBy({
  actorType,
  actorId,
  action,
  resourceType,
  resourceId,
  outcome,
  reason,
  metadata,
}: AuditEvent): object {
  const text = canonicalJson(metadata).replaceAll(ENCRYPTED, 'enc_');
  return { actorType, actorId, action, resourceType, resourceId, outcome, reason, text };
}
