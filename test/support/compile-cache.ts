import path from 'node:path';

/** Environment variables that let our programs share V8's compiled code between starts, because tests start hundreds of processes. */
export const COMPILE_CACHE: Readonly<Record<string, string>> = {
  NODE_COMPILE_CACHE: path.resolve(__dirname, '../../node_modules/.cache/compiled'),
};
