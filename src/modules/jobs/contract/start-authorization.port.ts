import type { CallContext } from '../../../kernel/context/call-context';
import type { PrincipalVerdict } from '../../auth/contract/auth.port';
import type { JobRequest } from './job-request.types';

/** Work that is started, as far as it matters for who may start it. */
export type StartedWork = Pick<JobRequest, 'type' | 'kind' | 'image'>;

/**
 * The one decision about starting work: whatever hands it in (REST, gRPC, the console, the command line, MCP, a schedule, an
 * event, a webhook, a workflow, a job), and each time that it runs. The caller is the principal of the context
 * (`principalOf`); it needs what the API of the work asks for, and the tenant's policy decides. `JobsPort`, `InlineJobsPort`
 * and `JobSchedulesPort` ask by themselves.
 */
export abstract class StartAuthorizationPort {
  /** Never throws for what it is asked. `outageOfVerdict` tells that the decision cannot be had: the work then waits. */
  abstract verdict(context: CallContext, work: StartedWork): Promise<PrincipalVerdict>;

  /** The same for callers that can only go on or stop. Errors: `forbidden` with the reason; `unavailable`. */
  abstract assert(context: CallContext, work: StartedWork): Promise<void>;
}
