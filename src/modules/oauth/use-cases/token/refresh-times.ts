/** A refresh token that nobody uses for this long is over (rest.md §2). */
export const REFRESH_IDLE_MS = 7 * 86_400_000;
/** However often it is used, the user signs in again after this. */
export const REFRESH_LIFE_MS = 30 * 86_400_000;
