/** Upper bounds of OPA's histogram, in seconds. */
const DEFAULT_BUCKETS: readonly number[] = [1e-6, 5e-6, 1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 0.01, 0.1, 1];
/** The maximum number of series in a histogram. Their labels come from a closed set of handlers, methods and codes. */
const MAX_SERIES = 2_000;

interface Series {
  readonly labels: string;
  readonly counts: number[];
  count: number;
  sum: number;
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** Counts request durations by code, handler and method: OPA's `http_request_duration_seconds`. */
export class RequestDurations {
  /** Series by handler, method and code. */
  private readonly series = new Map<string, Map<string, Map<number, Series>>>();
  private count = 0;

  constructor(private readonly buckets: readonly number[] = DEFAULT_BUCKETS) {}

  observe(code: number, handler: string, method: string, seconds: number): void {
    const series = this.series.get(handler)?.get(method)?.get(code) ?? this.begin(code, handler, method);
    if (series === undefined) return;
    series.count++;
    series.sum += seconds;
    const { buckets } = this;
    for (let index = buckets.length - 1; index >= 0 && seconds <= (buckets[index] ?? 0); index--) {
      series.counts[index] = (series.counts[index] ?? 0) + 1;
    }
  }

  private begin(code: number, handler: string, method: string): Series | undefined {
    if (++this.count > MAX_SERIES) return undefined;
    const name = METHODS.has(method) ? method.toLowerCase() : 'unknown';
    const labels = `code="${code}",handler="${handler}",method="${name}"`;
    const series = { labels, counts: this.buckets.map(() => 0), count: 0, sum: 0 };
    const byMethod = this.series.get(handler) ?? new Map<string, Map<number, Series>>();
    const byCode = byMethod.get(method) ?? new Map<number, Series>();
    this.series.set(handler, byMethod.set(method, byCode.set(code, series)));
    return series;
  }

  lines(): readonly string[] {
    const name = 'http_request_duration_seconds';
    const lines = [`# HELP ${name} A histogram of duration for requests.`, `# TYPE ${name} histogram`];
    const all = [...this.series.values()].flatMap((byMethod) =>
      [...byMethod.values()].flatMap((byCode) => [...byCode.values()]),
    );
    for (const { labels, counts, count, sum } of all) {
      this.buckets.forEach((bound, index) => {
        lines.push(`${name}_bucket{${labels},le="${boundText(bound)}"} ${counts[index] ?? 0}`);
      });
      lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
      lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`);
    }
    return all.length === 0 ? [] : lines;
  }
}

/** Formats a number as Go does: `1e-06`. */
const boundText = (bound: number): string => String(bound).replace(/e-(\d)$/, 'e-0$1');

/** Named counters. */
export class Counters {
  private readonly counts = new Map<string, number>();

  increment(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  get(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  lines(): readonly string[] {
    return [...this.counts].flatMap(([name, count]) => [
      `# HELP ${name} Number of events since the server started.`,
      `# TYPE ${name} counter`,
      `${name} ${count}`,
    ]);
  }
}

/** Returns the resource usage of the process, under the metric names of Prometheus clients. */
export function processLines(): readonly string[] {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const gauge = (name: string, help: string, value: number): string[] => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    `${name} ${value}`,
  ];
  const cpu = 'process_cpu_seconds_total';
  const started = Date.now() / 1_000 - process.uptime();
  return [
    `# HELP ${cpu} Total user and system CPU time spent in seconds.`,
    `# TYPE ${cpu} counter`,
    `${cpu} ${(user + system) / 1e6}`,
    ...gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', rss),
    ...gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', started),
    ...gauge('nodejs_heap_size_used_bytes', 'Process heap size used from Node.js in bytes.', heapUsed),
    ...gauge('nodejs_heap_size_total_bytes', 'Process heap size from Node.js in bytes.', heapTotal),
    ...gauge('nodejs_external_memory_bytes', 'Node.js external memory size in bytes.', external),
  ];
}
