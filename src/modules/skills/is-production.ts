/** Injection token: whether this is production, where URLs are https whatever else is allowed. */
export const IS_PRODUCTION = Symbol('IS_PRODUCTION');
