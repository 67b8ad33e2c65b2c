import { promisify } from 'node:util';
import { Client, credentials } from '@grpc/grpc-js';
import { SERVICES } from './wire-contract.mjs';

/** A client of ValidateToken: `validate(token)` gives the answer, `encode(token)` the bytes of a request. */
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
