/**
 * The rules by which gates decide. `policies/default` describes the input of each rule. The gate for arbitrary resources and the gate for
 * secrets use `data.authz.allow`, as do `Authorize` and the routes for secrets.
 */
export const GATE_RULES = {
  storage: 'data.coresdk.storage.allow',
  database: 'data.coresdk.database.allow',
  workflow: 'data.coresdk.workflow.allow',
} as const;

export const EGRESS_RULE = 'data.coresdk.egress.allow';
