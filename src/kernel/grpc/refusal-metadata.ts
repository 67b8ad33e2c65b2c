import { Metadata } from '@grpc/grpc-js';

/**
 * Metadata key for the machine-readable reason for a denial. It is sent with the response of a decision RPC, whose message might not have a
 * field for the reason (`IsRevoked`, `MaskString`), and in the trailer of a gRPC error.
 */
export const REASON_METADATA = 'x-coresdk-reason';

/** The members of a gRPC call that this file uses. A test that calls the method directly passes no call. */
interface AnsweredCall {
  sendMetadata?(metadata: Metadata): void;
}

/** Sends the reason to the caller before the response. Use this function only once per call, because it sends the metadata. */
export function sendReason(call: unknown, reason: string): void {
  const answered = call as AnsweredCall | undefined;
  if (answered?.sendMetadata === undefined) return;
  const metadata = new Metadata();
  metadata.set(REASON_METADATA, reason);
  answered.sendMetadata(metadata);
}
