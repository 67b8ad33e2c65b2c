/** The prefix of connection tokens, by which users and secret scanners recognize them. */
export const TOKEN_PREFIX = 'scim_';
