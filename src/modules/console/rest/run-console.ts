import { Injectable } from '@nestjs/common';
import { ValueMask } from '../../audit/contract/value-mask';
import type { Job } from '../../jobs/contract/job.types';
import { WorkflowRunsPort } from '../../workflows/contract/workflow-runs.port';
import type { RunStep } from '../../workflows/contract/workflows.types';
import { ConsoleAccess, type Visitor } from './console-access';

/** The maximum size, in JSON characters, of a shown value and of all values in a run. Larger values are available only from the API. */
const SHOWN = { each: 4_000, all: 200_000 } as const;

/** A workflow run for display. Values are masked, or `null` if they are too large. */
export interface RunView {
  /** An SVG image that this product drew; `null` before the run starts. */
  readonly graph: string | null;
  readonly version: number | null;
  readonly input: string | null;
  readonly output: string | null;
  readonly steps: readonly (Omit<RunStep, 'output'> & { readonly output: string | null })[];
}

/** Builds the view of a workflow run for the job page. */
@Injectable()
export class RunConsole {
  constructor(
    private readonly runs: WorkflowRunsPort,
    private readonly access: ConsoleAccess,
    private readonly mask: ValueMask,
  ) {}

  /**
   * Returns the view, or `null` for a job that is not a run or for a visitor who is not allowed to see runs. Errors: `unavailable` if
   * values cannot be masked.
   */
  async view(visitor: Visitor, { id, type }: Job): Promise<RunView | null> {
    if (type !== 'workflow') return null;
    if (!(await this.access.may(visitor, { action: 'workflow.run.get', resource: `workflow/${id}` }))) return null;
    const { graph, version, input, output, steps } = await this.runs.get(visitor.context, id);
    const values = [input, output, ...steps.map((step) => step.output)];
    const [shownInput = null, shownOutput = null, ...outputs] = await this.shown(visitor, values);
    return {
      graph: graph?.svg ?? null,
      version,
      input: shownInput,
      output: shownOutput,
      steps: steps.map((step, at) => ({ ...step, output: outputs[at] ?? null })),
    };
  }

  /** Returns the masked values as JSON, or an empty string for a missing value. */
  private async shown({ context }: Visitor, values: readonly unknown[]): Promise<readonly (string | null)[]> {
    let room: number = SHOWN.all;
    const fitting = values.map((value, at) => {
      const length = JSON.stringify(value ?? null).length;
      if (length > SHOWN.each || length > room) return null;
      room -= length;
      return [String(at), value ?? null] as const;
    });
    const masked = await this.mask.mask(context, Object.fromEntries(fitting.filter((one) => one !== null)));
    return fitting.map((one) => {
      if (one === null) return null;
      const value = masked[one[0]] ?? null;
      return value === null ? '' : JSON.stringify(value, null, 1);
    });
  }
}
