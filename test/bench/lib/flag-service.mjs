import { promisify } from 'node:util';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { SERVICES } from './wire-contract.mjs';

/** A client that calls EvaluateFlag for the first tenant. */
export function flagClient(address, headers) {
  const { EvaluateFlag: rpc } = SERVICES.FlagService();
  const client = new Client(address, credentials.createInsecure());
  const call = promisify(client.makeUnaryRequest.bind(client));
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const request = (question) => ({ tenantId: 'default', ...question });
  return {
    evaluate: (question) => call(rpc.path, rpc.requestSerialize, rpc.responseDeserialize, request(question), metadata),
    encode: (question) => rpc.requestSerialize(request(question)),
    encodeAnswer: (answer) => rpc.responseSerialize(answer),
    close: () => client.close(),
  };
}
