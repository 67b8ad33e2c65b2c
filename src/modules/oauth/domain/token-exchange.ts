/** `subject_token_type` of an API key (rest.md §2). */
export const API_KEY_TYPE = 'urn:cpod:params:oauth:token-type:api_key';

/** RFC 8693 §3. */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
