import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Counter } from 'prom-client';
import { MESSAGE_LIMITS } from '../message-limits';
import { type RequestRejection, placeholderFor } from '../rejected-request';
import type { ReceivedBytes } from './received-bytes';

/** Compression flag of a message (one byte) and its length (four). */
const PREFIX_BYTES = 5;

/** The request of one call, from its first byte until it is complete. Our calls have only one request message. */
export class ArrivingMessage {
  private chunks: Buffer[] = [];
  private arrived = 0;
  /** Size with the prefix; `null` until the prefix has arrived. */
  private size: number | null = null;
  private state: 'arriving' | 'whole' | 'dropped' = 'arriving';
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly received: ReceivedBytes,
    private readonly maxBytes: number,
    private readonly decode: (chunk: Buffer) => void,
    private readonly notTaken: Counter<'reason'>,
  ) {}

  push(chunk: Buffer): void {
    if (this.state === 'dropped') return;
    if (this.state === 'whole') {
      this.pushFollowing(chunk);
      return;
    }
    this.chunks.push(chunk);
    this.arrived += chunk.length;
    this.size ??= this.readPrefix();
    if (this.state !== 'arriving') return;
    const isWhole = this.size !== null && this.arrived >= this.size;
    // A message that arrives in one chunk is passed on immediately, without buffering.
    if (isWhole && this.chunks.length === 1) {
      this.handOn();
      return;
    }
    this.timer ??= this.startTimer();
    const bytes = this.chunks.length === 1 ? this.arrived : chunk.length;
    if (!this.received.take(this.stream, bytes)) this.drop('too_much');
    else if (isWhole) this.handOn();
  }

  private readPrefix(): number | null {
    if (this.arrived < PREFIX_BYTES) return null;
    const [first] = this.chunks;
    const prefix = first && first.length >= PREFIX_BYTES ? first : Buffer.concat(this.chunks);
    const length = prefix.readUInt32BE(1);
    if (length > this.maxBytes) this.drop('too_large');
    // The decompressed size is unknown in advance. It is at most this limit, because grpc-js stops there.
    else if (prefix[0] !== 0 && !this.received.take(this.stream, MESSAGE_LIMITS.maxTextBytes)) this.drop('too_much');
    return length + PREFIX_BYTES;
  }

  private handOn(): void {
    this.state = 'whole';
    this.end();
    const { chunks } = this;
    this.chunks = [];
    for (const chunk of chunks) this.decode(chunk);
  }

  /** Reads and discards the rest. The handler receives a placeholder for the message. */
  private drop(reason: RequestRejection): void {
    this.state = 'dropped';
    this.end();
    this.chunks = [];
    this.notTaken.inc({ reason });
    const standIn = placeholderFor(reason);
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(standIn.length, 1);
    this.decode(Buffer.concat([prefix, standIn]));
  }

  /** Passes on a second message, which grpc-js rejects once it has received all of it. */
  private pushFollowing(chunk: Buffer): void {
    if (this.received.take(this.stream, chunk.length)) this.decode(chunk);
    else this.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }

  private startTimer(): NodeJS.Timeout {
    this.stream.once('close', () => {
      this.end();
    });
    const late = (): void => {
      this.stream.close(constants.NGHTTP2_CANCEL);
    };
    return setTimeout(late, MESSAGE_LIMITS.maxArrivalMs).unref();
  }

  private end(): void {
    if (this.timer) clearTimeout(this.timer);
  }
}
