/** RFC 6749 §2.3.1: each part is form-encoded first. */
export function basicOf({
  clientId,
  clientSecret,
}: {
  readonly clientId: string;
  readonly clientSecret: string;
}): string {
  const encode = (part: string): string => encodeURIComponent(part).replaceAll('%20', '+');
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}

/** What an app sends for a token of its own (RFC 6749 §4.4). Without scopes it gets those that it has by default. */
export function appForm(scopes: readonly string[]): URLSearchParams {
  return new URLSearchParams({ grant_type: 'client_credentials', ...scopeOf(scopes) });
}

/** What is sent to have an API key exchanged for an access token (RFC 8693). */
export function keyForm(apiKey: string, scopes: readonly string[]): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: apiKey,
    subject_token_type: 'urn:cpod:params:oauth:token-type:api_key',
    ...scopeOf(scopes),
  });
}

function scopeOf(scopes: readonly string[]): { readonly scope?: string } {
  return scopes.length === 0 ? {} : { scope: scopes.join(' ') };
}
