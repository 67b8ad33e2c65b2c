import path from 'node:path';
import { Client, credentials, Metadata, type ServiceError, status as Grpc } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { http2Call, type Http2Answer } from './http2-call';
import { field, message, ReadMessage } from './wire-bytes';

/** A decoded message with all its members. */
type Message = Readonly<Record<string, unknown>>;
type Method = MethodDefinition<object, object>;

export interface StrictAnswer {
  readonly code: Grpc;
  /** `null` for a status other than OK. */
  readonly answer: Message | null;
}

const FILES = 'auth policy datagate secrets jobs audit config tenant ratelimit flags license masking'.split(' ');
const DEADLINE_MS = 60_000;

/** Only the contract's RPCs, by names such as `AuthService/Authorize`, without the tolerance of our own definition. */
export const CONTRACT: ReadonlyMap<string, Method> = new Map(
  Object.entries(
    loadSync(
      FILES.map((name) => `coresdk/v1/${name}.proto`),
      {
        includeDirs: [path.resolve(__dirname, '../../proto')],
        longs: Number,
        enums: Number,
        defaults: true,
        arrays: true,
        objects: true,
      },
    ),
  ).flatMap(([service, entry]) =>
    'format' in entry
      ? []
      : Object.entries(entry).map(([name, method]): [string, Method] => [
          `${service.slice('coresdk.v1.'.length)}/${name}`,
          method,
        ]),
  ),
);

function methodOf(name: string): Method {
  const method = CONTRACT.get(name);
  if (!method) throw new Error(`The contract has no ${name}.`);
  return method;
}

/** Encodes a request whose members are all declared. */
function encoded(name: string, request: object): Buffer {
  const { requestSerialize, requestDeserialize } = methodOf(name);
  const bytes = requestSerialize(request);
  expect([name, requestDeserialize(bytes)]).toMatchObject([name, request]);
  return bytes;
}

/**
 * The undeclared bytes in responses from which published clients read more than the contract declares: roles and tenant in Authorize
 * responses.
 */
const MORE: Readonly<Record<string, (message: ReadMessage) => Buffer>> = {
  'AuthService/Authorize': (answer) =>
    message(...answer.texts(4).map((role) => field(4, role)), ...answer.texts(5).map((tenant) => field(5, tenant))),
};

/** Decodes a response and asserts that it has no undeclared content: encoded again, it has the same length. */
function decoded(name: string, bytes: Buffer): Message {
  const { responseDeserialize, responseSerialize } = methodOf(name);
  const answer = responseDeserialize(bytes);
  const more = MORE[name]?.(new ReadMessage(bytes)).length ?? 0;
  // The order of encoded map entries can differ.
  expect([name, responseSerialize(answer).length + more]).toEqual([name, bytes.length]);
  return answer as Message;
}

/** A client generated from the contract, which understands only the contract. */
export class StrictClient {
  private readonly client: Client;

  constructor(
    private readonly address: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {
    this.client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  }

  call(name: string, request: object): Promise<StrictAnswer> {
    const { responseStream } = methodOf(name);
    return responseStream ? this.first(name, request) : this.unary(name, request);
  }

  /** Makes the same call over bare HTTP/2, as a client that accepts a compressed response. */
  bare(name: string, request: object): Promise<Http2Answer> {
    const offer = { 'grpc-accept-encoding': 'gzip,deflate,identity', 'accept-encoding': 'gzip' };
    return http2Call(this.address, methodOf(name).path, encoded(name, request), { ...this.headers, ...offer });
  }

  close(): void {
    this.client.close();
  }

  private unary(name: string, request: object): Promise<StrictAnswer> {
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest<Buffer, Buffer>(
        methodOf(name).path,
        (bytes) => bytes,
        (bytes) => bytes,
        encoded(name, request),
        this.metadata(),
        { deadline: Date.now() + DEADLINE_MS },
        (error: ServiceError | null, bytes) => {
          try {
            if (error) resolve({ code: error.code, answer: null });
            else resolve({ code: Grpc.OK, answer: decoded(name, bytes ?? Buffer.alloc(0)) });
          } catch (fault) {
            reject(fault instanceof Error ? fault : new Error(String(fault)));
          }
        },
      );
    });
  }

  /** Returns the first message of a stream, and then cancels the stream; or returns the status if the stream ends before any message. */
  private first(name: string, request: object): Promise<StrictAnswer> {
    return new Promise((resolve, reject) => {
      const stream = this.client.makeServerStreamRequest<Buffer, Buffer>(
        methodOf(name).path,
        (bytes) => bytes,
        (bytes) => bytes,
        encoded(name, request),
        this.metadata(),
        { deadline: Date.now() + DEADLINE_MS },
      );
      stream.on('error', () => undefined);
      stream.on('status', ({ code }) => resolve({ code, answer: null }));
      stream.on('data', (bytes: Buffer) => {
        try {
          resolve({ code: Grpc.OK, answer: decoded(name, bytes) });
        } catch (fault) {
          reject(fault instanceof Error ? fault : new Error(String(fault)));
        }
        stream.cancel();
      });
    });
  }

  private metadata(): Metadata {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(this.headers)) metadata.set(name, value);
    return metadata;
  }
}
