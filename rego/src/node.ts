import { BUILTINS } from './builtins/node-builtins.js';
import { engineWith } from './engine.js';

export * from './common.js';
export { type ConformanceReport, runConformance } from './run-conformance.js';
export const { check, compile, compileLayer, compilePolicy } = engineWith(BUILTINS);
