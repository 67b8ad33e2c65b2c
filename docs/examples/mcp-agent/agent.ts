/**
 * An agent: a language model that gets the tenant's skills as tools over MCP. The model decides which tool to call; the platform decides
 * whether this agent can. There is no framework, so that you can see all the code.
 *
 *     node --env-file=.env agent.ts "Where is order 7?"
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const { CPOD_BASE_URL = 'http://localhost:8000', CPOD_CLIENT_ID = '', CPOD_CLIENT_SECRET = '' } = process.env;
/** Any server with OpenAI's chat completions API, such as Ollama on this machine. */
const { MODEL_URL = 'http://localhost:11434/v1', MODEL = 'qwen3', MODEL_KEY = '' } = process.env;
const MAX_TURNS = 8;

interface ToolCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | null;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
}

/** Asks the model for its next message. */
async function nextMessage(messages: readonly Message[], tools: readonly object[]): Promise<Message> {
  const answer = await fetch(`${MODEL_URL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(MODEL_KEY && { authorization: `Bearer ${MODEL_KEY}` }) },
    body: JSON.stringify({ model: MODEL, messages, tools }),
    signal: AbortSignal.timeout(120_000),
  });
  if (!answer.ok) throw new Error(`The model answered ${answer.status}: ${await answer.text()}`);
  const { choices } = (await answer.json()) as { readonly choices: readonly { readonly message: Message }[] };
  const message = choices[0]?.message;
  if (message === undefined) throw new Error('The model returned no message.');
  return message;
}

/** Connects to the platform. The client finds the authorization server by itself and gets a token that is valid only for `/mcp`. */
async function connect(): Promise<Client> {
  const credentials = { clientId: CPOD_CLIENT_ID, clientSecret: CPOD_CLIENT_SECRET, scope: 'skills.run' };
  const authProvider = new ClientCredentialsProvider({ ...credentials, expectedIssuer: CPOD_BASE_URL });
  const client = new Client({ name: 'order-agent', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', CPOD_BASE_URL), { authProvider }));
  return client;
}

/** Calls a tool and returns what the model gets to read. A refusal or an error is for the model, too: it can explain it to the user. */
async function callTool(client: Client, { function: { name, arguments: text } }: ToolCall): Promise<string> {
  process.stderr.write(`tool: ${name} ${text}\n`);
  try {
    const result = await client.callTool({ name, arguments: JSON.parse(text) as Record<string, unknown> });
    return JSON.stringify(result.structuredContent ?? result.content);
  } catch (fault) {
    return `The call failed: ${fault instanceof Error ? fault.message : String(fault)}`;
  }
}

/** Lets the model work until it answers without calling a tool. */
async function work(client: Client, task: string): Promise<string> {
  const { tools } = await client.listTools();
  const offered = tools.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name, description, parameters: inputSchema },
  }));
  const messages: Message[] = [
    {
      role: 'system',
      content: 'You help customers with their orders. Use the tools. Say so if you cannot do something.',
    },
    { role: 'user', content: task },
  ];
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const message = await nextMessage(messages, offered);
    messages.push(message);
    if (!message.tool_calls?.length) return message.content ?? '';
    for (const call of message.tool_calls) {
      messages.push({ role: 'tool', tool_call_id: call.id, content: await callTool(client, call) });
    }
  }
  throw new Error(`The model did not finish within ${MAX_TURNS} turns.`);
}

const task = process.argv.slice(2).join(' ');
if (task === '') throw new Error('Pass a task: node --env-file=.env agent.ts "Where is order 7?"');
const client = await connect();
try {
  process.stdout.write(`${await work(client, task)}\n`);
} finally {
  await client.close();
}
