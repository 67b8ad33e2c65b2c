/** The change feed topic for configurations. A change's tenant is `null` for the installation's defaults. */
export const CONFIG_TOPIC = 'config';

/** A tenant's configuration at one version: the installation's defaults, overridden by the tenant's own values. */
export interface ConfigSnapshot {
  /** Opaque to callers; increases with each change that is visible to the tenant. */
  readonly version: string;
  readonly values: Readonly<Record<string, string>>;
  /** The time at which this version was created, in Unix milliseconds; 0 if no value was ever set. */
  readonly updatedAtMs: number;
}
