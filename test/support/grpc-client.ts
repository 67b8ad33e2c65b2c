import {
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  credentials,
  Metadata,
  type ServiceError,
  status as Grpc,
} from '@grpc/grpc-js';
import type { MethodDefinition } from '@grpc/proto-loader';
import type { PolicyBundleUpdate } from '../../src/kernel/grpc/generated/coresdk/v1/policy';
import { loadPackageDefinition } from '../../src/kernel/grpc/package-definition';

type Method = MethodDefinition<object, object>;

/** An RPC of the contract, by its full service name. */
export interface Rpc {
  readonly service: string;
  readonly method: string;
  readonly definition: Method;
}

/** The result of a call. Returns a status that is not OK as a value instead of throwing it. */
export interface RawAnswer {
  readonly code: Grpc;
  readonly bytes: Buffer;
}

const DEADLINE_MS = 60_000;
const STREAM_DEADLINE_MS = 60_000;
const definition = loadPackageDefinition();

/** Every RPC that the sidecar must serve. */
export const ALL_RPCS: readonly Rpc[] = Object.entries(definition).flatMap(([service, entry]) =>
  'format' in entry ? [] : Object.entries(entry).map(([method, found]) => ({ service, method, definition: found })),
);

/** A server stream from its client's point of view: `next` rejects with the status if the stream breaks, and `ended` resolves with it. */
export interface Followed<T> {
  next(): Promise<T>;
  cancel(): void;
  readonly ended: Promise<Grpc>;
}

function rpcOf(service: string, method: string): Method {
  const rpc = ALL_RPCS.find((known) => known.service === `coresdk.v1.${service}` && known.method === method);
  if (!rpc) throw new Error(`There is no RPC ${service}/${method}.`);
  return rpc.definition;
}

/** A client for one sidecar, like an application's client. */
export class GrpcClient {
  private readonly client: Client;

  /**
   * @param serviceToken sent as `x-service-token` if set.
   * @param options the channel's options, which override this client's options.
   */
  constructor(
    readonly address: string,
    private readonly serviceToken?: string,
    options: ChannelOptions = {},
    channelCredentials: ChannelCredentials = credentials.createInsecure(),
  ) {
    this.client = new Client(address, channelCredentials, {
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 200,
      // Each client in a test acts as a separate application, with its own connection.
      'grpc.use_local_subchannel_pool': 1,
      ...options,
    });
  }

  /**
   * Makes a unary call of `coresdk.v1` and decodes the response. Rejects with the `ServiceError` of a status that is
   * not OK.
   * @param more metadata.
   */
  call<T>(service: string, method: string, request: object, more: Readonly<Record<string, string>> = {}): Promise<T> {
    const { path, requestSerialize, responseDeserialize } = rpcOf(service, method);
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.metadata(more),
        { deadline: Date.now() + DEADLINE_MS },
        (error, answer) => (error ? reject(error) : resolve(answer as T)),
      );
    });
  }

  /** Sends bytes unchanged to any path. */
  raw(path: string, bytes: Uint8Array = new Uint8Array()): Promise<RawAnswer> {
    const same = (buffer: Buffer): Buffer => buffer;
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(
        path,
        same,
        same,
        Buffer.from(bytes),
        this.metadata(),
        { deadline: Date.now() + DEADLINE_MS },
        (error: ServiceError | null, answer) => {
          resolve({ code: error?.code ?? Grpc.OK, bytes: answer ?? Buffer.alloc(0) });
        },
      );
    });
  }

  /** Opens a server stream: `first` resolves when the first message arrives, and `ended` resolves with the status. */
  stream(path: string, bytes: Uint8Array = new Uint8Array()): { first: Promise<void>; ended: Promise<Grpc> } {
    const same = (buffer: Buffer): Buffer => buffer;
    const options = { deadline: Date.now() + STREAM_DEADLINE_MS };
    const stream = this.client.makeServerStreamRequest(path, same, same, Buffer.from(bytes), this.metadata(), options);
    // The status contains the same information; without a listener, the error would end the test run.
    stream.on('error', () => undefined);
    return {
      first: new Promise((resolve) => stream.on('data', () => resolve())),
      ended: new Promise((resolve) => stream.on('status', ({ code }) => resolve(code))),
    };
  }

  /** Returns the decoded messages of a server stream of `coresdk.v1`, one by one. @param more metadata. */
  follow<T>(
    service: string,
    method: string,
    request: object,
    more: Readonly<Record<string, string>> = {},
  ): Followed<T> {
    const { path, requestSerialize, responseDeserialize } = rpcOf(service, method);
    const options = { deadline: Date.now() + STREAM_DEADLINE_MS };
    const stream = this.client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      this.metadata(more),
      options,
    );
    // The iterator receives the end of the stream as an error, which might have no listener.
    stream.on('error', () => undefined);
    const messages = stream[Symbol.asyncIterator]() as AsyncIterator<T>;
    return {
      async next() {
        const { value, done } = await messages.next();
        if (done === true) throw new Error('The stream has ended.');
        return value;
      },
      cancel: () => {
        stream.cancel();
      },
      ended: new Promise((resolve) => stream.on('status', ({ code }) => resolve(code))),
    };
  }

  /** Returns a tenant's bundles that follow a version, one by one. */
  updates(tenantId: string, lastBundleVersion: string): Followed<PolicyBundleUpdate> {
    return this.follow('PolicyService', 'WatchPolicyUpdates', { tenant: { tenantId }, lastBundleVersion });
  }

  close(): void {
    this.client.close();
  }

  private metadata(more: Readonly<Record<string, string>> = {}): Metadata {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(more)) metadata.set(key, value);
    metadata.set('x-service-name', 'e2e');
    if (this.serviceToken !== undefined) metadata.set('x-service-token', this.serviceToken);
    return metadata;
  }
}
