/** Topic of changed configurations; the tenant is the change's, `null` for the installation's defaults. */
export const CONFIG_TOPIC = 'config';

/** The configuration of a tenant as it is at one version: its own values over the installation's defaults. */
export interface ConfigSnapshot {
  /** Opaque to callers; goes up with each change of what the tenant sees. */
  readonly version: string;
  readonly values: Readonly<Record<string, string>>;
  /** When this version came to be, Unix milliseconds; 0 while nothing was ever set. */
  readonly updatedAtMs: number;
}
