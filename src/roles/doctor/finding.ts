/** `skip`: the check could not run, for a reason that is reported elsewhere or is expected. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** The result of a check about one subject. */
export interface Finding {
  readonly status: Status;
  /** The subject, in a word or two. */
  readonly subject: string;
  /** The state, as a short phrase. */
  readonly detail: string;
  /** The remedy that the operator can apply; `null` when there is nothing to do. */
  readonly remedy: string | null;
}

export function ok(subject: string, detail: string): Finding {
  return { status: 'ok', subject, detail, remedy: null };
}

/** Creates a finding about a subject that works but should be fixed. */
export function warn(subject: string, detail: string, remedy: string): Finding {
  return { status: 'warn', subject, detail, remedy };
}

/** Creates a finding about a subject that does not work, or does not work safely. */
export function fail(subject: string, detail: string, remedy: string): Finding {
  return { status: 'fail', subject, detail, remedy };
}

export function skip(subject: string, detail: string): Finding {
  return { status: 'skip', subject, detail, remedy: null };
}
