/**
 * oidc-provider in memory with one client: `node oidc-provider.mjs PORT CLIENT_ID CLIENT_SECRET`. Access tokens for the resource
 * urn:bench:jwt are RS256 JWTs; access tokens for urn:bench:opaque are opaque, because oidc-provider cannot introspect JWTs. `POST
 * /bench/mint` with `{ count, payload }` replaces its pages: it returns that number of codes, each with its own grant.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import Provider from 'oidc-provider';

const [port, clientId, clientSecret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The adapter of oidc-provider keeps only the latest thousand entries, fewer than one run needs. */
class MapAdapter {
  #things = new Map();

  async upsert(id, payload) {
    this.#things.set(id, payload);
  }

  async find(id) {
    return this.#things.get(id);
  }

  async consume(id) {
    this.#things.get(id).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    this.#things.delete(id);
  }

  async revokeByGrantId(grantId) {
    for (const [id, thing] of this.#things) if (thing.grantId === grantId) this.#things.delete(id);
  }
}

const provider = new Provider(issuer, {
  adapter: MapAdapter,
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      grant_types: ['client_credentials', 'authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['https://bench.example.com/callback'],
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'RS256' }] },
  findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({
        scope: 'projects.read projects.write',
        accessTokenTTL: 3600,
        accessTokenFormat: resource === 'urn:bench:jwt' ? 'jwt' : 'opaque',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

async function mint({ count, payload }) {
  const client = await provider.Client.find(clientId);
  const codes = [];
  while (codes.length < count) {
    const grant = new provider.Grant({ accountId: payload.accountId, clientId });
    grant.addOIDCScope(payload.scope);
    grant.addResourceScope(payload.resource, payload.scope);
    const grantId = await grant.save();
    codes.push(await new provider.AuthorizationCode({ ...payload, client, grantId }).save());
  }
  return codes;
}

const answer = provider.callback();
createServer(async (request, response) => {
  if (request.url !== '/bench/mint') return answer(request, response);
  response.end(JSON.stringify(await mint(await json(request))));
}).listen(Number(port), '127.0.0.1');
