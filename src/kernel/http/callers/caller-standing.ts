import type { IncomingMessage } from 'node:http';

/** Whether a caller who was let in would still be: their token has not expired, and nothing has revoked it. */
export type CallerStanding = () => Promise<boolean>;

const standings = new WeakMap<IncomingMessage, CallerStanding>();

/** Attaches how to ask again about the caller of a request; done by the guard that let them in. */
export function setCallerStanding(request: IncomingMessage, standing: CallerStanding): void {
  standings.set(request, standing);
}

/** Whether the caller of a request would still be let in. False also when it cannot be known now, or nobody asked first. */
export async function stillStands(request: IncomingMessage): Promise<boolean> {
  const standing = standings.get(request);
  if (!standing) return false;
  try {
    return await standing();
  } catch {
    return false;
  }
}
