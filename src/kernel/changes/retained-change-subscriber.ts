import type { Change } from './change';
import type { ChangeFeed, ChangeSubscriber } from './change-feed';

/**
 * Handles each change of a topic once it is published, and at startup those that were published while no process with this subscriber was
 * running. Ignores changes that do not belong to a tenant.
 */
export abstract class RetainedChangeSubscriber implements ChangeSubscriber {
  readonly topics: readonly string[];

  /** @param retained returns the changes of the topic that the log still has. */
  protected constructor(
    topic: string,
    private readonly retained: () => AsyncIterable<Change>,
    feed: ChangeFeed,
  ) {
    this.topics = [topic];
    feed.register(this);
  }

  async load(): Promise<void> {
    for await (const change of this.retained()) await this.apply(change);
  }

  async apply({ tenantId, key }: Change): Promise<void> {
    if (tenantId !== null) await this.handle(tenantId, key);
  }

  /** Handles the change of one key. Must be idempotent. */
  protected abstract handle(tenantId: string, key: string): Promise<void>;
}
