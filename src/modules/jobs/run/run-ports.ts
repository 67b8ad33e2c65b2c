import type { CallContext } from '../../../kernel/context/call-context';
import type { JobRequest } from '../contract/job-request.types';
import type { JobSecret } from '../contract/job-runner';
import type { LogStream } from '../contract/job.types';
import type { LogPiece } from '../storage/logs.repository';

/** The run of a job. Its writes succeed only while its fence matches the job's. */
export interface RunRef {
  readonly tenantId: string;
  readonly jobId: string;
  /** Increases with each assignment of the job to a run. */
  readonly fence: number;
  /** True when the job had no earlier run, so there are no steps and no log. */
  readonly isNew: boolean;
  readonly request: JobRequest;
  /** The context in which the run acts on behalf of the job's submitter. */
  readonly context: CallContext;
}

/** The log of one run. */
export interface RunLog {
  /** Resolves when there is room for more. */
  write(stream: LogStream, piece: string | Uint8Array): Promise<void>;
  /** Resolves when all written pieces are stored. Further writes are refused. */
  close(): Promise<void>;
}

/** Stores the full chunks of logs. */
export interface LogSink {
  /** @returns true when the piece was written; false when the job has moved to another worker. */
  write(piece: LogPiece): Promise<boolean>;
}

export abstract class RunLogs {
  /** @param sink the sink for a log that begins with this run and bypasses the store; `null` for the store's log. */
  abstract open(run: RunRef, sink?: LogSink | null): RunLog;
}

export abstract class RunOutputs {
  /** Stores an output file of the job, replacing any existing file with the same key. */
  abstract put(run: RunRef, key: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;
}

export abstract class RunSecrets {
  /** Returns the secrets that the request names, and records their names with the job. */
  abstract resolve(run: RunRef): Promise<readonly JobSecret[]>;
}

export abstract class RunInputs {
  abstract files(run: RunRef): Promise<ReadonlyMap<string, Uint8Array>>;
}
