import { connect } from 'node:http2';
import { Client, credentials, Metadata, type ServiceError, status as Grpc } from '@grpc/grpc-js';
import { REASON_METADATA } from '../../src/kernel/grpc/refusal-metadata';
import { ALL_RPCS, type Rpc } from './grpc-client';

/** The result of a call: either a success or an error. */
export interface DecisionAnswer {
  readonly code: Grpc;
  /** The decoded response; `null` for a status that is not OK. */
  readonly answer: Readonly<Record<string, unknown>> | null;
  /** The machine-readable reason from the metadata or, if it is absent there, from the problem in the response. */
  readonly reason: string | null;
}

export type Headers = Readonly<Record<string, string>>;
const DEADLINE_MS = 30_000;
const GRPC_HEADER_BYTES = 5;

/** An RPC by its short name, such as `AuthService/Authorize`. */
function rpcNamed(name: string): Rpc {
  const [service, method] = name.split('/');
  const found = ALL_RPCS.find((rpc) => rpc.service === `coresdk.v1.${service}` && rpc.method === method);
  if (!found) throw new Error(`There is no RPC ${name}.`);
  return found;
}

/** A client that also returns the reason for each result. */
export class DecisionClient {
  private readonly client: Client;

  constructor(private readonly address: string) {
    this.client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  }

  call(name: string, request: object, headers: Headers): Promise<DecisionAnswer> {
    const { path, requestSerialize, responseDeserialize } = rpcNamed(name).definition;
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
    return new Promise((resolve) => {
      let told: string | null = null;
      const call = this.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        { deadline: Date.now() + DEADLINE_MS },
        (error: ServiceError | null, answer) => {
          if (error) return resolve({ code: error.code, answer: null, reason: reasonIn(error.metadata) ?? told });
          // The loader decodes messages into plain objects.
          const decoded = (answer ?? {}) as Readonly<Record<string, unknown>>;
          resolve({ code: Grpc.OK, answer: decoded, reason: told ?? reasonOf(decoded) });
        },
      );
      call.on('metadata', (answered) => {
        told = reasonIn(answered);
      });
    });
  }

  /** Sends a call that no gRPC client would send, because its deadline has already passed when it arrives. */
  late(name: string, request: object, headers: Headers): Promise<DecisionAnswer> {
    const { path, requestSerialize, responseDeserialize } = rpcNamed(name).definition;
    const message = requestSerialize(request);
    const frame = Buffer.alloc(GRPC_HEADER_BYTES);
    frame.writeUInt32BE(message.length, 1);
    const session = connect(`http://${this.address}`);
    return new Promise<DecisionAnswer>((resolve, reject) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': '1n',
        ...headers,
      });
      const chunks: Buffer[] = [];
      let told: string | null = null;
      let status = Grpc.UNKNOWN;
      const take = (received: Readonly<Record<string, unknown>>): void => {
        const reason = received[REASON_METADATA];
        if (typeof reason === 'string') told = reason;
        if (received['grpc-status'] !== undefined) status = Number(received['grpc-status']);
      };
      stream.on('response', take);
      stream.on('trailers', take);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('close', () => {
        const bytes = Buffer.concat(chunks).subarray(GRPC_HEADER_BYTES);
        const answer = status === Grpc.OK ? (responseDeserialize(bytes) as Readonly<Record<string, unknown>>) : null;
        resolve({ code: status, answer, reason: told ?? (answer && reasonOf(answer)) });
      });
      stream.end(Buffer.concat([frame, message]));
    }).finally(() => session.close());
  }

  close(): void {
    this.client.close();
  }
}

function reasonIn(metadata: Metadata): string | null {
  const [value] = metadata.get(REASON_METADATA);
  return value === undefined ? null : String(value);
}

function reasonOf(answer: Readonly<Record<string, unknown>>): string | null {
  const { error } = answer as { readonly error?: { readonly extensions?: Readonly<Record<string, string>> } | null };
  return error?.extensions?.['reason'] ?? null;
}
