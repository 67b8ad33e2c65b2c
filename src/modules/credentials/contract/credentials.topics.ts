/** Change feed topic for API keys. A change lists the handles of the keys that ended or changed. */
export const CREDENTIALS_TOPIC = 'credentials';
