import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { Clock } from '../../../kernel/time/clock';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { type LogSink, type RunLog, RunLogs, type RunRef } from '../run/run-ports';
import { LogsRepository } from '../storage/logs.repository';
import { LogCommits } from './log-commits';
import { LogWriter } from './log-writer';

/** The logs of this process's runs. When a job runs again, its log continues where the previous run stopped. */
@Injectable()
export class StoredRunLogs extends RunLogs {
  constructor(
    private readonly repository: LogsRepository,
    private readonly commits: LogCommits,
    private readonly clock: Clock,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {
    super();
  }

  /**
   * Opens the log of a run. The log does not read from the database before the first write, and stores its lines only if the request
   * captures logs. Close the log before the job ends, because later writes are refused. Errors of its calls: the errors of {@link
   * LogWriter}.
   */
  override open(run: RunRef, sink: LogSink | null = null): RunLog {
    if (!run.request.captureLogs) return NOTHING;
    let opened: Promise<LogWriter> | null = null;
    return {
      write: async (stream, piece) => {
        opened ??= this.writer(run, sink);
        await (await opened).write(stream, piece);
      },
      close: async () => {
        if (opened !== null) await (await opened).close();
      },
    };
  }

  private async writer({ tenantId, jobId, fence, isNew }: RunRef, sink: LogSink | null): Promise<LogWriter> {
    const stored = sink === null && !isNew ? await this.repository.size(tenantId, jobId) : null;
    const size = stored ?? { lines: 0, bytes: 0 };
    const owner = { tenantId, jobId, fence };
    const { clock } = this;
    const commits = sink ?? this.commits;
    return new LogWriter({ owner, size, maxBytes: this.config.JOBS_MAX_LOG_BYTES, commits, clock });
  }
}

const NOTHING: RunLog = { write: () => Promise.resolve(), close: () => Promise.resolve() };
