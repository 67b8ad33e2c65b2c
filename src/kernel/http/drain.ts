import type { IncomingMessage, Server, ServerResponse } from 'node:http';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Maximum time for requests in flight to finish when a surface closes. */
const LIMIT_MS = 10_000;

/**
 * Closes a surface without aborting requests in flight, and without waiting for connections that have no such request. Node's own
 * `server.close()` also waits for kept-alive connections and for connections with partially sent requests.
 */
export class Drain {
  /**
   * This is a number instead of a Set of responses, because once such a Set is in V8's old generation, it keeps all its former entries
   * until V8 collects that generation.
   */
  private inFlight = 0;
  private onIdle: (() => void) | null = null;

  /** Returns a listener whose requests are counted until their responses are sent. */
  counted(listener: Listener): Listener {
    return (request, response) => {
      this.inFlight += 1;
      response.on('close', () => {
        this.inFlight -= 1;
        if (this.inFlight === 0) this.onIdle?.();
      });
      // Tells the client of a kept-alive connection that this response is the last one on the connection.
      if (this.onIdle) response.setHeader('Connection', 'close');
      listener(request, response);
    };
  }

  /** @param close begins to close the server, and resolves when every connection has ended. */
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
