import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { Clock } from '../../kernel/time/clock';
import { REVOCATIONS_TOPIC } from '../revocation/contract/revocation.types';
import { GrantsRepository } from './storage/grants.repository';
import { RefreshFamiliesRepository } from './storage/refresh-families.repository';

type Kind = 'user' | 'client' | 'tenant';

interface Mark {
  readonly kind: Kind;
  readonly subject: string;
  readonly tenantId: string;
  readonly atMs: number;
  readonly lifts: boolean;
}

/**
 * Ends the refresh tokens of users, apps and tenants that were revoked as a whole. The mark makes refreshes fail immediately. However, a
 * mark is deleted once every access token from before the mark has expired, and refresh tokens live longer.
 */
@Injectable()
export class EndMarkedFamilies implements ChangeSubscriber {
  readonly topics = [REVOCATIONS_TOPIC];

  constructor(
    private readonly families: RefreshFamiliesRepository,
    private readonly grants: GrantsRepository,
    private readonly clock: Clock,
    feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  /** Applies marks set while no process of this kind was running. */
  async load(): Promise<void> {
    const latest = new Map<string, Mark>();
    for await (const change of this.families.keptChanges(REVOCATIONS_TOPIC)) {
      const mark = toMark(change);
      if (!mark) continue;
      const key = `${mark.kind}:${mark.subject}`;
      const known = latest.get(key);
      if (!known || mark.lifts || known.atMs < mark.atMs) latest.set(key, mark);
    }
    for (const mark of latest.values()) await this.end(mark);
  }

  async apply(change: Change): Promise<void> {
    const mark = toMark(change);
    if (mark) await this.end(mark);
  }

  private async end({ kind, subject, tenantId, atMs }: Mark): Promise<void> {
    // A mark extends into the future, to cover tokens whose issuer had not yet received the mark. Families that are created in that period,
    // after the mark was lifted, are valid.
    const until = new Date(Math.min(atMs, this.clock.nowMs()));
    await this.families.endMarked(kind, tenantId, subject, until);
    if (kind === 'client') await this.grants.revokeOfClient(tenantId, subject, until);
  }
}

function toMark({ payload, tenantId }: Change): Mark | null {
  const { kind, subject, atMs, lifts } = payload;
  if ((kind !== 'user' && kind !== 'client' && kind !== 'tenant') || typeof subject !== 'string') return null;
  return { kind, subject, tenantId: tenantId ?? '', atMs: Number(atMs), lifts: lifts === true };
}
