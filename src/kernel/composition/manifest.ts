import type { ConfigSection } from '../config/config-section';
import type { TenantData } from '../tenant-data/tenant-data';

/** Where callers come in: the public REST API, the internal one, gRPC, or OPA's REST API. */
export type Surface = 'public' | 'internal' | 'grpc' | 'opa';

/** Loads a file, when a process hosts what it exports: half of a start is reading code. */
export type Load = () => Promise<object>;

/**
 * The parts of a module that Nest cannot express. It names surfaces, never roles: `roles/hosting.ts` says which role hosts
 * which of its Nest modules.
 */
export interface Manifest {
  /** The settings that the module owns; all its code may inject them. */
  readonly config?: readonly ConfigSection[];
  /** Nest modules with services that run in the process that hosts them. */
  readonly hosted?: Readonly<Record<string, Load>>;
  /** The Nest module whose ports ask the sidecar over the network. */
  readonly remote?: Load;
  /**
   * Files with controllers, by the surface on which they answer; `proxied` for those of the internal surface to which the public one
   * hands requests on.
   */
  readonly controllers?: Readonly<Partial<Record<Surface | 'proxied', readonly Load[]>>>;
  /** Describes the rows that the module stores of a tenant. */
  readonly tenantData?: TenantData;
}
