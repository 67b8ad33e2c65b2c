import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database, type Tx } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import { KEYS_TOPIC, type KeyStatus, type PublicJwk } from '../contract/keys.types';
import { SigningKeyEntity } from './signing-key.entity';

/** Any constant: whoever makes or rotates keys does so alone. */
const KEYS_LOCK = 4_107_332;
/** The database's clock: the only one that every process shares. */
const NOW = 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now';

/** The keys and the time at which they were read, in Unix milliseconds of the database's clock. */
export interface KeysAtTime {
  readonly keys: readonly SigningKeyEntity[];
  readonly nowMs: number;
}

@Injectable()
export class SigningKeysRepository {
  constructor(private readonly database: Database) {}

  /** Every key that is still published. */
  async all(): Promise<readonly SigningKeyEntity[]> {
    return this.database.platformTransaction((tx) => tx.getRepository(SigningKeyEntity).find());
  }

  /** The same, with the time. */
  async allNow(): Promise<KeysAtTime> {
    return this.database.platformTransaction(keysNow);
  }

  /** Runs `work` while no other process makes or rotates keys. What it is given was read within the lock. */
  async exclusively<T>(work: (tx: Tx, at: KeysAtTime) => Promise<T>): Promise<T> {
    return this.database.platformTransaction(async (tx) => work(tx, await this.locked(tx)));
  }

  /** The same within a transaction that is there already: no other process makes or rotates keys until it ends. */
  async locked(tx: Tx): Promise<KeysAtTime> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [KEYS_LOCK]);
    return keysNow(tx);
  }

  async insert(tx: Tx, status: KeyStatus, jwk: PublicJwk, sealedPrivate: Buffer, nowMs: number): Promise<void> {
    const activatedAt = status === 'active' ? new Date(nowMs) : null;
    await tx
      .getRepository(SigningKeyEntity)
      .insert({ kid: jwk.kid, status, publicJwk: jwk, sealedPrivate, activatedAt });
    await publish(tx, [jwk.kid], status);
  }

  /** Tells everybody who follows tokens that another key signs from now on. */
  async logRotation(tx: Tx, event: NewTokenEvent): Promise<void> {
    await tx.query('SELECT token_events.log_all($1::jsonb)', [toJsonb([event])]);
  }

  /** Says when keys were published, once their own transaction has committed. Nobody needs to hear of it. */
  async date(tx: Tx, kids: readonly string[], publishedAtMs: number, signsFromMs: number): Promise<void> {
    const times = { publishedAt: new Date(publishedAtMs), signsFrom: new Date(signsFromMs) };
    await tx.getRepository(SigningKeyEntity).update({ kid: In([...kids]) }, times);
  }

  async activate(tx: Tx, kid: string, nowMs: number): Promise<void> {
    await tx.getRepository(SigningKeyEntity).update({ kid }, { status: 'active', activatedAt: new Date(nowMs) });
    await publish(tx, [kid], 'active');
  }

  async retire(tx: Tx, kid: string, nowMs: number, publishUntilMs: number): Promise<void> {
    const times = { retiredAt: new Date(nowMs), publishUntil: new Date(publishUntilMs) };
    await tx.getRepository(SigningKeyEntity).update({ kid }, { status: 'retired', ...times });
    await publish(tx, [kid], 'retired');
  }

  /** Replaces the sealing of a private key, unless another process has done so. Nobody needs to hear of it. */
  async reseal(kid: string, from: Buffer, to: Buffer): Promise<void> {
    await this.database.platformTransaction((tx) =>
      tx.getRepository(SigningKeyEntity).update({ kid, sealedPrivate: from }, { sealedPrivate: to }),
    );
  }

  /** Removes keys, private parts included: what they signed is refused as soon as a process hears of it. */
  async remove(tx: Tx, kids: readonly string[]): Promise<void> {
    if (kids.length === 0) return;
    await tx.getRepository(SigningKeyEntity).delete({ kid: In([...kids]) });
    await publish(tx, kids, 'removed');
  }
}

async function keysNow(tx: Tx): Promise<KeysAtTime> {
  const keys = await tx.getRepository(SigningKeyEntity).find();
  const [row]: { now: number }[] = await tx.query(NOW);
  if (!row) throw new Error('The database did not tell the time.');
  return { keys, nowMs: row.now };
}

async function publish(tx: Tx, kids: readonly string[], status: KeyStatus | 'removed'): Promise<void> {
  await publishChanges(
    tx,
    kids.map((kid) => ({ topic: KEYS_TOPIC, tenantId: null, key: kid, payload: { status } })),
  );
}
