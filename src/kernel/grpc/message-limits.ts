const MEBIBYTE = 1024 * 1024;

/** The size limits of gRPC requests, in bytes as they are sent. */
export const MESSAGE_LIMITS = {
  /** One request: the input of a decision (4 MiB) and what is around it. */
  maxBytes: 5 * MEBIBYTE,
  /** One request that brings a text to be masked: decoding it takes some 15 ms of the main thread, and encoding the answer as much. */
  maxTextBytes: 10 * MEBIBYTE,
  /** All requests of one connection that came in more than one piece, until they are answered. */
  maxOfConnection: 48 * MEBIBYTE,
  /** All such requests of this process. */
  maxOfProcess: 64 * MEBIBYTE,
  /** How long one may take to arrive. */
  maxArrivalMs: 30_000,
} as const;

const TEXTS = /^\/(coresdk\.v1\.MaskingService|cpod\.internal\.v1\.MaskingInternalService)\//;

/** How many bytes a request of an RPC, such as `/coresdk.v1.AuthService/Authorize`, may have. */
export function maxBytesOf(path: string): number {
  return TEXTS.test(path) ? MESSAGE_LIMITS.maxTextBytes : MESSAGE_LIMITS.maxBytes;
}
