import { ExampleApp } from '../support/example-app';
import { openStandIn, type StandIn } from '../support/http-stand-in';
import { Installation } from '../support/installation';

interface Message {
  readonly role: string;
  readonly content: string | null;
}

interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly { readonly function: { readonly name: string; readonly parameters: unknown } }[];
}

let installation: Installation;
let example: ExampleApp;
/** Stands in for a language model, which cannot run here: calls one tool and repeats what it returned. */
let model: StandIn;
let variables: Readonly<Record<string, string>>;

beforeAll(async () => {
  installation = await Installation.start({ layout: 'all' });
  model = await openStandIn();
  example = await ExampleApp.open('mcp-agent', { CPOD_BASE_URL: installation.backendUrl, MODEL_URL: model.url });
  variables = await example.configure(installation, 'app-order-agent');
});

afterAll(async () => {
  await example?.remove();
  await model?.close();
  await installation?.remove();
});

const requests = (): readonly ModelRequest[] => model.received.map(({ body }) => JSON.parse(body) as ModelRequest);

/** Lets the model call a tool for order 7, then answer with the content of the tool's message. */
function modelCalls(name: string): void {
  const call = { id: 'call-1', type: 'function', function: { name, arguments: '{"order":"7"}' } };
  model.answer = ({ body }) => {
    const last = (JSON.parse(body) as ModelRequest).messages.at(-1);
    const message =
      last?.role === 'tool'
        ? { role: 'assistant', content: `Tool: ${last.content}` }
        : { role: 'assistant', content: null, tool_calls: [call] };
    return { status: 200, body: { choices: [{ message }] } };
  };
}

describe('the sample agent', () => {
  it('offers the model only the tools that the policy allows it, and calls them', async () => {
    modelCalls('find-order');
    const output = await example.run('agent.ts', variables, ['Where is', 'order 7?']);
    expect(output).toContain('tool: find-order {"order":"7"}');
    const [, result = ''] = /^Tool: (.*)$/m.exec(output) ?? [];
    expect(JSON.parse(result)).toEqual({ result: { order: '7', status: 'delivered', total: 42 } });
    const [first] = requests();
    expect(first?.tools.map(({ function: { name } }) => name)).toEqual(['find-order']);
    expect(first?.tools[0]?.function.parameters).toMatchObject({ required: ['order'] });
    expect(first?.messages.at(-1)).toEqual({ role: 'user', content: 'Where is order 7?' });
  });

  it('passes a refusal on to the model when it calls a tool that the policy denies', async () => {
    modelCalls('refund-order');
    const output = await example.run('agent.ts', variables, ['Refund order 7.']);
    expect(output).toContain('Tool: The call failed:');
    expect(output).not.toContain('refunded');
  });

  it('fails with a message if the model fails, or does not finish', async () => {
    model.answer = () => ({ status: 500, body: 'out of memory' });
    await expect(example.run('agent.ts', variables, ['Hello'])).rejects.toThrow(
      'The model answered 500: out of memory',
    );
    const call = { id: 'call-1', function: { name: 'find-order', arguments: '{"order":"7"}' } };
    const message = { role: 'assistant', content: null, tool_calls: [call] };
    model.answer = () => ({ status: 200, body: { choices: [{ message }] } });
    await expect(example.run('agent.ts', variables, ['Hello'])).rejects.toThrow('did not finish within 8 turns');
    await expect(example.run('agent.ts', variables)).rejects.toThrow('Pass a task');
  });
});
