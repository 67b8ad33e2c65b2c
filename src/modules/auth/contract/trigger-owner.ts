import { z } from 'zod';
import type { Actor, CallContext } from '../../../kernel/context/call-context';

/** The owner of a trigger (a schedule, or a workflow trigger). Its runs have the owner's authority. */
export const triggerOwner = z
  .object({
    type: z.enum(['user', 'app', 'agent', 'system']),
    id: z.string(),
    appId: z.string().nullable().meta({ description: 'The app with which the owner saved it.' }),
  })
  .meta({ id: 'TriggerOwner' });
export type TriggerOwner = Readonly<z.infer<typeof triggerOwner>>;

/** The user or app that is asked to take over a trigger. */
export const newTriggerOwner = z
  .strictObject({
    type: z.enum(['user', 'app']),
    id: z.string().min(1).max(256).meta({ description: 'User id, or client id of the app.' }),
  })
  .meta({ id: 'NewTriggerOwner' });
export type NewTriggerOwner = Readonly<z.infer<typeof newTriggerOwner>>;

/** Returns the owner of a trigger, derived from the principal that saved it. */
export function triggerOwnerOf({
  actorType,
  actorId,
  appId,
}: {
  readonly actorType: Actor['type'];
  readonly actorId: string;
  readonly appId: string | null;
}): TriggerOwner {
  return { type: actorType === 'service' ? 'app' : actorType, id: actorId, appId };
}

/** Returns whether the caller is the user or app that was asked to take over a trigger. */
export function isNewOwner({ actor, appId }: CallContext, { type, id }: NewTriggerOwner): boolean {
  return type === 'user' ? actor.type === 'user' && actor.id === id : actor.type === 'service' && appId === id;
}
