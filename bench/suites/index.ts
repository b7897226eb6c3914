import type { Suite } from '../suite.ts';
import { applySuite } from './apply.ts';
import { coloniesSuite } from './colonies.ts';
import { crescoSuite } from './cresco.ts';
import { planSuite } from './plan.ts';
import { startupSuite } from './startup.ts';
import { yamlSuite } from './yaml.ts';
import { yangSuite } from './yang.ts';

export const SUITES: readonly Suite[] = [planSuite, applySuite, startupSuite, yamlSuite, yangSuite, crescoSuite, coloniesSuite];
