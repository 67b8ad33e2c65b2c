import { promisify } from 'node:util';
import { Client, credentials } from '@grpc/grpc-js';
import { SERVICES } from './wire-contract.mjs';

/** A client for ValidateToken: `validate(token)` returns the response, and `encode(token)` returns the bytes of a request. */
export function validateTokenClient(address) {
  const { ValidateToken: method } = SERVICES.AuthService();
  const client = new Client(address, credentials.createInsecure());
  const call = promisify(client.makeUnaryRequest.bind(client));
  return {
    validate: (token) => call(method.path, method.requestSerialize, method.responseDeserialize, { token }),
    encode: (token) => method.requestSerialize({ token }),
    encodeAnswer: (answer) => method.responseSerialize(answer),
    close: () => client.close(),
  };
}

/** Returns the bytes of an Authorize request that the default policy allows for a token with `projects.read`. */
export function authorizeRequest(token) {
  const { Authorize: method } = SERVICES.AuthService();
  const call = { token, action: 'project.list', resource: 'project', requiredScope: 'projects.read' };
  return method.requestSerialize(call);
}

/** Returns whether a response message begins with field 1, `allowed` or `valid`, set to true. */
export const saysYes = (payload) => payload.length >= 7 && payload[5] === 0x08 && payload[6] === 1;
