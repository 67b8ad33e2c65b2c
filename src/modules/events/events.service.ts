import { Installation } from '../../kernel/config/installation';
import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { BEGINNING, isBefore, placeOf, positionOf } from '../../kernel/log/log-position';
import { LogWatch } from '../../kernel/log/log-watch';
import type { EventsPort } from './contract/events.port';
import type { EventBatch, EventFilter, EventPlace } from './contract/events.types';
import { cloudEventOf } from './domain/cloud-event';
import { EventsRepository } from './storage/events.repository';

/** Events in memory for one stream, and so what a slow reader costs. */
const STREAM_BATCH = 100;
/** A stream learns at least this often how far it is. */
const PLACE_EVERY_MS = 10_000;

@Injectable()
export class EventsService implements EventsPort {
  private readonly watch: LogWatch;

  constructor(
    private readonly repository: EventsRepository,
    private readonly installation: Installation,
  ) {
    this.watch = new LogWatch((waiting) => repository.moved(waiting));
  }

  async read(context: CallContext, after: EventPlace | null, filter: EventFilter, limit: number): Promise<EventBatch> {
    const position = after === null ? BEGINNING : positionOf(after);
    const found = await this.repository.read(requireTenant(context), position, filter, limit);
    // A place before which the log ends is of another server, from before a restore: what came after it cannot be told.
    const isOfAnother = isBefore(found.reached, position);
    if (after !== null && (isOfAnother || position.atSeconds < found.keptFromSeconds)) {
      throw new AppError('gone', 'What came after this place is not kept any more: begin anew, without a cursor.');
    }
    const events = found.rows.map((row) => ({
      place: placeOf(row),
      event: cloudEventOf(this.installation.issuerUrl, row),
    }));
    return { events, place: placeOf(found.reached), more: found.more };
  }

  async end(_context: CallContext): Promise<EventPlace> {
    return placeOf(await this.repository.end());
  }

  async *follow(
    context: CallContext,
    after: EventPlace,
    filter: EventFilter,
    signal: AbortSignal,
  ): AsyncIterable<EventBatch> {
    const tenantIds = [requireTenant(context)];
    let place = after;
    while (!signal.aborted) {
      const batch = await this.read(context, place, filter, STREAM_BATCH);
      yield batch;
      place = batch.place;
      if (!batch.more) await this.watch.moved(tenantIds, positionOf(place), PLACE_EVERY_MS, signal);
    }
  }
}
