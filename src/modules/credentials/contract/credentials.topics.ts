/** The change feed topic for API keys. A change lists the handles of the keys that changed or became invalid. */
export const CREDENTIALS_TOPIC = 'credentials';
