import { CONNECTIONS, formHeaders, formPost, httpLoad } from './http-load.mjs';

/** Issues many tokens by the token endpoint; each can be used once (revoked). */
export async function issueTokens(url, client, count) {
  const tokens = [];
  const grant = formPost('/oauth/token', client, { grant_type: 'client_credentials', scope: 'projects.read' });
  const onResponse = (_status, body) => tokens.push(JSON.parse(body).access_token);
  await httpLoad(url, { ...grant, onResponse }, { amount: count });
  return tokens;
}

/** A request that takes the next token of a supply each time it is sent. */
export function revokeNext(client, tokens) {
  return {
    method: 'POST',
    path: '/oauth/revoke',
    headers: formHeaders(client),
    setupRequest: (request) => ({ ...request, body: `token=${next(tokens)}` }),
  };
}

/** How many tokens a load of `amount` takes: autocannon prepares one request per connection that it may not send. */
export function supplyFor(amount) {
  return amount + CONNECTIONS;
}

function next(tokens) {
  const token = tokens.pop();
  if (token === undefined) throw new Error('More tokens were needed than were issued.');
  return token;
}
