import { CONNECTIONS, formHeaders, formPost, httpLoad } from './http-load.mjs';

/** Issues many tokens through the token endpoint. Each can be used (revoked) once. */
export async function issueTokens(url, client, count) {
  const tokens = [];
  const grant = formPost('/oauth/token', client, { grant_type: 'client_credentials', scope: 'projects.read' });
  const onResponse = (_status, body) => tokens.push(JSON.parse(body).access_token);
  await httpLoad(url, { ...grant, onResponse }, { amount: count });
  return tokens;
}

/** A POST request that uses the next token (or code) from a supply each time. */
export function postNext(path, client, tokens, formOf) {
  return {
    method: 'POST',
    path,
    headers: formHeaders(client),
    setupRequest: (request) => ({ ...request, body: new URLSearchParams(formOf(next(tokens))).toString() }),
  };
}

export function revokeNext(client, tokens) {
  return postNext('/oauth/revoke', client, tokens, (token) => ({ token }));
}

/**
 * Returns the number of tokens that a load of `amount` needs. For each connection, autocannon prepares one request that it might not send.
 */
export function supplyFor(amount) {
  return amount + CONNECTIONS;
}

function next(tokens) {
  const token = tokens.pop();
  if (token === undefined) throw new Error('More tokens were needed than were issued.');
  return token;
}
