/** The prefix of connection tokens, which lets users and secret scanners recognize them. */
export const TOKEN_PREFIX = 'scim_';
