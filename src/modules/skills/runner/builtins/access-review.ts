import { Injectable, Optional } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { Clock } from '../../../../kernel/time/clock';
import { JobFailure } from '../../../jobs/contract/job-runner';
import { type GrantFact, GrantFactsPort } from '../../../oauth/contract/grant-facts.port';
import { GroupsPort } from '../../../users/contract/groups.port';
import { groupMemberQuery } from '../../../users/contract/groups.types';
import type { SkillFrame } from '../skill-frame';
import { notHere } from './not-here';
import { LastUses } from './last-uses';
import { riskySpreads } from './risky-spreads';

const DAY_MS = 86_400_000;
const MAX_PEOPLE = 1_000;
const MAX_GRANTS = 10_000;

interface UnusedEntitlement {
  readonly personId: string;
  readonly appId: string;
  /** The entitlement, which is a scope. */
  readonly entitlement: string;
  readonly lastUsedAt: string | null;
}

/** Reviews the access of the people in a group, and how much of that access they use. */
@Injectable()
export class AccessReview {
  constructor(
    private readonly uses: LastUses,
    private readonly clock: Clock,
    @Optional() private readonly groups?: GroupsPort,
    @Optional() private readonly grants?: GrantFactsPort,
  ) {}

  async run(input: unknown, frame: SkillFrame): Promise<unknown> {
    const { groupId, lookbackDays = 90 } = input as { readonly groupId: string; readonly lookbackDays?: number };
    if (this.groups === undefined || this.grants === undefined) throw notHere();
    const people = await this.peopleOf(this.groups, groupId, frame);
    const grants = await this.grants.find(frame.tenantId, { userIds: people }, MAX_GRANTS);
    const since = new Date(this.clock.nowMs() - lookbackDays * DAY_MS);
    const unused: UnusedEntitlement[] = [];
    const counts = new Map(people.map((person) => [person, 0]));
    for (const [index, person] of people.entries()) {
      const own = grants.filter(({ userId }) => userId === person);
      counts.set(
        person,
        new Set(own.flatMap(({ clientId, scopes }) => scopes.map((scope) => `${clientId} ${scope}`))).size,
      );
      unused.push(...(await this.unusedOf(person, own, since, frame)));
      frame.progress({ percent: Math.floor((100 * (index + 1)) / people.length), stage: 'people' });
    }
    return { unusedEntitlements: unused, riskySpreads: riskySpreads(counts) };
  }

  /**
   * Returns a person's unused grants. A grant counts as used when its tokens were renewed, or when the audit log contains a record of its
   * app for the person.
   */
  private async unusedOf(
    personId: string,
    grants: readonly GrantFact[],
    since: Date,
    frame: SkillFrame,
  ): Promise<readonly UnusedEntitlement[]> {
    const doubtful = grants.filter(({ lastUsedAt }) => lastUsedAt === null || lastUsedAt < since);
    if (doubtful.length === 0) return [];
    const uses = await this.uses.byApp(frame, personId, since);
    return doubtful
      .filter(({ clientId, createdAt }) => !uses.has(clientId) && createdAt < since)
      .flatMap(({ clientId: appId, scopes, lastUsedAt }) =>
        scopes.map((entitlement) => ({ personId, appId, entitlement, lastUsedAt: lastUsedAt?.toISOString() ?? null })),
      );
  }

  private async peopleOf(groups: GroupsPort, groupId: string, frame: SkillFrame): Promise<readonly string[]> {
    const people: string[] = [];
    let cursor: string | undefined;
    do {
      const query = groupMemberQuery.parse({ limit: 500, ...(cursor === undefined ? {} : { cursor }) });
      const page = await groups.members(frame.context, groupId, query).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
        throw new JobFailure('input', 'There is no such group.', { mayRetry: false });
      });
      people.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && people.length < MAX_PEOPLE);
    if (cursor !== undefined) {
      throw new JobFailure('limit', `A group with more than ${MAX_PEOPLE} people is too large for one review.`, {
        mayRetry: false,
      });
    }
    return people;
  }
}
