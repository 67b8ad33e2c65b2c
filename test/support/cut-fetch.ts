import { setTimeout as sleep } from 'node:timers/promises';

type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** A `fetch` function that counts requests by path and cuts streams off after a number of messages. */
export class CutFetch {
  /** The number of requests for each path, without its query. */
  readonly counts = new Map<string, number>();
  /** The number of streams that were cut off. */
  cuts = 0;

  /**
   * @param messages the number of messages after which a stream is cut off; `Infinity` for never.
   * @param maxCuts the number of cuts after which no more streams are cut off.
   */
  constructor(
    private readonly messages = Number.POSITIVE_INFINITY,
    private readonly maxCuts = 0,
  ) {}

  readonly fetch: Fetch = async (input, init) => {
    const { pathname } = new URL(input);
    this.counts.set(pathname, (this.counts.get(pathname) ?? 0) + 1);
    const response = await fetch(input, init);
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (!isStream || response.body === null || this.cuts >= this.maxCuts) return response;
    return new Response(response.body.pipeThrough(this.cutting()), {
      status: response.status,
      headers: response.headers,
    });
  };

  /** Passes messages on and then, like a lost connection, breaks off in the middle of the next one. */
  private cutting(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
    let seen = 0;
    let isCut = false;
    return new TransformStream({
      transform: async (chunk, controller) => {
        const blocks = Buffer.from(chunk)
          .toString('latin1')
          .split(/(?<=\n\n)/);
        for (const block of blocks) {
          if (isCut) break;
          const isMessage = block.includes('data:');
          isCut = isMessage && seen === this.messages;
          if (isMessage) seen += 1;
          controller.enqueue(new Uint8Array(Buffer.from(isCut ? block.slice(0, 10) : block, 'latin1')));
        }
        if (!isCut) return;
        this.cuts += 1;
        // A failed stream loses unread data, unlike a cut connection. This gives the reader time to read it.
        await sleep(20);
        controller.error(new TypeError('terminated'));
      },
    });
  }
}
