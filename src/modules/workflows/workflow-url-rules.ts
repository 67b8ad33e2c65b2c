/** Injection token: the rules for URLs of webhook steps ({@link UrlRules} of `kernel/network/receiver-url`). */
export const WORKFLOW_URL_RULES = Symbol('WORKFLOW_URL_RULES');
