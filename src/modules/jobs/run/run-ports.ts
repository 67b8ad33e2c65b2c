import type { CallContext } from '../../../kernel/context/call-context';
import type { JobRequest } from '../contract/job-request.types';
import type { JobSecret } from '../contract/job-runner';
import type { LogStream } from '../contract/job.types';
import type { LogPiece } from '../storage/logs.repository';

/** The run of a job. Writes for it succeed only while its fence is that of the job. */
export interface RunRef {
  readonly tenantId: string;
  readonly jobId: string;
  /** Increases each time that a run gets the job. */
  readonly fence: number;
  /** True when no run had the job before: there are no steps and no log. */
  readonly isNew: boolean;
  readonly request: JobRequest;
  /** Acts for the submitter of the job. */
  readonly context: CallContext;
}

/** The log of one run. */
export interface RunLog {
  /** Resolves when there is room for more. */
  write(stream: LogStream, piece: string | Uint8Array): Promise<void>;
  /** Resolves when everything written is stored; accepts nothing more. */
  close(): Promise<void>;
}

/** Stores the full chunks of logs. */
export interface LogSink {
  /** @returns whether it was written; not when the job is another's by now. */
  write(piece: LogPiece): Promise<boolean>;
}

export abstract class RunLogs {
  /** @param sink for a log that begins with this run and is not for the store itself; `null`: the store's. */
  abstract open(run: RunRef, sink?: LogSink | null): RunLog;
}

export abstract class RunOutputs {
  /** Keeps a file of the job's output; one with this key is replaced. */
  abstract put(run: RunRef, key: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;
}

export abstract class RunSecrets {
  /** The secrets of the request, and notes their names with the job. */
  abstract resolve(run: RunRef): Promise<readonly JobSecret[]>;
}

export abstract class RunInputs {
  abstract files(run: RunRef): Promise<ReadonlyMap<string, Uint8Array>>;
}
