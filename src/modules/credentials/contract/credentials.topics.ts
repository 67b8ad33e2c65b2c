/** Topic of API keys in the change log: what ended or changed, by the beginnings of its keys. */
export const CREDENTIALS_TOPIC = 'credentials';
