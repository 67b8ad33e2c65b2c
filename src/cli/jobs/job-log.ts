import { z } from 'zod';
import { follow } from '../api/follow';
import type { RestClient } from '../api/rest-client';
import type { Terminal } from '../command';

const logLine = z.looseObject({ line: z.number(), text: z.string() });

/** Which lines of a log are wanted. */
interface LogOptions {
  /** Goes on until the job has ended. */
  readonly follow: boolean;
  /** The number of lines to start with, from the end; 0: all. */
  readonly tail?: number;
  readonly terminal: Terminal;
}

/** Yields the lines that a job has written, and resumes when the stream is interrupted. */
export function jobLog(
  client: RestClient,
  jobId: string,
  { follow: isFollowed, tail = 0, terminal }: LogOptions,
): AsyncGenerator<z.infer<typeof logLine>> {
  return follow(client, logLine, {
    path: `/v1/jobs/${encodeURIComponent(jobId)}/logs`,
    query: { follow: String(isFollowed), ...(tail > 0 ? { tail: String(tail) } : {}) },
    isFinite: !isFollowed,
    terminal,
  });
}
