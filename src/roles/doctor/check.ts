import type { Sealer } from '../../kernel/sealing/sealer';
import type { Environment } from '../../kernel/config/config-section';
import type { Settings } from '../settings';
import type { Finding } from './finding';
import type { RunningProcess } from './running-process';
import type { OpenStore, StoreState } from './store-state';

/** What is examined: an installation as the settings here describe it, whether it runs or not. */
export interface Patient {
  readonly environment: Environment;
  /** Checked; what has a fault reads as its default. */
  readonly settings: Settings;
  /** Everything that is wrong with the configuration. */
  readonly faults: readonly string[];
  readonly store: StoreState;
  /** The process that serves by these settings on this machine; `null` when none answers at HEALTH_PORT. */
  readonly running: RunningProcess | null;
  /** `null` without a master key. */
  readonly sealer: Sealer | null;
}

/** One thing that is looked at. It changes nothing, and tells no secret. */
export interface Check {
  /** Heading under which its findings stand. */
  readonly group: string;
  /** Longest that it may take, in milliseconds. */
  readonly limitMs: number;
  /** Variables without which it says nothing: it is left out while one of them has a fault. */
  readonly needs?: readonly string[];
  /** It keeps the processor busy, which would spoil what others measure: made after them. */
  readonly last?: true;
  /** @param limitMs what is left of its time, {@link Check.limitMs} at most. */
  run(patient: Patient, limitMs: number): Promise<readonly Finding[]>;
}

/** A check of the store, left out while there is none to ask. */
export function storeCheck(
  check: Omit<Check, 'run'> & {
    run(patient: Patient & { store: OpenStore }, limitMs: number): Promise<readonly Finding[]>;
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
