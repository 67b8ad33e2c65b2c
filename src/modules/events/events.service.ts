import { Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { BEGINNING, type LogPosition, placeOf, positionOf } from '../../kernel/log/log-position';
import { LogWatch } from '../../kernel/log/log-watch';
import type { EventsPort } from './contract/events.port';
import type { EventBatch, EventFilter, EventPlace } from './contract/events.types';
import { cloudEventOf } from './domain/cloud-event';
import { EventsRepository } from './storage/events.repository';

/** Maximum number of events in memory per stream, which limits the cost of a slow reader. */
const STREAM_BATCH = 100;
/** The longest interval between two positions that a stream receives. */
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
    const tenantId = requireTenant(context);
    const position = after === null ? null : await this.positionIn(tenantId, after);
    return (await this.readBehind(tenantId, position, filter, limit)).batch;
  }

  async end(context: CallContext): Promise<EventPlace> {
    return placeOf(await this.repository.end(requireTenant(context)));
  }

  async *follow(
    context: CallContext,
    after: EventPlace,
    filter: EventFilter,
    signal: AbortSignal,
  ): AsyncIterable<EventBatch> {
    const tenantId = requireTenant(context);
    let position = await this.positionIn(tenantId, after);
    while (!signal.aborted) {
      const { batch, reached } = await this.readBehind(tenantId, position, filter, STREAM_BATCH);
      yield batch;
      position = reached;
      if (!batch.more) await this.watch.moved([{ tenantId, after: reached.number }], PLACE_EVERY_MS, signal);
    }
  }

  private async readBehind(
    tenantId: string,
    position: LogPosition | null,
    filter: EventFilter,
    limit: number,
  ): Promise<{ readonly batch: EventBatch; readonly reached: LogPosition }> {
    const { rows, reached, more, isKept } = await this.repository.read(tenantId, position ?? BEGINNING, filter, limit);
    if (position !== null && !isKept) throw gone();
    const events = rows.map((row) => ({
      place: placeOf(row),
      event: cloudEventOf(this.installation.issuerUrl, row),
    }));
    return { batch: { events, place: placeOf(reached), more }, reached };
  }

  /** Returns the log position for a place that this version or an earlier version issued. Errors: `gone`. */
  private async positionIn(tenantId: string, place: EventPlace): Promise<LogPosition> {
    const position = positionOf(place);
    const found = 'xid' in position ? await this.repository.translate(tenantId, position) : position;
    if (found === null) throw gone();
    return found;
  }
}

function gone(): AppError {
  return new AppError('gone', 'Events after this position are no longer available. Start over without a cursor.');
}
