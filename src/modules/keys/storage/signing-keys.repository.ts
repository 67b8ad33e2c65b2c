import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database, type Tx } from '../../../kernel/database/database';
import { KEYS_TOPIC, type KeyStatus, type PublicJwk } from '../contract/keys.types';
import { SigningKeyEntity } from './signing-key.entity';

/** Any constant: whoever makes or rotates keys does so alone. */
const KEYS_LOCK = 4_107_332;

@Injectable()
export class SigningKeysRepository {
  constructor(private readonly database: Database) {}

  /** Every key that is still published. */
  async all(): Promise<SigningKeyEntity[]> {
    return this.database.platformTransaction((tx) => tx.getRepository(SigningKeyEntity).find());
  }

  /** Runs `work` while no other process makes or rotates keys. */
  async exclusively<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.platformTransaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [KEYS_LOCK]);
      return work(tx);
    });
  }

  async findByStatus(tx: Tx, status: KeyStatus): Promise<SigningKeyEntity | null> {
    return tx.getRepository(SigningKeyEntity).findOneBy({ status });
  }

  async insert(tx: Tx, status: KeyStatus, jwk: PublicJwk, sealedPrivate: Buffer): Promise<void> {
    await tx.getRepository(SigningKeyEntity).insert({ kid: jwk.kid, status, publicJwk: jwk, sealedPrivate });
    await publishChanges(tx, [{ topic: KEYS_TOPIC, tenantId: null, key: jwk.kid, payload: { status } }]);
  }

  async setStatus(tx: Tx, kid: string, status: KeyStatus): Promise<void> {
    const retiredAt = status === 'retired' ? new Date() : null;
    await tx.getRepository(SigningKeyEntity).update({ kid }, { status, retiredAt });
    await publishChanges(tx, [{ topic: KEYS_TOPIC, tenantId: null, key: kid, payload: { status } }]);
  }

  /** Removes keys retired before a moment; nothing they signed is live any more. */
  async removeRetiredBefore(tx: Tx, moment: Date): Promise<void> {
    await tx.getRepository(SigningKeyEntity).delete({ status: 'retired', retiredAt: LessThan(moment) });
  }
}
