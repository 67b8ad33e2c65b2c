import { fileURLToPath } from 'node:url';
import { measuresItself } from './measure-alone.mjs';
import { freePorts, untilReady } from './processes.mjs';

const scriptOf = (name) => fileURLToPath(new URL(`../peers/${name}.mjs`, import.meta.url));

/** oidc-provider with one client. */
export async function oidcProvider({ processes }) {
  const [port] = await freePorts(1);
  const client = { clientId: 'bench', clientSecret: 'a-secret-of-the-bench-with-forty-characters' };
  const argv = [scriptOf('oidc-provider'), String(port), client.clientId, client.clientSecret];
  const started = processes.start('oidc-provider', argv, { env: { NODE_ENV: 'production' } });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(started, `${url}/jwks`);
  return { ...started, url, client };
}

/** The floor of an HTTP scenario: bare node:http that returns these bytes. */
export async function httpHello({ processes }, body) {
  const [port] = await freePorts(1);
  const started = processes.start(`http-hello-${port}`, [scriptOf('http-hello'), String(port), body]);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(started, url);
  return { ...started, url };
}

/** The floor of a gRPC scenario: bare grpc-js that returns this message from one RPC of the contract. */
export async function grpcEcho({ processes }, service, rpc, answer) {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const started = processes.start('grpc-echo', [scriptOf('grpc-echo'), address, service, rpc, JSON.stringify(answer)]);
  return { ...started, address };
}

/** RS256 signatures with node:crypto. */
export const cryptoSign = measuresItself('crypto-sign');
