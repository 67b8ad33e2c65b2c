import http2 from 'node:http2';
import { promisify } from 'node:util';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { SERVICES } from './wire-contract.mjs';

const MESSAGE_PREFIX_BYTES = 5;

/** A client that submits jobs to an installation. */
export function jobClient(address, headers) {
  const { SubmitJob: submit, GetJobLogs: logs } = SERVICES.JobService();
  const client = new Client(address, credentials.createInsecure());
  const call = promisify(client.makeUnaryRequest.bind(client));
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const request = (tenantId, kind) => ({ kind: `sync/${kind}`, captureLogs: true, tenant: { tenantId } });
  return {
    /** Submits a job for a tenant. Returns its id. */
    async submit(tenantId, kind) {
      const message = request(tenantId, kind);
      return (await call(submit.path, submit.requestSerialize, submit.responseDeserialize, message, metadata)).jobId;
    },
    /** Returns the number of lines in the stream of a log. Counts frames, because decoding them costs more than sending them. */
    countLines: (tenantId, jobId) =>
      countMessages(address, logs.path, logs.requestSerialize({ jobId, tenant: { tenantId } }), headers),
    close: () => client.close(),
  };
}

function countMessages(address, path, message, headers) {
  const session = http2.connect(`http://${address}`);
  const body = Buffer.alloc(MESSAGE_PREFIX_BYTES + message.length);
  body.writeUInt32BE(message.length, 1);
  message.copy(body, MESSAGE_PREFIX_BYTES);
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let rest = Buffer.alloc(0);
    let count = 0;
    let status = '';
    stream.on('data', (chunk) => {
      let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (bytes.length >= MESSAGE_PREFIX_BYTES) {
        const end = MESSAGE_PREFIX_BYTES + bytes.readUInt32BE(1);
        if (bytes.length < end) break;
        bytes = bytes.subarray(end);
        count += 1;
      }
      rest = bytes;
    });
    stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
    stream.on('response', (answer) => (status ||= answer['grpc-status'] ?? ''));
    stream.on('error', reject);
    stream.on('end', () => {
      session.close();
      if (status === '0') resolve(count);
      else reject(new Error(`The log ended with the status ${status}.`));
    });
    stream.end(body);
  });
}
