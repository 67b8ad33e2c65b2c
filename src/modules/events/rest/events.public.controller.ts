import { Controller, Get, Headers, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ApiProduces, ApiTags } from '../../../kernel/http/openapi/open-api';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import {
  EVENT_STREAM,
  EVENT_STREAM_HEADERS,
  eventStream,
  logMessages,
} from '../../../kernel/http/streams/event-stream';
import { OpenStreams } from '../../../kernel/http/streams/open-streams';
import { pageOf, pageQuery } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { ListCursors } from '../../../kernel/lists/list-cursors';
import { placeIn } from '../../../kernel/log/log-position';
import { EventsPort } from '../contract/events.port';
import { cloudEvent, type EventBatch, type EventFilter, wantedType } from '../contract/events.types';

const JSON_PAGE = 'application/json';
const FIRST_BATCH = 100;
const MAX_TYPES = 50;

const eventsQuery = pageQuery.extend({
  type: z
    .string()
    .max(2_000)
    .transform((text) => text.split(','))
    .pipe(z.array(wantedType).min(1).max(MAX_TYPES))
    .optional()
    .meta({ description: 'Types or families, separated by commas: `coresdk.project.created,coresdk.group.*`.' }),
  subject: z
    .string()
    .min(1)
    .max(300)
    .regex(/^[^\0]*$/)
    .optional()
    .meta({ description: 'One resource, such as `project/prj-01h…`.' }),
});

type EventsQuery = z.infer<typeof eventsQuery>;

const eventPage = pageOf(cloudEvent).extend({
  lastEventId: z
    .string()
    .meta({ description: 'The position up to which events were read. A stream or a later page resumes after it.' }),
});

type EventPage = z.infer<typeof eventPage>;

/** The events of a tenant's resources, as a stream or in pages. */
@ApiTags('events')
@Controller('v1/events')
export class EventsPublicController {
  constructor(
    private readonly events: EventsPort,
    private readonly streams: OpenStreams,
  ) {}

  @Get()
  @Guarded({ scope: 'events.read', action: 'event.list', resourceType: 'event' })
  @ApiProduces(EVENT_STREAM, JSON_PAGE)
  @Docs({
    summary: 'Stream events (Server-Sent Events), or list them in pages (Accept: application/json)',
    status: 200,
    errors: [406, 410],
    answer: eventPage,
    query: eventsQuery,
  })
  async listEvents(
    @Caller() context: CallContext,
    @Query({ schema: eventsQuery }) { type: types, subject, cursor, limit }: EventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EventPage | StreamableFile> {
    const filter: EventFilter = { types, subject };
    const accepted = request.accepts([EVENT_STREAM, JSON_PAGE]);
    if (accepted === false) {
      throw new AppError('not_acceptable', `Accept ${EVENT_STREAM} or ${JSON_PAGE}.`);
    }
    // A browser that loses a stream requests the same URL again, so its last position takes precedence over the position in the URL.
    const cursors = new ListCursors('events', requireTenant(context), filter);
    const after = lastEventId === undefined || lastEventId === '' ? placeIn(cursors, cursor) : lastEventId;
    if (accepted === JSON_PAGE || request.method === 'HEAD') {
      return toPage(await this.events.read(context, after, filter, limit), cursors);
    }
    // Reads the first events before it sends any data, so that the status code can report an invalid or expired position.
    const first =
      after === null
        ? { events: [], place: await this.events.end(context), more: false }
        : await this.events.read(context, after, filter, FIRST_BATCH);
    const signal = this.streams.open(request, response, {
      kind: 'events',
      tenantId: requireTenant(context),
      callerId: context.actor.id,
    });
    response.set(EVENT_STREAM_HEADERS);
    const rest = this.events.follow(context, first.place, filter, signal);
    return eventStream(logMessages(first, rest, ({ place, event }) => ({ id: place, event: event.type, data: event })));
  }
}

function toPage({ events, place, more }: EventBatch, cursors: ListCursors): EventPage {
  const nextCursor = more ? cursors.cursor(place) : null;
  return { items: events.map(({ event }) => event), nextCursor, lastEventId: place };
}
