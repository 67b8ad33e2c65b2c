import { Injectable, Optional } from '@nestjs/common';
import { Clock } from '../../../../kernel/time/clock';
import { EntitlementsPort } from '../../../entitlements/contract/entitlements.port';
import { JobFailure } from '../../../jobs/contract/job-runner';
import { GrantFactsPort } from '../../../oauth/contract/grant-facts.port';
import { AccountsPort } from '../../../users/contract/accounts.port';
import { userQuery } from '../../../users/contract/accounts.types';
import type { SkillFrame } from '../skill-frame';
import { notHere } from './not-here';
import { LastUses } from './last-uses';

const DAY_MS = 86_400_000;
const MAX_SEATS = 2_000;

/** A person who has a seat. */
interface Seat {
  readonly personId: string;
  readonly lastUsedAt: string | null;
  readonly since: Date;
}

interface Ports {
  readonly grants: GrantFactsPort;
  readonly entitlements: EntitlementsPort;
  readonly accounts: AccountsPort;
}

/** Finds unused seats for an app, or for an entitlement of the plan, for which every active person has a seat. */
@Injectable()
export class LicenseOptimization {
  constructor(
    private readonly uses: LastUses,
    private readonly clock: Clock,
    @Optional() private readonly grants?: GrantFactsPort,
    @Optional() private readonly entitlements?: EntitlementsPort,
    @Optional() private readonly accounts?: AccountsPort,
  ) {}

  async run(input: unknown, frame: SkillFrame): Promise<unknown> {
    const { licenseId, lookbackDays = 90 } = input as { readonly licenseId: string; readonly lookbackDays?: number };
    const { grants, entitlements, accounts } = this;
    if (grants === undefined || entitlements === undefined || accounts === undefined) throw notHere();
    const since = new Date(this.clock.nowMs() - lookbackDays * DAY_MS);
    const isApp = licenseId.startsWith('app-');
    const ports = { grants, entitlements, accounts };
    const seats = isApp ? await this.ofApp(ports, licenseId, frame) : await this.ofPlan(ports, licenseId, frame);
    const candidates: { readonly personId: string; readonly lastUsedAt: string | null }[] = [];
    for (const [index, { personId, lastUsedAt, since: seatSince }] of seats.entries()) {
      const isDoubtful = (lastUsedAt === null || lastUsedAt < since.toISOString()) && seatSince < since;
      if (isDoubtful && !(await this.hasUsed(personId, licenseId, isApp, since, frame))) {
        candidates.push({ personId, lastUsedAt });
      }
      frame.progress({ percent: Math.floor((100 * (index + 1)) / seats.length), stage: 'seats' });
    }
    return { reclaimableSeats: candidates.length, candidates };
  }

  private async ofApp({ grants }: Ports, clientId: string, { tenantId }: SkillFrame): Promise<readonly Seat[]> {
    const found = await grants.find(tenantId, { clientId }, MAX_SEATS + 1);
    assertFew(found.length);
    return found.map(({ userId, lastUsedAt, createdAt }) => ({
      personId: userId,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      since: createdAt,
    }));
  }

  private async ofPlan({ entitlements, accounts }: Ports, key: string, frame: SkillFrame): Promise<readonly Seat[]> {
    const { reason } = await entitlements.check(frame.context, frame.tenantId, key);
    if (reason === 'unknown_key') {
      throw new JobFailure('input', 'There is no such app or entitlement.', { mayRetry: false });
    }
    const seats: Seat[] = [];
    let cursor: string | undefined;
    do {
      const query = userQuery.parse({ limit: 500, status: 'active', ...(cursor === undefined ? {} : { cursor }) });
      const page = await accounts.list(frame.context, query);
      seats.push(
        ...page.items.map(({ id, createdAt }) => ({ personId: id, lastUsedAt: null, since: new Date(createdAt) })),
      );
      assertFew(seats.length);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return seats;
  }

  /**
   * Returns true when a person has used a seat. For an app, the audit log must contain a record of the app for the person. For
   * `projects.max`, the person must have changed a project.
   */
  private async hasUsed(
    personId: string,
    licenseId: string,
    isApp: boolean,
    since: Date,
    frame: SkillFrame,
  ): Promise<boolean> {
    if (isApp) return (await this.uses.byApp(frame, personId, since)).has(licenseId);
    const stem = licenseId.split('.')[0]?.replace(/s$/, '') ?? licenseId;
    return (await this.uses.byApp(frame, personId, since, { action: `${stem}.*` })).size > 0;
  }
}

function assertFew(seats: number): void {
  if (seats <= MAX_SEATS) return;
  throw new JobFailure('limit', `More than ${MAX_SEATS} seats are too many for one run.`, { mayRetry: false });
}
