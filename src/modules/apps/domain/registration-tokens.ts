/** What an administrator hands out, so that an app can register itself (RFC 7591 §3, initial access token). */
export const INITIAL_TOKEN_PREFIX = 'rgt_';

/** What an app that registered itself manages itself by (RFC 7592 §1.2, registration access token). */
export const REGISTRATION_TOKEN_PREFIX = 'rat_';
