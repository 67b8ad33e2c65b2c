import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { stageEvent, type StagedEvent } from '../../../kernel/database/staged-event';

/** Change feed topic for erased people; the key of a change is the person's name in the log. */
export const PERSONS_TOPIC = 'audit.persons';

/** The stored key of a person. */
export interface SealedPerson {
  /** The person's id in events. */
  readonly id: string;
  /** `psn-…`, the person's name in records. */
  readonly name: string;
  /** The data key that sealed this key. */
  readonly keyId: string;
  readonly sealed: Buffer;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly key_id: string;
  readonly sealed: Buffer;
}

const COLUMNS = 'id, name, key_id, sealed';

@Injectable()
export class PersonsRepository {
  constructor(private readonly database: Database) {}

  async find(tenantId: string, ids: readonly string[]): Promise<readonly SealedPerson[]> {
    const sql = `SELECT ${COLUMNS} FROM audit.persons WHERE tenant_id = $1 AND id = ANY ($2)`;
    return (await this.database.tenant(tenantId).rows<Row>(sql, [tenantId, ids])).map(personOf);
  }

  async findByNames(tenantId: string, names: readonly string[]): Promise<readonly SealedPerson[]> {
    const sql = `SELECT ${COLUMNS} FROM audit.persons WHERE tenant_id = $1 AND name = ANY ($2)`;
    return (await this.database.tenant(tenantId).rows<Row>(sql, [tenantId, names])).map(personOf);
  }

  /** Stores the keys of new people, except keys that another process stored first. @returns the stored keys. */
  async insert(tenantId: string, persons: readonly SealedPerson[]): Promise<readonly SealedPerson[]> {
    await this.database.tenant(tenantId).run(
      `INSERT INTO audit.persons (tenant_id, id, name, key_id, sealed)
       SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[]) ON CONFLICT DO NOTHING`,
      [
        tenantId,
        persons.map(({ id }) => id),
        persons.map(({ name }) => name),
        persons.map(({ keyId }) => keyId),
        persons.map(({ sealed }) => sealed),
      ],
    );
    return this.find(
      tenantId,
      persons.map(({ id }) => id),
    );
  }

  /**
   * Destroys a person's key and notifies every process.
   * @param eventOf creates the event from the person's name in the log.
   * @returns that name; `null` when there is no such person, or `held` under a legal hold.
   */
  async erase(tx: Tx, tenantId: string, id: string, eventOf: (name: string) => StagedEvent): Promise<string | null> {
    // Locks the row, and creates it if it is missing, to serialize the erasure with a legal hold that is set at the same time.
    const settings = await tx.rows<{ hold_reason: string | null }>(
      `INSERT INTO audit.retention (tenant_id) VALUES ($1)
         ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = $1 RETURNING hold_reason`,
      [tenantId],
    );
    if (settings.some(({ hold_reason: reason }) => reason !== null)) return 'held';
    const row = await tx.maybeOne<Pick<Row, 'name'>>(
      'DELETE FROM audit.persons WHERE tenant_id = $1 AND id = $2 RETURNING name',
      [tenantId, id],
    );
    const name = row?.name;
    if (name === undefined) return null;
    await publishChanges(tx, [{ topic: PERSONS_TOPIC, tenantId, key: name, payload: {} }]);
    await stageEvent(tx, eventOf(name));
    return name;
  }
}

function personOf({ id, name, key_id: keyId, sealed }: Row): SealedPerson {
  return { id, name, keyId, sealed };
}
