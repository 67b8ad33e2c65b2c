import type { ServerHttp2Stream } from 'node:http2';

/** The bytes of one call, which grpc-js has not decoded yet. */
export interface TakenStream {
  readonly stream: ServerHttp2Stream;
  /** Passes a chunk to grpc-js, which no longer receives chunks on its own. */
  readonly decode: (chunk: Buffer) => void;
}

/**
 * Detaches the stream of a call from grpc-js, so that the caller sees each chunk of bytes before grpc-js decodes it.
 * @param call the call that the first server interceptor receives. Throws when the call has no separate HTTP/2 stream, or when no listener
 * reads the stream.
 */
export function takeStream(call: object): TakenStream {
  const { stream } = call as { readonly stream?: ServerHttp2Stream };
  if (!stream) throw new Error('The gate must be the first interceptor.');
  const [decode] = stream.listeners('data') as ((chunk: Buffer) => void)[];
  if (!decode) throw new Error('grpc-js no longer reads its stream with a data listener.');
  stream.removeListener('data', decode);
  return { stream, decode };
}
