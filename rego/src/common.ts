/** The exports that all entry points of the package share: everything except the compile functions. */
export type { PolicyLayer, LayeredOptions, LayerResult } from './compile-policy.js';
export { Coverage, type CoverageReport, type FileCoverage, type LineRange, type RuleActivity } from './coverage.js';
export { LimitExceeded, type LimitName, RegoError } from './errors.js';
export { Budget, type BudgetLimits, limitsOf, STEPS_PER_MS } from './evaluate/budget.js';
export type {
  CompileLimits,
  CompileOptions,
  CompileResult,
  EvaluateOptions,
  Evaluation,
  EvaluationTrace,
  PartialOptions,
  PartialResult,
  Policy,
  PolicySource,
  PreparedQuery,
  PreparedRule,
  QueryEvaluation,
  RuleInfo,
} from './policy-engine.js';
export type { Residual, ResidualQuery, SupportModuleText } from './partial/residual.js';
export {
  RegoErrors,
  type RegoExplanation,
  type RegoOptions,
  type RegoPartialOptions,
  RegoPolicy,
  type RegoSource,
} from './rego-policy.js';
export { runTests, type TestOptions, type TestReport, type TestResult } from './run-tests.js';
export { formatModule } from './syntax/format.js';
export * from './values.js';
