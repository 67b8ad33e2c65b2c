import { Injectable } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import type { CallContext } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/database';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { Sealer } from '../../kernel/sealing/sealer';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { KEYS_TOPIC, type KeyStatus } from './contract/keys.types';
import type { SignerPort } from './contract/signer.port';
import { compactJws, encodeHeader } from './domain/compact-jws';
import { newRsaKey, privateKeyOf } from './domain/rsa-key';
import { SigningKeysRepository } from './storage/signing-keys.repository';

interface ActiveKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly headers: Map<string, string>;
}

/** A retired key stays published this long: the longest life of an access token, and an hour for slow caches. */
const RETIRED_FOR_MS = 25 * 3_600_000;

/** The private half: makes, rotates and uses the signing keys, sealed by `MASTER_KEY` at rest. */
@Injectable()
export class SignerService implements SignerPort, ChangeHolder {
  readonly topics = [KEYS_TOPIC];
  private active: ActiveKey | null = null;

  constructor(
    private readonly repository: SigningKeysRepository,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  signJwt(typ: string, claims: Readonly<Record<string, unknown>>): string {
    const key = this.active;
    if (!key || !this.feed.isFresh()) throw new AppError('unavailable', 'No signing key is at hand; try again.');
    let header = key.headers.get(typ);
    if (header === undefined) {
      header = encodeHeader(key.kid, typ);
      key.headers.set(typ, header);
    }
    return compactJws(header, claims, key.privateKey);
  }

  async rotate(context: CallContext): Promise<string> {
    const kid = await this.repository.exclusively(async (tx) => {
      const active = await this.repository.findByStatus(tx, 'active');
      const next = await this.repository.findByStatus(tx, 'next');
      if (!next) throw new Error('There is no next key to rotate to.');
      if (active) await this.repository.setStatus(tx, active.kid, 'retired');
      await this.repository.setStatus(tx, next.kid, 'active');
      await this.create(tx, 'next');
      await this.repository.removeRetiredBefore(tx, new Date(this.clock.nowMs() - RETIRED_FOR_MS));
      const event = auditEvent(
        context,
        { action: 'keys.rotate', resourceType: 'signing_key', resourceId: next.kid },
        this.clock.nowMs(),
      );
      await stageEvent(tx, stagedAuditEvent(event));
      return next.kid;
    });
    await this.feed.catchUp();
    return kid;
  }

  /** Makes the first keys of an installation; does nothing when they are there. */
  async ensureKeys(): Promise<void> {
    await this.repository.exclusively(async (tx) => {
      for (const status of ['active', 'next'] as const) {
        if (!(await this.repository.findByStatus(tx, status))) await this.create(tx, status);
      }
    });
  }

  async load(): Promise<void> {
    const row = (await this.repository.all()).find(({ status }) => status === 'active');
    if (row?.kid === this.active?.kid) return;
    this.active = row
      ? { kid: row.kid, privateKey: privateKeyOf(this.open(row.sealedPrivate, row.kid)), headers: new Map() }
      : null;
  }

  apply(): Promise<void> {
    return this.load();
  }

  private async create(tx: Tx, status: KeyStatus): Promise<void> {
    const { jwk, privateDer } = await newRsaKey();
    await this.repository.insert(tx, status, jwk, this.sealer.seal(privateDer, owner(jwk.kid)));
  }

  private open(sealed: Buffer, kid: string): Buffer {
    try {
      return this.sealer.open(sealed, owner(kid));
    } catch (cause) {
      throw new Error(`MASTER_KEY does not open the signing key ${kid}: it is not the one that sealed it.`, { cause });
    }
  }
}

function owner(kid: string): string {
  return `keys/signing_keys/${kid}`;
}
