import type { ConfigSnapshot } from '../contract/config.types';

export type Entries = Readonly<Record<string, string>>;

/** A version of a configuration, or version 0 before the first change. */
export interface StoredConfig {
  readonly version: number;
  readonly entries: Entries;
  readonly createdAtMs: number;
}

/**
 * The configuration that a tenant sees: a version of the defaults, overridden by a version of the tenant's own values. Version numbers
 * never decrease.
 */
export interface ConfigState {
  readonly defaults: StoredConfig;
  readonly own: StoredConfig;
}

/** The version numbers that identify a state. */
export interface StatePlace {
  readonly defaults: number;
  readonly own: number;
}

/** The format of a version: the number of changes that the tenant has seen, and how many of them changed the defaults. */
const VERSION = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/;

export const NOTHING: StoredConfig = { version: 0, entries: {}, createdAtMs: 0 };

/** Returns the state as applications read it. */
export function snapshotOf({ defaults, own }: ConfigState): ConfigSnapshot {
  return {
    version: versionOf({ defaults: defaults.version, own: own.version }),
    values: { ...defaults.entries, ...own.entries },
    updatedAtMs: Math.max(defaults.createdAtMs, own.createdAtMs),
  };
}

export function versionOf({ defaults, own }: StatePlace): string {
  return `${defaults + own}.${defaults}`;
}

/** Returns the position of a version, or `null` for an invalid version. */
export function placeOf(version: string): StatePlace | null {
  const [, changes, defaults] = VERSION.exec(version) ?? [];
  if (changes === undefined || defaults === undefined) return null;
  const own = Number(changes) - Number(defaults);
  return own < 0 ? null : { defaults: Number(defaults), own };
}

/** The nearest stored versions after a position; `null` if there is no such version. */
export interface Successors {
  readonly own: { readonly version: number; readonly defaultsVersion: number } | null;
  readonly defaults: { readonly version: number } | null;
}

/**
 * Returns the position after `last`: the next version of the tenant's own entries or of the defaults, whichever came first. `present` if
 * the versions in between are no longer stored, so only the current state is available. `null` if there is no later version.
 */
export function placeAfter(last: StatePlace, { own, defaults }: Successors): StatePlace | 'present' | null {
  if (own === null && defaults === null) return null;
  if (own !== null && own.version > last.own + 1) return 'present';
  if (defaults !== null && defaults.version > last.defaults + 1) return 'present';
  const isOwnFirst = own !== null && (defaults === null || own.defaultsVersion <= last.defaults);
  return isOwnFirst ? { ...last, own: last.own + 1 } : { ...last, defaults: last.defaults + 1 };
}
