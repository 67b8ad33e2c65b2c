import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { BEGINNING, type LogPosition, placeOf, positionOf } from '../../kernel/log/log-position';
import { LogWatch } from '../../kernel/log/log-watch';
import type { TokenEventsPort } from './contract/token-events.port';
import {
  INSTALLATION_LOG,
  type LogPlace,
  type TokenEvent,
  type TokenEventBatch,
  type TokenEventFilter,
} from './contract/token-events.types';
import { mergeLogs, type Placed } from './domain/merge-logs';
import { type StoredRead, type StoredTokenEvent, TokenEventsRepository } from './storage/token-events.repository';

/** Maximum number of events in memory per stream, which limits the cost of a slow reader. */
const STREAM_BATCH = 100;
/** The longest interval between two positions that a stream receives. */
const PLACE_EVERY_MS = 10_000;

@Injectable()
export class TokenEventsService implements TokenEventsPort {
  private readonly watch: LogWatch;

  constructor(private readonly repository: TokenEventsRepository) {
    this.watch = new LogWatch((waiting) => repository.moved(waiting));
  }

  async read(
    context: CallContext,
    after: LogPlace | null,
    filter: TokenEventFilter,
    limit: number,
  ): Promise<TokenEventBatch> {
    const tenantId = requireTenant(context);
    const position = after === null ? null : await this.positionIn(tenantId, after);
    return (await this.readBehind(tenantId, position, filter, limit)).batch;
  }

  async issuances(
    context: CallContext,
    grantTypes: readonly string[],
    clientId: string | null,
    limit: number,
  ): Promise<readonly TokenEvent[]> {
    const rows = await this.repository.issuances(requireTenant(context), grantTypes, clientId, limit);
    return rows.map((row) => toEvent({ row, place: row }));
  }

  async end(context: CallContext): Promise<LogPlace> {
    const tenantId = requireTenant(context);
    const end = await this.repository.end(tenantId);
    return placeOf(
      tenantId === INSTALLATION_LOG ? end : { ...end, ofAll: (await this.repository.end(INSTALLATION_LOG)).number },
    );
  }

  async *follow(
    context: CallContext,
    after: LogPlace,
    filter: TokenEventFilter,
    signal: AbortSignal,
  ): AsyncIterable<TokenEventBatch> {
    const tenantId = requireTenant(context);
    let position = await this.positionIn(tenantId, after);
    while (!signal.aborted) {
      const { batch, reached } = await this.readBehind(tenantId, position, filter, STREAM_BATCH);
      yield batch;
      position = reached;
      const logs = [{ tenantId, after: reached.number }];
      if (isMerged(tenantId, filter)) logs.push({ tenantId: INSTALLATION_LOG, after: reached.ofAll });
      if (!batch.more) await this.watch.moved(logs, PLACE_EVERY_MS, signal);
    }
  }

  private async readBehind(
    tenantId: string,
    position: LogPosition | null,
    filter: TokenEventFilter,
    limit: number,
  ): Promise<{ readonly batch: TokenEventBatch; readonly reached: LogPosition }> {
    const after = position ?? BEGINNING;
    // The installation's log is read first. If a tenant's event counts an installation event that this read missed, the next read returns
    // both.
    const ofAll = isMerged(tenantId, filter) ? await this.readOfAll(position, filter, limit) : null;
    const among = ofAll?.rows.map(({ number }) => number) ?? [];
    const own = await this.repository.read(tenantId, { after, filter, limit, among });
    if (position !== null && !own.isKept) throw gone();
    if (ofAll !== null) {
      const { events, reached, more } = mergeLogs(after, own, ofAll, limit);
      return { batch: { events: events.map(toEvent), place: placeOf(reached), more }, reached };
    }
    const reached = { ...own.reached, ofAll: Math.max(after.ofAll, own.reached.ofAll) };
    const events = own.rows.map((row) => toEvent({ row, place: row }));
    return { batch: { events, place: placeOf(reached), more: own.more }, reached };
  }

  /** Reads the log of the installation. Errors: `gone`. */
  private async readOfAll(position: LogPosition | null, filter: TokenEventFilter, limit: number): Promise<StoredRead> {
    const after = { number: position?.ofAll ?? 0, ofAll: 0, atSeconds: 0 };
    const read = await this.repository.read(INSTALLATION_LOG, { after, filter, limit });
    if (position !== null && !read.isKept) throw gone();
    return read;
  }

  /** Converts a place, which an earlier version might have issued, to a log position. Errors: `gone`. */
  private async positionIn(tenantId: string, place: LogPlace): Promise<LogPosition> {
    const position = positionOf(place);
    if (!('xid' in position)) return position;
    const number = await this.repository.translate(tenantId, position);
    const ofAll = tenantId === INSTALLATION_LOG ? 0 : await this.repository.translate(INSTALLATION_LOG, position);
    if (number === null || ofAll === null) throw gone();
    return { number, ofAll, atSeconds: 0 };
  }
}

function gone(): AppError {
  return new AppError('gone', 'Events after this position are no longer stored. Start over without a cursor.');
}

/** Returns true if the installation's events are merged into the tenant's events. */
function isMerged(tenantId: string, filter: TokenEventFilter): boolean {
  return tenantId !== INSTALLATION_LOG && mayConcernAll(filter);
}

/** Returns true if the installation's events can match the filter. They have neither an app nor a user. */
function mayConcernAll({ types, clientId, userId }: TokenEventFilter): boolean {
  return clientId === undefined && userId === undefined && types?.includes('key.rotated') !== false;
}

function toEvent({ row, place }: Placed<StoredTokenEvent>): TokenEvent {
  const { type, tenantId, clientId, userId, details, atMs } = row;
  return { id: placeOf(place), type, at: new Date(atMs).toISOString(), tenantId, clientId, userId, ...details };
}
