import type { Sealer } from '../../kernel/sealing/sealer';
import type { Environment } from '../../kernel/config/config-section';
import type { Settings } from '../settings';
import type { Finding } from './finding';
import type { RunningProcess } from './running-process';
import type { OpenStore, StoreState } from './store-state';

/** The context of the checks: the installation that these settings describe, whether or not it is running. */
export interface DoctorContext {
  readonly environment: Environment;
  /** The validated settings; the default replaces an invalid value. */
  readonly settings: Settings;
  /** All configuration faults. */
  readonly faults: readonly string[];
  readonly store: StoreState;
  /** The process that runs with these settings on this machine; `null` if no process responds at HEALTH_PORT. */
  readonly running: RunningProcess | null;
  /** `null` if no master key is set. */
  readonly sealer: Sealer | null;
}

/** One read-only check, which does not reveal secrets. */
export interface Check {
  /** The heading of its findings. */
  readonly group: string;
  /** The time limit in milliseconds. */
  readonly limitMs: number;
  /** Variables that the check needs. The check is skipped if one of them has a fault. */
  readonly needs?: readonly string[];
  /** Runs last, because it keeps the processor busy and would distort the measurements of other checks. */
  readonly last?: true;
  /** @param limitMs the remaining time, at most {@link Check.limitMs}. */
  run(patient: DoctorContext, limitMs: number): Promise<readonly Finding[]>;
}

/** Returns a check of the store that is skipped if no store is available. */
export function storeCheck(
  check: Omit<Check, 'run'> & {
    run(patient: DoctorContext & { store: OpenStore }, limitMs: number): Promise<readonly Finding[]>;
  },
): Check {
  return {
    ...check,
    async run(patient, limitMs) {
      const { store } = patient;
      if (store.state !== 'open' || !store.facts.hasSchema) return [];
      return check.run({ ...patient, store }, limitMs);
    },
  };
}
