import path from 'node:path';
import { promisify } from 'node:util';
import { Client, credentials } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { root } from './processes.mjs';

/** `coresdk.v1.AuthService` as the sidecar loads it (src/kernel/grpc/package-definition.ts). */
export function authService() {
  const definition = loadSync('coresdk/v1/auth.proto', {
    includeDirs: [path.join(root, 'proto')],
    keepCase: false,
    longs: Number,
    enums: Number,
    defaults: true,
    arrays: true,
    objects: true,
    oneofs: true,
  });
  return definition['coresdk.v1.AuthService'];
}

/** A client of ValidateToken: `validate(token)` gives the answer, `encode(token)` the bytes of a request. */
export function validateTokenClient(address) {
  const { ValidateToken: method } = authService();
  const client = new Client(address, credentials.createInsecure());
  const call = promisify(client.makeUnaryRequest.bind(client));
  return {
    validate: (token) => call(method.path, method.requestSerialize, method.responseDeserialize, { token }),
    encode: (token) => method.requestSerialize({ token }),
    encodeAnswer: (answer) => method.responseSerialize(answer),
    close: () => client.close(),
  };
}
