import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

interface Messages {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Returns message classes with the prototypes that Express sets on each request and response. An object whose prototype changes after its
 * creation is slow from then on, but Express does not change an object that already has the prototype.
 */
export function messagesOf(express: Express): Messages {
  return {
    IncomingMessage: withPrototype(IncomingMessage, express.request),
    ServerResponse: withPrototype(ServerResponse, express.response),
  } as Messages;
}

/** Returns a constructor that runs `base` and gives its objects this prototype, which inherits from the prototype of `base`. */
function withPrototype<Args extends unknown[]>(base: new (...given: Args) => object, prototype: object): unknown {
  function Message(...given: Args): object {
    return Reflect.construct(base, given, Message) as object;
  }
  Message.prototype = prototype;
  return Message;
}
