import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { BEGINNING, isBefore, placeOf, positionOf } from '../../kernel/log/log-position';
import { LogWatch } from '../../kernel/log/log-watch';
import type { TokenEventsPort } from './contract/token-events.port';
import {
  INSTALLATION_LOG,
  type LogPlace,
  type TokenEvent,
  type TokenEventBatch,
  type TokenEventFilter,
} from './contract/token-events.types';
import { mergeLogs } from './domain/merge-logs';
import { type StoredTokenEvent, TokenEventsRepository } from './storage/token-events.repository';

/** Events in memory for one stream, and so what a slow reader costs. */
const STREAM_BATCH = 100;
/** A stream learns at least this often how far it is. */
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
    const position = after === null ? BEGINNING : positionOf(after);
    const tenantId = requireTenant(context);
    const own = await this.repository.read(tenantId, { after: position, upTo: null, filter, limit });
    // A place before which the log ends is of another server, from before a restore: what came after it cannot be told.
    const isOfAnother = isBefore(own.reached, position);
    if (after !== null && (isOfAnother || position.atSeconds < own.keptFromSeconds)) {
      throw new AppError('gone', 'What came after this place is not kept any more: begin anew, without a cursor.');
    }
    const ofAll =
      tenantId === INSTALLATION_LOG || !mayConcernAll(filter)
        ? { rows: [], reached: own.reached, more: false }
        : await this.repository.read(INSTALLATION_LOG, { after: position, upTo: own.reached, filter, limit });
    const { rows, reached } = mergeLogs(own, ofAll, limit);
    const more = own.more || ofAll.more || rows.length === limit;
    return { events: rows.map(toEvent), place: placeOf(reached), more };
  }

  async end(_context: CallContext): Promise<LogPlace> {
    return placeOf(await this.repository.end());
  }

  async *follow(
    context: CallContext,
    after: LogPlace,
    filter: TokenEventFilter,
    signal: AbortSignal,
  ): AsyncIterable<TokenEventBatch> {
    const tenantIds = mayConcernAll(filter) ? [requireTenant(context), INSTALLATION_LOG] : [requireTenant(context)];
    let place = after;
    while (!signal.aborted) {
      const batch = await this.read(context, place, filter, STREAM_BATCH);
      yield batch;
      place = batch.place;
      if (!batch.more) await this.watch.moved(tenantIds, positionOf(place), PLACE_EVERY_MS, signal);
    }
  }
}

/** Whether events of the installation can be among what is wanted: they have neither app nor user. */
function mayConcernAll({ types, clientId, userId }: TokenEventFilter): boolean {
  return clientId === undefined && userId === undefined && types?.includes('key.rotated') !== false;
}

function toEvent(row: StoredTokenEvent): TokenEvent {
  const { type, tenantId, clientId, userId, details, atMs } = row;
  return { id: placeOf(row), type, at: new Date(atMs).toISOString(), tenantId, clientId, userId, ...details };
}
