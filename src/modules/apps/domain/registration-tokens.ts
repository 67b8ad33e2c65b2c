/** The prefix of an initial access token, with which an app registers itself (RFC 7591 §3). Administrators issue it. */
export const INITIAL_TOKEN_PREFIX = 'rgt_';

/** The prefix of a registration access token, with which a self-registered app manages itself (RFC 7592 §1.2). */
export const REGISTRATION_TOKEN_PREFIX = 'rat_';
