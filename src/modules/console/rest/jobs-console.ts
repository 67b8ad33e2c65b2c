import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { type Parameters, valueOf } from '../../../kernel/pages/parameters';
import { JobLogsPort } from '../../jobs/contract/job-logs.port';
import { jobQuery } from '../../jobs/contract/job-query.types';
import { isTerminal, type Job, type JobEvent, type LogLine } from '../../jobs/contract/job.types';
import { statesOf } from '../../jobs/contract/job-status';
import { JobsPort } from '../../jobs/contract/jobs.port';
import { type Asked, ConsoleAccess, type Visitor } from './console-access';
import { ConsoleSurface } from './console-surface';
import { RunConsole } from './run-console';
import { canRequeue } from './job-texts';
import { jobPage } from './pages/job.page';
import { jobsPage } from './pages/jobs.page';

const ON_A_PAGE = 25;
const EVENTS_SHOWN = 50;
const LINES_SHOWN = 500;
/** The timeout for reading a page's data. */
const READ_MS = 10_000;

/** Builds the job pages. */
@Injectable()
export class JobsConsole {
  constructor(
    private readonly jobs: JobsPort,
    private readonly logs: JobLogsPort,
    private readonly access: ConsoleAccess,
    private readonly surface: ConsoleSurface,
    private readonly runs: RunConsole,
  ) {}

  /** Builds the list page. Errors: `invalid_request` for invalid filters and cursors. */
  async list({ context, user }: Visitor, query: Parameters): Promise<PageAnswer> {
    const [status, type, kind] = [valueOf(query, 'status'), valueOf(query, 'type'), valueOf(query, 'kind')];
    const states = status === '' ? undefined : statesOf(status);
    const cursor = valueOf(query, 'cursor');
    const asked = jobQuery.safeParse({
      limit: ON_A_PAGE,
      // An empty form field does not set a filter.
      states,
      type: type === '' ? undefined : type,
      kind: kind === '' ? undefined : kind,
      cursor: cursor === '' ? undefined : cursor,
    });
    if (!asked.success) throw new AppError('invalid_request', 'The URL has an invalid filter or cursor.');
    const { items, nextCursor } = await this.jobs.list(context, asked.data);
    const view = {
      email: user.email ?? user.displayName,
      filter: { status, type, kind },
      jobs: items,
      nextCursor,
      isFirst: cursor === '',
    };
    return { status: 200, page: jobsPage(view) };
  }

  /** Builds the page for one job. Errors: `not_found`. */
  async job(visitor: Visitor, id: string): Promise<PageAnswer> {
    const { context, user } = visitor;
    const job = await this.jobs.get(context, id);
    const signal = AbortSignal.timeout(READ_MS);
    const token = async (asked: Asked, isFit: boolean): Promise<string | null> =>
      isFit && (await this.access.may(visitor, asked)) ? this.surface.formToken(visitor, asked) : null;
    const resource = `job/${id}`;
    const [events, lines, run, cancelToken, requeueToken] = await Promise.all([
      this.eventsOf(visitor, job, signal),
      this.linesOf(visitor, id, signal),
      this.runs.view(visitor, job),
      token({ action: 'job.cancel', resource }, !isTerminal(job.state)),
      token({ action: 'job.requeue', resource }, canRequeue(job)),
    ]);
    return {
      status: 200,
      page: jobPage({ email: user.email ?? user.displayName, job, events, lines, run, cancelToken, requeueToken }),
    };
  }

  private async eventsOf({ context }: Visitor, job: Job, signal: AbortSignal): Promise<readonly JobEvent[]> {
    const events: JobEvent[] = [];
    const afterSeq = Math.max(0, job.lastEvent - EVENTS_SHOWN);
    for await (const event of this.jobs.watch(context, job.id, { afterSeq, signal })) {
      events.push(event);
      // The page shows the job up to this event; the stream sends the events after it.
      if (event.seq >= job.lastEvent) break;
    }
    return events;
  }

  private async linesOf({ context }: Visitor, id: string, signal: AbortSignal): Promise<readonly LogLine[]> {
    const lines: LogLine[] = [];
    const order = { follow: false, tailLines: LINES_SHOWN, fromLine: 0, signal };
    for await (const line of this.logs.read(context, id, order)) lines.push(line);
    return lines;
  }
}
