import { Inject, Injectable } from '@nestjs/common';
import { type CallContext, requireTenant, systemContext } from '../../kernel/context/call-context';
import { isStorable } from '../../kernel/database/jsonb';
import { type StagedEvent, stageEvent } from '../../kernel/database/staged-event';
import { AppError, toAppError } from '../../kernel/errors/app-error';
import { invalidCursor, type Page, type PageQuery } from '../../kernel/lists/page';
import { Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { type AuditedAction, auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { FlagDocument } from './contract/flag-document.types';
import type {
  FlagChange,
  NewScheduledChange,
  ScheduledChange,
  ScheduledChangeSummary,
} from './contract/flags-admin.types';
import { applyChange } from './domain/apply-change';
import { flagsRefused } from './domain/refusal';
import { FlagChecks } from './flag-checks';
import { FlagWritesService } from './flag-writes.service';
import { FlagVersionsRepository, type StoredFlags } from './storage/flag-versions.repository';
import { ScheduledChangesRepository } from './storage/scheduled-changes.repository';

const MAX_PENDING = 100;
const YEAR_MS = 366 * 24 * 3_600_000;

/** Stores scheduled flag changes, and applies them when they are due. */
@Injectable()
export class ScheduledChangesService {
  constructor(
    private readonly scheduled: ScheduledChangesRepository,
    private readonly versions: FlagVersionsRepository,
    private readonly writes: FlagWritesService,
    private readonly once: Writes,
    private readonly checks: FlagChecks,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  schedule(context: CallContext, input: NewScheduledChange): Promise<ScheduledChange> {
    const { at, change } = input;
    const tenantId = requireTenant(context);
    const nowMs = this.clock.nowMs();
    const id = newId('sch', nowMs);
    const event = this.event(context, {
      action: 'flags.schedule',
      ...about(id, change),
      metadata: { at, op: change.op },
    });
    const { id: createdBy, type: createdByType } = context.actor;
    return this.once.onceAfter(
      context,
      { action: 'flags.schedule', input },
      () => this.assertPossible(context, input, nowMs),
      async (tx) => {
        const made = { id, at: new Date(Date.parse(at)).toISOString(), change, createdBy, createdByType };
        const kept = await this.scheduled.insert(tx, tenantId, made, MAX_PENDING, event);
        if (kept) return kept;
        throw new AppError('conflict', `A tenant can have at most ${MAX_PENDING} pending changes. Cancel one first.`);
      },
    );
  }

  /** Schedules a change. Errors: `invalid_request` for an invalid time or change. */
  private async assertPossible(context: CallContext, { at, change }: NewScheduledChange, nowMs: number): Promise<void> {
    const tenantId = requireTenant(context);
    const atMs = Date.parse(at);
    if (!(atMs > nowMs)) throw badMember('/at', 'The time is in the past. Make the change directly.');
    if (atMs > nowMs + YEAR_MS) throw badMember('/at', 'The time is more than a year ahead.');
    if (!isStorable(change)) throw badMember('/change', 'A string has a NUL character or a lone surrogate.');
    await this.changed(context, await this.versions.current(tenantId), change, await this.restored(tenantId, change));
  }

  async list(context: CallContext, { limit, cursor }: PageQuery): Promise<Page<ScheduledChangeSummary>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('scheduled flag changes', tenantId);
    const after = cursors.after(cursor);
    const changes = await this.scheduled.page(tenantId, after === null ? null : placeIn(after), limit + 1);
    return cursors.page(changes, limit, ({ at, id }) => `${at} ${id}`);
  }

  async get(context: CallContext, id: string): Promise<ScheduledChange> {
    const found = isId('sch', id) ? await this.scheduled.find(requireTenant(context), id) : null;
    if (!found) throw noSuchChange();
    return found;
  }

  async cancel(context: CallContext, id: string): Promise<void> {
    const audited = { action: 'flags.schedule.cancel', resourceType: 'flag_change', resourceId: id };
    const status = isId('sch', id)
      ? await this.scheduled.cancel(requireTenant(context), id, this.event(context, audited))
      : null;
    if (status === null) throw noSuchChange();
    if (status !== 'pending')
      throw new AppError('conflict', 'The change is already completed. Revert to an earlier version.');
  }

  /**
   * Applies the due changes of all tenants. Never rejects: if the database fails, the next run retries, in this control plane or another
   * one.
   * @returns the number of completed changes.
   */
  async makeDue(atMost: number): Promise<number> {
    let done = 0;
    for (const { tenantId, id } of await this.scheduled.due(atMost)) {
      try {
        if (await this.make(tenantId, id)) done += 1;
      } catch (error) {
        this.logger.error({ err: error, tenantId, id }, 'Failed to apply a scheduled flag change; retrying');
      }
    }
    return done;
  }

  /** Applies one change, at most once: its status changes in the transaction that creates its version. */
  private async make(tenantId: string, id: string): Promise<boolean> {
    const context = systemContext(newId('req'), tenantId);
    const pending = await this.scheduled.find(tenantId, id);
    const restored = pending ? await this.restored(tenantId, pending.change).catch(() => null) : null;
    return this.versions.locked(tenantId, async (tx, current) => {
      const scheduled = await this.scheduled.lock(tx, tenantId, id);
      if (scheduled?.status !== 'pending') return false;
      const { change, createdBy, createdByType } = scheduled;
      const by = { ...context, actor: { type: createdByType, id: createdBy } };
      const next = await attempt(this.changed(by, current, change, restored));
      if ('error' in next) {
        const event = {
          action: 'flags.scheduled.apply',
          ...about(id, change),
          outcome: 'failure' as const,
          reason: next.error.code,
        };
        await this.scheduled.finish(tx, tenantId, id, { error: next.error.message });
        await stageEvent(tx, this.event(by, event));
        return true;
      }
      const write = {
        action: 'flags.scheduled.apply' as const,
        resourceId: about(id, change).resourceId,
        change: () => next.document,
        scheduledId: id,
        ...(change.op === 'revert' ? { restoredFrom: change.version } : {}),
      };
      const made = await this.writes.writeIn(tx, by, current, write);
      await this.scheduled.finish(tx, tenantId, id, { version: made?.version.version ?? current.version });
      return true;
    });
  }

  /** Returns the document that a revert restores, or `null` for other changes. Errors: `not_found`. */
  private async restored(tenantId: string, change: FlagChange): Promise<FlagDocument | null> {
    if (change.op !== 'revert') return null;
    const found = await this.versions.find(tenantId, change.version);
    if (!found) throw new AppError('not_found', 'The version of the flags does not exist.');
    return found.document;
  }

  /**
   * Returns the document after a change. Errors: `invalid_request` with faults, `not_found` if the change refers to a missing flag or
   * version.
   */
  private async changed(
    context: CallContext,
    current: StoredFlags,
    change: FlagChange,
    restored: FlagDocument | null,
  ): Promise<FlagDocument> {
    if (change.op === 'revert') {
      if (restored === null) throw new AppError('not_found', 'The version to revert to is no longer stored.');
      return restored;
    }
    const check = { kind: 'change', text: JSON.stringify(change), document: current.text } as const;
    const faults = await this.checks.faults(context, check);
    if (faults.length > 0) {
      throw flagsRefused(faults.map((fault) => ({ ...fault, pointer: `/change${fault.pointer}` })));
    }
    const next = applyChange(current.document, change);
    if (next === null) throw new AppError('not_found', 'The flag does not exist.');
    return next;
  }

  private event(context: CallContext, audited: AuditedAction): StagedEvent {
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

async function attempt(
  work: Promise<FlagDocument>,
): Promise<{ readonly document: FlagDocument } | { readonly error: AppError }> {
  try {
    return { document: await work };
  } catch (thrown) {
    const error = toAppError(thrown);
    // This is not the change's fault, so it is retried.
    if (error.code === 'unavailable') throw error;
    return { error };
  }
}

/** Returns the resource that a change affects: a flag, or the document. */
function about(id: string, change: FlagChange): { readonly resourceType: string; readonly resourceId: string } {
  return 'key' in change
    ? { resourceType: 'flag', resourceId: change.key }
    : { resourceType: 'flag_change', resourceId: id };
}

function noSuchChange(): AppError {
  return new AppError('not_found', 'The scheduled change does not exist.');
}

/** Returns the time and the id in a cursor of the list. */
function placeIn(cursor: string): { readonly at: string; readonly id: string } {
  const [at = '', id = ''] = cursor.split(' ');
  if (isId('sch', id) && /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/.test(at) && Number.isFinite(Date.parse(at))) return { at, id };
  throw invalidCursor();
}

function badMember(pointer: string, message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer, code: 'invalid', message }] });
}
