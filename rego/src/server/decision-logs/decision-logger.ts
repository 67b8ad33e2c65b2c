import { randomUUID } from 'node:crypto';
import { stringifyJson } from '../../values/json.js';
import { RegoObject } from '../../values/object.js';
import type { DecisionLogConfig } from '../config/decision-log-config.js';
import type { Decisions } from '../decisions.js';
import type { Logger } from '../logger.js';
import type { PolicyStore } from '../policy-store.js';
import { decisionEvent, type LoggedDecision } from './decision-event.js';
import type { DecisionUpload } from './decision-upload.js';
import { maskEvent } from './mask-event.js';

export interface DecisionLoggerOptions {
  readonly config: DecisionLogConfig;
  readonly labels: Readonly<Record<string, string>>;
  readonly store: PolicyStore;
  readonly decisions: Decisions;
  readonly logger: Logger;
  /** Sends events; `null` if they are only printed. */
  readonly upload: DecisionUpload | null;
  /** Writes a line of the console log. */
  readonly print: (line: string) => void;
}

/** Logs decisions. Evaluates the `system.log.drop` and `system.log.mask` policies for each decision. */
export class DecisionLogger {
  constructor(private readonly options: DecisionLoggerOptions) {}

  /** Logs a decision and returns its id. A decision that cannot be masked is not logged at all. */
  log(decision: LoggedDecision): string {
    const decisionId = randomUUID();
    const { config, labels, store, upload } = this.options;
    const event = decisionEvent(decision, {
      decisionId,
      labels,
      bundles: store.state.bundles,
      headers: config.headers,
    });
    const masked = this.judged(event);
    if (masked !== null) {
      if (config.console) this.print(masked);
      upload?.push(stringifyJson(masked));
    }
    return decisionId;
  }

  /** Returns the masked event; `null` if it must not be logged. */
  private judged(event: RegoObject): RegoObject | null {
    const { config, decisions, logger } = this.options;
    const drop = decisions.evaluate(config.dropDecision, event);
    if (drop.outcome === 'error' || drop.outcome === 'limit') {
      logger.error('Log drop decision failed.', { err: drop.outcome === 'error' ? String(drop.error) : drop.message });
      return null;
    }
    if (drop.outcome === 'value' && drop.value === true) return null;
    const mask = decisions.evaluate(config.maskDecision, event);
    if (mask.outcome === 'undefined') return event;
    try {
      if (mask.outcome === 'value') return maskEvent(event, mask.value);
      throw mask.outcome === 'error' ? mask.error : new Error(mask.message);
    } catch (error) {
      logger.error('Log event masking failed.', { err: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }

  private print(event: RegoObject): void {
    const line = event
      .with('level', 'info')
      .with('msg', 'Decision Log')
      .with('time', new Date().toISOString())
      .with('type', 'openpolicyagent.org/decision_logs');
    this.options.print(`${stringifyJson(line)}\n`);
  }
}
