import { accountRulesOperations } from '../account-rules/account-rules.operations';
import { appsOperations } from '../apps/apps.operations';
import { auditOperations } from '../audit/audit.operations';
import { managedObjectsOperations } from '../configuration/managed-objects.operations';
import { connectionsOperations } from '../connections/connections.operations';
import { configOperations } from '../config/config.operations';
import { entitlementsOperations } from '../entitlements/entitlements.operations';
import { eventsOperations } from '../events/events.operations';
import { filesOperations } from '../files/files.operations';
import { flagDocumentOperations } from '../flags/flag-document.operations';
import { flagsOperations } from '../flags/flags.operations';
import { signInRulesOperations } from '../sign-in-rules/sign-in-rules.operations';
import { groupsOperations } from '../groups/groups.operations';
import { jobsOperations } from '../jobs/jobs.operations';
import { keysOperations } from '../keys/keys.operations';
import { maskingOperations } from '../masking/masking.operations';
import { policyOperations } from '../policy/policy.operations';
import { projectsOperations } from '../projects/projects.operations';
import { rateLimitsOperations } from '../rate-limits/rate-limits.operations';
import { samlOperations } from '../saml/saml.operations';
import { scimOperations } from '../scim/scim.operations';
import { scopesOperations } from '../scopes/scopes.operations';
import { secretAccessOperations } from '../secrets/secret-access.operations';
import { secretsOperations } from '../secrets/secrets.operations';
import { whoami } from '../sign-in/whoami.operations';
import { sessionsOperations } from '../sessions/sessions.operations';
import { skillsOperations } from '../skills/skills.operations';
import { tenantsOperations } from '../tenants/tenants.operations';
import { tokenClaimsOperations } from '../token-claims/token-claims.operations';
import { tokensOperations } from '../tokens/tokens.operations';
import { usersOperations } from '../users/users.operations';
import { webhooksOperations } from '../webhooks/webhooks.operations';
import { workflowsOperations } from '../workflows/workflows.operations';
import type { Operation } from './operation';

/** Commands that each make one call to the REST API. */
export const OPERATIONS: readonly Operation[] = [
  whoami,
  ...appsOperations,
  ...tenantsOperations,
  ...usersOperations,
  ...tokensOperations,
  ...tokenClaimsOperations,
  ...jobsOperations,
  ...flagsOperations,
  ...flagDocumentOperations,
  ...secretsOperations,
  ...secretAccessOperations,
  ...keysOperations,
  ...skillsOperations,
  ...workflowsOperations,
  ...projectsOperations,
  ...filesOperations,
  ...webhooksOperations,
  ...eventsOperations,
  ...groupsOperations,
  ...accountRulesOperations,
  ...signInRulesOperations,
  ...scopesOperations,
  ...scimOperations,
  ...samlOperations,
  ...connectionsOperations,
  ...sessionsOperations,
  ...configOperations,
  ...managedObjectsOperations,
  ...entitlementsOperations,
  ...rateLimitsOperations,
  ...maskingOperations,
  ...policyOperations,
  ...auditOperations,
];
