import { promisify } from 'node:util';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { SERVICES } from './wire-contract.mjs';

/** A client that calls ResolveSecret for a user of the first tenant. */
export function secretsClient(address, headers, userId) {
  const { ResolveSecret: resolve } = SERVICES.SecretsService();
  const client = new Client(address, credentials.createInsecure());
  const call = promisify(client.makeUnaryRequest.bind(client));
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const request = (name) => ({ caller: { tenantId: 'default', userId }, refs: [{ name }], contextId: 'job:bench' });
  return {
    resolve: (name) =>
      call(resolve.path, resolve.requestSerialize, resolve.responseDeserialize, request(name), metadata),
    encode: (name) => resolve.requestSerialize(request(name)),
    encodeAnswer: (answer) => resolve.responseSerialize(answer),
    close: () => client.close(),
  };
}

/** Creates secrets in the first tenant, granted to its owner. Returns the owner's id. */
export async function grantedSecrets({ url, controlPlaneToken, owner }, secrets) {
  const ask = async (path, method, json, headers = { authorization: `Bearer ${controlPlaneToken}` }) => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(json),
    });
    if (!answer.ok) throw new Error(`${path} was refused: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  for (const [name, value] of Object.entries(secrets)) {
    await ask(`/api/v1/secrets/${name}?tenant=default`, 'PUT', { value });
  }
  const { sub } = await ask('/auth/login', 'POST', owner, {});
  const grant = { principal: { type: 'user', id: sub }, path: { path: '*' } };
  await ask('/api/v1/secrets/grants?tenant=default', 'POST', grant);
  return sub;
}
