import { setTimeout as sleep } from 'node:timers/promises';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import type { Logger } from '../../kernel/telemetry/logger';
import { ScheduledTask } from '../../kernel/tasks/scheduled-task';
import { settledWithin } from '../../kernel/time/settled-within';
import type { AuditPort } from '../../modules/audit/contract/audit.port';
import { type AuditedAction, auditEvent, type AuditEvent } from '../../modules/audit/contract/audit.types';

/** The maximum numbers of aggregates and unsent records in memory, about 1 KiB each. A read beyond these limits gets a separate record. */
export const AGGREGATE_LIMITS = { inAll: 10_000, perTenant: 1_000 } as const;

/** The maximum number of records in transit; the log commits them together. */
const RECORDS_AT_ONCE = 100;
const CLOSE_WITHIN_MS = 10_000;
const CLOSE_RETRY_MS = 500;

/** Reads by one caller that share a record. */
interface Aggregate {
  /** The event of the first read. */
  readonly event: AuditEvent;
  count: number;
  untilMs: number;
}

/**
 * Counts successful plain reads and records them in aggregate, for tenants with this setting: one record for each caller, address,
 * action and policy revision, every few seconds and when the surface closes. A record that cannot be written is retried under its
 * ID, with its count, so that it appears in the log only once.
 */
export class ReadAggregates {
  private readonly counting = new Map<string, Aggregate>();
  /** Records of ended aggregates that are not confirmed to be in the log. */
  private readonly unsent = new Set<AuditEvent>();
  /** Tenant ID → number of its aggregates and unsent records in memory. */
  private readonly held = new Map<string, number>();
  private heldInAll = 0;
  private readonly turns: ScheduledTask;
  private isClosed = false;
  private lastError: unknown = null;

  constructor(
    private readonly audit: AuditPort,
    private readonly logger: Logger,
    everySeconds: number,
    private readonly limits: { readonly inAll: number; readonly perTenant: number } = AGGREGATE_LIMITS,
  ) {
    this.turns = new ScheduledTask({
      everyMs: everySeconds * 1_000,
      turn: () => this.flush(),
      failed: (err) => this.logger.error({ err }, 'Aggregated reads could not be recorded'),
    });
  }

  start(): void {
    this.turns.start();
  }

  /** @returns whether the read is counted; otherwise it needs a separate record. */
  count(context: CallContext, action: AuditedAction, nowMs: number): boolean {
    const { tenantId } = context;
    if (tenantId === null || this.isClosed) return false;
    const key = keyOf(context, action);
    const known = this.counting.get(key);
    if (known !== undefined) {
      known.count++;
      known.untilMs = nowMs;
      return true;
    }
    const ofTenant = this.held.get(tenantId) ?? 0;
    if (ofTenant >= this.limits.perTenant || this.heldInAll >= this.limits.inAll) return false;
    this.held.set(tenantId, ofTenant + 1);
    this.heldInAll++;
    // A separate ID, because the call's ID is for events that its handler might have staged.
    const first = { ...action, id: newId('aud', nowMs), resourceId: '' };
    this.counting.set(key, { event: auditEvent(context, first, nowMs), count: 1, untilMs: nowMs });
    return true;
  }

  /** Records all counted reads, and retries the records that could not be written before. Never rejects. */
  async flush(): Promise<void> {
    for (const aggregate of this.counting.values()) this.unsent.add(recordOf(aggregate));
    this.counting.clear();
    const records = [...this.unsent];
    for (let at = 0; at < records.length; at += RECORDS_AT_ONCE) {
      await Promise.all(records.slice(at, at + RECORDS_AT_ONCE).map((record) => this.send(record)));
    }
    if (this.unsent.size > 0) {
      this.logger.warn(
        { err: this.lastError, records: this.unsent.size },
        'Aggregated reads are waiting to be recorded',
      );
    }
  }

  /** Stops counting and records the counted reads. Gives up after a few seconds, and logs the number of lost records. */
  async close(): Promise<void> {
    this.isClosed = true;
    await settledWithin(this.drain(performance.now() + CLOSE_WITHIN_MS), CLOSE_WITHIN_MS);
    if (this.heldInAll > 0) {
      this.logger.error({ records: this.heldInAll }, 'Aggregated reads could not be recorded and are lost');
    }
  }

  private async drain(untilMs: number): Promise<void> {
    await this.turns.stop();
    await this.flush();
    while (this.heldInAll > 0 && performance.now() < untilMs) {
      await sleep(CLOSE_RETRY_MS);
      await this.flush();
    }
  }

  private async send(record: AuditEvent): Promise<void> {
    const { tenantId, requestId } = record;
    try {
      await this.audit.record(systemContext(requestId, tenantId), record);
    } catch (error) {
      this.lastError = error;
      return;
    }
    if (!this.unsent.delete(record)) return;
    this.heldInAll--;
    const left = (this.held.get(tenantId) ?? 1) - 1;
    if (left > 0) this.held.set(tenantId, left);
    else this.held.delete(tenantId);
  }
}

/** Returns the key of an aggregate. Uses JSON instead of a separator, because an address or an ID can contain any character. */
function keyOf(
  { tenantId, actor, appId, credentialId, ip, policyRevision }: CallContext,
  action: AuditedAction,
): string {
  return JSON.stringify([
    ...[tenantId, actor.type, actor.id, appId, credentialId, ip, policyRevision],
    ...[action.action, action.resourceType],
  ]);
}

function recordOf({ event, count, untilMs }: Aggregate): AuditEvent {
  const [from, until] = [event.tsMs, untilMs].map((ms) => new Date(ms).toISOString());
  return { ...event, metadata: { ...event.metadata, aggregated: true, count, from, until }, tsMs: untilMs };
}
