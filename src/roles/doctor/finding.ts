/** `skip`: it could not be looked at, and that is told elsewhere, or is as it should be. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** What a check found out about one thing. */
export interface Finding {
  readonly status: Status;
  /** What was looked at, in a word or two. */
  readonly subject: string;
  /** What is the case, in half a sentence. */
  readonly detail: string;
  /** What an operator does about it; `null` where nothing is to be done. */
  readonly remedy: string | null;
}

export function ok(subject: string, detail: string): Finding {
  return { status: 'ok', subject, detail, remedy: null };
}

/** Serves, and should be mended. */
export function warn(subject: string, detail: string, remedy: string): Finding {
  return { status: 'warn', subject, detail, remedy };
}

/** Does not serve, or not safely. */
export function fail(subject: string, detail: string, remedy: string): Finding {
  return { status: 'fail', subject, detail, remedy };
}

export function skip(subject: string, detail: string): Finding {
  return { status: 'skip', subject, detail, remedy: null };
}
