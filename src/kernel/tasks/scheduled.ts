/** How a method is called by the clock. */
export interface Schedule<Provider = never> {
  /** Names the task in the log and in metrics: `<module>.<what it does>`, such as `oauth.prune`. */
  readonly name: string;
  /** A number, or what says it by the provider, such as by its settings. */
  readonly everyMs: number | ((provider: Provider) => number);
  /** See `TaskOptions`. */
  readonly jitter?: number;
  /**
   * For how long one process at a time has the task, in seconds: the others leave it to that one, which keeps it from turn to
   * turn. It is renewed at most once a second, so a turn may begin with a second less. It must be longer than `everyMs`, or each
   * process gets its turn. For work on all tenants, which need not be done by each process. Without it every process does it.
   */
  readonly leaseSeconds?: number;
  /** Sentence for the log when a turn fails. */
  readonly failure: string;
}

const SCHEDULE = Symbol('schedule');

/**
 * Calls a method of a provider every so often until the process stops, first after one interval. The method is given a signal
 * that is aborted then, and what it throws is logged. Turns of one method never overlap in a process.
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

/** The schedule of a method, if it has one. */
export function scheduleOf(method: object): Schedule | undefined {
  return Reflect.getMetadata(SCHEDULE, method) as Schedule | undefined;
}
