import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { INSTALLATION_LOG, tokenEventOf } from '../token-events/contract/token-events.types';
import type { KeyRotationPort } from './contract/key-rotation.port';
import type { KeyRotation, KeyRotationOrder, KeyStatus, SigningKeyList } from './contract/keys.types';
import { dutiesAt, isIdle, publishUntil, rotatesAt, signsFrom } from './domain/key-plan';
import { plannedKey, shownKey } from './key-views';
import { PlanTimesOf } from './plan-times';
import { SealedKeys } from './sealed-keys';
import type { SigningKeyRow } from './storage/signing-key.row';
import { type KeysAtTime, SigningKeysRepository } from './storage/signing-keys.repository';

/**
 * The maximum number of steps in a run. From any state, fewer steps are needed until no action is due: `create`, `date`, `rotate`, `date`.
 */
const MAX_STEPS = 8;

/** Executes the plan: creates, publishes, rotates and removes keys. One process at a time executes it, each step in a transaction. */
@Injectable()
export class KeyRotationService implements KeyRotationPort {
  constructor(
    private readonly repository: SigningKeysRepository,
    private readonly sealed: SealedKeys,
    private readonly times: PlanTimesOf,
    private readonly feed: ChangeFeed,
    private readonly writes: Writes,
  ) {}

  async list(): Promise<SigningKeyList> {
    const { keys } = await this.repository.allNow();
    const due = rotatesAt(keys.map(plannedKey), this.times);
    const newestFirst = [...keys].sort((a, b) => (a.kid > b.kid ? -1 : 1));
    return {
      items: newestFirst.map((key) => shownKey(key, this.times)),
      nextCursor: null,
      rotatesAt: due === null ? null : new Date(due).toISOString(),
    };
  }

  async rotate(context: CallContext, { emergency }: KeyRotationOrder): Promise<KeyRotation> {
    // The keys belong to the installation, not to the caller's tenant.
    const platform = { ...context, tenantId: null };
    const request = { action: 'key.rotate', input: { emergency } };
    const rotation = await this.writes.once(platform, request, async (tx) => {
      const at = await this.repository.locked(tx);
      return emergency ? this.replaceAll(tx, at, context) : this.toNext(tx, at, context, { automatic: false });
    });
    // The rotation is committed, so the caller must get its result, even if the database is unavailable now.
    await Promise.allSettled([this.keepPlan(), this.feed.catchUp()]);
    return rotation;
  }

  /**
   * Performs the steps that are due: creates missing keys, records publication times, rotates on time, and removes expired keys. Does not
   * take a lock if no step is due. After a crash between two steps, the next run performs the remaining steps.
   */
  async keepPlan(): Promise<void> {
    for (let step = 0; step < MAX_STEPS; step++) {
      const { keys, nowMs } = await this.repository.allNow();
      if (isIdle(dutiesAt(nowMs, keys.map(plannedKey), this.times))) return;
      await this.repository.exclusively((tx, at) => this.step(tx, at));
    }
  }

  /** Performs one step under the lock, with the keys that are read there, because another process may have performed it in the meantime. */
  private async step(tx: Tx, at: KeysAtTime): Promise<void> {
    const duties = dutiesAt(at.nowMs, at.keys.map(plannedKey), this.times);
    for (const status of duties.create) await this.create(tx, status, at.nowMs);
    // These keys are committed, so "published now" is never too early.
    if (duties.date.length > 0) {
      await this.repository.date(tx, duties.date, at.nowMs, signsFrom(at.nowMs, this.times));
    }
    await this.repository.remove(tx, duties.remove);
    if (duties.rotate) await this.toNext(tx, at, systemContext(newId('req')), { automatic: true });
  }

  private async toNext(tx: Tx, at: KeysAtTime, context: CallContext, how: object): Promise<KeyRotation> {
    const { nowMs } = at;
    const active = withStatus(at, 'active');
    const next = withStatus(at, 'next');
    if (!next) throw new AppError('unavailable', 'There is no next key yet. Retry later.');
    assertSigns(next, nowMs, signsFrom(nowMs, this.times));
    // The active key is retired before the next key is activated, because at most one key can be active.
    if (active) await this.repository.retire(tx, active.kid, nowMs, publishUntil(nowMs, this.times));
    await this.repository.activate(tx, next.kid, nowMs);
    const nextKid = await this.create(tx, 'next', nowMs);
    const metadata = { ...how, emergency: false, previousKid: active?.kid ?? null, nextKid };
    await this.stage(tx, context, next.kid, metadata, nowMs);
    const notice = 'Tokens that the previous key signed stay valid until they expire.';
    return { kid: next.kid, emergency: false, nextKid, removedKids: [], notice };
  }

  /** Replaces the next key too, because an attacker who has one private key may have all of them. */
  private async replaceAll(tx: Tx, { keys, nowMs }: KeysAtTime, context: CallContext): Promise<KeyRotation> {
    const removedKids = keys.map(({ kid }) => kid).sort();
    await this.repository.remove(tx, removedKids);
    const kid = await this.create(tx, 'active', nowMs);
    const nextKid = await this.create(tx, 'next', nowMs);
    await this.stage(tx, context, kid, { automatic: false, emergency: true, removedKids, nextKid }, nowMs);
    const { jwksLifeMs } = this.times;
    const notice =
      'All tokens issued so far are now invalid: clients must get new ones. An external verifier that ' +
      `caches the JWK Set may accept old tokens and reject new ones for up to ${jwksLifeMs / 1000} s; restart it to avoid this.`;
    return { kid, emergency: true, nextKid, removedKids, notice };
  }

  private async create(tx: Tx, status: KeyStatus, nowMs: number): Promise<string> {
    const { jwk, sealedPrivate } = await this.sealed.create();
    await this.repository.insert(tx, status, jwk, sealedPrivate, nowMs);
    return jwk.kid;
  }

  private async stage(
    tx: Tx,
    context: CallContext,
    kid: string,
    metadata: Readonly<Record<string, unknown>>,
    nowMs: number,
  ): Promise<void> {
    const action = { action: 'key.rotate', resourceType: 'signing_key', resourceId: kid, metadata };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, action, nowMs)));
    const details = { kid, emergency: metadata['emergency'] === true };
    const rotated = { type: 'key.rotated', clientId: null, userId: null, details } as const;
    // The caller's tenant does not matter, because the keys belong to every tenant.
    await this.repository.logRotation(tx, tokenEventOf({ ...context, tenantId: INSTALLATION_LOG, ip: null }, rotated));
  }
}

function withStatus({ keys }: KeysAtTime, wanted: KeyStatus): SigningKeyRow | undefined {
  return keys.find(({ status }) => status === wanted);
}

/** @param undatedMs the time from which a key that is published now may sign. */
function assertSigns({ kid, signsFrom: from }: SigningKeyRow, nowMs: number, undatedMs: number): void {
  const fromMs = from?.getTime() ?? undatedMs;
  if (fromMs <= nowMs) return;
  const message = `The next key ${kid} cannot sign before ${new Date(fromMs).toISOString()}: caches may lack it.`;
  throw new AppError('conflict', `${message} Wait, or send {"emergency": true}.`, {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil((fromMs - nowMs) / 1000))) },
  });
}
