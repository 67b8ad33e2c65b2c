import type { TenantData } from '../tenant-data/tenant-data';
import type { UrlRules } from '../network/receiver-url';
import type { Secret } from './secret';

/** Facts about the installation and this process that modules need in addition to their own settings. Created by `roles/`. */
export abstract class Installation {
  abstract readonly isProduction: boolean;
  /** True in a process that hosts every role, and so does not share its work with other processes. */
  abstract readonly isWhole: boolean;
  /** True in a process that only runs jobs. */
  abstract readonly isWorker: boolean;
  /** `ISSUER_URL`, without a trailing slash. */
  abstract readonly issuerUrl: string;
  /** `PUBLIC_URL`, without a trailing slash: the address at which browsers and identity providers reach the backend. */
  abstract readonly publicUrl: string;
  /** Database URL for the application's role. */
  abstract readonly databaseUrl: string;
  /** Folder for the embedded database and for locally stored files. */
  abstract readonly dataDir: string;
  /** Host names and addresses at which the installation serves or stores data, as far as this process knows them. */
  abstract readonly ownHosts: readonly string[];
  /** Slug of the first tenant, for which the service token acts. */
  abstract readonly firstTenant: string;
  /** `CONTROL_PLANE_TOKEN`; `null` in a process without it. */
  abstract readonly serviceToken: Secret | null;
  /** Environment variables with the prefix `SECRETS_ENV_PREFIX`, keyed by the rest of their names. */
  abstract readonly secretVariables: ReadonlyMap<string, Secret>;
  /** Rules for the URLs that webhooks and webhook steps in workflows may call. */
  abstract readonly receiverRules: UrlRules;
  /** The data that each module stores for a tenant, including modules that other processes host. The tenant itself comes first. */
  abstract readonly tenantData: readonly TenantData[];
}
