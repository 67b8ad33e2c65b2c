import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { assignmentsOf } from '../../../kernel/database/columns';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockGlobally } from '../../../kernel/database/locks';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import { KEYS_TOPIC, type KeyStatus, type PublicJwk } from '../contract/keys.types';
import { KEY_COLUMNS, SELECT_KEYS, type SigningKeyRow } from './signing-key.row';

/** The database's clock, the only clock that all processes share. */
const NOW = 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now';

/** The keys and the time at which they were read, in Unix milliseconds by the database's clock. */
export interface KeysAtTime {
  readonly keys: readonly SigningKeyRow[];
  readonly nowMs: number;
}

@Injectable()
export class SigningKeysRepository {
  constructor(private readonly database: Database) {}

  /** Returns every key that is still published. */
  async all(): Promise<readonly SigningKeyRow[]> {
    return this.database.platform().rows<SigningKeyRow>(SELECT_KEYS);
  }

  /** Returns every key that is still published, with the current time. */
  async allNow(): Promise<KeysAtTime> {
    return this.database.platformTransaction(keysNow);
  }

  /** Runs `work` while no other process creates or rotates keys. Its arguments are read under the lock. */
  async exclusively<T>(work: (tx: Tx, at: KeysAtTime) => Promise<T>): Promise<T> {
    return this.database.platformTransaction(async (tx) => work(tx, await this.locked(tx)));
  }

  /** Locks the keys in an existing transaction, so that no other process creates or rotates keys until the transaction ends. */
  async locked(tx: Tx): Promise<KeysAtTime> {
    await lockGlobally(tx, 'signingKeys');
    return keysNow(tx);
  }

  async insert(tx: Tx, status: KeyStatus, jwk: PublicJwk, sealedPrivate: Buffer, nowMs: number): Promise<void> {
    const activatedAt = status === 'active' ? new Date(nowMs) : null;
    await tx.run(
      `INSERT INTO keys.signing_keys (kid, status, public_jwk, sealed_private, activated_at) VALUES ($1, $2, $3, $4, $5)`,
      [jwk.kid, status, jwk, sealedPrivate, activatedAt],
    );
    await publish(tx, [jwk.kid], status);
  }

  /** Notifies all subscribers to token events: from now on, a different key signs. */
  async logRotation(tx: Tx, event: NewTokenEvent): Promise<void> {
    await tx.run('SELECT token_events.log_all($1::jsonb)', [toJsonb([event])]);
  }

  /** Records when keys were published, after the transaction that created them has committed. Does not need a notification. */
  async date(tx: Tx, kids: readonly string[], publishedAtMs: number, signsFromMs: number): Promise<void> {
    await change(tx, kids, { publishedAt: new Date(publishedAtMs), signsFrom: new Date(signsFromMs) });
  }

  async activate(tx: Tx, kid: string, nowMs: number): Promise<void> {
    await change(tx, [kid], { status: 'active', activatedAt: new Date(nowMs) });
    await publish(tx, [kid], 'active');
  }

  async retire(tx: Tx, kid: string, nowMs: number, publishUntilMs: number): Promise<void> {
    const times = { retiredAt: new Date(nowMs), publishUntil: new Date(publishUntilMs) };
    await change(tx, [kid], { status: 'retired', ...times });
    await publish(tx, [kid], 'retired');
  }

  /** Replaces the sealing of a private key, unless another process has done so. Does not need a notification. */
  async reseal(kid: string, from: Buffer, to: Buffer): Promise<void> {
    const sql = 'UPDATE keys.signing_keys SET sealed_private = $3 WHERE kid = $1 AND sealed_private = $2';
    await this.database.platform().run(sql, [kid, from, to]);
  }

  /** Removes keys, including their private parts. After a process receives the removal, it rejects tokens that these keys signed. */
  async remove(tx: Tx, kids: readonly string[]): Promise<void> {
    if (kids.length === 0) return;
    await tx.run('DELETE FROM keys.signing_keys WHERE kid = ANY ($1)', [kids]);
    await publish(tx, kids, 'removed');
  }
}

async function keysNow(tx: Tx): Promise<KeysAtTime> {
  const keys = await tx.rows<SigningKeyRow>(SELECT_KEYS);
  const row = await tx.one<{ now: number }>(NOW);
  return { keys, nowMs: row.now };
}

async function change(tx: Tx, kids: readonly string[], members: Partial<SigningKeyRow>): Promise<void> {
  const { sets, values } = assignmentsOf(KEY_COLUMNS, members, 2);
  await tx.run(`UPDATE keys.signing_keys SET ${sets.join(', ')} WHERE kid = ANY ($1)`, [kids, ...values]);
}

async function publish(tx: Tx, kids: readonly string[], status: KeyStatus | 'removed'): Promise<void> {
  await publishChanges(
    tx,
    kids.map((kid) => ({ topic: KEYS_TOPIC, tenantId: null, key: kid, payload: { status } })),
  );
}
