import {installFusedStep} from './install.ts';

installFusedStep();
