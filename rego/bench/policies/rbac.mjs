import { RBAC, RBAC_DATA, RBAC_REQUESTS } from '../../../test/bench/lib/rbac-policy.mjs';

export const title = 'roles in data, 40 lines';
export const policy = RBAC;
export const rule = 'data.app.rbac.allow';
export const data = RBAC_DATA;
export const decisions = RBAC_REQUESTS;
