/** The first owner in the installation that the stories share. */
export const OWNER = { email: 'owner@example.com', password: 'a password of the first owner' };
