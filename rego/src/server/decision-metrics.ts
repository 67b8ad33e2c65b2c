import { goJson } from './json-text.js';

/** The timers of one request, by OPA's names. */
export type TimerName =
  | 'rego_input_parse'
  | 'rego_query_parse'
  | 'rego_query_compile'
  | 'rego_query_eval'
  | 'rego_partial_eval'
  | 'server_handler';

/** The durations of one request: OPA's `metrics` in a response. */
export class DecisionMetrics {
  private readonly began = performance.now();
  private readonly nanos = new Map<string, number>();
  private isHit = 0;

  /** Runs work and records its duration. */
  time<T>(name: TimerName, work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.nanos.set(name, (this.nanos.get(name) ?? 0) + Math.round((performance.now() - start) * 1e6));
    }
  }

  /** Records whether the query was already prepared. */
  cacheHit(isHit: boolean): void {
    this.isHit = isHit ? 1 : 0;
  }

  /** Returns the metrics as JSON. Stops the handler's timer. */
  data(): Readonly<Record<string, number>> {
    const handler = Math.round((performance.now() - this.began) * 1e6);
    const data: Record<string, number> = { counter_server_query_cache_hit: this.isHit };
    for (const name of [...this.nanos.keys()].sort()) data[`timer_${name}_ns`] = this.nanos.get(name) ?? 0;
    data['timer_server_handler_ns'] = handler;
    return data;
  }

  json(): string {
    return goJson(this.data());
  }
}
