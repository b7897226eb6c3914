import { pipelineLaws } from './laws-of-pipelines.ts';
import { pluginLaws } from './laws-of-plugins.ts';

// One request at a time on each socket, and other answers here and there.
pluginLaws(2);
pipelineLaws(2);
