import type { ServerInterceptingCall, ServerInterceptor } from '@grpc/grpc-js';
import type { Counter } from 'prom-client';
import { takeStream } from '../../adapters/grpc-stream';
import { maxBytesOf } from '../message-limits';
import { ArrivingMessage } from './arriving-message';
import { ReceivedBytes } from './received-bytes';

/**
 * Limits the size of requests before any other code reads them. By itself, grpc-js gathers as many bytes as a message
 * declares. It answers one that is too large with an error, which public clients take for an outage (wire contract §2.6).
 * This gate drops such a message as it arrives, and its handler denies.
 */
export class MessageGate {
  private readonly received = new ReceivedBytes();

  constructor(private readonly notTaken: Counter<'reason'>) {}

  /** The first of the interceptors, since it needs the call on the wire itself. */
  readonly interceptor: ServerInterceptor = (method, call) => {
    const { stream, decode } = takeStream(call);
    const message = new ArrivingMessage(stream, this.received, maxBytesOf(method.path), decode, this.notTaken);
    stream.on('data', (chunk: Buffer) => {
      message.push(chunk);
    });
    // Handed on as it is: a call around it would cost every call, and nothing of it is changed.
    return call as ServerInterceptingCall;
  };
}
