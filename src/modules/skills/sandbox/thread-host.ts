import { NESTED_RUN } from './engine/call-arguments';
import type { CallAnswer, SkillProgress, ThreadMessage, ThreadReply } from './thread-job';

/** Serves the requests of running code. */
export interface ThreadHost {
  /**
   * Calls a capability. Resolves with a value that can be converted to JSON. Rejects with a `CapabilityRefusal`, or with a different error
   * for internal faults.
   */
  call(name: string, args: readonly unknown[]): Promise<unknown>;
  /** Runs another skill. @param input JSON text. @returns JSON text. Rejects like {@link call}. */
  nested(name: string, input: string): Promise<string>;
  /** @param text complete lines. */
  log(stream: 'stdout' | 'stderr', text: string): void;
  progress(progress: SkillProgress): void;
}

/** The refusal of a capability call, with a message for the code. */
export class CapabilityRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'CapabilityRefusal';
  }
}

/** Passes a thread's message to the host, and returns the host's reply. */
export function handMessage(host: ThreadHost, message: ThreadMessage, reply: (reply: ThreadReply) => void): void {
  if (message.kind === 'log') for (const { stream, text } of message.pieces) host.log(stream, text);
  else if (message.kind === 'progress') host.progress(message.progress);
  else void answerCall(host, message, reply);
}

/** Handles a call, and counts its processor time until the first wait. Later processor time cannot be attributed to the call. */
async function answerCall(
  host: ThreadHost,
  { id, name, args }: Extract<ThreadMessage, { kind: 'call' }>,
  reply: (reply: ThreadReply) => void,
): Promise<void> {
  const from = process.threadCpuUsage();
  const answering = answerOf(host, name, args);
  const { user, system } = process.threadCpuUsage(from);
  reply({ id, answer: await answering, hostMs: (user + system) / 1_000 });
}

async function answerOf(host: ThreadHost, name: string, args: readonly unknown[]): Promise<CallAnswer> {
  try {
    if (name !== NESTED_RUN) return { value: await host.call(name, args) };
    return { json: await host.nested(String(args[0]), String(args[1])) };
  } catch (error) {
    const { code, message } =
      error instanceof CapabilityRefusal ? error : { code: 'internal', message: 'The call failed.' };
    return { refusal: { code, message } };
  }
}
