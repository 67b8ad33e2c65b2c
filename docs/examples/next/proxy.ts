export { proxy } from './auth';

/** Every path except the static files. */
export const config = { matcher: ['/((?!_next/static|_next/image|favicon.ico).*)'] };
