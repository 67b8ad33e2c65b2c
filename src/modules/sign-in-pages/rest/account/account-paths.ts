/** The paths of the account page and of the page that adds a factor. */
export const PATH = '/account';
export const FACTORS_PATH = '/account/factors';
