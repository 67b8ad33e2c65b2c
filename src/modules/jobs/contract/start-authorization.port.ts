import type { CallContext } from '../../../kernel/context/call-context';
import type { PrincipalVerdict } from '../../auth/contract/auth.port';
import type { JobRequest } from './job-request.types';

/** The properties of started work that determine who is allowed to start it. */
export type StartedWork = Pick<JobRequest, 'type' | 'kind' | 'image'>;

/**
 * Decides whether work is allowed to start: for each submission (from REST, gRPC, the console, the command line, MCP, a schedule, an event,
 * a webhook, a workflow or a job), and for each run. The caller is the context's principal (`principalOf`). The caller needs the
 * permissions that the API for this kind of work requires, and the tenant's policy decides. `JobsPort`, `InlineJobsPort` and
 * `JobSchedulesPort` make this check themselves.
 */
export abstract class StartAuthorizationPort {
  /**
   * Returns the decision; no request makes it throw. When `outageOfVerdict` reports an outage for the returned verdict, no
   * decision is available and the work waits.
   */
  abstract verdict(context: CallContext, work: StartedWork): Promise<PrincipalVerdict>;

  /**
   * Throws unless the work is allowed to start. For callers that can only continue or stop. Errors: `forbidden` with the reason;
   * `unavailable`.
   */
  abstract assert(context: CallContext, work: StartedWork): Promise<void>;
}
