/** Where the tokens of connections begin: tells people and secret scanners what they are. */
export const TOKEN_PREFIX = 'scim_';
