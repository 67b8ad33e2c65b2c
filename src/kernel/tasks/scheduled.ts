/** The schedule on which a method is called. */
export interface Schedule<Provider = never> {
  /** Names the task in the log and in metrics: `<module>.<action>`, such as `oauth.prune`. */
  readonly name: string;
  /** The interval, or a function that derives it from the provider, for example from its settings. */
  readonly everyMs: number | ((provider: Provider) => number);
  /** See `TaskOptions`. */
  readonly jitter?: number;
  /**
   * Duration in seconds of the lease that lets only one process at a time run the task. The other processes skip the task, and the owner
   * keeps the lease from turn to turn. The lease is renewed at most once a second, so a turn may begin with up to a second less remaining.
   * The duration must be longer than `everyMs`; otherwise, each process gets a turn. Use a lease for work on all tenants, which does not
   * need to run in each process. If omitted, every process runs the task.
   */
  readonly leaseSeconds?: number;
  /** Log message when a turn fails. */
  readonly failure: string;
}

const SCHEDULE = Symbol('schedule');

/**
 * Calls a method of a provider periodically until the process stops. The first call occurs one interval after the start. The method
 * receives a signal that aborts when the process stops, and its errors are logged. Calls to the same method never overlap within a process.
 */
export function Scheduled<Provider>(schedule: Schedule<Provider>) {
  return <Method extends (signal: AbortSignal) => unknown>(
    _prototype: Provider,
    _name: string | symbol,
    { value }: TypedPropertyDescriptor<Method>,
  ): void => {
    if (value !== undefined) Reflect.defineMetadata(SCHEDULE, schedule, value);
  };
}

/** Returns the schedule of a method, if any. */
export function scheduleOf(method: object): Schedule | undefined {
  return Reflect.getMetadata(SCHEDULE, method) as Schedule | undefined;
}
