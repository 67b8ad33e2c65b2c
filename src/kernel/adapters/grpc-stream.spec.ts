import {
  Client,
  credentials,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerInterceptingCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { takeStream } from './grpc-stream';

const bytes = (value: Buffer): Buffer => value;
const METHOD = {
  path: '/probe.Probe/Ask',
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
};
const SERVICE: ServiceDefinition = { Ask: METHOD };

describe('takeStream', () => {
  it('gives access to the bytes on the wire and still lets gRPC decode them', async () => {
    const chunks: number[] = [];
    const server = new Server({
      interceptors: [
        (_method, call) => {
          const { stream, decode } = takeStream(call);
          stream.on('data', (chunk: Buffer) => {
            chunks.push(chunk.length);
            decode(chunk);
          });
          return call as ServerInterceptingCall;
        },
      ],
    });
    const ask: handleUnaryCall<Buffer, Buffer> = ({ request }, reply) => reply(null, request);
    server.addService(SERVICE, { Ask: ask });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
      client.makeUnaryRequest(METHOD.path, bytes, bytes, Buffer.from('probe'), (error, value) =>
        error ? reject(error) : resolve(value),
      );
    });
    client.close();
    server.forceShutdown();
    expect(answer?.toString()).toBe('probe');
    // A gRPC frame has five bytes before the message.
    expect(chunks.reduce((sum, length) => sum + length)).toBe('probe'.length + 5);
  });

  it('refuses a call object that is not the raw server call', () => {
    expect(() => takeStream({})).toThrow('The gate must be the first interceptor.');
  });
});
