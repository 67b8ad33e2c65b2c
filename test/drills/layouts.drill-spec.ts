import './other-layouts';
import '../e2e/lifecycles.e2e-spec';
import '../e2e/one-process.e2e-spec';
import '../e2e/people.e2e-spec';
import '../e2e/services.e2e-spec';
