import { Readable } from 'node:stream';
import { Controller, Get, Headers, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import {
  EVENT_STREAM,
  EVENT_STREAM_HEADERS,
  eventStream,
  type ServerSentEvent,
} from '../../../kernel/http/streams/event-stream';
import { ApiProduces, ApiTags } from '../../../kernel/http/openapi/open-api';
import { OpenStreams } from '../../../kernel/http/streams/open-streams';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { JobLogsPort, type LogOrder } from '../contract/job-logs.port';
import { isTerminal, type JobEvent, type LogLine } from '../contract/job.types';
import { JobsPort } from '../contract/jobs.port';
import { hasAllEvents, lastEventId } from '../contract/stream-place';
import { eventsQuery, type EventsQuery, logsQuery, type LogsQuery } from './job-requests';
import { jobEventView, logLineView } from '../contract/job-view';

const READ = { scope: 'jobs.read', resourceType: 'job' };
const ID = { id: 'Id of the job.' };
const TEXT = 'text/plain';
/** The number of log bytes to read ahead of the reader. */
const AHEAD_BYTES = 65_536;

/**
 * Streams the events and the log of a job. An interrupted reader resumes with `Last-Event-ID`, without gaps or duplicates. A reader that
 * has already received everything gets a 204 response, so that a browser does not reconnect.
 */
@ApiTags('jobs')
@Controller('v1/jobs/:id')
export class JobStreamsPublicController {
  constructor(
    private readonly jobs: JobsPort,
    private readonly logs: JobLogsPort,
    private readonly streams: OpenStreams,
  ) {}

  @Get('events')
  @Guarded({ ...READ, action: 'job.events.get' })
  @ApiProduces(EVENT_STREAM)
  @Docs({
    summary: 'Stream the events of a job until it ends (Server-Sent Events)',
    status: 200,
    also: [204],
    errors: [406],
    answer: jobEventView,
    params: ID,
    query: eventsQuery,
  })
  async streamJobEvents(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: eventsQuery }) { from }: EventsQuery,
    @Headers('last-event-id') told: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile | undefined> {
    const job = await this.jobs.get(context, id);
    acceptedOf(request, [EVENT_STREAM]);
    const last = lastEventId(told);
    if (last !== null && hasAllEvents(job, last)) return nothingMore(response);
    if (request.method === 'HEAD') return headOf(response, EVENT_STREAM);
    const signal = this.open(context, request, response);
    const afterSeq = last ?? (from === 'now' ? null : 0);
    return eventStream(messagesOf(this.jobs.watch(context, id, { afterSeq, signal }), eventMessage));
  }

  @Get('logs')
  @Guarded({ ...READ, action: 'job.logs.get' })
  @ApiProduces(EVENT_STREAM, TEXT)
  @Docs({
    summary: 'Read or follow the log of a job, as text or line by line (Accept: text/event-stream)',
    status: 200,
    also: [204],
    errors: [406],
    answer: logLineView,
    params: ID,
    query: logsQuery,
  })
  async getJobLog(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: logsQuery }) query: LogsQuery,
    @Headers('last-event-id') told: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile | undefined> {
    const { state } = await this.jobs.get(context, id);
    const type = acceptedOf(request, [TEXT, EVENT_STREAM]);
    const last = lastEventId(told);
    if (last === null && query.tail > 0 && query.fromLine > 0) {
      throw new AppError('invalid_request', 'Specify either a first line or a number of last lines, not both.');
    }
    if (request.method === 'HEAD') return headOf(response, type);
    const signal = this.open(context, request, response);
    const order: LogOrder = {
      follow: query.follow === undefined ? type === EVENT_STREAM : query.follow === 'true',
      // A browser that lost a stream requests the same URL again. The position that it last received takes precedence over the position in
      // the URL.
      ...(last === null ? { tailLines: query.tail, fromLine: query.fromLine } : { tailLines: 0, fromLine: last + 1 }),
      signal,
    };
    const lines = this.logs.read(context, id, order);
    if (type === TEXT) return new StreamableFile(textOf(lines), { type: `${TEXT}; charset=utf-8` });
    const messages = messagesOf(lines, logMessage);
    if (!isTerminal(state)) return eventStream(messages);
    const first = await messages.next();
    return first.done === true ? nothingMore(response) : eventStream(after(first.value, messages));
  }

  private open(context: CallContext, request: Request, response: Response): AbortSignal {
    const signal = this.streams.open(request, response, {
      kind: 'jobs',
      tenantId: requireTenant(context),
      callerId: context.actor.id,
    });
    response.set(EVENT_STREAM_HEADERS);
    return signal;
  }
}

/** Returns the media type that the caller accepts. Errors: `not_acceptable`. */
function acceptedOf(request: Request, types: readonly string[]): string {
  const accepted = request.accepts([...types]);
  if (accepted !== false) return accepted;
  throw new AppError('not_acceptable', `This resource is available as ${types.join(' and as ')}.`);
}

/** Responds with 204, which tells a client not to reconnect (HTML Living Standard §9.2). */
function nothingMore(response: Response): undefined {
  response.status(204);
}

function headOf(response: Response, type: string): undefined {
  response.type(type);
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

function eventMessage(event: JobEvent): ServerSentEvent {
  return { id: String(event.seq), event: event.type, data: event };
}

function logMessage(line: LogLine): ServerSentEvent {
  return { id: String(line.line), event: 'log', data: line };
}

function textOf(lines: AsyncIterable<LogLine>): Readable {
  const texts = (async function* () {
    for await (const { text } of lines) yield `${text}\n`;
  })();
  return Readable.from(texts, { objectMode: false, highWaterMark: AHEAD_BYTES });
}
