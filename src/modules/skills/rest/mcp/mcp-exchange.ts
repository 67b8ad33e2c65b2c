import { randomUUID } from 'node:crypto';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type ServerNotification,
} from '@modelcontextprotocol/sdk/types.js';
import type { Request, Response } from 'express';
import { toAppError } from '../../../../kernel/errors/app-error';
import { abortOnClose } from '../../../../kernel/http/streams/abort-on-close';
import type { RunningCalls } from './running-calls';
import type { SkillTools, ToolCaller } from './skill-tools';

const SESSION = 'mcp-session-id';
/** The format of accepted session ids. A session id is not a credential, only a part of a call's name. */
const SESSION_ID = /^[\x21-\x7E]{1,128}$/;

/** A client's message, with the fields that are read before the protocol's server handles the message. */
interface Message {
  readonly method?: unknown;
  readonly params?: { readonly requestId?: unknown } | null;
}

/**
 * Handles one POST request from a client (Model Context Protocol, streamable HTTP) with a separate server and transport, so that every
 * process can respond to every message. Sessions are only names that clients send.
 */
export async function exchange(
  {
    request,
    response,
    caller,
  }: { readonly request: Request; readonly response: Response; readonly caller: ToolCaller },
  tools: SkillTools,
  calls: RunningCalls,
): Promise<void> {
  const gone = abortOnClose(response);
  const session = sessionOf(request);
  const message = (request.body ?? {}) as Message;
  if (message.method === 'initialize') response.setHeader(SESSION, randomUUID());
  const cancelledId = message.method === 'notifications/cancelled' ? message.params?.requestId : undefined;
  if (typeof cancelledId === 'string' || typeof cancelledId === 'number') {
    calls.cancel(caller.context, { session, requestId: cancelledId });
  }
  const server = serverFor(caller, session, gone, tools, calls);
  const transport = new StreamableHTTPServerTransport({});
  await server.connect(transport);
  response.once('close', () => void server.close());
  await transport.handleRequest(request, response, request.body);
  // An unfinished response is part of the exchange, because the exchange is recorded only after the response has ended.
  if (!response.writableFinished && !response.closed) {
    await new Promise<void>((resolve) => {
      response.once('close', resolve);
    });
  }
}

function serverFor(
  caller: ToolCaller,
  session: string,
  gone: AbortSignal,
  tools: SkillTools,
  calls: RunningCalls,
): Server {
  const server = new Server(
    { name: 'coresdk', version: '1' },
    {
      capabilities: { tools: {} },
      instructions: 'The tools are the skills of this organization that you are allowed to run.',
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => withMcpErrors(tools.list(caller, params?.cursor)));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { requestId, sendNotification, _meta }) => {
    const token = _meta?.progressToken;
    const progress = async (percent: number, stage: string): Promise<void> => {
      if (token === undefined) return;
      const told = { progressToken: token, progress: percent, total: 100, ...(stage === '' ? {} : { message: stage }) };
      const notification: ServerNotification = { method: 'notifications/progress', params: told };
      await sendNotification(notification);
    };
    const { name, arguments: args } = params;
    return withMcpErrors(
      calls.during(caller.context, { session, requestId }, (cancelled) =>
        tools.call(caller, { name, args, cancelled, gone, progress }),
      ),
    );
  });
  return server;
}

/** Converts errors to the format of the protocol. Our own errors have the same message as in all other APIs. */
async function withMcpErrors<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof McpError) throw error;
    const { code, message } = toAppError(error);
    throw new McpError(code === 'invalid_request' ? ErrorCode.InvalidParams : ErrorCode.InternalError, message);
  }
}

function sessionOf(request: Request): string {
  const sent = request.headers[SESSION];
  return typeof sent === 'string' && SESSION_ID.test(sent) ? sent : '';
}
