import type { TenantData } from '../tenant-data/tenant-data';
import type { UrlRules } from '../network/receiver-url';
import type { Secret } from './secret';

/** Facts about the installation and this process that modules need beside the settings they own. Made by `roles/`. */
export abstract class Installation {
  abstract readonly isProduction: boolean;
  /** True in a process that hosts every role, and so shares its work with no other. */
  abstract readonly isWhole: boolean;
  /** True in a process that only runs jobs. */
  abstract readonly isWorker: boolean;
  /** `ISSUER_URL`, without a slash at its end. */
  abstract readonly issuerUrl: string;
  /** `PUBLIC_URL`, without a slash at its end: where browsers and identity providers reach the backend. */
  abstract readonly publicUrl: string;
  /** URL of the database for the application's role. */
  abstract readonly databaseUrl: string;
  /** Folder of the embedded database and of files that are stored locally. */
  abstract readonly dataDir: string;
  /** Names and addresses at which the installation serves or stores data, as far as this process knows them. */
  abstract readonly ownHosts: readonly string[];
  /** Slug of the first tenant, for which the service token acts. */
  abstract readonly firstTenant: string;
  /** `CONTROL_PLANE_TOKEN`; `null` in a process without it. */
  abstract readonly serviceToken: Secret | null;
  /** Environment variables with the prefix `SECRETS_ENV_PREFIX`, by the rest of their names. */
  abstract readonly secretVariables: ReadonlyMap<string, Secret>;
  /** Where webhooks and webhook steps of workflows may lead. */
  abstract readonly receiverRules: UrlRules;
  /** The data that each module stores for a tenant, including modules that other processes host. The tenant itself is first. */
  abstract readonly tenantData: readonly TenantData[];
}
