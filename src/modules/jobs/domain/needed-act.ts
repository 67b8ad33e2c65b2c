import type { PrincipalAct } from '../../auth/contract/auth.port';
import type { StartedWork } from '../contract/start-authorization.port';

/** Acts by the kind of a task, such as `users/import`. */
export type SyncActs = Readonly<Record<string, PrincipalAct>>;

/**
 * The act that somebody must be allowed to start some work: that of its own API, so that `jobs.write` is no way around
 * `skills.run`. The policy is told what is run as `context.job`.
 * @param syncActs of tasks whose API asks for another act than their kind says.
 */
export function neededAct(work: StartedWork, syncActs: SyncActs): PrincipalAct {
  const { type, kind, image } = work;
  const context = { job: { type, kind, image } };
  switch (type) {
    case 'skill':
      return { action: 'skill.run', resource: `skill/${kind}`, requiredScope: 'skills.run', context };
    case 'workflow': {
      const requiredScope = 'workflows.write';
      return { action: 'workflow.trigger', resource: `workflow/${workflowOf(work)}`, requiredScope, context };
    }
    case 'sync': {
      const known = syncActs[kind];
      if (known !== undefined) return { ...known, context };
      // A task is named after the API that it belongs to: users/import.
      const [family = '', ...rest] = kind.split('/');
      const action = [family, ...rest].join('.').toLowerCase();
      return { action, resource: kind, requiredScope: `${family}.write`, context };
    }
    case 'container':
      return { action: 'job.submit', resource: 'job', requiredScope: 'jobs.write', context };
  }
}

/** The id of the workflow, which its image begins with (`wfl-…:3`), as its routes name it; without one the name. */
function workflowOf({ kind, image }: StartedWork): string {
  return /^[^:/]+/.exec(image)?.[0] ?? kind;
}
