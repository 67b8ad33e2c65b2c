import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

interface Messages {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Returns the classes of messages with the prototypes that Express gives each request and response. An object whose prototype
 * changes after its creation is slow from then on; one that has the prototype already is left as it is.
 */
export function messagesOf(express: Express): Messages {
  return {
    IncomingMessage: withPrototype(IncomingMessage, express.request),
    ServerResponse: withPrototype(ServerResponse, express.response),
  } as Messages;
}

/** Returns a constructor that runs `base` and gives its objects this prototype, which inherits from that of `base`. */
function withPrototype<Args extends unknown[]>(base: new (...given: Args) => object, prototype: object): unknown {
  function Message(...given: Args): object {
    return Reflect.construct(base, given, Message) as object;
  }
  Message.prototype = prototype;
  return Message;
}
