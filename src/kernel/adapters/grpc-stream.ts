import type { ServerHttp2Stream } from 'node:http2';

/** The bytes of one call, which grpc-js has not decoded yet. */
export interface TakenStream {
  readonly stream: ServerHttp2Stream;
  /** Passes a chunk to grpc-js, which no longer receives chunks by itself. */
  readonly decode: (chunk: Buffer) => void;
}

/**
 * Takes the stream of a call away from grpc-js, so that its caller sees each chunk of bytes before grpc-js decodes it.
 * @param call what the first of a server's interceptors is given.
 * Errors: when the call is not on the wire itself, or is not read by one listener.
 */
export function takeStream(call: object): TakenStream {
  const { stream } = call as { readonly stream?: ServerHttp2Stream };
  if (!stream) throw new Error('The gate has to be the first of the interceptors.');
  const [decode] = stream.listeners('data') as ((chunk: Buffer) => void)[];
  if (!decode) throw new Error('grpc-js does not read its stream as it did.');
  stream.removeListener('data', decode);
  return { stream, decode };
}
