import type { ConfigSection } from '../config/config-section';
import type { TenantData } from '../tenant-data/tenant-data';

/** An entry point for callers: the public REST API, the internal REST API, gRPC, or OPA's REST API. */
export type Surface = 'public' | 'internal' | 'grpc' | 'opa';

/** Loads a file if the process hosts what that file exports. Reading code takes half of the startup time. */
export type Load = () => Promise<object>;

/**
 * The parts of a module that Nest cannot express. It names surfaces, never roles: `roles/hosting.ts` says which role hosts
 * which of its Nest modules.
 */
export interface Manifest {
  /** The settings that the module owns. All its code can inject them. */
  readonly config?: readonly ConfigSection[];
  /** Nest modules with services that run in the process that hosts them. */
  readonly hosted?: Readonly<Record<string, Load>>;
  /** The Nest module whose ports call the sidecar over the network. */
  readonly remote?: Load;
  /**
   * Files with controllers, by the surface that they serve. `proxied` is for controllers on the internal surface to which the public
   * surface forwards requests.
   */
  readonly controllers?: Readonly<Partial<Record<Surface | 'proxied', readonly Load[]>>>;
  /** Describes the rows that the module stores for a tenant. */
  readonly tenantData?: TenantData;
}
