import type { TaskHandler } from '../../kernel/threads/pool-messages';
import type { SamlRefusal } from './contract/saml.port';
import type { SamlProvider } from './contract/saml-providers.types';
import { judgeAssertion, type JudgedAssertion } from './domain/judge-assertion';

/** An assertion to validate, and the provider that must have issued it. */
export interface AssertionTask {
  readonly assertion: string;
  readonly provider: SamlProvider;
  readonly nowMs: number;
}

/** Validates an assertion in a worker thread, because reading, canonicalizing and checking it can take too long for the main thread. */
const handler: TaskHandler<AssertionTask, JudgedAssertion | SamlRefusal> = ({ assertion, provider, nowMs }) =>
  judgeAssertion(assertion, provider, nowMs);

export default handler;
