import { Controller, Get, Headers, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ApiProduces, ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import {
  EVENT_STREAM,
  EVENT_STREAM_HEADERS,
  eventStream,
  logMessages,
} from '../../../kernel/http/streams/event-stream';
import { OpenStreams } from '../../../kernel/http/streams/open-streams';
import { pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { tenantPageQuery } from '../../../kernel/http/input/tenant-query';
import { ListCursors } from '../../../kernel/lists/list-cursors';
import { placeIn } from '../../../kernel/log/log-position';
import { TokenEventsPort } from '../contract/token-events.port';
import {
  TOKEN_EVENT_TYPES,
  tokenEvent,
  type TokenEventBatch,
  type TokenEventFilter,
} from '../contract/token-events.types';

const JSON_PAGE = 'application/json';

const tokenEventsQuery = tenantPageQuery.extend({
  type: z
    .string()
    .max(512)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(TOKEN_EVENT_TYPES)).min(1))
    .optional()
    .meta({ description: `Types, separated by commas: ${TOKEN_EVENT_TYPES.join(', ')}.` }),
  client: z.string().min(1).max(128).optional().meta({ description: 'client_id of an app.' }),
  user: z.string().min(1).max(128).optional().meta({ description: 'Id of a user.' }),
  from: z.iso.datetime({ offset: true }).optional().meta({ description: 'Events at or after this time.' }),
  to: z.iso.datetime({ offset: true }).optional().meta({ description: 'Events before this time (pages only).' }),
});

type TokenEventsQuery = z.infer<typeof tokenEventsQuery>;

const tokenEventPage = pageOf(tokenEvent).extend({
  lastEventId: z.string().meta({
    description: 'The position up to which this page covers the events. A stream or a later page continues from here.',
  }),
});

type TokenEventPage = z.infer<typeof tokenEventPage>;

/** The token events of a tenant, as a stream or in pages. */
@ApiTags('token-events')
@Controller('api/v1/token-events')
export class TokenEventsInternalController {
  constructor(
    private readonly events: TokenEventsPort,
    private readonly streams: OpenStreams,
  ) {}

  @Get()
  @Guarded({ scope: 'admin', action: 'token_event.list', resourceType: 'token_event' })
  @ApiProduces(EVENT_STREAM, JSON_PAGE)
  @Docs({
    summary: 'Stream token events (Server-Sent Events), or read them in pages (Accept: application/json)',
    status: 200,
    errors: [406, 410],
    answer: tokenEventPage,
    query: tokenEventsQuery,
  })
  async listTokenEvents(
    @Caller() context: CallContext,
    @Query({ schema: tokenEventsQuery }) query: TokenEventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokenEventPage | StreamableFile> {
    const { type: types, client: clientId, user: userId, from, to } = query;
    const filter: TokenEventFilter = { types, clientId, userId, from, to };
    const accepted = request.accepts([EVENT_STREAM, JSON_PAGE]);
    if (accepted === false) {
      throw new AppError('not_acceptable', `Unsupported media type in "Accept". Use ${EVENT_STREAM} or ${JSON_PAGE}.`);
    }
    // A browser that loses a stream requests the same URL again, so its last position takes precedence over the position in the URL.
    const cursors = new ListCursors('token events', context.tenantId, filter);
    const after = lastEventId === undefined || lastEventId === '' ? placeIn(cursors, query.cursor) : lastEventId;
    if (accepted === JSON_PAGE || request.method === 'HEAD') {
      return toPage(await this.events.read(context, after, filter, query.limit), cursors);
    }
    return this.stream(context, after, filter, request, response);
  }

  private async stream(
    context: CallContext,
    after: string | null,
    filter: TokenEventFilter,
    request: Request,
    response: Response,
  ): Promise<StreamableFile> {
    if (filter.to !== undefined) {
      throw new AppError('invalid_request', 'A stream has no end: omit "to", or send Accept: application/json.', {
        fields: [{ pointer: '/to', code: 'not_allowed', message: 'Allowed only for pages.' }],
      });
    }
    // Reads the first events before it sends any data, so that the status code can report an invalid or expired position.
    const first =
      after === null && filter.from === undefined
        ? { events: [], place: await this.events.end(context), more: false }
        : await this.events.read(context, after, filter, FIRST_BATCH);
    const { tenantId, actor } = context;
    const signal = this.streams.open(request, response, { kind: 'token-events', tenantId, callerId: actor.id });
    response.set(EVENT_STREAM_HEADERS);
    const rest = this.events.follow(context, first.place, filter, signal);
    return eventStream(logMessages(first, rest, (event) => ({ id: event.id, event: event.type, data: event })));
  }
}

const FIRST_BATCH = 100;

function toPage({ events, place, more }: TokenEventBatch, cursors: ListCursors): TokenEventPage {
  return { items: [...events], nextCursor: more ? cursors.cursor(place) : null, lastEventId: place };
}
