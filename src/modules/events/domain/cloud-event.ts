import type { CloudEvent } from '../contract/events.types';

/** The stored data of an event, without its position. */
export interface EventFacts {
  readonly tenantId: string;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** An event in the JSON form of CloudEvents 1.0 (JSON Event Format §3). @param source the installation, as a URI. */
export function cloudEventOf(source: string, { tenantId, id, type, subject, data, atMs }: EventFacts): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source,
    type,
    subject,
    time: new Date(atMs).toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    data: { ...data },
  };
}
