import type { ServerInterceptingCall, ServerInterceptor } from '@grpc/grpc-js';
import type { Counter } from 'prom-client';
import { takeStream } from '../../adapters/grpc-stream';
import { maxBytesOf } from '../message-limits';
import { ArrivingMessage } from './arriving-message';
import { ReceivedBytes } from './received-bytes';

/**
 * Limits the size of requests before any other code reads them. On its own, grpc-js buffers as many bytes as a message declares. It
 * responds to a message that is too large with an error, which public clients treat as an outage (wire contract §2.6). This gate drops such
 * a message as it arrives, and the RPC's handler denies the request.
 */
export class MessageGate {
  private readonly received = new ReceivedBytes();

  constructor(private readonly notTaken: Counter<'reason'>) {}

  /** Must be the first interceptor, since it needs the raw call. */
  readonly interceptor: ServerInterceptor = (method, call) => {
    const { stream, decode } = takeStream(call);
    const message = new ArrivingMessage(stream, this.received, maxBytesOf(method.path), decode, this.notTaken);
    stream.on('data', (chunk: Buffer) => {
      message.push(chunk);
    });
    // The call is passed on as is, because it does not need any change and a wrapper would add a cost to every call.
    return call as ServerInterceptingCall;
  };
}
