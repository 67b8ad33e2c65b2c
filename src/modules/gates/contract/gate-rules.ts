/** The rules by which gates decide; what stands at each `allow` is described in `policies/default`. */
export const EGRESS_RULE = 'data.coresdk.egress.allow';
