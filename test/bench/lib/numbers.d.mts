export declare function median(values: readonly number[]): number;
export declare function quantiles(times: readonly number[]): {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
};
