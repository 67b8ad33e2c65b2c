import { promisify } from 'node:util';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { SERVICES } from './wire-contract.mjs';

/** A client that calls Evaluate and WatchPolicyUpdates for the first tenant. */
export function policyClient(address, headers) {
  const { Evaluate: evaluate, WatchPolicyUpdates: watch } = SERVICES.PolicyService();
  const client = new Client(address, credentials.createInsecure());
  const call = promisify(client.makeUnaryRequest.bind(client));
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const tenant = { tenantId: 'default' };
  const request = (rule, input) => ({ rule, inputJson: JSON.stringify(input), tenant });
  return {
    evaluate: (rule, input) =>
      call(evaluate.path, evaluate.requestSerialize, evaluate.responseDeserialize, request(rule, input), metadata),
    /** Streams the updates after a version. */
    watch: (lastBundleVersion) =>
      client.makeServerStreamRequest(
        watch.path,
        watch.requestSerialize,
        watch.responseDeserialize,
        { tenant, lastBundleVersion },
        metadata,
      ),
    encode: (rule, input) => evaluate.requestSerialize(request(rule, input)),
    encodeAnswer: (answer) => evaluate.responseSerialize(answer),
    close: () => client.close(),
  };
}
