/** Injection token: what events name as their `source`, the issuer URL of the installation. */
export const EVENT_SOURCE = Symbol('EVENT_SOURCE');
