/** A refresh token expires if it is unused for this long (rest.md §2). */
export const REFRESH_IDLE_MS = 7 * 86_400_000;
/** The user must sign in again after this time, regardless of how often the token is used. */
export const REFRESH_LIFE_MS = 30 * 86_400_000;
