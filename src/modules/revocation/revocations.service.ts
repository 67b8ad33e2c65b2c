import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { GroupCommit } from '../../kernel/batching/group-commit';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { stale } from '../../kernel/changes/stale';
import { Clock } from '../../kernel/time/clock';
import type { NewTokenEvent } from '../token-events/contract/token-events.types';
import {
  MARK_KINDS,
  type Revocation,
  type RevocationKind,
  REVOCATIONS_TOPIC,
  ROLES_TOPIC,
  type TokenFacts,
} from './contract/revocation.types';
import type { RevocationsPort } from './contract/revocations.port';
import { DenyList } from './domain/deny-list';
import { RevocationsRepository } from './storage/revocations.repository';

interface Write {
  /** `null` if the token is already revoked. */
  readonly revocation: Revocation | null;
  readonly event: StagedEvent;
  readonly tokenEvent: NewTokenEvent;
}

const FORGET_EVERY_MS = 60_000;

@Injectable()
export class RevocationsService implements RevocationsPort, ChangeSubscriber {
  readonly topics = [REVOCATIONS_TOPIC, ROLES_TOPIC];
  private readonly denyList = new DenyList();
  private readonly writes = new GroupCommit<Write>({
    maxBatch: 500,
    maxPending: 20_000,
    write: async (writes) => {
      const news = writes.filter(({ revocation }) => revocation !== null);
      const revocations = news.flatMap(({ revocation }) => revocation ?? []);
      const events = writes.map(({ event }) => event);
      const tokenEvents = news.map(({ tokenEvent }) => tokenEvent);
      await this.repository.insert(revocations, events, tokenEvents);
      for (const revocation of revocations) this.denyList.add(revocation);
    },
  });
  private forgottenAtMs = 0;

  constructor(
    private readonly repository: RevocationsRepository,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    @InjectMetric('coresdk_deny_list_entries') private readonly entries: Gauge,
  ) {
    feed.register(this);
  }

  async revoke(revocation: Revocation, event: StagedEvent, tokenEvent: NewTokenEvent): Promise<void> {
    const known = revocation.kind === 'token' && this.denyList.hasToken(revocation.subject);
    await this.writes.add({ revocation: known ? null : revocation, event, tokenEvent });
  }

  isRevoked(token: TokenFacts): boolean {
    if (!this.feed.isFresh()) {
      throw stale(this.feed, 'revocations_stale');
    }
    return this.denyList.covers(token);
  }

  async load(): Promise<void> {
    // The list stays in use while it is reloaded: no entry is dropped, and no user gets an earlier role in the meantime.
    for await (const change of this.repository.kept(REVOCATIONS_TOPIC)) this.apply(change);
    const latest = new Map<string, Change>();
    for await (const change of this.repository.kept(ROLES_TOPIC)) latest.set(change.key, change);
    for (const change of latest.values()) this.apply(change);
  }

  apply(change: Change): void {
    if (change.topic === ROLES_TOPIC) this.applyRole(change);
    else this.denyList.add(toRevocation(change));
    this.entries.set(this.denyList.size);
    const now = this.clock.nowMs();
    if (now - this.forgottenAtMs > FORGET_EVERY_MS) {
      this.forgottenAtMs = now;
      this.denyList.forget(now);
    }
  }

  private applyRole({ key, payload: { role }, keepUntilMs }: Change): void {
    if (typeof role !== 'string') throw new Error('The change log contains a role that this build does not support.');
    this.denyList.setRole(key, role, keepUntilMs ?? Number.POSITIVE_INFINITY);
  }

  async onModuleDestroy(): Promise<void> {
    await this.writes.drain();
  }
}

function isKind(kind: unknown): kind is RevocationKind {
  return kind === 'token' || MARK_KINDS.some((known) => known === kind);
}

function toRevocation(change: Change): Revocation {
  const { kind, subject, atMs, lifts } = change.payload;
  if (!isKind(kind) || typeof subject !== 'string') {
    throw new Error('The change log contains a revocation that this build does not support.');
  }
  return {
    kind,
    subject,
    tenantId: change.tenantId ?? '',
    atMs: Number(atMs),
    lifts: lifts === true,
    forgetAtMs: change.keepUntilMs ?? Number.POSITIVE_INFINITY,
  };
}
