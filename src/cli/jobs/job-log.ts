import { z } from 'zod';
import { follow } from '../api/follow';
import type { RestClient } from '../api/rest-client';
import type { Terminal } from '../command';

const logLine = z.looseObject({ line: z.number(), text: z.string() });

/** Selects lines from a log. */
interface LogOptions {
  /** Continues until the job ends. */
  readonly follow: boolean;
  /** The number of lines to start with, counted from the end; 0 for all lines. */
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
