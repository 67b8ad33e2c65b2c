/** Change feed topic for configurations. The tenant of a change is `null` for the installation's defaults. */
export const CONFIG_TOPIC = 'config';

/** The configuration of a tenant at one version: the installation's defaults, overridden by its own values. */
export interface ConfigSnapshot {
  /** Opaque to callers; increases with each change that is visible to the tenant. */
  readonly version: string;
  readonly values: Readonly<Record<string, string>>;
  /** Time at which this version was created, in Unix milliseconds; 0 if nothing was ever set. */
  readonly updatedAtMs: number;
}
