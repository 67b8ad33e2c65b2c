import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { systemContext } from '../../kernel/context/call-context';
import { TenantNames } from '../../kernel/context/tenant-names';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { backoffMs } from '../../kernel/retry/retry-backoff';
import type { Lease } from '../../kernel/tasks/lease-worker';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { EventFeedPort } from '../events/contract/event-feed.port';
import { type Attempt, attemptOf, isGone } from './domain/attempt';
import { WEBHOOK_PACE } from './domain/webhook-retry';
import { type DueDelivery, WebhookDispatchRepository } from './storage/webhook-dispatch.repository';
import { type OpenTarget, WebhookSender } from './webhook-sender';
import { webhooksConfig, type WebhooksConfig } from './webhooks.config';

/** The duration of a turn's lease, which is renewed after each round. It is longer than an attempt can take. */
export const LEASE_SECONDS = 20;
/** After this time, the turn ends with the current round, and the webhook moves to the back of the queue. */
const DELIVERY_MS = 5_000;
/** Number of concurrent attempts for one webhook. */
const AT_ONCE = 4;

const NOT_KEPT = 'The event is no longer stored.';
const NOTHING_TRIED = { failed: null, error: null, waitMs: 0 } as const;

/** One turn of a webhook. Sends due deliveries in rounds until no delivery is due, or the receiver does not accept any deliveries. */
@Injectable()
export class WebhookDispatcher {
  constructor(
    private readonly repository: WebhookDispatchRepository,
    private readonly events: EventFeedPort,
    private readonly sender: WebhookSender,
    private readonly tenants: TenantNames,
    private readonly clock: Clock,
    @InjectConfig(webhooksConfig) private readonly config: WebhooksConfig,
  ) {}

  async run(turn: Lease, holder: string): Promise<void> {
    const webhook = await this.repository.target(turn.tenantId, turn.id);
    if (!webhook) return;
    const target = await this.sender.open(turn.tenantId, webhook);
    const endsMs = this.clock.nowMs() + DELIVERY_MS;
    let { failures } = webhook;
    while (this.clock.nowMs() < endsMs) {
      // The tenant was suspended during the turn, so due deliveries wait until it is activated.
      if (!(await this.tenants.isActive(turn.tenantId))) break;
      // A webhook whose receiver does not accept any deliveries gets only one probe per round.
      const due = await this.repository.due(turn.tenantId, turn.id, failures > 0 ? 1 : AT_ONCE);
      if (due.length === 0) break;
      const attempts = await Promise.all(due.map((delivery) => this.attempt(turn.tenantId, target, delivery)));
      const failed = hasFailed(attempts);
      const standing = await this.repository.note(turn, holder, attempts, {
        failed,
        error: attempts.find(({ error }) => error !== null)?.error ?? null,
        waitMs: failed === true ? this.waitMs(failures + 1, attempts) : 0,
        leaseSeconds: failed === true || isGone(attempts) ? 0 : LEASE_SECONDS,
      });
      if (isGone(attempts)) return this.pause(turn, 'gone');
      if (failed === true && isTooLong(standing?.failingMs ?? null, this.config)) return this.pause(turn, 'failing');
      if (standing === null || failed === true) return;
      if (standing.status !== 'active') break;
      ({ failures } = standing);
    }
    await this.repository.note(turn, holder, [], { ...NOTHING_TRIED, leaseSeconds: 0 });
  }

  private async attempt(tenantId: string, target: OpenTarget, delivery: DueDelivery): Promise<Attempt> {
    const { eventId, place, attempts } = delivery;
    const event = await this.events.find(tenantId, place);
    // This failure is not the receiver's fault, and is permanent.
    if (event === null) return { eventId, state: 'dead', status: null, error: NOT_KEPT, waitMs: 0, askedMs: 0 };
    const outcome = await this.sender.send(target, event);
    return attemptOf(eventId, attempts, outcome, { nowMs: this.clock.nowMs(), chance: Math.random() });
  }

  private waitMs(failures: number, attempts: readonly Attempt[]): number {
    const paced = backoffMs(WEBHOOK_PACE, failures, Math.random());
    return Math.max(paced, ...attempts.map(({ askedMs }) => askedMs));
  }

  private async pause(turn: Lease, reason: 'gone' | 'failing'): Promise<void> {
    const context = systemContext(newId('req'), turn.tenantId);
    const audited = {
      action: 'webhook.pause',
      resourceType: 'webhook',
      resourceId: turn.id,
      metadata: { reason },
    };
    const event = stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
    await this.repository.pause(turn, reason, event);
  }
}

/** Returns true if no delivery was accepted in a round; `null` if no delivery was sent. */
function hasFailed(attempts: readonly Attempt[]): boolean | null {
  const sent = attempts.filter(({ error }) => error !== NOT_KEPT);
  return sent.length === 0 ? null : sent.every(({ state }) => state !== 'delivered');
}

function isTooLong(failingMs: number | null, { WEBHOOKS_PAUSE_AFTER_HOURS }: WebhooksConfig): boolean {
  return failingMs !== null && failingMs >= WEBHOOKS_PAUSE_AFTER_HOURS * 3_600_000;
}
