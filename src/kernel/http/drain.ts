import type { IncomingMessage, Server, ServerResponse } from 'node:http';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** How long requests in flight may take to finish when a surface closes. */
const LIMIT_MS = 10_000;

/**
 * Closing a surface: no request in flight is cut, and no connection without one holds it open. Node's own
 * `server.close()` waits for kept-alive and half-sent connections.
 */
export class Drain {
  /** A number and no Set of answers: one that was ever old keeps all that were in it until V8 looks through what is old. */
  private inFlight = 0;
  private onIdle: (() => void) | null = null;

  /** A listener whose requests are counted until their answer is out. */
  counted(listener: Listener): Listener {
    return (request, response) => {
      this.inFlight += 1;
      response.on('close', () => {
        this.inFlight -= 1;
        if (this.inFlight === 0) this.onIdle?.();
      });
      // A kept-alive connection learns with its next answer that it was the last.
      if (this.onIdle) response.setHeader('Connection', 'close');
      listener(request, response);
    };
  }

  /** @param close what begins to close the server; resolves when every connection has ended. */
  async close(server: Server, close: () => Promise<void>): Promise<void> {
    const idle = new Promise<void>((resolve) => {
      this.onIdle = resolve;
    });
    const closed = close();
    const limit = setTimeout(() => this.onIdle?.(), LIMIT_MS);
    if (this.inFlight > 0) await idle;
    clearTimeout(limit);
    server.closeAllConnections();
    await closed;
  }
}
