import { Inject, Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids/ids';
import { AppError } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { contextOfPrincipal } from '../auth/contract/principal.types';
import { storedPrincipal } from '../auth/contract/submitter';
import { EventFeedPort } from '../events/contract/event-feed.port';
import type { EventPlace } from '../events/contract/events.types';
import { type DueFiring, type FiringEnd, FiringsRepository } from './storage/firings.repository';
import { stageTriggerEvent } from './trigger-events';
import { WorkflowTriggers } from './workflow-triggers';

const EVERY_MS = 250;
const BATCH = 500;
/** The interval between two passes, longer than any transaction that arms a trigger. */
const PASS_EVERY_MS = 60_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const SWEEP_BATCH = 5_000;
/** The retention time of firings. It is longer than the time for which senders retry a call or events wait for a free slot. */
const KEPT_DAYS = 14;
/** The maximum number of runs in one batch, and the maximum number of one tenant's runs in a batch. */
const AT_ONCE = 40;
const PER_TENANT = 10;
/** Errors that might be temporary. The event is retried. */
const PASSING: ReadonlySet<string> = new Set(['unavailable', 'internal', 'rate_limited', 'unprocessable']);

/**
 * Runs workflows in response to events. While any trigger wants events, every backend reads the events of all tenants, and one backend at a
 * time advances the position in the feed. Each wanted event submits a run. Delivery is at least once, and an idempotency key derived from
 * the event ensures a single job.
 */
@Injectable()
export class EventTriggers {
  /** The end of the feed at an earlier poll; `null` when triggers have wanted events since then. */
  private passed: { readonly end: EventPlace; readonly atMs: number } | null = null;

  constructor(
    private readonly firings: FiringsRepository,
    private readonly events: EventFeedPort,
    private readonly triggers: WorkflowTriggers,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Scheduled({
    name: 'workflows.take_in',
    everyMs: EVERY_MS,
    failure: 'Could not receive events for workflows; will retry soon',
  })
  async look(signal?: AbortSignal): Promise<void> {
    for (let isMore = true; isMore && !signal?.aborted;) {
      const more = await this.takeIn();
      isMore = (await this.fireSome()) || more;
    }
  }

  /** Deletes firings that ended long ago. */
  @Scheduled({
    name: 'workflows.sweep',
    everyMs: SWEEP_EVERY_MS,
    leaseSeconds: 1_800,
    failure: 'Could not delete old firings; will retry',
  })
  async sweep(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted && (await this.firings.sweep(KEPT_DAYS, SWEEP_BATCH)) >= SWEEP_BATCH);
  }

  /**
   * Reads a batch of events.
   * @returns true when there might be more events.
   */
  private async takeIn(): Promise<boolean> {
    const { place, isWanted } = await this.firings.intake();
    if (!isWanted) {
      await this.pass(place);
      return false;
    }
    this.passed = null;
    const batch = await this.events.read(place, BATCH);
    if (batch.place === place) return false;
    return (await this.firings.takeIn(place, batch.place, batch.events)) !== null && batch.more;
  }

  /**
   * Skips events while no trigger wants any, so that the first trigger does not start with events that are months old. It does not skip
   * past the point where the feed ended a minute ago, because a transaction that is about to commit may arm a trigger that wants later
   * events.
   */
  private async pass(place: EventPlace | null): Promise<void> {
    const nowMs = performance.now();
    if (this.passed !== null && nowMs - this.passed.atMs < PASS_EVERY_MS) return;
    const reached = this.passed?.end;
    this.passed = { end: await this.events.end(), atMs: nowMs };
    // Positions of the same length sort like strings.
    const isAhead = reached !== undefined && (place?.length !== reached.length || place < reached);
    if (isAhead) await this.firings.takeIn(place, reached, []);
  }

  /**
   * Fires a batch.
   * @returns true when the batch was not empty.
   */
  private async fireSome(): Promise<boolean> {
    const due = await this.firings.claim(AT_ONCE, PER_TENANT);
    await Promise.all(
      due.map((firing) =>
        this.fire(firing).catch((err: unknown) => {
          const { tenant_id: tenantId, workflow_id: workflowId } = firing;
          this.logger.warn({ err, tenantId, workflowId }, 'An event could not run its workflow; will retry');
        }),
      ),
    );
    return due.length > 0;
  }

  private async fire(firing: DueFiring): Promise<void> {
    const { tenant_id: tenantId, workflow_id: workflowId, key, version } = firing;
    const from = { requestId: newId('req'), ip: null, traceparent: null };
    const { principal, submitted_by: submitter, fired_at: firedAt } = firing;
    const context = contextOfPrincipal(storedPrincipal(principal, submitter, firedAt), tenantId, from);
    const event = await this.events.find(tenantId, firing.place);
    let end: FiringEnd;
    try {
      end =
        event === null
          ? { error: 'The event is no longer stored.' }
          : await this.triggers.fireByEvent(
              context,
              { workflowId, key, version, authority: { submitter, principal } },
              event,
            );
    } catch (error) {
      if (!(error instanceof AppError) || PASSING.has(error.code)) throw error;
      end = { error: error.message };
    }
    await this.firings.transaction(tenantId, async (tx) => {
      await this.firings.end(tx, tenantId, workflowId, key, end);
      if (!('error' in end)) return;
      const facts = { outcome: 'failure', reason: end.error, metadata: { eventId: key } } as const;
      const failed = { action: 'workflow.fire', resourceId: workflowId, ...facts };
      await stageTriggerEvent(tx, context, failed, this.clock.nowMs());
    });
  }
}
