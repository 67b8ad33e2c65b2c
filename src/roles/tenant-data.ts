import { kernelTenantData, sealingTenantData } from '../kernel/tenant-data/kernel.tenant-data';
import type { TenantData } from '../kernel/tenant-data/tenant-data';
import { appsTenantData } from '../modules/apps/storage/apps.tenant-data';
import { auditSinksTenantData } from '../modules/audit-sinks/storage/audit-sinks.tenant-data';
import { auditTenantData } from '../modules/audit/storage/audit.tenant-data';
import { configTenantData } from '../modules/config/storage/config.tenant-data';
import { credentialsTenantData } from '../modules/credentials/storage/credentials.tenant-data';
import { entitlementsTenantData } from '../modules/entitlements/storage/entitlements.tenant-data';
import { filesTenantData } from '../modules/files/storage/files.tenant-data';
import { eventsTenantData } from '../modules/events/storage/events.tenant-data';
import { flagsTenantData } from '../modules/flags/storage/flags.tenant-data';
import { jobsTenantData } from '../modules/jobs/storage/jobs.tenant-data';
import { maskingTenantData } from '../modules/masking/storage/masking.tenant-data';
import { oauthTenantData } from '../modules/oauth/storage/oauth.tenant-data';
import { policyTenantData } from '../modules/policy/storage/policy.tenant-data';
import { projectsTenantData } from '../modules/projects/storage/projects.tenant-data';
import { rateLimitTenantData } from '../modules/rate-limit/storage/rate-limit.tenant-data';
import { samlTenantData } from '../modules/saml/storage/saml.tenant-data';
import { scimTenantData } from '../modules/scim/storage/scim.tenant-data';
import { secretsTenantData } from '../modules/secrets/storage/secrets.tenant-data';
import { skillsTenantData } from '../modules/skills/storage/skills.tenant-data';
import { tenantsTenantData } from '../modules/tenants/storage/tenants.tenant-data';
import { tokenEventsTenantData } from '../modules/token-events/storage/token-events.tenant-data';
import { webhooksTenantData } from '../modules/webhooks/storage/webhooks.tenant-data';
import { workflowsTenantData } from '../modules/workflows/storage/workflows.tenant-data';
import { usersTenantData } from '../modules/users/storage/users.tenant-data';

/**
 * What every module keeps of a tenant, whichever process hosts it: the control plane exports, imports and erases it all.
 * The tenant itself comes first, and so goes last.
 */
export const TENANT_DATA: readonly TenantData[] = [
  tenantsTenantData,
  sealingTenantData,
  usersTenantData,
  appsTenantData,
  oauthTenantData,
  policyTenantData,
  flagsTenantData,
  configTenantData,
  entitlementsTenantData,
  maskingTenantData,
  samlTenantData,
  scimTenantData,
  secretsTenantData,
  rateLimitTenantData,
  projectsTenantData,
  filesTenantData,
  credentialsTenantData,
  auditTenantData,
  tokenEventsTenantData,
  auditSinksTenantData,
  eventsTenantData,
  webhooksTenantData,
  skillsTenantData,
  jobsTenantData,
  workflowsTenantData,
  kernelTenantData,
];
