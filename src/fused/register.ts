import {guardOps} from './guardedOps.ts';
import {installFusedStep} from './install.ts';

// Below the fused step, which has a guard of its own.
guardOps();
installFusedStep();
