import type { INestApplicationContext } from '@nestjs/common';
import type { RawRequestHandler, RawRequest } from '../request-listener';
import type { HotRoute } from './path-rules';

type HotHandler = (front: RawRequest) => Promise<void> | void;

/** Dispatches requests to the `@HotPath` routes of a surface. HEAD requests go to the GET handler. */
export function hotPaths(app: Pick<INestApplicationContext, 'get'>): RawRequestHandler {
  const handlers = new Map<HotRoute, HotHandler>();
  const handlerOf = (route: HotRoute): HotHandler => {
    const known = handlers.get(route);
    if (known) return known;
    const controller = app.get<Record<string, HotHandler | undefined>>(route.controller);
    const handler = controller[route.name]?.bind(controller);
    if (handler === undefined) throw new Error(`${route.controller.name} has no method ${route.name}.`);
    handlers.set(route, handler);
    return handler;
  };
  return (front) => {
    const { method = '' } = front.request;
    const hot = front.rules?.hot;
    const route = hot?.get(method === 'HEAD' ? 'GET' : method) ?? hot?.get('ALL');
    if (route === undefined) return false;
    answer(handlerOf(route), front).catch(front.fail);
    return true;
  };
}

/** Runs a handler so that errors thrown before its first await also reject the promise. */
async function answer(handler: HotHandler, front: RawRequest): Promise<void> {
  await handler(front);
}
