import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { MESSAGE_LIMITS } from '../message-limits';

/** Counts the request bytes buffered by this process and by each of its connections. */
export class ReceivedBytes {
  private total = 0;
  private readonly ofConnection = new WeakMap<Http2Session, number>();
  private readonly ofStream = new WeakMap<ServerHttp2Stream, number>();

  /** Counts bytes until the stream is closed. Returns `false` without counting them if they exceed a limit. */
  take(stream: ServerHttp2Stream, bytes: number): boolean {
    const { session } = stream;
    // The stream is closed and may have already emitted "close".
    if (!session || stream.closed || stream.destroyed) return false;
    const own = this.ofConnection.get(session) ?? 0;
    if (own + bytes > MESSAGE_LIMITS.maxOfConnection || this.total + bytes > MESSAGE_LIMITS.maxOfProcess) return false;
    const held = this.ofStream.get(stream);
    if (held === undefined) stream.once('close', () => this.release(stream, session));
    this.ofStream.set(stream, (held ?? 0) + bytes);
    this.ofConnection.set(session, own + bytes);
    this.total += bytes;
    return true;
  }

  private release(stream: ServerHttp2Stream, session: Http2Session): void {
    const bytes = this.ofStream.get(stream) ?? 0;
    this.ofStream.delete(stream);
    this.ofConnection.set(session, (this.ofConnection.get(session) ?? 0) - bytes);
    this.total -= bytes;
  }
}
