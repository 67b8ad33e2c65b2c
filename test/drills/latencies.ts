import { median, quantiles } from '../bench/lib/numbers.mjs';

/** Half of the responses arrived within `p50Ms`, and 99% within `p99Ms`. */
export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const ROUNDS = 5;

/**
 * Measures sequential actions in rounds. Other load on the machine affects only some rounds, so this returns the
 * median.
 */
export async function latenciesOf(timesOfRound: number, act: () => Promise<unknown>): Promise<Latencies> {
  await act();
  const rounds: Latencies[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const taken: number[] = [];
    for (let time = 0; time < timesOfRound; time++) {
      const asked = performance.now();
      await act();
      taken.push(performance.now() - asked);
    }
    rounds.push(quantiles(taken));
  }
  return { p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)), p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)) };
}

/** Formats the latencies for a report. */
export const formatLatencies = ({ p50Ms, p99Ms }: Latencies): string =>
  `p50 ${p50Ms.toFixed(1)} ms p99 ${p99Ms.toFixed(1)} ms`;
