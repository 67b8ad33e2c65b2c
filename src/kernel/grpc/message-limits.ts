const MEBIBYTE = 1024 * 1024;

/** Size limits for gRPC requests, in bytes as sent. */
export const MESSAGE_LIMITS = {
  /** One request: the input for a decision (4 MiB) plus the rest of the message. */
  maxBytes: 5 * MEBIBYTE,
  /**
   * One request with text to mask. Decoding it takes about 15 ms of the main thread's time, and encoding the response takes just as long.
   */
  maxTextBytes: 10 * MEBIBYTE,
  /** All requests that arrived in more than one chunk on one connection, until their responses are sent. */
  maxOfConnection: 48 * MEBIBYTE,
  /** All such requests in this process. */
  maxOfProcess: 64 * MEBIBYTE,
  /** Maximum time for one request to arrive. */
  maxArrivalMs: 30_000,
} as const;

const TEXTS = /^\/(coresdk\.v1\.MaskingService|cpod\.internal\.v1\.MaskingInternalService)\//;

/** Returns the maximum size in bytes of a request to an RPC, such as `/coresdk.v1.AuthService/Authorize`. */
export function maxBytesOf(path: string): number {
  return TEXTS.test(path) ? MESSAGE_LIMITS.maxTextBytes : MESSAGE_LIMITS.maxBytes;
}
