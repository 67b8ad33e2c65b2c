import { urlFault, type UrlRules } from '../../kernel/network/receiver-url';
import type { TaskHandler } from '../../kernel/threads/pool-messages';
import type { WorkflowDefinition } from './contract/workflow-definition.types';
import { definitionFaults, type Surroundings } from './domain/check-definition';
import type { Fault } from './domain/references';

/** A definition, together with all the data that it is checked against. Contains only plain data. */
export interface DefinitionCheckTask {
  readonly definition: WorkflowDefinition;
  readonly around: Omit<Surroundings, 'urlFault'>;
  readonly urlRules: UrlRules;
}

/** Checks a definition. */
export function checkDefinition({ definition, around, urlRules }: DefinitionCheckTask): readonly Fault[] {
  return definitionFaults(definition, { ...around, urlFault: (url) => urlFault(url, urlRules) });
}

/** Checks a definition in a thread. */
const handler: TaskHandler<DefinitionCheckTask, readonly Fault[]> = (task) => checkDefinition(task);

export default handler;
