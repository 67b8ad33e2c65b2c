/**
 * The rules by which gates decide; what stands at each `allow`, and its input, is described in `policies/default`. The gates
 * for anything and for secrets ask `data.authz.allow`, as `Authorize` and the routes of secrets do.
 */
export const GATE_RULES = {
  storage: 'data.coresdk.storage.allow',
  database: 'data.coresdk.database.allow',
  workflow: 'data.coresdk.workflow.allow',
} as const;

export const EGRESS_RULE = 'data.coresdk.egress.allow';
