/**
 * The rules by which gates decide. `policies/default` describes the input of each. The gates for any resource and for secrets use
 * `data.authz.allow`, as `Authorize` and the routes of secrets do.
 */
export const GATE_RULES = {
  storage: 'data.coresdk.storage.allow',
  database: 'data.coresdk.database.allow',
  workflow: 'data.coresdk.workflow.allow',
} as const;

export const EGRESS_RULE = 'data.coresdk.egress.allow';
