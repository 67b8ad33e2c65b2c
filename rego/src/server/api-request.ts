import type { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Value } from '../values/value.js';
import type { Parameters } from './parameters.js';

/** A request as handlers see it. */
export interface ApiRequest {
  readonly id: number;
  readonly method: string;
  /** Behind the prefix of the route, escaped, without a slash in front. */
  readonly rest: string;
  readonly parameters: Parameters;
  readonly headers: IncomingHttpHeaders;
  /** Of the client. */
  readonly socket: Socket;
  /** Empty where the route takes none. */
  readonly body: Buffer;
  readonly isYaml: boolean;
  /** The body, if the authorizer has parsed it already. */
  readonly parsedBody: Value | undefined;
}

/** `ip:port` of a client. */
export const remoteOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress}:${remotePort}`;
