import { Controller, Get, Headers, Param, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import {
  EVENT_STREAM,
  EVENT_STREAM_HEADERS,
  eventStream,
  type ServerSentEvent,
} from '../../../kernel/http/streams/event-stream';
import { ApiProduces, ApiTags } from '../../../kernel/http/openapi/open-api';
import { OpenStreams } from '../../../kernel/http/streams/open-streams';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { JobLogsPort } from '../../jobs/contract/job-logs.port';
import { isTerminal, JOB_STATES, type JobEvent, LOG_STREAMS, type LogLine } from '../../jobs/contract/job.types';
import { JOB_STATUSES, statusOf } from '../../jobs/contract/job-status';
import { JobsPort } from '../../jobs/contract/jobs.port';
import { ConsoleSurface } from './console-surface';
import { ConsoleAuditRecorder } from './console-audit-recorder';
import { stateAfter, timeText, describeEvent } from './job-texts';

const place = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const eventsQuery = z.strictObject({
  after: place.default(0).meta({ description: 'Number of the last event that the page shows.' }),
});
const logQuery = z.strictObject({
  from: place.default(0).meta({ description: 'Number of the first line that the page does not show yet.' }),
});

/** An event, as the page shows it. */
const shownEvent = z.object({
  at: z.iso.datetime(),
  /** The time in human-readable form. */
  time: z.string(),
  text: z.string(),
  /** The job's state after the event; `null` if the event does not change it. */
  state: z.enum(JOB_STATES).nullable(),
  /** The name of that state, which is the same on the page as in the REST API. */
  status: z.enum(JOB_STATUSES).nullable(),
  percent: z.number().nullable(),
  stage: z.string(),
  isEnd: z.boolean(),
});

/** A line of the log, as the page shows it. */
const shownLine = z.object({ stream: z.enum(LOG_STREAMS), text: z.string() });

const ID = { id: 'Id of the job.' };

/** Streams for the job page, equivalent to the REST API's streams but for a browser session. */
@ApiTags('console')
@Controller('console/jobs/:id')
export class JobStreamsConsolePublicController {
  constructor(
    private readonly surface: ConsoleSurface,
    private readonly trail: ConsoleAuditRecorder,
    private readonly jobs: JobsPort,
    private readonly logs: JobLogsPort,
    private readonly streams: OpenStreams,
  ) {}

  @Get('events')
  @PublicRoute()
  @ApiProduces(EVENT_STREAM)
  @Docs({
    summary: 'Stream the events of a job for its page',
    status: 200,
    also: [204],
    errors: [401, 403],
    answer: shownEvent,
    params: ID,
    query: eventsQuery,
  })
  async streamConsoleJobEvents(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Param('id') id: string,
    @Query({ schema: eventsQuery }) query: z.infer<typeof eventsQuery>,
    @Headers('last-event-id') told: string | undefined,
  ): Promise<StreamableFile | undefined> {
    const asked = { action: 'job.events.get', resource: `job/${id}` };
    const visitor = await this.surface.admit(request, response, asked);
    const job = await this.jobs.get(visitor.context, id);
    const afterSeq = placeIn(told) ?? query.after;
    await this.trail.read(visitor, asked);
    if (isTerminal(job.state) && afterSeq >= job.lastEvent) return nothingMore(response);
    const signal = this.open(request, response, visitor.context);
    return eventStream(messagesOf(this.jobs.watch(visitor.context, id, { afterSeq, signal }), toEventMessage));
  }

  @Get('log')
  @PublicRoute()
  @ApiProduces(EVENT_STREAM)
  @Docs({
    summary: 'Stream the log of a job for its page',
    status: 200,
    also: [204],
    errors: [401, 403],
    answer: shownLine,
    params: ID,
    query: logQuery,
  })
  async getConsoleJobLog(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Param('id') id: string,
    @Query({ schema: logQuery }) query: z.infer<typeof logQuery>,
    @Headers('last-event-id') told: string | undefined,
  ): Promise<StreamableFile | undefined> {
    const asked = { action: 'job.logs.get', resource: `job/${id}` };
    const visitor = await this.surface.admit(request, response, asked);
    const { state } = await this.jobs.get(visitor.context, id);
    const last = placeIn(told);
    await this.trail.read(visitor, asked);
    const signal = this.open(request, response, visitor.context);
    const order = { follow: true, tailLines: 0, fromLine: last === null ? query.from : last + 1, signal };
    const messages = messagesOf(this.logs.read(visitor.context, id, order), toLineMessage);
    if (!isTerminal(state)) return eventStream(messages);
    const first = await messages.next();
    return first.done === true ? nothingMore(response) : eventStream(after(first.value, messages));
  }

  private open(request: Request, response: Response, { tenantId, actor }: CallContext): AbortSignal {
    const signal = this.streams.open(request, response, { kind: 'jobs', tenantId, callerId: actor.id });
    response.set(EVENT_STREAM_HEADERS);
    return signal;
  }
}

/** Returns the position of a browser that reconnects to the same address after its stream is interrupted. */
function placeIn(told: string | undefined): number | null {
  return told !== undefined && /^\d{1,15}$/.test(told) ? Number(told) : null;
}

/** Ends a stream permanently. A client that receives this status does not reconnect (HTML Living Standard §9.2). */
function nothingMore(response: Response): undefined {
  response.status(204);
}

async function* messagesOf<Item>(
  items: AsyncIterable<Item>,
  toMessage: (item: Item) => ServerSentEvent,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  for await (const item of items) yield toMessage(item);
}

async function* after(first: ServerSentEvent, rest: AsyncIterable<ServerSentEvent>): AsyncIterable<ServerSentEvent> {
  yield first;
  yield* rest;
}

/** Converts an event to the form that the page shows. */
function toEventMessage(event: JobEvent): ServerSentEvent {
  const state = stateAfter(event);
  const isProgress = event.type === 'progress';
  const data: z.infer<typeof shownEvent> = {
    at: event.at,
    time: timeText(event.at),
    text: describeEvent(event),
    state,
    status: state === null ? null : statusOf(state),
    percent: isProgress ? event.percent : null,
    stage: isProgress ? event.stage : '',
    isEnd: state !== null && isTerminal(state),
  };
  return { id: String(event.seq), event: 'job', data };
}

function toLineMessage({ line, stream, text }: LogLine): ServerSentEvent {
  return { id: String(line), event: 'line', data: { stream, text } };
}
